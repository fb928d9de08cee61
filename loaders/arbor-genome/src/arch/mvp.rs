//! MVP (Tang et al. 2022, arXiv 2206.12131): BART pre-trained on labelled
//! data. Its learned prompts are not supported.
//!
//! Reference: transformers 4.57.6, `models/mvp/modeling_mvp.py`.

use super::build::bart::{self, BART, COPIES, Family};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static MVP: Architecture = Architecture {
    model_type: "mvp",
    classes: &[
        ("MvpForConditionalGeneration", Task::Seq2Seq),
        ("MvpModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: COPIES,
    read,
};

const FAMILY: Family = Family {
    model_type: "mvp",
    vocabulary: 50_267,
    apart: false,
    ..BART
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    config.skip(&["prompt_length", "prompt_mid_dim"]);
    if config.flag_or("use_prompt", false)? {
        return Err(config.unsupported("use_prompt"));
    }
    bart::read(config, task, FAMILY)
}
