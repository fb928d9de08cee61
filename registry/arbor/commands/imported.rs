//! What `show`, `lineage` and `list` print of imported models: what the hub
//! says of them, marked as such.

use crate::commands::App;
use crate::render::facts::Page;
use crate::render::style::{STRONG, harmless, paint};
use crate::render::table::{self, Cell, Column, Overflow};
use crate::render::text::grouped;
use crate::terminal::Mode;
use anyhow::Result;
use arbor_model::human_count;
use arbor_service::wire::{ImportedLineage, ImportedListing, ImportedModel, ImportedParent};

/// One model.
pub(crate) fn show(app: &App<'_>, model: &ImportedModel) -> Result<()> {
    match app.terminal.mode() {
        Mode::Json => app.terminal.json(model),
        Mode::Quiet => app.terminal.ids([model.id.as_str()]),
        Mode::Plain | Mode::Human => {
            let page = Page {
                width: app.terminal.width(),
            };
            let mut text = format!("{}\n", paint(STRONG, &harmless(&model.id)));
            text += &page.line("imported: what the hub says, unchecked");
            for (label, value) in facts(model) {
                text += &page.paragraph(label, &harmless(&value));
            }
            app.terminal.print(&text)
        }
    }
}

fn facts(model: &ImportedModel) -> Vec<(&'static str, String)> {
    let count = |count: Option<u64>| count.map(grouped);
    let facts = [
        ("Parameters", count(model.parameters)),
        ("Licence", model.licence.clone()),
        ("Task", model.task.clone()),
        ("Library", model.library.clone()),
        (
            "Created",
            model.created.as_ref().map(|_| day(&model.created)),
        ),
        (
            "Changed",
            model.modified.as_ref().map(|_| day(&model.modified)),
        ),
        ("Downloads", count(model.downloads_all)),
        ("… in 30 days", count(model.downloads)),
        ("Likes", count(model.likes)),
    ];
    let known = facts
        .into_iter()
        .filter_map(|(label, value)| Some((label, value?)));
    let bases = model.declared.iter().map(|base| ("Base", parent(base)));
    known.chain(bases).collect()
}

fn parent(base: &ImportedParent) -> String {
    let mut text = format!("{} {}", base.relation, base.id);
    match &base.parent {
        Some(now) if !now.eq_ignore_ascii_case(&base.id) => text += &format!(", now {now}"),
        Some(_) => {}
        None => text += ", which is not in the lineage",
    }
    if let Some(id) = &base.catalogue {
        text += &format!("; in the catalogue: {id}");
    }
    text
}

/// The day of a time.
fn day(moment: &Option<String>) -> String {
    let moment = moment.as_deref().unwrap_or_default();
    moment.split('T').next().unwrap_or_default().to_owned()
}

/// A list by name.
pub(crate) fn list(app: &App<'_>, listing: &ImportedListing) -> Result<()> {
    let models = &listing.models;
    match app.terminal.mode() {
        Mode::Json => app.terminal.json(listing)?,
        Mode::Quiet => app
            .terminal
            .ids(models.iter().map(|model| model.id.as_str()))?,
        Mode::Plain => {
            let number = |n: Option<u64>| n.map_or_else(String::new, |n| n.to_string());
            let rows = models.iter().map(|model| {
                vec![
                    model.id.clone(),
                    day(&model.created),
                    number(model.parameters),
                    number(model.downloads_all),
                    model.licence.clone().unwrap_or_default(),
                    bases(model),
                ]
            });
            app.terminal.print(&table::tsv(rows))?;
        }
        Mode::Human => {
            let columns = [
                Column::text("repository"),
                Column::word("created"),
                Column::number("params"),
                Column::number("downloads"),
                Column::text("base"),
            ];
            let count = |n: Option<u64>| Cell::new(n.map_or_else(String::new, human_count));
            let rows: Vec<Vec<Cell>> = models
                .iter()
                .map(|model| {
                    vec![
                        Cell::strong(&model.id),
                        Cell::new(day(&model.created)),
                        count(model.parameters),
                        count(model.downloads_all),
                        Cell::new(bases(model)),
                    ]
                })
                .collect();
            let width = app.terminal.width();
            app.terminal
                .print(&table::table(&columns, &rows, Overflow::Cut, width))?;
        }
    }
    if let Some(after) = &listing.after {
        app.terminal
            .note(&format!("there are more: `--after {after}`"));
    }
    Ok(())
}

fn bases(model: &ImportedModel) -> String {
    let names = model.declared.iter().map(|base| base.id.as_str());
    names.collect::<Vec<_>>().join(",")
}

/// One or both directions.
pub(crate) fn lineage(app: &App<'_>, walks: &[ImportedLineage]) -> Result<()> {
    match (app.terminal.mode(), walks) {
        (Mode::Json, [walk]) => app.terminal.json(walk)?,
        (Mode::Json, walks) => app.terminal.json(&walks)?,
        (Mode::Quiet, walks) => {
            let nodes = walks.iter().flat_map(|walk| &walk.nodes);
            app.terminal.ids(nodes.map(|node| node.id.as_str()))?;
        }
        (Mode::Plain, walks) => {
            let rows = walks.iter().flat_map(rows);
            app.terminal.print(&table::tsv(rows))?;
        }
        (Mode::Human, walks) => {
            let columns = [
                Column::number("steps"),
                Column::text("model"),
                Column::word("relation"),
                Column::text("with"),
                Column::word("from"),
            ];
            let mut text = String::new();
            for walk in walks {
                let title = format!("{} of {}: {}", walk.direction, walk.model, walk.total);
                text += &format!("{}\n", paint(STRONG, &title));
                let rows: Vec<Vec<Cell>> = rows(walk)
                    .map(|row| row.into_iter().skip(1).map(Cell::new).collect())
                    .collect();
                if !rows.is_empty() {
                    let width = app.terminal.width();
                    text += &table::table(&columns, &rows, Overflow::Cut, width);
                }
            }
            app.terminal.print(&text)?;
        }
    }
    for walk in walks.iter().filter(|walk| walk.truncated) {
        app.terminal
            .note(&format!("there are more {} than are shown", walk.direction));
    }
    Ok(())
}

/// Direction, steps, model, relation, the model at the other end, who says so.
fn rows(walk: &ImportedLineage) -> impl Iterator<Item = Vec<String>> {
    let up = walk.direction == arbor_service::Direction::Ancestors.as_str();
    walk.nodes.iter().flat_map(move |node| {
        let edges = walk.edges.iter().filter_map(move |edge| {
            let (own, other) = match up {
                true => (&edge.parent, &edge.child),
                false => (&edge.child, &edge.parent),
            };
            (*own == node.id).then_some((edge, other))
        });
        edges.map(move |(edge, other)| {
            vec![
                walk.direction.to_owned(),
                node.depth.to_string(),
                node.id.clone(),
                edge.relation.to_owned(),
                other.clone(),
                if edge.curated { "catalogue" } else { "import" }.to_owned(),
            ]
        })
    })
}
