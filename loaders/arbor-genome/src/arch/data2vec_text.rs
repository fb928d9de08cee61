//! data2vec's model of text (Baevski et al. 2022, arXiv 2202.03555): RoBERTa's form.
//!
//! Reference: transformers 4.57.6, `models/data2vec/modeling_data2vec_text.py`.

use super::encoder::{self, BERT_DEFAULTS, ROBERTA_IGNORED};
use super::roberta::read_kin;
use super::{Architecture, Task};

pub(super) static DATA2VEC_TEXT: Architecture = Architecture {
    model_type: "data2vec-text",
    classes: &[
        ("Data2VecTextForMaskedLM", Task::Masked),
        ("Data2VecTextModel", Task::Encoder),
    ],
    base: "data2vec_text.",
    renames: encoder::GAMMA_BETA,
    ignored: ROBERTA_IGNORED,
    read: |config, task| read_kin(config, task, &DATA2VEC_TEXT, &BERT_DEFAULTS),
};
