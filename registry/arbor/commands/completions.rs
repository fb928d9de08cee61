//! `arbor completions`: what a shell needs to complete command lines. It
//! opens no database.

use crate::args::Cli;
use crate::commands::App;
use anyhow::Result;
use clap::CommandFactory as _;
use clap_complete::Shell;

/// Print the completions for a shell
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor completions bash > ~/.local/share/bash-completion/completions/arbor
  arbor completions zsh > ~/.zfunc/_arbor
  arbor completions fish > ~/.config/fish/completions/arbor.fish")]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self, app: &App<'_>) -> Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "arbor", &mut script);
        app.terminal.print(&String::from_utf8(script)?)
    }
}
