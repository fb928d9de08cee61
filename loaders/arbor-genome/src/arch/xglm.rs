//! XGLM (Lin et al. 2021, arXiv 2112.10668).
//!
//! Reference: transformers 4.57.6, `models/xglm/modeling_xglm.py`. Positions
//! are sines and cosines, counted from 2.

use super::build::{At, Bias};
use super::causal::{self, Decoder, TIED_HEAD};
use super::opt::{self, Layer};
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{AbsolutePosition, Activation, Counting, Embedding, SinusoidLayout};

pub(super) static XGLM: Architecture = Architecture {
    model_type: "xglm",
    classes: &[
        ("XGLMForCausalLM", Task::Causal),
        ("XGLMModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[
        TIED_HEAD,
        Ignored {
            ending: "embed_positions.weights",
            reason: "a table of sines and cosines, computed anew",
        },
    ],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count("d_model")?;
    let vocabulary = config.count("vocab_size")?;
    let context = config.count_or("max_position_embeddings", 2_048)?;
    let form = Layer {
        width,
        heads: config.count("attention_heads")?,
        inner: config.count_or("ffn_dim", 4_096)?,
        bias: Bias::Yes,
        activation: config.activation_or("activation_function", Activation::Gelu)?,
    };
    let scaled = config.flag_or("scale_embedding", true)?;
    config.skip(&["decoder_start_token_id"]);
    if config.flag_or("add_cross_attention", false)? {
        return Err(config.unsupported("add_cross_attention"));
    }
    // The table's row of that number is zero, and rows from 2 on are used.
    if config.optional("pad_token_id")?.is_some_and(|pad| pad > 1) {
        return Err(config.unsupported("pad_token_id"));
    }
    let norm = |at: &At, name: &str| at.layer_norm(name, width, 1e-5);

    let model = At::new("model.");
    let layers = causal::layers(config.layers("num_layers")?, |number| {
        form.at(&model.at("layers").at(number), opt::pre, norm)
    })?;
    let tokens = model.tensor("embed_tokens.weight", &[vocabulary, width])?;
    let map = causal::output(config, true, &tokens, "lm_head", Bias::No)?;
    Ok(Decoder {
        model_type: XGLM.model_type,
        width,
        context: Some(context),
        embedding: Embedding {
            scale: if scaled { (width as f64).sqrt() } else { 1.0 },
            positions: AbsolutePosition::Sinusoidal {
                layout: SinusoidLayout::HalvesInclusive,
                offset: 2,
                counting: Counting::All,
            },
            ..causal::embedding(&tokens)
        },
        layers,
        final_norm: Some(norm(&model, "layer_norm")?),
        head: causal::head(task, map),
    }
    .genome())
}
