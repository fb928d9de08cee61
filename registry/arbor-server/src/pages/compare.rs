//! Two models side by side: facts, the differing ones first, and the line of
//! descent between them with what changed along it.

use super::bough::phrase;
use super::frame::{Frame, Section};
use super::row::{Named, Row};
use crate::reply::{Ask, Outcome, Reply};
use crate::urls;
use arbor_model::{Field, Model};
use arbor_service::{ErrorCode, ServiceError, View, wire};
use askama::Template;

/// A fact of both.
struct Line {
    title: String,
    row: wire::DiffRow,
}

impl Line {
    fn a(&self) -> &str {
        self.row.a_display.as_deref().unwrap_or("not recorded")
    }

    fn b(&self) -> &str {
        self.row.b_display.as_deref().unwrap_or("not recorded")
    }

    fn class(&self) -> &'static str {
        match self.row.change {
            wire::Change::Differs => "differs",
            wire::Change::OneSided => "one-sided",
            wire::Change::Same => "same",
        }
    }
}

/// An edge on the way from one to the other.
struct Step {
    child: Named,
    parent: Named,
    phrase: &'static str,
    changes: Vec<String>,
}

struct Pair {
    a: Row,
    b: Row,
    lines: Vec<Line>,
    differing: usize,
    steps: Vec<Step>,
    common: Vec<Named>,
}

#[derive(Template)]
#[template(path = "compare.html")]
struct Compare {
    frame: Frame,
    a: String,
    b: String,
    pair: Option<Pair>,
}

/// The comparison; with a model missing, the form alone.
pub(crate) fn page(ask: &Ask) -> Outcome {
    let named = |key| {
        ask.query
            .get(key)
            .map(|id| ask.view.resolve(id))
            .transpose()
    };
    let (a, b) = (named("a")?, named("b")?);
    let id = |model: Option<&Model>| model.map_or_else(String::new, |m| m.id.to_string());
    let (a_id, b_id) = (id(a), id(b));
    let pairs = [("a", a_id.as_str()), ("b", b_id.as_str())];
    let pairs = pairs.into_iter().filter(|(_, id)| !id.is_empty());
    let canonical = urls::with_query("/compare", pairs);
    if let Some(moved) = ask.tidied(&canonical) {
        return Ok(moved);
    }
    let pair = a.zip(b).map(|(a, b)| pair(&ask.view, a, b)).transpose()?;
    Reply::page(&Compare {
        frame: Frame::new(ask, Section::Compare, canonical),
        a: a_id,
        b: b_id,
        pair,
    })
}

fn pair(view: &View, a: &Model, b: &Model) -> Result<Pair, ServiceError> {
    let diff = view.diff(a, b)?;
    let link = |id: &str| Named {
        name: view.model_name(id).to_owned(),
        href: urls::model(id),
    };
    let all = arbor_model::Relation::ALL.iter().copied().collect();
    let common = match view.common(a, b, all) {
        Ok(common) => common.ancestors,
        Err(error) if error.code() == ErrorCode::Unrelated => Vec::new(),
        Err(error) => return Err(error),
    };
    let differs = |row: &&wire::DiffRow| row.change != wire::Change::Same;
    let differing = diff.rows.iter().filter(differs).count();
    let lines = diff.rows.into_iter().map(|row| Line {
        title: title(&row.field),
        row,
    });
    let steps = diff.path.into_iter().map(|step| Step {
        child: link(&step.edge.child),
        parent: link(&step.edge.parent),
        phrase: phrase(step.edge.relation),
        changes: step.changes,
    });
    Ok(Pair {
        a: Row::new(view, view.summary(a)),
        b: Row::new(view, view.summary(b)),
        lines: lines.collect(),
        differing,
        steps: steps.collect(),
        common: common.iter().map(|node| link(&node.id)).collect(),
    })
}

/// A field as a heading has it.
fn title(field: &str) -> String {
    let known = field.parse::<Field>().map(Field::title);
    known.unwrap_or_else(|_| {
        let mut chars = field.chars();
        let first = chars.next().into_iter().flat_map(char::to_uppercase);
        first.chain(chars).collect()
    })
}
