//! Positions: tables added to the embeddings, and rotations of queries and
//! keys. What biases scores by distance is attention's (`attention.rs`).

use super::{Part, Visitor};
use crate::Parameter;

/// How tokens are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counting {
    /// From 0, padding too.
    All,
    /// Over tokens that are not `pad`, from `pad + 1`; padding is `pad`
    /// itself (RoBERTa).
    AfterPad(u32),
    /// Over tokens that the mask does not hide, from `first`; hidden ones are
    /// `first − 1` (OPT).
    Unmasked {
        /// The first token's number.
        first: u32,
    },
}

/// How sines and cosines lie in a table of width `d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SinusoidLayout {
    /// All sines, then all cosines, frequencies `10000^(−i / (d/2 − 1))`
    /// (M2M-100, as in tensor2tensor).
    HalvesInclusive,
    /// All sines, then all cosines, frequencies `10000^(−2i / d)` (Marian,
    /// CTRL).
    Halves,
    /// Sine and cosine in turn, frequencies `10000^(−2i / d)` (Vaswani et al.
    /// 2017, arXiv 1706.03762).
    Interleaved,
}

/// What is added to token embeddings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AbsolutePosition {
    /// Nothing.
    None,
    /// A learned table `[positions, width]`.
    Learned {
        /// The table.
        table: Parameter,
        /// Added to a token's number to find its row.
        offset: u64,
        /// How tokens are numbered.
        counting: Counting,
    },
    /// These, but after the embedding's norm (Blenderbot small's decoder).
    AfterNorm(Box<Self>),
    /// These, and where a token lies on its page (LayoutLM). A text lies
    /// nowhere: it takes the tables' first rows.
    OnPage {
        /// Its place in the text.
        positions: Box<Self>,
        /// Two edges each of the box around it, `[places, width]`.
        edges: Box<[Parameter; 2]>,
        /// Its height and width.
        sizes: Box<[Parameter; 2]>,
    },
    /// Sines and cosines; padding that is counted apart has none.
    Sinusoidal {
        /// How they lie.
        layout: SinusoidLayout,
        /// Added to a token's number.
        offset: u64,
        /// How tokens are numbered.
        counting: Counting,
    },
}

impl AbsolutePosition {
    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        match self {
            Self::Learned { table, .. } => visitor(Part::Embedding, table),
            Self::AfterNorm(positions) => positions.visit(visitor),
            Self::OnPage {
                positions,
                edges,
                sizes,
            } => {
                positions.visit(visitor);
                let tables = edges.iter().chain(sizes.iter());
                tables.for_each(|table| visitor(Part::Embedding, table));
            }
            Self::None | Self::Sinusoidal { .. } => {}
        }
    }
}

/// Which numbers of a head are rotated together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotaryPairs {
    /// Number i with number i + width/2 (GPT-NeoX, Llama as converted).
    Halves,
    /// As halves, turned the other way (nanochat).
    HalvesBack,
    /// Number 2i with number 2i + 1 (GPT-J, GLM, Cohere).
    Neighbours,
}

/// How rotations are stretched for longer contexts.
#[derive(Clone, Debug, PartialEq)]
pub enum RotaryScaling {
    /// Not at all.
    None,
    /// Positions divided by a factor.
    Linear {
        /// The factor.
        factor: f64,
    },
    /// The base grows with the sequence once it exceeds `original` (dynamic
    /// NTK).
    Dynamic {
        /// The factor.
        factor: f64,
        /// Positions of pre-training.
        original: u64,
    },
    /// The base grows once and for all, by `alpha` to the power `d / (d − 2)`.
    Ntk {
        /// What the longest wavelength is multiplied with.
        alpha: f64,
    },
    /// Beyond `original` positions the base grows each time the sequence has
    /// doubled (Qwen's first generation).
    Steps {
        /// Positions of pre-training.
        original: u64,
        /// Whether the base grows at all.
        stepped: bool,
        /// Whether the query of a position beyond is multiplied with the
        /// logarithm of its number, to the base `original` (Su 2021,
        /// <https://kexue.fm/archives/8823>).
        grown: bool,
    },
    /// YaRN (Peng et al. 2023, arXiv 2309.00071).
    Yarn {
        /// The factor.
        factor: f64,
        /// Positions of pre-training.
        original: u64,
        /// Rotations above which a frequency is kept.
        beta_fast: f64,
        /// Rotations below which a frequency is interpolated.
        beta_slow: f64,
        /// Whether the bounds are rounded to whole dimensions.
        truncate: bool,
        /// What sines and cosines are multiplied with.
        attention_factor: f64,
    },
    /// Llama 3.1's: long wavelengths interpolated, short ones kept.
    Llama3 {
        /// The factor.
        factor: f64,
        /// Below this many rotations a frequency is interpolated.
        low: f64,
        /// Above this many it is kept.
        high: f64,
        /// Positions of pre-training.
        original: u64,
    },
    /// LongRoPE (Ding et al. 2024, arXiv 2402.13753): one factor for each
    /// frequency, other ones beyond `original`.
    LongRope {
        /// Factors up to `original` positions.
        short: std::sync::Arc<[f64]>,
        /// Factors beyond.
        long: std::sync::Arc<[f64]>,
        /// Positions of pre-training.
        original: u64,
        /// What sines and cosines are multiplied with: up to `original`
        /// positions, and beyond.
        attention_factors: [f64; 2],
    },
}

/// Rotary positions (Su et al. 2021, arXiv 2104.09864).
#[derive(Clone, Debug, PartialEq)]
pub struct Rotary {
    /// The base of the frequencies.
    pub base: f64,
    /// How many numbers of a head are rotated, from the first one.
    pub width: u64,
    /// Which are rotated together.
    pub pairs: RotaryPairs,
    /// How it is stretched.
    pub scaling: RotaryScaling,
}
