//! Reading what lies in the cache again, and comparing it with what it should
//! be. No request is made, and no mark of an earlier look is believed.

use crate::HubError;
use crate::cache::{Cache, Snapshot, digest_of};
use crate::stop::Stop;
use arbor_model::{ContentDigest, Receipt, RepoPath, Target};
use std::fs;

/// What a file was found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The file.
    pub path: RepoPath,
    /// Its size in bytes; 0 if it is missing.
    pub size: u64,
    /// What was found.
    pub found: Found,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// What it should be.
    Right(ContentDigest),
    /// Something else.
    Damaged {
        /// What it should be.
        expected: ContentDigest,
        /// What it is.
        found: ContentDigest,
    },
    /// Nothing.
    Missing {
        /// What it should be.
        expected: Option<ContentDigest>,
    },
    /// A file of which nobody says what it should be.
    Unknown,
}

impl Cache {
    /// Reads every file of a snapshot. It should be what the receipt says, or,
    /// without one, what the name of its blob says. `tell` hears of each file
    /// as it is done.
    ///
    /// # Errors
    /// [`HubError`] if the snapshot is not there or cannot be read.
    pub fn verify(
        &self,
        target: &Target,
        receipt: Option<&Receipt>,
        mut tell: impl FnMut(&Checked),
    ) -> Result<Vec<Checked>, HubError> {
        let snapshot = self.snapshot(target)?;
        let mut checked = Vec::new();
        for (path, expected) in expectations(&snapshot, receipt) {
            let one = check(&snapshot, path, expected)?;
            tell(&one);
            checked.push(one);
        }
        Ok(checked)
    }
}

/// Every file that is there or should be, by path.
fn expectations(
    snapshot: &Snapshot,
    receipt: Option<&Receipt>,
) -> Vec<(RepoPath, Option<ContentDigest>)> {
    let mut all: Vec<_> = match receipt {
        Some(receipt) => {
            let files = receipt.files.iter();
            files
                .map(|file| (file.path.clone(), Some(file.digest)))
                .collect()
        }
        None => Vec::new(),
    };
    for file in &snapshot.files {
        if !all.iter().any(|(path, _)| *path == file.path) {
            all.push((file.path.clone(), file.digest));
        }
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

fn check(
    snapshot: &Snapshot,
    path: RepoPath,
    expected: Option<ContentDigest>,
) -> Result<Checked, HubError> {
    let file = path.below(&snapshot.folder);
    let Ok(metadata) = fs::metadata(&file) else {
        return Ok(Checked {
            path,
            size: 0,
            found: Found::Missing { expected },
        });
    };
    let size = metadata.len();
    let found = match expected {
        None => Found::Unknown,
        Some(expected) => match digest_of(&file, &expected, size, &Stop::default())? {
            found if found == expected => Found::Right(expected),
            found => Found::Damaged { expected, found },
        },
    };
    Ok(Checked { path, size, found })
}
