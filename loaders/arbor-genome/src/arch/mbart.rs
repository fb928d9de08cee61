//! mBART (Liu et al. 2020, arXiv 2001.08210; mBART-50, arXiv 2008.00401): BART
//! of many languages, its norms before the branches.
//!
//! Reference: transformers 4.57.6, `models/mbart/modeling_mbart.py`.

use super::build::bart::{self, BART, COPIES, Family, Norms};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static MBART: Architecture = Architecture {
    model_type: "mbart",
    classes: &[
        ("MBartForConditionalGeneration", Task::Seq2Seq),
        ("MBartModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: COPIES,
    read,
};

const FAMILY: Family = Family {
    model_type: "mbart",
    norms: Norms::PreAndEmbedding,
    ..BART
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    bart::read(config, task, FAMILY)
}
