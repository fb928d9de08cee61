//! GPT-NeoX-Japanese (ABEJA 2022).
//!
//! Reference: transformers 4.57.6,
//! `models/gpt_neox_japanese/modeling_gpt_neox_japanese.py`. Maps have no
//! biases but one: what the last layer's attention gives back.

use super::build::{At, Bias, head_size};
use super::causal::{self, Decoder};
use super::gpt_neox::BUFFERS;
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Attention, Linear, Placement, RotaryPairs};

pub(super) static GPT_NEOX_JAPANESE: Architecture = Architecture {
    model_type: "gpt_neox_japanese",
    classes: &[
        ("GPTNeoXJapaneseForCausalLM", Task::Causal),
        ("GPTNeoXJapaneseModel", Task::Encoder),
    ],
    base: "gpt_neox_japanese.",
    renames: &[],
    ignored: BUFFERS,
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count("hidden_size")?;
    let vocabulary = config.count("vocab_size")?;
    let heads = config.count("num_attention_heads")?;
    let context = config.count_or("max_position_embeddings", 2_048)?;
    let inner = width * config.count_or("intermediate_multiple_size", 4)?;
    let epsilon = config.positive_or("layer_norm_eps", 1e-5)?;
    let activation = config.activation_or("hidden_act", Activation::Gelu)?;
    let size = head_size(None, width, heads)?;
    let rotary = config
        .rope(None, 10_000.0, context)?
        .rotary(size, 1.0, RotaryPairs::Halves)?;
    config.skip(&["is_decoder"]);

    let model = At::new("gpt_neox_japanese.");
    let count = config.layers("num_hidden_layers")?;
    let layers = causal::layers(count, |number| {
        let layer = model.at("layers").at(number);
        let attention = layer.at("attention");
        let fused = attention.linear("query_key_value", 3 * width, width, Bias::No)?;
        let [query, key, value] = causal::by_head(&fused, heads, size)?;
        let mut output = attention.linear("dense", width, width, Bias::No)?;
        if number + 1 == count {
            output = Linear {
                bias: Some(attention.tensor("dense_bias", &[width])?),
                ..output
            };
        }
        let mlp = layer.at("mlp");
        let maps = ["dense_h_to_4h", "dense_4h_to_h"];
        Ok(causal::block(
            Attention {
                rotary: Some(rotary.clone()),
                ..causal::attention([heads, heads, size], [query, key, value, output])
            },
            causal::dense(mlp.plain(maps, width, inner, Bias::No)?, activation),
            Placement::Pre {
                mixer: layer.layer_norm("input_layernorm", width, epsilon)?,
                feed_forward: Some(layer.layer_norm("post_attention_layernorm", width, epsilon)?),
            },
        ))
    })?;
    let tokens = model.tensor("embed_in.weight", &[vocabulary, width])?;
    let map = causal::output(config, true, &tokens, "embed_out", Bias::No)?;
    Ok(Decoder {
        model_type: GPT_NEOX_JAPANESE.model_type,
        width,
        context: Some(context),
        embedding: causal::embedding(&tokens),
        layers,
        final_norm: Some(model.layer_norm("final_layer_norm", width, epsilon)?),
        head: causal::head(task, map),
    }
    .genome())
}
