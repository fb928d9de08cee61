//! NEZHA (Wei et al. 2019, arXiv 1909.00204): BERT whose keys and values hold
//! sines of the clipped distance.
//!
//! Reference: transformers 4.57.6, `models/deprecated/nezha/modeling_nezha.py`.

use super::build::{At, bad};
use super::encoder::{
    self, BERT_DEFAULTS, BERT_IGNORED, BERT_NAMES, Defaults, Lower, Norms, Parts, Sizes,
};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Attention, DistanceTable, Distances, ScoreBias};

pub(super) static NEZHA: Architecture = Architecture {
    model_type: "nezha",
    classes: &[
        ("NezhaForMaskedLM", Task::Masked),
        ("NezhaForPreTraining", Task::Masked),
        ("NezhaModel", Task::Encoder),
    ],
    base: "nezha.",
    renames: encoder::GAMMA_BETA,
    ignored: BERT_IGNORED,
    read,
};

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        vocabulary: 21_128,
        ..BERT_DEFAULTS
    };
    let sizes = Sizes::read(config, &defaults)?;
    let clip = config.count_or("max_relative_position", 64)?;
    // Its vectors are made, not stored: no file bounds them.
    if clip > 65_536 {
        return Err(bad("max_relative_position", clip, "at most 65,536"));
    }
    // The original's one option among several that were planned.
    config.skip(&["use_relative_position"]);
    let model = At::new("nezha.");
    let lower = Lower {
        width: sizes.width,
        counting: None,
        types: config.count_or("type_vocab_size", defaults.types)?,
        norm: true,
    };
    let embedding = sizes.embedding(&model.at("embeddings"), lower)?;
    let head = encoder::head(task, || {
        sizes.predictions(config, &embedding.tokens, sizes.width)
    })?;
    let layers = (0..sizes.layers).map(|number| {
        let layer = model.at("encoder.layer").at(number);
        let attention = Attention {
            bias: ScoreBias::Distances(Box::new(Distances {
                table: DistanceTable::Sines { clip },
                keys_too: false,
                values: true,
            })),
            ..sizes.attention(&layer, &BERT_NAMES)?
        };
        sizes.block(&layer, &BERT_NAMES, Norms::After, attention)
    });
    let classes = ["NezhaForPreTraining", "NezhaModel"];
    let parts = Parts {
        embedding,
        layers: layers.collect::<Result<_, ConfigError>>()?,
        final_norm: None,
        head,
        dormant: encoder::pretraining(config, classes, &model, sizes.width)?,
    };
    Ok(parts.genome(NEZHA.model_type, &sizes))
}
