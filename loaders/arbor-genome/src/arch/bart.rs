//! BART (Lewis et al. 2019, arXiv 1910.13461).
//!
//! Reference: transformers 4.57.6, `models/bart/modeling_bart.py`.

use super::build::bart::{self, COPIES};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static BART: Architecture = Architecture {
    model_type: "bart",
    classes: &[
        ("BartForConditionalGeneration", Task::Seq2Seq),
        ("BartModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: COPIES,
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    bart::read(config, task, bart::BART)
}
