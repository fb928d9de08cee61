//! Persimmon (Adept 2023).
//!
//! Reference: transformers 4.57.6, `models/persimmon/modeling_persimmon.py`.
//! Queries, keys and values are stored head by head; half of a head is rotated.

use super::build::{At, Bias, head_size};
use super::causal::{self, Decoder, FREQUENCIES, TIED_HEAD};
use super::phi::head_norms;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Attention, Placement, RotaryPairs};

pub(super) static PERSIMMON: Architecture = Architecture {
    model_type: "persimmon",
    classes: &[
        ("PersimmonForCausalLM", Task::Causal),
        ("PersimmonModel", Task::Encoder),
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
    let size = head_size(None, width, heads)?;
    let context = config.count_or("max_position_embeddings", 16_384)?;
    let inner = config.count("intermediate_size")?;
    let epsilon = config.positive_or("layer_norm_eps", 1e-5)?;
    let activation = config.activation_or("hidden_act", Activation::Relu2)?;
    let normed = config.flag_or("qk_layernorm", true)?;
    let rotary = config
        .rope(None, 25_000.0, context)?
        .rotary(size, 0.5, RotaryPairs::Halves)?;

    let model = At::new("model.");
    let layers = causal::layers(config.layers("num_hidden_layers")?, |number| {
        let layer = model.at("layers").at(number);
        let attention = layer.at("self_attn");
        let fused = attention.linear("query_key_value", 3 * width, width, Bias::Yes)?;
        let [query, key, value] = causal::by_head(&fused, heads, size)?;
        let output = attention.linear("dense", width, width, Bias::Yes)?;
        let [query_norm, key_norm] = head_norms(&attention, normed, size, epsilon)?;
        let mlp = layer.at("mlp");
        let maps = ["dense_h_to_4h", "dense_4h_to_h"];
        Ok(causal::block(
            Attention {
                rotary: Some(rotary.clone()),
                query_norm,
                key_norm,
                ..causal::attention([heads, heads, size], [query, key, value, output])
            },
            causal::dense(mlp.plain(maps, width, inner, Bias::Yes)?, activation),
            Placement::Pre {
                mixer: layer.layer_norm("input_layernorm", width, epsilon)?,
                feed_forward: Some(layer.layer_norm("post_attention_layernorm", width, epsilon)?),
            },
        ))
    })?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let map = causal::output(config, false, &tokens, "lm_head", Bias::No)?;
    Ok(Decoder {
        model_type: PERSIMMON.model_type,
        width,
        context: Some(context),
        embedding: causal::embedding(&tokens),
        layers,
        final_norm: Some(model.layer_norm("final_layernorm", width, epsilon)?),
        head: causal::head(task, map),
    }
    .genome())
}
