//! Mistakes in attention.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a mistake is made where a gene offers it, and nowhere else"
)]

use super::{no_bias, set};
use arbor_genome::gene::{
    Attention, KeyValue, Linear, Query, RotaryPairs, RotaryScaling, ScoreBias, Sides,
};

/// Changes something in attention; says whether there was anything to change.
type Change = fn(&mut Attention) -> bool;

pub(super) const ALL: &[(&str, Change)] = &[
    ("bias ignored: attention out", |a| no_bias(&mut a.output)),
    // Without rotation a key's bias moves all scores of a row alike, which
    // softmax does not see: the accounting of tensors does.
    ("bias ignored: keys", |a| {
        a.rotary.is_some() && key(a).is_some_and(no_bias)
    }),
    ("bias ignored: queries", |a| query(a).is_some_and(no_bias)),
    ("bias ignored: values", |a| value(a).is_some_and(no_bias)),
    ("clipping ignored", |a| a.clip.take().is_some()),
    ("keys and values swapped", |a| match &mut a.key_value {
        KeyValue::Full { key, value } if key.weight.shape() == value.weight.shape() => {
            std::mem::swap(key, value);
            true
        }
        _ => false,
    }),
    ("norm of keys ignored", |a| a.key_norm.take().is_some()),
    ("norm of queries ignored", |a| a.query_norm.take().is_some()),
    ("queries and keys swapped", |a| {
        let (Query::Full(q), KeyValue::Full { key, .. }) = (&mut a.query, &mut a.key_value) else {
            return false;
        };
        let same = q.weight.shape() == key.weight.shape();
        if same {
            std::mem::swap(q, key);
        }
        same
    }),
    ("relative buckets: farther", |a| match &mut a.bias {
        ScoreBias::Buckets { max_distance, .. } => {
            *max_distance *= 2;
            true
        }
        _ => false,
    }),
    ("relative buckets: other sides", |a| match &mut a.bias {
        ScoreBias::Buckets { sides, .. } => {
            let other = if *sides == Sides::Both {
                Sides::Past
            } else {
                Sides::Both
            };
            set(sides, other)
        }
        _ => false,
    }),
    ("rotary: all of the head or half", |a| {
        a.rotary.as_mut().is_some_and(|r| {
            let other = if r.width == a.head_size {
                a.head_size / 4 * 2
            } else {
                a.head_size
            };
            matches!(a.key_value, KeyValue::Full { .. }) && other > 0 && set(&mut r.width, other)
        })
    }),
    ("rotary: base one percent off", |a| {
        a.rotary.as_mut().is_some_and(|r| {
            r.base *= 1.01;
            true
        })
    }),
    ("rotary: interleaved or not", |a| {
        a.rotary.as_mut().is_some_and(|r| {
            let other = if r.pairs == RotaryPairs::Halves {
                RotaryPairs::Neighbours
            } else {
                RotaryPairs::Halves
            };
            set(&mut r.pairs, other)
        })
    }),
    ("rotary: none at all", |a| {
        matches!(a.key_value, KeyValue::Full { .. }) && a.rotary.take().is_some()
    }),
    ("rotary: scaling ignored", |a| {
        a.rotary
            .as_mut()
            .is_some_and(|r| set(&mut r.scaling, RotaryScaling::None))
    }),
    ("scores: scale one percent off", |a| {
        a.scale *= 1.01;
        true
    }),
    ("scores: sinks ignored", |a| a.sinks.take().is_some()),
    ("scores: soft cap ignored", |a| a.soft_cap.take().is_some()),
    ("slopes ignored", |a| {
        matches!(a.bias, ScoreBias::Alibi(_)) && {
            a.bias = ScoreBias::None;
            true
        }
    }),
    ("window: ignored", |a| a.window.take().is_some()),
    ("window: one too narrow", |a| {
        a.window.as_mut().is_some_and(|w| {
            *w > 1 && {
                *w -= 1;
                true
            }
        })
    }),
    ("window: one too wide", |a| {
        a.window.as_mut().is_some_and(|w| {
            *w += 1;
            true
        })
    }),
];

fn query(attention: &mut Attention) -> Option<&mut Linear> {
    match &mut attention.query {
        Query::Full(map) | Query::Gated { map, .. } => Some(map),
        Query::LowRank { up, .. } => Some(up),
        _ => None,
    }
}

fn key(attention: &mut Attention) -> Option<&mut Linear> {
    if let KeyValue::Full { key, .. } = &mut attention.key_value {
        Some(key)
    } else {
        None
    }
}

fn value(attention: &mut Attention) -> Option<&mut Linear> {
    if let KeyValue::Full { value, .. } = &mut attention.key_value {
        Some(value)
    } else {
        None
    }
}
