//! NLLB's mixture of experts (NLLB team 2022, arXiv 2207.04672): M2M-100 in
//! which some layers send each token to two experts of many.
//!
//! Reference: transformers 4.57.6, `models/nllb_moe/modeling_nllb_moe.py`
//! (version 5 spoils the routing). What experts give is scaled by the share
//! of tokens that training kept.

use super::build::bart::{Bart, COPIES, Family, NAMES, Names};
use super::build::{At, Bias, bad};
use super::{Architecture, Task, m2m_100};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Experts, FeedForward, Renormalise, Router, RouterScore};

pub(super) static NLLB_MOE: Architecture = Architecture {
    model_type: "nllb-moe",
    classes: &[
        ("NllbMoeForConditionalGeneration", Task::Seq2Seq),
        ("NllbMoeModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: COPIES,
    read,
};

const FAMILY: Family = Family {
    model_type: "nllb-moe",
    names: Names {
        cross: "cross_attention",
        feed_norm: "ff_layer_norm",
        feed: ["ffn.fc1", "ffn.fc2"],
        ..NAMES
    },
    ..m2m_100::FAMILY
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    config.skip(&["expert_capacity", "batch_prioritized_routing"]);
    config.skip(&[
        "normalize_router_prob_before_dropping",
        "router_ignore_padding_tokens",
    ]);
    for (key, only) in [("second_expert_policy", "all"), ("router_dtype", "float32")] {
        if config.word_or(key, only)? != only {
            return Err(config.unsupported(key));
        }
    }
    // Below one, tokens are dropped by how many others stand in the batch.
    if config.number_or("moe_eval_capacity_token_fraction", 1.0)? < 1.0 {
        return Err(config.unsupported("moe_eval_capacity_token_fraction"));
    }
    let bart = Bart::read(config, m2m_100::counted(config, FAMILY)?)?;
    let mut genome = bart.genome(config, task)?;
    let sparse = Sparse {
        experts: config.count_or("num_experts", 128)?,
        scale: 1.0 - config.number_or("moe_token_dropout", 0.2)?.max(0.0),
        bias: config.flag_or("router_bias", false)?.into(),
    };
    for ((name, stack), side) in genome.stacks.named().zip(0..) {
        let step = config
            .optional(&format!("{name}_sparse_step"))?
            .unwrap_or(4);
        let all = sparse.experts.saturating_mul(stack.layers.len() as u64);
        if sparse.experts > 4_096 || all > 150_000 {
            return Err(bad(
                "num_experts",
                sparse.experts,
                "at most 4,096, and 32,768 in all",
            ));
        }
        let layers = bart.at(side).at("layers");
        for (number, layer) in (0_u64..).zip(&mut stack.layers) {
            if step > 0 && (number + 1).is_multiple_of(step) {
                layer.feed_forward =
                    sparse.feed_forward(&bart, side, &layers.at(number).at("ffn"))?;
            }
        }
    }
    Ok(genome)
}

/// What sparse layers hold.
struct Sparse {
    experts: u64,
    scale: f64,
    bias: Bias,
}

impl Sparse {
    fn feed_forward(&self, bart: &Bart, side: usize, at: &At) -> Result<FeedForward, ConfigError> {
        let expert = |number| {
            let at = at.at("experts").at(format!("expert_{number}"));
            at.plain(
                ["fc1", "fc2"],
                bart.width,
                bart.sides[side].inner,
                Bias::Yes,
            )
        };
        Ok(FeedForward::Experts(Box::new(Experts {
            router: Router {
                map: at.linear("router.classifier", self.experts, bart.width, self.bias)?,
                score: RouterScore::Softmax,
                best: self.experts.min(2),
                renormalise: Renormalise::Yes,
                scale: self.scale,
                groups: None,
                correction: None,
            },
            experts: (0..self.experts).map(expert).collect::<Result<_, _>>()?,
            shared: None,
            activation: bart.activation,
        })))
    }
}
