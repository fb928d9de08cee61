//! Linear attention with decay: `yₜ = Σ_{j≤t} exp(a_{j+1} + … + aₜ) (qₜ·kⱼ) vⱼ`,
//! the common form of Mamba-2 (Dao and Gu 2024, arXiv 2405.21060) and of
//! lightning attention. It is computed in chunks: quadratic within one,
//! through a state from one to the next.

use candle_core::{DType, Device, Result, Tensor};

/// Positions of a chunk.
const CHUNK: usize = 64;

/// What is mixed: queries and keys `[b, h, s, n]`, values `[b, h, s, p]` and
/// logarithms of decay `[b, h, s]`, all in single precision.
pub(super) struct Decayed {
    pub(super) query: Tensor,
    pub(super) key: Tensor,
    pub(super) value: Tensor,
    pub(super) decay: Tensor,
}

impl Decayed {
    /// `[b, h, s, p]`; the state `[b, h, n, p]` goes on.
    pub(super) fn mix(&self, state: &mut Option<Tensor>) -> Result<Tensor> {
        let length = self.value.dim(2)?;
        let mut parts = Vec::with_capacity(length.div_ceil(CHUNK));
        let mut start = 0;
        while start < length {
            let chunk = CHUNK.min(length - start);
            parts.push(self.chunk(start, chunk, state)?);
            start += chunk;
        }
        Tensor::cat(&parts, 2)
    }

    fn chunk(&self, start: usize, length: usize, state: &mut Option<Tensor>) -> Result<Tensor> {
        let part = |x: &Tensor| x.narrow(2, start, length)?.contiguous();
        let (query, key, value) = (part(&self.query)?, part(&self.key)?, part(&self.value)?);
        let decay = part(&self.decay)?.unsqueeze(3)?;
        let up_to = below(length, 0, decay.device())?;
        // Sums over the positions after j up to t; differences of running
        // sums would cancel where decay is strong.
        let after = decay.broadcast_mul(&below(length, 1, decay.device())?)?;
        let between = up_to.broadcast_matmul(&after)?;
        let from_start = up_to.broadcast_matmul(&decay)?;
        let to_end = between
            .narrow(2, length - 1, 1)?
            .transpose(2, 3)?
            .contiguous()?;

        let scores = query.matmul(&key.transpose(2, 3)?.contiguous()?)?;
        let scores = (scores * between.exp()?)?.broadcast_mul(&up_to)?;
        let mut mixed = scores.matmul(&value)?;
        let faded = key.broadcast_mul(&to_end.exp()?)?;
        let mut next = faded.transpose(2, 3)?.contiguous()?.matmul(&value)?;
        if let Some(state) = state.take() {
            let carried = query.broadcast_mul(&from_start.exp()?)?.matmul(&state)?;
            mixed = (mixed + carried)?;
            let whole = from_start.narrow(2, length - 1, 1)?.exp()?;
            next = (next + state.broadcast_mul(&whole)?)?;
        }
        *state = Some(next);
        Ok(mixed)
    }
}

/// `[n, n]`: one where the column lies at least `by` before the row.
fn below(n: usize, by: usize, device: &Device) -> Result<Tensor> {
    let ones = (0..n * n).map(|at| if at / n >= at % n + by { 1.0 } else { 0.0 });
    Tensor::from_iter(ones.map(|one: f32| one), device)?
        .reshape((n, n))?
        .to_dtype(DType::F32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, one term at a time.
    fn slow(q: &[f32], k: &[f32], v: &[f32], a: &[f32]) -> Vec<f32> {
        (0..v.len())
            .map(|t| {
                (0..=t)
                    .map(|j| a[j + 1..=t].iter().sum::<f32>().exp() * q[t] * k[j] * v[j])
                    .sum()
            })
            .collect()
    }

    #[test]
    fn chunks_and_steps_agree_with_the_definition() -> Result<()> {
        let length = 2 * CHUNK + 5;
        let row = |seed: usize| -> Vec<f32> {
            let number = |i: usize| ((i * 37 + seed * 11) % 23) as f32 / 11.0 - 1.0;
            (0..length).map(number).collect()
        };
        let (q, k, v) = (row(1), row(2), row(3));
        let a: Vec<f32> = row(4).iter().map(|x| -3.0 * x * x).collect();
        let wanted = slow(&q, &k, &v, &a);
        let device = Device::Cpu;
        let piece = |x: &[f32], from: usize, to: usize, four: bool| {
            let n = to - from;
            let flat = Tensor::from_slice(&x[from..to], n, &device)?;
            if four {
                flat.reshape((1, 1, n, 1))
            } else {
                flat.reshape((1, 1, n))
            }
        };
        for cuts in [vec![0, length], vec![0, 1, 2, 70, length]] {
            let mut state = None;
            let mut got = Vec::new();
            for pair in cuts.windows(2) {
                let (from, to) = (pair[0], pair[1]);
                let decayed = Decayed {
                    query: piece(&q, from, to, true)?,
                    key: piece(&k, from, to, true)?,
                    value: piece(&v, from, to, true)?,
                    decay: piece(&a, from, to, false)?,
                };
                got.extend(decayed.mix(&mut state)?.flatten_all()?.to_vec1::<f32>()?);
            }
            for (got, wanted) in got.iter().zip(&wanted) {
                assert!((got - wanted).abs() < 1e-5, "{got} {wanted}");
            }
        }
        Ok(())
    }
}
