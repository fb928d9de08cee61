//! Feed-forward layers: plain, gated, routed.

use super::activation::{Xielu, activate, gated};
use super::linear::Linear;
use super::rwkv::RwkvFeedForward;
use super::{Sight, Source, size};
use crate::LoadError;
use arbor_genome::gene::{self, Activation, Renormalise, RouterScore};
use candle_core::{DType, Result, Tensor};

#[derive(Clone, Debug)]
pub(super) struct Expert {
    gate: Option<Linear>,
    up: Linear,
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
            down: Linear::new(&gene.down, source)?,
        })
    }

    fn forward(&self, x: &Tensor, activation: Activation) -> Result<Tensor> {
        let up = self.up.forward(x)?;
        let inner = match &self.gate {
            Some(gate) => gated(activation, &gate.forward(x)?, &up)?,
            None => activate(activation, &up)?,
        };
        self.down.forward(&inner)
    }
}

/// Picks experts.
#[derive(Clone, Debug)]
pub(super) struct Router {
    gene: gene::Router,
    map: Linear,
    correction: Option<Vec<f32>>,
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

impl Router {
    pub(super) fn new(
        gene: &gene::Router,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let correction = source.optional(gene.correction.as_ref())?;
        let correction = correction.map(|c| c.to_dtype(DType::F32)?.flatten_all()?.to_vec1());
        Ok(Self {
            gene: gene.clone(),
            map: Linear::new(&gene.map, source)?,
            correction: correction.transpose()?,
        })
    }

    /// For each token of `[tokens, w]` its experts and their weights.
    pub(super) fn forward(&self, flat: &Tensor) -> Result<Vec<Vec<(usize, f32)>>> {
        let numbers = self.map.forward(flat)?.to_dtype(DType::F32)?;
        let numbers = numbers.to_vec2::<f32>()?;
        Ok(numbers.iter().map(|row| self.pick(row)).collect())
    }

    /// The experts of a token and their weights.
    fn pick(&self, numbers: &[f32]) -> Vec<(usize, f32)> {
        if let RouterScore::SparseMixer { near } = self.gene.score {
            return sparse_mixer(numbers, size(self.gene.best), near as f32);
        }
        let scores: Vec<f32> = match self.gene.score {
            RouterScore::Softmax => softmax(numbers),
            RouterScore::SoftmaxOfBest | RouterScore::SparseMixer { .. } => numbers.to_vec(),
            RouterScore::Sigmoid => numbers.iter().map(|n| 1.0 / (1.0 + (-n).exp())).collect(),
        };
        let mut chosen: Vec<f32> = match &self.correction {
            Some(correction) => scores.iter().zip(correction).map(|(s, c)| s + c).collect(),
            None => scores.clone(),
        };
        if let Some(groups) = &self.gene.groups {
            hide_groups(&mut chosen, groups);
        }
        let mut order: Vec<usize> = (0..chosen.len()).collect();
        order.sort_by(|a, b| chosen[*b].total_cmp(&chosen[*a]).then(a.cmp(b)));
        order.truncate(size(self.gene.best));
        let mut weights: Vec<f32> = order.iter().map(|expert| scores[*expert]).collect();
        if self.gene.score == RouterScore::SoftmaxOfBest {
            weights = softmax(&weights);
        }
        if self.gene.renormalise == Renormalise::Yes {
            let sum: f32 = weights.iter().sum::<f32>() + f32::MIN_POSITIVE;
            weights.iter_mut().for_each(|weight| *weight /= sum);
        }
        let scale = self.gene.scale as f32;
        order
            .into_iter()
            .zip(weights)
            .map(|(expert, weight)| (expert, weight * scale))
            .collect()
    }
}

/// Leaves only the experts of the best groups.
fn hide_groups(chosen: &mut [f32], groups: &gene::Groups) {
    let each = chosen.len() / size(groups.count).max(1);
    if each == 0 {
        return;
    }
    let mut scores: Vec<(usize, f32)> = chosen
        .chunks(each)
        .map(|group| {
            let mut group = group.to_vec();
            group.sort_by(|a, b| b.total_cmp(a));
            group.iter().take(size(groups.scored_by)).sum()
        })
        .enumerate()
        .collect();
    scores.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    for (group, _) in scores.into_iter().skip(size(groups.best)) {
        chosen[group * each..(group + 1) * each].fill(f32::NEG_INFINITY);
    }
}

/// One expert after the other, each weighted among those near it that are
/// left.
fn sparse_mixer(numbers: &[f32], best: usize, near: f32) -> Vec<(usize, f32)> {
    let mut left = numbers.to_vec();
    let mut taken = Vec::with_capacity(best);
    for _ in 0..best {
        let max = left.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let Some(expert) = left.iter().position(|number| *number == max) else {
            break;
        };
        let far = |number: f32| (max - number) / number.abs().max(max) > near;
        let shares: Vec<f32> = left
            .iter()
            .zip(numbers)
            .map(|(left, number)| {
                if far(*number) {
                    f32::NEG_INFINITY
                } else {
                    *left
                }
            })
            .collect();
        taken.push((expert, softmax(&shares)[expert]));
        left[expert] = f32::NEG_INFINITY;
    }
    taken
}

fn softmax(numbers: &[f32]) -> Vec<f32> {
    let max = numbers.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exps: Vec<f32> = numbers.iter().map(|n| (n - max).exp()).collect();
    let sum: f32 = exps.iter().sum();
    exps.into_iter().map(|e| e / sum).collect()
}
