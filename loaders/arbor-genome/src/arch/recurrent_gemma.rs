//! RecurrentGemma (Botev et al. 2024, arXiv 2404.07839): Griffin's gated
//! recurrences with local attention in between.
//!
//! Reference: transformers 5.23.0,
//! `models/recurrent_gemma/modeling_recurrent_gemma.py`, which keeps attention
//! to its window with and without a cache; 4.57.6 does so with one only.

use super::build::hybrid::{Decoder, GATED, Heads, QKVO, area, head, share, zero_centred};
use super::build::{At, Bias, head_size, kv_heads};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{
    Activation, Attention, Block, FeedForward, Head, Mixer, Placement, RgLru, RotaryPairs,
};

pub(super) static RECURRENT_GEMMA: Architecture = Architecture {
    model_type: "recurrent_gemma",
    classes: &[
        ("RecurrentGemmaForCausalLM", Task::Causal),
        ("RecurrentGemmaModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count_or("hidden_size", 2_560)?;
    let vocabulary = config.count_or("vocab_size", 256_000)?;
    let heads = config.count_or("num_attention_heads", 10)?;
    let size = head_size(config.optional("head_dim")?, width, heads)?;
    let kv = kv_heads(config.count_or("num_key_value_heads", heads)?, heads)?;
    let inner = share(
        "intermediate_size",
        config.count_or("intermediate_size", 7_680)?,
        2,
    )?;
    let lru = config.count_or("lru_width", width)?;
    let window = config.count_or("attention_window_size", 2_048)?;
    let kernel = config.count_or("conv1d_width", 4)?;
    let epsilon = config.positive_or("rms_norm_eps", 1e-6)?;
    let cap = config.positive_or("logits_soft_cap", 30.0)?;
    let activation = config.activation_or("hidden_activation", Activation::GeluTanh)?;
    let bias = Bias::from(config.flag_or("attention_bias", false)?);
    config.skip(&["w_init_variance_scale", "final_w_init_variance_scale"]);
    let rotary = config
        .rope(None, 10_000.0, window)?
        .rotary(size, 0.5, RotaryPairs::Halves)?;
    let pattern = config.words("block_types")?;
    let pattern = pattern.unwrap_or_else(|| vec!["recurrent", "recurrent", "attention"]);
    if pattern.is_empty()
        || pattern
            .iter()
            .any(|kind| !["recurrent", "attention"].contains(kind))
    {
        return Err(config.unsupported("block_types"));
    }

    let model = At::new("model.");
    let norm =
        |at: &At, name| Ok::<_, ConfigError>(zero_centred(at.rms_norm(name, width, epsilon)?));
    let shape = Heads {
        input: width,
        output: width,
        heads,
        kv,
        size,
    };
    let block = |number: u64| {
        let layer = model.at("layers").at(number);
        let at = layer.at("temporal_block");
        let recurrent = pattern[number as usize % pattern.len()] == "recurrent";
        let mixer = if recurrent {
            Mixer::RgLru(Box::new(recurrence(
                &at, width, lru, heads, kernel, activation,
            )?))
        } else {
            Mixer::Attention(Box::new(Attention {
                window: Some(window),
                ..shape.attention(&at, QKVO, (bias, Bias::Yes), Some(&rotary))?
            }))
        };
        Ok(Block {
            mixer,
            cross: None,
            feed_forward: FeedForward::Dense {
                expert: layer
                    .at("mlp_block")
                    .gated(GATED, width, inner, Bias::Yes)?,
                activation,
            },
            placement: Placement::Pre {
                mixer: norm(&layer, "temporal_pre_norm")?,
                feed_forward: Some(norm(&layer, "channel_pre_norm")?),
            },
            residual: Block::PLAIN,
        })
    };
    let number = config.layers("num_hidden_layers")?;
    let layers = (0..number).map(block).collect::<Result<_, ConfigError>>()?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let decoder = Decoder {
        model_type: RECURRENT_GEMMA.model_type,
        width,
        context: None,
        map: head(config, true, &tokens, "lm_head")?,
        tokens,
        layers,
        final_norm: norm(&model, "final_norm")?,
    };
    let mut genome = decoder.scaled(task, bfloat16((width as f64).sqrt()), 1.0);
    if let Head::Vocabulary { soft_cap, .. } = &mut genome.head {
        *soft_cap = Some(cap);
    }
    Ok(genome)
}

fn recurrence(
    at: &At,
    width: u64,
    inner: u64,
    heads: u64,
    kernel: u64,
    activation: Activation,
) -> Result<RgLru, ConfigError> {
    let each = share("num_attention_heads", area(&[inner])?, heads)?;
    let lru = at.at("rg_lru");
    let gate = |name: &str| -> Result<_, ConfigError> {
        Ok((
            lru.tensor(&format!("{name}_weight"), &[heads, each, each])?,
            lru.tensor(&format!("{name}_bias"), &[heads, each])?,
        ))
    };
    Ok(RgLru {
        inner,
        heads,
        input: at.linear("linear_x", inner, width, Bias::Yes)?,
        gate: at.linear("linear_y", inner, width, Bias::Yes)?,
        activation,
        convolution: at.tensor("conv_1d.weight", &[inner, 1, kernel])?,
        convolution_bias: at.tensor("conv_1d.bias", &[inner])?,
        input_gate: gate("input_gate")?,
        recurrence_gate: gate("recurrent_gate")?,
        recurrence: lru.tensor("recurrent_param", &[inner])?,
        output: at.linear("linear_out", width, inner, Bias::Yes)?,
    })
}

/// The reference keeps the embedding's factor in bfloat16.
fn bfloat16(x: f64) -> f64 {
    let bits = (x as f32).to_bits();
    let rounded = bits.wrapping_add(0x7fff + ((bits >> 16) & 1)) & 0xffff_0000;
    f64::from(f32::from_bits(rounded))
}
