//! BitNet (Ma et al. 2024, arXiv 2402.17764; 2025, arXiv 2504.12285): Llama's
//! form with a norm before each way back, and max(x, 0)² on the gate. Weights
//! of three values are read where a file holds them unpacked.
//!
//! Reference: transformers 4.57.6, `models/bitnet/modeling_bitnet.py`.

use super::build::At;
use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::{Architecture, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, FeedForward, Mixer};
use crate::{Genome, Stacks};

pub(super) static BITNET: Architecture = architecture(
    "bitnet",
    &[
        ("BitNetForCausalLM", Task::Causal),
        ("BitNetModel", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        epsilon: ("rms_norm_eps", 1e-5),
        activation: ("hidden_act", Activation::Relu2),
        base: 500_000.0,
        ..Defaults::LLAMA
    };
    let form = Form::read(BITNET.model_type, config, &defaults)?.biased(config)?;
    let epsilon = config.positive_or("rms_norm_eps", 1e-5)?;
    let mut genome = form.genome(task)?;
    if let Stacks::Single { stack, .. } = &mut genome.stacks {
        for (number, block) in stack.layers.iter_mut().enumerate() {
            let layer = At::new(BITNET.base).at("layers").at(number);
            if let Mixer::Attention(attention) = &mut block.mixer {
                let width = attention.output.inputs();
                let at = layer.at("self_attn");
                attention.output_norm = Some(at.rms_norm("attn_sub_norm", width, epsilon)?);
            }
            if let FeedForward::Dense { expert, .. } = &mut block.feed_forward {
                let width = expert.down.inputs();
                expert.norm = Some(layer.at("mlp").rms_norm("ffn_sub_norm", width, epsilon)?);
            }
        }
    }
    Ok(genome)
}
