//! Sines and cosines as positions.

use super::size;
use arbor_genome::gene::SinusoidLayout;
use candle_core::{DType, Device, Result, Tensor};

/// Rows of sines and cosines; the number that means padding gets zeros.
pub(crate) fn sinusoids(
    numbers: &[Vec<u32>],
    layout: SinusoidLayout,
    width: usize,
    padding: Option<u32>,
    device: &Device,
) -> Result<Tensor> {
    let half = width / 2;
    let frequency = |i: usize| match layout {
        SinusoidLayout::HalvesInclusive => {
            let step = 10_000_f64.ln() / (half as f64 - 1.0).max(1.0);
            (-(i as f64) * step).exp()
        }
        SinusoidLayout::Halves | SinusoidLayout::Interleaved => {
            10_000_f64.powf(-2.0 * i as f64 / width as f64)
        }
    };
    let mut flat = Vec::with_capacity(numbers.iter().map(Vec::len).sum::<usize>() * width);
    for position in numbers.iter().flatten() {
        if padding == Some(*position) {
            flat.resize(flat.len() + width, 0.0);
            continue;
        }
        let angles: Vec<f64> = (0..half)
            .map(|i| f64::from(*position) * frequency(i))
            .collect();
        match layout {
            SinusoidLayout::HalvesInclusive | SinusoidLayout::Halves => {
                flat.extend(angles.iter().map(|a| a.sin() as f32));
                flat.extend(angles.iter().map(|a| a.cos() as f32));
            }
            SinusoidLayout::Interleaved => {
                flat.extend(angles.iter().flat_map(|a| [a.sin() as f32, a.cos() as f32]));
            }
        }
        flat.resize(flat.len() + size((width % 2) as u64), 0.0);
    }
    let rows = numbers.len();
    Tensor::from_vec(
        flat,
        (rows, numbers.first().map_or(0, Vec::len), width),
        device,
    )?
    .to_dtype(DType::F32)
}
