//! SmolLM3 (Bakouch et al. 2025): Llama's form in which every fourth layer
//! has no rotary positions (Yang et al. 2025, arXiv 2501.18795).
//!
//! Reference: transformers 4.57.6, `models/smollm3/modeling_smollm3.py`.

use super::build::bad;
use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static SMOLLM3: Architecture = architecture(
    "smollm3",
    &[
        ("SmolLM3ForCausalLM", Task::Causal),
        ("SmolLM3Model", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        kv_heads: Some(4),
        context: 32_768,
        base: 2e6,
        tied: true,
        ..Defaults::LLAMA
    };
    let mut form = Form::read(SMOLLM3.model_type, config, &defaults)?.biased(config)?;
    form.mlp_bias = config.flag_or("mlp_bias", false)?.into();
    let interval = config.count_or("no_rope_layer_interval", 4)?;
    let rotated: Vec<bool> = match config.numbers("no_rope_layers")? {
        Some(marks) => marks.into_iter().map(|mark| mark != 0.0).collect(),
        None => (1..=form.layers)
            .map(|n| !n.is_multiple_of(interval))
            .collect(),
    };
    if rotated.len() as u64 != form.layers {
        let expected = format!("{} entries", form.layers);
        return Err(bad("no_rope_layers", rotated.len() as u64, &expected));
    }
    let window = config.nullable("sliding_window", None)?;
    let used = config.flag_or("use_sliding_window", false)?;
    let sliding = form.sliding(config, |layer| !rotated[layer as usize])?;
    form.set_windows(window.filter(|_| used), &sliding);
    for (rotary, rotated) in form.rotary.iter_mut().zip(rotated) {
        rotary.take_if(|_| !rotated);
    }
    config.skip(&["max_window_layers"]);
    form.genome(task)
}
