//! DiffLlama (Ye et al. 2024, arXiv 2410.05258): Llama's form with
//! differential attention.
//!
//! Reference: transformers 4.57.6, `models/diffllama/modeling_diffllama.py`.

use super::build::At;
use super::build::class::{Defaults, architecture};
use super::build::decoder::Form;
use super::build::norms::NormForm;
use super::{Architecture, Task, build};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Attention, KeyValue, Mixer};

pub(super) static DIFFLLAMA: Architecture = architecture(
    "diffllama",
    &[
        ("DiffLlamaForCausalLM", Task::Causal),
        ("DiffLlamaModel", Task::Encoder),
    ],
    read,
);

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        epsilon: ("rms_norm_eps", 1e-5),
        ..Defaults::LLAMA
    };
    let form = Form::read(DIFFLLAMA.model_type, config, &defaults)?.biased(config)?;
    if form.heads % 2 != 0 {
        return Err(build::bad(
            "num_attention_heads",
            form.heads,
            "an even number",
        ));
    }
    config.skip(&["lambda_std_dev"]);
    form.genome_with(task, |layer, number| {
        let attention = attention(&form, layer, number)?;
        Ok((Mixer::Attention(Box::new(attention)), form.dense(layer)?))
    })
}

fn attention(form: &Form, layer: &At, number: u64) -> Result<Attention, ConfigError> {
    let at = layer.at("self_attn");
    let lambda = |name| at.tensor(name, &[form.size]);
    let attention = form.attention(layer, number)?;
    let key_value = match attention.key_value {
        KeyValue::Full { key, value } => KeyValue::Differential {
            key,
            value,
            lambdas: [
                lambda("lambda_q1")?,
                lambda("lambda_k1")?,
                lambda("lambda_q2")?,
                lambda("lambda_k2")?,
            ],
            start: 0.8 - 0.6 * (-0.3 * number as f64).exp(),
            norm: NormForm::RmsBare.build(&at, "groupnorm", &[2 * form.size], form.epsilon)?,
        },
        other @ (KeyValue::Latent { .. } | KeyValue::Differential { .. }) => other,
    };
    Ok(Attention {
        key_value,
        ..attention
    })
}
