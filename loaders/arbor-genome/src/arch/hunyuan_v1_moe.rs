//! Hunyuan with experts (Tencent 2025), beside one that every token passes.
//!
//! Reference: transformers 4.57.6,
//! `models/hunyuan_v1_moe/modeling_hunyuan_v1_moe.py`.

use super::build::Bias;
use super::build::class::architecture;
use super::build::experts::{GATED, Mixture, shared};
use super::{Architecture, Task, hunyuan_v1_dense};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::FeedForward;

pub(super) static HUNYUAN_V1_MOE: Architecture = architecture(
    "hunyuan_v1_moe",
    &[
        ("HunYuanMoEV1ForCausalLM", Task::Causal),
        ("HunYuanMoEV1Model", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let form = hunyuan_v1_dense::form(HUNYUAN_V1_MOE.model_type, config)?;
    let mixture = Mixture {
        router: ("gate.wg", Bias::No),
        ..Mixture::new(
            &form,
            config.count_or("num_experts", 1)?,
            config.count_or("moe_topk", 1)?,
            form.inner,
        )?
        .renormalised(true)
    };
    form.genome_fed(task, |layer, _| {
        let mlp = layer.at("mlp");
        let mut experts = mixture.separate(&mlp, GATED)?;
        experts.shared = Some(shared(&form, &mlp, "shared_mlp", form.inner)?);
        Ok(FeedForward::Experts(Box::new(experts)))
    })
}
