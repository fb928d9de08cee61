//! Mamba (Gu and Dao 2023, arXiv 2312.00752).
//!
//! Reference: transformers 4.57.6, `models/mamba/modeling_mamba.py`.

use super::build::At;
use super::build::hybrid::{Decoder, head};
use super::build::state_space::{INITIAL, MambaSizes, alone};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Mixer, Norm};

pub(super) static MAMBA: Architecture = Architecture {
    model_type: "mamba",
    classes: &[
        ("MambaForCausalLM", Task::Causal),
        ("MambaModel", Task::Encoder),
    ],
    base: "backbone.",
    renames: &[("embedding.weight", "embeddings.weight")],
    ignored: &[],
    read: |config, task| read(config, task, MAMBA.model_type, None),
};

/// Reads a Mamba, with norms over steps, B and C where `select` makes them
/// from step rank and state.
pub(super) fn read(
    config: &Config,
    task: Task,
    model_type: &'static str,
    select: Option<&Norm>,
) -> Result<Genome, ConfigError> {
    let sizes = MambaSizes::read(config)?;
    let vocabulary = config.count_or("vocab_size", 50_280)?;
    let epsilon = config.positive_or("layer_norm_epsilon", 1e-5)?;
    config.skip(INITIAL);
    // What the original implementation calls the same sizes, and its options
    // that are always on here.
    config.skip(&["d_inner", "d_model", "n_layer", "pad_vocab_size_multiple"]);
    config.skip(&["fused_add_norm", "rms_norm", "ssm_cfg"]);

    let model = At::new("backbone.");
    let layers = (0..config.layers("num_hidden_layers")?)
        .map(|number| {
            let layer = model.at("layers").at(number);
            let norms = select.map(|norm| [norm.clone(), norm.clone(), norm.clone()]);
            let mixer = sizes.mixer(&layer.at("mixer"), norms)?;
            let norm = layer.rms_norm("norm", sizes.width, epsilon)?;
            Ok(alone(Mixer::Mamba(mixer.into()), norm))
        })
        .collect::<Result<_, ConfigError>>()?;
    let tokens = model.tensor("embeddings.weight", &[vocabulary, sizes.width])?;
    let decoder = Decoder {
        model_type,
        width: sizes.width,
        context: None,
        map: head(config, true, &tokens, "lm_head")?,
        tokens,
        layers,
        final_norm: model.rms_norm("norm_f", sizes.width, epsilon)?,
    };
    Ok(decoder.genome(task))
}
