//! Routers: which experts a token passes, and with which weights.

use super::linear::Linear;
use super::{Source, size};
use crate::LoadError;
use arbor_genome::gene::{self, Renormalise, RouterScore};
use candle_core::{DType, Result, Tensor};

/// Picks experts.
#[derive(Clone, Debug)]
pub(super) struct Router {
    gene: gene::Router,
    map: Linear,
    correction: Option<Vec<f32>>,
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
