//! Edges, one at a time: the parent exists, the relation can join the two
//! branches, time runs forward, no edge stands twice. Cycles are `cycles`'.

use super::{Known, report};
use crate::nearest;
use crate::problem::{Fault, Place, Problem};
use crate::read::Draft;
use arbor_model::{Edge, Joins, Model};
use std::collections::HashSet;

pub(super) fn check(draft: &Draft, known: &Known<'_>, problems: &mut Vec<Problem>) {
    for child in &draft.models {
        let mut seen = HashSet::new();
        for (edge, place) in child.model.parents.iter().zip(&child.parents) {
            if !seen.insert((&edge.parent, edge.relation)) {
                let message = format!(
                    "`{}` {} `{}` twice",
                    child.model.id,
                    edge.relation.phrase(),
                    edge.parent
                );
                report(problems, place, Fault::DuplicateEdge, message, None);
            }
            match known.models.get(&edge.parent) {
                Some(parent) => pair(&child.model, parent, edge, place, problems),
                None => missing(edge, place, known, problems),
            }
        }
    }
}

fn pair(child: &Model, parent: &Model, edge: &Edge, place: &Place, problems: &mut Vec<Problem>) {
    if edge.relation.joins() == Joins::OneBranch && child.branch != parent.branch {
        let message = format!(
            "`{}` is {} and `{}` {}: `{}` stays on one branch",
            child.id, child.branch, parent.id, parent.branch, edge.relation
        );
        let hint = "`initialised-from` joins any branches".to_owned();
        report(problems, place, Fault::BranchMismatch, message, Some(hint));
    }
    if let (Some(born), Some(parent_born)) = (child.released(), parent.released())
        && born.is_surely_before(parent_born)
    {
        let message = format!(
            "`{}` ({born}) appears before its parent `{}` ({parent_born})",
            child.id, parent.id
        );
        report(problems, place, Fault::BackwardsInTime, message, None);
    }
}

fn missing(edge: &Edge, place: &Place, known: &Known<'_>, problems: &mut Vec<Problem>) {
    let parent = &edge.parent;
    if known.unread.contains(parent) {
        return;
    }
    let hint = if let Some(model) = known.aliases.get(parent) {
        Some(format!("`{parent}` is an alias; write `{model}`"))
    } else if known.tombstones.contains(parent) {
        Some(format!("`{parent}` was withdrawn"))
    } else {
        nearest(parent.as_str(), known.models.keys().map(|id| id.as_str()))
            .map(|near| format!("did you mean `{near}`?"))
    };
    let message = format!("the parent `{parent}` is not in the catalogue");
    report(problems, place, Fault::GhostParent, message, hint);
}
