//! Falcon Mamba (Zuo et al. 2024, arXiv 2410.05355): Mamba with norms without
//! weights over steps, B and C.
//!
//! Reference: transformers 4.57.6,
//! `models/falcon_mamba/modeling_falcon_mamba.py`.

use super::mamba;
use super::{Architecture, Task};
use crate::gene::{Gain, Norm, NormKind};

pub(super) static FALCON_MAMBA: Architecture = Architecture {
    model_type: "falcon_mamba",
    classes: &[
        ("FalconMambaForCausalLM", Task::Causal),
        ("FalconMambaModel", Task::Encoder),
    ],
    base: "backbone.",
    renames: &[("embedding.weight", "embeddings.weight")],
    ignored: &[],
    read: |config, task| {
        let norm = Norm {
            kind: NormKind::Rms,
            epsilon: config.positive_or("mixer_rms_eps", 1e-6)?,
            gain: Gain::None,
            bias: None,
        };
        config.skip(&["use_falcon_mambapy"]);
        mamba::read(config, task, FALCON_MAMBA.model_type, Some(&norm))
    },
};
