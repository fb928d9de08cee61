//! CamemBERT (Martin et al. 2019, arXiv 1911.03894): RoBERTa in French.
//!
//! Reference: transformers 4.57.6, `models/camembert/modeling_camembert.py`.

use super::encoder::{self, BERT_DEFAULTS, ROBERTA_IGNORED};
use super::roberta::read_kin;
use super::{Architecture, Task};

pub(super) static CAMEMBERT: Architecture = Architecture {
    model_type: "camembert",
    classes: &[
        ("CamembertForMaskedLM", Task::Masked),
        ("CamembertModel", Task::Encoder),
    ],
    base: "roberta.",
    renames: encoder::GAMMA_BETA,
    ignored: ROBERTA_IGNORED,
    read: |config, task| read_kin(config, task, &CAMEMBERT, &BERT_DEFAULTS),
};
