//! gpt-oss (OpenAI 2025, arXiv 2508.10925): experts in one tensor with gates
//! and values in turn, a sliding window in every other layer, sinks that take
//! probability away, biases everywhere.
//!
//! Reference: transformers 4.57.6, `models/gpt_oss/modeling_gpt_oss.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::experts::Mixture;
use super::build::{At, Bias};
use super::{Architecture, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Expert, Experts, FeedForward, Linear, Mixer, RouterScore};
use crate::{Genome, Parameter, ShapeError, Step};

pub(super) static GPT_OSS: Architecture = architecture(
    "gpt_oss",
    &[
        ("GptOssForCausalLM", Task::Causal),
        ("GptOssModel", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        kv_heads: Some(8),
        head_size: Some(64),
        context: 131_072,
        epsilon: ("rms_norm_eps", 1e-5),
        base: 150_000.0,
        ..Defaults::LLAMA
    };
    let mut form = Form::read(GPT_OSS.model_type, config, &defaults)?;
    let bias = Bias::from(config.flag_or("attention_bias", true)?);
    (form.qkv_bias, form.output_bias) = (bias, bias);
    let window = config.nullable("sliding_window", Some(128))?;
    form.set_windows(window, &form.sliding(config, |layer| layer % 2 == 0)?);
    // The activation is fixed, whatever `hidden_act` says.
    for (key, only) in [("swiglu_alpha", 1.702), ("swiglu_limit", 7.0)] {
        if config.number_or(key, only)? != only {
            return Err(config.unsupported(key));
        }
    }
    config.skip(&["experts_per_token", "initial_context_length"]);
    let mixture = Mixture {
        router: ("router", Bias::Yes),
        score: RouterScore::SoftmaxOfBest,
        activation: Activation::SwigluOai,
        ..Mixture::new(
            &form,
            config.count_or("num_local_experts", 128)?,
            config.count_or("num_experts_per_tok", 4)?,
            form.inner,
        )?
    };
    form.genome_with(task, |layer, number| {
        let mut attention = form.attention(layer, number)?;
        attention.sinks = Some(layer.at("self_attn").tensor("sinks", &[form.heads])?);
        let experts = experts(&mixture, &layer.at("mlp"))?;
        Ok((
            Mixer::Attention(Box::new(attention)),
            FeedForward::Experts(Box::new(experts)),
        ))
    })
}

fn experts(mixture: &Mixture, mlp: &At) -> Result<Experts, ConfigError> {
    let (count, width, inner) = (mixture.experts, mixture.width, mixture.inner);
    let at = mlp.at("experts");
    let both = at.tensor("gate_up_proj", &[count, width, 2 * inner])?;
    let both_bias = at.tensor("gate_up_proj_bias", &[count, 2 * inner])?;
    let down = at.tensor("down_proj", &[count, inner, width])?;
    let down_bias = at.tensor("down_proj_bias", &[count, width])?;
    let every_second = |whole: &Parameter, number, dims: &[u64], index| {
        let pairs = whole.clone().at(number)?.reshaped(dims)?;
        let dim = dims.len() - 1;
        pairs.then(Step::Select { dim, index })
    };
    let half = |number, index| {
        let weight = every_second(&both, number, &[width, inner, 2], index)?.transposed()?;
        let bias = every_second(&both_bias, number, &[inner, 2], index)?;
        Ok::<_, ShapeError>(Linear {
            weight,
            bias: Some(bias),
        })
    };
    mixture.build(mlp, |number| {
        Ok(Expert {
            norm: None,
            gate: Some(half(number, 0)?),
            up: half(number, 1)?,
            down: Linear {
                weight: down.clone().at(number)?.transposed()?,
                bias: Some(down_bias.clone().at(number)?),
            },
        })
    })
}
