//! ELMo's weights as they were published, in HDF5. The library bounds what it
//! allocates by the file and opens no other file; here every dataset is held
//! against the wanted shapes before its numbers are read.

use crate::error::quoted;
use crate::{LoadError, mmap};
use hdf5_reader::group::Group;
use hdf5_reader::{Hdf5File, OpenOptions};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// More groups and datasets than any ELMo has.
const MEMBERS: usize = 10_000;
/// How deep they lie, with room.
const DEPTH: usize = 8;

/// A dataset: its path, its shape, its numbers.
pub(super) type Dataset = (String, Vec<usize>, Vec<f32>);

/// Reads each dataset that `wanted` knows, and names the others.
pub(super) fn read(
    path: &Path,
    wanted: impl Fn(&str) -> Option<Vec<usize>>,
) -> Result<(Vec<Dataset>, Vec<String>), LoadError> {
    let bytes = mmap::map(path)?;
    let reader = || {
        // Published files are not compressed.
        let options = OpenOptions::default()
            .with_max_read_bytes(bytes.len())
            .with_max_chunk_bytes(bytes.len());
        let file = Hdf5File::from_mmap_with_options(bytes, options).map_err(said)?;
        let mut found = Found::default();
        let root = file.root_group().map_err(said)?;
        walk(&root, "", 0, &wanted, &mut found)?;
        Ok((found.read, found.surplus))
    };
    let read = catch_unwind(AssertUnwindSafe(reader));
    let read = read.unwrap_or_else(|_| Err("its reader broke off".to_owned()));
    read.map_err(|reason| LoadError::Hdf5 {
        path: path.to_owned(),
        reason,
    })
}

#[derive(Default)]
struct Found {
    read: Vec<Dataset>,
    surplus: Vec<String>,
    members: usize,
}

fn walk(
    group: &Group,
    prefix: &str,
    depth: usize,
    wanted: &impl Fn(&str) -> Option<Vec<usize>>,
    found: &mut Found,
) -> Result<(), String> {
    let (groups, datasets) = group.members().map_err(said)?;
    found.members += groups.len() + datasets.len();
    if depth > DEPTH || found.members > MEMBERS {
        return Err("it holds more groups and datasets than any ELMo".to_owned());
    }
    for dataset in datasets {
        let name = format!("{prefix}{}", dataset.name());
        let Some(shape) = wanted(&name) else {
            found.surplus.push(name);
            continue;
        };
        let stored: Vec<usize> = dataset.shape().iter().map(|dim| *dim as usize).collect();
        let numbers = if stored == shape {
            let array = dataset.read_array::<f32>();
            let array = array.map_err(|error| format!("{}: {}", quoted(&name), said(error)))?;
            array.into_iter().collect()
        } else {
            Vec::new()
        };
        found.read.push((name, stored, numbers));
    }
    for inner in groups {
        let prefix = format!("{prefix}{}/", inner.name());
        walk(&inner, &prefix, depth + 1, wanted, found)?;
    }
    Ok(())
}

/// An error of the library on one line.
fn said(error: impl std::fmt::Display) -> String {
    let text: String = error.to_string().chars().take(200).collect();
    text.escape_debug().to_string()
}
