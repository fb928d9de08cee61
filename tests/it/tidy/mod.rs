//! The house rules as tests: which crate may lean on which, how large files
//! may grow, what every file begins with, and that tables and folders agree.
//!
//! `CONTRIBUTING.md` says the same to people; here it is enforced.

mod arrows;
mod documents;
mod files;
mod script;

use std::fs;
use std::path::{Path, PathBuf};

/// The repository's root.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A file below the root.
struct File {
    /// Its path from the root, with `/`.
    name: String,
    /// What stands in it.
    text: String,
}

impl File {
    /// Lines that are neither blank nor only a comment.
    fn code_lines(&self) -> usize {
        let lines = self.text.lines().map(str::trim);
        lines
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
            .count()
    }
}

/// Every file with one of these endings that the repository holds, by name.
fn files(endings: &[&str]) -> Vec<File> {
    const NOT_OURS: [&str; 4] = ["target", "node_modules", ".git", "out"];
    let mut found = Vec::new();
    let mut open = vec![root()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            if path.is_dir() && !NOT_OURS.contains(&name.as_ref()) {
                open.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                let text = fs::read_to_string(&path).expect("UTF-8");
                found.push(File {
                    name: relative(&path),
                    text,
                });
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(
        !found.is_empty(),
        "no {endings:?} below {}",
        root().display()
    );
    found
}

fn relative(path: &Path) -> String {
    let path = path.strip_prefix(root()).expect("below the root");
    path.to_string_lossy().replace('\\', "/")
}

/// Fails with every broken rule at once.
fn none(broken: &[String], rule: &str) {
    assert!(broken.is_empty(), "{rule}:\n{}", broken.join("\n"));
}
