//! JetMoE (Shen et al. 2024, arXiv 2404.07413): experts for the feed-forward
//! layer and for the attention, where each has its own queries and output and
//! all share keys and values.
//!
//! Reference: transformers 4.57.6, `models/jetmoe/modeling_jetmoe.py`.

use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::experts::Mixture;
use super::build::{At, Bias, bad, rows};
use super::{Architecture, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{
    Activation, Attention, FeedForward, KeyValue, Linear, Mixer, Query, RouterScore, ScoreBias,
};
use crate::{Genome, Stacks};

pub(super) static JETMOE: Architecture = architecture(
    "jetmoe",
    &[
        ("JetMoeForCausalLM", Task::Causal),
        ("JetMoeModel", Task::Encoder),
    ],
    read,
);

/// The layers' norms keep this epsilon; the last one takes the
/// configuration's.
const EPSILON: f64 = 1e-6;

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let kv_heads = config.count_or("num_key_value_heads", 16)?;
    let best = config.count_or("num_experts_per_tok", 2)?;
    if kv_heads * best > 1 << 31 {
        return Err(bad("num_key_value_heads", kv_heads, "fewer heads"));
    }
    let defaults = Defaults {
        kv_heads: Some(kv_heads),
        head_size: Some(config.count_or("kv_channels", 128)?),
        context: 4_096,
        activation: ("activation_function", Activation::Silu),
        tied: true,
        sizes: Some([32_000, 2_048, 5_632, 12, kv_heads * best]),
        ..Defaults::LLAMA
    };
    let mut form = Form::read(JETMOE.model_type, config, &defaults)?;
    if form.heads != kv_heads * best {
        let expected = format!("{}", kv_heads * best);
        return Err(bad("num_attention_heads", form.heads, &expected));
    }
    let last = std::mem::replace(&mut form.epsilon, EPSILON);
    let mixture = Mixture {
        router: ("router.layer", Bias::No),
        score: RouterScore::SoftmaxOfBest,
        ..Mixture::new(
            &form,
            config.count_or("num_local_experts", 8)?,
            best,
            form.inner,
        )?
    };
    let mut genome = form.genome_with(task, |layer, number| {
        let mlp = layer.at("mlp");
        let mut experts = mixture.joined(&mlp)?;
        // The weights' sum is one, so each expert may add the common bias.
        let bias = mlp.tensor("bias", &[form.width])?;
        for expert in &mut experts.experts {
            expert.down.bias = Some(bias.clone());
        }
        let attention = attention(&form, &mixture, &layer.at("self_attention"), number)?;
        Ok((
            Mixer::Attention(Box::new(attention)),
            FeedForward::Experts(Box::new(experts)),
        ))
    })?;
    if let Stacks::Single { stack, .. } = &mut genome.stacks
        && let Some(norm) = &mut stack.final_norm
    {
        norm.epsilon = last;
    }
    Ok(genome)
}

fn attention(
    form: &Form,
    mixture: &Mixture,
    at: &At,
    number: u64,
) -> Result<Attention, ConfigError> {
    let (width, experts) = (form.width, mixture.experts);
    let each = form.kv_heads * form.size;
    let fused = at.linear("kv_proj", 2 * each, width, Bias::No)?;
    let at = at.at("experts");
    let queries = at.tensor("input_linear.weight", &[experts, each, width])?;
    let output = at.tensor("output_linear.weight", &[experts, width, each])?;
    let all = experts.saturating_mul(each);
    Ok(Attention {
        heads: form.heads,
        kv_heads: form.kv_heads,
        head_size: form.size,
        value_size: form.size,
        query: Query::Routed {
            router: Box::new(mixture.route(&at)?),
            map: Linear {
                weight: queries.reshaped(&[all, width])?,
                bias: None,
            },
        },
        key_value: KeyValue::Full {
            key: rows(&fused, 0, each)?,
            value: rows(&fused, each, each)?,
        },
        output: Linear {
            weight: output.transposed()?.reshaped(&[width, all])?,
            bias: Some(at.tensor("bias", &[width])?),
        },
        query_norm: None,
        key_norm: None,
        output_norm: None,
        rotary: form.rotary.get(number as usize).cloned().flatten(),
        bias: ScoreBias::None,
        scale: form.scale,
        soft_cap: None,
        window: None,
        sinks: None,
        clip: None,
    })
}
