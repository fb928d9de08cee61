//! RemBERT (Chung et al. 2020, arXiv 2010.12821): a narrow table below and a
//! wide one of its own above.
//!
//! Reference: transformers 4.57.6, `models/rembert/modeling_rembert.py`, which
//! never ties the two.

use super::build::{At, Bias};
use super::encoder::{self, BERT_DEFAULTS, BERT_NAMES, Defaults, Lower, Norms, Parts, Sizes};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::Counting;

pub(super) static REMBERT: Architecture = Architecture {
    model_type: "rembert",
    classes: &[
        ("RemBertForMaskedLM", Task::Masked),
        ("RemBertModel", Task::Encoder),
    ],
    base: "rembert.",
    renames: encoder::GAMMA_BETA,
    ignored: &[
        encoder::POSITION_IDS,
        encoder::POOLER[0],
        encoder::POOLER[1],
    ],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        width: 1_152,
        heads: 18,
        inner: 4_608,
        vocabulary: 250_300,
        ..BERT_DEFAULTS
    };
    let sizes = Sizes::read(config, &defaults)?;
    let upper = config.count_or("output_embedding_size", 1_664)?;
    config.skip(&["tie_word_embeddings"]);
    let model = At::new("rembert.");
    let lower = Lower {
        width: config.count_or("input_embedding_size", 256)?,
        counting: Some(Counting::All),
        types: config.count_or("type_vocab_size", defaults.types)?,
        norm: true,
    };
    let mut embedding = sizes.embedding(&model.at("embeddings"), lower)?;
    let stack = model.at("encoder");
    let name = "embedding_hidden_mapping_in";
    embedding.projection = Some(stack.linear(name, sizes.width, lower.width, Bias::Yes)?);
    let head = encoder::head(task, || {
        let at = At::new("cls.predictions.");
        Ok(encoder::masked(
            at.linear("dense", upper, sizes.width, Bias::Yes)?,
            sizes.activation,
            at.layer_norm("LayerNorm", upper, sizes.epsilon)?,
            at.linear("decoder", sizes.vocabulary, upper, Bias::Yes)?,
        ))
    })?;
    let parts = Parts {
        embedding,
        layers: sizes.blocks(&stack.at("layer"), &BERT_NAMES, Norms::After)?,
        final_norm: None,
        head,
        dormant: encoder::pooler(config, &["RemBertModel"], &model, sizes.width)?,
    };
    Ok(parts.genome(REMBERT.model_type, &sizes))
}
