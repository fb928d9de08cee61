//! DeBERTa (He et al. 2020, arXiv 2006.03654): content and position attend
//! to each other apart.
//!
//! Reference: transformers 4.57.6, `models/deberta/modeling_deberta.py`. Its
//! option `talking_head` is not known.

use super::build::{At, Bias};
use super::encoder::{self, BERT_DEFAULTS, BERT_NAMES, Defaults, Lower, Norms, Parts, Sizes};
use super::{Architecture, Ignored, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{
    Attention, Counting, Disentangled, Embedding, Head, KeyValue, Linear, Query, ScoreBias,
};
use crate::{Genome, Parameter, Step};

pub(super) static DEBERTA: Architecture = Architecture {
    model_type: "deberta",
    classes: &[
        ("DebertaForMaskedLM", Task::Masked),
        ("DebertaModel", Task::Encoder),
    ],
    base: "deberta.",
    renames: encoder::GAMMA_BETA,
    ignored: IGNORED,
    read,
};

/// What either DeBERTa may carry besides.
pub(super) const IGNORED: &[Ignored] = &[
    encoder::POSITION_IDS,
    encoder::POOLER[0],
    encoder::POOLER[1],
    encoder::DECODER[0],
    encoder::DECODER[1],
    Ignored {
        ending: "embeddings.position_embeddings.weight",
        reason: "a table that no layer reads where positions are relative only",
    },
];

/// What both DeBERTas say about positions.
pub(super) struct Relative {
    /// Relative positions are used.
    pub(super) used: bool,
    /// Distances on each side.
    pub(super) max_distance: u64,
    /// Content asks for positions.
    pub(super) content_to_position: bool,
    /// Positions ask for content.
    pub(super) position_to_content: bool,
}

impl Relative {
    pub(super) fn read(config: &Config, context: u64) -> Result<Self, ConfigError> {
        let key = "pos_att_type";
        let kinds: Vec<String> = match config.words(key) {
            Ok(list) => list.into_iter().flatten().map(str::to_owned).collect(),
            Err(_) => {
                let word = config.word_or(key, "")?.to_lowercase();
                word.split('|').map(|kind| kind.trim().to_owned()).collect()
            }
        };
        let has = |kind: &str| kinds.iter().any(|k| k == kind);
        let relative = Self {
            used: config.flag_or("relative_attention", false)?,
            max_distance: positive(config, "max_relative_positions")?.unwrap_or(context),
            content_to_position: has("c2p"),
            position_to_content: has("p2c"),
        };
        let known = relative.kinds() == kinds.len() as u64;
        if known {
            Ok(relative)
        } else {
            Err(config.unsupported(key))
        }
    }

    fn kinds(&self) -> u64 {
        u64::from(self.content_to_position) + u64::from(self.position_to_content)
    }

    /// Scores are sums of so many products and one.
    pub(super) fn scale(&self, head_size: u64) -> f64 {
        1.0 / ((head_size * (1 + self.kinds())) as f64).sqrt()
    }
}

/// A count, where anything below 1 means none.
pub(super) fn positive(config: &Config, key: &str) -> Result<Option<u64>, ConfigError> {
    match config.number(key)? {
        Some(number) if number >= 1.0 => config.optional(key),
        Some(_) | None => Ok(None),
    }
}

/// The tables below the layers, as either DeBERTa has them.
pub(super) fn embedding(
    config: &Config,
    sizes: &Sizes,
    model: &At,
) -> Result<Embedding, ConfigError> {
    config.skip(&[
        "pooler_dropout",
        "pooler_hidden_act",
        "pooler_hidden_size",
        "padding_idx",
    ]);
    if config.count_or("embedding_size", sizes.width)? != sizes.width {
        return Err(config.unsupported("embedding_size"));
    }
    let absolute = config.flag_or("position_biased_input", true)?;
    let lower = Lower {
        width: sizes.width,
        counting: absolute.then_some(Counting::All),
        types: config.optional("type_vocab_size")?.unwrap_or(0),
        norm: true,
    };
    sizes.embedding(&model.at("embeddings"), lower)
}

/// The head: BERT's, or the original's with other names.
pub(super) fn head(
    config: &Config,
    task: Task,
    sizes: &Sizes,
    tokens: &Parameter,
) -> Result<Head, ConfigError> {
    let legacy = config.flag_or("legacy", true)?;
    // The original's head reads the embedding itself, tied or not.
    config.skip(&["tie_word_embeddings"]);
    encoder::head(task, || {
        if legacy {
            return sizes.predictions(config, tokens, sizes.width);
        }
        let at = At::new("lm_predictions.lm_head.");
        Ok(encoder::masked(
            at.linear("dense", sizes.width, sizes.width, Bias::Yes)?,
            sizes.activation,
            at.layer_norm("LayerNorm", sizes.width, sizes.epsilon)?,
            Linear {
                weight: tokens.clone(),
                bias: Some(at.tensor("bias", &[sizes.vocabulary])?),
            },
        ))
    })
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    let defaults = Defaults {
        vocabulary: 50_265,
        epsilon: 1e-7,
        ..BERT_DEFAULTS
    };
    let sizes = Sizes::read(config, &defaults)?;
    if config.flag_or("talking_head", false)? {
        return Err(config.unsupported("talking_head"));
    }
    let relative = Relative::read(config, sizes.context)?;
    let model = At::new("deberta.");
    let embedding = embedding(config, &sizes, &model)?;
    let stack = model.at("encoder");
    let layers = (0..sizes.layers).map(|number| {
        let layer = stack.at("layer").at(number);
        let attention = attention(&sizes, &relative, &stack, &layer)?;
        sizes.block(&layer, &BERT_NAMES, Norms::After, attention)
    });
    let parts = Parts {
        layers: layers.collect::<Result<_, ConfigError>>()?,
        head: head(config, task, &sizes, &embedding.tokens)?,
        embedding,
        final_norm: None,
        dormant: Vec::new(),
    };
    Ok(parts.genome(DEBERTA.model_type, &sizes))
}

/// Queries, keys and values are stored in one map, head by head; keys have no
/// bias.
fn attention(
    sizes: &Sizes,
    relative: &Relative,
    stack: &At,
    layer: &At,
) -> Result<Attention, ConfigError> {
    let Sizes {
        width, heads, size, ..
    } = *sizes;
    let at = layer.at("attention.self");
    let fused = at.tensor("in_proj.weight", &[3 * width, width])?;
    let fused = fused.reshaped(&[heads, 3, size, width])?;
    let map = |index, bias: Option<&str>| {
        let weight = fused.clone().then(Step::Select { dim: 1, index })?;
        Ok::<_, ConfigError>(Linear {
            weight: weight.reshaped(&[width, width])?,
            bias: bias.map(|name| at.tensor(name, &[width])).transpose()?,
        })
    };
    let to_positions = |used: bool, name, bias| {
        used.then(|| at.linear(name, width, width, bias))
            .transpose()
    };
    let bias = if relative.used {
        let span = relative.max_distance;
        ScoreBias::Disentangled(Box::new(Disentangled {
            table: stack.tensor("rel_embeddings.weight", &[2 * span, width])?,
            norm: None,
            span,
            buckets: None,
            max_distance: span,
            content_to_position: to_positions(relative.content_to_position, "pos_proj", Bias::No)?,
            position_to_content: to_positions(
                relative.position_to_content,
                "pos_q_proj",
                Bias::Yes,
            )?,
        }))
    } else {
        ScoreBias::None
    };
    Ok(Attention {
        heads,
        kv_heads: heads,
        head_size: size,
        value_size: size,
        query: Query::Full(map(0, Some("q_bias"))?),
        key_value: KeyValue::Full {
            key: map(1, None)?,
            value: map(2, Some("v_bias"))?,
        },
        output: layer.linear("attention.output.dense", width, width, Bias::Yes)?,
        query_norm: None,
        key_norm: None,
        output_norm: None,
        rotary: None,
        bias,
        scale: relative.scale(size),
        soft_cap: None,
        window: None,
        sinks: None,
        clip: None,
    })
}
