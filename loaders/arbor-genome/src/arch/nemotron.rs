//! Nemotron-4 (Parmar et al. 2024, arXiv 2402.16819) and Minitron.
//!
//! Reference: transformers 4.57.6, `models/nemotron/modeling_nemotron.py`.
//! Layer norms multiply with one plus their weight; squared ReLU, no gate.

use super::build::{At, Bias, head_size, kv_heads};
use super::causal::{self, Decoder, FREQUENCIES, TIED_HEAD};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Attention, Gain, Norm, Placement, RotaryPairs};

pub(super) static NEMOTRON: Architecture = Architecture {
    model_type: "nemotron",
    classes: &[
        ("NemotronForCausalLM", Task::Causal),
        ("NemotronModel", Task::Encoder),
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
    let kv = kv_heads(config.count_or("num_key_value_heads", heads)?, heads)?;
    let size = head_size(config.optional("head_dim")?, width, heads)?;
    let context = config.count_or("max_position_embeddings", 4_096)?;
    let inner = config.count("intermediate_size")?;
    let epsilon = config.positive_or("norm_eps", 1e-5)?;
    let activation = config.activation_or("hidden_act", Activation::Relu2)?;
    let bias = Bias::from(config.flag_or("attention_bias", false)?);
    let mlp_bias = Bias::from(config.flag_or("mlp_bias", false)?);
    let rotary = config
        .rope(None, 10_000.0, context)?
        .rotary(size, 0.5, RotaryPairs::Halves)?;
    let norm = |at: &At, name: &str| -> Result<Norm, ConfigError> {
        let weight = at.tensor(&format!("{name}.weight"), &[width])?;
        Ok(Norm {
            gain: Gain::OnePlus(weight),
            ..at.layer_norm(name, width, epsilon)?
        })
    };

    let model = At::new("model.");
    let shape = [heads, kv, size];
    let layers = causal::layers(config.layers("num_hidden_layers")?, |number| {
        let layer = model.at("layers").at(number);
        let names = ["q_proj", "k_proj", "v_proj", "o_proj"];
        let maps = causal::maps(&layer.at("self_attn"), names, width, shape, [bias; 2])?;
        let mlp = layer.at("mlp");
        let expert = mlp.plain(["up_proj", "down_proj"], width, inner, mlp_bias)?;
        Ok(causal::block(
            Attention {
                rotary: Some(rotary.clone()),
                ..causal::attention(shape, maps)
            },
            causal::dense(expert, activation),
            Placement::Pre {
                mixer: norm(&layer, "input_layernorm")?,
                feed_forward: Some(norm(&layer, "post_attention_layernorm")?),
            },
        ))
    })?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let map = causal::output(config, false, &tokens, "lm_head", Bias::No)?;
    Ok(Decoder {
        model_type: NEMOTRON.model_type,
        width,
        context: Some(context),
        embedding: causal::embedding(&tokens),
        layers,
        final_norm: Some(norm(&model, "norm")?),
        head: causal::head(task, map),
    }
    .genome())
}
