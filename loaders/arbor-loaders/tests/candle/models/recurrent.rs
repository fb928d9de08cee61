//! State-space and recurrent models.

use super::{Ask, Failure, Help, Reads, Row, Weights, batch, config, row};
use arbor_loaders::{DType, Device, Tensor};
use candle_transformers::models as candle;

/// Tensors without the prefix that they do not ask for.
const IN_MODEL: &[Help] = &[Help::Within("model")];
const NO_WINDOW: &[Help] = &[
    Help::Within("model"),
    Help::Both("attention_window_size", "64"),
];
/// A width whose root bfloat16 holds.
const WIDTH_64: &[Help] = &[
    Help::Within("model"),
    Help::Both("attention_window_size", "64"),
    Help::Both("head_dim", "16"),
    Help::Both("hidden_size", "64"),
    Help::Both("lru_width", "64"),
];
const MAMBA: &[Help] = &[
    Help::Set("d_model", "32"),
    Help::Set("n_layer", "2"),
    Help::Set("pad_vocab_size_multiple", "1"),
    Help::Lend {
        name: "backbone.embedding.weight",
        of: "backbone.embeddings.weight",
    },
];
// The state's size and the norms' epsilon are constants there.
const MAMBA_16: &[Help] = &[
    Help::Both("state_size", "16"),
    Help::Set("d_model", "32"),
    Help::Set("n_layer", "2"),
    Help::Set("pad_vocab_size_multiple", "1"),
    Help::Lend {
        name: "backbone.embedding.weight",
        of: "backbone.embeddings.weight",
    },
];
const MAMBA_16_EPSILON: &[Help] = &[
    Help::Both("state_size", "16"),
    Help::Both("layer_norm_epsilon", "1e-5"),
    Help::Set("d_model", "32"),
    Help::Set("n_layer", "2"),
    Help::Set("pad_vocab_size_multiple", "1"),
    Help::Lend {
        name: "backbone.embedding.weight",
        of: "backbone.embeddings.weight",
    },
];
const NO_LIMIT: &[Help] = &[Help::Drop("time_step_limit")];
const EPSILON_2: &[Help] = &[
    Help::Drop("time_step_limit"),
    Help::Both("layer_norm_epsilon", "1e-5"),
    Help::Both("tie_word_embeddings", "true"),
];
pub(super) fn rows() -> Vec<Row> {
    vec![
        row("mamba", "mamba", mamba, Reads::Steps, &[]),
        row("mamba", "mamba", mamba, Reads::Steps, MAMBA),
        row("mamba", "mamba", mamba, Reads::Steps, MAMBA_16),
        row("mamba", "mamba", mamba, Reads::Steps, MAMBA_16_EPSILON),
        row("mamba2", "mamba2", mamba2, Reads::Steps, &[]),
        row("mamba2", "mamba2", mamba2, Reads::Steps, NO_LIMIT),
        row("mamba2", "mamba2", mamba2, Reads::Steps, EPSILON_2),
        griffin(&[]),
        griffin(IN_MODEL),
        griffin(NO_WINDOW),
        griffin(WIDTH_64),
    ]
}

fn griffin(help: &'static [Help]) -> Row {
    row(
        "recurrent_gemma",
        "recurrent_gemma",
        recurrent_gemma,
        Reads::Both,
        help,
    )
}

#[allow(clippy::needless_pass_by_value, reason = "the face is the others'")]
fn mamba(text: &str, weights: Weights, _: &[u32]) -> Result<Ask, Failure> {
    let config: candle::mamba::Config = config(text)?;
    let model = candle::mamba::Model::new(&config, weights.pp("backbone"))?;
    let mut state = candle::mamba::State::new(1, &config, DType::F32, &Device::Cpu)?;
    Ok(Box::new(move |ids, _| {
        model.forward(&Tensor::new(ids, &Device::Cpu)?, &mut state)
    }))
}

#[allow(clippy::needless_pass_by_value, reason = "the face is the others'")]
fn mamba2(text: &str, weights: Weights, _: &[u32]) -> Result<Ask, Failure> {
    let config: candle::mamba2::Config = config(text)?;
    let model = candle::mamba2::Model::new(&config, weights.pp("backbone"))?;
    let mut state = candle::mamba2::State::new(1, &config, DType::F32, &Device::Cpu)?;
    Ok(Box::new(move |ids, _| {
        model.forward(&Tensor::new(ids, &Device::Cpu)?, &mut state)
    }))
}

fn recurrent_gemma(text: &str, weights: Weights, _: &[u32]) -> Result<Ask, Failure> {
    let config: candle::recurrent_gemma::Config = config(text)?;
    let mut model = candle::recurrent_gemma::Model::new(&config, weights)?;
    Ok(Box::new(move |ids, before| {
        model.forward(&batch(ids)?, before)
    }))
}
