//! T5 (Raffel et al. 2019, arXiv 1910.10683), with the gated layers of T5
//! 1.1 and Flan-T5.
//!
//! Reference: transformers 4.57.6, `models/t5/modeling_t5.py`.

use super::build::t5::{self, COPIES};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static T5: Architecture = Architecture {
    model_type: "t5",
    classes: &[
        ("T5ForConditionalGeneration", Task::Seq2Seq),
        ("T5EncoderModel", Task::Encoder),
        // The name before 2021.
        ("T5WithLMHeadModel", Task::Seq2Seq),
    ],
    base: "",
    renames: &[],
    ignored: COPIES,
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let (genome, _) = t5::read(config, task, t5::T5)?;
    Ok(genome)
}
