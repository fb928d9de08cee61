//! Mamba and Mamba-2 as transformers stores them, whatever stands around.

use super::hybrid::{area, share};
use super::{At, Bias, bad, rows};
use crate::config::{Config, ConfigError};
use crate::gene::{
    Activation, Block, FeedForward, Linear, Mamba, Mamba2, Mixer, Norm, OutputGate, Placement,
};

/// Keys that say how steps and weights were initialised, and how a kernel
/// cuts the work: no output depends on them.
pub(in crate::arch) const INITIAL: &[&str] = &[
    "chunk_size",
    "mamba_chunk_size",
    "num_logits_to_keep",
    "rescale_prenorm_residual",
    "residual_in_fp32",
    "time_step_floor",
    "time_step_init_scheme",
    "time_step_max",
    "time_step_min",
    "time_step_scale",
    "use_mamba_kernels",
    "use_mambapy",
];

/// The sizes of Mamba.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) struct MambaSizes {
    pub(in crate::arch) width: u64,
    pub(in crate::arch) inner: u64,
    pub(in crate::arch) state: u64,
    pub(in crate::arch) rank: u64,
    pub(in crate::arch) kernel: u64,
    pub(in crate::arch) bias: Bias,
    pub(in crate::arch) convolution_bias: bool,
    pub(in crate::arch) activation: Activation,
}

impl MambaSizes {
    /// As Mamba's own configuration says.
    pub(in crate::arch) fn read(config: &Config) -> Result<Self, ConfigError> {
        let width = config.count_or("hidden_size", 768)?;
        let expanded = area(&[config.count_or("expand", 2)?, width])?;
        Ok(Self {
            width,
            inner: config.count_or("intermediate_size", expanded)?,
            state: config.count_or("state_size", 16)?,
            rank: config.count_or_auto("time_step_rank", width.div_ceil(16))?,
            kernel: config.count_or("conv_kernel", 4)?,
            bias: config.flag_or("use_bias", false)?.into(),
            convolution_bias: config.flag_or("use_conv_bias", true)?,
            activation: config.activation_or("hidden_act", Activation::Silu)?,
        })
    }

    pub(in crate::arch) fn mixer(
        &self,
        at: &At,
        select_norms: Option<[Norm; 3]>,
    ) -> Result<Mamba, ConfigError> {
        let (width, inner) = (self.width, area(&[self.inner])?);
        let bias = self
            .convolution_bias
            .then(|| at.tensor("conv1d.bias", &[inner]));
        Ok(Mamba {
            inner,
            state: self.state,
            input: at.linear("in_proj", 2 * inner, width, self.bias)?,
            convolution: at.tensor("conv1d.weight", &[inner, 1, self.kernel])?,
            convolution_bias: bias.transpose()?,
            select: at.linear("x_proj", self.rank + 2 * self.state, inner, Bias::No)?,
            select_norms,
            step: at.linear("dt_proj", inner, self.rank, Bias::Yes)?,
            a_log: at.tensor("A_log", &[inner, self.state])?,
            skip: at.tensor("D", &[inner])?,
            output: at.linear("out_proj", width, inner, self.bias)?,
            activation: self.activation,
        })
    }
}

/// The sizes of Mamba-2.
#[derive(Clone, Copy, Debug)]
pub(in crate::arch) struct Mamba2Sizes {
    pub(in crate::arch) width: u64,
    pub(in crate::arch) heads: u64,
    pub(in crate::arch) head_size: u64,
    pub(in crate::arch) state: u64,
    pub(in crate::arch) groups: u64,
    pub(in crate::arch) kernel: u64,
    pub(in crate::arch) input_bias: Bias,
    pub(in crate::arch) output_bias: Bias,
    pub(in crate::arch) convolution_bias: bool,
    pub(in crate::arch) step_limits: (f64, f64),
    pub(in crate::arch) activation: Activation,
}

impl Mamba2Sizes {
    /// As the keys `mamba_…` of Bamba, Falcon-H1 and Granite 4 say.
    pub(in crate::arch) fn read(
        config: &Config,
        width: u64,
        inner: Option<u64>,
    ) -> Result<Self, ConfigError> {
        let expanded = area(&[config.count_or("mamba_expand", 2)?, width])?;
        let inner = inner.unwrap_or(expanded);
        let heads = config.count_or("mamba_n_heads", 128)?;
        let each = share("mamba_n_heads", inner, heads)?;
        let head_size = config.count_or_auto("mamba_d_head", each)?;
        if head_size != each {
            return Err(bad("mamba_d_head", head_size, &each.to_string()));
        }
        let bias = Bias::from(config.flag_or("mamba_proj_bias", false)?);
        Ok(Self {
            width,
            heads,
            head_size,
            state: config.count_or("mamba_d_state", 256)?,
            groups: config.count_or("mamba_n_groups", 1)?,
            kernel: config.count_or("mamba_d_conv", 4)?,
            input_bias: bias,
            output_bias: bias,
            convolution_bias: config.flag_or("mamba_conv_bias", true)?,
            step_limits: NO_LIMITS,
            activation: config.activation_or("hidden_act", Activation::Silu)?,
        })
    }

    /// The gate followed by a norm, the most common form.
    pub(in crate::arch) fn then_norm(
        &self,
        at: &At,
        epsilon: f64,
    ) -> Result<OutputGate, ConfigError> {
        let inner = area(&[self.heads, self.head_size])?;
        Ok(OutputGate::ThenNorm(at.rms_norm("norm", inner, epsilon)?))
    }

    pub(in crate::arch) fn mixer(&self, at: &At, gate: OutputGate) -> Result<Mamba2, ConfigError> {
        let inner = area(&[self.heads, self.head_size])?;
        let shared = area(&[self.groups, self.state])?;
        share("n_groups", self.heads, self.groups)?;
        share("n_groups", inner, self.groups)?;
        let channels = inner + 2 * shared;
        let bias = self
            .convolution_bias
            .then(|| at.tensor("conv1d.bias", &[channels]));
        let all = inner + channels + self.heads;
        Ok(Mamba2 {
            heads: self.heads,
            head_size: self.head_size,
            state: self.state,
            groups: self.groups,
            input: at.linear("in_proj", all, self.width, self.input_bias)?,
            convolution: at.tensor("conv1d.weight", &[channels, 1, self.kernel])?,
            convolution_bias: bias.transpose()?,
            step_bias: at.tensor("dt_bias", &[self.heads])?,
            step_limits: self.step_limits,
            a_log: at.tensor("A_log", &[self.heads])?,
            skip: at.tensor("D", &[self.heads])?,
            gate,
            factors: [1.0; 5],
            output: at.linear("out_proj", self.width, inner, self.output_bias)?,
            activation: self.activation,
        })
    }
}

/// Steps are never cut.
pub(in crate::arch) const NO_LIMITS: (f64, f64) = (0.0, f64::MAX);

/// Steps are cut from below only (Zamba2's line).
pub(in crate::arch) fn steps_from(config: &Config) -> Result<(f64, f64), ConfigError> {
    Ok((config.positive_or("time_step_min", 0.001)?, f64::MAX))
}

/// What steps are cut to.
pub(in crate::arch) fn step_limits(config: &Config) -> Result<(f64, f64), ConfigError> {
    match config.numbers("time_step_limit")?.as_deref() {
        None => Ok(NO_LIMITS),
        Some([low, high]) if low <= high => Ok((*low, *high)),
        Some(_) => Err(config.unsupported("time_step_limit")),
    }
}

/// A branch alone in its layer: `x + M(n x)`.
pub(in crate::arch) fn alone(mixer: Mixer, norm: Norm) -> Block {
    Block {
        mixer,
        cross: None,
        feed_forward: FeedForward::None,
        placement: Placement::Pre {
            mixer: norm,
            feed_forward: None,
        },
        residual: Block::PLAIN,
    }
}

/// Gate and value of a map that holds both, each `inner` wide.
pub(in crate::arch) fn halves(fused: &Linear, inner: u64) -> Result<[Linear; 2], ConfigError> {
    Ok([rows(fused, 0, inner)?, rows(fused, inner, inner)?])
}
