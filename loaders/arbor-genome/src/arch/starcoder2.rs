//! StarCoder2 (Lozhkov et al. 2024, arXiv 2402.19173).
//!
//! Reference: transformers 4.57.6, `models/starcoder2/modeling_starcoder2.py`.

use super::build::{At, Bias, head_size, kv_heads};
use super::causal::{self, Decoder, FREQUENCIES, TIED_HEAD};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Attention, Placement, RotaryPairs};

pub(super) static STARCODER2: Architecture = Architecture {
    model_type: "starcoder2",
    classes: &[
        ("Starcoder2ForCausalLM", Task::Causal),
        ("Starcoder2Model", Task::Encoder),
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
    let kv = kv_heads(config.count_or("num_key_value_heads", 2)?, heads)?;
    let size = head_size(config.optional("head_dim")?, width, heads)?;
    let context = config.count_or("max_position_embeddings", 4_096)?;
    let inner = config.count("intermediate_size")?;
    let epsilon = config.positive_or("norm_epsilon", 1e-5)?;
    let activation = config.activation_or("hidden_act", Activation::GeluTanh)?;
    let bias = Bias::from(config.flag_or("use_bias", true)?);
    let window = config.optional("sliding_window")?;
    let rotary = config
        .rope(None, 10_000.0, context)?
        .rotary(size, 1.0, RotaryPairs::Halves)?;
    for (key, only) in [("mlp_type", "default"), ("norm_type", "layer_norm")] {
        if config.word_or(key, only)? != only {
            return Err(config.unsupported(key));
        }
    }

    let model = At::new("model.");
    let shape = [heads, kv, size];
    let layers = causal::layers(config.layers("num_hidden_layers")?, |number| {
        let layer = model.at("layers").at(number);
        let names = ["q_proj", "k_proj", "v_proj", "o_proj"];
        let maps = causal::maps(&layer.at("self_attn"), names, width, shape, [bias; 2])?;
        let mlp = layer.at("mlp");
        let expert = mlp.plain(["c_fc", "c_proj"], width, inner, bias)?;
        Ok(causal::block(
            Attention {
                rotary: Some(rotary.clone()),
                window,
                ..causal::attention(shape, maps)
            },
            causal::dense(expert, activation),
            Placement::Pre {
                mixer: layer.layer_norm("input_layernorm", width, epsilon)?,
                feed_forward: Some(layer.layer_norm("post_attention_layernorm", width, epsilon)?),
            },
        ))
    })?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let map = causal::output(config, true, &tokens, "lm_head", Bias::No)?;
    Ok(Decoder {
        model_type: STARCODER2.model_type,
        width,
        context: Some(context),
        embedding: causal::embedding(&tokens),
        layers,
        final_norm: Some(model.layer_norm("norm", width, epsilon)?),
        head: causal::head(task, map),
    }
    .genome())
}
