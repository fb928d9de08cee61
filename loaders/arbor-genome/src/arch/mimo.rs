//! MiMo (Xiaomi 2025, arXiv 2505.07608): Qwen 2's form; a layer that predicts
//! further tokens ahead is stored besides.
//!
//! Reference: the authors' `modeling_mimo.py`, and transformers 4.57.6,
//! `models/qwen2/modeling_qwen2.py`.

use super::build::class::LEFTOVERS;
use super::build::decoder::Form;
use super::{Architecture, Ignored, Task, qwen2};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static MIMO: Architecture = Architecture {
    model_type: "mimo",
    classes: &[
        ("MiMoForCausalLM", Task::Causal),
        ("MiMoModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[
        LEFTOVERS[0],
        LEFTOVERS[1],
        Ignored {
            ending: "model.mtp_layers.*",
            reason: "a layer that predicts the token after the next",
        },
    ],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut form = Form::read(MIMO.model_type, config, &qwen2::DEFAULTS)?;
    form.qkv_bias = config.flag_or("attention_bias", true)?.into();
    qwen2::set_windows(config, &mut form)?;
    config.skip(&["num_nextn_predict_layers", "use_mrope"]);
    form.genome(task)
}
