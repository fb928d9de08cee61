//! ALBERT (Lan et al. 2019, arXiv 1909.11942): narrow tables, and layers that
//! share their parameters in groups.
//!
//! Reference: transformers 4.57.6, `models/albert/modeling_albert.py`.

use super::build::{At, Bias, bad};
use super::encoder::{self, BERT_DEFAULTS, Defaults, Lower, Names, Norms, Parts, Sizes};
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Activation, Block, Counting, Linear};

pub(super) static ALBERT: Architecture = Architecture {
    model_type: "albert",
    classes: &[
        ("AlbertForMaskedLM", Task::Masked),
        ("AlbertForPreTraining", Task::Masked),
        ("AlbertModel", Task::Encoder),
    ],
    base: "albert.",
    renames: encoder::GAMMA_BETA,
    ignored: &[
        encoder::POSITION_IDS,
        Ignored {
            ending: "albert.pooler.weight",
            reason: "the pooler reads the first position only",
        },
        Ignored {
            ending: "albert.pooler.bias",
            reason: "the pooler reads the first position only",
        },
        Ignored {
            ending: "sop_classifier.classifier.weight",
            reason: "the sentence-order head",
        },
        Ignored {
            ending: "sop_classifier.classifier.bias",
            reason: "the sentence-order head",
        },
        Ignored {
            ending: "predictions.decoder.weight",
            reason: "a second copy of the tied embedding",
        },
        Ignored {
            ending: "predictions.decoder.bias",
            reason: "a second copy of the head's bias",
        },
    ],
    read,
};

const DEFAULTS: Defaults = Defaults {
    width: 4_096,
    heads: 64,
    inner: 16_384,
    vocabulary: 30_000,
    activation: Activation::GeluTanh,
    ..BERT_DEFAULTS
};

const NAMES: Names = Names {
    query: "attention.query",
    key: "attention.key",
    value: "attention.value",
    output: "attention.dense",
    mixer_norm: "attention.LayerNorm",
    up: "ffn",
    down: "ffn_output",
    feed_forward_norm: "full_layer_layer_norm",
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let sizes = Sizes::read(config, &DEFAULTS)?;
    encoder::absolute_only(config)?;
    let model = At::new("albert.");
    let lower = Lower {
        width: config.count_or("embedding_size", 128)?,
        counting: Some(Counting::All),
        types: config.count_or("type_vocab_size", DEFAULTS.types)?,
        norm: true,
    };
    let tied = config.flag_or("tie_word_embeddings", true)?;
    config.skip(&[
        "down_scale_factor",
        "gap_size",
        "net_structure_type",
        "num_memory_blocks",
    ]);
    let mut embedding = sizes.embedding(&model.at("embeddings"), lower)?;
    let stack = model.at("encoder");
    let name = "embedding_hidden_mapping_in";
    embedding.projection = Some(stack.linear(name, sizes.width, lower.width, Bias::Yes)?);
    let head = encoder::head(task, || {
        let at = At::new("predictions.");
        let weight = if tied {
            embedding.tokens.clone()
        } else {
            at.tensor("decoder.weight", &[sizes.vocabulary, lower.width])?
        };
        Ok(encoder::masked(
            at.linear("dense", lower.width, sizes.width, Bias::Yes)?,
            sizes.activation,
            at.layer_norm("LayerNorm", lower.width, sizes.epsilon)?,
            Linear {
                weight,
                bias: Some(at.tensor("bias", &[sizes.vocabulary])?),
            },
        ))
    })?;
    let mut dormant = Vec::new();
    if config.names_class(&["AlbertForPreTraining", "AlbertModel"]) {
        dormant.push(model.tensor("pooler.weight", &[sizes.width, sizes.width])?);
        dormant.push(model.tensor("pooler.bias", &[sizes.width])?);
    }
    if config.names_class(&["AlbertForPreTraining"]) {
        let order = At::new("sop_classifier.classifier.");
        dormant.push(order.tensor("weight", &[2, sizes.width])?);
        dormant.push(order.tensor("bias", &[2])?);
    }
    let parts = Parts {
        embedding,
        layers: layers(config, &sizes, &stack)?,
        final_norm: None,
        head,
        dormant,
    };
    Ok(parts.genome(ALBERT.model_type, &sizes))
}

/// Every layer passes its group's inner layers in turn.
fn layers(config: &Config, sizes: &Sizes, stack: &At) -> Result<Vec<Block>, ConfigError> {
    let groups = config.count_or("num_hidden_groups", 1)?;
    let inner = config.count_or("inner_group_num", 1)?;
    if groups > sizes.layers {
        return Err(bad("num_hidden_groups", groups, "at most one a layer"));
    }
    if inner > 1_024 / sizes.layers {
        return Err(bad("inner_group_num", inner, "at most 1,024 layers in all"));
    }
    let mut layers = Vec::new();
    for number in 0..sizes.layers {
        let group = stack
            .at("albert_layer_groups")
            .at(number * groups / sizes.layers)
            .at("albert_layers");
        for number in 0..inner {
            let layer = group.at(number);
            let attention = sizes.attention(&layer, &NAMES)?;
            layers.push(sizes.block(&layer, &NAMES, Norms::After, attention)?);
        }
    }
    Ok(layers)
}
