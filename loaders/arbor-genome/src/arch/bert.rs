//! BERT (Devlin et al. 2018, arXiv 1810.04805).
//!
//! Reference: transformers 4.57.6, `models/bert/modeling_bert.py`. The pooler
//! and the next-sentence head read the first position only; they are no part
//! of the language model.

use super::build::At;
use super::encoder::{self, BERT_DEFAULTS, BERT_IGNORED, BERT_NAMES, Lower, Norms, Parts, Sizes};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::Counting;

pub(super) static BERT: Architecture = Architecture {
    model_type: "bert",
    classes: &[
        ("BertForMaskedLM", Task::Masked),
        ("BertForPreTraining", Task::Masked),
        ("BertModel", Task::Encoder),
    ],
    base: "bert.",
    renames: encoder::GAMMA_BETA,
    ignored: BERT_IGNORED,
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let sizes = Sizes::read(config, &BERT_DEFAULTS)?;
    encoder::absolute_only(config)?;
    let types = config.count_or("type_vocab_size", BERT_DEFAULTS.types)?;
    let model = At::new("bert.");
    let lower = Lower {
        width: sizes.width,
        counting: Some(Counting::All),
        types,
        norm: true,
    };
    let embedding = sizes.embedding(&model.at("embeddings"), lower)?;
    let head = encoder::head(task, || {
        sizes.predictions(config, &embedding.tokens, sizes.width)
    })?;
    let classes = &["BertForPreTraining", "BertModel"];
    let mut dormant = encoder::pooler(config, classes, &model, sizes.width)?;
    if config.names_class(&["BertForPreTraining"]) {
        let next = At::new("cls.seq_relationship.");
        dormant.push(next.tensor("weight", &[2, sizes.width])?);
        dormant.push(next.tensor("bias", &[2])?);
    }
    let parts = Parts {
        embedding,
        layers: sizes.blocks(&model.at("encoder.layer"), &BERT_NAMES, Norms::After)?,
        final_norm: None,
        head,
        dormant,
    };
    Ok(parts.genome(BERT.model_type, &sizes))
}
