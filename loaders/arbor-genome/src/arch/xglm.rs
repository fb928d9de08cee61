//! XGLM (Lin et al. 2021, arXiv 2112.10668).
//!
//! Reference: transformers 4.57.6, `models/xglm/modeling_xglm.py`.

use super::build::bart::{BART, Bart, Family, Norms, Positions, Side};
use super::build::{At, head_size};
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static XGLM: Architecture = Architecture {
    model_type: "xglm",
    classes: &[
        ("XGLMForCausalLM", Task::Causal),
        ("XGLMModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[
        Ignored {
            ending: "lm_head.weight",
            reason: "a second copy of the tied embedding",
        },
        Ignored {
            ending: "embed_positions.weights",
            reason: "a table of sines and cosines, computed anew",
        },
    ],
    read,
};

const FAMILY: Family = Family {
    model_type: "xglm",
    norms: Norms::Pre,
    logits_bias: false,
    scaled: true,
    positions: Positions::SinusoidsFrom { offset: 2 },
    vocabulary: 256_008,
    layers: [24, 24],
    ..BART
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    config.skip(&["decoder_start_token_id", "is_decoder"]);
    if config.flag_or("add_cross_attention", false)? {
        return Err(config.unsupported("add_cross_attention"));
    }
    let width = config.count_or("d_model", FAMILY.width)?;
    let heads = config.count_or("attention_heads", FAMILY.heads)?;
    let side = Side {
        at: "",
        heads,
        size: head_size(None, width, heads)?,
        inner: config.count_or("ffn_dim", FAMILY.inner)?,
        layers: config.layers_or("num_layers", FAMILY.layers[0])?,
    };
    let context = config.count_or("max_position_embeddings", 2_048)?;
    let form = Bart {
        family: FAMILY,
        width,
        activation: config.activation_or("activation_function", FAMILY.activation)?,
        sides: [side; 2],
        contexts: [context; 2],
        scaled: config.flag_or("scale_embedding", FAMILY.scaled)?,
    };
    let vocabulary = config.count_or("vocab_size", FAMILY.vocabulary)?;
    let tokens = At::new(FAMILY.base).tensor("embed_tokens.weight", &[vocabulary, width])?;
    form.alone(config, task, &tokens)
}
