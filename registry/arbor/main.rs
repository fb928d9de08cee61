//! `arbor`: reads the command line, runs one command, and says how it went.
//!
//! What the program can do is `arbor-service`'s; this binary knows words,
//! tables, streams and exit codes. Where to look next: `commands/` has a file
//! for each command, `exit.rs` the exit codes, `terminal.rs` what goes where.

mod args;
mod commands;
mod database;
mod exit;
mod failure;
mod render;
mod terminal;
mod usage;

use crate::args::Cli;
use crate::terminal::Terminal;
use clap::Parser as _;
use std::process::ExitCode;

/// Models allocate what every operation gives: the system's allocator hands
/// such blocks back each time, and the next operation waits for new pages.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::report(error).into(),
    };
    let terminal = Terminal::new(&cli.globals);
    let result = runtime().and_then(|runtime| runtime.block_on(commands::run(&cli, &terminal)));
    let exit = match result {
        Ok(exit) => exit,
        Err(error) => failure::report(&error, &terminal),
    };
    exit.into()
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?)
}
