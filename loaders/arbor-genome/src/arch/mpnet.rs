//! MPNet (Song et al. 2020, arXiv 2004.09297): BERT with relative buckets,
//! trained on hidden tokens in permuted order.
//!
//! Reference: transformers 4.57.6, `models/mpnet/modeling_mpnet.py`, in which
//! the number of buckets is 32 whatever the configuration says.

use super::build::At;
use super::encoder::{
    self, BERT_DEFAULTS, Defaults, Lower, Names, Norms, Parts, ROBERTA_IGNORED, Sizes,
};
use super::{Architecture, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{Attention, Counting, ScoreBias, Sides};
use arbor_model::Objective;

pub(super) static MPNET: Architecture = Architecture {
    model_type: "mpnet",
    classes: &[
        ("MPNetForMaskedLM", Task::Masked),
        ("MPNetModel", Task::Encoder),
    ],
    base: "mpnet.",
    renames: encoder::GAMMA_BETA,
    ignored: ROBERTA_IGNORED,
    read,
};

const NAMES: Names = Names {
    query: "attention.attn.q",
    key: "attention.attn.k",
    value: "attention.attn.v",
    output: "attention.attn.o",
    mixer_norm: "attention.LayerNorm",
    ..encoder::BERT_NAMES
};

const BUCKETS: u64 = 32;

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        vocabulary: 30_527,
        ..BERT_DEFAULTS
    };
    let sizes = Sizes::read(config, &defaults)?;
    if config.count_or("relative_attention_num_buckets", BUCKETS)? != BUCKETS {
        return Err(config.unsupported("relative_attention_num_buckets"));
    }
    let model = At::new("mpnet.");
    let lower = Lower {
        width: sizes.width,
        counting: Some(Counting::AfterPad(1)),
        types: 0,
        norm: true,
    };
    let embedding = sizes.embedding(&model.at("embeddings"), lower)?;
    let head = encoder::head(task, || sizes.lm_head(config, &embedding.tokens))?;
    let stack = model.at("encoder");
    let bias = ScoreBias::Buckets {
        table: stack.tensor("relative_attention_bias.weight", &[BUCKETS, sizes.heads])?,
        max_distance: 128,
        sides: Sides::Both,
    };
    let layers = (0..sizes.layers).map(|number| {
        let layer = stack.at("layer").at(number);
        let attention = Attention {
            bias: bias.clone(),
            ..sizes.attention(&layer, &NAMES)?
        };
        sizes.block(&layer, &NAMES, Norms::After, attention)
    });
    let parts = Parts {
        embedding,
        layers: layers.collect::<Result<_, ConfigError>>()?,
        final_norm: None,
        head,
        dormant: encoder::pooler(config, &["MPNetModel"], &model, sizes.width)?,
    };
    Ok(Genome {
        objective: Objective::AeMaskedPermuted,
        ..parts.genome(MPNET.model_type, &sizes)
    })
}
