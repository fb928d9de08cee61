//! BERT as the encoder of a pair that generates (Rothe et al. 2019, arXiv
//! 1907.12461): no token types.
//!
//! Reference: transformers 4.57.6,
//! `models/bert_generation/modeling_bert_generation.py`. The decoder's class
//! is not known.

use super::build::At;
use super::encoder::{self, BERT_DEFAULTS, BERT_NAMES, Defaults, Lower, Norms, Parts, Sizes};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Counting, Head};

pub(super) static BERT_GENERATION: Architecture = Architecture {
    model_type: "bert-generation",
    classes: &[("BertGenerationEncoder", Task::Encoder)],
    base: "bert.",
    renames: encoder::GAMMA_BETA,
    ignored: &[encoder::POSITION_IDS],
    read,
};

fn read(config: &Config, _: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        width: 1_024,
        heads: 16,
        inner: 4_096,
        vocabulary: 50_358,
        ..BERT_DEFAULTS
    };
    let sizes = Sizes::read(config, &defaults)?;
    encoder::absolute_only(config)?;
    let model = At::new("bert.");
    let lower = Lower {
        width: sizes.width,
        counting: Some(Counting::All),
        types: 0,
        norm: true,
    };
    let parts = Parts {
        embedding: sizes.embedding(&model.at("embeddings"), lower)?,
        layers: sizes.blocks(&model.at("encoder.layer"), &BERT_NAMES, Norms::After)?,
        final_norm: None,
        head: Head::None,
        dormant: Vec::new(),
    };
    Ok(parts.genome(BERT_GENERATION.model_type, &sizes))
}
