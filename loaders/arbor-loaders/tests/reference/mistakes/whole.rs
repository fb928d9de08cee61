//! Mistakes outside layers: embeddings, heads, the order of layers.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a mistake is made where a gene offers it, and nowhere else"
)]

use super::{no_bias, set, writer};
use arbor_genome::gene::{AbsolutePosition, Embedding, Head, Stack};
use arbor_genome::{Genome, Stacks};
use arbor_model::Mask;

/// Changes something in the whole genome.
type Change = fn(&mut Genome) -> bool;

pub(super) const ALL: &[(&str, Change)] = &[
    ("embedding: mask token kept", |g| {
        embedding(g).dropped.take().is_some()
    }),
    ("embedding: norm ignored", |g| {
        embedding(g).norm.take().is_some()
    }),
    ("embedding: scale ignored", |g| {
        set(&mut embedding(g).scale, 1.0)
    }),
    ("embedding: types ignored", |g| {
        embedding(g).token_types.take().is_some()
    }),
    ("encoder: final norm ignored", |g| {
        reader(g).is_some_and(|stack| stack.final_norm.take().is_some())
    }),
    ("encoder: last layer dropped", |g| {
        reader(g).is_some_and(|stack| stack.layers.pop().is_some())
    }),
    ("encoder: positions ignored", |g| match &mut g.stacks {
        Stacks::Pair {
            encoder_embedding, ..
        } => set(&mut encoder_embedding.positions, AbsolutePosition::None),
        Stacks::Single { .. } | Stacks::TwoStream { .. } => false,
    }),
    ("encoder: reads one way alone", |g| {
        reader(g).is_some_and(|stack| set(&mut stack.mask, Mask::Causal))
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
    ("positions: before the norm", |g| {
        let positions = &mut embedding(g).positions;
        match positions.clone() {
            AbsolutePosition::AfterNorm(inner) => set(positions, *inner),
            _ => false,
        }
    }),
    (
        "positions: edges and sizes swapped",
        |g| match &mut embedding(g).positions {
            AbsolutePosition::OnPage { edges, sizes, .. } => {
                std::mem::swap(edges, sizes);
                true
            }
            _ => false,
        },
    ),
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

fn embedding(genome: &mut Genome) -> &mut Embedding {
    match &mut genome.stacks {
        Stacks::Single { embedding, .. } | Stacks::TwoStream { embedding, .. } => embedding,
        Stacks::Pair {
            decoder_embedding, ..
        } => decoder_embedding,
    }
}

/// The encoder of a pair.
fn reader(genome: &mut Genome) -> Option<&mut Stack> {
    match &mut genome.stacks {
        Stacks::Pair { encoder, .. } => Some(encoder),
        Stacks::Single { .. } | Stacks::TwoStream { .. } => None,
    }
}
