//! RoFormer (Su et al. 2021, arXiv 2104.09864): BERT with rotary positions.
//!
//! Reference: transformers 4.57.6, `models/roformer/modeling_roformer.py`. Its
//! option `rotary_value` is not known.

use super::build::{At, Bias};
use super::encoder::{
    self, BERT_DEFAULTS, BERT_IGNORED, BERT_NAMES, Defaults, Lower, Norms, Parts, Sizes,
};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Attention, Rotary, RotaryPairs, RotaryScaling};

pub(super) static ROFORMER: Architecture = Architecture {
    model_type: "roformer",
    classes: &[
        ("RoFormerForMaskedLM", Task::Masked),
        ("RoFormerModel", Task::Encoder),
    ],
    base: "roformer.",
    renames: encoder::GAMMA_BETA,
    ignored: BERT_IGNORED,
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        vocabulary: 50_000,
        context: 1_536,
        ..BERT_DEFAULTS
    };
    let sizes = Sizes::read(config, &defaults)?;
    if config.flag_or("rotary_value", false)? {
        return Err(config.unsupported("rotary_value"));
    }
    if !sizes.size.is_multiple_of(2) {
        return Err(config.unsupported("num_attention_heads"));
    }
    let model = At::new("roformer.");
    let lower = Lower {
        width: config.count_or("embedding_size", sizes.width)?,
        counting: None,
        types: config.count_or("type_vocab_size", defaults.types)?,
        norm: true,
    };
    let mut embedding = sizes.embedding(&model.at("embeddings"), lower)?;
    if lower.width != sizes.width {
        let map = model.linear("embeddings_project", sizes.width, lower.width, Bias::Yes)?;
        embedding.projection = Some(map);
    }
    let stack = model.at("encoder");
    let layers = (0..sizes.layers).map(|number| {
        let layer = stack.at("layer").at(number);
        let attention = Attention {
            rotary: Some(Rotary {
                base: 10_000.0,
                width: sizes.size,
                pairs: RotaryPairs::Neighbours,
                scaling: RotaryScaling::None,
            }),
            ..sizes.attention(&layer, &BERT_NAMES)?
        };
        sizes.block(&layer, &BERT_NAMES, Norms::After, attention)
    });
    let head = encoder::head(task, || {
        sizes.predictions(config, &embedding.tokens, lower.width)
    })?;
    let parts = Parts {
        embedding,
        layers: layers.collect::<Result<_, ConfigError>>()?,
        final_norm: None,
        head,
        // Sines and cosines, stored among the parameters; they are computed anew.
        dormant: vec![stack.tensor("embed_positions.weight", &[sizes.context, sizes.size])?],
    };
    Ok(parts.genome(ROFORMER.model_type, &sizes))
}
