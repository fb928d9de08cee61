//! Embedding, layers and stack of fairseq's form.

use super::{Bart, MAPS, Norms, Positions, Side};
use crate::Absent;
use crate::Parameter;
use crate::arch::build::{At, Bias};
use crate::config::ConfigError;
use crate::gene::{
    AbsolutePosition, Attention, Block, Counting, Cross, Embedding, FeedForward, KeyValue, Mixer,
    Norm, Placement, Query, ScoreBias, SinusoidLayout, Stack,
};
use arbor_model::Mask;

/// The reference's `nn.LayerNorm` default; no configuration changes it.
const EPSILON: f64 = 1e-5;

impl Bart {
    pub(in crate::arch) fn norm(&self, at: &At, name: &str) -> Result<Norm, ConfigError> {
        at.layer_norm(name, self.width, EPSILON)
    }

    /// The stack's place in the tree of names.
    pub(in crate::arch) fn at(&self, side: usize) -> At {
        At::new(self.family.base).at(self.sides[side].at)
    }

    pub(super) fn embedding(
        &self,
        side: usize,
        tokens: &Parameter,
    ) -> Result<Embedding, ConfigError> {
        let at = self.at(side);
        let table = |rows| at.tensor("embed_positions.weight", &[rows, self.width]);
        let positions = match self.family.positions {
            Positions::Learned { offset } => AbsolutePosition::Learned {
                table: table(self.contexts[side] + offset)?,
                offset,
                counting: Counting::All,
            },
            Positions::FixedTable => AbsolutePosition::Learned {
                table: table(self.contexts[side])?.or(Absent::Sinusoids(SinusoidLayout::Halves)),
                offset: 0,
                counting: Counting::All,
            },
            Positions::SinusoidsFrom { offset } => AbsolutePosition::Sinusoidal {
                layout: SinusoidLayout::HalvesInclusive,
                offset,
                counting: Counting::All,
            },
            Positions::SinusoidsAfterPad { pad } => AbsolutePosition::Sinusoidal {
                layout: SinusoidLayout::HalvesInclusive,
                offset: 0,
                counting: Counting::AfterPad(u32::try_from(pad).unwrap_or(u32::MAX)),
            },
        };
        let norm = match self.family.norms {
            Norms::Post | Norms::PreAndEmbedding => Some(self.norm(&at, "layernorm_embedding")?),
            Norms::PostBare | Norms::Pre | Norms::PreMisnamed => None,
        };
        Ok(Embedding {
            tokens: tokens.clone(),
            scale: if self.scaled {
                (self.width as f64).sqrt()
            } else {
                1.0
            },
            positions,
            token_types: None,
            norm,
            projection: None,
            dropped: None,
        })
    }

    pub(super) fn stack(&self, side: usize, mask: Mask) -> Result<Stack, ConfigError> {
        let at = self.at(side);
        let layers = (0..self.sides[side].layers)
            .map(|number| self.layer(side, &at.at("layers").at(number)))
            .collect::<Result<_, _>>()?;
        let last = match self.family.norms {
            Norms::Post | Norms::PostBare => None,
            Norms::Pre | Norms::PreAndEmbedding => Some("layer_norm"),
            Norms::PreMisnamed => Some("layernorm_embedding"),
        };
        Ok(Stack {
            mask,
            layers,
            final_norm: last.map(|name| self.norm(&at, name)).transpose()?,
        })
    }

    fn layer(&self, side: usize, at: &At) -> Result<Block, ConfigError> {
        let names = self.family.names;
        let mixer = self.norm(at, "self_attn_layer_norm")?;
        let feed = self.norm(at, names.feed_norm)?;
        let placement = match self.family.norms {
            Norms::Post | Norms::PostBare => Placement::Post {
                mixer,
                feed_forward: feed,
            },
            Norms::Pre | Norms::PreAndEmbedding | Norms::PreMisnamed => Placement::Pre {
                mixer,
                feed_forward: Some(feed),
            },
        };
        let cross = if side == 1 {
            let norm = self.norm(at, &format!("{}_layer_norm", names.cross))?;
            Some(Cross {
                attention: self.attention(side, &at.at(names.cross), MAPS)?,
                norms: (norm, None),
            })
        } else {
            None
        };
        let maps = if side == 0 { names.encoder } else { MAPS };
        Ok(Block {
            mixer: Mixer::Attention(Box::new(self.attention(side, &at.at("self_attn"), maps)?)),
            cross,
            feed_forward: FeedForward::Dense {
                expert: at.plain(names.feed, self.width, self.sides[side].inner, Bias::Yes)?,
                activation: self.activation,
            },
            placement,
            residual: Block::PLAIN,
        })
    }

    fn attention(&self, side: usize, at: &At, maps: [&str; 4]) -> Result<Attention, ConfigError> {
        let Side { heads, size, .. } = self.sides[side];
        let [query, key, value, output] =
            maps.map(|name| at.linear(name, self.width, self.width, self.family.attention_bias));
        Ok(Attention {
            heads,
            kv_heads: heads,
            head_size: size,
            value_size: size,
            query: Query::Full(query?),
            key_value: KeyValue::Full {
                key: key?,
                value: value?,
            },
            output: output?,
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
        })
    }
}
