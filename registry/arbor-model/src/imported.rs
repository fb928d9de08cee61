//! Models as the hub speaks of them: observed in bulk, never curated. Only
//! what has passed [`Imported`]'s types is kept.
//!
//! How a record of the hub becomes one: `arbor-import`.

use crate::{Relation, RepoId, Text};
use std::fmt;
use std::str::FromStr;

/// More parents of one model are not taken.
pub const MOST_BASES: usize = 64;

/// A model of the hub, as the hub described it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The repository; its author stands before the slash.
    pub id: RepoId,
    /// What stays when the repository is renamed.
    pub key: Option<HubKey>,
    /// When it was made, in microseconds since 1970-01-01 UTC.
    pub created_us: Option<i64>,
    /// When it last changed, likewise.
    pub modified_us: Option<i64>,
    /// The hub's count of what the safetensors hold. Packed weights are
    /// counted as they are packed.
    pub parameters: Option<u64>,
    /// The licence's tag.
    pub licence: Option<Text>,
    /// The pipeline's tag.
    pub task: Option<Text>,
    /// The library that loads it.
    pub library: Option<Text>,
    /// Downloads of the last thirty days.
    pub downloads: Option<u64>,
    /// Downloads since it was made.
    pub downloads_all: Option<u64>,
    /// Likes.
    pub likes: Option<u64>,
    /// What it says that it came from; at most [`MOST_BASES`].
    pub bases: Vec<Base>,
}

/// A parent as a repository declares it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Base {
    /// The parent; there may be none of this name.
    pub repo: RepoId,
    /// How the child came from it.
    pub relation: Relation,
}

/// `relation org/name`, as the database keeps it.
impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.relation, self.repo)
    }
}

impl FromStr for Base {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (relation, repo) = text
            .split_once(' ')
            .ok_or("a base is a relation and a repository")?;
        Ok(Self {
            relation: relation
                .parse()
                .map_err(|error: crate::UnknownWord| error.to_string())?,
            repo: repo
                .parse()
                .map_err(|error: crate::IdError| error.to_string())?,
        })
    }
}

/// The hub's own number of a repository: 24 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HubKey([u8; 12]);

/// Why a text is no [`HubKey`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key of the hub has 24 lower-case hexadecimal digits")]
pub struct HubKeyError;

impl FromStr for HubKey {
    type Err = HubKeyError;

    fn from_str(text: &str) -> Result<Self, HubKeyError> {
        if text.len() != 24 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(HubKeyError);
        }
        let mut bytes = [0; 12];
        for (at, byte) in bytes.iter_mut().enumerate() {
            let pair = &text[2 * at..2 * at + 2];
            *byte = u8::from_str_radix(pair, 16).map_err(|_| HubKeyError)?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for HubKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

words! {
    /// Where imported models come from.
    ImportKind: "kind of import" {
        /// Asked of the hub, page by page.
        Hub = "hub",
        /// A file of the hub's records.
        Parquet = "parquet",
    }
}

/// The number of an import; later ones are larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImportId(pub u64);

/// An import: what was read, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Where from.
    pub kind: ImportKind,
    /// Which file, or which question.
    pub source: Text,
    /// When it began, in microseconds since 1970-01-01 UTC.
    pub began_us: i64,
}

/// All that the settling of lineage needs of an imported model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The repository.
    pub id: RepoId,
    /// What stays when it is renamed.
    pub key: Option<HubKey>,
    /// When it last changed.
    pub modified_us: Option<i64>,
    /// What it says that it came from.
    pub bases: Vec<Base>,
}

/// An edge of the imported lineage: it has no self-parents and no cycles, and
/// both ends are imported or of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImportedEdge {
    /// The child.
    pub child: RepoId,
    /// The parent.
    pub parent: RepoId,
    /// How the child came from it.
    pub relation: Relation,
}

words! {
    /// What was repaired or left out on the way from the hub's records to the
    /// lineage.
    RepairKind: "repair" {
        /// A base that leads back to the model: no edge of the cycle is kept.
        Cycle = "cycle",
        /// More bases than are taken.
        Excess = "excess",
        /// A base that neither the imported models nor the catalogue have.
        Ghost = "ghost",
        /// A base that is no repository's name: a path, an address.
        Malformed = "malformed",
        /// A whole record that cannot be taken.
        Record = "record",
        /// A relation that is not known.
        Relation = "relation",
        /// A repository that has another name now, or is spelled otherwise.
        Renamed = "renamed",
        /// A model that names itself as its base.
        SelfParent = "self-parent",
        /// A value that makes no sense; the rest of the record is kept.
        Value = "value",
    }
}

/// One thing that was repaired or left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repair {
    /// What.
    pub kind: RepairKind,
    /// The record's model, or what stood in its place: bounded, harmless.
    pub model: String,
    /// What exactly, likewise.
    pub detail: String,
}

impl Repair {
    /// Takes hostile texts: they are cut and escaped.
    #[must_use]
    pub fn new(kind: RepairKind, model: &str, detail: &str) -> Self {
        let harmless = |text: &str| -> String {
            let cut = text
                .char_indices()
                .nth(120)
                .map_or(text, |(at, _)| &text[..at]);
            cut.chars().flat_map(char::escape_debug).collect()
        };
        Self {
            kind,
            model: harmless(model),
            detail: harmless(detail),
        }
    }
}

/// How many of each kind there were, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repairs {
    counts: [u64; RepairKind::ALL.len()],
    first: Vec<Repair>,
}

impl Repairs {
    /// Examples that are kept of each kind.
    pub const EXAMPLES: u64 = 5;

    /// Counts one.
    pub fn add(&mut self, repair: Repair) {
        let count = &mut self.counts[repair.kind as usize];
        *count = count.saturating_add(1);
        if *count <= Self::EXAMPLES {
            self.first.push(repair);
        }
    }

    /// How many there were of a kind.
    #[must_use]
    pub fn count(&self, kind: RepairKind) -> u64 {
        self.counts[kind as usize]
    }

    /// The first of a kind.
    pub fn examples(&self, kind: RepairKind) -> impl Iterator<Item = &Repair> {
        self.first.iter().filter(move |repair| repair.kind == kind)
    }
}

impl Extend<Repair> for Repairs {
    fn extend<T: IntoIterator<Item = Repair>>(&mut self, repairs: T) {
        repairs.into_iter().for_each(|repair| self.add(repair));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_and_keys_are_written_as_they_are_read() {
        let text = "quantised-from Qwen/Qwen2.5-7B";
        let base: Base = text.parse().expect("a base");
        assert_eq!(base.to_string(), text);
        let key = "621ffdc036468d709f17434d";
        assert_eq!(key.parse::<HubKey>().expect("a key").to_string(), key);
        for wrong in [
            "",
            "621FFDC036468D709F17434D",
            "621ffdc036468d709f17434",
            "é21ffdc036468d709f17434",
        ] {
            assert!(wrong.parse::<HubKey>().is_err(), "{wrong}");
        }
        for wrong in ["", "gpt2", "made-from a/b", "fine-tuned-from ../x"] {
            assert!(wrong.parse::<Base>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn examples_are_few_and_harmless_and_counts_are_whole() {
        let mut repairs = Repairs::default();
        repairs.extend(
            (0..9).map(|n| Repair::new(RepairKind::Ghost, &"x\u{1b}".repeat(99), &n.to_string())),
        );
        assert_eq!(repairs.count(RepairKind::Ghost), 9);
        assert_eq!(repairs.count(RepairKind::Cycle), 0);
        let shown: Vec<_> = repairs.examples(RepairKind::Ghost).collect();
        assert_eq!(shown.len() as u64, Repairs::EXAMPLES);
        assert!(shown.iter().all(|repair| !repair.model.contains('\u{1b}')));
        assert!(shown[0].model.len() < 1_000);
    }
}
