//! Feed-forward layers: plain, gated, routed.

use super::activation::{Xielu, activate, gated};
use super::linear::Linear;
use super::norm::Norm;
use super::router::Router;
use super::rwkv::RwkvFeedForward;
use super::{Sight, Source};
use crate::LoadError;
use arbor_genome::gene::{self, Activation};
use candle_core::{Result, Tensor};

#[derive(Clone, Debug)]
pub(super) struct Expert {
    gate: Option<Linear>,
    up: Linear,
    norm: Option<Norm>,
    down: Linear,
}

impl Expert {
    fn new(gene: &gene::Expert, source: &Source<'_>) -> std::result::Result<Self, LoadError> {
        Ok(Self {
            gate: gene
                .gate
                .as_ref()
                .map(|map| Linear::new(map, source))
                .transpose()?,
            up: Linear::new(&gene.up, source)?,
            norm: gene
                .norm
                .as_ref()
                .map(|norm| Norm::new(norm, source))
                .transpose()?,
            down: Linear::new(&gene.down, source)?,
        })
    }

    fn forward(&self, x: &Tensor, activation: Activation) -> Result<Tensor> {
        let up = self.up.forward(x)?;
        let inner = match &self.gate {
            Some(gate) => gated(activation, &gate.forward(x)?, &up)?,
            None => activate(activation, &up)?,
        };
        match &self.norm {
            Some(norm) => self.down.forward(&norm.forward(&inner)?),
            None => self.down.forward(&inner),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Experts {
    router: Router,
    experts: Vec<Expert>,
    shared: Option<(Expert, Option<Linear>)>,
    activation: Activation,
}

#[derive(Clone, Debug)]
pub(super) enum FeedForward {
    None,
    Dense(Box<(Expert, Activation)>),
    Xielu(Box<(Expert, Xielu)>),
    Experts(Box<Experts>),
    /// Experts that serve so many tokens of a row.
    Limited(Box<Experts>, u64),
    Rwkv(Box<RwkvFeedForward>),
}

/// What a feed-forward layer remembers between passes.
#[derive(Clone, Debug, Default)]
pub(super) struct FeedState {
    /// For each row and expert, how many tokens it was asked to serve so far.
    routed: Vec<Vec<u64>>,
    /// What a layer that looks back saw last.
    last: Option<Tensor>,
}

impl FeedForward {
    pub(super) fn new(
        gene: &gene::FeedForward,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        Ok(match gene {
            gene::FeedForward::None => Self::None,
            gene::FeedForward::Dense { expert, activation } => {
                Self::Dense(Box::new((Expert::new(expert, source)?, *activation)))
            }
            gene::FeedForward::Xielu {
                expert,
                positive,
                negative,
            } => Self::Xielu(Box::new((
                Expert::new(expert, source)?,
                Xielu::new(&source.get(positive)?, &source.get(negative)?)?,
            ))),
            gene::FeedForward::Experts(experts) => {
                Self::Experts(Box::new(Experts::new(experts, source)?))
            }
            gene::FeedForward::Limited { experts, capacity } => {
                Self::Limited(Box::new(Experts::new(experts, source)?), *capacity)
            }
            gene::FeedForward::Rwkv(layer) => {
                Self::Rwkv(Box::new(RwkvFeedForward::new(layer, source)?))
            }
        })
    }

    /// `[b, s, w]` → `[b, s, w]`.
    pub(super) fn forward(
        &self,
        x: &Tensor,
        sight: &Sight,
        state: &mut FeedState,
    ) -> Result<Tensor> {
        match self {
            Self::None => x.zeros_like(),
            Self::Dense(dense) => dense.0.forward(x, dense.1),
            Self::Xielu(layer) => {
                let inner = layer.1.forward(&layer.0.up.forward(x)?)?;
                layer.0.down.forward(&inner)
            }
            Self::Experts(experts) => experts.forward(x, |_, _| true),
            Self::Limited(experts, capacity) => {
                let (rows, length, _) = x.dims3()?;
                state.routed.resize(rows, vec![0; experts.experts.len()]);
                experts.forward(x, |token, expert| {
                    let count = &mut state.routed[token / length][expert];
                    *count += 1;
                    *count <= *capacity
                })
            }
            Self::Rwkv(layer) => layer.forward(&sight.hide(x)?, &mut state.last),
        }
    }
}

impl Experts {
    fn new(gene: &gene::Experts, source: &Source<'_>) -> std::result::Result<Self, LoadError> {
        let shared = gene.shared.as_ref().map(|shared| {
            let gate = shared
                .gate
                .as_ref()
                .map(|map| Linear::new(map, source))
                .transpose()?;
            Ok::<_, LoadError>((Expert::new(&shared.expert, source)?, gate))
        });
        Ok(Self {
            router: Router::new(&gene.router, source)?,
            experts: gene
                .experts
                .iter()
                .map(|e| Expert::new(e, source))
                .collect::<std::result::Result<_, _>>()?,
            shared: shared.transpose()?,
            activation: gene.activation,
        })
    }

    /// `serves` says whether an expert takes a token.
    fn forward(&self, x: &Tensor, mut serves: impl FnMut(usize, usize) -> bool) -> Result<Tensor> {
        let (b, s, w) = x.dims3()?;
        let flat = x.reshape((b * s, w))?;
        let mut tokens: Vec<(Vec<u32>, Vec<f32>)> = vec![Default::default(); self.experts.len()];
        for (token, picked) in self.router.forward(&flat)?.into_iter().enumerate() {
            for (expert, weight) in picked {
                if !serves(token, expert) {
                    continue;
                }
                tokens[expert].0.push(token as u32);
                tokens[expert].1.push(weight);
            }
        }
        let mut sum = flat.zeros_like()?;
        for (expert, (tokens, weights)) in self.experts.iter().zip(tokens) {
            if tokens.is_empty() {
                continue;
            }
            let count = tokens.len();
            let tokens = Tensor::from_vec(tokens, count, x.device())?;
            let weights = Tensor::from_vec(weights, (count, 1), x.device())?.to_dtype(x.dtype())?;
            let some = flat.index_select(&tokens, 0)?;
            let out = expert
                .forward(&some, self.activation)?
                .broadcast_mul(&weights)?;
            sum = sum.index_add(&tokens, &out, 0)?;
        }
        if let Some((expert, gate)) = &self.shared {
            let out = expert.forward(&flat, self.activation)?;
            let out = match gate {
                Some(gate) => {
                    out.broadcast_mul(&candle_nn::ops::sigmoid(&gate.forward(&flat)?)?)?
                }
                None => out,
            };
            sum = (sum + out)?;
        }
        sum.reshape((b, s, w))
    }
}
