//! dots.llm1 (Huo et al. 2025, arXiv 2506.05767): DeepSeek-V3's experts with
//! plain attention and norms of queries and keys.
//!
//! Reference: transformers 4.57.6, `models/dots1/modeling_dots1.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::experts::{DeepSeek, sparse_layers, with_shared};
use super::build::norms::QkForm;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::Span;

pub(super) static DOTS1: Architecture = architecture(
    "dots1",
    &[
        ("Dots1ForCausalLM", Task::Causal),
        ("Dots1Model", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        kv_heads: Some(32),
        ..Defaults::LLAMA
    };
    let mut form = Form::read(DOTS1.model_type, config, &defaults)?.biased(config)?;
    form.qk_norm = Some(QkForm::rms(Span::Head));
    let window = config.nullable("sliding_window", Some(4_096))?;
    let first = config.optional("max_window_layers")?.unwrap_or(62);
    form.set_windows(window, &form.sliding(config, |layer| layer >= first)?);
    let experts = DeepSeek {
        experts: config.count("n_routed_experts")?,
        best: config.count("num_experts_per_tok")?,
        inner: 1_408,
        groups: [1, 1],
        shared: config.count("n_shared_experts")?,
        renormalise: false,
        scale: 1.0,
    };
    let (mixture, shared) = experts.read(&form, config)?;
    let sparse = sparse_layers(&form, config, 0)?;
    form.genome_fed(task, |layer, number| {
        if sparse[number as usize] {
            with_shared(&form, layer, &mixture, shared)
        } else {
            form.dense(layer)
        }
    })
}
