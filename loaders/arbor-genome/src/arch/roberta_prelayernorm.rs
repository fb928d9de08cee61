//! RoBERTa with norms before the branches, as fairseq's
//! `--encoder-normalize-before` trains it (Ott et al. 2019, arXiv 1904.01038).
//!
//! Reference: transformers 4.57.6,
//! `models/roberta_prelayernorm/modeling_roberta_prelayernorm.py`.

use super::build::At;
use super::encoder::{
    self, BERT_DEFAULTS, BERT_NAMES, Defaults, Lower, Names, Norms, Parts, ROBERTA_IGNORED, Sizes,
};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static ROBERTA_PRELAYERNORM: Architecture = Architecture {
    model_type: "roberta-prelayernorm",
    classes: &[
        ("RobertaPreLayerNormForMaskedLM", Task::Masked),
        ("RobertaPreLayerNormModel", Task::Encoder),
    ],
    base: "roberta_prelayernorm.",
    renames: encoder::GAMMA_BETA,
    ignored: ROBERTA_IGNORED,
    read,
};

const NAMES: Names = Names {
    mixer_norm: "attention.LayerNorm",
    feed_forward_norm: "intermediate.LayerNorm",
    ..BERT_NAMES
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        vocabulary: 50_265,
        ..BERT_DEFAULTS
    };
    let sizes = Sizes::read(config, &defaults)?;
    encoder::absolute_only(config)?;
    let model = At::new("roberta_prelayernorm.");
    let lower = Lower {
        width: sizes.width,
        counting: Some(encoder::after_pad(config, 1)?),
        types: config.count_or("type_vocab_size", defaults.types)?,
        norm: true,
    };
    let embedding = sizes.embedding(&model.at("embeddings"), lower)?;
    let parts = Parts {
        head: encoder::head(task, || sizes.lm_head(config, &embedding.tokens))?,
        embedding,
        layers: sizes.blocks(&model.at("encoder.layer"), &NAMES, Norms::Before)?,
        final_norm: Some(model.layer_norm("LayerNorm", sizes.width, sizes.epsilon)?),
        dormant: encoder::pooler(config, &["RobertaPreLayerNormModel"], &model, sizes.width)?,
    };
    Ok(parts.genome(ROBERTA_PRELAYERNORM.model_type, &sizes))
}
