//! nanochat (Karpathy 2025).
//!
//! Reference: transformers 5, `models/nanochat/modeling_nanochat.py`. No norm
//! has a weight: over the embedding, before each branch, over each head's
//! query and key, at the end. Rotations turn the other way. The reference
//! norms a head after its rotation, which changes no length and so nothing.

use super::build::{At, Bias, head_size, kv_heads};
use super::causal::{self, Decoder, TIED_HEAD};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Attention, Embedding, Head, Placement, QkNorm, RotaryPairs, Span};

pub(super) static NANOCHAT: Architecture = Architecture {
    model_type: "nanochat",
    classes: &[
        ("NanoChatForCausalLM", Task::Causal),
        ("NanoChatModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[TIED_HEAD],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count("hidden_size")?;
    let vocabulary = config.count("vocab_size")?;
    let heads = config.count("num_attention_heads")?;
    let kv = kv_heads(config.count_or("num_key_value_heads", heads)?, heads)?;
    let size = head_size(config.optional("head_dim")?, width, heads)?;
    let context = config.count_or("max_position_embeddings", 2_048)?;
    let inner = config.count("intermediate_size")?;
    let epsilon = config.positive_or("rms_norm_eps", 1e-6)?;
    let activation = config.activation_or("hidden_act", Activation::Relu2)?;
    let bias = Bias::from(config.flag_or("attention_bias", false)?);
    let cap = config.positive_or("final_logit_softcapping", 15.0)?;
    let rotary =
        config
            .rope(None, 10_000.0, context)?
            .rotary(size, 1.0, RotaryPairs::HalvesBack)?;
    let norm = || causal::bare_rms(epsilon);
    let head_norm = || {
        Some(QkNorm {
            norm: norm(),
            span: Span::Head,
        })
    };

    let model = At::new("model.");
    let shape = [heads, kv, size];
    let layers = causal::layers(config.layers("num_hidden_layers")?, |number| {
        let layer = model.at("layers").at(number);
        let names = ["q_proj", "k_proj", "v_proj", "o_proj"];
        let maps = causal::maps(&layer.at("self_attn"), names, width, shape, [bias; 2])?;
        let mlp = layer.at("mlp");
        let expert = mlp.plain(["fc1", "fc2"], width, inner, Bias::No)?;
        Ok(causal::block(
            Attention {
                rotary: Some(rotary.clone()),
                query_norm: head_norm(),
                key_norm: head_norm(),
                ..causal::attention(shape, maps)
            },
            causal::dense(expert, activation),
            Placement::Pre {
                mixer: norm(),
                feed_forward: Some(norm()),
            },
        ))
    })?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let map = causal::output(config, false, &tokens, "lm_head", Bias::No)?;
    let mut head = causal::head(task, map);
    if let Head::Vocabulary { soft_cap, .. } = &mut head {
        *soft_cap = Some(cap);
    }
    Ok(Decoder {
        model_type: NANOCHAT.model_type,
        width,
        context: Some(context),
        embedding: Embedding {
            norm: Some(norm()),
            ..causal::embedding(&tokens)
        },
        layers,
        final_norm: Some(norm()),
        head,
    }
    .genome())
}
