//! Attention over a cache of keys and values.

use super::bias::Bias;
use super::differential::Pairs;
use super::linear::Linear;
use super::norm::Norm;
use super::relative::Relative;
use super::rotary::Rotary;
use super::routed::{Picked, Routed};
use super::{Sight, Source, size};
use crate::LoadError;
use arbor_genome::gene::{self, KeyValue, Query, Span};
use candle_core::{D, DType, Result, Tensor};

/// Keys and values of the positions so far, `[b, kv, s, d]`.
#[derive(Clone, Debug, Default)]
pub(crate) struct KvCache(Option<(Tensor, Tensor)>);

#[derive(Clone, Debug)]
enum Queries {
    Full(Linear),
    Gated(Linear, Linear),
    LowRank(Linear, Norm, Linear),
    Routed(Box<Routed>),
}

/// Queries, with what the heads' joined output passes on their account.
pub(super) struct Asked {
    /// `[b, h, s, d]`.
    query: Tensor,
    exit: Exit,
}

enum Exit {
    Plain,
    /// `[b, s, heads · d]`.
    Gate(Tensor),
    Picked(Picked),
}

#[derive(Clone, Debug)]
enum Keys {
    Full {
        key: Linear,
        value: Linear,
    },
    Latent {
        down: Linear,
        rotated: Linear,
        norm: Norm,
        key_up: Linear,
        value_up: Linear,
    },
    Differential {
        key: Linear,
        value: Linear,
        pairs: Pairs,
    },
}

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
        let queries = match &gene.query {
            Query::Full(map) => Queries::Full(Linear::new(map, source)?),
            Query::Gated { map, gate } => {
                Queries::Gated(Linear::new(map, source)?, Linear::new(gate, source)?)
            }
            Query::Routed { router, map } => {
                let each = size(gene.kv_heads) * size(gene.head_size);
                Queries::Routed(Box::new(Routed::new(router, map, each, source)?))
            }
            Query::LowRank { down, norm, up } => Queries::LowRank(
                Linear::new(down, source)?,
                Norm::new(norm, source)?,
                Linear::new(up, source)?,
            ),
        };
        let keys = match &gene.key_value {
            KeyValue::Full { key, value } => Keys::Full {
                key: Linear::new(key, source)?,
                value: Linear::new(value, source)?,
            },
            KeyValue::Latent {
                down,
                rotated,
                norm,
                key_up,
                value_up,
            } => Keys::Latent {
                down: Linear::new(down, source)?,
                rotated: Linear::new(rotated, source)?,
                norm: Norm::new(norm, source)?,
                key_up: Linear::new(key_up, source)?,
                value_up: Linear::new(value_up, source)?,
            },
            KeyValue::Differential {
                key,
                value,
                lambdas,
                start,
                norm,
            } => Keys::Differential {
                key: Linear::new(key, source)?,
                value: Linear::new(value, source)?,
                pairs: Pairs::new(lambdas, *start, norm, source)?,
            },
        };
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
            queries,
            keys,
            output: Linear::new(&gene.output, source)?,
            query_norm: qk_norm(&gene.query_norm)?,
            key_norm: qk_norm(&gene.key_norm)?,
            output_norm: gene
                .output_norm
                .as_ref()
                .map(|n| Norm::new(n, source))
                .transpose()?,
            rotary: gene.rotary.as_ref().map(Rotary::new),
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
        if let (true, Some((key, value))) = (sight.cached, &cache.0) {
            return self.attend(&asked, key, value, sight);
        }
        let (key, value) = self.make_keys(x, Some(sight.past))?;
        let (key, value) = match cache.0.take() {
            Some((k, v)) => (Tensor::cat(&[&k, &key], 2)?, Tensor::cat(&[&v, &value], 2)?),
            None => (key, value),
        };
        cache.0 = Some((key.clone(), value.clone()));
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
        let (key, value) = match &cache.0 {
            Some((key, value)) => (key.clone(), value.clone()),
            None => self.make_keys(states, None)?,
        };
        cache.0 = Some((key.clone(), value.clone()));
        self.attend(&asked, &key, &value, sight)
    }

    /// `[b, h, s, d]`, rotated from position `start` on.
    pub(super) fn make_queries(&self, x: &Tensor, start: Option<usize>) -> Result<Asked> {
        let (flat, exit) = match &self.queries {
            Queries::Full(map) => (map.forward(x)?, Exit::Plain),
            Queries::Gated(map, gate) => {
                let gate = candle_nn::ops::sigmoid(&gate.forward(x)?)?;
                (map.forward(x)?, Exit::Gate(gate))
            }
            Queries::Routed(routed) => {
                let picked = routed.pick(x)?;
                let flat = routed.queries(x, &picked, self.kv_heads)?;
                (flat, Exit::Picked(picked))
            }
            Queries::LowRank(down, norm, up) => {
                let flat = up.forward(&norm.forward(&down.forward(x)?)?)?;
                (flat, Exit::Plain)
            }
        };
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
                self.norm_rotated(self.rotate(&query, start)?, self.query_norm.as_ref())?
            }
            None => query,
        };
        Ok(Asked { query, exit })
    }

    fn norm_rotated(&self, x: Tensor, norm: Option<&(Norm, Span)>) -> Result<Tensor> {
        match norm {
            Some((norm, Span::RotatedHead)) => norm.forward(&x),
            Some((_, Span::AllHeads | Span::Head | Span::OwnHead)) | None => Ok(x),
        }
    }

    pub(super) fn make_keys(&self, x: &Tensor, start: Option<usize>) -> Result<(Tensor, Tensor)> {
        match &self.keys {
            Keys::Full { key, value } | Keys::Differential { key, value, .. } => {
                let (key, value) = (key.forward(x)?, value.forward(x)?);
                let key =
                    self.heads_of(&key, self.kv_heads, self.head_size, self.key_norm.as_ref())?;
                let key = start.map_or(Ok(key.clone()), |start| self.rotate(&key, start))?;
                Ok((
                    self.norm_rotated(key, self.key_norm.as_ref())?,
                    self.heads_of(&value, self.kv_heads, self.value_size, None)?,
                ))
            }
            Keys::Latent {
                down,
                rotated,
                norm,
                key_up,
                value_up,
            } => {
                let latent = norm.forward(&down.forward(x)?)?;
                let plain = self.head_size - self.rotary_width;
                let key = self.heads_of(&key_up.forward(&latent)?, self.heads, plain, None)?;
                let value = value_up.forward(&latent)?;
                let value = self.heads_of(&value, self.heads, self.value_size, None)?;
                let shared = self.heads_of(&rotated.forward(x)?, 1, self.rotary_width, None)?;
                let shared =
                    start.map_or(Ok(shared.clone()), |start| self.rotate(&shared, start))?;
                let (b, h, s, _) = key.dims4()?;
                let shared = shared.broadcast_as((b, h, s, self.rotary_width))?;
                Ok((
                    Tensor::cat(&[&key, &shared.contiguous()?], D::Minus1)?,
                    value,
                ))
            }
        }
    }

    /// `[b, s, heads · d]` → `[b, heads, s, d]`, normed and clipped.
    fn heads_of(
        &self,
        flat: &Tensor,
        heads: usize,
        width: usize,
        norm: Option<&(Norm, Span)>,
    ) -> Result<Tensor> {
        let (b, s, _) = flat.dims3()?;
        let split = match norm {
            Some((norm, Span::AllHeads)) => norm.forward(flat)?.reshape((b, s, heads, width))?,
            Some((norm, Span::Head | Span::OwnHead)) => {
                norm.forward(&flat.reshape((b, s, heads, width))?)?
            }
            Some((_, Span::RotatedHead)) | None => flat.reshape((b, s, heads, width))?,
        };
        let split = match self.clip {
            Some(limit) => split.clamp(-limit, limit)?,
            None => split,
        };
        split.transpose(1, 2)?.contiguous()
    }

    fn rotate(&self, x: &Tensor, start: usize) -> Result<Tensor> {
        match &self.rotary {
            Some(rotary) => {
                let turns = rotary.turns(start, x.dim(2)?, x.device())?;
                rotary.apply(x, &turns)?.contiguous()
            }
            None => Ok(x.clone()),
        }
    }

    fn attend(&self, asked: &Asked, key: &Tensor, value: &Tensor, sight: &Sight) -> Result<Tensor> {
        let device = key.device();
        let bias = self.bias.scores(sight, device)?;
        let mask = sight.scores(self.window, device)?;
        self.weigh(asked, (key, value), sight, [bias, mask])
    }

    /// What queries find, with what is added to scores before and after they
    /// are squashed.
    pub(super) fn weigh(
        &self,
        asked: &Asked,
        (key, value): (&Tensor, &Tensor),
        sight: &Sight,
        [bias, mask]: [Option<Tensor>; 2],
    ) -> Result<Tensor> {
        let query = &asked.query;
        let (b, h, s, _) = query.dims4()?;
        let (key, value) = (self.spread(key)?, self.spread(value)?);
        let value = match &self.keys {
            Keys::Differential { .. } => Pairs::join(&value)?,
            Keys::Full { .. } | Keys::Latent { .. } => value,
        };
        let mut scores = query
            .matmul(&key.transpose(2, 3)?.contiguous()?)?
            .to_dtype(DType::F32)?;
        if let Some(relative) = self.relative.scores(query, &key, sight)? {
            scores = (scores + relative)?;
        }
        let mut scores = (scores * self.scale)?;
        if let Some(bias) = bias {
            scores = scores.broadcast_add(&bias)?;
        }
        if let Some(cap) = self.soft_cap {
            scores = ((scores / cap)?.tanh()? * cap)?;
        }
        if let Some(mask) = mask {
            scores = scores.broadcast_add(&mask)?;
        }
        let weights = match &self.sinks {
            None => candle_nn::ops::softmax_last_dim(&scores)?,
            Some(sinks) => {
                let sinks = sinks.to_dtype(DType::F32)?.reshape((1, h, 1, 1))?;
                let sinks = sinks.broadcast_as((b, h, s, 1))?.contiguous()?;
                let with = Tensor::cat(&[&scores, &sinks], D::Minus1)?;
                let weights = candle_nn::ops::softmax_last_dim(&with)?;
                weights
                    .narrow(D::Minus1, 0, scores.dim(D::Minus1)?)?
                    .contiguous()?
            }
        };
        let weights = weights.to_dtype(value.dtype())?;
        let mut mixed = weights.matmul(&value)?;
        if let Some(more) = self.relative.values(&weights, sight)? {
            mixed = (mixed + more)?;
        }
        let mixed = match &self.keys {
            Keys::Differential { pairs, .. } => pairs.subtract(&mixed)?,
            Keys::Full { .. } | Keys::Latent { .. } => mixed,
        };
        let joined = mixed
            .transpose(1, 2)?
            .reshape((b, s, h * self.value_size))?;
        let joined = match &self.output_norm {
            Some(norm) => norm.forward(&joined)?,
            None => joined,
        };
        let joined = match &asked.exit {
            Exit::Plain => joined,
            Exit::Gate(gate) => (joined * gate)?,
            Exit::Picked(picked) => picked.scatter(&joined, self.kv_heads)?,
        };
        self.output.forward(&joined)
    }

    /// Repeats each key-value head for the query heads that it serves.
    fn spread(&self, x: &Tensor) -> Result<Tensor> {
        let (b, kv, s, d) = x.dims4()?;
        let times = self.heads / kv.max(1);
        if times == 1 {
            return x.contiguous();
        }
        x.unsqueeze(2)?
            .broadcast_as((b, kv, times, s, d))?
            .reshape((b, kv * times, s, d))
    }
}
