//! RoBERTa (Liu et al. 2019, arXiv 1907.11692), and what is stored in its
//! form: BERT with positions counted from the padding token's number on.
//!
//! Reference: transformers 4.57.6, `models/roberta/modeling_roberta.py`.

use super::build::At;
use super::encoder::{
    self, BERT_DEFAULTS, BERT_NAMES, Defaults, Lower, Norms, Parts, ROBERTA_IGNORED, Sizes,
};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static ROBERTA: Architecture = Architecture {
    model_type: "roberta",
    classes: &[
        ("RobertaForMaskedLM", Task::Masked),
        ("RobertaModel", Task::Encoder),
    ],
    base: "roberta.",
    renames: encoder::GAMMA_BETA,
    ignored: ROBERTA_IGNORED,
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        vocabulary: 50_265,
        ..BERT_DEFAULTS
    };
    read_kin(config, task, &ROBERTA, &defaults)
}

/// Reads an architecture that differs in names and defaults alone; its last
/// class is the one with a pooler.
pub(super) fn read_kin(
    config: &Config,
    task: Task,
    kin: &'static Architecture,
    defaults: &Defaults,
) -> Result<Genome, ConfigError> {
    let sizes = Sizes::read(config, defaults)?;
    encoder::absolute_only(config)?;
    let types = config.count_or("type_vocab_size", defaults.types)?;
    let model = At::new(kin.base);
    let lower = Lower {
        width: sizes.width,
        counting: Some(encoder::after_pad(config, 1)?),
        types,
        norm: true,
    };
    let embedding = sizes.embedding(&model.at("embeddings"), lower)?;
    let head = encoder::head(task, || sizes.lm_head(config, &embedding.tokens))?;
    let classes: Vec<_> = kin.classes.iter().rev().take(1).map(|(c, _)| *c).collect();
    let parts = Parts {
        embedding,
        layers: sizes.blocks(&model.at("encoder.layer"), &BERT_NAMES, Norms::After)?,
        final_norm: None,
        head,
        dormant: encoder::pooler(config, &classes, &model, sizes.width)?,
    };
    Ok(parts.genome(kin.model_type, &sizes))
}
