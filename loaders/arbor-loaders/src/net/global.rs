//! Attention of encoders for long texts. They read a text in one pass, so
//! that nothing is cached.

use super::attention::Attention;
use super::bias::bucket;
use super::mask::HIDDEN;
use super::norm::Norm;
use super::{Sight, Source, size};
use crate::LoadError;
use arbor_genome::gene::{self, Sides};
use candle_core::{D, DType, Result, Tensor};

/// A window, and a sum of each block.
#[derive(Clone, Debug)]
pub(super) struct TransientGlobal {
    attention: Attention,
    block: usize,
    norm: Norm,
    /// `[buckets, h]`.
    table: Tensor,
    max_distance: i64,
}

impl TransientGlobal {
    pub(super) fn new(
        gene: &gene::TransientGlobal,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        Ok(Self {
            attention: Attention::new(&gene.attention, source)?,
            block: size(gene.block).max(1),
            norm: Norm::new(&gene.norm, source)?,
            table: source.get(&gene.table)?.to_dtype(DType::F32)?,
            max_distance: i64::try_from(gene.max_distance).unwrap_or(i64::MAX),
        })
    }

    pub(super) fn forward(&self, x: &Tensor, sight: &Sight) -> Result<Tensor> {
        let (b, s, _) = x.dims3()?;
        let device = x.device();
        let asked = self.attention.make_queries(x, None)?;
        let (key, value) = self.attention.make_keys(x, None)?;
        let bias = self.attention.bias.scores(sight, device)?;
        let mask = sight.scores(self.attention.window, device)?;
        let blocks = s / self.block;
        if blocks == 0 {
            return self
                .attention
                .weigh(&asked, (&key, &value), sight, [bias, mask]);
        }
        let ids = block_numbers(sight, b, self.block)?;
        let sums = self.norm.forward(&sum_blocks(x, &ids, blocks)?)?;
        let (far_key, far_value) = self.attention.make_keys(&sums, None)?;
        let far = self.far_scores(&ids, blocks, x)?;
        let heads = far.dim(1)?;
        let mut near = Tensor::zeros((b, heads, s, s), DType::F32, device)?;
        for part in [bias, mask].iter().flatten() {
            near = near.broadcast_add(part)?;
        }
        let key = Tensor::cat(&[&key, &far_key], 2)?;
        let value = Tensor::cat(&[&value, &far_value], 2)?;
        let mask = Tensor::cat(&[&near, &far], D::Minus1)?;
        let added = [None, Some(mask)];
        self.attention.weigh(&asked, (&key, &value), sight, added)
    }

    /// What is added to scores of blocks, `[b, h, s, blocks]`.
    fn far_scores(&self, ids: &[Vec<Option<usize>>], blocks: usize, x: &Tensor) -> Result<Tensor> {
        let (b, s, _) = x.dims3()?;
        let (buckets, heads) = self.table.dims2()?;
        let mut numbers = Vec::with_capacity(b * s * blocks);
        let mut hidden = Vec::with_capacity(b * s * blocks);
        for row in ids {
            let last = row.iter().flatten().max();
            for own in row {
                let own = own.map_or(-1, |own| own as i64);
                for block in 0..blocks {
                    let distance = block as i64 - own;
                    let buckets = buckets as i64;
                    numbers.push(bucket(distance, Sides::Both, buckets, self.max_distance));
                    let seen = last.is_some_and(|last| block <= *last);
                    hidden.push(if seen { 0.0 } else { HIDDEN });
                }
            }
        }
        let numbers = Tensor::from_vec(numbers, b * s * blocks, x.device())?;
        let found = self.table.index_select(&numbers, 0)?;
        let found = found
            .reshape((b, s, blocks, heads))?
            .permute((0, 3, 1, 2))?;
        let hidden = Tensor::from_vec(hidden, (b, 1, s, blocks), x.device())?;
        found.broadcast_add(&hidden)
    }
}

/// The number of each position's block; padding has none. What remains after
/// a row's last whole block joins that one; without a whole block there are
/// no numbers.
fn block_numbers(sight: &Sight, rows: usize, block: usize) -> Result<Vec<Vec<Option<usize>>>> {
    let real = match &sight.padding {
        Some(padding) => padding.reshape((rows, sight.keys))?.to_vec2::<f32>()?,
        None => vec![vec![0.0; sight.keys]; rows],
    };
    let number = |row: &Vec<f32>| {
        let ends = row.iter().skip(block - 1).step_by(block);
        let whole = ends.filter(|padding| **padding == 0.0).count();
        let own = |(at, padding): (usize, &f32)| {
            let last = whole.checked_sub(1)?;
            (*padding == 0.0).then(|| (at / block).min(last))
        };
        row.iter().enumerate().map(own).collect()
    };
    Ok(real.iter().map(number).collect())
}

/// `[b, s, w]` → `[b, blocks, w]`.
fn sum_blocks(x: &Tensor, ids: &[Vec<Option<usize>>], blocks: usize) -> Result<Tensor> {
    let (b, s, _) = x.dims3()?;
    let mut members = vec![0.0_f32; b * blocks * s];
    for (row, ids) in ids.iter().enumerate() {
        for (at, id) in ids.iter().enumerate() {
            if let Some(id) = id {
                members[(row * blocks + id) * s + at] = 1.0;
            }
        }
    }
    let members = Tensor::from_vec(members, (b, blocks, s), x.device())?;
    members.to_dtype(x.dtype())?.matmul(&x.contiguous()?)
}

/// Blocks, and learned tokens before the text.
#[derive(Clone, Debug)]
pub(super) struct GlobalLocal {
    attention: Attention,
    /// `[g, w]`.
    tokens: Tensor,
    norm: Norm,
    block: usize,
    shift: usize,
}

impl GlobalLocal {
    pub(super) fn new(
        gene: &gene::GlobalLocal,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        Ok(Self {
            attention: Attention::new(&gene.attention, source)?,
            tokens: source.get(&gene.tokens)?,
            norm: Norm::new(&gene.norm, source)?,
            block: size(gene.block).max(1),
            shift: size(gene.shift),
        })
    }

    /// The learned tokens for so many rows.
    pub(super) fn beside(&self, rows: usize) -> Result<Tensor> {
        let (g, w) = self.tokens.dims2()?;
        self.tokens
            .unsqueeze(0)?
            .broadcast_as((rows, g, w))?
            .contiguous()
    }

    /// Both streams as one, the learned tokens first.
    pub(super) fn forward(&self, x: &Tensor, raw: &Tensor, sight: &Sight) -> Result<Tensor> {
        let g = self.tokens.dim(0)?;
        let (b, all, _) = x.dims3()?;
        let own = self.norm.forward(&raw.narrow(1, 0, g)?.contiguous()?)?;
        let x = Tensor::cat(&[&own, &x.narrow(1, g, all - g)?], 1)?;
        let block = |at: usize| (at - g + self.shift) / self.block;
        let mut flat = Vec::with_capacity(all * all);
        for query in 0..all {
            flat.extend((0..all).map(|key| {
                let sees = query < g || key < g || block(query) == block(key);
                if sees { 0.0 } else { HIDDEN }
            }));
        }
        let mut mask = Tensor::from_vec(flat, (1, 1, all, all), x.device())?;
        if let Some(padding) = &sight.padding {
            let tokens = Tensor::zeros((b, 1, 1, g), DType::F32, x.device())?;
            let padding = Tensor::cat(&[&tokens, padding], D::Minus1)?;
            mask = mask.broadcast_minimum(&padding)?;
        }
        let asked = self.attention.make_queries(&x, None)?;
        let (key, value) = self.attention.make_keys(&x, None)?;
        let added = [None, Some(mask)];
        self.attention.weigh(&asked, (&key, &value), sight, added)
    }
}
