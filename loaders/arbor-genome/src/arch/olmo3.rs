//! OLMo 3 (OLMo Team 2025): OLMo 2 with a sliding window in three layers of
//! four, whose rotary positions are never stretched.
//!
//! Reference: transformers 4.57.6, `models/olmo3/modeling_olmo3.py`.

use super::build::class::architecture;
use super::olmo2::{self, DEFAULTS};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Rotary, RotaryPairs, RotaryScaling};

pub(super) static OLMO3: Architecture = architecture(
    "olmo3",
    &[
        ("Olmo3ForCausalLM", Task::Causal),
        ("Olmo3Model", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut form = olmo2::form(OLMO3.model_type, config, &DEFAULTS)?;
    let window = config.nullable("sliding_window", Some(4_096))?;
    let sliding = form.sliding(config, |layer| !(layer + 1).is_multiple_of(4))?;
    form.set_windows(window, &sliding);
    let rotary = |kind| {
        let keys = config.rope(Some(kind), DEFAULTS.base, form.context)?;
        keys.rotary(form.size, 1.0, RotaryPairs::Halves)
    };
    let local = Rotary {
        scaling: RotaryScaling::None,
        ..rotary("sliding_attention")?
    };
    let global = rotary("full_attention")?;
    let by_layer = sliding
        .iter()
        .map(|has| if *has { &local } else { &global });
    form.rotary = by_layer.map(|rotary| Some(rotary.clone())).collect();
    form.genome(task)
}
