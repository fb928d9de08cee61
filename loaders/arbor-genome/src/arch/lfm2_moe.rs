//! LFM2 with experts (Liquid AI 2025, arXiv 2511.23404).
//!
//! Reference: transformers 5.23.0, `models/lfm2_moe/modeling_lfm2_moe.py`.

use super::build::Bias;
use super::build::hybrid::experts;
use super::lfm2::{self, Parts};
use super::{Architecture, Task};
use crate::Parameter;
use crate::gene::{Activation, Experts, FeedForward, Renormalise, Router, RouterScore};

pub(super) static LFM2_MOE: Architecture = Architecture {
    model_type: "lfm2_moe",
    classes: &[
        ("Lfm2MoeForCausalLM", Task::Causal),
        ("Lfm2MoeModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[],
    read: |config, task| {
        let width = config.count_or("hidden_size", 2_048)?;
        let dense = config.optional("num_dense_layers")?.unwrap_or(2);
        let wide = config.count_or("intermediate_size", 7_168)?;
        let narrow = config.count_or("moe_intermediate_size", 1_792)?;
        let count = config.count_or("num_experts", 32)?;
        let best = config.count_or("num_experts_per_tok", 4)?;
        let scale = config.number_or("routed_scaling_factor", 1.0)?;
        let corrected = config.flag_or("use_expert_bias", true)?;
        let renormalise = if config.flag_or("norm_topk_prob", true)? {
            Renormalise::Yes
        } else {
            Renormalise::No
        };
        let layers = config.layers("num_hidden_layers")?;
        let activation = Activation::Silu;
        let names = ["w1", "w3", "w2"];
        let parts = Parts {
            model_type: LFM2_MOE.model_type,
            width,
            vocabulary: config.count_or("vocab_size", 65_536)?,
        };
        lfm2::read(config, task, &parts, |at, layer| {
            if layer < dense {
                let expert = at.gated(names, width, wide, Bias::No)?;
                return Ok(FeedForward::Dense { expert, activation });
            }
            let correction = corrected.then(|| at.tensor("expert_bias", &[count]));
            Ok(FeedForward::Experts(Box::new(Experts {
                router: Router {
                    map: at.linear("gate", count, width, Bias::No)?,
                    score: RouterScore::Sigmoid,
                    best,
                    renormalise,
                    scale,
                    groups: None,
                    correction: correction.transpose()?.map(Parameter::buffer),
                },
                experts: experts(at, layers, (count, best), |at| {
                    at.gated(names, width, narrow, Bias::No)
                })?,
                shared: None,
                activation,
            })))
        })
    },
};
