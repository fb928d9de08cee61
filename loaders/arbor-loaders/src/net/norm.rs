//! Norms of the last dimension, computed in single precision.

use super::Source;
use crate::{LoadError, kernel};
use arbor_genome::gene::{self, Gain, NormKind};
use candle_core::{D, DType, Device, Result, Tensor};

#[derive(Clone, Debug)]
pub(super) struct Norm {
    kind: NormKind,
    epsilon: f64,
    gain: Option<Tensor>,
    bias: Option<Tensor>,
    /// Parts of the last dimension that are normed apart.
    groups: usize,
    /// Gain and bias where kernels want them.
    near: Box<[Option<Vec<f32>>; 2]>,
}

impl Norm {
    pub(super) fn new(
        gene: &gene::Norm,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let gain = match &gene.gain {
            Gain::None => None,
            Gain::Weight(weight) => Some(source.get(weight)?.to_dtype(DType::F32)?),
            Gain::Rows(rows) => {
                let rows = rows.iter().map(|row| source.get(row));
                let rows = rows.collect::<std::result::Result<Vec<_>, LoadError>>()?;
                Some(Tensor::stack(&rows, 0)?.to_dtype(DType::F32)?)
            }
            Gain::OnePlus(weight) => Some((source.get(weight)?.to_dtype(DType::F32)? + 1.0)?),
        };
        let bias = source.optional(gene.bias.as_ref())?;
        let bias = bias.map(|bias| bias.to_dtype(DType::F32)).transpose()?;
        Ok(Self {
            kind: gene.kind,
            epsilon: gene.epsilon,
            groups: 1,
            near: Box::new([near(gain.as_ref())?, near(bias.as_ref())?]),
            gain,
            bias,
        })
    }

    /// A norm within each of several parts of the last dimension.
    pub(super) fn in_groups(
        gene: &gene::Norm,
        groups: usize,
        source: &Source<'_>,
    ) -> std::result::Result<Self, LoadError> {
        let mut norm = Self::new(gene, source)?;
        let split = |row: Option<Tensor>| row.map(|row| row.reshape((groups, ()))).transpose();
        norm.gain = split(norm.gain)?;
        norm.bias = split(norm.bias)?;
        norm.groups = groups;
        Ok(norm)
    }

    /// `[…, w]` → `[…, w]`; the gain may have more dimensions than one.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let dtype = x.dtype();
        let shape = x.shape();
        if let Some(y) = self.fused(x)? {
            return Ok(y);
        }
        let x = x.to_dtype(DType::F32)?;
        let x = if self.groups > 1 {
            let mut dims = shape.dims().to_vec();
            let width = dims.pop().unwrap_or(0);
            dims.extend([self.groups, width / self.groups]);
            x.reshape(dims)?
        } else {
            x
        };
        let centred = match self.kind {
            NormKind::None => return x.to_dtype(dtype),
            NormKind::Layer => x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?,
            NormKind::Rms => x,
        };
        let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
        let mut y = centred.broadcast_div(&(variance + self.epsilon)?.sqrt()?)?;
        if let Some(gain) = &self.gain {
            y = y.broadcast_mul(gain)?;
        }
        if let Some(bias) = &self.bias {
            y = y.broadcast_add(bias)?;
        }
        y.to_dtype(dtype)?.reshape(shape)
    }

    /// The same in one pass, where a kernel does it.
    fn fused(&self, x: &Tensor) -> Result<Option<Tensor>> {
        let centred = match self.kind {
            NormKind::None => return Ok(None),
            NormKind::Layer => true,
            NormKind::Rms => false,
        };
        let last = x.dim(D::Minus1)?;
        let width = last / self.groups;
        let [gain, bias] = &*self.near;
        // What repeats with every row, or with every row's groups or heads.
        let period = |row: &Option<Vec<f32>>| row.as_ref().is_none_or(|row| row.len() == last);
        let heads = x.dims().iter().rev().nth(1).copied().unwrap_or(1) * last;
        let by_head = self.groups == 1
            && bias.is_none()
            && gain.as_ref().is_some_and(|gain| gain.len() == heads);
        if width == 0 || !kernel::serves(x) || !(by_head || period(gain) && period(bias)) {
            return Ok(None);
        }
        let norm = kernel::Norm {
            centred,
            epsilon: self.epsilon,
            gain: gain.as_deref(),
            bias: bias.as_deref(),
            width,
        };
        kernel::normed(x, &norm).map(Some)
    }
}

/// A row's numbers, where it is the processor's.
fn near(row: Option<&Tensor>) -> Result<Option<Vec<f32>>> {
    match row {
        Some(row) if matches!(row.device(), Device::Cpu) => row.flatten_all()?.to_vec1().map(Some),
        Some(_) | None => Ok(None),
    }
}
