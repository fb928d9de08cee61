//! A learned tensor: where it lies in a checkpoint and how the model sees it.
//!
//! Checkpoints fuse, transpose and stack what a model uses apart. A
//! [`Parameter`] names the stored tensor and the steps from it to the shape
//! that the gene wants; the loader takes the same steps on real data. This
//! file knows shapes only.

use crate::gene::SinusoidLayout;
use std::fmt;
use std::sync::Arc;

/// A shape; a scalar has no dimensions.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shape(Arc<[u64]>);

impl Shape {
    /// The most elements a tensor may have: far beyond any model, and small
    /// enough that no sum of bytes wraps.
    pub const LIMIT: u64 = 1 << 46;

    /// A shape of these dimensions, outermost first.
    ///
    /// # Errors
    /// [`ShapeError::TooLarge`] beyond [`Self::LIMIT`] elements or eight
    /// dimensions.
    pub fn new(dims: &[u64]) -> Result<Self, ShapeError> {
        let elements = dims
            .iter()
            .try_fold(1_u64, |n, dim| n.checked_mul((*dim).max(1)));
        match elements {
            Some(n) if n <= Self::LIMIT && dims.len() <= 8 => Ok(Self(dims.into())),
            Some(_) | None => Err(ShapeError::TooLarge(format!("{dims:?}"))),
        }
    }

    /// The dimensions, outermost first.
    #[must_use]
    pub fn dims(&self) -> &[u64] {
        &self.0
    }

    /// How many elements there are.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.0.iter().product()
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// Why a shape cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// More elements than any model has.
    #[error("a tensor of shape {0} is larger than any model's")]
    TooLarge(String),
    /// A step that the shape does not allow.
    #[error("{step} does not fit a tensor of shape {shape}")]
    Misfit {
        /// The step.
        step: String,
        /// The shape it was taken on.
        shape: String,
    },
}

/// One step from the stored tensor to the one that is used.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Other dimensions, the same elements in the same order.
    Reshape(Shape),
    /// Two dimensions swapped.
    Transpose(usize, usize),
    /// A range of one dimension.
    Narrow {
        /// The dimension.
        dim: usize,
        /// Where the range begins.
        start: u64,
        /// How long it is.
        len: u64,
    },
    /// One index of a dimension, which goes away.
    Select {
        /// The dimension.
        dim: usize,
        /// The index.
        index: u64,
    },
    /// Every number multiplied with a constant of the configuration.
    Scale(Factor),
    /// Every row of a matrix divided by its length.
    UnitRows,
    /// So many blocks of rows, each of which looks at inputs of its own, as
    /// one matrix: zeros stand beside them (a grouped map).
    Diagonal(u64),
}

/// A factor, comparable by its bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Factor(u64);

impl Factor {
    /// The number.
    #[must_use]
    pub const fn get(self) -> f64 {
        f64::from_bits(self.0)
    }
}

impl From<f64> for Factor {
    fn from(number: f64) -> Self {
        Self(number.to_bits())
    }
}

impl fmt::Debug for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.get())
    }
}

impl Step {
    /// The shape after the step.
    ///
    /// # Errors
    /// [`ShapeError::Misfit`] if the step cannot be taken.
    pub fn apply(&self, shape: &Shape) -> Result<Shape, ShapeError> {
        let misfit = || ShapeError::Misfit {
            step: format!("{self:?}"),
            shape: shape.to_string(),
        };
        let mut dims = shape.dims().to_vec();
        match self {
            Self::Reshape(to) if to.elements() == shape.elements() => return Ok(to.clone()),
            Self::Reshape(_) => return Err(misfit()),
            Self::Transpose(a, b) if *a < dims.len() && *b < dims.len() => dims.swap(*a, *b),
            Self::Transpose(..) => return Err(misfit()),
            Self::Narrow { dim, start, len } => {
                let size = dims.get_mut(*dim).ok_or_else(misfit)?;
                let end = start.checked_add(*len).ok_or_else(misfit)?;
                if end > *size {
                    return Err(misfit());
                }
                *size = *len;
            }
            Self::Select { dim, index } => {
                if dims.get(*dim).is_none_or(|size| index >= size) {
                    return Err(misfit());
                }
                dims.remove(*dim);
            }
            Self::UnitRows if dims.len() == 2 => {}
            Self::UnitRows => return Err(misfit()),
            Self::Diagonal(blocks) => match dims.as_mut_slice() {
                [rows, columns] if *blocks > 0 && rows.is_multiple_of(*blocks) => {
                    *columns = columns.checked_mul(*blocks).ok_or_else(misfit)?;
                }
                _ => return Err(misfit()),
            },
            Self::Scale(_) => {}
        }
        Shape::new(&dims)
    }
}

/// What a tensor is where a file leaves it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Absent {
    /// An error.
    Refused,
    /// Zeros.
    Zeros,
    /// What another tensor is.
    Same(&'static str),
    /// A row of sines and cosines for each position.
    Sinusoids(SinusoidLayout),
}

/// A stored tensor that a gene uses. A clone is cheap: genes hold tens of
/// thousands of these, many of them several times.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Parameter(Arc<Inner>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Inner {
    tensor: Arc<str>,
    stored: Shape,
    steps: Vec<Step>,
    shape: Shape,
    absent: Absent,
    learned: bool,
}

impl Parameter {
    /// A tensor that is used as it is stored.
    ///
    /// # Errors
    /// [`ShapeError::TooLarge`].
    pub fn stored(tensor: impl Into<Arc<str>>, dims: &[u64]) -> Result<Self, ShapeError> {
        let shape = Shape::new(dims)?;
        Ok(Self(Arc::new(Inner {
            tensor: tensor.into(),
            stored: shape.clone(),
            steps: Vec::new(),
            shape,
            absent: Absent::Refused,
            learned: true,
        })))
    }

    /// A buffer: it counts under no model's parameters.
    #[must_use]
    pub fn buffer(mut self) -> Self {
        Arc::make_mut(&mut self.0).learned = false;
        self
    }

    /// A tensor that files may leave out.
    #[must_use]
    pub fn or(mut self, absent: Absent) -> Self {
        Arc::make_mut(&mut self.0).absent = absent;
        self
    }

    /// The parameter after one more step.
    ///
    /// # Errors
    /// [`ShapeError`] if the step does not fit.
    pub fn then(mut self, step: Step) -> Result<Self, ShapeError> {
        let shape = step.apply(&self.0.shape)?;
        let inner = Arc::make_mut(&mut self.0);
        inner.shape = shape;
        inner.steps.reserve_exact(1);
        inner.steps.push(step);
        Ok(self)
    }

    /// Swaps the two dimensions of a matrix.
    ///
    /// # Errors
    /// [`ShapeError::Misfit`] for fewer than two dimensions.
    pub fn transposed(self) -> Result<Self, ShapeError> {
        self.then(Step::Transpose(0, 1))
    }

    /// Takes a range of the outermost dimension.
    ///
    /// # Errors
    /// [`ShapeError::Misfit`] beyond its end.
    pub fn rows(self, start: u64, len: u64) -> Result<Self, ShapeError> {
        self.then(Step::Narrow { dim: 0, start, len })
    }

    /// Takes other dimensions.
    ///
    /// # Errors
    /// [`ShapeError`] if the elements do not match.
    pub fn reshaped(self, dims: &[u64]) -> Result<Self, ShapeError> {
        self.then(Step::Reshape(Shape::new(dims)?))
    }

    /// Multiplies every number; a factor of one is no step.
    ///
    /// # Errors
    /// None in practice: the shape stays.
    pub fn scaled(self, factor: f64) -> Result<Self, ShapeError> {
        if factor == 1.0 {
            return Ok(self);
        }
        self.then(Step::Scale(factor.into()))
    }

    /// Takes one index of the outermost dimension.
    ///
    /// # Errors
    /// [`ShapeError::Misfit`] beyond its end.
    pub fn at(self, index: u64) -> Result<Self, ShapeError> {
        self.then(Step::Select { dim: 0, index })
    }

    /// The stored tensor's name, without the base prefix that checkpoints of
    /// the same architecture may or may not have.
    #[must_use]
    pub fn tensor(&self) -> &str {
        &self.0.tensor
    }

    /// The name, shared.
    pub(crate) fn name(&self) -> Arc<str> {
        Arc::clone(&self.0.tensor)
    }

    /// What it is where a file leaves it out.
    #[must_use]
    pub fn absent(&self) -> Absent {
        self.0.absent
    }

    /// Whether it was learned, so that it counts.
    #[must_use]
    pub fn learned(&self) -> bool {
        self.0.learned
    }

    /// The shape in the file.
    #[must_use]
    pub fn stored_shape(&self) -> &Shape {
        &self.0.stored
    }

    /// The steps from the file to the model, in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0.steps
    }

    /// The shape in the model.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        &self.0.shape
    }
}
