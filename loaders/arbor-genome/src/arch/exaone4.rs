//! EXAONE 4.0 (LG AI Research 2025, arXiv 2507.11407): norms after each
//! branch and of queries and keys; where some layers have a sliding window,
//! the others have no rotary positions.
//!
//! Reference: transformers 4.57.6, `models/exaone4/modeling_exaone4.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::norms::{Places, QkForm};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::Span;

pub(super) static EXAONE4: Architecture = architecture(
    "exaone4",
    &[
        ("Exaone4ForCausalLM", Task::Causal),
        ("Exaone4Model", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        kv_heads: Some(32),
        epsilon: ("rms_norm_eps", 1e-5),
        ..Defaults::LLAMA
    };
    let mut form = Form::read(EXAONE4.model_type, config, &defaults)?;
    form.places = Places::INNER;
    form.qk_norm = Some(QkForm::rms(Span::Head));
    let window = config.nullable("sliding_window", Some(4_096))?;
    // The pattern may be a word, but then the layers are listed too.
    let pattern = if config.has("layer_types") {
        config.skip(&["sliding_window_pattern"]);
        1
    } else {
        config.count_or("sliding_window_pattern", 4)?
    };
    let sliding = form.sliding(config, |layer| !(layer + 1).is_multiple_of(pattern))?;
    form.set_windows(window, &sliding);
    if window.is_some() {
        for (rotary, sliding) in form.rotary.iter_mut().zip(sliding) {
            rotary.take_if(|_| !sliding);
        }
    }
    form.genome(task)
}
