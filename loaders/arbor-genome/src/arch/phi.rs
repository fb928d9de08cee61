//! Phi-1, Phi-1.5 and Phi-2 (Li et al. 2023, arXiv 2309.05463).
//!
//! Reference: transformers 4.57.6, `models/phi/modeling_phi.py`. One norm
//! serves both branches of a layer; the head has a bias.

use super::build::{At, Bias, head_size, kv_heads};
use super::causal::{self, Decoder, FREQUENCIES, TIED_HEAD};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Attention, Placement, QkNorm, RotaryPairs, Span};

pub(super) static PHI: Architecture = Architecture {
    model_type: "phi",
    classes: &[
        ("PhiForCausalLM", Task::Causal),
        ("PhiModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[TIED_HEAD, FREQUENCIES],
    read,
};

/// Norms of queries and keys where `has` says so: one of each for all heads.
pub(super) fn head_norms(
    attention: &At,
    has: bool,
    size: u64,
    epsilon: f64,
) -> Result<[Option<QkNorm>; 2], ConfigError> {
    if !has {
        return Ok([None, None]);
    }
    let norm = |name| -> Result<_, ConfigError> {
        Ok(Some(QkNorm {
            norm: attention.layer_norm(name, size, epsilon)?,
            span: Span::Head,
        }))
    };
    Ok([norm("q_layernorm")?, norm("k_layernorm")?])
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count("hidden_size")?;
    let vocabulary = config.count("vocab_size")?;
    let heads = config.count("num_attention_heads")?;
    let kv = kv_heads(config.count_or("num_key_value_heads", heads)?, heads)?;
    let size = head_size(config.optional("head_dim")?, width, heads)?;
    let context = config.count_or("max_position_embeddings", 2_048)?;
    let inner = config.count("intermediate_size")?;
    let epsilon = config.positive_or("layer_norm_eps", 1e-5)?;
    let activation = config.activation_or("hidden_act", Activation::GeluTanh)?;
    let normed = config.flag_or("qk_layernorm", false)?;
    let rotary = config
        .rope(None, 10_000.0, context)?
        .rotary(size, 0.5, RotaryPairs::Halves)?;

    let model = At::new("model.");
    let shape = [heads, kv, size];
    let layers = causal::layers(config.layers("num_hidden_layers")?, |number| {
        let layer = model.at("layers").at(number);
        let attention = layer.at("self_attn");
        let names = ["q_proj", "k_proj", "v_proj", "dense"];
        let maps = causal::maps(&attention, names, width, shape, [Bias::Yes; 2])?;
        let [query_norm, key_norm] = head_norms(&attention, normed, size, epsilon)?;
        let mlp = layer.at("mlp");
        let expert = mlp.plain(["fc1", "fc2"], width, inner, Bias::Yes)?;
        Ok(causal::block(
            Attention {
                rotary: Some(rotary.clone()),
                query_norm,
                key_norm,
                ..causal::attention(shape, maps)
            },
            causal::dense(expert, activation),
            Placement::Parallel {
                mixer: layer.layer_norm("input_layernorm", width, epsilon)?,
                feed_forward: None,
            },
        ))
    })?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let map = causal::output(config, false, &tokens, "lm_head", Bias::Yes)?;
    Ok(Decoder {
        model_type: PHI.model_type,
        width,
        context: Some(context),
        embedding: causal::embedding(&tokens),
        layers,
        final_norm: Some(model.layer_norm("final_layernorm", width, epsilon)?),
        head: causal::head(task, map),
    }
    .genome())
}
