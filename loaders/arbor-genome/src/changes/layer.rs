//! Traits of a layer: what mixes positions, the feed-forward part, where norms
//! stand.

use super::{Traits, attention, words};
use crate::gene::{Block, Expert, Experts, FeedForward, Mixer, Norm, Placement, RouterScore};

pub(super) fn of(layer: &Block) -> Traits {
    let mut traits = Traits::default();
    mixer(&layer.mixer, &mut traits);
    feed_forward(&layer.feed_forward, &mut traits);
    let (place, norm) = placement(&layer.placement);
    traits.put("norms", place);
    if let Some(norm) = norm {
        traits.put("norm", words::norm(norm));
        traits.real("norm epsilon", norm.epsilon);
    }
    traits.flag("cross-attention", layer.cross.is_some());
    if layer.residual != Block::PLAIN {
        let [(a, b), (c, d)] = layer
            .residual
            .map(|(x, y)| (words::real(x), words::real(y)));
        traits.put("residual factors", format!("{a} and {b}, {c} and {d}"));
    }
    traits
}

fn mixer(mixer: &Mixer, traits: &mut Traits) {
    let state = |traits: &mut Traits, what: &str, numbers: &[u64]| {
        let numbers: Vec<_> = numbers.iter().map(|n| words::grouped(*n)).collect();
        traits.put("mixer", format!("{what} of {}", numbers.join(" × ")));
    };
    match mixer {
        Mixer::Attention(found) => {
            traits.put("mixer", "attention");
            attention::of(found, traits);
        }
        Mixer::GlobalLocal(found) => {
            traits.put("mixer", "attention within blocks and to global tokens");
            attention::of(&found.attention, traits);
        }
        Mixer::TransientGlobal(found) => {
            traits.put("mixer", "attention within a window and to sums of blocks");
            attention::of(&found.attention, traits);
        }
        Mixer::GatedDelta(m) => {
            let sizes = [m.value_heads, m.key_size, m.value_size];
            state(traits, "a gated delta network", &sizes);
        }
        Mixer::Linear(m) => state(traits, "linear attention", &[m.heads, m.head_size]),
        Mixer::Mamba(m) => state(traits, "a state space", &[m.inner, m.state]),
        Mixer::Mamba2(m) => {
            state(traits, "a state space", &[m.heads, m.head_size, m.state]);
        }
        Mixer::RgLru(m) => state(traits, "a gated recurrence", &[m.inner]),
        Mixer::Rwkv(m) => state(traits, "RWKV", &[m.decay.shape().elements()]),
        Mixer::Shared(m) => {
            let sizes = [m.mixer.heads, m.mixer.head_size, m.mixer.state];
            state(traits, "a shared block before a state space", &sizes);
            attention::of(&m.attention, traits);
        }
        Mixer::ShortConvolution(m) => {
            let kernel = m.convolution.shape().dims().last().copied();
            state(traits, "a short convolution", &[kernel.unwrap_or(0)]);
        }
        Mixer::Positionwise(within) => {
            traits.put("mixer", "none");
            feed_forward(within, traits);
        }
        Mixer::Sum(mixers) => {
            let mut kinds = Vec::new();
            for within in mixers {
                self::mixer(within, traits);
                kinds.extend(traits.0.remove("mixer"));
            }
            traits.put("mixer", kinds.join(" beside "));
        }
    }
}

fn placement(placement: &Placement) -> (&'static str, Option<&Norm>) {
    match placement {
        Placement::Pre { mixer, .. } => ("before each part", Some(mixer)),
        Placement::Post { mixer, .. } => ("after each sum", Some(mixer)),
        Placement::Inner { mixer, .. } => ("after each part", Some(mixer)),
        Placement::Sandwich { mixer, .. } => ("before and after each part", Some(&mixer[0])),
        Placement::Parallel {
            mixer,
            feed_forward: None,
        } => ("one before both parts, side by side", Some(mixer)),
        Placement::Parallel { mixer, .. } => ("before each part, side by side", Some(mixer)),
        Placement::Normed { mixer, .. } => ("in the residual stream", Some(mixer)),
        Placement::Bare => ("nowhere", None),
    }
}

fn feed_forward(found: &FeedForward, traits: &mut Traits) {
    match found {
        FeedForward::None => {}
        FeedForward::Dense { expert, activation } => {
            dense(expert, traits);
            traits.put("activation", activation.as_str());
        }
        FeedForward::Xielu { expert, .. } => {
            dense(expert, traits);
            traits.put("activation", "xielu");
        }
        FeedForward::Experts(found) => experts(found, traits),
        FeedForward::Limited {
            experts: found,
            capacity,
        } => {
            experts(found, traits);
            traits.number("tokens of an expert", *capacity);
        }
        FeedForward::Rwkv(layer) => {
            traits.put("feed-forward", "RWKV's");
            traits.number("feed-forward width", layer.maps[0].outputs());
        }
    }
}

fn form(expert: &Expert) -> &'static str {
    if expert.gate.is_some() {
        "gated"
    } else {
        "plain"
    }
}

fn dense(expert: &Expert, traits: &mut Traits) {
    traits.put("feed-forward", form(expert));
    traits.number("feed-forward width", expert.up.outputs());
    traits.flag("feed-forward bias", expert.up.bias.is_some());
    if let Some(norm) = &expert.norm {
        traits.put("norm within the feed-forward layer", words::norm(norm));
    }
}

fn experts(experts: &Experts, traits: &mut Traits) {
    let router = &experts.router;
    traits.number("experts", experts.experts.len() as u64);
    traits.number("experts of a token", router.best);
    traits.put("activation", experts.activation.as_str());
    if let Some(expert) = experts.experts.first() {
        traits.put("feed-forward", format!("{} experts", form(expert)));
        traits.number("expert width", expert.up.outputs());
        traits.flag("expert bias", expert.up.bias.is_some());
    }
    let shared = experts.shared.as_ref();
    traits.maybe("shared expert width", shared.map(|s| s.expert.up.outputs()));
    traits.flag(
        "shared expert gate",
        shared.is_some_and(|s| s.gate.is_some()),
    );
    let score = match router.score {
        RouterScore::Softmax => "softmax",
        RouterScore::SoftmaxOfBest => "softmax of the best",
        RouterScore::Sigmoid => "sigmoid",
        RouterScore::SparseMixer { .. } => "sparse mixer",
    };
    traits.put("router", score);
    traits.flag("router corrections", router.correction.is_some());
    traits.factor("router scale", router.scale);
    let renormalised = match router.renormalise {
        crate::gene::Renormalise::Yes => true,
        crate::gene::Renormalise::No => false,
    };
    traits.flag("router renormalises", renormalised);
    if let Some(groups) = router.groups {
        let (best, count) = (words::grouped(groups.best), words::grouped(groups.count));
        traits.put("expert groups", format!("{best} of {count}"));
    }
}
