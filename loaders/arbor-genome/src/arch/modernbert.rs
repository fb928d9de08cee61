//! ModernBERT (Warner et al. 2024, arXiv 2412.13663): rotary positions, gated
//! layers, and windows on all but every third layer.
//!
//! Reference: transformers 4.57.6, `models/modernbert/modeling_modernbert.py`.
//! The first layer's attention has no norm: the embedding's serves it.

use super::build::{At, Bias, head_size, rows};
use super::encoder::{self, Parts, Sizes};
use super::{Architecture, Ignored, Task};
use crate::Genome;
use crate::config::{Config, ConfigError};
use crate::gene::{
    AbsolutePosition, Activation, Attention, Block, Embedding, Expert, FeedForward, Head, KeyValue,
    Linear, Mixer, Norm, Placement, Query, Rotary, RotaryPairs, ScoreBias,
};

pub(super) static MODERNBERT: Architecture = Architecture {
    model_type: "modernbert",
    classes: &[
        ("ModernBertForMaskedLM", Task::Masked),
        ("ModernBertModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[Ignored {
        ending: "decoder.weight",
        reason: "a second copy of the tied embedding",
    }],
    read: |config, task| read_kin(config, task, &ENCODER),
};

/// What ModernBERT and its decoder tell apart.
pub(super) struct Kin {
    pub(super) model_type: &'static str,
    /// Whether queries, keys and values are stored as one map.
    pub(super) fused: bool,
    /// Where the head's map and norm lie.
    pub(super) head: &'static str,
    /// What a position sees in layers with a window, itself included.
    pub(super) window: fn(&Config) -> Result<u64, ConfigError>,
    /// Base of the rotary frequencies there, where none is said.
    pub(super) local_base: f64,
}

const ENCODER: Kin = Kin {
    model_type: MODERNBERT.model_type,
    fused: true,
    head: "head.",
    window: |config| Ok(config.count_or("local_attention", 128)? / 2 + 1),
    local_base: 10_000.0,
};

/// What layers need besides sizes.
struct Layers<'k> {
    kin: &'k Kin,
    sizes: Sizes,
    attention_bias: Bias,
    mlp_bias: Bias,
    norm_bias: bool,
    global: Rotary,
    local: Rotary,
    window: u64,
}

pub(super) fn read_kin(config: &Config, task: Task, kin: &Kin) -> Result<Genome, ConfigError> {
    let width = config.count_or("hidden_size", 768)?;
    let heads = config.count_or("num_attention_heads", 12)?;
    let sizes = Sizes {
        width,
        heads,
        size: head_size(None, width, heads)?,
        inner: config.count_or("intermediate_size", 1_152)?,
        vocabulary: config.count_or("vocab_size", 50_368)?,
        context: config.count_or("max_position_embeddings", 8_192)?,
        epsilon: config.positive_or("norm_eps", 1e-5)?,
        activation: config.activation_or("hidden_activation", Activation::Gelu)?,
        layers: config.layers("num_hidden_layers")?,
    };
    if task == Task::Encoder {
        config.skip(&["decoder_bias"]);
    }
    config.skip(&[
        "deterministic_flash_attn",
        "layer_norm_eps",
        "position_embedding_type",
        "reference_compile",
        "repad_logits_with_grad",
        "sparse_pred_ignore_index",
    ]);
    let global_base = config.positive_or("global_rope_theta", 160_000.0)?;
    let local_base = if config.is_null("local_rope_theta") {
        global_base
    } else {
        config.positive_or("local_rope_theta", kin.local_base)?
    };
    let rotary = |kind, base| {
        let keys = config.rope(Some(kind), base, sizes.context)?;
        keys.rotary(sizes.size, 1.0, RotaryPairs::Halves)
    };
    let layers = Layers {
        kin,
        sizes,
        attention_bias: Bias::from(config.flag_or("attention_bias", false)?),
        mlp_bias: Bias::from(config.flag_or("mlp_bias", false)?),
        norm_bias: config.flag_or("norm_bias", false)?,
        global: rotary("full_attention", global_base)?,
        local: rotary("sliding_attention", local_base)?,
        window: (kin.window)(config)?,
    };
    let types = global_layers(config, sizes.layers)?;
    let model = At::new("model.");
    let blocks = types.iter().enumerate().map(|(number, global)| {
        let layer = model.at("layers").at(number);
        layers.block(&layer, *global, number == 0)
    });
    let tokens = model.tensor(
        "embeddings.tok_embeddings.weight",
        &[sizes.vocabulary, width],
    )?;
    let parts = Parts {
        layers: blocks.collect::<Result<_, ConfigError>>()?,
        final_norm: Some(layers.norm(&model, "final_norm")?),
        head: encoder::head(task, || layers.head(config, &tokens))?,
        embedding: Embedding {
            tokens: tokens.clone(),
            scale: 1.0,
            positions: AbsolutePosition::None,
            token_types: None,
            norm: Some(layers.norm(&model, "embeddings.norm")?),
            projection: None,
            dropped: None,
        },
        dormant: Vec::new(),
    };
    Ok(parts.genome(kin.model_type, &sizes))
}

/// For each layer whether it sees everything.
fn global_layers(config: &Config, layers: u64) -> Result<Vec<bool>, ConfigError> {
    let every = config.count_or("global_attn_every_n_layers", 3)?;
    let key = "layer_types";
    let Some(types) = config.words(key)? else {
        return Ok((0..layers)
            .map(|number| number.is_multiple_of(every))
            .collect());
    };
    let types = types.iter().map(|kind| match *kind {
        "full_attention" => Ok(true),
        "sliding_attention" => Ok(false),
        _ => Err(config.unsupported(key)),
    });
    let types: Vec<bool> = types.collect::<Result<_, _>>()?;
    if types.len() as u64 == layers {
        Ok(types)
    } else {
        Err(config.unsupported(key))
    }
}

impl Layers<'_> {
    fn norm(&self, at: &At, name: &str) -> Result<Norm, ConfigError> {
        let norm = at.layer_norm(name, self.sizes.width, self.sizes.epsilon)?;
        Ok(if self.norm_bias {
            norm
        } else {
            Norm { bias: None, ..norm }
        })
    }

    /// To queries, keys and values.
    fn maps(&self, at: &At) -> Result<[Linear; 3], ConfigError> {
        let (width, bias) = (self.sizes.width, self.attention_bias);
        if !self.kin.fused {
            let map = |name| at.linear(name, width, width, bias);
            return Ok([map("q_proj")?, map("k_proj")?, map("v_proj")?]);
        }
        let fused = at.linear("Wqkv", 3 * width, width, bias)?;
        let part = |number| rows(&fused, number * width, width);
        Ok([part(0)?, part(1)?, part(2)?])
    }

    fn block(&self, layer: &At, global: bool, first: bool) -> Result<Block, ConfigError> {
        let Sizes {
            width,
            heads,
            size,
            inner,
            ..
        } = self.sizes;
        let [query, key, value] = self.maps(&layer.at("attn"))?;
        let both = layer.linear("mlp.Wi", 2 * inner, width, self.mlp_bias)?;
        let rotary = if global { &self.global } else { &self.local };
        Ok(Block {
            mixer: Mixer::Attention(Box::new(Attention {
                heads,
                kv_heads: heads,
                head_size: size,
                value_size: size,
                query: Query::Full(query),
                key_value: KeyValue::Full { key, value },
                output: layer.linear("attn.Wo", width, width, self.attention_bias)?,
                query_norm: None,
                key_norm: None,
                output_norm: None,
                rotary: Some(rotary.clone()),
                bias: ScoreBias::None,
                scale: 1.0 / (size as f64).sqrt(),
                soft_cap: None,
                window: (!global).then_some(self.window),
                sinks: None,
                clip: None,
            })),
            cross: None,
            feed_forward: FeedForward::Dense {
                expert: Expert {
                    norm: None,
                    gate: Some(rows(&both, 0, inner)?),
                    up: rows(&both, inner, inner)?,
                    down: layer.linear("mlp.Wo", width, inner, self.mlp_bias)?,
                },
                activation: self.sizes.activation,
            },
            placement: Placement::Pre {
                mixer: if first {
                    Norm::NONE
                } else {
                    self.norm(layer, "attn_norm")?
                },
                feed_forward: Some(self.norm(layer, "mlp_norm")?),
            },
            residual: Block::PLAIN,
        })
    }

    fn head(&self, config: &Config, tokens: &crate::Parameter) -> Result<Head, ConfigError> {
        let Sizes {
            width, vocabulary, ..
        } = self.sizes;
        let bias = Bias::from(config.flag_or("classifier_bias", false)?);
        let activation = config.activation_or("classifier_activation", Activation::Gelu)?;
        let map_bias = Bias::from(config.flag_or("decoder_bias", true)?);
        let map = At::new("").linear("decoder", vocabulary, width, map_bias)?;
        let weight = if config.flag_or("tie_word_embeddings", true)? {
            tokens.clone()
        } else {
            map.weight
        };
        let at = At::new(self.kin.head);
        Ok(encoder::masked(
            at.linear("dense", width, width, bias)?,
            activation,
            self.norm(&at, "norm")?,
            Linear {
                weight,
                bias: map.bias,
            },
        ))
    }
}
