//! Which GGUF files of a folder belong together: the parts that one model was
//! split into, by their names. Different quantisations of one model lie beside
//! each other, so files are never added up without this. It reads no files.

use std::collections::BTreeMap;

/// What a file is for, as its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// A model.
    Model,
    /// What maps pictures or sound to a model's states.
    Projector,
    /// Statistics that a quantisation was made with.
    Statistics,
}

/// Files that are one model together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSet {
    /// What their names have in common.
    pub name: String,
    /// What they are for.
    pub role: Role,
    /// Their names and sizes, in order.
    pub files: Vec<(String, u64)>,
    /// How many their names say there are; none for a file alone.
    pub of: Option<u64>,
}

impl FileSet {
    /// Their bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let sizes = self.files.iter().map(|(_, size)| *size);
        sizes.fold(0, u64::saturating_add)
    }

    /// Whether all files are there that their names speak of.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.of.is_none_or(|of| of == self.files.len() as u64)
    }
}

/// Files by their numbers.
type Parts = BTreeMap<u64, (String, u64)>;

/// The sets among some files, by name; what is no GGUF file is passed over.
#[must_use]
pub fn sets<'f>(files: impl IntoIterator<Item = (&'f str, u64)>) -> Vec<FileSet> {
    let mut found: BTreeMap<_, Parts> = BTreeMap::new();
    for (name, size) in files {
        let Some(stem) = name.strip_suffix(".gguf") else {
            continue;
        };
        let (stem, number, of) = match part(stem) {
            Some((stem, number, of)) => (stem, number, Some(of)),
            None => (stem, 1, None),
        };
        let set = found.entry((stem, of)).or_default();
        set.insert(number, (name.to_owned(), size));
    }
    let sets = found.into_iter().map(|((stem, of), files)| FileSet {
        name: stem.to_owned(),
        role: role(stem),
        files: files.into_values().collect(),
        of,
    });
    sets.collect()
}

/// `model-00001-of-00003`: what is before the numbers, and these.
fn part(stem: &str) -> Option<(&str, u64, u64)> {
    let (rest, of) = stem.rsplit_once("-of-")?;
    let (stem, number) = rest.rsplit_once('-')?;
    let read = |text: &str| {
        let digits = text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<u64>().ok()).flatten()
    };
    let (number, of) = (read(number)?, read(of)?);
    (1..=of).contains(&number).then_some((stem, number, of))
}

fn role(stem: &str) -> Role {
    let file = stem.rsplit('/').next().unwrap_or(stem).to_lowercase();
    if file.contains("mmproj") {
        Role::Projector
    } else if file.contains("imatrix") {
        Role::Statistics
    } else {
        Role::Model
    }
}
