//! Tensors that lie in checkpoints and were never learned: masks, tables that
//! are computed anew, statistics. One sorted table; it knows names, shapes and
//! formats, no architecture.

use super::Entry;
use super::dtype::Kind;

/// A buffer and how to tell it from a parameter of the same name.
#[derive(Debug)]
pub(super) struct Buffer {
    /// How the name ends: all of it, or from a dot on.
    pub(super) ending: &'static str,
    /// What else must hold.
    pub(super) when: When,
    /// What it is.
    pub(super) reason: &'static str,
}

/// What tells a buffer from a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// No parameter has this name.
    Always,
    /// It is one square for all heads, `[1, 1, n, n]`, as no bias is.
    Square,
    /// It has one element.
    Scalar,
    /// It holds whole numbers or truth values.
    Whole,
}

const MASK: &str = "a causal mask";
const HIDDEN: &str = "the value of hidden scores";
const POSITIONS: &str = "a table of position numbers";
const FREQUENCIES: &str = "rotary frequencies, computed anew";
const FACTORS: &str = "factors of rotary frequencies, from the configuration";
const SINES: &str = "a table of sines and cosines, computed anew";
const STATISTICS: &str = "statistics of a batch norm";
const ROUTES: &str = "a table of experts for each token, never trained";

const fn buffer(ending: &'static str, when: When, reason: &'static str) -> Buffer {
    Buffer {
        ending,
        when,
        reason,
    }
}

/// Every buffer, by the end of its name.
pub(super) static BUFFERS: &[Buffer] = &[
    buffer("alibi", When::Always, "distances, computed anew"),
    buffer("attention.bias", When::Square, MASK),
    buffer("attention.masked_bias", When::Scalar, HIDDEN),
    buffer("attn.bias", When::Square, MASK),
    buffer("attn.causal_mask", When::Always, MASK),
    buffer("attn.masked_bias", When::Scalar, HIDDEN),
    buffer("attn_mask", When::Always, MASK),
    buffer("attn_rot_embd.weight", When::Always, FREQUENCIES),
    buffer("causal_mask", When::Always, MASK),
    buffer("cos_cached", When::Always, SINES),
    buffer(
        "embed_positions._float_tensor",
        When::Scalar,
        "a leftover of fairseq",
    ),
    buffer("embed_positions.weights", When::Always, SINES),
    buffer("freqs_cis", When::Always, SINES),
    buffer("inv_freq", When::Always, FREQUENCIES),
    buffer("num_batches_tracked", When::Always, STATISTICS),
    buffer("original_inv_freq", When::Always, FREQUENCIES),
    buffer("position_ids", When::Whole, POSITIONS),
    buffer("relative_position_index", When::Whole, POSITIONS),
    buffer("rope_factors_long.weight", When::Always, FACTORS),
    buffer("rope_factors_short.weight", When::Always, FACTORS),
    buffer("rope_freqs.weight", When::Always, FREQUENCIES),
    buffer("running_mean", When::Always, STATISTICS),
    buffer("running_var", When::Always, STATISTICS),
    buffer("self.distance_idx", When::Whole, POSITIONS),
    buffer("sin_cached", When::Always, SINES),
    buffer("tid2eid", When::Whole, ROUTES),
    buffer(
        "token_type_ids",
        When::Whole,
        "a table of token types, all zero",
    ),
    buffer("transformer.bias", When::Square, MASK),
];

/// Whether the name ends with these whole words.
pub(super) fn ends(name: &str, ending: &str) -> bool {
    name.strip_suffix(ending)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

impl When {
    fn holds(self, entry: &Entry) -> bool {
        match self {
            Self::Always => true,
            Self::Square => matches!(entry.shape[..], [1, 1, a, b] if a == b),
            Self::Scalar => entry.shape.iter().all(|dim| *dim == 1),
            Self::Whole => entry.dtype.kind() == Kind::Whole,
        }
    }
}

/// Why a tensor is no parameter, if it is a buffer.
pub(super) fn reason(entry: &Entry) -> Option<&'static str> {
    let mut buffers = BUFFERS.iter();
    buffers
        .find(|buffer| ends(&entry.name, buffer.ending) && buffer.when.holds(entry))
        .map(|buffer| buffer.reason)
}

#[cfg(test)]
mod tests {
    use super::BUFFERS;

    #[test]
    fn the_table_is_sorted() {
        assert!(BUFFERS.is_sorted_by(|a, b| a.ending < b.ending));
    }
}
