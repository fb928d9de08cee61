//! The steps from a stored tensor to the one that a gene wants, taken on real
//! data. Which steps those are is the parameter's business.

use crate::LoadError;
use crate::gather::View;
use arbor_genome::Step;
use candle_core::{DType, Device, Tensor};

/// Bytes of a stored tensor, and the steps that are still to be taken on them.
pub(crate) struct Cut<'s, 'd> {
    pub(crate) data: &'d [u8],
    /// Where they begin in the stored tensor.
    pub(crate) start: usize,
    dims: Vec<usize>,
    steps: &'s [Step],
}

/// One of many experts, or a part of fused rows, is a stretch of the bytes:
/// nothing else need be read.
pub(crate) fn cut<'s, 'd>(data: &'d [u8], dims: &[usize], steps: &'s [Step]) -> Cut<'s, 'd> {
    let (mut data, mut dims, mut steps, mut start) = (data, dims.to_vec(), steps, 0);
    while let Some((first, rest)) = steps.split_first()
        && let Some((from, part, left)) = stretch(data, &dims, first)
    {
        (data, dims, steps) = (part, left, rest);
        start += from;
    }
    Cut {
        data,
        start,
        dims,
        steps,
    }
}

impl Cut<'_, '_> {
    /// The tensor that lies in these bytes, after the steps.
    pub(crate) fn tensor(&self, dtype: DType) -> Result<Tensor, LoadError> {
        let tensor = Tensor::from_raw_buffer(self.data, dtype, &self.dims, &Device::Cpu)?;
        take_all(tensor, self.steps)
    }

    /// The steps that only say where numbers lie, and the ones after these.
    pub(crate) fn view(&self) -> (View, &[Step]) {
        let mut view = View::whole(&self.dims);
        let mut left = self.steps;
        while let Some((step, rest)) = left.split_first()
            && let Some(next) = seen(&view, step)
        {
            (view, left) = (next, rest);
        }
        (view, left)
    }
}

/// A view after a step, where it moves no number.
fn seen(view: &View, step: &Step) -> Option<View> {
    let mut view = view.clone();
    let size = |n: u64| usize::try_from(n).ok();
    match step {
        Step::Transpose(a, b) => {
            view.dims.swap(*a, *b);
            view.strides.swap(*a, *b);
        }
        Step::Narrow { dim, start, len } => {
            view.offset += size(*start)?.checked_mul(*view.strides.get(*dim)?)?;
            *view.dims.get_mut(*dim)? = size(*len)?;
        }
        Step::Reshape(shape) if view.is_whole() => {
            let dims: Option<Vec<usize>> = shape.dims().iter().map(|dim| size(*dim)).collect();
            view = View {
                offset: view.offset,
                ..View::whole(&dims?)
            };
        }
        Step::Select { .. }
        | Step::Reshape(_)
        | Step::Scale(_)
        | Step::UnitRows
        | Step::Diagonal(_) => return None,
    }
    Some(view)
}

/// A tensor after the steps.
pub(crate) fn take_all(mut tensor: Tensor, steps: &[Step]) -> Result<Tensor, LoadError> {
    for step in steps {
        tensor = take(&tensor, step)?;
    }
    Ok(tensor)
}

/// A step along the outermost dimension, taken on the bytes.
fn stretch<'d>(
    data: &'d [u8],
    dims: &[usize],
    step: &Step,
) -> Option<(usize, &'d [u8], Vec<usize>)> {
    let (outer, inner) = dims.split_first()?;
    let each = data.len().checked_div(*outer)?;
    let (start, len, left) = if let Step::Select { dim: 0, index } = step {
        (*index, 1, inner.to_vec())
    } else if let Step::Narrow { dim: 0, start, len } = step {
        let count = usize::try_from(*len).ok()?;
        (*start, count, [&[count], inner].concat())
    } else {
        return None;
    };
    let from = usize::try_from(start).ok()?.checked_mul(each)?;
    let to = len.checked_mul(each)?.checked_add(from)?;
    Some((from, data.get(from..to)?, left))
}

fn take(tensor: &Tensor, step: &Step) -> Result<Tensor, LoadError> {
    let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    Ok(match step {
        Step::Reshape(shape) => {
            let dims: Vec<usize> = shape.dims().iter().map(|dim| size(*dim)).collect();
            tensor.reshape(dims)?
        }
        Step::Transpose(a, b) => tensor.transpose(*a, *b)?,
        Step::Narrow { dim, start, len } => tensor.narrow(*dim, size(*start), size(*len))?,
        Step::Scale(factor) => (tensor.to_dtype(DType::F32)? * factor.get())?,
        Step::UnitRows => {
            let rows = tensor.to_dtype(DType::F32)?;
            let lengths = rows.sqr()?.sum_keepdim(1)?.sqrt()?.maximum(1e-12)?;
            rows.broadcast_div(&lengths)?
        }
        Step::Diagonal(blocks) => {
            let (rows, columns) = tensor.dims2()?;
            let blocks = size(*blocks).max(1);
            let each = rows / blocks;
            let block = |at: usize| {
                let rows = tensor.narrow(0, at * each, each)?;
                rows.pad_with_zeros(1, at * columns, (blocks - 1 - at) * columns)
            };
            let all = (0..blocks).map(block).collect::<Result<Vec<_>, _>>()?;
            Tensor::cat(&all, 0)?
        }
        Step::Select { dim, index } => tensor.narrow(*dim, size(*index), 1)?.squeeze(*dim)?,
    })
}
