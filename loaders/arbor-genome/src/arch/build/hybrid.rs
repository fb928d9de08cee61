//! Decoders of one stack whose layers mix positions in different ways: what
//! stands around the layers, plain attention, lists of experts and of layer
//! kinds.

use super::{At, Bias, bad};
use crate::arch::Task;
use crate::config::{Config, ConfigError, limit};
use crate::gene::{
    AbsolutePosition, Attention, Block, Embedding, Expert, Gain, Head, KeyValue, Linear, Norm,
    QkNorm, Query, Rotary, ScoreBias, Span, Stack,
};
use crate::{Genome, Parameter, Shape, Stacks};
use arbor_model::{Mask, Objective};

/// A decoder around its layers.
pub(in crate::arch) struct Decoder {
    pub(in crate::arch) model_type: &'static str,
    pub(in crate::arch) width: u64,
    pub(in crate::arch) context: Option<u64>,
    pub(in crate::arch) tokens: Parameter,
    pub(in crate::arch) layers: Vec<Block>,
    pub(in crate::arch) final_norm: Norm,
    pub(in crate::arch) map: Linear,
}

impl Decoder {
    /// The genome; no factors on embeddings or logits.
    pub(in crate::arch) fn genome(self, task: Task) -> Genome {
        self.scaled(task, 1.0, 1.0)
    }

    /// The genome with factors on embeddings and on logits.
    pub(in crate::arch) fn scaled(self, task: Task, embedding: f64, logits: f64) -> Genome {
        let head = match task {
            Task::Encoder => Head::None,
            Task::Causal | Task::Discriminator | Task::Masked | Task::Seq2Seq => Head::Vocabulary {
                transform: None,
                map: self.map,
                scale: logits,
                soft_cap: None,
            },
        };
        Genome {
            model_type: self.model_type,
            width: self.width,
            context: self.context,
            objective: Objective::ArForward,
            stacks: Stacks::Single {
                embedding: Embedding {
                    tokens: self.tokens,
                    scale: embedding,
                    positions: AbsolutePosition::None,
                    token_types: None,
                    norm: None,
                    projection: None,
                    dropped: None,
                },
                stack: Stack {
                    mask: Mask::Causal,
                    layers: self.layers,
                    final_norm: Some(self.final_norm),
                },
            },
            head,
            dormant: Vec::new(),
            decoder_start: None,
        }
    }
}

/// The map to logits: the embedding itself where they are tied, else
/// `{name}.weight`.
pub(in crate::arch) fn head(
    config: &Config,
    tied: bool,
    tokens: &Parameter,
    name: &str,
) -> Result<Linear, ConfigError> {
    let weight = if config.flag_or("tie_word_embeddings", tied)? {
        tokens.clone()
    } else {
        At::new("").tensor(&format!("{name}.weight"), tokens.shape().dims())?
    };
    Ok(Linear { weight, bias: None })
}

/// The sizes of attention.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) struct Heads {
    /// Width of what comes in.
    pub(in crate::arch) input: u64,
    /// Width of what goes out.
    pub(in crate::arch) output: u64,
    pub(in crate::arch) heads: u64,
    pub(in crate::arch) kv: u64,
    pub(in crate::arch) size: u64,
}

impl Heads {
    /// Attention whose maps are `names`: query, key, value, output; nothing
    /// but rotary positions added, scores divided by √size.
    pub(in crate::arch) fn attention(
        self,
        at: &At,
        names: [&str; 4],
        (qkv, out): (Bias, Bias),
        rotary: Option<&Rotary>,
    ) -> Result<Attention, ConfigError> {
        let [query, key, value, output] = names;
        let all = area(&[self.heads, self.size])?;
        let kv = area(&[self.kv, self.size])?;
        Ok(Attention {
            heads: self.heads,
            kv_heads: self.kv,
            head_size: self.size,
            value_size: self.size,
            query: Query::Full(at.linear(query, all, self.input, qkv)?),
            key_value: KeyValue::Full {
                key: at.linear(key, kv, self.input, qkv)?,
                value: at.linear(value, kv, self.input, qkv)?,
            },
            output: at.linear(output, self.output, all, out)?,
            query_norm: None,
            key_norm: None,
            output_norm: None,
            rotary: rotary.cloned(),
            bias: ScoreBias::None,
            scale: 1.0 / (self.size as f64).sqrt(),
            soft_cap: None,
            window: None,
            sinks: None,
            clip: None,
        })
    }
}

/// Names that most attention has.
pub(in crate::arch) const QKVO: [&str; 4] = ["q_proj", "k_proj", "v_proj", "o_proj"];

/// Names that most gated feed-forward layers have.
pub(in crate::arch) const GATED: [&str; 3] = ["gate_proj", "up_proj", "down_proj"];

/// A norm of each head of queries or keys.
pub(in crate::arch) const fn per_head(norm: Norm) -> Option<QkNorm> {
    Some(QkNorm {
        norm,
        span: Span::Head,
    })
}

/// The norm with a gain of one plus its weight.
pub(in crate::arch) fn zero_centred(norm: Norm) -> Norm {
    let gain = match norm.gain {
        Gain::Weight(weight) | Gain::OnePlus(weight) => Gain::OnePlus(weight),
        other @ (Gain::None | Gain::Rows(_)) => other,
    };
    Norm { gain, ..norm }
}

/// The map with its weight, and its bias too, multiplied.
pub(in crate::arch) fn scaled(map: Linear, factor: f64) -> Result<Linear, ConfigError> {
    let bias = map.bias.map(|bias| bias.scaled(factor)).transpose()?;
    Ok(Linear {
        weight: map.weight.scaled(factor)?,
        bias,
    })
}

/// The product of sizes, none of which may be absurd.
pub(in crate::arch) fn area(sizes: &[u64]) -> Result<u64, ConfigError> {
    Ok(Shape::new(sizes)?.elements())
}

/// The part of a whole that must divide it.
pub(in crate::arch) fn share(key: &str, whole: u64, parts: u64) -> Result<u64, ConfigError> {
    if parts > 0 && whole >= parts && whole.is_multiple_of(parts) {
        Ok(whole / parts)
    } else {
        Err(bad(key, parts, &format!("a divisor of {whole}")))
    }
}

/// `count` experts below `experts.`, in a model of so many layers, of which a
/// token passes `best`.
pub(in crate::arch) fn experts(
    at: &At,
    layers: u64,
    (count, best): (u64, u64),
    make: impl Fn(&At) -> Result<Expert, ConfigError>,
) -> Result<Vec<Expert>, ConfigError> {
    check_experts(layers, count, best)?;
    let list = at.at("experts");
    (0..count).map(|number| make(&list.at(number))).collect()
}

/// Refuses more experts than any model has.
pub(in crate::arch) fn check_experts(
    layers: u64,
    count: u64,
    best: u64,
) -> Result<(), ConfigError> {
    if count > limit::EXPERTS || layers.saturating_mul(count) > limit::ALL_EXPERTS {
        let expected = format!(
            "at most {}, and {} in all",
            limit::EXPERTS,
            limit::ALL_EXPERTS
        );
        return Err(bad("num_experts", count, &expected));
    }
    if best == 0 || best > count {
        return Err(bad("num_experts_per_tok", best, &format!("1 to {count}")));
    }
    Ok(())
}

/// What each layer is, as a list of words says.
pub(in crate::arch) fn kinds<T: Copy>(
    config: &Config,
    key: &str,
    layers: u64,
    known: &[(&str, T)],
) -> Result<Option<Vec<T>>, ConfigError> {
    let Some(words) = config.words(key)? else {
        return Ok(None);
    };
    let found: Option<Vec<T>> = words
        .iter()
        .map(|word| {
            known
                .iter()
                .find(|(name, _)| name == word)
                .map(|(_, kind)| *kind)
        })
        .collect();
    match found {
        Some(kinds) if kinds.len() as u64 == layers => Ok(Some(kinds)),
        Some(kinds) => Err(bad(key, kinds.len() as u64, &format!("{layers} words"))),
        None => Err(config.unsupported(key)),
    }
}
