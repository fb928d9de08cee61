//! GPT-BigCode: SantaCoder (Ben Allal et al. 2023, arXiv 2301.03988) and
//! StarCoder (Li et al. 2023, arXiv 2305.06161).
//!
//! Reference: transformers 4.57.6,
//! `models/gpt_bigcode/modeling_gpt_bigcode.py`. One key-value head for all
//! query heads, or as many of each, then stored head by head.

use super::build::{At, Bias, head_size, rows};
use super::causal::{self, Decoder, TIED_HEAD};
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Attention, Embedding, Placement};

pub(super) static GPT_BIGCODE: Architecture = Architecture {
    model_type: "gpt_bigcode",
    classes: &[
        ("GPTBigCodeForCausalLM", Task::Causal),
        ("GPTBigCodeModel", Task::Encoder),
    ],
    base: "transformer.",
    renames: &[],
    ignored: &[
        TIED_HEAD,
        Ignored {
            ending: ".attn.bias",
            reason: "the causal mask as a buffer",
        },
        Ignored {
            ending: "transformer.bias",
            reason: "the causal mask as a buffer",
        },
    ],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count("n_embd")?;
    let vocabulary = config.count("vocab_size")?;
    let heads = config.count("n_head")?;
    let context = config.count_or("n_positions", 1_024)?;
    let inner = config.optional("n_inner")?.unwrap_or(4 * width);
    let epsilon = config.positive_or("layer_norm_epsilon", 1e-5)?;
    let activation = config.activation_or("activation_function", Activation::GeluTanh)?;
    let size = head_size(None, width, heads)?;
    let single = config.flag_or("multi_query", true)?;
    let scaled = config.flag_or("scale_attn_weights", true)?;
    if config.flag_or("add_cross_attention", false)? {
        return Err(config.unsupported("add_cross_attention"));
    }
    // How precisely and in what buffers it is run; the heads follow from
    // `multi_query`.
    config.skip(&[
        "attention_softmax_in_fp32",
        "inference_runner",
        "max_batch_size",
        "max_sequence_length",
        "num_key_value_heads",
        "pad_key_length",
        "pre_allocate_kv_cache",
        "scale_attention_softmax_in_fp32",
        "validate_runner_input",
    ]);

    let model = At::new("transformer.");
    let kv = if single { 1 } else { heads };
    let layers = causal::layers(config.layers("n_layer")?, |number| {
        let layer = model.at("h").at(number);
        let (attention, mlp) = (layer.at("attn"), layer.at("mlp"));
        let fused = attention.linear("c_attn", width + 2 * kv * size, width, Bias::Yes)?;
        let [query, key, value] = if single {
            [
                rows(&fused, 0, width)?,
                rows(&fused, width, size)?,
                rows(&fused, width + size, size)?,
            ]
        } else {
            causal::by_head(&fused, heads, size)?
        };
        let output = attention.linear("c_proj", width, width, Bias::Yes)?;
        let plain = causal::attention([heads, kv, size], [query, key, value, output]);
        let expert = mlp.plain(["c_fc", "c_proj"], width, inner, Bias::Yes)?;
        Ok(causal::block(
            Attention {
                scale: if scaled { plain.scale } else { 1.0 },
                ..plain
            },
            causal::dense(expert, activation),
            Placement::Pre {
                mixer: layer.layer_norm("ln_1", width, epsilon)?,
                feed_forward: Some(layer.layer_norm("ln_2", width, epsilon)?),
            },
        ))
    })?;
    let tokens = model.tensor("wte.weight", &[vocabulary, width])?;
    let positions = model.tensor("wpe.weight", &[context, width])?;
    let map = causal::output(config, true, &tokens, "lm_head", Bias::No)?;
    Ok(Decoder {
        model_type: GPT_BIGCODE.model_type,
        width,
        context: Some(context),
        embedding: Embedding {
            positions: causal::learned(positions),
            ..causal::embedding(&tokens)
        },
        layers,
        final_norm: Some(model.layer_norm("ln_f", width, epsilon)?),
        head: causal::head(task, map),
    }
    .genome())
}
