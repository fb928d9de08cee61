//! Family files to a checked [`Catalogue`], and the lineage graph with its
//! queries.
//!
//! A catalogue is read in two steps: `read` turns files into drafts with
//! places, `check` looks across files and reports everything that is wrong.
//! [`lineage`] then answers questions about descent. The crate knows no SQL,
//! no HTTP and no tensor; apart from [`CatalogueFiles::from_folder`] it does
//! no I/O.
//!
//! Where to look next: `docs/CATALOGUE.md` for the files' format,
//! `registry/families/` for the files, `arbor-store` for keeping a catalogue.

mod check;
mod files;
pub mod lineage;
mod nearest;
mod problem;
mod read;

pub use files::CatalogueFiles;
pub use nearest::{nearest, nearest_many};
pub use problem::{Fault, Place, Problem, Problems};

use arbor_model::Catalogue;

/// Reads and checks a catalogue.
///
/// # Errors
/// Everything that is wrong with it, in order of file, line and column.
pub fn read_catalogue(files: &CatalogueFiles) -> Result<Catalogue, Problems> {
    let (draft, mut problems) = read::read(files);
    check::check(&draft, &mut problems);
    if problems.is_empty() {
        Ok(check::assemble(draft))
    } else {
        problems.sort();
        // The TOML reader may come upon one fault many times.
        problems.dedup();
        Err(Problems(problems))
    }
}

#[cfg(test)]
mod tests;
