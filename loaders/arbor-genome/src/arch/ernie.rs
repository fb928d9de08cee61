//! ERNIE (Sun et al. 2019, arXiv 1904.09223; ERNIE 2.0, arXiv 1907.12412):
//! BERT trained on hidden phrases and entities.
//!
//! Reference: transformers 4.57.6, `models/ernie/modeling_ernie.py`. The table
//! of tasks that ERNIE 2.0 and 3.0 add is not known.

use super::build::At;
use super::encoder::{self, BERT_DEFAULTS, BERT_IGNORED, BERT_NAMES, Lower, Norms, Parts, Sizes};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::Counting;

pub(super) static ERNIE: Architecture = Architecture {
    model_type: "ernie",
    classes: &[
        ("ErnieForMaskedLM", Task::Masked),
        ("ErnieForPreTraining", Task::Masked),
        ("ErnieModel", Task::Encoder),
    ],
    base: "ernie.",
    renames: encoder::GAMMA_BETA,
    ignored: BERT_IGNORED,
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let sizes = Sizes::read(config, &BERT_DEFAULTS)?;
    encoder::absolute_only(config)?;
    config.skip(&["task_type_vocab_size"]);
    if config.flag_or("use_task_id", false)? {
        return Err(config.unsupported("use_task_id"));
    }
    let model = At::new("ernie.");
    let lower = Lower {
        width: sizes.width,
        counting: Some(Counting::All),
        types: config.count_or("type_vocab_size", BERT_DEFAULTS.types)?,
        norm: true,
    };
    let embedding = sizes.embedding(&model.at("embeddings"), lower)?;
    let head = encoder::head(task, || {
        sizes.predictions(config, &embedding.tokens, sizes.width)
    })?;
    let classes = ["ErnieForPreTraining", "ErnieModel"];
    let parts = Parts {
        embedding,
        layers: sizes.blocks(&model.at("encoder.layer"), &BERT_NAMES, Norms::After)?,
        final_norm: None,
        head,
        dormant: encoder::pretraining(config, classes, &model, sizes.width)?,
    };
    Ok(parts.genome(ERNIE.model_type, &sizes))
}
