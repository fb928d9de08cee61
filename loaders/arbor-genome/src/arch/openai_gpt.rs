//! GPT (Radford et al. 2018), the first one.
//!
//! Reference: transformers 4.57.6, `models/openai/modeling_openai.py`. Norms
//! stand after each sum, none at the end; its `gelu` is the tanh form.

use super::build::{At, Bias, head_size, rows};
use super::causal::{self, Decoder, TIED_HEAD};
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Embedding, Expert, Placement};

pub(super) static OPENAI_GPT: Architecture = Architecture {
    model_type: "openai-gpt",
    classes: &[
        ("OpenAIGPTLMHeadModel", Task::Causal),
        ("OpenAIGPTModel", Task::Encoder),
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
            ending: "transformer.position_ids",
            reason: "a table of position numbers",
        },
    ],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count("n_embd")?;
    let vocabulary = config.count("vocab_size")?;
    let heads = config.count("n_head")?;
    let context = config.count_or("n_positions", 512)?;
    let epsilon = config.positive_or("layer_norm_epsilon", 1e-5)?;
    let size = head_size(None, width, heads)?;
    let activation = match config.activation_or("afn", Activation::Gelu)? {
        Activation::Gelu => Activation::GeluTanh,
        known @ (Activation::Relu | Activation::Silu) => known,
        Activation::GeluQuick
        | Activation::GeluTanh
        | Activation::Relu2
        | Activation::Sigmoid
        | Activation::SwigluOai
        | Activation::Tanh => return Err(config.unsupported("afn")),
    };
    config.skip(&["n_ctx", "n_special", "predict_special_tokens"]);

    let model = At::new("transformer.");
    let layers = causal::layers(config.layers("n_layer")?, |number| {
        let layer = model.at("h").at(number);
        let (attention, mlp) = (layer.at("attn"), layer.at("mlp"));
        let fused = attention.conv1d("c_attn", 3 * width, width)?;
        let maps = [
            rows(&fused, 0, width)?,
            rows(&fused, width, width)?,
            rows(&fused, 2 * width, width)?,
            attention.conv1d("c_proj", width, width)?,
        ];
        let expert = Expert {
            norm: None,
            gate: None,
            up: mlp.conv1d("c_fc", 4 * width, width)?,
            down: mlp.conv1d("c_proj", width, 4 * width)?,
        };
        Ok(causal::block(
            causal::attention([heads, heads, size], maps),
            causal::dense(expert, activation),
            Placement::Post {
                mixer: layer.layer_norm("ln_1", width, epsilon)?,
                feed_forward: layer.layer_norm("ln_2", width, epsilon)?,
            },
        ))
    })?;
    let tokens = model.tensor("tokens_embed.weight", &[vocabulary, width])?;
    let positions = model.tensor("positions_embed.weight", &[context, width])?;
    let map = causal::output(config, true, &tokens, "lm_head", Bias::No)?;
    Ok(Decoder {
        model_type: OPENAI_GPT.model_type,
        width,
        context: Some(context),
        embedding: Embedding {
            positions: causal::learned(positions),
            ..causal::embedding(&tokens)
        },
        layers,
        final_norm: None,
        head: causal::head(task, map),
    }
    .genome())
}
