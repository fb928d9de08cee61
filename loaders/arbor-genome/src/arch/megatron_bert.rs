//! Megatron's BERT (Shoeybi et al. 2019, arXiv 1909.08053): norms before the
//! branches, and one after the last layer instead of one over the embedding.
//!
//! Reference: transformers 4.57.6,
//! `models/megatron_bert/modeling_megatron_bert.py`.

use super::build::At;
use super::encoder::{
    self, BERT_DEFAULTS, BERT_IGNORED, BERT_NAMES, Defaults, Lower, Names, Norms, Parts, Sizes,
};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::Counting;

pub(super) static MEGATRON_BERT: Architecture = Architecture {
    model_type: "megatron-bert",
    classes: &[
        ("MegatronBertForMaskedLM", Task::Masked),
        ("MegatronBertForPreTraining", Task::Masked),
        ("MegatronBertModel", Task::Encoder),
    ],
    base: "bert.",
    renames: encoder::GAMMA_BETA,
    ignored: BERT_IGNORED,
    read,
};

const NAMES: Names = Names {
    mixer_norm: "attention.ln",
    feed_forward_norm: "ln",
    ..BERT_NAMES
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        width: 1_024,
        heads: 16,
        inner: 4_096,
        vocabulary: 29_056,
        ..BERT_DEFAULTS
    };
    let sizes = Sizes::read(config, &defaults)?;
    encoder::absolute_only(config)?;
    let model = At::new("bert.");
    let lower = Lower {
        width: sizes.width,
        counting: Some(Counting::All),
        types: config.count_or("type_vocab_size", defaults.types)?,
        norm: false,
    };
    let embedding = sizes.embedding(&model.at("embeddings"), lower)?;
    let head = encoder::head(task, || {
        sizes.predictions(config, &embedding.tokens, sizes.width)
    })?;
    let classes = ["MegatronBertForPreTraining", "MegatronBertModel"];
    let parts = Parts {
        embedding,
        layers: sizes.blocks(&model.at("encoder.layer"), &NAMES, Norms::Before)?,
        final_norm: Some(model.layer_norm("encoder.ln", sizes.width, sizes.epsilon)?),
        head,
        dormant: encoder::pretraining(config, classes, &model, sizes.width)?,
    };
    Ok(parts.genome(MEGATRON_BERT.model_type, &sizes))
}
