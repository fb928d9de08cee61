//! Phi-3, Phi-3.5 and Phi-4 (Abdin et al. 2024, arXiv 2404.14219).
//!
//! Reference: transformers 4.57.6, `models/phi3/modeling_phi3.py`. Queries,
//! keys and values are stored as one map, gate and value as another.

use super::build::{At, Bias, head_size, kv_heads, rows};
use super::causal::{self, Decoder, FREQUENCIES, TIED_HEAD};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Attention, Expert, Placement, RotaryPairs};

pub(super) static PHI3: Architecture = Architecture {
    model_type: "phi3",
    classes: &[
        ("Phi3ForCausalLM", Task::Causal),
        ("Phi3Model", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[TIED_HEAD, FREQUENCIES],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count("hidden_size")?;
    let vocabulary = config.count("vocab_size")?;
    let heads = config.count("num_attention_heads")?;
    let kv = kv_heads(config.count_or("num_key_value_heads", heads)?, heads)?;
    let size = head_size(config.optional("head_dim")?, width, heads)?;
    let context = config.count_or("max_position_embeddings", 4_096)?;
    let inner = config.count("intermediate_size")?;
    let epsilon = config.positive_or("rms_norm_eps", 1e-5)?;
    let activation = config.activation_or("hidden_act", Activation::Silu)?;
    let window = config.optional("sliding_window")?;
    let rotary = config
        .rope(None, 10_000.0, context)?
        .rotary(size, 1.0, RotaryPairs::Halves)?;
    // Options of the model's own code that the reference does not have.
    for flag in ["attention_bias", "lm_head_bias", "mlp_bias"] {
        if config.flag_or(flag, false)? {
            return Err(config.unsupported(flag));
        }
    }
    for key in ["full_attn_mod", "interpolate_factor"] {
        if config.count_or(key, 1)? != 1 {
            return Err(config.unsupported(key));
        }
    }

    let model = At::new("model.");
    let (queries, keys) = (heads * size, kv * size);
    let layers = causal::layers(config.layers("num_hidden_layers")?, |number| {
        let layer = model.at("layers").at(number);
        let (attention, mlp) = (layer.at("self_attn"), layer.at("mlp"));
        let fused = attention.linear("qkv_proj", queries + 2 * keys, width, Bias::No)?;
        let maps = [
            rows(&fused, 0, queries)?,
            rows(&fused, queries, keys)?,
            rows(&fused, queries + keys, keys)?,
            attention.linear("o_proj", width, queries, Bias::No)?,
        ];
        let fused = mlp.linear("gate_up_proj", 2 * inner, width, Bias::No)?;
        let expert = Expert {
            norm: None,
            gate: Some(rows(&fused, 0, inner)?),
            up: rows(&fused, inner, inner)?,
            down: mlp.linear("down_proj", width, inner, Bias::No)?,
        };
        Ok(causal::block(
            Attention {
                rotary: Some(rotary.clone()),
                window,
                ..causal::attention([heads, kv, size], maps)
            },
            causal::dense(expert, activation),
            Placement::Pre {
                mixer: layer.rms_norm("input_layernorm", width, epsilon)?,
                feed_forward: Some(layer.rms_norm("post_attention_layernorm", width, epsilon)?),
            },
        ))
    })?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let map = causal::output(config, false, &tokens, "lm_head", Bias::No)?;
    Ok(Decoder {
        model_type: PHI3.model_type,
        width,
        context: Some(context),
        embedding: causal::embedding(&tokens),
        layers,
        final_norm: Some(model.rms_norm("norm", width, epsilon)?),
        head: causal::head(task, map),
    }
    .genome())
}
