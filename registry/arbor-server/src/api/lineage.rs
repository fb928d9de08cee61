//! Lineage: ancestors, descendants, paths, common ancestors; and models side
//! by side.

use super::models::pages;
use crate::reply::{Ask, Outcome, Reply};
use arbor_model::{Model, Relation};
use arbor_service::{
    Direction, LARGEST_PAGE, LineageQuery, MOST_COMPARED, ServiceError, relations,
};

const MODEL: &str = "a model's id, alias or hub id";
/// How many nodes are given where nothing else is asked.
const NODES: usize = 100;

/// What a model came from.
pub(crate) fn ancestors(ask: &Ask) -> Outcome {
    walk(ask, Direction::Ancestors)
}

/// What came from a model.
pub(crate) fn descendants(ask: &Ask) -> Outcome {
    walk(ask, Direction::Descendants)
}

fn walk(ask: &Ask, direction: Direction) -> Outcome {
    let model = ask.view.resolve(&ask.id)?;
    let limit = ask
        .query
        .number("limit", 1..=LARGEST_PAGE)?
        .unwrap_or(NODES);
    let offset = ask.query.number("offset", 0..=1_000_000_000)?.unwrap_or(0);
    let query = LineageQuery {
        relations: followed(ask)?.into_iter().collect(),
        depth: ask.query.number("depth", 1..=64)?,
        offset,
        limit,
    };
    let lineage = ask.view.lineage_of(model, direction, query)?;
    let total = usize::try_from(lineage.total).unwrap_or(usize::MAX);
    let next = offset.saturating_add(limit);
    let link = pages(
        ask,
        &[
            ("first", (offset > 0).then_some(("offset", 0))),
            ("next", (next < total).then_some(("offset", next))),
            (
                "prev",
                (offset > 0).then_some(("offset", offset.saturating_sub(limit))),
            ),
        ],
    );
    Ok(Reply::json(&lineage)?.linked(link))
}

/// A shortest way between two models.
pub(crate) fn path(ask: &Ask) -> Outcome {
    let from = ask.view.resolve(ask.query.need("from", MODEL)?)?;
    let to = ask.view.resolve(ask.query.need("to", MODEL)?)?;
    let relations = followed(ask)?.into_iter().collect();
    Reply::json(&ask.view.path(from, to, relations)?)
}

/// The nearest common ancestors of two models.
pub(crate) fn common(ask: &Ask) -> Outcome {
    let a = ask.view.resolve(ask.query.need("a", MODEL)?)?;
    let b = ask.view.resolve(ask.query.need("b", MODEL)?)?;
    let relations = followed(ask)?.into_iter().collect();
    Reply::json(&ask.view.common(a, b, relations)?)
}

/// Two to six models side by side.
pub(crate) fn compare(ask: &Ask) -> Outcome {
    let mut models: Vec<&Model> = Vec::new();
    // One more than is understood says so.
    for typed in ask.query.all("m").take(MOST_COMPARED + 1) {
        models.push(ask.view.resolve(typed)?);
    }
    Reply::json(&ask.view.compare(&models)?)
}

fn followed(ask: &Ask) -> Result<Vec<Relation>, ServiceError> {
    ask.query
        .get("rel")
        .map_or_else(|| Ok(Relation::ALL.to_vec()), |list| relations("rel", list))
}
