//! GPT-J (Wang and Komatsuzaki 2021) and CodeGen (Nijkamp et al. 2022, arXiv
//! 2203.13474), which differ in how queries, keys and values are stored.
//!
//! Reference: transformers 4.57.6, `models/gptj/modeling_gptj.py` and
//! `models/codegen/modeling_codegen.py`. One norm serves both branches of a
//! layer; the head has a bias.

use super::build::{At, Bias, bad, head_size};
use super::causal::{self, Decoder, FREQUENCIES, TIED_HEAD};
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Attention, Linear, Placement, Rotary, RotaryPairs, RotaryScaling};

const IGNORED: &[Ignored] = &[
    TIED_HEAD,
    FREQUENCIES,
    Ignored {
        ending: ".attn.bias",
        reason: "the causal mask as a buffer",
    },
    Ignored {
        ending: ".attn.causal_mask",
        reason: "the causal mask as a buffer",
    },
    Ignored {
        ending: ".attn.masked_bias",
        reason: "the value of hidden scores as a buffer",
    },
];

pub(super) static CODEGEN: Architecture = Architecture {
    model_type: "codegen",
    classes: &[
        ("CodeGenForCausalLM", Task::Causal),
        ("CodeGenModel", Task::Encoder),
    ],
    base: "transformer.",
    renames: &[],
    ignored: IGNORED,
    read: |config, task| read(CODEGEN.model_type, split_codegen, config, task),
};

pub(super) static GPTJ: Architecture = Architecture {
    model_type: "gptj",
    classes: &[
        ("GPTJForCausalLM", Task::Causal),
        ("GPTJModel", Task::Encoder),
    ],
    base: "transformer.",
    renames: &[],
    ignored: IGNORED,
    read: |config, task| read(GPTJ.model_type, split_gptj, config, task),
};

/// Queries, keys and values of a layer, by its width and its heads' number.
type Split = fn(&At, u64, u64) -> Result<[Linear; 3], ConfigError>;

fn split_gptj(attention: &At, width: u64, _: u64) -> Result<[Linear; 3], ConfigError> {
    let map = |name| attention.linear(name, width, width, Bias::No);
    Ok([map("q_proj")?, map("k_proj")?, map("v_proj")?])
}

/// Four parts, as on the four cores it was trained on, each with its heads'
/// queries, values and keys.
fn split_codegen(attention: &At, width: u64, heads: u64) -> Result<[Linear; 3], ConfigError> {
    if !heads.is_multiple_of(4) {
        return Err(bad("n_head", heads, "a multiple of 4"));
    }
    let fused = attention.linear("qkv_proj", 3 * width, width, Bias::No)?;
    let part = |slot| causal::slots(&fused, [4, 3, width / 4], slot, 1);
    Ok([part(0)?, part(2)?, part(1)?])
}

fn read(
    model_type: &'static str,
    split: Split,
    config: &Config,
    task: Task,
) -> Result<Genome, ConfigError> {
    let width = config.count("n_embd")?;
    let vocabulary = config.count("vocab_size")?;
    let heads = config.count("n_head")?;
    let context = config.count_or("n_positions", 2_048)?;
    let inner = config.optional("n_inner")?.unwrap_or(4 * width);
    let epsilon = config.positive_or("layer_norm_epsilon", 1e-5)?;
    let activation = config.activation_or("activation_function", Activation::GeluTanh)?;
    let size = head_size(None, width, heads)?;
    let rotated = config.count_or("rotary_dim", 64)?;
    if rotated > size || !rotated.is_multiple_of(2) {
        return Err(bad("rotary_dim", rotated, &format!("even, at most {size}")));
    }
    for flag in ["rotary", "scale_attn_weights"] {
        if !config.flag_or(flag, true)? {
            return Err(config.unsupported(flag));
        }
    }
    config.skip(&["n_ctx"]);
    let rotary = Rotary {
        base: 10_000.0,
        width: rotated,
        pairs: RotaryPairs::Neighbours,
        scaling: RotaryScaling::None,
    };

    let model = At::new("transformer.");
    let layers = causal::layers(config.layers("n_layer")?, |number| {
        let layer = model.at("h").at(number);
        let attention = layer.at("attn");
        let [query, key, value] = split(&attention, width, heads)?;
        let output = attention.linear("out_proj", width, width, Bias::No)?;
        let mlp = layer.at("mlp");
        let expert = mlp.plain(["fc_in", "fc_out"], width, inner, Bias::Yes)?;
        Ok(causal::block(
            Attention {
                rotary: Some(rotary.clone()),
                ..causal::attention([heads, heads, size], [query, key, value, output])
            },
            causal::dense(expert, activation),
            Placement::Parallel {
                mixer: layer.layer_norm("ln_1", width, epsilon)?,
                feed_forward: None,
            },
        ))
    })?;
    let tokens = model.tensor("wte.weight", &[vocabulary, width])?;
    let map = causal::output(config, false, &tokens, "lm_head", Bias::Yes)?;
    Ok(Decoder {
        model_type,
        width,
        context: Some(context),
        embedding: causal::embedding(&tokens),
        layers,
        final_norm: Some(model.layer_norm("ln_f", width, epsilon)?),
        head: causal::head(task, map),
    }
    .genome())
}
