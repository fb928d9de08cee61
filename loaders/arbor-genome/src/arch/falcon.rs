//! Falcon (Almazrouei et al. 2023, arXiv 2311.16867; RefinedWeb, arXiv
//! 2306.01116).
//!
//! Reference: transformers 4.57.6, `models/falcon/modeling_falcon.py`. Three
//! kinds: with ALiBi and a map stored head by head (falcon-rw); parallel, with
//! one key-value head (7B); parallel, with groups of heads and mostly a norm
//! for each branch (40B). ALiBi is added before scores are scaled, once: the
//! reference's eager path adds it twice, its other path and the original once.

use super::build::{At, Bias, head_size, kv_heads};
use super::causal::{self, Decoder, FREQUENCIES, TIED_HEAD};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Attention, Linear, Placement, RotaryPairs, ScoreBias, Slopes};

pub(super) static FALCON: Architecture = Architecture {
    model_type: "falcon",
    classes: &[
        ("FalconForCausalLM", Task::Causal),
        ("FalconModel", Task::Encoder),
    ],
    base: "transformer.",
    renames: &[],
    ignored: &[TIED_HEAD, FREQUENCIES],
    read,
};

/// How a layer is put together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One branch after the other.
    Serial,
    /// Both at once, with one norm.
    Parallel,
    /// Both at once, with a norm each.
    ParallelTwo,
}

fn form(config: &Config, grouped: bool) -> Result<Form, ConfigError> {
    let parallel = config.flag_or("parallel_attn", true)?;
    let norms = config.optional("num_ln_in_parallel_attn")?;
    match (parallel, grouped, norms) {
        (false, false, _) => Ok(Form::Serial),
        (true, false, None | Some(1)) | (true, true, Some(1)) => Ok(Form::Parallel),
        (true, true, None | Some(2)) => Ok(Form::ParallelTwo),
        (false, true, _) => Err(config.unsupported("parallel_attn")),
        (true, _, Some(_)) => Err(config.unsupported("num_ln_in_parallel_attn")),
    }
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count_of(["n_embed", "hidden_size"])?;
    let vocabulary = config.count("vocab_size")?;
    let heads = config.count("num_attention_heads")?;
    let context = config.count_or("max_position_embeddings", 2_048)?;
    let inner = config.count_or("ffn_hidden_size", 4 * width)?;
    let epsilon = config.positive_or("layer_norm_epsilon", 1e-5)?;
    let activation = config.activation_or("activation", Activation::Gelu)?;
    let bias = Bias::from(config.flag_or("bias", false)?);
    let size = head_size(None, width, heads)?;
    let grouped = config.flag_or("new_decoder_architecture", false)?;
    let single = config.flag_or("multi_query", true)?;
    let said = config.count_or("num_kv_heads", heads)?;
    let kv = match (grouped, single) {
        (true, _) => kv_heads(said, heads)?,
        (false, true) => 1,
        (false, false) => heads,
    };
    let form = form(config, grouped)?;
    if config.flag_or("apply_residual_connection_post_layernorm", false)? {
        return Err(config.unsupported("apply_residual_connection_post_layernorm"));
    }
    config.skip(&["ff_factor"]);
    let alibi = config.flag_or("alibi", false)?;
    let rope = config.rope(None, 10_000.0, context)?;
    let rotary = if alibi {
        None
    } else {
        Some(rope.rotary(size, 1.0, RotaryPairs::Halves)?)
    };
    let scale = 1.0 / (size as f64).sqrt();

    let model = At::new("transformer.");
    let layers = causal::layers(config.layers("num_hidden_layers")?, |number| {
        let layer = model.at("h").at(number);
        let attention = layer.at("self_attention");
        let rows = width + 2 * kv * size;
        let fused = attention.linear("query_key_value", rows, width, bias)?;
        let [query, key, value] = split(&fused, heads, kv, size)?;
        let output = attention.linear("dense", width, width, bias)?;
        let mlp = layer.at("mlp");
        let maps = ["dense_h_to_4h", "dense_4h_to_h"];
        let norm = |name| layer.layer_norm(name, width, epsilon);
        Ok(causal::block(
            Attention {
                rotary: rotary.clone(),
                bias: if alibi {
                    ScoreBias::Alibi(Slopes::StandardBf16 { scale })
                } else {
                    ScoreBias::None
                },
                ..causal::attention([heads, kv, size], [query, key, value, output])
            },
            causal::dense(mlp.plain(maps, width, inner, bias)?, activation),
            match form {
                Form::Serial => Placement::Pre {
                    mixer: norm("input_layernorm")?,
                    feed_forward: Some(norm("post_attention_layernorm")?),
                },
                Form::Parallel => Placement::Parallel {
                    mixer: norm("input_layernorm")?,
                    feed_forward: None,
                },
                Form::ParallelTwo => Placement::Parallel {
                    mixer: norm("ln_attn")?,
                    feed_forward: Some(norm("ln_mlp")?),
                },
            },
        ))
    })?;
    let tokens = model.tensor("word_embeddings.weight", &[vocabulary, width])?;
    let map = causal::output(config, true, &tokens, "lm_head", Bias::No)?;
    Ok(Decoder {
        model_type: FALCON.model_type,
        width,
        context: Some(context),
        embedding: causal::embedding(&tokens),
        layers,
        final_norm: Some(model.layer_norm("ln_f", width, epsilon)?),
        head: causal::head(task, map),
    }
    .genome())
}

/// Each key-value head follows the query heads that it serves.
fn split(fused: &Linear, heads: u64, kv: u64, size: u64) -> Result<[Linear; 3], ConfigError> {
    let served = heads / kv;
    let shape = [kv, served + 2, size];
    Ok([
        causal::slots(fused, shape, 0, served)?,
        causal::slots(fused, shape, served, 1)?,
        causal::slots(fused, shape, served + 1, 1)?,
    ])
}
