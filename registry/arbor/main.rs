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
use std::time::Duration;

/// Models allocate what every operation gives: the system's allocator hands
/// such blocks back each time, and the next operation waits for new pages.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::report(error).into(),
    };
    if cli.command.runs_models() {
        keep_pages();
    }
    let terminal = Terminal::new(&cli.globals);
    let result = runtime().and_then(|runtime| {
        let result = runtime.block_on(commands::run(&cli, &terminal));
        runtime.shutdown_timeout(TIDYING);
        result
    });
    let exit = match result {
        Ok(exit) => exit,
        Err(error) => failure::report(&error, &terminal),
    };
    exit.into()
}

/// Starts the program over with an allocator that keeps what it has: pages
/// given back are wanted by the next operation. The allocator asks its
/// variable before the first line of `main`. Where that fails the program goes
/// on as it is, slower by a tenth.
fn keep_pages() {
    #[cfg(unix)]
    if std::env::var_os(PAGES).is_none()
        && let Ok(this) = std::env::current_exe()
    {
        use std::os::unix::process::CommandExt as _;
        let mut again = std::process::Command::new(this);
        let failed = again
            .args(std::env::args_os().skip(1))
            .env(PAGES, "-1")
            .exec();
        drop(failed);
    }
}

/// How long work that was given up may tidy after itself. What waits for
/// standard input would wait for ever.
const TIDYING: Duration = Duration::from_secs(2);

/// After how many milliseconds mimalloc gives unused pages back; never, where
/// it is negative.
const PAGES: &str = "MIMALLOC_PURGE_DELAY";

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?)
}
