//! Activation functions, and products of an activated gate and a value.

use super::number::{Number, whole, with_numbers};
use super::vector::{exp, normal, sigmoid};
use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Tensor};
use multiversion::multiversion;
use rayon::prelude::*;

/// Functions that cost more than a pass over memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Function {
    /// x times the normal distribution below it.
    Gelu,
    /// The same by the hyperbolic tangent.
    GeluTanh,
    /// x times the logistic function of so many x.
    Logistic(f32),
}

/// Numbers that one thread takes at once.
const STRETCH: usize = 1 << 13;

/// Every number's value.
pub(crate) fn activated(function: Function, x: &Tensor) -> Result<Tensor> {
    x.contiguous()?.apply_op1_no_bwd(&function)
}

/// Every number's value, times another tensor's number.
pub(crate) fn gated(function: Function, gate: &Tensor, value: &Tensor) -> Result<Tensor> {
    let (gate, value) = (gate.contiguous()?, value.contiguous()?);
    gate.apply_op2_no_bwd(&value, &function)
}

impl CustomOp1 for Function {
    fn name(&self) -> &'static str {
        "activation"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        with_numbers!(
            storage,
            "an activation",
            run(*self, storage, layout, None::<(&CpuStorage, &Layout)>)
        )
    }
}

impl CustomOp2 for Function {
    fn name(&self) -> &'static str {
        "gate"
    }

    fn cpu_fwd(
        &self,
        gate: &CpuStorage,
        gate_layout: &Layout,
        value: &CpuStorage,
        value_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let value = Some((value, value_layout));
        with_numbers!(gate, "a gate", run(*self, gate, gate_layout, value))
    }
}

fn run<T: Number>(
    function: Function,
    storage: &CpuStorage,
    layout: &Layout,
    value: Option<(&CpuStorage, &Layout)>,
) -> Result<(CpuStorage, Shape)> {
    let x = whole::<T>(storage, layout)?;
    let value = value.map(|(storage, layout)| whole::<T>(storage, layout));
    let value = value.transpose()?;
    if value.is_some_and(|value| value.len() != x.len()) {
        candle_core::bail!("a gate and its value must be of one shape");
    }
    let mut y = vec![T::zero(); x.len()];
    let work = |(at, y): (usize, &mut [T])| {
        let stretch = at * STRETCH..at * STRETCH + y.len();
        every(function, &x[stretch.clone()], y);
        if let Some(value) = value {
            times(&value[stretch], y);
        }
    };
    if x.len() <= STRETCH {
        work((0, &mut y));
    } else {
        y.par_chunks_mut(STRETCH).enumerate().for_each(work);
    }
    Ok((T::to_cpu_storage_owned(y), layout.shape().clone()))
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn every<T: Number>(function: Function, x: &[T], y: &mut [T]) {
    match function {
        Function::Gelu => map(x, y, |x| x * normal(x)),
        Function::GeluTanh => map(x, y, |x| {
            // (1 + tanh u) / 2 is the logistic function of 2u.
            const TWICE: f32 = 1.595_769_2;
            x * sigmoid(TWICE * (0.044_715 * x * x).mul_add(x, x))
        }),
        Function::Logistic(scale) => map(x, y, |x| x * (1.0 / (1.0 + exp(-scale * x)))),
    }
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn times<T: Number>(value: &[T], y: &mut [T]) {
    for (y, value) in y.iter_mut().zip(value) {
        *y = T::from_single(y.single() * value.single());
    }
}

#[inline(always)]
fn map<T: Number>(x: &[T], y: &mut [T], of: impl Fn(f32) -> f32) {
    for (y, x) in y.iter_mut().zip(x) {
        *y = T::from_single(of(x.single()));
    }
}
