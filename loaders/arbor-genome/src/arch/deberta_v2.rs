//! DeBERTa's versions 2 and 3 (He et al. 2020, arXiv 2006.03654; He et al.
//! 2021, arXiv 2111.09543): far distances share log-spaced buckets, positions
//! pass the maps of content.
//!
//! Reference: transformers 4.57.6, `models/deberta_v2/modeling_deberta_v2.py`.
//! The convolution after the first layer of its largest sizes is not known.

use super::build::At;
use super::deberta::{self, Relative, positive};
use super::encoder::{self, BERT_DEFAULTS, BERT_NAMES, Defaults, Names, Norms, Parts, Sizes};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Attention, Disentangled, ScoreBias};

pub(super) static DEBERTA_V2: Architecture = Architecture {
    model_type: "deberta-v2",
    classes: &[
        ("DebertaV2ForMaskedLM", Task::Masked),
        ("DebertaV2Model", Task::Encoder),
    ],
    base: "deberta.",
    renames: encoder::GAMMA_BETA,
    ignored: deberta::IGNORED,
    read,
};

const NAMES: Names = Names {
    query: "attention.self.query_proj",
    key: "attention.self.key_proj",
    value: "attention.self.value_proj",
    ..BERT_NAMES
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        width: 1_536,
        heads: 24,
        inner: 6_144,
        vocabulary: 128_100,
        epsilon: 1e-7,
        ..BERT_DEFAULTS
    };
    let sizes = Sizes::read(config, &defaults)?;
    config.skip(&["conv_act", "conv_groups"]);
    if config.optional("conv_kernel_size")?.unwrap_or(0) > 0 {
        return Err(config.unsupported("conv_kernel_size"));
    }
    if config.count_or("attention_head_size", sizes.size)? != sizes.size {
        return Err(config.unsupported("attention_head_size"));
    }
    let relative = Relative::read(config, sizes.context)?;
    let model = At::new("deberta.");
    let embedding = deberta::embedding(config, &sizes, &model)?;
    let stack = model.at("encoder");
    let shared = disentangled(config, &sizes, &relative, &stack)?;
    let own_maps = !config.flag_or("share_att_key", false)?;
    let layers = (0..sizes.layers).map(|number| {
        let layer = stack.at("layer").at(number);
        let mut attention = Attention {
            scale: relative.scale(sizes.size),
            ..sizes.attention(&layer, &NAMES)?
        };
        if let Some(shared) = &shared {
            let names = if own_maps {
                Names {
                    query: "attention.self.pos_query_proj",
                    key: "attention.self.pos_key_proj",
                    ..NAMES
                }
            } else {
                NAMES
            };
            let map = |used: bool, name| used.then(|| sizes.square(&layer, name)).transpose();
            attention.bias = ScoreBias::Disentangled(Box::new(Disentangled {
                content_to_position: map(relative.content_to_position, names.key)?,
                position_to_content: map(relative.position_to_content, names.query)?,
                ..shared.clone()
            }));
        }
        sizes.block(&layer, &NAMES, Norms::After, attention)
    });
    let parts = Parts {
        layers: layers.collect::<Result<_, ConfigError>>()?,
        head: deberta::head(config, task, &sizes, &embedding.tokens)?,
        embedding,
        final_norm: None,
        dormant: Vec::new(),
    };
    Ok(parts.genome(DEBERTA_V2.model_type, &sizes))
}

/// What all layers share.
fn disentangled(
    config: &Config,
    sizes: &Sizes,
    relative: &Relative,
    stack: &At,
) -> Result<Option<Disentangled>, ConfigError> {
    let buckets = positive(config, "position_buckets")?;
    let normed = match config.word_or("norm_rel_ebd", "none")? {
        "layer_norm" => true,
        "none" => false,
        _ => return Err(config.unsupported("norm_rel_ebd")),
    };
    if !relative.used {
        return Ok(None);
    }
    let span = buckets.unwrap_or(relative.max_distance);
    let norm = normed.then(|| stack.layer_norm("LayerNorm", sizes.width, sizes.epsilon));
    Ok(Some(Disentangled {
        table: stack.tensor("rel_embeddings.weight", &[2 * span, sizes.width])?,
        norm: norm.transpose()?,
        span,
        buckets,
        max_distance: relative.max_distance,
        content_to_position: None,
        position_to_content: None,
    }))
}
