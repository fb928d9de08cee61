//! Queries, by what makes them.

use super::Attention;
use super::keys::Keys;
use crate::LoadError;
use crate::net::linear::Linear;
use crate::net::norm::Norm;
use crate::net::routed::{Picked, Routed};
use crate::net::{Source, size};
use arbor_genome::gene::{self, Query};
use candle_core::{D, Result, Tensor};

#[derive(Clone, Debug)]
pub(super) enum Queries {
    Full(Linear),
    Gated(Linear, Linear),
    LowRank(Linear, Norm, Linear),
    Routed(Box<Routed>),
}

/// Queries, with what the heads' joined output passes on their account.
pub(in crate::net) struct Asked {
    /// `[b, h, s, d]`.
    pub(super) query: Tensor,
    pub(super) exit: Exit,
}

/// Between the heads and the output map.
pub(super) enum Exit {
    Plain,
    /// `[b, s, heads · d]`.
    Gate(Tensor),
    Picked(Picked),
}

impl Queries {
    pub(super) fn new(
        gene: &gene::Attention,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        Ok(match &gene.query {
            Query::Full(map) => Self::Full(Linear::new(map, source)?),
            Query::Gated { map, gate } => {
                Self::Gated(Linear::new(map, source)?, Linear::new(gate, source)?)
            }
            Query::Routed { router, map } => {
                let each = size(gene.kv_heads) * size(gene.head_size);
                Self::Routed(Box::new(Routed::new(router, map, each, source)?))
            }
            Query::LowRank { down, norm, up } => Self::LowRank(
                Linear::new(down, source)?,
                Norm::new(norm, source)?,
                Linear::new(up, source)?,
            ),
        })
    }

    /// `[b, s, w]` → `[b, s, heads · d]`.
    fn forward(&self, x: &Tensor, kv_heads: usize) -> Result<(Tensor, Exit)> {
        Ok(match self {
            Self::Full(map) => (map.forward(x)?, Exit::Plain),
            Self::Gated(map, gate) => {
                let gate = candle_nn::ops::sigmoid(&gate.forward(x)?)?;
                (map.forward(x)?, Exit::Gate(gate))
            }
            Self::Routed(routed) => {
                let picked = routed.pick(x)?;
                let flat = routed.queries(x, &picked, kv_heads)?;
                (flat, Exit::Picked(picked))
            }
            Self::LowRank(down, norm, up) => {
                let flat = up.forward(&norm.forward(&down.forward(x)?)?)?;
                (flat, Exit::Plain)
            }
        })
    }
}

impl Exit {
    /// `[b, s, heads · d]` → the same.
    pub(super) fn pass(&self, joined: Tensor, kv_heads: usize) -> Result<Tensor> {
        match self {
            Self::Plain => Ok(joined),
            Self::Gate(gate) => joined * gate,
            Self::Picked(picked) => picked.scatter(&joined, kv_heads),
        }
    }
}

impl Attention {
    /// `[b, h, s, d]`, rotated from position `start` on.
    pub(in crate::net) fn make_queries(&self, x: &Tensor, start: Option<usize>) -> Result<Asked> {
        let (flat, exit) = self.queries.forward(x, self.kv_heads)?;
        let latent = matches!(self.keys, Keys::Latent { .. });
        let query = self.heads_of(&flat, self.heads, self.head_size, self.query_norm.as_ref())?;
        let query = match start {
            // The rotated part of a latent head stands last.
            Some(start) if latent => {
                let plain = self.head_size - self.rotary_width;
                let rotated = query.narrow(D::Minus1, plain, self.rotary_width)?;
                let rotated = self.rotate(&rotated, start)?;
                Tensor::cat(&[&query.narrow(D::Minus1, 0, plain)?, &rotated], D::Minus1)?
            }
            Some(start) => {
                let rotated = self.rotate(&query, start)?;
                let rotated = Self::norm_rotated(rotated, self.query_norm.as_ref())?;
                match &self.rotary {
                    Some(rotary) => rotary.grow(rotated, start)?,
                    None => rotated,
                }
            }
            None => query,
        };
        Ok(Asked { query, exit })
    }
}
