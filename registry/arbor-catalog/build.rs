//! Compiles the curated catalogue into the crate: writes a sorted list of
//! `(name, include_str!(path))` for every file of `registry/`'s catalogue.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let crate_dir = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let registry = crate_dir
        .parent()
        .expect("the crate lies in registry/")
        .canonicalize()?;
    let families = registry.join("families");

    // The folder itself is named so that a new file is seen.
    println!("cargo::rerun-if-changed={}", families.display());
    let mut files = vec![
        registry.join("organisations.toml"),
        registry.join("sources.toml"),
    ];
    for entry in fs::read_dir(&families)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            files.push(path);
        }
    }
    files.sort();

    let mut code = String::from("&[\n");
    for path in &files {
        println!("cargo::rerun-if-changed={}", path.display());
        let name = path
            .strip_prefix(&registry)
            .expect("listed below it")
            .display();
        code += &format!("    ({:?}, include_str!({:?})),\n", name.to_string(), path);
    }
    code += "]\n";
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(Path::new(&out).join("builtin.rs"), code)
}
