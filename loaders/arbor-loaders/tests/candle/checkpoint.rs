//! Checkpoints other than the fixtures', for what these do not have: written
//! for both loaders, with weights made from names too.

use crate::models::Help;
use crate::seed;
use arbor_genome::Blueprint;
use arbor_loaders::{DType, Device, LoadError, Tensor};
use candle_core::safetensors;
use std::collections::HashMap;
use std::path::Path;

/// Writes a configuration and its weights over what is there.
pub(crate) fn write(folder: &Path, config: &str, help: &[Help]) -> Result<(), LoadError> {
    let blueprint = Blueprint::read(config)?;
    let mut tensors = HashMap::new();
    for (name, spec) in blueprint.inventory.tensors() {
        let dims = spec.shape.dims();
        let sizes: Vec<usize> = dims.iter().map(|dim| *dim as usize).collect();
        let is_zero = |one: &Help| matches!(one, Help::Zeros(of) if **name == **of);
        let tensor = if help.iter().any(is_zero) {
            Tensor::zeros(sizes, DType::F32, &Device::Cpu)?
        } else if name.contains("embed_positions") && help.contains(&Help::Sinusoids) {
            sinusoids(sizes[0], sizes[1])?
        } else {
            let bytes = seed::weights(name, dims);
            let parts = bytes.chunks_exact(4);
            let numbers =
                parts.map(|part| f32::from_le_bytes(part.try_into().expect("four bytes")));
            Tensor::from_iter(numbers, &Device::Cpu)?.reshape(sizes)?
        };
        tensors.insert(name.to_string(), tensor);
    }
    safetensors::save(&tensors, folder.join("model.safetensors"))?;
    std::fs::write(folder.join("config.json"), config).expect("written");
    Ok(())
}

/// The positions that real checkpoints store: sines, then cosines.
fn sinusoids(rows: usize, width: usize) -> Result<Tensor, LoadError> {
    let half = width / 2;
    let number = |row: usize, column: usize| {
        let angle = row as f64 / 10_000_f64.powf((column % half) as f64 / half as f64);
        if column < half {
            angle.sin() as f32
        } else {
            angle.cos() as f32
        }
    };
    let numbers = (0..rows).flat_map(|row| (0..width).map(move |column| number(row, column)));
    Ok(Tensor::from_iter(numbers, &Device::Cpu)?.reshape((rows, width))?)
}

/// The standard deviation.
pub(crate) fn spread(numbers: &[f32]) -> f64 {
    let count = numbers.len() as f64;
    let mean = numbers.iter().map(|n| f64::from(*n)).sum::<f64>() / count;
    let squares = numbers.iter().map(|n| (f64::from(*n) - mean).powi(2));
    (squares.sum::<f64>() / count).sqrt()
}
