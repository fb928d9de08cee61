//! Released models against the number of parameters that others count, to the
//! unit.

use crate::released::{Check, lines};
use arbor_genome::Blueprint;
use std::collections::BTreeSet;

#[test]
fn parameters_are_counted_to_the_unit() {
    let mut wrong = Vec::new();
    let mut counted = 0;
    for line in lines() {
        let wanted = line.parameters.checked_add_signed(line.difference);
        match Blueprint::read(&line.text()) {
            Ok(found) if Some(found.inventory.total()) == wanted => counted += 1,
            Ok(found) => wrong.push(format!(
                "{}: {} parameters, not {wanted:?}",
                line.model,
                found.inventory.total()
            )),
            Err(error) => wrong.push(format!("{}: {error}", line.model)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(counted >= 168, "only {counted} models were counted");
}

#[test]
fn every_line_says_where_it_is_from() {
    let mut seen = BTreeSet::new();
    for line in lines() {
        let model = &line.model;
        assert!(seen.insert(model.clone()), "{model} stands twice");
        assert!(
            line.hub.contains('/') && !line.source.is_empty(),
            "{model} has no source"
        );
        assert_eq!(line.difference == 0, line.because.is_none(), "{model}");
        let explained = line.check == Check::Explained;
        assert_eq!(explained, line.why.is_some(), "{model}");
        match (&line.check, line.published) {
            (Check::Exact, Some(published)) => assert_eq!(published, line.parameters, "{model}"),
            (Check::Explained, Some(published)) => {
                let by = published - line.parameters;
                let why = line.why.unwrap_or_default();
                assert!(why.starts_with(&format!("+{by} = ")), "{model}: {why}");
            }
            (Check::Formula | Check::Reference, None) => {}
            (_, published) => panic!("{model} is published as {published:?}"),
        }
        assert!(line.config.contains_key("architectures"), "{model}");
    }
}
