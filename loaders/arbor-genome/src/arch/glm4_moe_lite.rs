//! GLM-4.7-Flash (Z.ai 2026): GLM-4.5's experts with latent attention.
//!
//! Reference: transformers 5.23.0,
//! `models/glm4_moe_lite/modeling_glm4_moe_lite.py`.

use super::build::class::{Defaults, architecture};
use super::build::experts::{DeepSeek, sparse_layers, with_shared};
use super::build::latent::Latent;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Mixer, RotaryPairs};

pub(super) static GLM4_MOE_LITE: Architecture = architecture(
    "glm4_moe_lite",
    &[
        ("Glm4MoeLiteForCausalLM", Task::Causal),
        ("Glm4MoeLiteModel", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let pairs = if config.flag_or("rope_interleave", true)? {
        RotaryPairs::Neighbours
    } else {
        RotaryPairs::Halves
    };
    let defaults = Defaults {
        context: 202_752,
        epsilon: ("rms_norm_eps", 1e-5),
        pairs,
        ..Defaults::LLAMA
    };
    let widths = [768, 512, 192, 64, 256];
    let (form, latent) = Latent::read(GLM4_MOE_LITE.model_type, config, &defaults, widths)?;
    let experts = DeepSeek {
        experts: 64,
        best: 4,
        inner: 1_536,
        groups: [1, 1],
        shared: 1,
        renormalise: true,
        scale: 1.8,
    };
    let (mixture, shared) = experts.read(&form, config)?;
    let sparse = sparse_layers(&form, config, 1)?;
    config.skip(&["num_nextn_predict_layers"]);
    form.genome_with(task, |layer, number| {
        let attention = latent.attention(&form, layer, number)?;
        let feed_forward = if sparse[number as usize] {
            with_shared(&form, layer, &mixture, shared)?
        } else {
            form.dense(layer)?
        };
        Ok((Mixer::Attention(Box::new(attention)), feed_forward))
    })
}
