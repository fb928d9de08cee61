//! Parameters counted from headers: packed ones, published ones, hostile ones.

mod hostile;
mod left_out;
mod pack;
mod packers;
mod published;
mod round_trip;
mod shapes;

use arbor_genome::Blueprint;
use arbor_genome::stored::{Counted, Entry, Headers, StoredDtype, count};
use std::collections::BTreeMap;

/// A tensor of a header.
fn entry(name: &str, dtype: StoredDtype, shape: &[u64]) -> Entry {
    Entry::new(name, dtype, shape).expect("a shape in bounds")
}

/// What a checkpoint of a genome holds, nothing packed.
fn entries(blueprint: &Blueprint, dtype: StoredDtype) -> Vec<Entry> {
    let tensors = blueprint.inventory.tensors().iter();
    tensors
        .map(|(name, spec)| entry(name, dtype, spec.shape.dims()))
        .collect()
}

fn counted(entries: &[Entry], config: Option<&str>) -> Counted {
    let metadata = BTreeMap::new();
    let headers = Headers {
        entries,
        config,
        metadata: &metadata,
    };
    count(&headers).expect("headers that can be counted")
}
