//! Switch Transformers (Fedus et al. 2021, arXiv 2101.03961): T5 in which
//! some layers send each token to one expert of many.
//!
//! Reference: transformers 4.57.6,
//! `models/switch_transformers/modeling_switch_transformers.py`. An expert
//! serves `expert_capacity` tokens of a row, the first ones; the others get
//! nothing. Capacity is reckoned over the whole row, however it is cut.

use super::build::t5::{self, COPIES, Family, T5Form};
use super::build::{At, Bias, bad};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Experts, FeedForward, Renormalise, Router, RouterScore};
use arbor_model::Mask;

pub(super) static SWITCH_TRANSFORMERS: Architecture = Architecture {
    model_type: "switch_transformers",
    classes: &[
        ("SwitchTransformersForConditionalGeneration", Task::Seq2Seq),
        ("SwitchTransformersEncoderModel", Task::Encoder),
    ],
    base: "",
    renames: &[],
    ignored: COPIES,
    read,
};

const FAMILY: Family = Family {
    model_type: "switch_transformers",
    width: 768,
    layers: 12,
    heads: 12,
    apart: true,
    ..t5::T5
};

/// What sparse layers hold.
struct Sparse {
    experts: u64,
    capacity: u64,
    bias: Bias,
    activation: Activation,
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    if config.word_or("router_dtype", "float32")? != "float32" {
        return Err(config.unsupported("router_dtype"));
    }
    config.skip(&[
        "router_type",
        "router_ignore_padding_tokens",
        "add_router_probs",
    ]);
    let (mut genome, form) = t5::read(config, task, FAMILY)?;
    let sparse = Sparse {
        experts: config.count_or("num_experts", 8)?,
        capacity: config.count_or("expert_capacity", 64)?,
        bias: config.flag_or("router_bias", false)?.into(),
        activation: form.activation,
    };
    let all = sparse
        .experts
        .saturating_mul(form.layers[0] + form.layers[1]);
    if sparse.experts > 4_096 || all > 32_768 {
        return Err(bad(
            "num_experts",
            sparse.experts,
            "at most 4,096, and 32,768 in all",
        ));
    }
    let every = [
        step(config, "encoder", form.layers[0])?,
        step(config, "decoder", form.layers[1])?,
    ];
    for (name, stack) in genome.stacks.named() {
        let (every, last) = if stack.mask == Mask::Causal {
            (every[1], "layer.2")
        } else {
            (every[0], "layer.1")
        };
        let blocks = At::new("").at(name).at("block");
        for (number, layer) in (0..).zip(&mut stack.layers) {
            let at = blocks.at(number).at(last).at("mlp");
            let is_sparse = every == 1 || (every > 0 && number % every == 1);
            layer.feed_forward = if is_sparse {
                sparse.feed_forward(&form, &at)?
            } else {
                FeedForward::Dense {
                    expert: form.expert(&at)?,
                    activation: sparse.activation,
                }
            };
        }
    }
    Ok(genome)
}

/// Every how many layers one is sparse; the class reckons it from the number
/// of sparse layers where it is not said.
fn step(config: &Config, side: &str, layers: u64) -> Result<u64, ConfigError> {
    let sparse = config.optional(&format!("num_sparse_{side}_layers"))?;
    let step = match sparse.unwrap_or(3) {
        0 => layers,
        sparse => layers / sparse,
    };
    Ok(config
        .optional(&format!("{side}_sparse_step"))?
        .unwrap_or(step))
}

impl Sparse {
    fn feed_forward(&self, form: &T5Form, at: &At) -> Result<FeedForward, ConfigError> {
        let experts = (0..self.experts)
            .map(|number| form.expert(&at.at("experts").at(format!("expert_{number}"))))
            .collect::<Result<_, _>>()?;
        Ok(FeedForward::Limited {
            experts: Box::new(Experts {
                router: Router {
                    map: at.linear("router.classifier", self.experts, form.width, self.bias)?,
                    score: RouterScore::Softmax,
                    best: 1,
                    renormalise: Renormalise::No,
                    scale: 1.0,
                    groups: None,
                    correction: None,
                },
                experts,
                shared: None,
                activation: self.activation,
            }),
            capacity: self.capacity,
        })
    }
}
