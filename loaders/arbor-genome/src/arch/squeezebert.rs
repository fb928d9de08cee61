//! SqueezeBERT (Iandola et al. 2020, arXiv 2006.11316): BERT whose maps are
//! convolutions over one place, most of them in groups that look at a part of
//! the state each.
//!
//! Reference: transformers 4.57.6,
//! `models/squeezebert/modeling_squeezebert.py`. The epsilon of its layers'
//! norms is no key's.

use super::build::{At, bad};
use super::encoder::{self, BERT_DEFAULTS, BERT_IGNORED, Lower, Parts, Sizes};
use super::{Architecture, Task, causal};
use crate::config::{Config, ConfigError};
use crate::gene::{Block, Counting, Expert, Linear, Placement};
use crate::{Genome, Step};

pub(super) static SQUEEZEBERT: Architecture = Architecture {
    model_type: "squeezebert",
    classes: &[
        ("SqueezeBertForMaskedLM", Task::Masked),
        ("SqueezeBertModel", Task::Encoder),
    ],
    base: "transformer.",
    renames: encoder::GAMMA_BETA,
    ignored: BERT_IGNORED,
    read,
};

const EPSILON: f64 = 1e-12;

/// More groups than any model has; a map takes so many times its file's space.
const MOST: u64 = 16;

/// Groups of a layer's maps.
struct Groups {
    query: u64,
    key: u64,
    value: u64,
    output: u64,
    up: u64,
    down: u64,
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let sizes = Sizes::read(config, &BERT_DEFAULTS)?;
    let lower = Lower {
        width: config.count_or("embedding_size", sizes.width)?,
        counting: Some(Counting::All),
        types: config.count_or("type_vocab_size", BERT_DEFAULTS.types)?,
        norm: true,
    };
    if lower.width != sizes.width {
        return Err(config.unsupported("embedding_size"));
    }
    let groups = |key: &str, usual| {
        let found = config.count_or(key, usual)?;
        if (1..=MOST).contains(&found) {
            Ok(found)
        } else {
            Err(bad(key, found, &format!("1 to {MOST}")))
        }
    };
    let groups = Groups {
        query: groups("q_groups", 4)?,
        key: groups("k_groups", 4)?,
        value: groups("v_groups", 4)?,
        output: groups("post_attention_groups", 1)?,
        up: groups("intermediate_groups", 4)?,
        down: groups("output_groups", 4)?,
    };
    let model = At::new(SQUEEZEBERT.base);
    let embedding = sizes.embedding(&model.at("embeddings"), lower)?;
    let head = encoder::head(task, || {
        sizes.predictions(config, &embedding.tokens, sizes.width)
    })?;
    let classes = ["SqueezeBertForMaskedLM", "SqueezeBertModel"];
    let block = |number| groups.block(&model.at("encoder.layers").at(number), &sizes);
    let parts = Parts {
        embedding,
        layers: (0..sizes.layers)
            .map(block)
            .collect::<Result<_, ConfigError>>()?,
        final_norm: None,
        head,
        dormant: encoder::pooler(config, &classes, &model, sizes.width)?,
    };
    Ok(parts.genome(SQUEEZEBERT.model_type, &sizes))
}

/// A map stored `[outputs, inputs / groups, 1]`.
fn grouped(
    at: &At,
    name: &str,
    [outputs, inputs]: [u64; 2],
    groups: u64,
) -> Result<Linear, ConfigError> {
    if !(outputs.is_multiple_of(groups) && inputs.is_multiple_of(groups)) {
        return Err(bad(
            name,
            groups,
            &format!("a divisor of {outputs} and {inputs}"),
        ));
    }
    let each = inputs / groups;
    let stored = at.tensor(&format!("{name}.weight"), &[outputs, each, 1])?;
    let mut weight = stored.reshaped(&[outputs, each])?;
    if groups > 1 {
        weight = weight.then(Step::Diagonal(groups))?;
    }
    let bias = at.tensor(&format!("{name}.bias"), &[outputs])?;
    Ok(Linear {
        weight,
        bias: Some(bias),
    })
}

impl Groups {
    fn block(&self, layer: &At, sizes: &Sizes) -> Result<Block, ConfigError> {
        let (width, inner) = (sizes.width, sizes.inner);
        let square = |name, groups| grouped(layer, name, [width, width], groups);
        let maps = [
            square("attention.query", self.query)?,
            square("attention.key", self.key)?,
            square("attention.value", self.value)?,
            square("post_attention.conv1d", self.output)?,
        ];
        let expert = Expert {
            norm: None,
            gate: None,
            up: grouped(layer, "intermediate.conv1d", [inner, width], self.up)?,
            down: grouped(layer, "output.conv1d", [width, inner], self.down)?,
        };
        let norm = |name| layer.layer_norm(name, width, EPSILON);
        Ok(causal::block(
            causal::attention([sizes.heads, sizes.heads, sizes.size], maps),
            causal::dense(expert, sizes.activation),
            Placement::Post {
                mixer: norm("post_attention.layernorm")?,
                feed_forward: norm("output.layernorm")?,
            },
        ))
    }
}
