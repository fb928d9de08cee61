//! BioGPT (Luo et al. 2022, arXiv 2210.10341).
//!
//! Reference: transformers 4.57.6, `models/biogpt/modeling_biogpt.py`. The
//! configuration's epsilon is read by no layer there.

use super::build::bart::{BART, Bart, Family, Norms, Positions, Side};
use super::build::{At, head_size};
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static BIOGPT: Architecture = Architecture {
    model_type: "biogpt",
    classes: &[
        ("BioGptForCausalLM", Task::Causal),
        ("BioGptModel", Task::Encoder),
    ],
    base: "biogpt.",
    renames: &[],
    ignored: &[Ignored {
        ending: "output_projection.weight",
        reason: "a second copy of the tied embedding",
    }],
    read,
};

const FAMILY: Family = Family {
    model_type: "biogpt",
    norms: Norms::Pre,
    logits_bias: false,
    scaled: true,
    base: "biogpt.",
    head: "output_projection.",
    positions: Positions::LearnedUnmasked { offset: 2 },
    vocabulary: 42_384,
    layers: [24, 24],
    ..BART
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    config.skip(&["layer_norm_eps", "is_decoder"]);
    if config.flag_or("add_cross_attention", false)? {
        return Err(config.unsupported("add_cross_attention"));
    }
    let width = config.count_or("hidden_size", FAMILY.width)?;
    let heads = config.count_or("num_attention_heads", FAMILY.heads)?;
    let side = Side {
        at: "",
        heads,
        size: head_size(None, width, heads)?,
        inner: config.count_or("intermediate_size", FAMILY.inner)?,
        layers: config.layers_or("num_hidden_layers", FAMILY.layers[0])?,
    };
    let context = config.count_or("max_position_embeddings", 1_024)?;
    let form = Bart {
        family: FAMILY,
        width,
        activation: config.activation_or("hidden_act", FAMILY.activation)?,
        sides: [side; 2],
        contexts: [context; 2],
        scaled: config.flag_or("scale_embedding", FAMILY.scaled)?,
    };
    let vocabulary = config.count_or("vocab_size", FAMILY.vocabulary)?;
    let tokens = At::new(FAMILY.base).tensor("embed_tokens.weight", &[vocabulary, width])?;
    form.alone(config, task, &tokens)
}
