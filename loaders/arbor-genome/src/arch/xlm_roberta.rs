//! XLM-R (Conneau et al. 2019, arXiv 1911.02116): RoBERTa in a hundred languages.
//!
//! Reference: transformers 4.57.6, `models/xlm_roberta/modeling_xlm_roberta.py`.

use super::encoder::{self, BERT_DEFAULTS, ROBERTA_IGNORED};
use super::roberta::read_kin;
use super::{Architecture, Task};

pub(super) static XLM_ROBERTA: Architecture = Architecture {
    model_type: "xlm-roberta",
    classes: &[
        ("XLMRobertaForMaskedLM", Task::Masked),
        ("XLMRobertaModel", Task::Encoder),
    ],
    base: "roberta.",
    renames: encoder::GAMMA_BETA,
    ignored: ROBERTA_IGNORED,
    read: |config, task| read_kin(config, task, &XLM_ROBERTA, &BERT_DEFAULTS),
};
