//! Any bytes at all: an error with a reason or a model, never a panic.

use super::repository::{Repository, WEIGHTS};
use arbor_loaders::{DType, Device, LoadError, Model, header};
use proptest::prelude::*;
use std::fs;
use std::path::Path;

/// What happens to a file's bytes.
#[derive(Clone, Debug)]
enum Mutation {
    Flip { at: usize, bit: u8 },
    Truncate { at: usize },
    Insert { at: usize, bytes: Vec<u8> },
    Remove { at: usize, count: usize },
    Length(u64),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let bytes = proptest::collection::vec(any::<u8>(), 1..16);
    prop_oneof![
        4 => (0..3_000_usize, 0..8_u8).prop_map(|(at, bit)| Mutation::Flip { at, bit }),
        1 => any::<usize>().prop_map(|at| Mutation::Truncate { at }),
        2 => (0..3_000_usize, bytes).prop_map(|(at, bytes)| Mutation::Insert { at, bytes }),
        2 => (0..3_000_usize, 1..64_usize).prop_map(|(at, count)| Mutation::Remove { at, count }),
        1 => any::<u64>().prop_map(Mutation::Length),
    ]
}

impl Mutation {
    fn apply(&self, file: &mut Vec<u8>) {
        let size = file.len();
        match self {
            _ if size < 8 => {}
            Self::Flip { at, bit } => file[at % size] ^= 1 << bit,
            Self::Truncate { at } => file.truncate(at % size),
            Self::Insert { at, bytes } => {
                let at = at % size;
                file.splice(at..at, bytes.iter().copied());
            }
            Self::Remove { at, count } => {
                let at = at % size;
                file.drain(at..(at + count).min(size));
            }
            Self::Length(length) => file[..8].copy_from_slice(&length.to_le_bytes()),
        }
    }
}

/// What is made of a header stays within four times its bytes.
fn bounded(bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(entries) = header::read(Path::new("x"), bytes) {
        let names: usize = entries.iter().map(|entry| entry.name.capacity()).sum();
        let dims: usize = entries.iter().map(|entry| entry.shape.capacity() * 8).sum();
        let table = entries.capacity() * size_of::<header::Entry>();
        prop_assert!(names + dims + table <= 4 * bytes.len() + 1_024);
        let inside = entries.iter().all(|entry| entry.bytes.end <= bytes.len());
        prop_assert!(inside);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        length in proptest::option::of(0..200_u64),
    ) {
        let mut bytes = bytes;
        if let (Some(length), Some(first)) = (length, bytes.first_chunk_mut::<8>()) {
            *first = length.to_le_bytes();
        }
        bounded(&bytes)?;
        let found = header::read(Path::new("x"), &bytes);
        let typed = matches!(found, Ok(_) | Err(LoadError::Header { .. }));
        prop_assert!(typed);
    }
}

#[test]
fn mutated_files_load_or_say_why_not() {
    let good = Repository::good();
    let folder = good.write();
    let path = folder.path().join(WEIGHTS);
    let mutations = proptest::collection::vec(mutation(), 1..4);
    let config = ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    runner
        .run(&mutations, |mutations| {
            let mut bytes = good.files[WEIGHTS].clone();
            for mutation in &mutations {
                mutation.apply(&mut bytes);
            }
            bounded(&bytes)?;
            // A new file each time: an old mapping must not shrink.
            let _ = fs::remove_file(&path);
            fs::write(&path, &bytes).expect("written");
            match Model::load(folder.path(), DType::F32, &Device::Cpu) {
                Ok(_) => Ok(()),
                Err(error) => {
                    prop_assert!(!error.to_string().is_empty());
                    // The library never sees what does not fit.
                    prop_assert!(!matches!(error, LoadError::Tensor(_)), "{error}");
                    Ok(())
                }
            }
        })
        .expect("no panic");
}
