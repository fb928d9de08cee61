//! Qwen3.5's text model (Qwen 2026): Qwen3-Next's mixers, stored apart, with
//! dense feed-forward layers.
//!
//! Reference: transformers 5.23.0, `models/qwen3_5/modeling_qwen3_5.py`.
//! Positions of pictures, which a text has none of, are not told apart.

use super::build::hybrid::{GATED, area};
use super::build::{At, Bias, rows};
use super::qwen3_next::{self, Delta, Parts};
use super::{Architecture, Task};
use crate::config::ConfigError;
use crate::gene::{Activation, FeedForward, Linear};

pub(super) static QWEN3_5_TEXT: Architecture = Architecture {
    model_type: "qwen3_5_text",
    classes: &[
        ("Qwen3_5ForCausalLM", Task::Causal),
        ("Qwen3_5TextModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[],
    read: |config, task| {
        let width = config.count_or("hidden_size", 4_096)?;
        let inner = config.count_or("intermediate_size", 12_288)?;
        let activation = config.activation_or("hidden_act", Activation::Silu)?;
        let parts = Parts {
            model_type: QWEN3_5_TEXT.model_type,
            sizes: [width, 248_320, 16, 4, 32_768],
            stored: apart,
        };
        qwen3_next::read(config, task, &parts, |at, _| {
            Ok(FeedForward::Dense {
                expert: at.gated(GATED, width, inner, Bias::No)?,
                activation,
            })
        })
    },
};

fn apart(at: &At, delta: &Delta) -> Result<[Linear; 6], ConfigError> {
    let keys = area(&[delta.key_heads, delta.key_size])?;
    let values = area(&[delta.value_heads, delta.value_size])?;
    let map = |name, outputs| at.linear(name, outputs, delta.width, Bias::No);
    let fused = map("in_proj_qkv", 2 * keys + values)?;
    Ok([
        rows(&fused, 0, keys)?,
        rows(&fused, keys, keys)?,
        rows(&fused, 2 * keys, values)?,
        map("in_proj_z", values)?,
        map("in_proj_b", delta.value_heads)?,
        map("in_proj_a", delta.value_heads)?,
    ])
}
