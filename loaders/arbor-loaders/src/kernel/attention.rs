//! Attention of queries over keys and values: scores of a block of queries,
//! their softmax, and the mixture of values, without a number of theirs in
//! the model's memory. Key-value heads are read where they lie, for all the
//! query heads that they serve.

use super::in_rows;
use super::number::{Number, with_numbers};
use super::panel::{COLUMNS, ROWS, blocks};
use super::vector::{dot, exp};
use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor};
use multiversion::multiversion;
use rayon::prelude::*;
use std::ops::Range;

/// Queries of one block.
const QUERIES: usize = 48;

pub(crate) struct Attention<'a> {
    pub(crate) scale: f64,
    pub(crate) soft_cap: Option<f64>,
    /// Whether queries see no later keys.
    pub(crate) causal: bool,
    /// Keys before the first query.
    pub(crate) past: usize,
    /// Keys nearer than this are seen.
    pub(crate) window: Option<usize>,
    /// `[b, keys]`: which keys are tokens.
    pub(crate) padding: Option<&'a [f32]>,
    /// `[h, 1 or queries, keys]`, added to scaled scores.
    pub(crate) bias: Option<&'a [f32]>,
    /// `[h]`: scores of what is seen and gives nothing.
    pub(crate) sinks: Option<&'a [f32]>,
}

/// Queries `[b, h, q, d]`, keys `[b, kv, k, d]` and values `[b, kv, k, e]` →
/// `[b, q, h · e]`.
pub(crate) fn attend(
    query: &Tensor,
    key: &Tensor,
    value: &Tensor,
    attention: &Attention<'_>,
) -> Result<Tensor> {
    in_rows(query)?.apply_op3_no_bwd(&in_rows(key)?, &in_rows(value)?, attention)
}

impl CustomOp3 for Attention<'_> {
    fn name(&self) -> &'static str {
        "attention"
    }

    fn cpu_fwd(
        &self,
        query: &CpuStorage,
        query_layout: &Layout,
        key: &CpuStorage,
        key_layout: &Layout,
        value: &CpuStorage,
        value_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let layouts = [query_layout, key_layout, value_layout];
        with_numbers!(query, "attention", run(self, [query, key, value], layouts))
    }
}

/// Heads as they lie.
#[derive(Clone, Copy)]
struct Heads<'s, T> {
    numbers: &'s [T],
    offset: usize,
    stride: [usize; 3],
    dims: [usize; 4],
}

impl<'s, T: Number> Heads<'s, T> {
    fn new(storage: &'s CpuStorage, layout: &Layout) -> Result<Self> {
        let (b, h, s, d) = layout.shape().dims4()?;
        let &[row, head, position, last] = layout.stride() else {
            candle_core::bail!("attention wants four dimensions");
        };
        if last != 1 {
            candle_core::bail!("attention wants heads in one piece");
        }
        Ok(Self {
            numbers: storage.as_slice::<T>()?,
            offset: layout.start_offset(),
            stride: [row, head, position],
            dims: [b, h, s, d],
        })
    }

    #[inline(always)]
    fn at(&self, row: usize, head: usize, position: usize) -> &'s [T] {
        let [a, b, c] = self.stride;
        let from = self.offset + row * a + head * b + position * c;
        &self.numbers[from..from + self.dims[3]]
    }
}

fn run<T: Number>(
    attention: &Attention<'_>,
    storages: [&CpuStorage; 3],
    layouts: [&Layout; 3],
) -> Result<(CpuStorage, Shape)> {
    let query = Heads::<T>::new(storages[0], layouts[0])?;
    let key = Heads::<T>::new(storages[1], layouts[1])?;
    let value = Heads::<T>::new(storages[2], layouts[2])?;
    let ([b, h, q, d], [_, kv, keys, inner]) = (query.dims, key.dims);
    let wide = value.dims[3];
    let fits = key.dims[0] == b && value.dims[..3] == key.dims[..3] && inner == d;
    if !fits || kv == 0 || h % kv != 0 || q == 0 || wide == 0 {
        candle_core::bail!("queries, keys and values do not fit each other");
    }
    for (given, wanted) in [
        (attention.padding.map(<[f32]>::len), b * keys),
        (attention.sinks.map(<[f32]>::len), h),
    ] {
        if given.is_some_and(|given| given != wanted) {
            candle_core::bail!("what is added to scores does not fit them");
        }
    }
    let each = match attention.bias.map(<[f32]>::len) {
        None => 0,
        Some(len) if len == h * keys => 0,
        Some(len) if len == h * q * keys => keys,
        Some(_) => candle_core::bail!("a bias does not fit its scores"),
    };
    // One task for each head and block of queries. Each gives `[queries, e]`.
    let blocks = q.div_ceil(QUERIES);
    let one = |task: usize| {
        let (head, block) = (task / blocks, task % blocks);
        let (row, head) = (head / h, head % h);
        let queries = block * QUERIES..q.min((block + 1) * QUERIES);
        let bias = attention.bias.map(|bias| match each {
            0 => (&bias[head * keys..(head + 1) * keys], 0),
            _ => (&bias[head * q * keys..(head + 1) * q * keys], each),
        });
        let padding = attention.padding.map(|p| &p[row * keys..(row + 1) * keys]);
        let own = Own {
            query,
            key,
            value,
            row,
            head,
            served: head / (h / kv),
            queries,
            bias,
            padding,
            sink: attention.sinks.map(|sinks| sinks[head]),
        };
        mixed(attention, &own)
    };
    let tasks = 0..b * h * blocks;
    let parts: Vec<Vec<f32>> = if tasks.len() * keys * q.min(QUERIES) < 1 << 11 {
        tasks.map(one).collect()
    } else {
        tasks.into_par_iter().map(one).collect()
    };
    let mut y = vec![T::zero(); b * q * h * wide];
    for (task, part) in parts.iter().enumerate() {
        let (head, block) = (task / blocks, task % blocks);
        let (row, head) = (head / h, head % h);
        for (at, part) in part.chunks_exact(wide).enumerate() {
            let from = ((row * q + block * QUERIES + at) * h + head) * wide;
            for (y, n) in y[from..from + wide].iter_mut().zip(part) {
                *y = T::from_single(*n);
            }
        }
    }
    Ok((T::to_cpu_storage_owned(y), Shape::from((b, q, h * wide))))
}

/// What one task works on.
struct Own<'s, T> {
    query: Heads<'s, T>,
    key: Heads<'s, T>,
    value: Heads<'s, T>,
    row: usize,
    head: usize,
    /// The key-value head that serves it.
    served: usize,
    queries: Range<usize>,
    /// Rows of a bias, and how far apart they are.
    bias: Option<(&'s [f32], usize)>,
    padding: Option<&'s [f32]>,
    sink: Option<f32>,
}

impl Attention<'_> {
    /// The keys that a query sees.
    fn seen(&self, query: usize, keys: usize) -> Range<usize> {
        let at = self.past + query;
        let end = if self.causal { keys.min(at + 1) } else { keys };
        match self.window {
            None => 0..end,
            Some(window) => {
                let start = (at + 1).saturating_sub(window);
                start.min(end)..end.min(at.saturating_add(window))
            }
        }
    }
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn mixed<T: Number>(attention: &Attention<'_>, own: &Own<'_, T>) -> Vec<f32> {
    let keys = own.key.dims[2];
    let (d, wide) = (own.query.dims[3], own.value.dims[3]);
    let count = own.queries.len();
    // What any query of the block sees.
    let seen = own.queries.clone().map(|query| attention.seen(query, keys));
    let (start, end) = seen.fold((keys, 0), |(start, end), seen| {
        (start.min(seen.start), end.max(seen.end))
    });
    let span = end.saturating_sub(start);
    let rows: Vec<f32> = own
        .queries
        .clone()
        .flat_map(|query| own.query.at(own.row, own.head, query))
        .map(|n| n.single())
        .collect();
    let mut scores = vec![0.0_f32; count * span];
    if count < ROWS {
        for at in 0..span {
            let key = own.key.at(own.row, own.served, start + at);
            for (row, query) in rows.chunks_exact(d).enumerate() {
                scores[row * span + at] = dot(key, query);
            }
        }
    } else {
        let mut panel = vec![[0.0_f32; COLUMNS]; d];
        for first in (0..span).step_by(COLUMNS) {
            let columns = COLUMNS.min(span - first);
            for column in 0..columns {
                let key = own.key.at(own.row, own.served, start + first + column);
                for (panel, n) in panel.iter_mut().zip(key) {
                    panel[column] = n.single();
                }
            }
            blocks(&rows, d, &panel, (&mut scores, span, first, columns));
        }
    }
    for (row, query) in own.queries.clone().enumerate() {
        let seen = attention.seen(query, keys);
        let scores = &mut scores[row * span..(row + 1) * span];
        soften(attention, own, query, start, seen, scores);
    }
    let mut out = vec![0.0_f32; count * wide];
    if count < ROWS {
        for at in 0..span {
            let value = own.value.at(own.row, own.served, start + at);
            for (row, out) in out.chunks_exact_mut(wide).enumerate() {
                let weight = scores[row * span + at];
                for (out, n) in out.iter_mut().zip(value) {
                    *out = weight.mul_add(n.single(), *out);
                }
            }
        }
    } else {
        let mut panel = vec![[0.0_f32; COLUMNS]; span];
        for first in (0..wide).step_by(COLUMNS) {
            let columns = COLUMNS.min(wide - first);
            for (at, panel) in panel.iter_mut().enumerate() {
                let value = own.value.at(own.row, own.served, start + at);
                for (panel, n) in panel.iter_mut().zip(&value[first..first + columns]) {
                    *panel = n.single();
                }
            }
            blocks(&scores, span, &panel, (&mut out, wide, first, columns));
        }
    }
    out
}

/// Scores of one query, the first one that of key `start`, to weights.
#[inline(always)]
fn soften<T: Number>(
    attention: &Attention<'_>,
    own: &Own<'_, T>,
    query: usize,
    start: usize,
    seen: Range<usize>,
    scores: &mut [f32],
) {
    let (from, to) = (
        seen.start - start.min(seen.start),
        seen.end.saturating_sub(start),
    );
    let (from, to) = (from.min(to), to);
    scores[..from].fill(0.0);
    scores[to..].fill(0.0);
    let scores = &mut scores[from..to];
    let scale = attention.scale as f32;
    for score in &mut *scores {
        *score *= scale;
    }
    if let Some((bias, each)) = own.bias {
        let bias = &bias[query * each + start + from..];
        for (score, bias) in scores.iter_mut().zip(bias) {
            *score += bias;
        }
    }
    if let Some(cap) = attention.soft_cap {
        let cap = cap as f32;
        for score in &mut *scores {
            *score = (*score / cap).tanh() * cap;
        }
    }
    if let Some(padding) = own.padding {
        for (score, padding) in scores.iter_mut().zip(&padding[start + from..]) {
            *score = if *padding < 0.0 {
                f32::NEG_INFINITY
            } else {
                *score
            };
        }
    }
    let most = scores
        .iter()
        .fold(f32::NEG_INFINITY, |most, n| most.max(*n));
    let most = own.sink.map_or(most, |sink| most.max(sink));
    if most == f32::NEG_INFINITY {
        // A row that sees nothing must stay finite.
        scores.fill(0.0);
        return;
    }
    for score in &mut *scores {
        *score = exp(*score - most);
    }
    let mut sum: f32 = scores.iter().sum();
    if let Some(sink) = own.sink {
        sum += exp(sink - most);
    }
    let by = 1.0 / sum;
    for score in scores {
        *score *= by;
    }
}
