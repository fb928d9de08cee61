//! LayoutLM (Xu et al. 2019, arXiv 1912.13318): BERT that also sees where on
//! a page each token lies. A text alone lies nowhere.
//!
//! Reference: transformers 4.57.6, `models/layoutlm/modeling_layoutlm.py`,
//! which takes a box of zeros for each token where none is given.

use super::build::At;
use super::encoder::{self, BERT_DEFAULTS, BERT_IGNORED, BERT_NAMES, Lower, Norms, Parts, Sizes};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{AbsolutePosition, Counting};

pub(super) static LAYOUTLM: Architecture = Architecture {
    model_type: "layoutlm",
    classes: &[
        ("LayoutLMForMaskedLM", Task::Masked),
        ("LayoutLMModel", Task::Encoder),
    ],
    base: "layoutlm.",
    renames: encoder::GAMMA_BETA,
    ignored: BERT_IGNORED,
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let sizes = Sizes::read(config, &BERT_DEFAULTS)?;
    encoder::absolute_only(config)?;
    let places = config.count_or("max_2d_position_embeddings", 1_024)?;
    let model = At::new(LAYOUTLM.base);
    let lower = Lower {
        width: sizes.width,
        counting: Some(Counting::All),
        types: config.count_or("type_vocab_size", BERT_DEFAULTS.types)?,
        norm: true,
    };
    let at = model.at("embeddings");
    let mut embedding = sizes.embedding(&at, lower)?;
    let table = |of: &str| {
        let name = format!("{of}_position_embeddings.weight");
        at.tensor(&name, &[places, sizes.width])
    };
    embedding.positions = AbsolutePosition::OnPage {
        positions: Box::new(embedding.positions),
        edges: Box::new([table("x")?, table("y")?]),
        sizes: Box::new([table("h")?, table("w")?]),
    };
    let head = encoder::head(task, || {
        sizes.predictions(config, &embedding.tokens, sizes.width)
    })?;
    let classes = ["LayoutLMForMaskedLM", "LayoutLMModel"];
    let parts = Parts {
        embedding,
        layers: sizes.blocks(&model.at("encoder.layer"), &BERT_NAMES, Norms::After)?,
        final_norm: None,
        head,
        dormant: encoder::pooler(config, &classes, &model, sizes.width)?,
    };
    Ok(parts.genome(LAYOUTLM.model_type, &sizes))
}
