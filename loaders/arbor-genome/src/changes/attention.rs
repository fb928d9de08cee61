//! Traits of attention.

use super::{Traits, words};
use crate::gene::{Attention, KeyValue, Linear, QkNorm, Query, Rotary, Span};

pub(super) fn of(attention: &Attention, traits: &mut Traits) {
    traits.number("heads", attention.heads);
    traits.number("key-value heads", attention.kv_heads);
    traits.number("head width", attention.head_size);
    let value = Some(attention.value_size).filter(|size| *size != attention.head_size);
    traits.maybe("value width", value);
    traits.put("queries", queries(&attention.query));
    traits.put("keys and values", keys(&attention.key_value));
    let biased = biased(attention);
    if !biased.is_empty() {
        traits.put("attention bias", biased.join(", "));
    }
    rotary(attention.rotary.as_ref(), attention.head_size, traits);
    traits.put("score bias", words::bias(&attention.bias));
    let scale = attention.scale * (attention.head_size as f64).sqrt();
    traits.factor("score scale by the root of the head width", scale);
    if let Some(cap) = attention.soft_cap {
        traits.real("score cap", cap);
    }
    traits.maybe("window", attention.window);
    traits.flag("attention sinks", attention.sinks.is_some());
    if let Some(clip) = attention.clip {
        traits.real("clipping of queries, keys and values", clip);
    }
    for (name, norm) in [
        ("query norm", &attention.query_norm),
        ("key norm", &attention.key_norm),
    ] {
        if let Some(norm) = norm {
            traits.put(name, qk_norm(norm));
        }
    }
    if let Some(norm) = &attention.output_norm {
        traits.put("norm before the output map", words::norm(norm));
    }
}

fn queries(query: &Query) -> String {
    match query {
        Query::Full(_) => "one map".to_owned(),
        Query::Gated { .. } => "one map and a gate".to_owned(),
        Query::LowRank { down, .. } => {
            format!("through a latent of {}", words::grouped(down.outputs()))
        }
        Query::Routed { router, .. } => {
            let (best, count) = (router.best, router.map.outputs());
            format!(
                "of {} of {} experts",
                words::grouped(best),
                words::grouped(count)
            )
        }
    }
}

fn keys(keys: &KeyValue) -> String {
    match keys {
        KeyValue::Full { .. } => "one map each".to_owned(),
        KeyValue::Differential { .. } => "one map each, heads subtracted in pairs".to_owned(),
        KeyValue::Latent { down, rotated, .. } => {
            let [latent, rotated] = [down, rotated].map(|map| words::grouped(map.outputs()));
            format!("through a latent of {latent} and {rotated} rotated")
        }
    }
}

fn biased(attention: &Attention) -> Vec<&'static str> {
    let query: &[&Linear] = match &attention.query {
        Query::Full(map) | Query::Gated { map, .. } | Query::Routed { map, .. } => &[map],
        Query::LowRank { down, up, .. } => &[down, up],
    };
    let (key, value): (&Linear, &Linear) = match &attention.key_value {
        KeyValue::Full { key, value } | KeyValue::Differential { key, value, .. } => (key, value),
        KeyValue::Latent { down, value_up, .. } => (down, value_up),
    };
    let has = |map: &Linear| map.bias.is_some();
    let all = [
        ("queries", query.iter().any(|map| has(map))),
        ("keys", has(key)),
        ("values", has(value)),
        ("output", has(&attention.output)),
    ];
    let named = all.into_iter().filter(|(_, has)| *has);
    named.map(|(name, _)| name).collect()
}

fn rotary(rotary: Option<&Rotary>, head: u64, traits: &mut Traits) {
    let Some(rotary) = rotary else {
        return;
    };
    traits.real("rotary base", rotary.base);
    traits.put("rotary pairs", words::pairs(rotary.pairs));
    traits.put("rotary scaling", words::scaling(&rotary.scaling));
    let whole = rotary.width == head;
    let part = if whole {
        "all of a head".to_owned()
    } else {
        format!("{} of a head", words::grouped(rotary.width))
    };
    traits.put("rotated", part);
}

fn qk_norm(norm: &QkNorm) -> String {
    let over = match norm.span {
        Span::AllHeads => "over all heads",
        Span::Head => "over each head",
        Span::RotatedHead => "over each rotated head",
        Span::OwnHead => "over each head with its own weights",
    };
    format!("{} {over}", words::norm(&norm.norm))
}
