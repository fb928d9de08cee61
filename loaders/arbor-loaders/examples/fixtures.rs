//! Writes every fixture as a checkpoint that `arbor check` examines, with the
//! recorded answers beside it: `cargo run -p arbor-loaders --example fixtures
//! -- FOLDER`. Another machine can then run the whole suite without this
//! repository; `scripts/gpu-check` does.

#[expect(dead_code, reason = "the tests ask more of a fixture")]
#[path = "../tests/reference/fixture.rs"]
mod fixture;
#[path = "../tests/reference/seed.rs"]
mod seed;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(out) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("a folder to write to is needed");
        return ExitCode::from(2);
    };
    for fixture in fixture::all() {
        let folder = out.join(&fixture.name);
        let made = std::fs::create_dir_all(&folder).map_err(|error| error.to_string());
        let written = made.and_then(|()| fixture.write(&folder).map_err(|error| error.to_string()));
        if let Err(error) = written {
            eprintln!("{}: {error}", fixture.name);
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
