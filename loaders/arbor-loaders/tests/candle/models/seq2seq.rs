//! Encoders with decoders.

use super::{Ask, Failure, Help, Reads, Row, Weights, batch, config, row};
use candle_transformers::models as candle;

pub(super) fn rows() -> Vec<Row> {
    vec![
        row("flan-t5", "t5", t5, Reads::Beginnings, &[]),
        row("marian", "marian", marian, Reads::Both, &[]),
        row(
            "marian",
            "marian",
            marian,
            Reads::Both,
            &[Help::Set("forced_eos_token_id", "0")],
        ),
        row(
            "marian",
            "marian",
            marian,
            Reads::Both,
            &[Help::Set("forced_eos_token_id", "0"), Help::Sinusoids],
        ),
        row("mt5", "t5", t5, Reads::Beginnings, &[]),
        row("t5", "t5", t5, Reads::Beginnings, &[]),
    ]
}

/// Its cache takes over what an earlier text left, so each beginning has a
/// model of its own.
fn t5(text: &str, weights: Weights, source: &[u32]) -> Result<Ask, Failure> {
    let config: candle::t5::Config = config(text)?;
    let mut model = candle::t5::T5ForConditionalGeneration::load(weights, &config)?;
    let source = source.to_vec();
    Ok(Box::new(move |ids, _| {
        model.forward(&batch(&source)?, &batch(ids)?)
    }))
}

fn marian(text: &str, weights: Weights, source: &[u32]) -> Result<Ask, Failure> {
    let config: candle::marian::Config = config(text)?;
    let mut model = candle::marian::MTModel::new(&config, weights)?;
    let source = source.to_vec();
    let mut states = None;
    Ok(Box::new(move |ids, before| {
        let states = match &mut states {
            Some(states) => states,
            none => none.insert(model.encoder().forward(&batch(&source)?, 0)?),
        };
        model.decode(&batch(ids)?, states, before)
    }))
}
