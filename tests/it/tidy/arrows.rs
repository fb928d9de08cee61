//! Which crate may lean on which, and which heavy dependency belongs to whom.

use super::{none, root};
use cargo_metadata::{DependencyKind, MetadataCommand, Package};
use std::collections::{BTreeMap, BTreeSet};

/// Each crate and the crates of ours it may lean on.
const ARROWS: &[(&str, &[&str])] = &[
    (
        "arbor",
        &[
            "arbor-catalog",
            "arbor-model",
            "arbor-server",
            "arbor-service",
            "arbor-store",
            "arbor-store-sqlite",
        ],
    ),
    ("arbor-catalog", &["arbor-model"]),
    ("arbor-draw", &["arbor-model"]),
    ("arbor-genome", &["arbor-model"]),
    ("arbor-hub", &["arbor-model"]),
    ("arbor-hub-faults", &[]),
    ("arbor-import", &["arbor-catalog", "arbor-model"]),
    ("arbor-loaders", &["arbor-genome", "arbor-model"]),
    ("arbor-model", &[]),
    ("arbor-server", &["arbor-model", "arbor-service"]),
    (
        "arbor-service",
        &[
            "arbor-catalog",
            "arbor-draw",
            "arbor-genome",
            "arbor-hub",
            "arbor-import",
            "arbor-loaders",
            "arbor-model",
            "arbor-store",
        ],
    ),
    ("arbor-store", &["arbor-model"]),
    ("arbor-store-sqlite", &["arbor-model", "arbor-store"]),
];

/// The owner of what no crate may lean on: tests compare with it.
const TESTS_ALONE: &str = "none";

/// Each heavy dependency and the one crate that names it.
const OWNERS: &[(&str, &str)] = &[
    ("actix-web", "arbor-server"),
    ("anyhow", "arbor"),
    ("askama", "arbor-server"),
    ("blake3", "arbor-hub"),
    ("brotli", "arbor-server"),
    ("candle-core", "arbor-loaders"),
    ("candle-nn", "arbor-loaders"),
    ("candle-transformers", TESTS_ALONE),
    ("clap", "arbor"),
    ("csv", "arbor-service"),
    ("flate2", "arbor-server"),
    ("glob", "arbor-hub"),
    ("hdf5-reader", "arbor-loaders"),
    ("hf-hub", "arbor-hub"),
    ("indicatif", "arbor"),
    ("memmap2", "arbor-loaders"),
    ("parquet", "arbor-import"),
    ("petgraph", "arbor-catalog"),
    ("quick-xml", "arbor-service"),
    ("reqwest", "arbor-hub"),
    ("resvg", "arbor-draw"),
    ("rustls", "arbor-hub"),
    ("safetensors", "arbor-loaders"),
    ("sqlx", "arbor-store-sqlite"),
    ("strsim", "arbor-catalog"),
    ("sysinfo", "arbor-loaders"),
    ("tar", "arbor-hub"),
    ("toml", "arbor-catalog"),
    ("zip", "arbor-loaders"),
];

fn workspace() -> Vec<Package> {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(vec!["--offline".to_owned(), "--no-deps".to_owned()])
        .exec()
        .expect("cargo metadata");
    metadata.packages
}

fn leans_on(package: &Package) -> BTreeSet<&str> {
    let normal = package
        .dependencies
        .iter()
        .filter(|d| d.kind == DependencyKind::Normal);
    normal.map(|dependency| dependency.name.as_str()).collect()
}

#[test]
fn arrows_run_one_way() {
    assert!(ARROWS.is_sorted() && OWNERS.is_sorted());
    let allowed: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let packages = workspace();
    let ours: BTreeSet<&str> = packages.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(
        ours,
        allowed.keys().copied().collect(),
        "a crate is not in the table"
    );
    let mut broken = Vec::new();
    for package in &packages {
        for other in leans_on(package) {
            if ours.contains(other) && !allowed[package.name.as_str()].contains(&other) {
                broken.push(format!("{} → {other}", package.name));
            }
        }
    }
    none(&broken, "crates lean on crates that they may not");
}

#[test]
fn a_heavy_dependency_has_one_owner() {
    let mut broken = Vec::new();
    for package in &workspace() {
        for name in leans_on(package) {
            let owner = OWNERS.iter().find(|(heavy, _)| *heavy == name);
            if owner.is_some_and(|(_, owner)| *owner != package.name.as_str()) {
                broken.push(format!("{} names {name}", package.name));
            }
        }
    }
    none(&broken, "dependencies that belong to another crate");
}

#[test]
fn every_dependency_has_a_licence_that_is_allowed() {
    let text = std::fs::read_to_string(root().join("deny.toml")).expect("deny.toml");
    let list = text
        .split("allow = [")
        .nth(1)
        .and_then(|rest| rest.split(']').next());
    let allowed: BTreeSet<&str> = list
        .expect("a list of licences")
        .split('"')
        .skip(1)
        .step_by(2)
        .collect();
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(vec!["--locked".to_owned()])
        .exec()
        .expect("cargo metadata");
    let mut broken = Vec::new();
    for package in &metadata.packages {
        let licence = package
            .license
            .clone()
            .unwrap_or_default()
            .replace('/', " OR ");
        // `(A OR B) AND C`: each part joined by AND needs one that is allowed.
        let granted = licence.split(" AND ").all(|part| {
            let words = part.trim_matches(['(', ')', ' ']);
            words
                .split(" OR ")
                .any(|one| allowed.contains(one.trim_matches(['(', ')', ' '])))
        });
        if !granted {
            broken.push(format!("{} {}: {licence:?}", package.name, package.version));
        }
    }
    none(
        &broken,
        "dependencies whose licence deny.toml does not allow",
    );
}
