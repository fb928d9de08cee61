//! Traits of a model as a whole: what it is, its embedding, its head.

use super::{Traits, words};
use crate::gene::{Embedding, Head, Stack};
use crate::{Genome, Stacks};

/// The stacks, each with what its traits' names begin with.
pub(super) fn stacks(genome: &Genome) -> Vec<(&'static str, &Stack)> {
    match &genome.stacks {
        Stacks::Single { stack, .. } | Stacks::TwoStream { stack, .. } => vec![("", stack)],
        Stacks::Pair {
            encoder, decoder, ..
        } => vec![("encoder's ", encoder), ("", decoder)],
    }
}

pub(super) fn of(genome: &Genome) -> Traits {
    let mut traits = Traits::default();
    traits.put("architecture", genome.model_type);
    traits.put("objective", genome.objective.as_str());
    traits.number("width", genome.width);
    traits.maybe("context", genome.context);
    traits.put(
        "stacks",
        match &genome.stacks {
            Stacks::Single { .. } => "one",
            Stacks::TwoStream { .. } => "one, passed by two streams",
            Stacks::Pair { .. } => "an encoder and a decoder",
        },
    );
    if let Stacks::Pair { encoder, .. } = &genome.stacks {
        traits.number("encoder's layers", encoder.layers.len() as u64);
    }
    let writer = genome.writer();
    traits.number("layers", writer.layers.len() as u64);
    traits.put("mask", writer.mask.as_str());
    if let Some(norm) = &writer.final_norm {
        traits.put("final norm", words::norm(norm));
    }
    embedding(genome.embedding(), genome.width, &mut traits);
    head(genome, &mut traits);
    traits
}

fn embedding(embedding: &Embedding, width: u64, traits: &mut Traits) {
    traits.number("vocabulary", embedding.vocabulary());
    let table = embedding.tokens.shape().dims().get(1).copied();
    traits.maybe("embedding width", table.filter(|table| *table != width));
    traits.factor("embedding scale", embedding.scale);
    traits.flag("mask token left out", embedding.dropped.is_some());
    traits.put("positions", words::positions(&embedding.positions));
    let types = embedding.token_types.as_ref();
    traits.maybe(
        "token types",
        types.and_then(|t| t.shape().dims().first().copied()),
    );
    if let Some(norm) = &embedding.norm {
        traits.put("embedding norm", words::norm(norm));
    }
}

fn head(genome: &Genome, traits: &mut Traits) {
    match &genome.head {
        Head::None => {}
        Head::Discriminator { .. } => traits.put("head", "a number for each token"),
        Head::Vocabulary {
            transform,
            map,
            scale,
            soft_cap,
        } => {
            let tied = map.weight.tensor() == genome.embedding().tokens.tensor();
            let table = if tied { "the embedding" } else { "its own" };
            traits.put("head", format!("{table} of the vocabulary"));
            traits.flag("head transform", transform.is_some());
            traits.flag("head bias", map.bias.is_some());
            traits.factor("logit scale", *scale);
            if let Some(cap) = soft_cap {
                traits.real("logit cap", *cap);
            }
        }
    }
}
