//! ELECTRA (Clark et al. 2020, arXiv 2003.10555): a discriminator that tells
//! replaced tokens, and the small generator that replaced them.
//!
//! Reference: transformers 4.57.6, `models/electra/modeling_electra.py`.

use super::build::{At, Bias};
use super::encoder::{self, BERT_DEFAULTS, BERT_NAMES, Defaults, Lower, Norms, Parts, Sizes};
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Counting, Embedding, Head, HeadTransform, Linear};
use arbor_model::Objective;

pub(super) static ELECTRA: Architecture = Architecture {
    model_type: "electra",
    classes: &[
        ("ElectraForPreTraining", Task::Discriminator),
        ("ElectraForMaskedLM", Task::Masked),
        ("ElectraModel", Task::Encoder),
    ],
    base: "electra.",
    renames: encoder::GAMMA_BETA,
    ignored: &[
        encoder::POSITION_IDS,
        Ignored {
            ending: "generator_lm_head.weight",
            reason: "a second copy of the tied embedding",
        },
    ],
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        width: 256,
        heads: 4,
        inner: 1_024,
        ..BERT_DEFAULTS
    };
    let sizes = Sizes::read(config, &defaults)?;
    encoder::absolute_only(config)?;
    let lower = Lower {
        width: config.count_or("embedding_size", 128)?,
        counting: Some(Counting::All),
        types: config.count_or("type_vocab_size", defaults.types)?,
        norm: true,
    };
    let model = At::new("electra.");
    let mut embedding = sizes.embedding(&model.at("embeddings"), lower)?;
    if lower.width != sizes.width {
        let map = model.linear("embeddings_project", sizes.width, lower.width, Bias::Yes)?;
        embedding.projection = Some(map);
    }
    let tied = config.flag_or("tie_word_embeddings", true)?;
    let head = match task {
        Task::Encoder => Head::None,
        Task::Discriminator => discriminator(&sizes)?,
        Task::Causal | Task::Masked | Task::Seq2Seq => {
            generator(&sizes, &embedding, lower.width, tied)?
        }
    };
    let parts = Parts {
        embedding,
        layers: sizes.blocks(&model.at("encoder.layer"), &BERT_NAMES, Norms::After)?,
        final_norm: None,
        head,
        dormant: Vec::new(),
    };
    let genome = parts.genome(ELECTRA.model_type, &sizes);
    Ok(match task {
        Task::Discriminator => Genome {
            objective: Objective::AeReplacedToken,
            ..genome
        },
        Task::Causal | Task::Encoder | Task::Masked | Task::Seq2Seq => genome,
    })
}

fn discriminator(sizes: &Sizes) -> Result<Head, ConfigError> {
    let at = At::new("discriminator_predictions.");
    Ok(Head::Discriminator {
        transform: HeadTransform {
            dense: at.linear("dense", sizes.width, sizes.width, Bias::Yes)?,
            activation: Some(sizes.activation),
            norm: None,
        },
        map: at.linear("dense_prediction", 1, sizes.width, Bias::Yes)?,
    })
}

fn generator(
    sizes: &Sizes,
    embedding: &Embedding,
    inner: u64,
    tied: bool,
) -> Result<Head, ConfigError> {
    let at = At::new("generator_predictions.");
    let map = At::new("").linear("generator_lm_head", sizes.vocabulary, inner, Bias::Yes)?;
    let weight = if tied {
        embedding.tokens.clone()
    } else {
        map.weight
    };
    Ok(encoder::masked(
        at.linear("dense", inner, sizes.width, Bias::Yes)?,
        Activation::Gelu,
        at.layer_norm("LayerNorm", inner, sizes.epsilon)?,
        Linear {
            weight,
            bias: map.bias,
        },
    ))
}
