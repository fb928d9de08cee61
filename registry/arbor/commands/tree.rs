//! `arbor tree`: the family tree in the terminal.

use crate::commands::App;
use crate::commands::filters::Filters;
use crate::exit::Refusal;
use crate::render::bond::Charset;
use crate::render::tree::Drawing;
use crate::terminal::Mode;
use anyhow::Result;
use arbor_model::{OrganisationId, PartialDate};
use arbor_service::wire::{Outline, OutlineNode};
use arbor_service::{OutlineQuery, View};

/// Draw the family tree, or the part of it that grew from one model
#[derive(clap::Args)]
#[command(
    mut_arg("root", |root| root.hide(true)),
    after_help = EXAMPLES
)]
pub(crate) struct Tree {
    /// The model to start from: an id, an alias or a hub id
    #[arg(id = "top", value_name = "ROOT", conflicts_with = "root")]
    top: Option<String>,
    /// Grow upwards: what the model came from
    #[arg(long, requires = "top")]
    invert: bool,
    /// At most so many levels below the top
    #[arg(long, value_name = "N")]
    depth: Option<u32>,
    /// Only models released on this date or later: `2023`, `2023-02`
    #[arg(long, value_name = "DATE", conflicts_with = "date")]
    since: Option<PartialDate>,
    /// The characters to draw with
    #[arg(long, value_name = "SET", default_value = "utf8")]
    charset: Charset,
    #[command(flatten)]
    filters: Filters,
}

const EXAMPLES: &str = "\
Examples:
  arbor tree llama --depth 2
  arbor tree llama --rel weights           only what carries its weights
  arbor tree deepseek-r1 --invert          what it came from
  arbor tree --branch enc --since 2023
  arbor tree bert --charset ascii > bert.txt

The columns after a name: release date, branch (pre, enc, ed, dec), maker, who
can have the weights, and the relation to the model above. `(*)`: the model has
several parents and is opened under the closest one.";

impl Tree {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        let view = app.view().await?;
        let outline = self.outline(app, &view)?;
        let shown = count(&outline.roots);
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&outline)?,
            Mode::Quiet => app.terminal.ids(ids(&outline))?,
            Mode::Human | Mode::Plain => {
                let drawing = Drawing {
                    charset: self.charset,
                    width: app.terminal.width(),
                    maker: &|id| maker(&view, id),
                };
                app.terminal.print(&drawing.draw(&outline))?;
            }
        }
        if shown == 0 {
            app.terminal.note("no model passes this filter");
        } else if shown < outline.matched {
            let matched = outline.matched;
            app.terminal
                .note(&format!("{shown} of {matched} models are shown"));
        }
        Ok(())
    }

    fn outline(&self, app: &App<'_>, view: &View) -> Result<Outline> {
        let filter = self.filters.clone().since(self.since).read(app, view)?;
        let Some(top) = &self.top else {
            return Ok(view.outline(&OutlineQuery {
                filter,
                depth: self.depth,
                most: None,
            })?);
        };
        let top = app.model(view, top)?;
        let relations = filter.relation_set();
        if !self.invert {
            let query = OutlineQuery {
                filter,
                depth: self.depth,
                most: None,
            };
            return Ok(view.grown(top, &query)?);
        }
        let mut others = filter.to_pairs().into_iter();
        if let Some((key, _)) = others.find(|(key, _)| *key != arbor_service::FilterKey::Rel) {
            let message = format!("`--{key}` does nothing for ancestors");
            let hint = "`--invert` takes `--depth` and `--rel`".to_owned();
            return Err(Refusal::usage(message, Some(hint)).into());
        }
        Ok(view.inverted(top, relations, self.depth)?)
    }
}

fn maker(view: &View, id: &str) -> String {
    id.parse::<OrganisationId>().map_or_else(
        |_| id.to_owned(),
        |id| view.organisation_name(&id).to_owned(),
    )
}

/// How many models are drawn, each once.
fn count(roots: &[OutlineNode]) -> usize {
    roots
        .iter()
        .filter(|node| !node.repeated)
        .map(|node| 1 + count(&node.children))
        .sum()
}

/// The ids in the order they are drawn, each once.
fn ids(outline: &Outline) -> Vec<&str> {
    let mut ids = Vec::new();
    let mut open: Vec<&OutlineNode> = outline.roots.iter().rev().collect();
    while let Some(node) = open.pop() {
        if !node.repeated {
            ids.push(node.model.id.as_str());
        }
        open.extend(node.children.iter().rev());
    }
    ids
}
