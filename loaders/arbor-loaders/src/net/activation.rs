//! Activation functions, each as the reference implementation computes it.

use crate::kernel::{self, Function};
use arbor_genome::gene::Activation;
use candle_core::{DType, Result, Tensor};

/// Applies the function to every number.
pub(super) fn activate(kind: Activation, x: &Tensor) -> Result<Tensor> {
    if let Some(function) = function(kind).filter(|_| kernel::serves(x)) {
        return kernel::activated(function, x);
    }
    match kind {
        Activation::Gelu => x.gelu_erf(),
        Activation::GeluTanh => x.gelu(),
        Activation::GeluQuick => x * candle_nn::ops::sigmoid(&(x * 1.702)?)?,
        Activation::Relu => x.relu(),
        Activation::Relu2 => x.relu()?.sqr(),
        Activation::Sigmoid => candle_nn::ops::sigmoid(x),
        Activation::Silu => x.silu(),
        // The clamped form needs gate and value; see `gated`.
        Activation::SwigluOai => x * candle_nn::ops::sigmoid(&(x * 1.702)?)?,
        Activation::Tanh => x.tanh(),
    }
}

/// The kernel that computes it.
fn function(kind: Activation) -> Option<Function> {
    match kind {
        Activation::Gelu => Some(Function::Gelu),
        Activation::GeluTanh => Some(Function::GeluTanh),
        Activation::GeluQuick | Activation::SwigluOai => Some(Function::Logistic(1.702)),
        Activation::Silu => Some(Function::Logistic(1.0)),
        Activation::Relu | Activation::Relu2 | Activation::Sigmoid | Activation::Tanh => None,
    }
}

/// `ln(1 + eˣ)` without overflow, and exact where eˣ is far below one: the
/// steps of state spaces live there.
pub(super) fn softplus(x: &Tensor) -> Result<Tensor> {
    let small = x.abs()?.neg()?.exp()?;
    let sum = (&small + 1.0)?;
    // The rounding of the sum, divided out again.
    let added = (&sum - 1.0)?;
    let log = ((sum.log()? * &small)? / added.maximum(f32::MIN_POSITIVE)?)?;
    let log = added.gt(0.0)?.where_cond(&log, &small)?;
    x.relu()? + log
}

/// The product of an activated gate and a value.
pub(super) fn gated(kind: Activation, gate: &Tensor, value: &Tensor) -> Result<Tensor> {
    if kind == Activation::SwigluOai {
        let gate = gate.minimum(7.0)?;
        let value = value.clamp(-7.0, 7.0)?;
        return activate(kind, &gate)? * (value + 1.0)?;
    }
    match function(kind).filter(|_| kernel::serves(gate)) {
        Some(function) => kernel::gated(function, gate, value),
        None => activate(kind, gate)? * value,
    }
}

/// xIELU with its learned steepness, `[1]` each.
#[derive(Clone, Debug)]
pub(super) struct Xielu {
    positive: Tensor,
    negative: Tensor,
}

impl Xielu {
    /// Slope at zero.
    const BETA: f64 = 0.5;
    /// Where the exponential begins: −10⁻⁶ as bfloat16 has it.
    const EDGE: f64 = -9.983_777_999_877_93e-7;

    pub(super) fn new(positive: &Tensor, negative: &Tensor) -> Result<Self> {
        let softplus = |x: &Tensor| (x.to_dtype(DType::F32)?.exp()? + 1.0)?.log();
        Ok(Self {
            positive: softplus(positive)?,
            negative: (softplus(negative)? + Self::BETA)?,
        })
    }

    /// Every number's value, computed in single precision.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let dtype = x.dtype();
        let x = x.to_dtype(DType::F32)?;
        let line = (&x * Self::BETA)?;
        let above = x.sqr()?.broadcast_mul(&self.positive)?;
        let below = ((x.minimum(Self::EDGE)?.exp()? - 1.0)? - &x)?;
        let below = below.broadcast_mul(&self.negative)?;
        (x.gt(0.0)?.where_cond(&above, &below)? + line)?.to_dtype(dtype)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;

    #[test]
    fn softplus_is_exact_at_both_ends() -> Result<()> {
        let xs = [-80.0_f32, -18.0, -5.0, -0.1, 0.0, 0.5, 7.0, 30.0, 200.0];
        let got = softplus(&Tensor::new(&xs, &Device::Cpu)?)?.to_vec1::<f32>()?;
        for (x, got) in xs.into_iter().zip(got) {
            let x = f64::from(x);
            let wanted = x.max(0.0) + (-x.abs()).exp().ln_1p();
            let error = (f64::from(got) - wanted).abs() / wanted;
            assert!(error < 4e-7, "{x}: {got} for {wanted}");
        }
        Ok(())
    }
}
