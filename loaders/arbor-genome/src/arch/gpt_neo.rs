//! GPT-Neo (Black et al. 2021).
//!
//! Reference: transformers 4.57.6, `models/gpt_neo/modeling_gpt_neo.py`.
//! Scores are not scaled; layers see all that came before or a window of it.

use super::build::{At, Bias, bad, head_size};
use super::causal::{self, Decoder, TIED_HEAD};
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Attention, Embedding, Placement};

pub(super) static GPT_NEO: Architecture = Architecture {
    model_type: "gpt_neo",
    classes: &[
        ("GPTNeoForCausalLM", Task::Causal),
        ("GPTNeoModel", Task::Encoder),
    ],
    base: "transformer.",
    renames: &[],
    ignored: &[
        TIED_HEAD,
        Ignored {
            ending: ".attn.attention.bias",
            reason: "the causal mask as a buffer",
        },
        Ignored {
            ending: ".attn.attention.masked_bias",
            reason: "the value of hidden scores as a buffer",
        },
    ],
    read,
};

/// For each layer whether it sees only a window.
fn local(config: &Config, count: u64) -> Result<Vec<bool>, ConfigError> {
    let pattern = config.repeated_words("attention_types")?;
    let kinds = config.words("attention_layers")?.or(pattern);
    let kinds = kinds.unwrap_or_else(|| ["global", "local"].repeat(12));
    if kinds.len() as u64 != count {
        let found = kinds.len() as u64;
        return Err(bad("attention_layers", found, &format!("{count} layers")));
    }
    let local = kinds.into_iter().map(|kind| match kind {
        "global" => Ok(false),
        "local" => Ok(true),
        _ => Err(config.unsupported("attention_layers")),
    });
    local.collect()
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count("hidden_size")?;
    let vocabulary = config.count("vocab_size")?;
    let heads = config.count("num_heads")?;
    let context = config.count_or("max_position_embeddings", 2_048)?;
    let inner = config.optional("intermediate_size")?.unwrap_or(4 * width);
    let window = config.count_or("window_size", 256)?;
    let epsilon = config.positive_or("layer_norm_epsilon", 1e-5)?;
    let activation = config.activation_or("activation_function", Activation::GeluTanh)?;
    let size = head_size(None, width, heads)?;
    let count = config.layers("num_layers")?;
    let mut local = local(config, count)?.into_iter();

    let model = At::new("transformer.");
    let layers = causal::layers(count, |number| {
        let layer = model.at("h").at(number);
        let attention = layer.at("attn.attention");
        let map = |name, bias| attention.linear(name, width, width, bias);
        let maps = [
            map("q_proj", Bias::No)?,
            map("k_proj", Bias::No)?,
            map("v_proj", Bias::No)?,
            map("out_proj", Bias::Yes)?,
        ];
        let mlp = layer.at("mlp");
        let expert = mlp.plain(["c_fc", "c_proj"], width, inner, Bias::Yes)?;
        Ok(causal::block(
            Attention {
                scale: 1.0,
                window: local.next().unwrap_or(false).then_some(window),
                ..causal::attention([heads, heads, size], maps)
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
        model_type: GPT_NEO.model_type,
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
