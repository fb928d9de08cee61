//! `options.json`, as ELMo was published with it, read strictly. The keys and
//! their meaning: bilm-tf, `bilm/model.py` and `bilm/training.py`.

use crate::{LoadError, folder};
use serde::Deserialize;
use std::path::Path;

pub(super) const FILE: &str = "options.json";
const LIMIT_BYTES: u64 = 64 << 10;
/// The most of anything: widths, words' lengths, layers' numbers are less.
const WIDEST: usize = 1 << 16;

/// What the network is made of.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(super) struct Options {
    pub(super) lstm: Lstm,
    pub(super) char_cnn: Characters,
    /// Words of the softmax; published weights have none.
    pub(super) n_tokens_vocab: Option<usize>,
    #[serde(default = "yes")]
    bidirectional: bool,
    /// What training needed besides; it changes no answer.
    #[serde(default, rename = "dropout")]
    _dropout: Unused,
    #[serde(default, rename = "all_clip_norm_val")]
    _norm: Unused,
    #[serde(default, rename = "n_epochs")]
    _epochs: Unused,
    #[serde(default, rename = "n_train_tokens")]
    _tokens: Unused,
    #[serde(default, rename = "batch_size")]
    _batch: Unused,
    #[serde(default, rename = "unroll_steps")]
    _unroll: Unused,
    #[serde(default, rename = "n_negative_samples_batch")]
    _negative: Unused,
    #[serde(default, rename = "sample_softmax")]
    _sample: Unused,
}

type Unused = Option<serde::de::IgnoredAny>;

#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(super) struct Lstm {
    /// Width of the cells.
    pub(super) dim: usize,
    pub(super) n_layers: usize,
    /// Width of the states, and of the words' vectors.
    pub(super) projection_dim: usize,
    pub(super) cell_clip: Option<f64>,
    pub(super) proj_clip: Option<f64>,
    #[serde(default)]
    pub(super) use_skip_connections: bool,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(super) struct Characters {
    pub(super) activation: Activation,
    pub(super) embedding: Table,
    /// Width of each convolution and how many numbers it gives.
    pub(super) filters: Vec<(usize, usize)>,
    #[serde(default)]
    pub(super) n_highway: usize,
    n_characters: usize,
    pub(super) max_characters_per_token: usize,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Activation {
    Relu,
    Tanh,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub(super) dim: usize,
}

const fn yes() -> bool {
    true
}

impl Options {
    pub(super) fn of(folder: &Path) -> Result<Self, LoadError> {
        let text = folder::text(folder, FILE, LIMIT_BYTES)?;
        let read = serde_json::from_str(&text).map_err(|error| error.to_string());
        read.and_then(Self::checked)
            .map_err(|reason| LoadError::Options {
                path: folder.join(FILE),
                reason,
            })
    }

    fn checked(self) -> Result<Self, String> {
        let (lstm, characters) = (&self.lstm, &self.char_cnn);
        let length = characters.max_characters_per_token;
        let filters = characters.filters.iter();
        let numbers = [
            ("lstm.dim", lstm.dim, WIDEST),
            ("lstm.n_layers", lstm.n_layers, 64),
            ("lstm.projection_dim", lstm.projection_dim, WIDEST),
            ("char_cnn.embedding.dim", characters.embedding.dim, WIDEST),
            ("char_cnn.filters", characters.filters.len(), 64),
            ("char_cnn.max_characters_per_token", length, 1_024),
            ("n_tokens_vocab", self.n_tokens_vocab.unwrap_or(1), 1 << 24),
        ];
        let widths = filters
            .clone()
            .map(|(width, _)| ("char_cnn.filters", *width, length));
        let counts = filters.map(|(_, count)| ("char_cnn.filters", *count, WIDEST));
        for (key, number, most) in numbers.into_iter().chain(widths).chain(counts) {
            if number == 0 || number > most {
                return Err(format!("`{key}` is {number}, not from 1 to {most}"));
            }
        }
        if characters.n_highway > 64 {
            return Err("`char_cnn.n_highway` is over 64".to_owned());
        }
        // The padding character has a row of zeros that is stored nowhere.
        if !(261..=262).contains(&characters.n_characters) {
            return Err("`char_cnn.n_characters` is neither 261 nor 262".to_owned());
        }
        let clips = [lstm.cell_clip, lstm.proj_clip];
        if clips
            .iter()
            .flatten()
            .any(|clip| clip.is_nan() || *clip <= 0.0)
        {
            return Err("a clip is not above 0".to_owned());
        }
        if !self.bidirectional {
            return Err("`bidirectional` is false: this is not ELMo".to_owned());
        }
        Ok(self)
    }

    /// Numbers that the convolutions give together.
    pub(super) fn convolved(&self) -> usize {
        self.char_cnn.filters.iter().map(|(_, count)| count).sum()
    }
}
