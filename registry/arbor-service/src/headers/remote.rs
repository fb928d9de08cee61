//! Headers of a repository's GGUF files, in ranges that grow as far as the
//! budget allows. A vocabulary makes such a header several MB long, and what
//! is counted stands behind it.

use super::gguf::{Read, choose};
use super::{commit_of, refused};
use crate::ServiceError;
use arbor_genome::gguf::{self, FileSet, Header, Reader};
use arbor_hub::{Peek, TreeFile};
use arbor_model::Target;

/// What is read at first of a file with a vocabulary.
const FIRST: u64 = 100_000;
/// What is read at first of the other files of a split model: these name a few
/// hundred tensors and nothing else.
const LATER: u64 = 32_000;
/// What is read at most at once.
const MOST: u64 = 4 << 20;

/// The sets of GGUF files of a repository that has no other weights.
pub(super) fn sets(peek: &Peek) -> Option<Vec<FileSet>> {
    if peek.weights().next().is_some() {
        return None;
    }
    let files = peek.files().iter();
    let sets = gguf::sets(files.map(|file| (file.path.as_str(), file.size)));
    (!sets.is_empty()).then_some(sets)
}

/// Reads the headers of the set that is counted.
pub(super) async fn read<'s>(
    peek: &mut Peek,
    target: &Target,
    sets: &'s [FileSet],
) -> Result<Read<'s>, ServiceError> {
    let chosen = choose(sets).map_err(|reason| refused(&target.to_string(), reason))?;
    let (mut headers, mut partial) = (Vec::new(), None);
    for (name, _) in &chosen.files {
        let mut files = peek.files().iter();
        let file = files.find(|file| file.path.as_str() == name).cloned();
        let Some(file) = file else { continue };
        let piece = if headers.is_empty() { FIRST } else { LATER };
        match header(peek, &file, piece).await? {
            Ok(header) => headers.push(header),
            Err(reader) => {
                if headers.is_empty() {
                    partial = Some(reader.metadata().clone());
                }
                break;
            }
        }
    }
    let mut reach = commit_of(peek);
    reach.read = headers.len() as u64;
    reach.unread = (chosen.files.len() - headers.len()) as u64;
    Ok(Read {
        sets,
        chosen,
        headers,
        partial,
        reach,
    })
}

/// A file's header, or how far it was read when the budget was spent.
async fn header(
    peek: &mut Peek,
    file: &TreeFile,
    first: u64,
) -> Result<Result<Header, Box<Reader>>, ServiceError> {
    let mut reader = Reader::new(file.size);
    let mut piece = first;
    while let Some(at) = reader.wanted() {
        let length = piece.min(file.size - at.min(file.size));
        // What is left is worth a request if it is as much as the first one.
        let length = length.min(peek.left().bytes.max(first));
        let Some(bytes) = peek.range(file, at..at + length).await? else {
            return Ok(Err(Box::new(reader)));
        };
        let taken = reader.feed(&bytes);
        taken.map_err(|error| peek.wrong(file, error.to_string()))?;
        piece = (piece * 2).min(MOST);
    }
    let header = reader.finish();
    let header = header.map_err(|error| peek.wrong(file, error.to_string()))?;
    Ok(Ok(header))
}
