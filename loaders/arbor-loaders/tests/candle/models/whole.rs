//! Encoders.

use super::{Ask, Failure, Help, Reads, Row, Weights, batch, config, ones, row};
use arbor_loaders::{DType, Device, Tensor};
use candle_transformers::models as candle;

/// The head is the embedding's table, and stored once.
const BERT_HEAD: &[Help] = &[
    Help::Lend {
        name: "cls.predictions.decoder.weight",
        of: "bert.embeddings.word_embeddings.weight",
    },
    Help::Lend {
        name: "cls.predictions.decoder.bias",
        of: "cls.predictions.bias",
    },
];

pub(super) fn rows() -> Vec<Row> {
    let whole = |fixture, module, build| row(fixture, module, build, Reads::Whole, &[]);
    vec![
        whole("bert", "bert", bert),
        row("bert", "bert", bert, Reads::Whole, BERT_HEAD),
        whole("bert-encoder", "bert", bert_encoder),
        whole("bert-pretraining", "bert", bert),
        row("bert-pretraining", "bert", bert, Reads::Whole, BERT_HEAD),
        whole("camembert", "xlm_roberta", xlm_roberta),
        whole("deberta-v2-encoder", "debertav2", deberta),
        whole("distilbert", "distilbert", distilbert),
        row(
            "distilbert",
            "distilbert",
            distilbert,
            Reads::Whole,
            &[Help::Both("activation", "\"relu\"")],
        ),
        whole("modernbert", "modernbert", modernbert),
        row(
            "modernbert",
            "modernbert",
            modernbert,
            Reads::Whole,
            &[Help::Set("layer_norm_eps", "0.001")],
        ),
        whole("roberta", "xlm_roberta", xlm_roberta),
        row(
            "roberta",
            "xlm_roberta",
            xlm_roberta,
            Reads::Whole,
            &[Help::Zeros("lm_head.bias")],
        ),
        whole("t5-encoder", "t5", t5),
        whole("xlm-roberta", "xlm_roberta", xlm_roberta),
    ]
}

fn bert(text: &str, weights: Weights, _: &[u32]) -> Result<Ask, Failure> {
    let config: candle::bert::Config = config(text)?;
    let model = candle::bert::BertForMaskedLM::load(weights, &config)?;
    Ok(Box::new(move |ids, _| {
        let ids = batch(ids)?;
        let types = ids.zeros_like()?;
        model.forward(&ids, &types, None)
    }))
}

fn bert_encoder(text: &str, weights: Weights, _: &[u32]) -> Result<Ask, Failure> {
    let config: candle::bert::Config = config(text)?;
    let model = candle::bert::BertModel::load(weights, &config)?;
    Ok(Box::new(move |ids, _| {
        let ids = batch(ids)?;
        let types = ids.zeros_like()?;
        model.forward(&ids, &types, None)
    }))
}

fn deberta(text: &str, weights: Weights, _: &[u32]) -> Result<Ask, Failure> {
    let config: candle::debertav2::Config = config(text)?;
    let model = candle::debertav2::DebertaV2Model::load(weights, &config)?;
    Ok(Box::new(move |ids, _| {
        model.forward(&batch(ids)?, None, None)
    }))
}

fn distilbert(text: &str, weights: Weights, _: &[u32]) -> Result<Ask, Failure> {
    let config: candle::distilbert::Config = config(text)?;
    let model = candle::distilbert::DistilBertForMaskedLM::load(weights, &config)?;
    Ok(Box::new(move |ids, _| {
        // What is marked is hidden.
        let mask = Tensor::zeros((1, ids.len()), DType::U8, &Device::Cpu);
        model.forward(&batch(ids)?, &mask?)
    }))
}

fn modernbert(text: &str, weights: Weights, _: &[u32]) -> Result<Ask, Failure> {
    let config: candle::modernbert::Config = config(text)?;
    let model = candle::modernbert::ModernBertForMaskedLM::load(weights, &config)?;
    Ok(Box::new(move |ids, _| {
        model.forward(&batch(ids)?, &ones(ids)?)
    }))
}

fn t5(text: &str, weights: Weights, _: &[u32]) -> Result<Ask, Failure> {
    let config: candle::t5::Config = config(text)?;
    let mut model = candle::t5::T5EncoderModel::load(weights, &config)?;
    Ok(Box::new(move |ids, _| model.forward(&batch(ids)?)))
}

fn xlm_roberta(text: &str, weights: Weights, _: &[u32]) -> Result<Ask, Failure> {
    let config: candle::xlm_roberta::Config = config(text)?;
    let model = candle::xlm_roberta::XLMRobertaForMaskedLM::new(&config, weights)?;
    Ok(Box::new(move |ids, _| {
        let (ids, mask) = (batch(ids)?, ones(ids)?);
        let types = ids.zeros_like()?;
        model.forward(&ids, &mask, &types, None, None, None)
    }))
}
