//! PLBART (Ahmad et al. 2021, arXiv 2103.06333): BART of programs.
//!
//! Reference: transformers 4.57.6, `models/plbart/modeling_plbart.py`.

use super::build::bart::{self, BART, COPIES, Family};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static PLBART: Architecture = Architecture {
    model_type: "plbart",
    classes: &[
        ("PLBartForConditionalGeneration", Task::Seq2Seq),
        ("PLBartModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: COPIES,
    read,
};

const FAMILY: Family = Family {
    model_type: "plbart",
    vocabulary: 50_005,
    width: 768,
    layers: [6, 6],
    heads: 12,
    inner: 3_072,
    scaled: true,
    ..BART
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    bart::read(config, task, FAMILY)
}
