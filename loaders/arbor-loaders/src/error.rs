//! What can be wrong with a model's folder, its files and their fit. Every
//! message names the file, and the tensor or key where there is one.

use arbor_genome::Shape;
use arbor_genome::config::ConfigError;
use std::path::PathBuf;

/// Why a model cannot be loaded or run.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file that cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file larger than it can sensibly be.
    #[error("{path} has {bytes} bytes, at most {limit} are read")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// What is allowed.
        limit: u64,
    },
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// There are no weights.
    #[error("{0} holds no safetensors weights")]
    NoWeights(PathBuf),
    /// Weights that only running a program could read.
    #[error(
        "{0} holds the weights as a pickle, which is a program: `--allow-pickle` reads its tensors without running it; better, convert it to safetensors"
    )]
    Pickle(PathBuf),
    /// A GGUF file whose header is wrong.
    #[error("{path}: {reason}")]
    Gguf {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A pickle that holds something else than tensors, or is damaged.
    #[error("{path} is not read: {reason}")]
    Unpickled {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A file that is none, or that leads out of the folder.
    #[error("{path} {reason}")]
    Place {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: &'static str,
    },
    /// An index that names what it may not.
    #[error("{path}: {reason}")]
    Index {
        /// The index.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A file that is no safetensors file.
    #[error("{path} is no safetensors file: {reason}")]
    Header {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// ELMo's options cannot be used.
    #[error("{path} cannot be used: {reason}")]
    Options {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A file that is no HDF5 file, or is damaged.
    #[error("{path} is no usable HDF5 file: {reason}")]
    Hdf5 {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A file that holds no word vectors.
    #[error("{path} holds no word vectors: {reason}")]
    Vectors {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: crate::word2vec::FormatError,
    },
    /// A tokenizer that cannot be used.
    #[error("{path} is no usable tokenizer: {reason}")]
    Tokenizer {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Tensors that the architecture needs and no file holds.
    #[error("{count} tensors are in no file, the first is {} of shape {shape}", quoted(.first))]
    Missing {
        /// How many.
        count: usize,
        /// The first by name.
        first: String,
        /// Its shape.
        shape: Shape,
    },
    /// Tensors that no part of the architecture uses.
    #[error("{count} tensors have no place in this architecture, the first is {} of {path}", quoted(.first))]
    Surplus {
        /// The file of the first.
        path: PathBuf,
        /// How many.
        count: usize,
        /// The first by name.
        first: String,
    },
    /// Two stored tensors that are one.
    #[error("{} is stored twice under different names", quoted(.0))]
    Twice(String),
    /// A tensor of another shape.
    #[error("{path}: {} has the shape {found:?}, the configuration says {expected}", quoted(.tensor))]
    Shape {
        /// The file.
        path: PathBuf,
        /// The tensor.
        tensor: String,
        /// Its shape.
        found: Vec<usize>,
        /// What it should be.
        expected: Shape,
    },
    /// A tensor that does not hold weights.
    #[error("{path}: {} is stored as {dtype}, which holds no weights", quoted(.tensor))]
    Dtype {
        /// The file.
        path: PathBuf,
        /// The tensor.
        tensor: String,
        /// Its number format.
        dtype: String,
    },
    /// A tensor that holds something else than numbers.
    #[error("{path}: {} holds {found}", quoted(.tensor))]
    NotFinite {
        /// The file.
        path: PathBuf,
        /// The tensor.
        tensor: String,
        /// What it holds.
        found: &'static str,
    },
    /// A question that this model cannot be asked.
    #[error("{0}")]
    Input(String),
    /// A gene that the loader cannot run yet.
    #[error("this loader cannot run {0}")]
    Gene(&'static str),
    /// The tensor library failed.
    #[error("the tensor library failed: {}", brief(.0))]
    Tensor(#[from] candle_core::Error),
}

/// The first line of an error: the library appends stack frames, which say
/// nothing to a user and too much to a client.
fn brief(error: &candle_core::Error) -> String {
    error
        .to_string()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// A hostile name: short, and without control characters.
pub(crate) fn quoted(name: &str) -> String {
    let short: String = name.chars().take(120).collect();
    format!("`{}`", short.escape_debug())
}
