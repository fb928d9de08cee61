//! GLM-4.5 (GLM-4.5 Team 2025, arXiv 2508.06471): DeepSeek-V3's experts with
//! plain attention, half of each head rotated.
//!
//! Reference: transformers 4.57.6, `models/glm4_moe/modeling_glm4_moe.py`.

use super::build::class::{Defaults, LEFTOVERS, architecture};
use super::build::decoder::Form;
use super::build::experts::{DeepSeek, sparse_layers, with_shared};
use super::build::norms::QkForm;
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::Span;

const SECOND: &str = "the layer that predicts a second token";

pub(super) static GLM4_MOE: Architecture = Architecture {
    ignored: &[
        LEFTOVERS[0],
        LEFTOVERS[1],
        Ignored {
            ending: "model.layers.92.*",
            reason: SECOND,
        },
        Ignored {
            ending: "model.layers.46.*",
            reason: SECOND,
        },
    ],
    ..architecture(
        "glm4_moe",
        &[
            ("Glm4MoeForCausalLM", Task::Causal),
            ("Glm4MoeModel", Task::Encoder),
        ],
        read,
    )
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        kv_heads: Some(8),
        context: 131_072,
        epsilon: ("rms_norm_eps", 1e-5),
        partial: 0.5,
        ..Defaults::LLAMA
    };
    let mut form = Form::read(GLM4_MOE.model_type, config, &defaults)?;
    form.qkv_bias = config.flag_or("attention_bias", false)?.into();
    if config.flag_or("use_qk_norm", false)? {
        form.qk_norm = Some(QkForm::rms(Span::Head));
    }
    let experts = DeepSeek {
        experts: 128,
        best: 8,
        inner: 1_408,
        groups: [1, 1],
        shared: 1,
        renormalise: true,
        scale: 1.0,
    };
    let (mixture, shared) = experts.read(&form, config)?;
    let sparse = sparse_layers(&form, config, 1)?;
    config.skip(&["num_nextn_predict_layers"]);
    form.genome_fed(task, |layer, number| {
        if sparse[number as usize] {
            with_shared(&form, layer, &mixture, shared)
        } else {
            form.dense(layer)
        }
    })
}
