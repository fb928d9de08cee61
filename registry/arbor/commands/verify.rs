//! `arbor verify`: reads pulled files again and compares them with their
//! digests. No request is made.

use crate::commands::App;
use crate::exit::Exit;
use crate::render::facts::Page;
use crate::render::table;
use crate::render::text::bytes;
use crate::terminal::Mode;
use anyhow::Result;
use arbor_model::human_bytes;
use arbor_service::Files;
use arbor_service::wire::VerifiedFile;

/// Read a pulled model's files again and compare them with their digests
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor verify google-bert/bert-base-uncased
  arbor verify acme/tiny@v1 --json | jq .right

Exit code 6 says that a file is damaged or missing; `arbor pull` mends it.")]
pub(crate) struct Verify {
    /// The model: a hub id or a name of the catalogue, perhaps with @revision
    model: String,
}

impl Verify {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<Exit> {
        let registry = app.registry().await?;
        let target = registry.view().repository(&self.model)?;
        let files = Files::open(|name| std::env::var_os(name), &[])?;
        let page = Page {
            width: app.terminal.width(),
        };
        let told = |file: &VerifiedFile| {
            app.terminal
                .detail(&format!("{}: {}", file.path, file.state));
        };
        let verified = registry.verify(&files, &target, told).await?;
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&verified)?,
            Mode::Quiet => {
                let wrong = verified.files.iter().filter(|file| file.state != "right");
                app.terminal.ids(wrong.map(|file| file.path.as_str()))?;
            }
            Mode::Plain => {
                let rows = verified.files.iter();
                app.terminal.print(&table::tsv(rows.map(row)))?;
            }
            Mode::Human => {
                let mut text = String::new();
                for file in &verified.files {
                    text += &page.paragraph(&format!("{} {}", mark(file), file.state), &said(file));
                }
                text += &page.line(&format!("{} were read", bytes(verified.bytes)));
                app.terminal.print(&text)?;
            }
        }
        // A file of unknown origin is no damage.
        let is_wrong = |file: &VerifiedFile| matches!(file.state, "damaged" | "missing");
        if verified.files.iter().any(is_wrong) {
            return Ok(Exit::Checksum);
        }
        Ok(Exit::Ok)
    }
}

fn mark(file: &VerifiedFile) -> &'static str {
    match file.state {
        "right" => "✓",
        "unknown" => "○",
        _ => "✕",
    }
}

fn said(file: &VerifiedFile) -> String {
    let digests = match (&file.expected, &file.found) {
        (Some(expected), Some(found)) if expected != found => {
            format!(": should be {expected}, is {found}")
        }
        _ => String::new(),
    };
    format!("{} ({}){digests}", file.path, human_bytes(file.size))
}

fn row(file: &VerifiedFile) -> Vec<String> {
    vec![
        file.state.to_owned(),
        file.path.clone(),
        file.size.to_string(),
        file.found.clone().unwrap_or_default(),
    ]
}
