//! DistilBERT (Sanh et al. 2019, arXiv 1910.01108): BERT with half its
//! layers and without token types.
//!
//! Reference: transformers 4.57.6, `models/distilbert/modeling_distilbert.py`.

use super::build::{At, Bias, head_size};
use super::encoder::{self, Lower, Names, Norms, Parts, Sizes};
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Counting, Linear};

pub(super) static DISTILBERT: Architecture = Architecture {
    model_type: "distilbert",
    classes: &[
        ("DistilBertForMaskedLM", Task::Masked),
        ("DistilBertModel", Task::Encoder),
    ],
    base: "distilbert.",
    renames: encoder::GAMMA_BETA,
    ignored: &[
        encoder::POSITION_IDS,
        Ignored {
            ending: "vocab_projector.weight",
            reason: "a second copy of the tied embedding",
        },
    ],
    read,
};

const NAMES: Names = Names {
    query: "attention.q_lin",
    key: "attention.k_lin",
    value: "attention.v_lin",
    output: "attention.out_lin",
    mixer_norm: "sa_layer_norm",
    up: "ffn.lin1",
    down: "ffn.lin2",
    feed_forward_norm: "output_layer_norm",
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let width = config.count_or("dim", 768)?;
    let heads = config.count_or("n_heads", 12)?;
    let sizes = Sizes {
        width,
        heads,
        size: head_size(None, width, heads)?,
        inner: config.count_or("hidden_dim", 3_072)?,
        vocabulary: config.count_or("vocab_size", 30_522)?,
        context: config.count_or("max_position_embeddings", 512)?,
        epsilon: 1e-12,
        activation: config.activation_or("activation", Activation::Gelu)?,
        layers: config.layers("n_layers")?,
    };
    let tied = config.flag_or("tie_word_embeddings", true)?;
    // A table of sines is stored like a learned one.
    config.skip(&[
        "sinusoidal_pos_embds",
        "qa_dropout",
        "seq_classif_dropout",
        "tie_weights_",
    ]);
    let model = At::new("distilbert.");
    let lower = Lower {
        width,
        counting: Some(Counting::All),
        types: 0,
        norm: true,
    };
    let embedding = sizes.embedding(&model.at("embeddings"), lower)?;
    let head = encoder::head(task, || {
        let at = At::new("");
        let map = at.linear("vocab_projector", sizes.vocabulary, width, Bias::Yes)?;
        let weight = if tied {
            embedding.tokens.clone()
        } else {
            map.weight
        };
        Ok(encoder::masked(
            at.linear("vocab_transform", width, width, Bias::Yes)?,
            sizes.activation,
            at.layer_norm("vocab_layer_norm", width, sizes.epsilon)?,
            Linear {
                weight,
                bias: map.bias,
            },
        ))
    })?;
    let parts = Parts {
        embedding,
        layers: sizes.blocks(&model.at("transformer.layer"), &NAMES, Norms::After)?,
        final_norm: None,
        head,
        dormant: Vec::new(),
    };
    Ok(parts.genome(DISTILBERT.model_type, &sizes))
}
