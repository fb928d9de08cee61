//! Hunyuan 3 (Tencent 2026): plain attention with norms of queries and keys,
//! experts by sigmoid with a correction for picking, beside a shared one.
//!
//! Reference: transformers 5.23.0, `models/hy_v3/modeling_hy_v3.py`.

use super::build::At;
use super::build::Bias;
use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::experts::{GATED, Mixture, shared, sparse_layers};
use super::build::norms::QkForm;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{FeedForward, RouterScore, Span};

pub(super) static HY_V3: Architecture = architecture(
    "hy_v3",
    &[
        ("HYV3ForCausalLM", Task::Causal),
        ("HYV3Model", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        epsilon: ("rms_norm_eps", 1e-5),
        ..Defaults::LLAMA
    };
    let mut form = Form::read(HY_V3.model_type, config, &defaults)?.biased(config)?;
    form.mlp_bias = config.flag_or("mlp_bias", false)?.into();
    form.qk_norm = Some(QkForm::rms(Span::Head));
    // The numbers' precision in the experts' sum.
    config.skip(&["enable_moe_fp32_combine"]);
    let mixture = Mixture {
        router: ("router.gate", Bias::No),
        score: RouterScore::Sigmoid,
        scale: config.positive_or("router_scaling_factor", 0.0)?,
        correction: Some("expert_bias"),
        bias: form.mlp_bias,
        ..Mixture::new(
            &form,
            config.count("num_experts")?,
            config.count("num_experts_per_tok")?,
            config.count("moe_intermediate_size")?,
        )?
        .renormalised(config.flag_or("route_norm", true)?)
    };
    let common = config.count("num_shared_experts")?;
    if !config.has("mlp_layer_types") {
        return Err(ConfigError::Missing("mlp_layer_types".to_owned()));
    }
    let sparse = sparse_layers(&form, config, 0)?;
    let experts = |layer: &At| {
        let mlp = layer.at("mlp");
        let mut experts = mixture.separate(&mlp, GATED)?;
        experts.shared = Some(shared(&form, &mlp, "shared_mlp", common * mixture.inner)?);
        Ok(FeedForward::Experts(Box::new(experts)))
    };
    form.genome_fed(task, |layer, number| {
        if sparse[number as usize] {
            experts(layer)
        } else {
            form.dense(layer)
        }
    })
}
