//! Single mistakes, as loaders make them: each a genome that differs from the
//! true one in one thing.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a mistake is made where a gene offers it, and nowhere else"
)]

mod attention;
mod block;
mod recurrent;
mod whole;

use arbor_genome::gene::{Attention, Block, Linear, Mixer, Stack};
use arbor_genome::{Genome, Stacks};

/// A genome with one thing wrong.
pub(crate) struct Mistake {
    pub(crate) kind: &'static str,
    pub(crate) genome: Genome,
}

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
    for (kind, change) in block::ALL {
        // In every layer, and in the last one alone.
        add(kind, &|g: &mut Genome| every_block(g, *change));
        add(kind, &|g: &mut Genome| {
            writer(g).layers.last_mut().is_some_and(change)
        });
    }
    for (kind, change) in recurrent::ALL {
        add(kind, &|g: &mut Genome| {
            every_block(g, |b| every_mixer(&mut b.mixer, *change))
        });
    }
    for (kind, change) in attention::ALL {
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
        // In attention to the encoder's states.
        add(kind, &|g: &mut Genome| {
            every_block(g, |b| {
                b.cross.as_mut().is_some_and(|c| change(&mut c.attention))
            })
        });
    }
    for (kind, change) in whole::ALL {
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

/// The change in a mixer, and in those that it sums.
fn every_mixer(mixer: &mut Mixer, change: fn(&mut Mixer) -> bool) -> bool {
    match mixer {
        Mixer::Sum(mixers) => mixers
            .iter_mut()
            .map(|mixer| every_mixer(mixer, change))
            .fold(false, |a, c| a | c),
        other => change(other),
    }
}

fn attention(block: &mut Block) -> Option<&mut Attention> {
    match &mut block.mixer {
        Mixer::Attention(attention) => Some(attention),
        Mixer::GlobalLocal(mixer) => Some(&mut mixer.attention),
        Mixer::TransientGlobal(mixer) => Some(&mut mixer.attention),
        Mixer::Shared(shared) => Some(&mut shared.attention),
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
