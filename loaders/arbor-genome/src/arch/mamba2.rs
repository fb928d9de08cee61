//! Mamba-2 (Dao and Gu 2024, arXiv 2405.21060).
//!
//! Reference: transformers 5.23.0, `models/mamba2/modeling_mamba2.py`: the
//! gated norm runs within each group, as in the original; 4.57.6 norms over
//! all of them.

use super::build::At;
use super::build::hybrid::{Decoder, area, head};
use super::build::state_space::{INITIAL, Mamba2Sizes, alone, step_limits};
use super::build::{Bias, bad};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Mixer};

pub(super) static MAMBA2: Architecture = Architecture {
    model_type: "mamba2",
    classes: &[
        ("Mamba2ForCausalLM", Task::Causal),
        ("Mamba2Model", Task::Encoder),
    ],
    base: "backbone.",
    renames: &[("embedding.weight", "embeddings.weight")],
    ignored: &[],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count_or("hidden_size", 4_096)?;
    let vocabulary = config.count_or("vocab_size", 32_768)?;
    let epsilon = config.positive_or("layer_norm_epsilon", 1e-5)?;
    let bias = Bias::from(config.flag_or("use_bias", false)?);
    let sizes = Mamba2Sizes {
        width,
        heads: config.count_or("num_heads", 128)?,
        head_size: config.count_or("head_dim", 64)?,
        state: config.count_or("state_size", 128)?,
        groups: config.count_or("n_groups", 8)?,
        kernel: config.count_or("conv_kernel", 4)?,
        input_bias: bias,
        output_bias: bias,
        convolution_bias: config.flag_or("use_conv_bias", true)?,
        step_limits: step_limits(config)?,
        activation: config.activation_or("hidden_act", Activation::Silu)?,
    };
    let inner = area(&[config.count_or("expand", 2)?, width])?;
    if inner != area(&[sizes.heads, sizes.head_size])? {
        return Err(bad(
            "head_dim",
            sizes.head_size,
            "expand · hidden_size / num_heads",
        ));
    }
    config.skip(INITIAL);
    // The class does not look at these.
    config.skip(&[
        "intermediate_size",
        "norm_before_gate",
        "rms_norm",
        "time_step_rank",
    ]);

    let model = At::new("backbone.");
    let layers = (0..config.layers("num_hidden_layers")?)
        .map(|number| {
            let layer = model.at("layers").at(number);
            let at = layer.at("mixer");
            let mixer = sizes.mixer(&at, sizes.then_norm(&at, epsilon)?)?;
            let norm = layer.rms_norm("norm", width, epsilon)?;
            Ok(alone(Mixer::Mamba2(mixer.into()), norm))
        })
        .collect::<Result<_, ConfigError>>()?;
    let tokens = model.tensor("embeddings.weight", &[vocabulary, width])?;
    let decoder = Decoder {
        model_type: MAMBA2.model_type,
        width,
        context: None,
        map: head(config, false, &tokens, "lm_head")?,
        tokens,
        layers,
        final_norm: model.rms_norm("norm_f", width, epsilon)?,
    };
    Ok(decoder.genome(task))
}
