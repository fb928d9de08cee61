//! Up to six models side by side: facts, the differing ones first, memory to
//! one scale, and the ways to the nearest ancestor that all share, drawn and
//! with what changed along them.

use super::bough::phrase;
use super::frame::{Frame, Section};
use super::memory::{Bar, Bars};
use super::row::{Named, Row};
use crate::reply::{Ask, Outcome, Reply, Status};
use crate::urls;
use arbor_model::{Field, Model};
use arbor_service::picture::Mode;
use arbor_service::{MOST_COMPARED, ServiceError, View, wire};
use askama::Template;

/// The longest name that is looked up, in bytes.
const LONGEST: usize = 200;

/// What the page understands, for refusals.
const GRAMMAR: &str = "two to six models, each by id, alias or hub id of at most 200 bytes, as in \
    `/compare?m=llama-65b&m=palm-540b`";

/// A model's column.
struct Column {
    row: Row,
    /// The address without it.
    without: String,
}

/// A fact of all.
struct Line {
    title: String,
    row: wire::ComparedRow,
}

impl Line {
    fn class(&self) -> &'static str {
        match self.row.change {
            wire::Change::Differs => "differs",
            wire::Change::OneSided => "one-sided",
            wire::Change::Same => "same",
        }
    }
}

/// A model's way to the shared ancestor.
struct Way {
    model: Named,
    steps: Vec<Step>,
}

/// An edge on the way.
struct Step {
    child: Named,
    parent: Named,
    phrase: &'static str,
    changes: Vec<String>,
}

/// What two or more models have.
struct Found {
    lines: Vec<Line>,
    differing: usize,
    hidden: usize,
    /// The drawing of the ways.
    tree: Option<String>,
    ways: Vec<Way>,
    ancestors: Vec<Named>,
}

#[derive(Template)]
#[template(path = "compare.html")]
struct Compare {
    frame: Frame,
    title: String,
    columns: Vec<Column>,
    is_full: bool,
    bars: Bars,
    /// The other choice of rows: its address, and whether only those that
    /// differ are shown.
    toggle: (String, bool),
    /// The same for programs.
    json: String,
    found: Option<Found>,
}

/// The comparison; with fewer than two models, the form alone.
pub(crate) fn page(ask: &Ask) -> Outcome {
    let only = match ask.query.get("only") {
        None => false,
        Some("differences") => true,
        Some(other) => return Err(ServiceError::bad_parameter("only", other, "`differences`")),
    };
    let (models, is_tidy) = named(ask)?;
    let address = |only: bool, models: &[&Model]| {
        let pairs = models.iter().map(|model| ("m", model.id.as_str()));
        urls::with_query(
            "/compare",
            pairs.chain(only.then_some(("only", "differences"))),
        )
    };
    let canonical = address(only, &models);
    if !is_tidy || ask.query.has_residue() {
        return Ok(Reply::moved(Status::MovedForNow, canonical));
    }
    let view = &ask.view;
    let columns = models.iter().map(|model| {
        let others = models.iter().copied().filter(|other| other.id != model.id);
        Column {
            row: Row::new(view, view.summary(model)),
            without: address(only, &others.collect::<Vec<_>>()),
        }
    });
    let names: Vec<&str> = models.iter().map(|model| model.name.as_str()).collect();
    let title = match names.as_slice() {
        [] => "Compare models".to_owned(),
        [one] => format!("Compare {one}"),
        [names @ .., last] => format!("{} and {last}", names.join(", ")),
    };
    let json = models.iter().map(|model| ("m", model.id.as_str()));
    let found = (models.len() > 1).then(|| found(view, &models, only));
    Reply::page(&Compare {
        frame: Frame::new(ask, Section::Compare, canonical),
        title,
        columns: columns.collect(),
        is_full: models.len() >= MOST_COMPARED,
        bars: Bars::of(models.iter().map(|model| Bar::of(view, model)).collect()),
        toggle: (address(!only, &models), only),
        json: urls::with_query("/api/v1/compare", json),
        found: found.transpose()?,
    })
}

/// The models that the query names, and whether it names them as links do:
/// each once, by its id, under `m`.
fn named(ask: &Ask) -> Result<(Vec<&Model>, bool), ServiceError> {
    let mut models: Vec<&Model> = Vec::new();
    let mut is_tidy = true;
    for key in ["a", "b", "m"] {
        for typed in ask.query.all(key) {
            // A name that is none is no model that happens to be missing.
            if typed.len() > LONGEST || typed.chars().any(char::is_control) {
                return Err(ServiceError::bad_parameter(key, typed, GRAMMAR));
            }
            let model = ask.view.resolve(typed)?;
            is_tidy &= key == "m" && typed == model.id.as_str();
            if models.iter().any(|known| known.id == model.id) {
                is_tidy = false;
                continue;
            }
            if models.len() == MOST_COMPARED {
                return Err(ServiceError::bad_parameter(key, typed, GRAMMAR));
            }
            models.push(model);
        }
    }
    Ok((models, is_tidy))
}

fn found(view: &View, models: &[&Model], only: bool) -> Result<Found, ServiceError> {
    let comparison = view.compare(models)?;
    let tree = view.compared_picture(&comparison, Mode::Themed)?;
    let link = |id: &str| Named {
        name: view.model_name(id).to_owned(),
        href: urls::model(id),
    };
    let differs = |row: &wire::ComparedRow| row.change != wire::Change::Same;
    let all = comparison.rows.len();
    let differing = comparison.rows.iter().filter(|row| differs(row)).count();
    let rows = comparison.rows.into_iter();
    let lines = rows.filter(|row| !only || differs(row)).map(|row| Line {
        title: title(&row.field),
        row,
    });
    let step = |step: wire::Step| Step {
        child: link(&step.edge.child),
        parent: link(&step.edge.parent),
        phrase: phrase(step.edge.relation),
        changes: step.changes,
    };
    let ways = comparison.ways.into_iter().map(|way| Way {
        model: link(&way.model),
        steps: way.steps.into_iter().map(step).collect(),
    });
    let ancestors = comparison.ancestors.iter().map(|node| link(&node.id));
    Ok(Found {
        lines: lines.collect(),
        differing,
        hidden: if only { all - differing } else { 0 },
        tree: tree.map(|picture| picture.svg),
        ways: ways.collect(),
        ancestors: ancestors.collect(),
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
