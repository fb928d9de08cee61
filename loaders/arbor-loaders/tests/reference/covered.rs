//! No architecture goes without a fixture, but for those listed here with the
//! reason.

use crate::fixture;
use arbor_genome::Blueprint;
use arbor_genome::arch::ALL;
use std::collections::BTreeSet;

/// Architectures without one, by `model_type`.
const WITHOUT: &[(&str, &str)] = &[(
    "gemma3",
    "its text model is `gemma3_text`, which has one; the class around it sees pictures",
)];

#[test]
fn every_architecture_has_a_fixture_or_a_reason() {
    let read = |fixture: fixture::Fixture| {
        let blueprint = Blueprint::read(&fixture.config());
        blueprint.expect("a blueprint").architecture.model_type
    };
    let have: BTreeSet<&str> = fixture::all().into_iter().map(read).collect();
    let excused: BTreeSet<&str> = WITHOUT.iter().map(|(name, _)| *name).collect();
    let all: BTreeSet<&str> = ALL.iter().map(|known| known.model_type).collect();

    let bare: Vec<_> = all.difference(&have).collect();
    let bare: Vec<_> = bare
        .iter()
        .filter(|name| !excused.contains(**name))
        .collect();
    assert!(bare.is_empty(), "no fixture and no reason: {bare:?}");
    let idle: Vec<_> = excused.iter().filter(|name| have.contains(*name)).collect();
    assert!(idle.is_empty(), "a reason beside a fixture: {idle:?}");
    let unknown: Vec<_> = excused.difference(&all).collect();
    assert!(unknown.is_empty(), "a reason for nothing: {unknown:?}");
}
