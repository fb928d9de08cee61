//! Single mistakes, as loaders make them: each a genome that differs from the
//! true one in one thing.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a mistake is made where a gene offers it, and nowhere else"
)]

use arbor_genome::gene::{
    AbsolutePosition, Activation, Attention, Block, Expert, FeedForward, Gain, Head, KeyValue,
    Linear, Mixer, Norm, Placement, Query, Renormalise, RotaryPairs, RotaryScaling, RouterScore,
    ScoreBias, Sides, Stack,
};
use arbor_genome::{Genome, Stacks};
use arbor_model::Mask;

/// A genome with one thing wrong.
pub(crate) struct Mistake {
    pub(crate) kind: &'static str,
    pub(crate) genome: Genome,
}

/// Changes something in a block; says whether there was anything to change.
type BlockChange = fn(&mut Block) -> bool;
/// The same of an attention layer.
type AttentionChange = fn(&mut Attention) -> bool;

/// Every mistake that this genome offers.
pub(crate) fn of(genome: &Genome) -> Vec<Mistake> {
    let mut found = Vec::new();
    let mut add = |kind, change: &dyn Fn(&mut Genome) -> bool| {
        let mut mutant = genome.clone();
        if change(&mut mutant) {
            found.push(Mistake {
                kind,
                genome: mutant,
            });
        }
    };
    for (kind, change) in BLOCK {
        // In every layer, and in the last one alone.
        add(kind, &|g: &mut Genome| every_block(g, *change));
        add(kind, &|g: &mut Genome| {
            writer(g).layers.last_mut().is_some_and(change)
        });
    }
    for (kind, change) in ATTENTION {
        add(kind, &|g: &mut Genome| {
            every_block(g, |b| attention(b).is_some_and(change))
        });
        add(kind, &|g: &mut Genome| {
            writer(g)
                .layers
                .first_mut()
                .and_then(attention)
                .is_some_and(change)
        });
    }
    for (kind, change) in WHOLE {
        add(kind, &|g: &mut Genome| change(g));
    }
    found
}

fn stacks(genome: &mut Genome) -> Vec<&mut Stack> {
    match &mut genome.stacks {
        Stacks::Single { stack, .. } | Stacks::TwoStream { stack, .. } => vec![stack],
        Stacks::Pair {
            encoder, decoder, ..
        } => vec![encoder, decoder],
    }
}

fn writer(genome: &mut Genome) -> &mut Stack {
    match &mut genome.stacks {
        Stacks::Single { stack, .. } | Stacks::TwoStream { stack, .. } => stack,
        Stacks::Pair { decoder, .. } => decoder,
    }
}

fn every_block(genome: &mut Genome, change: impl Fn(&mut Block) -> bool) -> bool {
    let mut changed = false;
    for stack in stacks(genome) {
        for block in &mut stack.layers {
            changed |= change(block);
        }
    }
    changed
}

fn attention(block: &mut Block) -> Option<&mut Attention> {
    if let Mixer::Attention(attention) = &mut block.mixer {
        Some(attention)
    } else {
        None
    }
}

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
        FeedForward::Experts(experts) => experts.experts.first_mut(),
        _ => None,
    }
}

fn activation(block: &mut Block) -> Option<&mut Activation> {
    match &mut block.feed_forward {
        FeedForward::Dense { activation, .. } => Some(activation),
        FeedForward::Experts(experts) => Some(&mut experts.activation),
        _ => None,
    }
}

fn less(count: &mut u64) -> bool {
    *count > 1 && {
        *count -= 1;
        true
    }
}

fn more(count: &mut u64) -> bool {
    *count += 1;
    true
}

fn no_bias(map: &mut Linear) -> bool {
    map.bias.take().is_some()
}

fn set<T: PartialEq>(place: &mut T, value: T) -> bool {
    let changed = *place != value;
    *place = value;
    changed
}

const BLOCK: &[(&str, BlockChange)] = &[
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

fn experts(block: &mut Block, change: impl Fn(&mut arbor_genome::gene::Router) -> bool) -> bool {
    match &mut block.feed_forward {
        FeedForward::Experts(experts) => change(&mut experts.router),
        _ => false,
    }
}

const ATTENTION: &[(&str, AttentionChange)] = &[
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
        Query::Full(map) => Some(map),
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

/// Changes something in the whole genome.
type WholeChange = fn(&mut Genome) -> bool;

const WHOLE: &[(&str, WholeChange)] = &[
    ("embedding: norm ignored", |g| {
        embedding(g).norm.take().is_some()
    }),
    ("embedding: scale ignored", |g| {
        set(&mut embedding(g).scale, 1.0)
    }),
    ("embedding: types ignored", |g| {
        embedding(g).token_types.take().is_some()
    }),
    ("final norm ignored", |g| {
        writer(g).final_norm.take().is_some()
    }),
    ("head: bias ignored", |g| match &mut g.head {
        Head::Vocabulary { map, .. } | Head::Discriminator { map, .. } => no_bias(map),
        Head::None => false,
    }),
    ("head: scale ignored", |g| match &mut g.head {
        Head::Vocabulary { scale, .. } => set(scale, 1.0),
        Head::None | Head::Discriminator { .. } => false,
    }),
    ("head: soft cap ignored", |g| match &mut g.head {
        Head::Vocabulary { soft_cap, .. } => soft_cap.take().is_some(),
        Head::None | Head::Discriminator { .. } => false,
    }),
    ("head: transform's norm ignored", |g| match &mut g.head {
        Head::Vocabulary {
            transform: Some(transform),
            ..
        } => transform.norm.take().is_some(),
        _ => false,
    }),
    ("layers: last dropped", |g| writer(g).layers.pop().is_some()),
    ("layers: order reversed", |g| {
        let layers = &mut writer(g).layers;
        layers.reverse();
        layers.len() > 1 && layers.first() != layers.last()
    }),
    ("mask: both sides or one", |g| {
        let mask = &mut writer(g).mask;
        let other = if *mask == Mask::Causal {
            Mask::Bidirectional
        } else {
            Mask::Causal
        };
        set(mask, other)
    }),
    ("positions: ignored", |g| {
        set(&mut embedding(g).positions, AbsolutePosition::None)
    }),
    ("positions: one off", |g| {
        match &mut embedding(g).positions {
            AbsolutePosition::Learned { offset, .. }
            | AbsolutePosition::Sinusoidal { offset, .. } => {
                *offset += 1;
                true
            }
            _ => false,
        }
    }),
];

fn embedding(genome: &mut Genome) -> &mut arbor_genome::gene::Embedding {
    match &mut genome.stacks {
        Stacks::Single { embedding, .. } | Stacks::TwoStream { embedding, .. } => embedding,
        Stacks::Pair {
            decoder_embedding, ..
        } => decoder_embedding,
    }
}
