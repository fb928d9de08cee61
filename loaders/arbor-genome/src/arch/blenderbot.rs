//! Blenderbot (Roller et al. 2020, arXiv 2004.13637).
//!
//! Reference: transformers 4.57.6, `models/blenderbot/modeling_blenderbot.py`.

use super::build::bart::{self, BART, COPIES, Family, Norms, Positions};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static BLENDERBOT: Architecture = Architecture {
    model_type: "blenderbot",
    classes: &[
        ("BlenderbotForConditionalGeneration", Task::Seq2Seq),
        ("BlenderbotModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: COPIES,
    read,
};

const FAMILY: Family = Family {
    model_type: "blenderbot",
    norms: Norms::Pre,
    positions: Positions::Learned { offset: 0 },
    vocabulary: 8_008,
    width: 2_560,
    layers: [2, 24],
    heads: 32,
    inner: 10_240,
    context: 128,
    start: 1,
    apart: false,
    ..BART
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    bart::read(config, task, FAMILY)
}
