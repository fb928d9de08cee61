//! Activation functions, each as the reference implementation computes it.

use arbor_genome::gene::Activation;
use candle_core::{Result, Tensor};

/// Applies the function to every number.
pub(super) fn activate(kind: Activation, x: &Tensor) -> Result<Tensor> {
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
    activate(kind, gate)? * value
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
