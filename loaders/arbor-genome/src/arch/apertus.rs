//! Apertus (Swiss AI 2025, arXiv 2509.14233).
//!
//! Reference: transformers 4.57.6, `models/apertus/modeling_apertus.py`, and
//! `XIELUActivation` in `activations.py`. The reference computes the learned
//! steepness of xIELU in bfloat16 even where all else is single precision;
//! here it is as precise as the rest.

use super::build::{At, Bias, head_size, kv_heads};
use super::causal::{self, Decoder, FREQUENCIES, TIED_HEAD};
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Attention, FeedForward, Placement, QkNorm, RotaryPairs, Span};

pub(super) static APERTUS: Architecture = Architecture {
    model_type: "apertus",
    classes: &[
        ("ApertusForCausalLM", Task::Causal),
        ("ApertusModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[
        TIED_HEAD,
        FREQUENCIES,
        Ignored {
            ending: ".mlp.act_fn.beta",
            reason: "a constant of the activation, never trained",
        },
        Ignored {
            ending: ".mlp.act_fn.eps",
            reason: "a constant of the activation, never trained",
        },
    ],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count("hidden_size")?;
    let vocabulary = config.count("vocab_size")?;
    let heads = config.count("num_attention_heads")?;
    let kv = kv_heads(config.count_or("num_key_value_heads", heads)?, heads)?;
    let size = head_size(config.optional("head_dim")?, width, heads)?;
    let context = config.count_or("max_position_embeddings", 65_536)?;
    let inner = config.count("intermediate_size")?;
    let epsilon = config.positive_or("rms_norm_eps", 1e-5)?;
    let bias = Bias::from(config.flag_or("attention_bias", false)?);
    // The class's default is a scaling that no file should leave unsaid.
    if !config.mentions("rope_scaling") && !config.mentions("rope_parameters") {
        return Err(ConfigError::Missing("rope_scaling".to_owned()));
    }
    let rotary =
        config
            .rope(None, 12_000_000.0, context)?
            .rotary(size, 1.0, RotaryPairs::Halves)?;
    if config.word_or("hidden_act", "xielu")? != "xielu" {
        return Err(config.unsupported("hidden_act"));
    }
    for (flag, wanted) in [("mlp_bias", false), ("post_norm", false), ("qk_norm", true)] {
        if config.flag_or(flag, wanted)? != wanted {
            return Err(config.unsupported(flag));
        }
    }

    let model = At::new("model.");
    let shape = [heads, kv, size];
    let layers = causal::layers(config.layers("num_hidden_layers")?, |number| {
        let layer = model.at("layers").at(number);
        let (attention, mlp) = (layer.at("self_attn"), layer.at("mlp"));
        let names = ["q_proj", "k_proj", "v_proj", "o_proj"];
        let maps = causal::maps(&attention, names, width, shape, [bias; 2])?;
        let norm = |name| -> Result<_, ConfigError> {
            Ok(Some(QkNorm {
                norm: attention.rms_norm(name, size, epsilon)?,
                span: Span::Head,
            }))
        };
        Ok(causal::block(
            Attention {
                rotary: Some(rotary.clone()),
                query_norm: norm("q_norm")?,
                key_norm: norm("k_norm")?,
                ..causal::attention(shape, maps)
            },
            FeedForward::Xielu {
                expert: mlp.plain(["up_proj", "down_proj"], width, inner, Bias::No)?,
                positive: mlp.tensor("act_fn.alpha_p", &[1])?,
                negative: mlp.tensor("act_fn.alpha_n", &[1])?,
            },
            Placement::Pre {
                mixer: layer.rms_norm("attention_layernorm", width, epsilon)?,
                feed_forward: Some(layer.rms_norm("feedforward_layernorm", width, epsilon)?),
            },
        ))
    })?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let map = causal::output(config, false, &tokens, "lm_head", Bias::No)?;
    Ok(Decoder {
        model_type: APERTUS.model_type,
        width,
        context: Some(context),
        embedding: causal::embedding(&tokens),
        layers,
        final_norm: Some(model.rms_norm("norm", width, epsilon)?),
        head: causal::head(task, map),
    }
    .genome())
}
