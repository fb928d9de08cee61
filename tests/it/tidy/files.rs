//! Every source file: how long it is, how it begins, what it may not hold.

use super::{File, files, none, root};
use std::collections::BTreeSet;
use std::path::Path;

fn is_test(file: &File) -> bool {
    file.name.starts_with("tests/") || file.name.contains("/tests")
}

#[test]
fn files_stay_short() {
    let mut sizes: Vec<(usize, String)> = files(&[".rs"])
        .into_iter()
        .filter(|file| !is_test(file))
        .map(|file| (file.code_lines(), file.name))
        .collect();
    sizes.sort();
    let at = |percent: usize| sizes[(sizes.len() - 1) * percent / 100].0;
    assert!(
        at(50) <= 100,
        "the median file has {} lines of code",
        at(50)
    );
    assert!(
        at(90) <= 250,
        "one file in ten has more than {} lines of code",
        at(90)
    );
    let long: Vec<_> = sizes
        .iter()
        .filter(|(n, _)| *n > 500)
        .map(|f| format!("{f:?}"))
        .collect();
    none(&long, "files with more than 500 lines of code");
}

#[test]
fn every_file_says_what_it_is() {
    let mute: Vec<_> = files(&[".rs"])
        .into_iter()
        .filter(|file| !file.text.starts_with("//! "))
        .map(|file| file.name)
        .collect();
    none(&mute, "files that do not begin with `//!`");
    let mute: Vec<_> = files(&[".ts"])
        .into_iter()
        .filter(|file| !file.text.starts_with("// "))
        .map(|file| file.name)
        .collect();
    none(&mute, "scripts that do not begin with what they are");
}

#[test]
fn nothing_unfinished_or_foreign_is_kept() {
    // Written in parts, so that this file does not hold them.
    let unwanted = [
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("dbg", "!("),
        concat!("#[", "ignore"),
        concat!("unsafe", " {"),
        concat!("unsafe", " fn"),
        concat!("unsafe", " impl"),
        concat!("../", "shared"),
        concat!("/work", "/"),
        concat!("crates", ".io/api"),
    ];
    let mut found = Vec::new();
    for file in files(&[
        ".rs", ".md", ".toml", ".html", ".css", ".sql", ".py", ".snap", ".ts",
    ]) {
        // Mapping a file has no safe form; nothing else may do without.
        let maps = file.name == "loaders/arbor-loaders/src/mmap.rs";
        for (number, line) in file.text.lines().enumerate() {
            let found_here = unwanted.iter().filter(|word| line.contains(**word));
            for word in found_here.filter(|word| !(maps && word.starts_with("unsafe"))) {
                found.push(format!("{}:{}: {word}", file.name, number + 1));
            }
        }
    }
    none(&found, "words that may not stay");
}

/// The modules a file declares, in order.
fn declared(file: &File) -> Vec<&str> {
    file.text
        .lines()
        .filter_map(|line| {
            let line = line
                .strip_prefix("pub(crate) ")
                .or(line.strip_prefix("pub "))
                .unwrap_or(line);
            line.strip_prefix("mod ")?.strip_suffix(';')
        })
        .collect()
}

#[test]
fn folders_and_module_lists_agree() {
    let all = files(&[".rs"]);
    let names: BTreeSet<&str> = all.iter().map(|file| file.name.as_str()).collect();
    let mut broken = Vec::new();
    for file in &all {
        let path = Path::new(&file.name);
        let base = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if !matches!(base, "mod.rs" | "lib.rs" | "main.rs") {
            continue;
        }
        let folder = path.parent().and_then(Path::to_str).unwrap_or_default();
        let listed = declared(file);
        // Tests come last; all else is in order of the alphabet.
        let ordered: Vec<_> = listed
            .iter()
            .filter(|m| !matches!(**m, "tests" | "word"))
            .collect();
        if !ordered.is_sorted() {
            broken.push(format!("{}: modules are not sorted", file.name));
        }
        for module in names.iter().filter_map(|name| {
            let rest = name.strip_prefix(folder)?.strip_prefix('/')?;
            rest.strip_suffix("/mod.rs")
                .or(rest.strip_suffix(".rs"))
                .filter(|m| !m.contains('/'))
        }) {
            // Engine crates include this folder by `#[path]`.
            let is_root = matches!(module, "mod" | "lib" | "main")
                || (module == "shared" && folder == "registry/arbor-store/src");
            if !is_root && !listed.contains(&module) {
                broken.push(format!("{}: `{module}` is not declared", file.name));
            }
        }
    }
    none(&broken, "module lists");
}

#[test]
fn every_migration_can_be_taken_back() {
    let all = files(&[".sql"]);
    let ends = |ending: &str| -> BTreeSet<String> {
        let names = all.iter().filter_map(|file| file.name.strip_suffix(ending));
        names
            .filter(|name| name.starts_with("migrations/"))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(ends(".up.sql"), ends(".down.sql"));
    assert!(!ends(".up.sql").is_empty());
}

#[test]
fn the_repository_stays_small() {
    let mut bytes = 0;
    let mut open = vec![root().join("tests/fixtures")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            match entry.metadata().expect("metadata") {
                meta if meta.is_dir() => open.push(entry.path()),
                meta => bytes += meta.len(),
            }
        }
    }
    assert!(
        bytes < 15 << 20,
        "fixtures have {bytes} bytes, at most 15 MiB are kept"
    );
}
