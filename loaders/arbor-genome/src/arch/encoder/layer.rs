//! A layer of an encoder: its names and where its norms stand.

use super::Sizes;
use crate::arch::build::{At, Bias};
use crate::config::ConfigError;
use crate::gene::{
    Attention, Block, FeedForward, KeyValue, Linear, Mixer, Placement, Query, ScoreBias,
};

/// What a layer's tensors are called.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) struct Names {
    pub(in crate::arch) query: &'static str,
    pub(in crate::arch) key: &'static str,
    pub(in crate::arch) value: &'static str,
    pub(in crate::arch) output: &'static str,
    pub(in crate::arch) mixer_norm: &'static str,
    pub(in crate::arch) up: &'static str,
    pub(in crate::arch) down: &'static str,
    pub(in crate::arch) feed_forward_norm: &'static str,
}

/// BERT's.
pub(in crate::arch) const BERT_NAMES: Names = Names {
    query: "attention.self.query",
    key: "attention.self.key",
    value: "attention.self.value",
    output: "attention.output.dense",
    mixer_norm: "attention.output.LayerNorm",
    up: "intermediate.dense",
    down: "output.dense",
    feed_forward_norm: "output.LayerNorm",
};

/// Where a layer's norms stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::arch) enum Norms {
    /// Before each branch.
    Before,
    /// After each sum.
    After,
}

impl Sizes {
    /// A map from the width to the width.
    pub(in crate::arch) fn square(&self, layer: &At, name: &str) -> Result<Linear, ConfigError> {
        layer.linear(name, self.width, self.width, Bias::Yes)
    }

    /// Attention over all positions.
    pub(in crate::arch) fn attention(
        &self,
        layer: &At,
        names: &Names,
    ) -> Result<Attention, ConfigError> {
        let map = |name| self.square(layer, name);
        let (key, value) = (map(names.key)?, map(names.value)?);
        Ok(Attention {
            heads: self.heads,
            kv_heads: self.heads,
            head_size: self.size,
            value_size: self.size,
            query: Query::Full(map(names.query)?),
            key_value: KeyValue::Full { key, value },
            output: map(names.output)?,
            query_norm: None,
            key_norm: None,
            output_norm: None,
            rotary: None,
            bias: ScoreBias::None,
            scale: 1.0 / (self.size as f64).sqrt(),
            soft_cap: None,
            window: None,
            sinks: None,
            clip: None,
        })
    }

    /// A layer around an attention.
    pub(in crate::arch) fn block(
        &self,
        layer: &At,
        names: &Names,
        norms: Norms,
        attention: Attention,
    ) -> Result<Block, ConfigError> {
        let mixer = layer.layer_norm(names.mixer_norm, self.width, self.epsilon)?;
        let feed_forward = layer.layer_norm(names.feed_forward_norm, self.width, self.epsilon)?;
        let maps = [names.up, names.down];
        Ok(Block {
            mixer: Mixer::Attention(Box::new(attention)),
            cross: None,
            feed_forward: FeedForward::Dense {
                expert: layer.plain(maps, self.width, self.inner, Bias::Yes)?,
                activation: self.activation,
            },
            placement: match norms {
                Norms::Before => Placement::Pre {
                    mixer,
                    feed_forward: Some(feed_forward),
                },
                Norms::After => Placement::Post {
                    mixer,
                    feed_forward,
                },
            },
            residual: Block::PLAIN,
        })
    }

    /// All layers, alike but for their numbers.
    pub(in crate::arch) fn blocks(
        &self,
        at: &At,
        names: &Names,
        norms: Norms,
    ) -> Result<Vec<Block>, ConfigError> {
        let block = |number| {
            let layer = at.at(number);
            self.block(&layer, names, norms, self.attention(&layer, names)?)
        };
        (0..self.layers).map(block).collect()
    }
}
