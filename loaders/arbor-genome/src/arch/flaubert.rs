//! FlauBERT (Le et al. 2019, arXiv 1912.05372): XLM in French, its larger
//! models with norms before each branch.
//!
//! Reference: transformers 4.57.6, `models/flaubert/modeling_flaubert.py`.

use super::xlm::{IGNORED, read_kin};
use super::{Architecture, Task};

pub(super) static FLAUBERT: Architecture = Architecture {
    model_type: "flaubert",
    classes: &[
        ("FlaubertWithLMHeadModel", Task::Masked),
        ("FlaubertModel", Task::Encoder),
    ],
    base: "transformer.",
    renames: &[],
    ignored: IGNORED,
    read: |config, task| {
        config.skip(&["layerdrop"]);
        let pre_norm = config.flag_or("pre_norm", false)?;
        read_kin(config, task, &FLAUBERT, pre_norm)
    },
};
