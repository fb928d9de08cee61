//! The command line's grammar: global options and the list of commands. Each
//! command's own arguments stand in its file under `commands/`.

use crate::commands;
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// A registry of language models that can prove what it says.
///
/// Arboretum keeps the family tree of language models: what came from what,
/// when, how large, how open, and who says so. The catalogue is compiled in;
/// the database is made and filled by itself.
#[derive(Parser)]
#[command(
    name = "arbor",
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = EXAMPLES
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  arbor tree llama --depth 2          the tree that grew from LLaMA
  arbor show gpt-3                    every fact, with its source
  arbor list --branch enc --sort params
  arbor lineage llama-7b --descendants --rel weights
  arbor diff llama-2-7b llama-7b      what changed
  arbor serve                         the site, on http://127.0.0.1:8080/

A model is named by its id, an alias or its hub id (`org/name`).
`arbor help exit-codes` lists the exit codes.";

/// What every command takes.
#[derive(clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Globals {
    /// The database file [default: arbor/arbor.db in the user's data folder]
    #[arg(
        long,
        global = true,
        value_name = "PATH",
        env = "ARBOR_DB",
        hide_env_values = true
    )]
    pub(crate) db: Option<PathBuf>,
    /// Print JSON, of a shape that stays
    #[arg(long, global = true, conflicts_with_all = ["quiet", "mode"])]
    pub(crate) json: bool,
    /// Print ids only, one a line, and no notes
    #[arg(long, short, global = true, conflicts_with = "mode")]
    pub(crate) quiet: bool,
    /// Who reads the output: `auto` means people at a terminal, else programs
    #[arg(long, global = true, value_name = "WHOM", default_value = "auto")]
    pub(crate) mode: Reader,
    /// When to use colours
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        alias = "colour"
    )]
    pub(crate) color: When,
    /// Let lines be as long as they are
    #[arg(long, global = true)]
    pub(crate) no_truncate: bool,
    /// Say more about what is done, on standard error
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
}

/// Who reads the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Reader {
    /// People at a terminal, programs behind a pipe.
    Auto,
    /// People: aligned columns that fit the width.
    Human,
    /// Programs: tab-separated values, nothing cut.
    Plain,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// At a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    Tree(commands::tree::Tree),
    #[command(visible_alias = "ls")]
    List(commands::list::List),
    Search(commands::search::Search),
    Show(commands::show::Show),
    Lineage(commands::lineage::Lineage),
    Path(commands::path::Path),
    #[command(visible_alias = "compare")]
    Diff(commands::diff::Diff),
    Params(commands::params::Params),
    Memory(commands::memory::Memory),
    Pull(commands::pull::Pull),
    Verify(commands::verify::Verify),
    Import(commands::import::Import),
    Du(commands::du::Du),
    Rm(commands::rm::Rm),
    Check(commands::check::Check),
    Logits(commands::logits::Logits),
    Score(commands::score::Score),
    Run(commands::run::Run),
    Runs(commands::runs::Runs),
    Export(commands::export::Export),
    Catalog(commands::catalog::Catalog),
    Doctor(commands::doctor::Doctor),
    Serve(commands::serve::Serve),
    Completions(commands::completions::Completions),
    Help(commands::help::Help),
}

impl Command {
    /// Whether this process will run a model.
    pub(crate) const fn runs_models(&self) -> bool {
        match self {
            Self::Logits(_) | Self::Score(_) | Self::Run(_) => true,
            // The child runs it.
            Self::Check(_)
            | Self::Tree(_)
            | Self::List(_)
            | Self::Search(_)
            | Self::Show(_)
            | Self::Lineage(_)
            | Self::Path(_)
            | Self::Diff(_)
            | Self::Params(_)
            | Self::Memory(_)
            | Self::Pull(_)
            | Self::Verify(_)
            | Self::Du(_)
            | Self::Rm(_)
            | Self::Runs(_)
            | Self::Import(_)
            | Self::Export(_)
            | Self::Catalog(_)
            | Self::Doctor(_)
            | Self::Serve(_)
            | Self::Completions(_)
            | Self::Help(_) => false,
        }
    }
}
