//! MiniCPM3 (Hu et al. 2024, arXiv 2404.06395): latent attention, dense
//! layers, and multipliers of embeddings, branches and logits.
//!
//! Reference: transformers 5.23.0, `models/minicpm3/modeling_minicpm3.py`.

use super::build::class::{Defaults, architecture};
use super::build::latent::Latent;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::Mixer;

pub(super) static MINICPM3: Architecture = architecture(
    "minicpm3",
    &[
        ("MiniCPM3ForCausalLM", Task::Causal),
        ("MiniCPM3Model", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        context: 32_768,
        epsilon: ("rms_norm_eps", 1e-5),
        tied: true,
        ..Defaults::LLAMA
    };
    let widths = [768, 256, 64, 32, 64];
    let (mut form, latent) = Latent::read(MINICPM3.model_type, config, &defaults, widths)?;
    form.mlp_bias = config.flag_or("mlp_bias", false)?.into();
    let needed = |key: &str| {
        let missing = || ConfigError::Missing(key.to_owned());
        config.number(key)?.ok_or_else(missing)
    };
    form.embedding_scale = needed("scale_emb")?;
    form.residual = needed("scale_depth")? / (form.layers as f64).sqrt();
    form.logit_scale = config.count("dim_model_base")? as f64 / form.width as f64;
    form.genome_with(task, |layer, number| {
        let attention = latent.attention(&form, layer, number)?;
        Ok((Mixer::Attention(Box::new(attention)), form.dense(layer)?))
    })
}
