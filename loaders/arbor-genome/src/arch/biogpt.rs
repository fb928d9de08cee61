//! BioGPT (Luo et al. 2022, arXiv 2210.10341).
//!
//! Reference: transformers 4.57.6, `models/biogpt/modeling_biogpt.py`, which
//! gives its norms an epsilon of 10⁻⁵ whatever the configuration says.

use super::build::{At, Bias};
use super::causal::{self, Decoder};
use super::opt::{self, Layer};
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Embedding};

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

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count("hidden_size")?;
    let vocabulary = config.count("vocab_size")?;
    let context = config.count_or("max_position_embeddings", 1_024)?;
    let form = Layer {
        width,
        heads: config.count("num_attention_heads")?,
        inner: config.count_or("intermediate_size", 4_096)?,
        bias: Bias::Yes,
        activation: config.activation_or("hidden_act", Activation::Gelu)?,
    };
    let scaled = config.flag_or("scale_embedding", true)?;
    config.skip(&["layer_norm_eps"]);
    let norm = |at: &At, name: &str| at.layer_norm(name, width, 1e-5);

    let model = At::new("biogpt.");
    let layers = causal::layers(config.layers("num_hidden_layers")?, |number| {
        form.at(&model.at("layers").at(number), opt::pre, norm)
    })?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let map = causal::output(config, true, &tokens, "output_projection", Bias::No)?;
    Ok(Decoder {
        model_type: BIOGPT.model_type,
        width,
        context: Some(context),
        embedding: Embedding {
            scale: if scaled { (width as f64).sqrt() } else { 1.0 },
            positions: opt::positions(&model, context, width)?,
            ..causal::embedding(&tokens)
        },
        layers,
        final_norm: Some(norm(&model, "layer_norm")?),
        head: causal::head(task, map),
    }
    .genome())
}
