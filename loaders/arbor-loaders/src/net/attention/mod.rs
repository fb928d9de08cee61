//! Attention over a cache of keys and values.
//!
//! `queries` and `keys` make what their names say, in `heads`; `scores` joins
//! them, or `fused` where a kernel does; `cache` keeps them.

mod cache;
mod fused;
mod heads;
mod keys;
mod queries;
mod scores;

pub(crate) use self::cache::KvCache;
use self::keys::Keys;
use self::queries::Queries;
use super::bias::Bias;
use super::linear::Linear;
use super::norm::Norm;
use super::relative::Relative;
use super::rotary::Rotary;
use super::{Sight, Source, size};
use crate::LoadError;
use arbor_genome::gene::{self, Span};
use candle_core::{Result, Tensor};

#[derive(Clone, Debug)]
pub(super) struct Attention {
    heads: usize,
    kv_heads: usize,
    head_size: usize,
    value_size: usize,
    queries: Queries,
    keys: Keys,
    output: Linear,
    query_norm: Option<(Norm, Span)>,
    key_norm: Option<(Norm, Span)>,
    output_norm: Option<Norm>,
    rotary: Option<Rotary>,
    rotary_width: usize,
    pub(super) bias: Bias,
    relative: Relative,
    scale: f64,
    soft_cap: Option<f64>,
    pub(super) window: Option<u64>,
    sinks: Option<Tensor>,
    clip: Option<f64>,
}

impl Attention {
    pub(super) fn new(
        gene: &gene::Attention,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let qk_norm = |gene: &Option<gene::QkNorm>| {
            gene.as_ref()
                .map(|g| Norm::new(&g.norm, source).map(|n| (n, g.span)))
                .transpose()
        };
        Ok(Self {
            heads: size(gene.heads),
            kv_heads: size(gene.kv_heads),
            head_size: size(gene.head_size),
            value_size: size(gene.value_size),
            queries: Queries::new(gene, source)?,
            keys: Keys::new(&gene.key_value, source)?,
            output: Linear::new(&gene.output, source)?,
            query_norm: qk_norm(&gene.query_norm)?,
            key_norm: qk_norm(&gene.key_norm)?,
            output_norm: gene
                .output_norm
                .as_ref()
                .map(|n| Norm::new(n, source))
                .transpose()?,
            rotary: gene.rotary.as_ref().map(|gene| source.rotary(gene)),
            rotary_width: gene.rotary.as_ref().map_or(0, |rotary| size(rotary.width)),
            bias: Bias::new(&gene.bias, gene.heads, source)?,
            relative: Relative::new(gene, source)?,
            scale: gene.scale,
            soft_cap: gene.soft_cap,
            window: gene.window,
            sinks: source.optional(gene.sinks.as_ref())?,
            clip: gene.clip,
        })
    }

    /// Self-attention of new positions over themselves and the cache;
    /// `[b, s, w]` → `[b, s, w]`.
    pub(super) fn forward(&self, x: &Tensor, sight: &Sight, cache: &mut KvCache) -> Result<Tensor> {
        let asked = self.make_queries(x, Some(sight.past))?;
        if let (true, Some((key, value))) = (sight.cached, cache.held()?) {
            return self.attend(&asked, &key, &value, sight);
        }
        let (key, value) = self.make_keys(x, Some(sight.past))?;
        let (key, value) = cache.append(&key, &value)?;
        self.attend(&asked, &key, &value, sight)
    }

    /// Attention to an encoder's states, whose keys and values are made once.
    pub(super) fn cross(
        &self,
        x: &Tensor,
        states: &Tensor,
        sight: &Sight,
        cache: &mut KvCache,
    ) -> Result<Tensor> {
        let asked = self.make_queries(x, None)?;
        let (key, value) = match cache.held()? {
            Some(held) => held,
            None => {
                let (key, value) = self.make_keys(states, None)?;
                cache.append(&key, &value)?
            }
        };
        self.attend(&asked, &key, &value, sight)
    }
}
