//! XLM-R's largest sizes (Goyal et al. 2021, arXiv 2105.00572): norms before
//! the branches, and none over the embedding.
//!
//! Reference: transformers 4.57.6,
//! `models/xlm_roberta_xl/modeling_xlm_roberta_xl.py`.

use super::build::At;
use super::encoder::{
    self, BERT_DEFAULTS, BERT_NAMES, Defaults, Lower, Names, Norms, Parts, ROBERTA_IGNORED, Sizes,
};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};

pub(super) static XLM_ROBERTA_XL: Architecture = Architecture {
    model_type: "xlm-roberta-xl",
    classes: &[
        ("XLMRobertaXLForMaskedLM", Task::Masked),
        ("XLMRobertaXLModel", Task::Encoder),
    ],
    base: "roberta.",
    renames: encoder::GAMMA_BETA,
    ignored: ROBERTA_IGNORED,
    read,
};

const NAMES: Names = Names {
    mixer_norm: "attention.self_attn_layer_norm",
    feed_forward_norm: "LayerNorm",
    ..BERT_NAMES
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        width: 2_560,
        heads: 32,
        inner: 10_240,
        vocabulary: 250_880,
        context: 514,
        types: 1,
        epsilon: 1e-5,
        ..BERT_DEFAULTS
    };
    let sizes = Sizes::read(config, &defaults)?;
    encoder::absolute_only(config)?;
    let model = At::new("roberta.");
    let lower = Lower {
        width: sizes.width,
        counting: Some(encoder::after_pad(config, 1)?),
        types: config.count_or("type_vocab_size", defaults.types)?,
        norm: false,
    };
    let embedding = sizes.embedding(&model.at("embeddings"), lower)?;
    let parts = Parts {
        head: encoder::head(task, || sizes.lm_head(config, &embedding.tokens))?,
        embedding,
        layers: sizes.blocks(&model.at("encoder.layer"), &NAMES, Norms::Before)?,
        final_norm: Some(model.layer_norm("encoder.LayerNorm", sizes.width, sizes.epsilon)?),
        dormant: encoder::pooler(config, &["XLMRobertaXLModel"], &model, sizes.width)?,
    };
    Ok(parts.genome(XLM_ROBERTA_XL.model_type, &sizes))
}
