//! ModernBERT's decoder (Weller et al. 2025, arXiv 2507.11412): its layers and
//! its head, read from the left.
//!
//! Reference: transformers 4.57.6,
//! `models/modernbert_decoder/modeling_modernbert_decoder.py`. It saves
//! `sliding_window` in place of `local_attention`, of which it is the half,
//! and turns layers with a window by the base of the others, which published
//! models give them anyway.

use super::modernbert::{Kin, read_kin};
use super::{Architecture, Ignored, Task};
use crate::config::{Config, ConfigError};
use crate::{Genome, Stacks};
use arbor_model::{Mask, Objective};

pub(super) static MODERNBERT_DECODER: Architecture = Architecture {
    model_type: "modernbert-decoder",
    classes: &[
        ("ModernBertDecoderForCausalLM", Task::Causal),
        ("ModernBertDecoderModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[Ignored {
        ending: "decoder.weight",
        reason: "a second copy of the tied embedding",
    }],
    read,
};

const DECODER: Kin = Kin {
    model_type: MODERNBERT_DECODER.model_type,
    fused: false,
    head: "lm_head.",
    window,
    local_base: 160_000.0,
};

fn window(config: &Config) -> Result<u64, ConfigError> {
    let half = config.count_or("sliding_window", 64)?;
    Ok(config
        .optional("local_attention")?
        .map_or(half, |both| both / 2))
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let mut genome = read_kin(config, task, &DECODER)?;
    if let Stacks::Single { stack, .. } = &mut genome.stacks {
        stack.mask = Mask::Causal;
    }
    genome.objective = Objective::ArForward;
    Ok(genome)
}
