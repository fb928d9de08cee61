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

/// The product of an activated gate and a value.
pub(super) fn gated(kind: Activation, gate: &Tensor, value: &Tensor) -> Result<Tensor> {
    if kind == Activation::SwigluOai {
        let gate = gate.minimum(7.0)?;
        let value = value.clamp(-7.0, 7.0)?;
        return activate(kind, &gate)? * (value + 1.0)?;
    }
    activate(kind, gate)? * value
}
