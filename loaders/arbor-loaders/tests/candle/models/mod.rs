//! The models of candle-transformers that read one of the fixtures'
//! architectures, behind one face: their own constructors and `forward` take
//! ten forms.

#[macro_use]
mod calls;
mod causal;
mod others;
mod recurrent;
mod seq2seq;
mod whole;

use crate::compare::Place;
use arbor_loaders::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use serde::de::DeserializeOwned;

/// Where they stopped, with their words.
pub(crate) enum Failure {
    Config(String),
    Weights(String),
    Run(String, Place),
}

/// A loaded model: tokens, and how many came before them.
pub(crate) type Ask = Box<dyn FnMut(&[u32], usize) -> candle_core::Result<Tensor>>;
/// Configuration, weights, and what an encoder reads.
pub(crate) type Build = fn(&str, Weights, &[u32]) -> Result<Ask, Failure>;
type Weights = VarBuilder<'static>;

/// How a model can be asked.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Reads {
    /// A whole text: it looks both ways.
    Whole,
    /// Any beginning of a text, at once.
    Beginnings,
    /// One token after the other.
    Steps,
    /// Both of these.
    Both,
}

/// A change to a fixture: without it they do not get as far, or it has not what
/// is to be compared.
#[derive(PartialEq)]
pub(crate) enum Help {
    /// A key of the configuration, for them.
    Set(&'static str, &'static str),
    /// A key of the configuration, for both.
    Both(&'static str, &'static str),
    /// A key left out, for both.
    Less(&'static str),
    /// A tensor of zeros, for both.
    Zeros(&'static str),
    /// Positions in the weights that are sines and cosines, for both.
    Sinusoids,
    /// A key left out, for them.
    Drop(&'static str),
    /// A second copy of a tensor.
    Lend {
        name: &'static str,
        of: &'static str,
    },
    /// A prefix that they do not ask for.
    Within(&'static str),
}

impl Help {
    /// Whether ours reads it too.
    pub(crate) fn is_for_both(&self) -> bool {
        match self {
            Self::Both(..) | Self::Less(_) | Self::Sinusoids | Self::Zeros(_) => true,
            Self::Set(..) | Self::Drop(_) | Self::Lend { .. } | Self::Within(_) => false,
        }
    }
}

/// One comparison.
pub(crate) struct Row {
    pub(crate) fixture: &'static str,
    /// The module of candle-transformers.
    pub(crate) module: &'static str,
    pub(crate) build: Build,
    pub(crate) reads: Reads,
    pub(crate) help: &'static [Help],
}

const fn row(
    fixture: &'static str,
    module: &'static str,
    build: Build,
    reads: Reads,
    help: &'static [Help],
) -> Row {
    Row {
        fixture,
        module,
        build,
        reads,
        help,
    }
}

/// Every comparison.
pub(crate) fn all() -> impl Iterator<Item = Row> {
    whole::rows()
        .into_iter()
        .chain(seq2seq::rows())
        .chain(causal::rows())
        .chain(others::rows())
        .chain(recurrent::rows())
}

/// While a model is made; when it is asked, the place is known.
impl From<candle_core::Error> for Failure {
    fn from(error: candle_core::Error) -> Self {
        let words = error.to_string();
        let of_a_tensor = ["cannot find tensor", "shape mismatch for"];
        if of_a_tensor.iter().any(|start| words.starts_with(start)) {
            Self::Weights(words)
        } else {
            Self::Config(words)
        }
    }
}

fn config<C: DeserializeOwned>(text: &str) -> Result<C, Failure> {
    serde_json::from_str(text).map_err(|error| Failure::Config(error.to_string()))
}

/// A batch of one text.
fn batch(ids: &[u32]) -> candle_core::Result<Tensor> {
    Tensor::new(ids, &Device::Cpu)?.unsqueeze(0)
}

fn ones(ids: &[u32]) -> candle_core::Result<Tensor> {
    Tensor::ones((1, ids.len()), DType::F32, &Device::Cpu)
}
