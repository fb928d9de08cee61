//! `arbor export`: the models that pass a filter, for other tools; or a pulled
//! model's files, for other machines.

use crate::commands::App;
use crate::commands::bundle;
use crate::commands::filters::Filters;
use crate::exit::{Exit, Refusal};
use anyhow::Result;
use arbor_service::ExportFormat;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Write models and the edges between them in a format other tools read, or a
/// pulled model as one file
#[derive(clap::Args)]
#[command(
    override_usage = "\
arbor export [OPTIONS] <FORMAT>
       arbor export --bundle <MODEL> [--output <FILE>]",
    after_help = "\
Examples:
  arbor export dot --root llama-7b | dot -Tsvg -o llama.svg
  arbor export csv --branch enc -o encoders.csv
  arbor export newick --family bert
  arbor export --bundle openai-community/gpt2
  arbor export --bundle acme/tiny -o - | ssh inside arbor import --bundle -

`csv` has a row a model, `json` every claim with its citation; `dot`, `graphml`,
`mermaid` and `newick` draw the lineage.

A bundle holds a pulled model and its receipt. `arbor import --bundle` takes it
where no network is, and compares every byte; `tar -x` in the folder of the
cache gives the standard layout."
)]
pub(crate) struct Export {
    /// The format
    #[arg(value_parser = PossibleValuesParser::new(ExportFormat::WORDS)
        .try_map(|word| word.parse::<ExportFormat>()),
        required_unless_present = "bundle")]
    format: Option<ExportFormat>,
    /// The files of this pulled model, as one
    #[arg(long, value_name = "MODEL", conflicts_with = "format")]
    bundle: Option<String>,
    /// The file to write; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    filters: Filters,
}

impl Export {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<Exit> {
        match (&self.bundle, self.format) {
            (Some(model), _) => {
                self.filters.none_for("a bundle")?;
                bundle::pack(app, model, self.output.as_deref()).await
            }
            (None, Some(format)) => self.models(app, format).await.map(|()| Exit::Ok),
            // The arguments were read: one of both is there.
            (None, None) => Ok(Exit::Usage),
        }
    }

    async fn models(&self, app: &App<'_>, format: ExportFormat) -> Result<()> {
        let view = app.view().await?;
        let filter = self.filters.read(app, &view)?;
        let text = view.export(format, &filter)?;
        match self
            .output
            .as_deref()
            .filter(|path| *path != Path::new("-"))
        {
            Some(path) => write(path, &text)?,
            None => app.terminal.print(&text)?,
        }
        let models = filter.models(&view).len();
        if models == 0 {
            app.terminal.note("no model passes this filter");
        } else if let Some(path) = &self.output {
            let path = path.display();
            app.terminal
                .note(&format!("{models} models written to `{path}`"));
        }
        Ok(())
    }
}

/// What the system says where there is no room.
const FULL: [ErrorKind; 2] = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded];

fn write(path: &Path, text: &str) -> Result<(), Refusal> {
    std::fs::write(path, text).map_err(|error| Refusal {
        exit: if FULL.contains(&error.kind()) {
            Exit::TooLarge
        } else {
            Exit::Failed
        },
        code: "not-written",
        message: format!("`{}` cannot be written: {error}", path.display()),
        hint: None,
    })
}
