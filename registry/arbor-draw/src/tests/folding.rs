//! Folding.

use crate::{Candidate, Checked, Origin, Standing, select};
use arbor_model::Branch;
use proptest::prelude::*;

fn candidate(id: &str, parent: Option<usize>, descendants: u64) -> Candidate<'_> {
    Candidate {
        id,
        branch: Branch::DecoderOnly,
        parent,
        origin: Origin::Imported,
        standing: Standing::Ordinary,
        descendants,
        downloads: 0,
        checked: Checked::NotPassed,
        date: None,
    }
}

#[test]
fn hidden_models_count_at_their_nearest_shown_ancestor() {
    // a ─ b ─ c ─ d, and e alone; c passed a validation.
    let mut all = [
        candidate("a", None, 3),
        candidate("b", Some(0), 2),
        candidate("c", Some(1), 1),
        candidate("d", Some(2), 0),
        candidate("e", None, 0),
    ];
    all[2].checked = Checked::Passed;
    let chosen = select(&all, 2);
    assert_eq!(chosen.shown, [0, 2]);
    assert_eq!(chosen.folded, [1, 1]);
    assert_eq!(chosen.unattached.get(&Branch::DecoderOnly), Some(&1));
}

#[test]
fn curated_models_come_first() {
    let mut all = [candidate("a", None, 50), candidate("b", None, 0)];
    all[1].origin = Origin::Curated;
    assert_eq!(select(&all, 1).shown, [1]);
    assert!(all[1].score() > all[0].score());
}

proptest! {
    #[test]
    fn folding_loses_nobody(
        parents in prop::collection::vec((prop::option::of(0_usize..70), 0_u64..100), 0..60),
        k in 0_usize..70,
    ) {
        let ids: Vec<String> = (0..parents.len()).map(|n| format!("m{n:02}")).collect();
        let all: Vec<Candidate<'_>> = parents
            .iter()
            .zip(&ids)
            .map(|((parent, d), id)| candidate(id, *parent, *d))
            .collect();
        let chosen = select(&all, k);
        prop_assert!(chosen.shown.len() <= k);
        for &at in &chosen.shown {
            let better = |other: usize| all[other].score() > all[at].score();
            let passed_over = (0..all.len()).find(|o| better(*o) && !chosen.shown.contains(o));
            prop_assert_eq!(passed_over, None);
        }
        let hidden: u64 = chosen.folded.iter().sum::<u64>() + chosen.unattached.values().sum::<u64>();
        prop_assert_eq!(hidden as usize + chosen.shown.len(), all.len());
    }
}
