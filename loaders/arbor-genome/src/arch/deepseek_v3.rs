//! DeepSeek-V3 and R1 (DeepSeek-AI 2024, arXiv 2412.19437), and Kimi K2
//! (arXiv 2507.20534) in the same form: latent attention, experts by sigmoid
//! with a correction for picking, limited to groups.
//!
//! Reference: transformers 4.57.6, `models/deepseek_v3/modeling_deepseek_v3.py`.
//! Experts of other groups are never picked; the reference gives them the
//! score 0, which a negative correction could fall below.

use super::build::class::{Defaults, LEFTOVERS, architecture};
use super::build::experts::{DeepSeek, sparse_layers, with_shared};
use super::build::latent::Latent;
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Mixer, RotaryPairs};

const CLASSES: &[(&str, Task)] = &[
    ("DeepseekV3ForCausalLM", Task::Causal),
    ("DeepseekV3Model", Task::Encoder),
];

pub(super) static DEEPSEEK_V3: Architecture = Architecture {
    ignored: &[
        LEFTOVERS[0],
        LEFTOVERS[1],
        Ignored {
            ending: "model.layers.61.*",
            reason: "the layer that predicts a second token",
        },
    ],
    ..architecture("deepseek_v3", CLASSES, read_v3)
};

pub(super) static KIMI_K2: Architecture = architecture("kimi_k2", CLASSES, read_k2);

fn read_v3(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    read(DEEPSEEK_V3.model_type, config, task)
}

fn read_k2(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    read(KIMI_K2.model_type, config, task)
}

fn read(model_type: &'static str, config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let pairs = if config.flag_or("rope_interleave", true)? {
        RotaryPairs::Neighbours
    } else {
        RotaryPairs::Halves
    };
    let defaults = Defaults {
        context: 4_096,
        pairs,
        ..Defaults::LLAMA
    };
    let widths = [1_536, 512, 128, 64, 128];
    let (form, latent) = Latent::read(model_type, config, &defaults, widths)?;
    let experts = DeepSeek {
        experts: 256,
        best: 8,
        inner: 2_048,
        groups: [8, 4],
        shared: 1,
        renormalise: true,
        scale: 2.5,
    };
    let (mixture, shared) = experts.read(&form, config)?;
    let sparse = sparse_layers(&form, config, 3)?;
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
