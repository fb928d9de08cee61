//! A family: its models, and what carries their weights under other names.

use super::frame::{Frame, Section};
use super::row::Row;
use crate::reply::{Ask, Outcome, Reply};
use crate::urls;
use askama::Template;

/// A group of models.
#[derive(Template)]
#[template(path = "group.html")]
pub(super) struct Group {
    pub(super) frame: Frame,
    pub(super) title: String,
    pub(super) kind: &'static str,
    pub(super) about: Option<String>,
    /// The oldest of them, as many as a page has.
    pub(super) rows: Vec<Row>,
    /// How many there are.
    pub(super) models: usize,
    /// The same models in the tree and in the table.
    pub(super) tree: String,
    pub(super) table: String,
    /// Models outside the group that carry weights of its models.
    pub(super) heirs: Vec<Row>,
}

/// The most models that a group's page lists; the table has them all.
pub(super) const MOST: usize = 200;

/// A family's page.
pub(crate) fn page(ask: &Ask) -> Outcome {
    let mut family = ask.view.show_family(&ask.id)?;
    let models = family.models.len();
    family.models.truncate(MOST);
    let mut heirs = ask.view.heirs(&family.id)?;
    heirs.truncate(MOST);
    let frame = Frame::new(ask, Section::Families, urls::family(&family.id));
    Reply::page(&Group {
        frame: frame.under([("Families", "/families")]),
        title: family.name,
        kind: "Family",
        about: family.about,
        rows: Row::all(&ask.view, family.models),
        models,
        tree: urls::with_query("/", [("family", family.id.as_str())]),
        table: urls::with_query("/models", [("family", family.id.as_str())]),
        heirs: Row::all(&ask.view, heirs),
    })
}
