//! Tensors that are stored a second time: a head that is the embedding's
//! table, the tables of two stacks that share one. A header cannot show that
//! two tensors are equal, so a second copy is only called one where the
//! reference implementation always ties the two, or the configuration says so.

use super::Entry;
use super::buffers::ends;
use std::collections::{BTreeMap, BTreeSet};

/// A tensor and what it is a copy of.
#[derive(Debug)]
pub(super) struct Tie {
    /// How the copy's name ends.
    pub(super) copy: &'static str,
    /// How the name of what it copies ends; the first that is there with the
    /// same shape.
    pub(super) of: &'static [&'static str],
    /// Whether the class always ties them, or only where `tie_word_embeddings`
    /// says so.
    pub(super) always: bool,
}

/// Names of the table of input tokens.
const TOKENS: &[&str] = &[
    "embed_in.weight",
    "embed_tokens.weight",
    "embedding.word_embeddings.weight",
    "embeddings.weight",
    "shared.weight",
    "tok_embeddings.weight",
    "word_embedding.weight",
    "word_embeddings.weight",
    "wte.weight",
];

/// Every tie, by the end of the copy's name.
pub(super) static TIES: &[Tie] = &[
    always("cls.predictions.decoder.bias", &["cls.predictions.bias"]),
    said("cls.predictions.decoder.weight"),
    always("decoder.embed_tokens.weight", &["shared.weight"]),
    said("embed_out.weight"),
    always("encoder.embed_tokens.weight", &["shared.weight"]),
    said("generator_lm_head.weight"),
    always("lm_head.decoder.bias", &["lm_head.bias"]),
    said("lm_head.decoder.weight"),
    said("lm_head.weight"),
    said("lm_loss.weight"),
    said("output_projection.weight"),
    always("predictions.decoder.bias", &["predictions.bias"]),
    said("predictions.decoder.weight"),
    said("vocab_projector.weight"),
];

const fn always(copy: &'static str, of: &'static [&'static str]) -> Tie {
    Tie {
        copy,
        of,
        always: true,
    }
}

const fn said(copy: &'static str) -> Tie {
    Tie {
        copy,
        of: TOKENS,
        always: false,
    }
}

/// The tensors that others may be copies of, by ending and shape: one look for
/// each copy, however many names a header holds.
#[derive(Debug)]
pub(super) struct Originals<'e>(BTreeMap<(&'static str, &'e [u64]), &'e str>);

impl<'e> Originals<'e> {
    pub(super) fn new(all: &BTreeMap<&'e str, &'e Entry>) -> Self {
        let endings: BTreeSet<_> = TIES.iter().flat_map(|tie| tie.of).copied().collect();
        let mut found = BTreeMap::new();
        for (name, entry) in all {
            for ending in endings.iter().filter(|ending| ends(name, ending)) {
                found.entry((*ending, entry.shape())).or_insert(*name);
            }
        }
        Self(found)
    }

    /// What a tensor may be a copy of, and whether it certainly is one.
    pub(super) fn of(&self, entry: &Entry, tied: Option<bool>) -> Option<(&'e str, Option<bool>)> {
        let tie = TIES.iter().find(|tie| ends(&entry.name, tie.copy))?;
        let mut endings = tie.of.iter();
        let of = endings.find_map(|ending| self.0.get(&(*ending, entry.shape())))?;
        Some((*of, if tie.always { Some(true) } else { tied }))
    }
}

#[cfg(test)]
mod tests {
    use super::{TIES, TOKENS};

    #[test]
    fn the_tables_are_sorted() {
        assert!(TIES.is_sorted_by(|a, b| a.copy < b.copy));
        assert!(TOKENS.is_sorted());
    }
}
