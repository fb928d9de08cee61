//! GPT-NeoX (Black et al. 2022, arXiv 2204.06745) and Pythia (Biderman et al.
//! 2023, arXiv 2304.01373).
//!
//! Reference: transformers 4.57.6, `models/gpt_neox/modeling_gpt_neox.py`.
//! Queries, keys and values are stored as one map, head by head.

use super::build::{At, Bias, head_size};
use super::causal::{self, Decoder, FREQUENCIES};
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Attention, Placement, RotaryPairs};

/// Buffers of older checkpoints.
pub(super) const BUFFERS: &[Ignored] = &[
    FREQUENCIES,
    Ignored {
        ending: ".attention.bias",
        reason: "the causal mask as a buffer",
    },
    Ignored {
        ending: ".attention.masked_bias",
        reason: "the value of hidden scores as a buffer",
    },
    Ignored {
        ending: "embed_out.weight",
        reason: "a second copy of the tied embedding",
    },
];

pub(super) static GPT_NEOX: Architecture = Architecture {
    model_type: "gpt_neox",
    classes: &[
        ("GPTNeoXForCausalLM", Task::Causal),
        ("GPTNeoXModel", Task::Encoder),
    ],
    base: "gpt_neox.",
    renames: &[],
    ignored: BUFFERS,
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count("hidden_size")?;
    let vocabulary = config.count("vocab_size")?;
    let heads = config.count("num_attention_heads")?;
    let context = config.count_or("max_position_embeddings", 2_048)?;
    let inner = config.count("intermediate_size")?;
    let epsilon = config.positive_or("layer_norm_eps", 1e-5)?;
    let activation = config.activation_or("hidden_act", Activation::Gelu)?;
    let bias = Bias::from(config.flag_or("attention_bias", true)?);
    let parallel = config.flag_or("use_parallel_residual", true)?;
    let size = head_size(None, width, heads)?;
    let rotary = config
        .rope(None, 10_000.0, context)?
        .rotary(size, 0.25, RotaryPairs::Halves)?;
    config.skip(&["is_decoder"]);

    let model = At::new("gpt_neox.");
    let layers = causal::layers(config.layers("num_hidden_layers")?, |number| {
        let layer = model.at("layers").at(number);
        let attention = layer.at("attention");
        let fused = attention.linear("query_key_value", 3 * width, width, bias)?;
        let [query, key, value] = causal::by_head(&fused, heads, size)?;
        let output = attention.linear("dense", width, width, bias)?;
        let mlp = layer.at("mlp");
        let maps = ["dense_h_to_4h", "dense_4h_to_h"];
        let mixer = layer.layer_norm("input_layernorm", width, epsilon)?;
        let feed_forward = Some(layer.layer_norm("post_attention_layernorm", width, epsilon)?);
        Ok(causal::block(
            Attention {
                rotary: Some(rotary.clone()),
                ..causal::attention([heads, heads, size], [query, key, value, output])
            },
            causal::dense(mlp.plain(maps, width, inner, Bias::Yes)?, activation),
            if parallel {
                Placement::Parallel {
                    mixer,
                    feed_forward,
                }
            } else {
                Placement::Pre {
                    mixer,
                    feed_forward,
                }
            },
        ))
    })?;
    let tokens = model.tensor("embed_in.weight", &[vocabulary, width])?;
    let map = causal::output(config, false, &tokens, "embed_out", Bias::No)?;
    Ok(Decoder {
        model_type: GPT_NEOX.model_type,
        width,
        context: Some(context),
        embedding: causal::embedding(&tokens),
        layers,
        final_norm: Some(model.layer_norm("final_layer_norm", width, epsilon)?),
        head: causal::head(task, map),
    }
    .genome())
}
