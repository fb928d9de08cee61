//! CTRL (Keskar et al. 2019, arXiv 1909.05858).
//!
//! Reference: transformers 4.57.6, `models/ctrl/modeling_ctrl.py`, which gives
//! the norms within layers an epsilon of 10⁻⁶ whatever the configuration says.
//! Token types would be looked up in the table of tokens; none are added here,
//! as none are by default there.

use super::build::{At, Bias, head_size};
use super::causal::{self, Decoder, TIED_HEAD};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{AbsolutePosition, Activation, Counting, Embedding, Placement, SinusoidLayout};

pub(super) static CTRL: Architecture = Architecture {
    model_type: "ctrl",
    classes: &[
        ("CTRLLMHeadModel", Task::Causal),
        ("CTRLModel", Task::Encoder),
    ],
    base: "transformer.",
    renames: &[],
    ignored: &[TIED_HEAD],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count("n_embd")?;
    let vocabulary = config.count("vocab_size")?;
    let heads = config.count("n_head")?;
    let size = head_size(None, width, heads)?;
    let context = config.count_or("n_positions", 256)?;
    let inner = config.count_or("dff", 8_192)?;
    let epsilon = config.positive_or("layer_norm_epsilon", 1e-6)?;
    config.skip(&["from_tf", "n_ctx"]);

    let model = At::new("transformer.");
    let shape = [heads, heads, size];
    let layers = causal::layers(config.layers("n_layer")?, |number| {
        let layer = model.at("h").at(number);
        let names = ["Wq", "Wk", "Wv", "dense"];
        let attention = layer.at("multi_head_attention");
        let maps = causal::maps(&attention, names, width, shape, [Bias::Yes; 2])?;
        let ffn = layer.at("ffn");
        let expert = ffn.plain(["0", "2"], width, inner, Bias::Yes)?;
        Ok(causal::block(
            causal::attention(shape, maps),
            causal::dense(expert, Activation::Relu),
            Placement::Pre {
                mixer: layer.layer_norm("layernorm1", width, 1e-6)?,
                feed_forward: Some(layer.layer_norm("layernorm2", width, 1e-6)?),
            },
        ))
    })?;
    let tokens = model.tensor("w.weight", &[vocabulary, width])?;
    let map = causal::output(config, true, &tokens, "lm_head", Bias::Yes)?;
    Ok(Decoder {
        model_type: CTRL.model_type,
        width,
        context: Some(context),
        embedding: Embedding {
            scale: (width as f64).sqrt(),
            positions: AbsolutePosition::Sinusoidal {
                layout: SinusoidLayout::Halves,
                offset: 0,
                counting: Counting::All,
            },
            ..causal::embedding(&tokens)
        },
        layers,
        final_norm: Some(model.layer_norm("layernorm", width, epsilon)?),
        head: causal::head(task, map),
    }
    .genome())
}
