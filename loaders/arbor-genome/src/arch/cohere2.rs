//! Command R7B and Command A (Cohere 2025, arXiv 2504.00698): three layers of
//! four have a sliding window and rotary positions, the fourth has neither.
//!
//! Reference: transformers 4.57.6, `models/cohere2/modeling_cohere2.py`.

use super::build::class::architecture;
use super::{Architecture, Task, cohere};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static COHERE2: Architecture = architecture(
    "cohere2",
    &[
        ("Cohere2ForCausalLM", Task::Causal),
        ("Cohere2Model", Task::Encoder),
    ],
    read,
);

/// Options of the authors' own code that only ever had one value.
const FIXED: [(&str, bool); 4] = [
    ("use_embedding_sharing", true),
    ("use_gated_activation", true),
    ("use_parallel_block", true),
    ("use_qk_norm", false),
];

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut form = cohere::form(COHERE2.model_type, config)?;
    for (key, value) in FIXED {
        if config.flag_or(key, value)? != value {
            return Err(config.unsupported(key));
        }
    }
    config.skip(&[
        "_sliding_window_pattern",
        "layer_switch",
        "order_of_interleaved_layers",
        "position_embedding_type",
        "use_parallel_embedding",
    ]);
    let window = config.nullable("sliding_window", Some(4_096))?;
    let pattern = config.count_or("sliding_window_pattern", 4)?;
    let sliding = form.sliding(config, |layer| !(layer + 1).is_multiple_of(pattern))?;
    form.set_windows(window, &sliding);
    let windows = form.windows.iter();
    for (rotary, window) in form.rotary.iter_mut().zip(windows) {
        rotary.take_if(|_| window.is_none());
    }
    form.genome(task)
}
