//! Mixers that carry a state instead of a cache: state-space models, RWKV,
//! gated recurrences, linear attention.

use super::{Activation, Linear, Norm, Part, Visitor};
use crate::Parameter;

/// Mamba's selective state space (Gu and Dao 2023, arXiv 2312.00752).
#[derive(Clone, Debug, PartialEq)]
pub struct Mamba {
    /// Inner width.
    pub inner: u64,
    /// State numbers for each inner channel.
    pub state: u64,
    /// Width → twice the inner width: values and gate.
    pub input: Linear,
    /// Depthwise convolution `[inner, 1, kernel]`.
    pub convolution: Parameter,
    /// Its bias `[inner]`.
    pub convolution_bias: Option<Parameter>,
    /// Inner → step rank, and B and C of the state.
    pub select: Linear,
    /// Over steps, B and C (Jamba, Falcon Mamba).
    pub select_norms: Option<[Norm; 3]>,
    /// Step rank → inner.
    pub step: Linear,
    /// `log(−A)`, `[inner, state]`.
    pub a_log: Parameter,
    /// Skip, `[inner]`.
    pub skip: Parameter,
    /// Inner → width.
    pub output: Linear,
    /// After the convolution and on the gate.
    pub activation: Activation,
}

/// Mamba-2's state-space duality (Dao and Gu 2024, arXiv 2405.21060).
#[derive(Clone, Debug, PartialEq)]
pub struct Mamba2 {
    /// Heads.
    pub heads: u64,
    /// Width of a head.
    pub head_size: u64,
    /// State numbers.
    pub state: u64,
    /// Groups that share B and C.
    pub groups: u64,
    /// Width → gate, values, B, C and steps.
    pub input: Linear,
    /// Depthwise convolution `[channels, 1, kernel]`.
    pub convolution: Parameter,
    /// Its bias.
    pub convolution_bias: Option<Parameter>,
    /// Added to steps, `[heads]`.
    pub step_bias: Parameter,
    /// Steps are kept between these.
    pub step_limits: (f64, f64),
    /// `log(−A)`, `[heads]`.
    pub a_log: Parameter,
    /// Skip, `[heads]`.
    pub skip: Parameter,
    /// How the output is gated.
    pub gate: OutputGate,
    /// What gate, values, B, C and steps are multiplied with (Falcon-H1).
    pub factors: [f64; 5],
    /// Inner → width.
    pub output: Linear,
    /// After the convolution.
    pub activation: Activation,
}

/// How Mamba-2's output `y` and its gate `z` meet; the norm runs within each
/// group.
#[derive(Clone, Debug, PartialEq)]
pub enum OutputGate {
    /// `y · silu(z)`.
    Plain,
    /// `norm(y · silu(z))`.
    ThenNorm(Norm),
    /// `norm(y) · silu(z)`.
    AfterNorm(Norm),
}

/// RWKV-4's time mixing (Peng et al. 2023, arXiv 2305.13048).
#[derive(Clone, Debug, PartialEq)]
pub struct Rwkv {
    /// How much of the token before is mixed in, for key, value, receptance.
    pub mix: [Parameter; 3],
    /// Decay `[inner]`.
    pub decay: Parameter,
    /// Bonus of the current token `[inner]`.
    pub first: Parameter,
    /// To keys, values, receptance.
    pub maps: [Linear; 3],
    /// Back to the width.
    pub output: Linear,
}

/// RWKV-4's channel mixing.
#[derive(Clone, Debug, PartialEq)]
pub struct RwkvFeedForward {
    /// How much of the token before is mixed in, for key and receptance.
    pub mix: [Parameter; 2],
    /// To keys, values, receptance.
    pub maps: [Linear; 3],
}

/// Griffin's gated linear recurrence (De et al. 2024, arXiv 2402.19427).
#[derive(Clone, Debug, PartialEq)]
pub struct RgLru {
    /// Recurrent width.
    pub inner: u64,
    /// Blocks of the gates.
    pub heads: u64,
    /// Width → recurrent width, for the recurrence.
    pub input: Linear,
    /// Width → recurrent width, for the gate.
    pub gate: Linear,
    /// On the gate.
    pub activation: Activation,
    /// Depthwise convolution `[inner, 1, kernel]`.
    pub convolution: Parameter,
    /// Its bias.
    pub convolution_bias: Parameter,
    /// Input gate `[heads, block, block]` and bias `[heads, block]`.
    pub input_gate: (Parameter, Parameter),
    /// Recurrence gate `[heads, block, block]` and bias `[heads, block]`.
    pub recurrence_gate: (Parameter, Parameter),
    /// Recurrence parameter `[inner]`.
    pub recurrence: Parameter,
    /// Recurrent width → width.
    pub output: Linear,
}

/// MiniMax-01's lightning attention (arXiv 2501.08313).
#[derive(Clone, Debug, PartialEq)]
pub struct LinearAttention {
    /// Heads.
    pub heads: u64,
    /// Width of a head.
    pub head_size: u64,
    /// Width → queries, keys and values, head by head.
    pub qkv: Linear,
    /// Over the heads' joined output.
    pub norm: Norm,
    /// Width → output gate.
    pub gate: Linear,
    /// Back to the width.
    pub output: Linear,
    /// On queries, keys and values.
    pub activation: Activation,
    /// The layer's number and how many there are: decay depends on both.
    pub depth: (u64, u64),
}

/// A gated short convolution: `output(c · convolve(b · x))` (LFM2,
/// arXiv 2511.23404).
#[derive(Clone, Debug, PartialEq)]
pub struct ShortConvolution {
    /// Width → three times the width: b, c and x.
    pub input: Linear,
    /// Depthwise convolution `[width, 1, kernel]`.
    pub convolution: Parameter,
    /// Its bias.
    pub convolution_bias: Option<Parameter>,
    /// Back to the width.
    pub output: Linear,
}

/// A gated delta network (Yang et al. 2024, arXiv 2412.06464): the state
/// unlearns what a key held before it learns the new value.
#[derive(Clone, Debug, PartialEq)]
pub struct GatedDelta {
    /// Heads of queries and keys; each serves `value_heads / key_heads` in a
    /// row.
    pub key_heads: u64,
    /// Heads of values.
    pub value_heads: u64,
    /// Width of a query or key.
    pub key_size: u64,
    /// Width of a value.
    pub value_size: u64,
    /// To queries, keys and values.
    pub maps: [Linear; 3],
    /// To the output gate, as wide as values.
    pub gate: Linear,
    /// Width → how strongly each head writes.
    pub strength: Linear,
    /// Width → steps of each head.
    pub step: Linear,
    /// Depthwise convolution over queries, keys and values.
    pub convolution: Parameter,
    /// Added to steps, `[value_heads]`.
    pub step_bias: Parameter,
    /// `log(−A)`, `[value_heads]`.
    pub a_log: Parameter,
    /// Over each head's output, before the gate.
    pub norm: Norm,
    /// After the convolution and on the gate.
    pub activation: Activation,
    /// Back to the width.
    pub output: Linear,
}

impl LinearAttention {
    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        for map in [&self.qkv, &self.gate, &self.output] {
            map.visit(Part::Attention, visitor);
        }
        self.norm.visit(visitor);
    }
}

impl ShortConvolution {
    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        self.input.visit(Part::Attention, visitor);
        self.output.visit(Part::Attention, visitor);
        for parameter in [&self.convolution]
            .into_iter()
            .chain(&self.convolution_bias)
        {
            visitor(Part::Attention, parameter);
        }
    }
}

impl Mamba {
    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        for map in [&self.input, &self.select, &self.step, &self.output] {
            map.visit(Part::Attention, visitor);
        }
        let parameters = [&self.convolution, &self.a_log, &self.skip].into_iter();
        for parameter in parameters.chain(&self.convolution_bias) {
            visitor(Part::Attention, parameter);
        }
        for norm in self.select_norms.iter().flatten() {
            norm.visit(visitor);
        }
    }
}

impl Mamba2 {
    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        self.input.visit(Part::Attention, visitor);
        self.output.visit(Part::Attention, visitor);
        let parameters = [&self.convolution, &self.step_bias, &self.a_log, &self.skip];
        for parameter in parameters.into_iter().chain(&self.convolution_bias) {
            visitor(Part::Attention, parameter);
        }
        match &self.gate {
            OutputGate::Plain => {}
            OutputGate::ThenNorm(norm) | OutputGate::AfterNorm(norm) => norm.visit(visitor),
        }
    }
}

impl GatedDelta {
    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        let others = [&self.gate, &self.strength, &self.step, &self.output];
        for map in self.maps.iter().chain(others) {
            map.visit(Part::Attention, visitor);
        }
        for parameter in [&self.convolution, &self.step_bias, &self.a_log] {
            visitor(Part::Attention, parameter);
        }
        self.norm.visit(visitor);
    }
}

impl Rwkv {
    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        let parameters = self.mix.iter().chain([&self.decay, &self.first]);
        parameters.for_each(|parameter| visitor(Part::Attention, parameter));
        for map in self.maps.iter().chain([&self.output]) {
            map.visit(Part::Attention, visitor);
        }
    }
}

impl RwkvFeedForward {
    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        self.mix
            .iter()
            .for_each(|parameter| visitor(Part::FeedForward, parameter));
        for map in &self.maps {
            map.visit(Part::FeedForward, visitor);
        }
    }
}

impl RgLru {
    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        for map in [&self.input, &self.gate, &self.output] {
            map.visit(Part::Attention, visitor);
        }
        let gates = [&self.input_gate, &self.recurrence_gate];
        let gates = gates.into_iter().flat_map(|(weight, bias)| [weight, bias]);
        let all = gates.chain([&self.convolution, &self.convolution_bias, &self.recurrence]);
        all.for_each(|parameter| visitor(Part::Attention, parameter));
    }
}
