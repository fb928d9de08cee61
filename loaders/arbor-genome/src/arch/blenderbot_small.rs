//! Blenderbot's small size (Roller et al. 2020, arXiv 2004.13637).
//!
//! Reference: transformers 4.57.6,
//! `models/blenderbot_small/modeling_blenderbot_small.py`. Its decoder norms
//! the tokens before positions are added. The reference forgets the decoder's
//! embedding scale, which ParlAI applies; the norm hides most of it.

use super::build::bart::{self, BART, COPIES, Family, Positions};
use super::{Architecture, Task};
use crate::config::{Config, ConfigError};
use crate::gene::AbsolutePosition;
use crate::{Genome, Stacks};

pub(super) static BLENDERBOT_SMALL: Architecture = Architecture {
    model_type: "blenderbot-small",
    classes: &[
        ("BlenderbotSmallForConditionalGeneration", Task::Seq2Seq),
        ("BlenderbotSmallModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: COPIES,
    read,
};

const FAMILY: Family = Family {
    model_type: "blenderbot-small",
    positions: Positions::Learned { offset: 0 },
    width: 512,
    layers: [8, 8],
    inner: 2_048,
    context: 512,
    start: 1,
    apart: false,
    ..BART
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut genome = bart::read(config, task, FAMILY)?;
    if let Stacks::Pair {
        decoder_embedding, ..
    } = &mut genome.stacks
    {
        let positions = std::mem::replace(&mut decoder_embedding.positions, AbsolutePosition::None);
        decoder_embedding.positions = AbsolutePosition::AfterNorm(Box::new(positions));
    }
    Ok(genome)
}
