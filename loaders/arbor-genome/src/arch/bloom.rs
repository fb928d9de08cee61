//! BLOOM (Le Scao et al. 2022, arXiv 2211.05100).
//!
//! Reference: transformers 4.57.6, `models/bloom/modeling_bloom.py`. ALiBi, a
//! norm over the embedding, queries, keys and values stored head by head.

use super::build::{At, Bias, head_size};
use super::causal::{self, Decoder, TIED_HEAD};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Attention, Embedding, Placement, ScoreBias, Slopes};

pub(super) static BLOOM: Architecture = Architecture {
    model_type: "bloom",
    classes: &[
        ("BloomForCausalLM", Task::Causal),
        ("BloomModel", Task::Encoder),
    ],
    base: "transformer.",
    renames: &[],
    ignored: &[TIED_HEAD],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count_of(["n_embed", "hidden_size"])?;
    let vocabulary = config.count("vocab_size")?;
    let heads = config.count_of(["n_head", "num_attention_heads"])?;
    let count = match config.has("n_layer") {
        true => config.layers("n_layer")?,
        false => config.layers("num_hidden_layers")?,
    };
    config.skip(&["num_hidden_layers"]);
    let context = config.optional("seq_length")?;
    let epsilon = config.positive_or("layer_norm_epsilon", 1e-5)?;
    let size = head_size(None, width, heads)?;
    let normed = config.flag_or("apply_residual_connection_post_layernorm", false)?;
    // It would leave biases out, on models trained on several cards only.
    if config.flag_or("slow_but_exact", false)? {
        return Err(config.unsupported("slow_but_exact"));
    }
    // Names of fused kernels, and ALiBi's offset, which softmax cancels.
    config.skip(&[
        "attention_softmax_in_fp32",
        "bias_dropout_fusion",
        "masked_softmax_fusion",
        "offset_alibi",
        "skip_bias_add",
        "skip_bias_add_qkv",
    ]);

    let model = At::new("transformer.");
    let layers = causal::layers(count, |number| {
        let layer = model.at("h").at(number);
        let attention = layer.at("self_attention");
        let fused = attention.linear("query_key_value", 3 * width, width, Bias::Yes)?;
        let [query, key, value] = causal::by_head(&fused, heads, size)?;
        let output = attention.linear("dense", width, width, Bias::Yes)?;
        let mlp = layer.at("mlp");
        let maps = ["dense_h_to_4h", "dense_4h_to_h"];
        let mixer = layer.layer_norm("input_layernorm", width, epsilon)?;
        let feed_forward = layer.layer_norm("post_attention_layernorm", width, epsilon)?;
        Ok(causal::block(
            Attention {
                bias: ScoreBias::Alibi(Slopes::Standard),
                ..causal::attention([heads, heads, size], [query, key, value, output])
            },
            causal::dense(
                mlp.plain(maps, width, 4 * width, Bias::Yes)?,
                Activation::GeluTanh,
            ),
            if normed {
                Placement::Normed {
                    mixer,
                    feed_forward,
                }
            } else {
                Placement::Pre {
                    mixer,
                    feed_forward: Some(feed_forward),
                }
            },
        ))
    })?;
    let tokens = model.tensor("word_embeddings.weight", &[vocabulary, width])?;
    let norm = model.layer_norm("word_embeddings_layernorm", width, epsilon)?;
    let map = causal::output(config, true, &tokens, "lm_head", Bias::No)?;
    Ok(Decoder {
        model_type: BLOOM.model_type,
        width,
        context,
        embedding: Embedding {
            norm: Some(norm),
            ..causal::embedding(&tokens)
        },
        layers,
        final_norm: Some(model.layer_norm("ln_f", width, epsilon)?),
        head: causal::head(task, map),
    }
    .genome())
}
