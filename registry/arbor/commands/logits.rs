//! `arbor logits`: a checkpoint's answers at every position, for other
//! programs to compare.

use crate::commands::App;
use crate::commands::on::On;
use crate::terminal::Mode;
use anyhow::Result;
use arbor_service::ServiceError;

/// Print a checkpoint's logits at every position of a row of token ids
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor logits ./my-model --ids 1,2,3 --json
  arbor logits ./my-t5 --ids 5,6,7 --decoder-ids 0,8
  arbor logits ./elmo --text \"The cat sat .\"

With an encoder, --ids are read by it and --decoder-ids by the decoder. A model
without a head gives its states in place of logits.")]
pub(crate) struct Logits {
    /// The checkpoint: its folder, or a hub or catalogue id whose files the
    /// hub's cache holds
    model: String,
    /// Token ids, joined by commas
    #[arg(
        long,
        value_name = "IDS",
        value_delimiter = ',',
        required_unless_present = "text"
    )]
    ids: Vec<u32>,
    /// Words in place of ids, for ELMo, which reads them by their characters
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["ids", "decoder_ids"])]
    text: Option<String>,
    /// What the decoder reads, where there is an encoder
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    decoder_ids: Option<Vec<u32>>,
    #[command(flatten)]
    on: On,
}

impl Logits {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        let folder = app.place(&self.model).await?.path;
        let (ids, target) = (self.ids.clone(), self.decoder_ids.clone());
        let placement = self.on.placement()?;
        let typed = self.text.clone();
        let work = move || {
            if let Some(text) = typed {
                let found = arbor_service::elmo_logits(&folder, &text)?;
                return found.ok_or_else(|| {
                    ServiceError::bad_parameter("text", &text, "ELMo's folder; others take --ids")
                });
            }
            arbor_service::logits(&folder, &ids, target.as_deref(), placement)
        };
        let found = tokio::task::spawn_blocking(work).await??;
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&found),
            Mode::Quiet | Mode::Human | Mode::Plain => {
                let rows = found.logits.or(found.hidden).unwrap_or_default();
                let line = |row: &Vec<f32>| {
                    let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
                    cells.join("\t") + "\n"
                };
                app.terminal
                    .print(&rows.iter().map(line).collect::<String>())
            }
        }
    }
}
