//! `arbor lineage`: what a model came from and what came from it; and the
//! questions about two models, or about all.

use crate::commands::App;
use crate::commands::bases::Bases;
use crate::commands::imported;
use crate::commands::path::{Common, Path};
use crate::commands::relations::Relations;
use crate::render::style::{STRONG, paint};
use crate::render::table::{self, Cell, Column, Overflow};
use crate::render::text::wrap;
use crate::terminal::Mode;
use anyhow::Result;
use arbor_model::Model;
use arbor_service::wire::{self, LineageEdge, LineageNode};
use arbor_service::{Direction, LineageQuery, Registry, View};
use serde::Serialize;

/// List what a model came from and what came from it, with the relations
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = EXAMPLES
)]
pub(crate) struct Lineage {
    #[command(subcommand)]
    question: Option<Question>,
    /// The model: an id, an alias or a hub id
    #[arg(required = true)]
    model: Option<String>,
    /// Only what it came from
    #[arg(long, conflicts_with = "descendants")]
    ancestors: bool,
    /// Only what came from it
    #[arg(long)]
    descendants: bool,
    /// At most so many steps away
    #[arg(long, value_name = "N")]
    depth: Option<u32>,
    /// Imported models too, beneath the catalogue's
    #[arg(long)]
    imported: bool,
    #[command(flatten)]
    relations: Relations,
}

const EXAMPLES: &str = "\
Examples:
  arbor lineage deepseek-r1-distill-qwen-32b --ancestors
  arbor lineage llama-7b --descendants --rel weights -q
  arbor lineage path vicuna-13b mistral-7b
  arbor lineage common alpaca-7b vicuna-13b
  arbor lineage bases --limit 10
  arbor lineage meta-llama/Llama-2-7b-hf --imported --descendants --depth 1";

/// The other questions.
#[derive(clap::Subcommand)]
enum Question {
    Path(Path),
    Common(Common),
    Bases(Bases),
}

impl Lineage {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        match &self.question {
            Some(Question::Path(question)) => return question.run(app).await,
            Some(Question::Common(question)) => return question.run(app).await,
            Some(Question::Bases(question)) => return question.run(app).await,
            None => {}
        }
        let registry = app.registry().await?;
        let view = registry.view();
        let typed = self.model.as_deref().unwrap_or_default();
        let unknown = view.find(typed).is_none();
        if self.imported || (unknown && registry.imported(typed).await?.is_some()) {
            return imported::lineage(app, &self.imported(&registry, typed).await?);
        }
        let model = app.model(&view, typed)?;
        let walks = self.walks(&view, model)?;
        match (app.terminal.mode(), walks.as_slice()) {
            (Mode::Json, [walk]) => app.terminal.json(walk)?,
            (Mode::Json, walks) => app.terminal.json(&Both::of(walks))?,
            (Mode::Quiet, walks) => {
                let nodes = walks.iter().flat_map(|walk| &walk.nodes);
                app.terminal.ids(nodes.map(|node| node.id.as_str()))?;
            }
            (Mode::Plain, walks) => {
                let rows = walks.iter().flat_map(plain);
                app.terminal.print(&table::tsv(rows))?;
            }
            (Mode::Human, walks) => {
                let parts = walks.iter().map(|walk| human(walk, app));
                app.terminal.print(&parts.collect::<Vec<_>>().join("\n"))?;
            }
        }
        for walk in walks.iter().filter(|walk| walk.truncated) {
            let (shown, total) = (walk.nodes.len(), walk.total);
            let note = format!("{shown} of {total} {} are shown", walk.direction);
            app.terminal.note(&note);
        }
        if !self.ancestors {
            app.remark_on_sizes(&view, model, self.relations.set()?);
        }
        Ok(())
    }

    fn walks(&self, view: &View, model: &Model) -> Result<Vec<wire::Lineage>> {
        let query = self.query()?;
        let directions = self.directions().iter();
        directions
            .map(|direction| Ok(view.lineage_of(model, *direction, query)?))
            .collect()
    }

    /// The same among imported models.
    async fn imported(
        &self,
        registry: &Registry,
        typed: &str,
    ) -> Result<Vec<wire::ImportedLineage>> {
        let query = self.query()?;
        let mut walks = Vec::new();
        for direction in self.directions() {
            walks.push(registry.imported_lineage(typed, *direction, query).await?);
        }
        Ok(walks)
    }

    fn query(&self) -> Result<LineageQuery> {
        Ok(LineageQuery {
            relations: self.relations.set()?,
            depth: self.depth,
            ..LineageQuery::default()
        })
    }

    const fn directions(&self) -> &'static [Direction] {
        match (self.ancestors, self.descendants) {
            (true, _) => &[Direction::Ancestors],
            (false, true) => &[Direction::Descendants],
            (false, false) => &[Direction::Ancestors, Direction::Descendants],
        }
    }
}

/// Both directions at once.
#[derive(Serialize)]
struct Both<'a> {
    schema_version: u32,
    model: &'a str,
    ancestors: Option<&'a wire::Lineage>,
    descendants: Option<&'a wire::Lineage>,
}

impl<'a> Both<'a> {
    fn of(walks: &'a [wire::Lineage]) -> Self {
        let find = |direction: Direction| {
            let mut walks = walks.iter();
            walks.find(|walk| walk.direction == direction.as_str())
        };
        Self {
            schema_version: wire::SCHEMA_VERSION,
            model: walks.first().map_or("", |walk| walk.model.as_str()),
            ancestors: find(Direction::Ancestors),
            descendants: find(Direction::Descendants),
        }
    }
}

/// Each edge between a node and what is nearer to the start: the relation
/// and the model at its other end.
fn links<'w>(
    walk: &'w wire::Lineage,
    node: &'w LineageNode,
) -> impl Iterator<Item = (&'w str, &'w str)> {
    let up = walk.direction == Direction::Ancestors.as_str();
    walk.edges.iter().filter_map(move |edge: &LineageEdge| {
        let (own, other) = if up {
            (&edge.parent, &edge.child)
        } else {
            (&edge.child, &edge.parent)
        };
        (*own == node.id).then_some((edge.relation, other.as_str()))
    })
}

/// A row for every edge.
fn plain(walk: &wire::Lineage) -> impl Iterator<Item = Vec<String>> {
    walk.nodes.iter().flat_map(move |node| {
        links(walk, node).map(move |(relation, other)| {
            vec![
                walk.direction.to_owned(),
                node.depth.to_string(),
                node.id.clone(),
                node.released.clone().unwrap_or_default(),
                relation.to_owned(),
                other.to_owned(),
                node.licence.clone().unwrap_or_default(),
            ]
        })
    })
}

fn human(walk: &wire::Lineage, app: &App<'_>) -> String {
    let (title, other) = if walk.direction == Direction::Ancestors.as_str() {
        ("Ancestors", "of")
    } else {
        ("Descendants", "parent")
    };
    let width = app.terminal.width();
    let title = wrap(&format!("{title} of {}: {}", walk.model, walk.total), width);
    let title = title.iter().map(|line| paint(STRONG, line) + "\n");
    let title: String = title.collect();
    let mut rows = Vec::new();
    for node in &walk.nodes {
        for (at, (relation, other)) in links(walk, node).enumerate() {
            let first = |text: String| if at == 0 { text } else { String::new() };
            rows.push(vec![
                Cell::new(first(node.depth.to_string())),
                Cell::strong(first(node.id.clone())),
                Cell::new(first(node.released.clone().unwrap_or_default())),
                Cell::new(relation),
                Cell::new(other),
            ]);
        }
    }
    if rows.is_empty() {
        return title;
    }
    let columns = [
        Column::number("steps"),
        Column::text("id"),
        Column::word("date"),
        Column::word("relation"),
        Column::text(other),
    ];
    title + &table::table(&columns, &rows, Overflow::Cut, width)
}
