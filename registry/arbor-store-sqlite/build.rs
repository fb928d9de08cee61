//! Makes the table of migrations from the files of `migrations/sqlite`.
//!
//! Naming the folder makes cargo build again when a file is *added*, which a
//! list of `include_str!` would not. sqlx has a macro for this; it would
//! compile SQLite a second time, for the compiler's own use.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let folder = Path::new(&root)
        .join("../../migrations/sqlite")
        .canonicalize()?;
    println!("cargo::rerun-if-changed={}", folder.display());

    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let file = entry?
            .file_name()
            .into_string()
            .map_err(|_| "a name that is no text")?;
        if let Some(name) = file.strip_suffix(".up.sql") {
            names.push(name.to_owned());
        } else if !file.ends_with(".down.sql") {
            return Err(format!("{file}: a migration is `NNNN_name.up.sql` or `.down.sql`").into());
        }
    }
    names.sort();

    let mut table = String::from("&[\n");
    for (at, name) in names.iter().enumerate() {
        let (number, title) = name.split_once('_').ok_or("a migration without a number")?;
        let version: usize = number.parse()?;
        if version != at + 1 || number.len() != 4 {
            return Err(format!("{name}: the next number is {:04}", at + 1).into());
        }
        let [up, down] = ["up", "down"].map(|way| folder.join(format!("{name}.{way}.sql")));
        writeln!(
            table,
            "Script {{ version: {version}, title: {title:?}, \
             up: include_str!({up:?}), down: include_str!({down:?}) }},"
        )?;
    }
    table.push_str("]\n");
    fs::write(
        Path::new(&env::var("OUT_DIR")?).join("migrations.rs"),
        table,
    )?;
    Ok(())
}
