//! T5Gemma (Zhang et al. 2025, arXiv 2504.06225): an encoder and a decoder,
//! each of Gemma 2's form.
//!
//! Reference: transformers 4.57.6, `models/t5gemma/modeling_t5gemma.py`, with
//! scores squashed in every kernel. An encoder's window ends before its
//! width on both sides, as there; version 5 sees one position more.

use super::build::{At, Bias, head_size, kv_heads};
use super::{Architecture, Ignored, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{
    AbsolutePosition, Activation, Attention, Block, Cross, Embedding, FeedForward, Gain, Head,
    KeyValue, Linear, Mixer, Norm, NormKind, Placement, Query, Rotary, RotaryPairs, ScoreBias,
    Stack,
};
use crate::{Genome, Parameter, Stacks};
use arbor_model::{Mask, Objective};

pub(super) static T5GEMMA: Architecture = Architecture {
    model_type: "t5gemma",
    classes: &[
        ("T5GemmaForConditionalGeneration", Task::Seq2Seq),
        ("T5GemmaModel", Task::Encoder),
    ],
    base: "model.",
    renames: &[],
    ignored: &[Ignored {
        ending: "lm_head.out_proj.weight",
        reason: "a second copy of the tied embedding",
    }],
    read,
};

/// One side, read.
struct Side {
    at: At,
    mask: Mask,
    width: u64,
    /// Width of the states that cross-attention reads.
    source: u64,
    heads: u64,
    kv_heads: u64,
    size: u64,
    inner: u64,
    activation: Activation,
    epsilon: f64,
    bias: Bias,
    scale: f64,
    soft_cap: Option<f64>,
    logits_cap: Option<f64>,
    context: u64,
    /// Each layer's window and rotation.
    layers: Vec<(Option<u64>, Rotary)>,
}

fn read(config: &Config, task: Task) -> Result<Genome, ConfigError> {
    config.skip(&["is_encoder_decoder"]);
    let vocabulary = config.count_or("vocab_size", 256_000)?;
    let empty = Config::parse("{}")?;
    let encoder = config.section("encoder")?;
    let decoder = config.section("decoder")?;
    let encoder_keys = encoder.as_ref().unwrap_or(&empty);
    let decoder_keys = decoder.as_ref().unwrap_or(encoder_keys);
    let encoder = Side::read(encoder_keys, "encoder", Mask::Bidirectional, 0)?;
    let decoder = Side::read(decoder_keys, "decoder", Mask::Causal, encoder.width)?;
    encoder_keys.finish()?;
    decoder_keys.finish()?;

    let tokens = |side: &Side| {
        side.at
            .tensor("embed_tokens.weight", &[vocabulary, side.width])
    };
    let (sources, targets) = (tokens(&encoder)?, tokens(&decoder)?);
    let weight = if config.flag_or("tie_word_embeddings", true)? {
        targets.clone()
    } else {
        At::new("lm_head.").tensor("out_proj.weight", &[vocabulary, decoder.width])?
    };
    let head = match task {
        Task::Encoder => Head::None,
        Task::Causal | Task::Discriminator | Task::Masked | Task::Seq2Seq => Head::Vocabulary {
            transform: None,
            map: Linear { weight, bias: None },
            scale: 1.0,
            soft_cap: decoder.logits_cap,
        },
    };
    let start = config.optional("decoder_start_token_id")?;
    let start = start.or(config.optional("bos_token_id")?).unwrap_or(2);
    Ok(Genome {
        model_type: T5GEMMA.model_type,
        width: decoder.width,
        context: Some(decoder.context),
        objective: Objective::Denoising,
        stacks: Stacks::Pair {
            encoder_embedding: encoder.embedding(sources),
            encoder: encoder.stack()?,
            decoder_embedding: decoder.embedding(targets),
            decoder: decoder.stack()?,
        },
        head,
        dormant: Vec::new(),
        decoder_start: u32::try_from(start).ok(),
    })
}

impl Side {
    fn read(keys: &Config, name: &str, mask: Mask, source: u64) -> Result<Self, ConfigError> {
        keys.skip(&[
            "model_type",
            "is_decoder",
            "vocab_size",
            "tie_word_embeddings",
        ]);
        let width = keys.count_or("hidden_size", 2_304)?;
        let heads = keys.count_or("num_attention_heads", 8)?;
        let size = head_size(Some(keys.count_or("head_dim", 256)?), width, heads)?;
        let context = keys.count_or("max_position_embeddings", 8_192)?;
        let count = keys.layers_or("num_hidden_layers", 26)?;
        let window = keys.count_or("sliding_window", 4_096)?;
        let types = keys.words("layer_types")?;
        if types
            .as_ref()
            .is_some_and(|types| types.len() as u64 != count)
        {
            return Err(keys.unsupported("layer_types"));
        }
        let layers = (0..count).map(|number| {
            let kind = match &types {
                Some(types) => types
                    .get(usize::try_from(number).unwrap_or(usize::MAX))
                    .copied(),
                None if number % 2 == 0 => Some("sliding_attention"),
                None => Some("full_attention"),
            };
            let window = match kind {
                Some("sliding_attention") => Some(window),
                Some("full_attention") => None,
                Some(_) | None => return Err(keys.unsupported("layer_types")),
            };
            let rope = keys.rope(kind, 10_000.0, context)?;
            Ok((window, rope.rotary(size, 1.0, RotaryPairs::Halves)?))
        });
        Ok(Self {
            at: At::new("model.").at(name),
            mask,
            width,
            source,
            heads,
            kv_heads: kv_heads(keys.count_or("num_key_value_heads", 4)?, heads)?,
            size,
            inner: keys.count_or("intermediate_size", 9_216)?,
            activation: keys.activation_or("hidden_activation", Activation::GeluTanh)?,
            epsilon: keys.positive_or("rms_norm_eps", 1e-6)?,
            bias: keys.flag_or("attention_bias", false)?.into(),
            scale: 1.0 / keys.positive_or("query_pre_attn_scalar", 256.0)?.sqrt(),
            soft_cap: keys.number_unless_null("attn_logit_softcapping", 50.0)?,
            logits_cap: keys.number_unless_null("final_logit_softcapping", 30.0)?,
            context,
            layers: layers.collect::<Result<_, ConfigError>>()?,
        })
    }

    fn embedding(&self, tokens: Parameter) -> Embedding {
        Embedding {
            tokens,
            scale: (self.width as f64).sqrt(),
            positions: AbsolutePosition::None,
            token_types: None,
            norm: None,
            projection: None,
            dropped: None,
        }
    }

    fn norm(&self, at: &At, name: &str) -> Result<Norm, ConfigError> {
        Ok(Norm {
            kind: NormKind::Rms,
            epsilon: self.epsilon,
            gain: Gain::OnePlus(at.tensor(&format!("{name}.weight"), &[self.width])?),
            bias: None,
        })
    }

    fn stack(&self) -> Result<Stack, ConfigError> {
        let layers = (0_u64..)
            .zip(&self.layers)
            .map(|(number, (window, rotary))| {
                let at = self.at.at("layers").at(number);
                let attention = Attention {
                    rotary: Some(rotary.clone()),
                    window: *window,
                    ..self.attention(&at.at("self_attn"), self.width)?
                };
                let cross = if self.mask == Mask::Causal {
                    Some(Cross {
                        attention: self.attention(&at.at("cross_attn"), self.source)?,
                        norms: (
                            self.norm(&at, "pre_cross_attn_layernorm")?,
                            Some(self.norm(&at, "post_cross_attn_layernorm")?),
                        ),
                    })
                } else {
                    None
                };
                let maps = ["gate_proj", "up_proj", "down_proj"];
                Ok(Block {
                    mixer: Mixer::Attention(Box::new(attention)),
                    cross,
                    feed_forward: FeedForward::Dense {
                        expert: at.at("mlp").gated(maps, self.width, self.inner, Bias::No)?,
                        activation: self.activation,
                    },
                    placement: Placement::Sandwich {
                        mixer: [
                            self.norm(&at, "pre_self_attn_layernorm")?,
                            self.norm(&at, "post_self_attn_layernorm")?,
                        ],
                        feed_forward: [
                            self.norm(&at, "pre_feedforward_layernorm")?,
                            self.norm(&at, "post_feedforward_layernorm")?,
                        ],
                    },
                    residual: Block::PLAIN,
                })
            });
        Ok(Stack {
            mask: self.mask,
            layers: layers.collect::<Result<_, ConfigError>>()?,
            final_norm: Some(self.norm(&self.at, "norm")?),
        })
    }

    fn attention(&self, at: &At, source: u64) -> Result<Attention, ConfigError> {
        let (inner, kv) = (self.heads * self.size, self.kv_heads * self.size);
        Ok(Attention {
            heads: self.heads,
            kv_heads: self.kv_heads,
            head_size: self.size,
            value_size: self.size,
            query: Query::Full(at.linear("q_proj", inner, self.width, self.bias)?),
            key_value: KeyValue::Full {
                key: at.linear("k_proj", kv, source, self.bias)?,
                value: at.linear("v_proj", kv, source, self.bias)?,
            },
            output: at.linear("o_proj", self.width, inner, self.bias)?,
            query_norm: None,
            key_norm: None,
            output_norm: None,
            rotary: None,
            bias: ScoreBias::None,
            scale: self.scale,
            soft_cap: self.soft_cap,
            window: None,
            sinks: None,
            clip: None,
        })
    }
}
