//! Decoders of one stack: the common case filled in, so that an
//! architecture's file says by struct update only what differs.
//!
//! It reads no sizes and names no layers; those differ in every family.

use super::build::{At, Bias};
use super::{Ignored, Task};
use crate::config::{Config, ConfigError};
use crate::gene::{
    AbsolutePosition, Activation, Attention, Block, Counting, Embedding, Expert, FeedForward, Gain,
    Head, KeyValue, Linear, Mixer, Norm, NormKind, Placement, Query, ScoreBias, Stack,
};
use crate::{Genome, Parameter, Stacks};
use arbor_model::{Mask, Objective};

/// A tied head that is stored all the same.
pub(super) const TIED_HEAD: Ignored = Ignored {
    ending: "lm_head.weight",
    reason: "a second copy of the tied embedding",
};

/// Rotary frequencies that older checkpoints carry.
pub(super) const FREQUENCIES: Ignored = Ignored {
    ending: "rotary_emb.inv_freq",
    reason: "a table of rotary frequencies, computed anew",
};

/// Attention without norms, positions or a window, its scores divided by the
/// root of a head's width. `maps` go to queries, keys, values and back.
pub(super) fn attention(
    [heads, kv_heads, size]: [u64; 3],
    [query, key, value, output]: [Linear; 4],
) -> Attention {
    Attention {
        heads,
        kv_heads,
        head_size: size,
        value_size: size,
        query: Query::Full(query),
        key_value: KeyValue::Full { key, value },
        output,
        query_norm: None,
        key_norm: None,
        output_norm: None,
        rotary: None,
        bias: ScoreBias::None,
        scale: 1.0 / (size as f64).sqrt(),
        soft_cap: None,
        window: None,
        sinks: None,
        clip: None,
    }
}

/// Maps to queries, keys and values, and back, each stored apart; the first
/// three have a bias or not, and the last one.
pub(super) fn maps(
    at: &At,
    names: [&str; 4],
    width: u64,
    [heads, kv_heads, size]: [u64; 3],
    [bias, output_bias]: [Bias; 2],
) -> Result<[Linear; 4], ConfigError> {
    let [query, key, value, output] = names;
    Ok([
        at.linear(query, heads * size, width, bias)?,
        at.linear(key, kv_heads * size, width, bias)?,
        at.linear(value, kv_heads * size, width, bias)?,
        at.linear(output, width, heads * size, output_bias)?,
    ])
}

/// A feed-forward layer for all tokens.
pub(super) const fn dense(expert: Expert, activation: Activation) -> FeedForward {
    FeedForward::Dense { expert, activation }
}

/// A layer whose sums have no factors.
pub(super) fn block(
    attention: Attention,
    feed_forward: FeedForward,
    placement: Placement,
) -> Block {
    Block {
        mixer: Mixer::Attention(Box::new(attention)),
        cross: None,
        feed_forward,
        placement,
        residual: Block::PLAIN,
    }
}

/// A table of tokens alone.
pub(super) fn embedding(tokens: &Parameter) -> Embedding {
    Embedding {
        tokens: tokens.clone(),
        scale: 1.0,
        positions: AbsolutePosition::None,
        token_types: None,
        norm: None,
        projection: None,
        dropped: None,
    }
}

/// A learned table of positions, one row for each.
pub(super) const fn learned(table: Parameter) -> AbsolutePosition {
    AbsolutePosition::Learned {
        table,
        offset: 0,
        counting: Counting::All,
    }
}

/// A root-mean-square norm that has no weight.
pub(super) const fn bare_rms(epsilon: f64) -> Norm {
    Norm {
        kind: NormKind::Rms,
        epsilon,
        gain: Gain::None,
        bias: None,
    }
}

/// The map to the vocabulary: the embedding's table where they are tied, or
/// `name`, which keeps its bias in both cases.
pub(super) fn output(
    config: &Config,
    tied: bool,
    tokens: &Parameter,
    name: &str,
    bias: Bias,
) -> Result<Linear, ConfigError> {
    let dims = tokens.shape().dims();
    let (vocabulary, width) = (dims[0], dims[1]);
    let own = At::new("").linear(name, vocabulary, width, bias)?;
    Ok(if config.flag_or("tie_word_embeddings", tied)? {
        Linear {
            weight: tokens.clone(),
            ..own
        }
    } else {
        own
    })
}

/// The head that the task wants.
pub(super) fn head(task: Task, map: Linear) -> Head {
    match task {
        Task::Encoder => Head::None,
        Task::Causal | Task::Discriminator | Task::Masked | Task::Seq2Seq => Head::Vocabulary {
            transform: None,
            map,
            scale: 1.0,
            soft_cap: None,
        },
    }
}

/// A decoder's parts.
pub(super) struct Decoder {
    pub(super) model_type: &'static str,
    pub(super) width: u64,
    pub(super) context: Option<u64>,
    pub(super) embedding: Embedding,
    pub(super) layers: Vec<Block>,
    pub(super) final_norm: Option<Norm>,
    pub(super) head: Head,
}

impl Decoder {
    /// The whole.
    pub(super) fn genome(self) -> Genome {
        Genome {
            model_type: self.model_type,
            width: self.width,
            context: self.context,
            objective: Objective::ArForward,
            stacks: Stacks::Single {
                embedding: self.embedding,
                stack: Stack {
                    mask: Mask::Causal,
                    layers: self.layers,
                    final_norm: self.final_norm,
                },
            },
            head: self.head,
            dormant: Vec::new(),
            decoder_start: None,
        }
    }
}

/// The layers in order.
pub(super) fn layers(
    count: u64,
    layer: impl FnMut(u64) -> Result<Block, ConfigError>,
) -> Result<Vec<Block>, ConfigError> {
    (0..count).map(layer).collect()
}

/// Slots of a fused map that lies group by group, `groups` times `slots` times
/// `size` rows: `count` of each group from `start` on.
pub(super) fn slots(
    fused: &Linear,
    [groups, slots, size]: [u64; 3],
    start: u64,
    count: u64,
) -> Result<Linear, ConfigError> {
    let take = |parameter: &Parameter, inner: &[u64]| {
        let grouped = [&[groups, slots, size], inner].concat();
        let flat = [&[groups * count * size], inner].concat();
        let narrow = crate::Step::Narrow {
            dim: 1,
            start,
            len: count,
        };
        parameter
            .clone()
            .reshaped(&grouped)?
            .then(narrow)?
            .reshaped(&flat)
    };
    let bias = fused.bias.as_ref().map(|bias| take(bias, &[]));
    Ok(Linear {
        weight: take(&fused.weight, &[fused.inputs()])?,
        bias: bias.transpose()?,
    })
}

/// Queries, keys and values of a fused map that lies head by head.
pub(super) fn by_head(fused: &Linear, heads: u64, size: u64) -> Result<[Linear; 3], ConfigError> {
    let shape = [heads, 3, size];
    Ok([
        slots(fused, shape, 0, 1)?,
        slots(fused, shape, 1, 1)?,
        slots(fused, shape, 2, 1)?,
    ])
}

#[cfg(test)]
mod tests {
    use super::{At, Bias, by_head, slots};

    #[test]
    fn slots_are_whole_groups_of_rows() {
        let at = At::new("");
        let fused = at.linear("qkv", 2 * (3 + 2) * 4, 24, Bias::Yes).unwrap();
        let query = slots(&fused, [2, 5, 4], 0, 3).unwrap();
        assert_eq!(query.weight.shape().dims(), [24, 24]);
        assert_eq!(query.bias.unwrap().shape().dims(), [24]);
        let value = slots(&fused, [2, 5, 4], 4, 1).unwrap();
        assert_eq!(value.weight.shape().dims(), [8, 24]);
        assert!(slots(&fused, [2, 5, 4], 4, 2).is_err());
        assert!(by_head(&fused, 3, 4).is_err());
    }
}
