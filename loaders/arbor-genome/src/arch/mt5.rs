//! mT5 (Xue et al. 2020, arXiv 2010.11934): T5 1.1 of many languages, its
//! head untied.
//!
//! Reference: transformers 4.57.6, `models/mt5/modeling_mt5.py`.

use super::build::t5::{self, COPIES, Family};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static MT5: Architecture = Architecture {
    model_type: "mt5",
    classes: &[
        ("MT5ForConditionalGeneration", Task::Seq2Seq),
        ("MT5EncoderModel", Task::Encoder),
        // Google's own configurations name the parent.
        ("T5ForConditionalGeneration", Task::Seq2Seq),
    ],
    base: "",
    renames: &[],
    ignored: COPIES,
    read,
};

const FAMILY: Family = Family {
    model_type: "mt5",
    vocabulary: 250_112,
    inner: 1_024,
    layers: 8,
    heads: 6,
    feed_forward: "gated-gelu",
    tied: false,
    ..t5::T5
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let (genome, _) = t5::read(config, task, FAMILY)?;
    Ok(genome)
}
