//! Mistakes in layers: norms, feed-forward layers, residual sums.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a mistake is made where a gene offers it, and nowhere else"
)]

use super::{less, more, no_bias, set};
use arbor_genome::gene::{
    Activation, Block, Expert, FeedForward, Gain, Norm, Placement, Renormalise, Router, RouterScore,
};

/// Changes something in a block; says whether there was anything to change.
type Change = fn(&mut Block) -> bool;

pub(super) const ALL: &[(&str, Change)] = &[
    ("activation: erf for tanh or back", |b| {
        activation(b).is_some_and(|a| match *a {
            Activation::Gelu => set(a, Activation::GeluTanh),
            Activation::GeluTanh => set(a, Activation::Gelu),
            _ => false,
        })
    }),
    ("activation: another function", |b| {
        activation(b).is_some_and(|a| match *a {
            Activation::Silu => set(a, Activation::Gelu),
            Activation::Relu => set(a, Activation::Silu),
            _ => false,
        })
    }),
    ("bias ignored: feed-forward in", |b| {
        expert(b).is_some_and(|e| no_bias(&mut e.up))
    }),
    ("bias ignored: feed-forward out", |b| {
        expert(b).is_some_and(|e| no_bias(&mut e.down))
    }),
    ("cross-attention: left out", |b| b.cross.take().is_some()),
    ("cross-attention: norm's weight ignored", |b| {
        b.cross
            .as_mut()
            .is_some_and(|c| set(&mut c.norms.0.gain, Gain::None))
    }),
    ("experts: capacity halved", |b| {
        capacity(b).is_some_and(|c| set(c, *c / 2))
    }),
    ("experts: capacity ignored", |b| {
        capacity(b).is_some_and(|c| set(c, u64::MAX))
    }),
    ("experts: one fewer", |b| experts(b, |r| less(&mut r.best))),
    ("experts: one more", |b| experts(b, |r| more(&mut r.best))),
    ("experts: renormalised or not", |b| {
        experts(b, |r| match r.renormalise {
            Renormalise::Yes => set(&mut r.renormalise, Renormalise::No),
            Renormalise::No => set(&mut r.renormalise, Renormalise::Yes),
        })
    }),
    ("experts: scored otherwise", |b| {
        experts(b, |r| match r.score {
            RouterScore::Sigmoid => set(&mut r.score, RouterScore::Softmax),
            _ => set(&mut r.score, RouterScore::Sigmoid),
        })
    }),
    ("experts: scale ignored", |b| {
        experts(b, |r| set(&mut r.scale, 1.0))
    }),
    ("feed-forward: inner norm ignored", |b| {
        expert(b).is_some_and(|e| e.norm.take().is_some())
    }),
    ("gate and value swapped", |b| {
        expert(b).is_some_and(|e| match &mut e.gate {
            Some(gate) => {
                std::mem::swap(gate, &mut e.up);
                true
            }
            None => false,
        })
    }),
    ("norm: bias ignored", |b| {
        norms(b)
            .into_iter()
            .map(|n| n.bias.take().is_some())
            .fold(false, |a, c| a | c)
    }),
    ("norm: epsilon tenfold", |b| {
        norms(b)
            .into_iter()
            .map(|n| {
                n.epsilon *= 10.0;
                true
            })
            .fold(false, |a, c| a | c)
    }),
    ("norm: epsilon a tenth", |b| {
        norms(b)
            .into_iter()
            .map(|n| {
                n.epsilon /= 10.0;
                true
            })
            .fold(false, |a, c| a | c)
    }),
    ("norm: weight ignored", |b| {
        norms(b).into_iter().next().is_some_and(|n| match n.gain {
            Gain::None => false,
            _ => {
                n.gain = Gain::None;
                true
            }
        })
    }),
    ("norm: one forgotten or added", |b| {
        norms(b)
            .into_iter()
            .next()
            .is_some_and(|n| match n.gain.clone() {
                Gain::Weight(w) => {
                    n.gain = Gain::OnePlus(w);
                    true
                }
                Gain::OnePlus(w) => {
                    n.gain = Gain::Weight(w);
                    true
                }
                _ => false,
            })
    }),
    ("norms: the layer's two swapped", |b| {
        match &mut b.placement {
            Placement::Pre {
                mixer,
                feed_forward: Some(other),
            }
            | Placement::Parallel {
                mixer,
                feed_forward: Some(other),
            } => {
                std::mem::swap(mixer, other);
                true
            }
            Placement::Post {
                mixer,
                feed_forward,
            }
            | Placement::Inner {
                mixer,
                feed_forward,
            } => {
                std::mem::swap(mixer, feed_forward);
                true
            }
            _ => false,
        }
    }),
    ("residual factors ignored", |b| {
        set(&mut b.residual, Block::PLAIN)
    }),
];

fn norms(block: &mut Block) -> Vec<&mut Norm> {
    match &mut block.placement {
        Placement::Pre {
            mixer,
            feed_forward,
        }
        | Placement::Parallel {
            mixer,
            feed_forward,
        } => [Some(mixer), feed_forward.as_mut()]
            .into_iter()
            .flatten()
            .collect(),
        Placement::Post {
            mixer,
            feed_forward,
        }
        | Placement::Inner {
            mixer,
            feed_forward,
        }
        | Placement::Normed {
            mixer,
            feed_forward,
        } => vec![mixer, feed_forward],
        Placement::Sandwich {
            mixer,
            feed_forward,
        } => mixer.iter_mut().chain(feed_forward).collect(),
        Placement::Bare => Vec::new(),
    }
}

fn expert(block: &mut Block) -> Option<&mut Expert> {
    match &mut block.feed_forward {
        FeedForward::Dense { expert, .. } => Some(expert),
        FeedForward::Experts(experts) | FeedForward::Limited { experts, .. } => {
            experts.experts.first_mut()
        }
        _ => None,
    }
}

fn activation(block: &mut Block) -> Option<&mut Activation> {
    match &mut block.feed_forward {
        FeedForward::Dense { activation, .. } => Some(activation),
        FeedForward::Experts(experts) | FeedForward::Limited { experts, .. } => {
            Some(&mut experts.activation)
        }
        _ => None,
    }
}

fn experts(block: &mut Block, change: impl Fn(&mut Router) -> bool) -> bool {
    match &mut block.feed_forward {
        FeedForward::Experts(experts) | FeedForward::Limited { experts, .. } => {
            change(&mut experts.router)
        }
        _ => false,
    }
}

fn capacity(block: &mut Block) -> Option<&mut u64> {
    match &mut block.feed_forward {
        FeedForward::Limited { capacity, .. } => Some(capacity),
        _ => None,
    }
}
