//! StableLM (Bellagente et al. 2024, arXiv 2402.17834).
//!
//! Reference: transformers 4.57.6, `models/stablelm/modeling_stablelm.py`.
//! Options: a norm for each head of queries and of keys, stored apart; both
//! branches of a layer at once behind one norm.

use super::build::{At, Bias, head_size, kv_heads};
use super::causal::{self, Decoder, FREQUENCIES, TIED_HEAD};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{
    Activation, Attention, Gain, Norm, NormKind, Placement, QkNorm, RotaryPairs, Span,
};

pub(super) static STABLELM: Architecture = Architecture {
    model_type: "stablelm",
    classes: &[
        ("StableLmForCausalLM", Task::Causal),
        ("StableLmModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[TIED_HEAD, FREQUENCIES],
    read,
};

fn own_norms(at: &At, heads: u64, size: u64, epsilon: f64) -> Result<QkNorm, ConfigError> {
    let norms = at.at("norms");
    let rows = (0..heads).map(|head| norms.at(head).tensor("weight", &[size]));
    Ok(QkNorm {
        norm: Norm {
            kind: NormKind::Layer,
            epsilon,
            gain: Gain::Rows(rows.collect::<Result<_, _>>()?),
            bias: None,
        },
        span: Span::OwnHead,
    })
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count("hidden_size")?;
    let vocabulary = config.count("vocab_size")?;
    let heads = config.count("num_attention_heads")?;
    let kv = kv_heads(config.count_or("num_key_value_heads", 32)?, heads)?;
    let size = head_size(None, width, heads)?;
    let context = config.count_or("max_position_embeddings", 4_096)?;
    let inner = config.count("intermediate_size")?;
    let epsilon = config.positive_or("layer_norm_eps", 1e-5)?;
    let activation = config.activation_or("hidden_act", Activation::Silu)?;
    let bias = Bias::from(config.flag_or("use_qkv_bias", false)?);
    let parallel = config.flag_or("use_parallel_residual", false)?;
    let normed = config.flag_or("qk_layernorm", false)?;
    let count = config.layers("num_hidden_layers")?;
    // Each head's norm is a tensor of its own in every layer.
    if normed && count * heads > 32_768 {
        return Err(config.unsupported("num_attention_heads"));
    }
    let rotary = config
        .rope(None, 10_000.0, context)?
        .rotary(size, 0.25, RotaryPairs::Halves)?;

    let model = At::new("model.");
    let shape = [heads, kv, size];
    let layers = causal::layers(count, |number| {
        let layer = model.at("layers").at(number);
        let attention = layer.at("self_attn");
        let names = ["q_proj", "k_proj", "v_proj", "o_proj"];
        let maps = causal::maps(&attention, names, width, shape, [bias, Bias::No])?;
        let norms = |name, heads| -> Result<_, ConfigError> {
            normed
                .then(|| own_norms(&attention.at(name), heads, size, epsilon))
                .transpose()
        };
        let gated = ["gate_proj", "up_proj", "down_proj"];
        let expert = layer.at("mlp").gated(gated, width, inner, Bias::No)?;
        let mixer = layer.layer_norm("input_layernorm", width, epsilon)?;
        Ok(causal::block(
            Attention {
                rotary: Some(rotary.clone()),
                query_norm: norms("q_layernorm", heads)?,
                key_norm: norms("k_layernorm", kv)?,
                ..causal::attention(shape, maps)
            },
            causal::dense(expert, activation),
            if parallel {
                Placement::Parallel {
                    mixer,
                    feed_forward: None,
                }
            } else {
                Placement::Pre {
                    mixer,
                    feed_forward: Some(layer.layer_norm(
                        "post_attention_layernorm",
                        width,
                        epsilon,
                    )?),
                }
            },
        ))
    })?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let map = causal::output(config, false, &tokens, "lm_head", Bias::No)?;
    Ok(Decoder {
        model_type: STABLELM.model_type,
        width,
        context: Some(context),
        embedding: causal::embedding(&tokens),
        layers,
        final_norm: Some(model.layer_norm("norm", width, epsilon)?),
        head: causal::head(task, map),
    }
    .genome())
}
