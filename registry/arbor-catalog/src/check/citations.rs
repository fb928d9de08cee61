//! Citations: every source and organisation that is named is listed, own
//! knowledge stays unreviewed, nothing is claimed twice.

use super::report;
use crate::nearest;
use crate::problem::{Fault, Place, Problem};
use crate::read::Draft;
use arbor_model::{Citation, Confidence, SourceKey};
use std::collections::{BTreeSet, HashSet};

pub(super) fn check(draft: &Draft, problems: &mut Vec<Problem>) {
    let sources: BTreeSet<&str> = draft.sources.iter().map(|s| s.value.key.as_str()).collect();
    let organisations: BTreeSet<&str> = draft
        .organisations
        .iter()
        .map(|o| o.value.id.as_str())
        .collect();
    for model in &draft.models {
        let mut seen = HashSet::new();
        for (claim, place) in model.model.claims.iter().zip(&model.claims) {
            cited(&claim.citation, place, &sources, problems);
            if !seen.insert((&claim.fact, &claim.citation.source, &claim.citation.at)) {
                let message = format!(
                    "`{}` claims this `{}` twice from `{}`",
                    model.model.id,
                    claim.fact.field(),
                    claim.citation.source
                );
                report(problems, place, Fault::DuplicateClaim, message, None);
            }
        }
        for (edge, place) in model.model.parents.iter().zip(&model.parents) {
            cited(&edge.citation, place, &sources, problems);
        }
        for (id, place) in model.model.organisations.iter().zip(&model.organisations) {
            if !organisations.contains(id.as_str()) {
                let message = format!("no organisation `{id}` is listed");
                let hint = did_you_mean(id.as_str(), &organisations);
                report(problems, place, Fault::UnknownOrganisation, message, hint);
            }
        }
    }
}

fn cited(
    citation: &Citation,
    place: &Place,
    sources: &BTreeSet<&str>,
    problems: &mut Vec<Problem>,
) {
    let key = &citation.source;
    if !sources.contains(key.as_str()) {
        let message = format!("no source `{key}` is listed");
        let hint = did_you_mean(key.as_str(), sources);
        report(problems, place, Fault::UnknownSource, message, hint);
    }
    if key.is_own_knowledge() && citation.confidence != Confidence::Unreviewed {
        let message = format!(
            "`{}` can only be `{}`, not `{}`",
            SourceKey::OWN_KNOWLEDGE,
            Confidence::Unreviewed,
            citation.confidence
        );
        report(problems, place, Fault::TrustedOwnKnowledge, message, None);
    }
}

fn did_you_mean(unknown: &str, known: &BTreeSet<&str>) -> Option<String> {
    nearest(unknown, known.iter().copied()).map(|near| format!("did you mean `{near}`?"))
}
