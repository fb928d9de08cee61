//! ELMo (Peters et al. 2018, arXiv 1802.05365): words from their characters,
//! and two language models over them, one reading forward and one backward,
//! that share nothing but the words' vectors and the softmax.
//!
//! It stands apart from the transformer built of genes, as word vectors do: a
//! position is no token but a word's characters, and half of every answer
//! comes from behind. Published weights give states; where training's softmax
//! is beside them (`n_tokens_vocab`), logits. The state before a text is zero,
//! while AllenNLP's modules keep the last batch's. `examine.rs` has the checks.

mod examine;
mod hdf5;
mod net;
mod options;
mod score;
mod weights;
mod word;

pub(crate) use examine::examine;
pub use net::Remembered;
pub use score::{Scored, score};
pub use word::Word;

use crate::{Device, LoadError, Tensor};
use net::{Characters, Direction};
use options::Options;
use std::path::Path;
use weights::Tensors;

/// Which way a language model reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Each word after those before it.
    Forward,
    /// Each word after those that follow it.
    Backward,
}

/// A loaded ELMo.
#[derive(Debug)]
pub struct Elmo {
    characters: Characters,
    directions: [Direction; 2],
    /// `[words, w]` and `[words]`.
    softmax: Option<(Tensor, Tensor)>,
    length: usize,
    /// Learned numbers, bytes, tensors, and what the file is.
    facts: (u64, u64, usize, &'static str),
}

impl Elmo {
    /// Whether a folder holds ELMo: `options.json` and no `config.json`.
    #[must_use]
    pub fn is_at(folder: &Path) -> bool {
        folder.join(options::FILE).exists() && !folder.join("config.json").exists()
    }

    /// Loads a folder's `options.json` and weights, `model.safetensors` or one
    /// HDF5 file, in single precision.
    ///
    /// # Errors
    /// [`LoadError`] names the file and the tensor.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        let options = Options::of(folder)?;
        let mut tensors = Tensors::open(folder, &options)?;
        let facts = (
            tensors.elements,
            tensors.bytes,
            tensors.count(),
            tensors.format,
        );
        let softmax = options.n_tokens_vocab.map(|_| {
            let map = tensors.take("softmax/W")?;
            Ok::<_, LoadError>((map, tensors.take("softmax/b")?))
        });
        Ok(Self {
            characters: Characters::new(&options, &mut tensors)?,
            directions: [
                Direction::new(&options, false, &mut tensors)?,
                Direction::new(&options, true, &mut tensors)?,
            ],
            softmax: softmax.transpose()?,
            length: options.char_cnn.max_characters_per_token,
            facts,
        })
    }

    /// Characters of a word.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.length
    }

    /// Learned numbers.
    #[must_use]
    pub const fn parameters(&self) -> u64 {
        self.facts.0
    }

    /// Whether it answers with logits.
    #[must_use]
    pub const fn has_softmax(&self) -> bool {
        self.softmax.is_some()
    }

    /// Reads more words one way: states `[b, s, w]`, or logits `[b, s, words]`
    /// of the next word that way. Read backward, later words come first: a
    /// text's end, then with the same memory what stands before it. Rows may
    /// be shorter than the longest; what lies behind their end is padding.
    ///
    /// # Errors
    /// [`LoadError::Input`] without words, or for words of another length.
    pub fn read(
        &self,
        rows: &[Vec<Word>],
        reading: Reading,
        memory: &mut Remembered,
    ) -> Result<Tensor, LoadError> {
        let longest = rows.iter().map(Vec::len).max().unwrap_or(0);
        let (mut padded, mut real) = (Vec::new(), Vec::new());
        for row in rows {
            let mut row = row.clone();
            real.extend((0..longest).map(|at| if at < row.len() { 1.0_f32 } else { 0.0 }));
            row.resize(longest, Word(vec![0; self.length]));
            padded.push(row);
        }
        let x = self.characters.forward(&padded)?;
        let real = Tensor::from_vec(real, (rows.len(), longest, 1), &Device::Cpu)?;
        let direction = match reading {
            Reading::Forward => &self.directions[0],
            Reading::Backward => &self.directions[1],
        };
        let states = direction.forward(&x, &real, memory)?;
        match &self.softmax {
            Some((map, bias)) => {
                let logits = states.broadcast_matmul(&map.t()?)?;
                Ok(logits.broadcast_add(bias)?)
            }
            None => Ok(states),
        }
    }

    /// Reads a text both ways: `[b, s, 2w]`, or `[b, s, 2 · words]`; forward
    /// first.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn both(&self, rows: &[Vec<Word>]) -> Result<Tensor, LoadError> {
        let read = |reading| self.read(rows, reading, &mut Remembered::default());
        let halves = [read(Reading::Forward)?, read(Reading::Backward)?];
        Ok(Tensor::cat(&halves, 2)?)
    }
}
