//! Bad input: a good repository with one thing wrong ends in the verdict that
//! its row says, with a message that names what is wrong.

mod config;
mod header;
mod index;
mod pickle;
mod random;
mod repository;
mod tensors;
mod tokenizer;

use arbor_loaders::{Asked, Seat, examine};
use arbor_model::{Outcome, Text, Verdict};
use repository::Repository;
use std::time::{Duration, Instant};

/// A way in which a repository can be bad.
struct Case {
    name: &'static str,
    change: fn(&mut Repository),
    verdict: Verdict,
    /// A part of what the examination must say.
    says: &'static str,
}

const fn unloadable(name: &'static str, says: &'static str, change: fn(&mut Repository)) -> Case {
    Case {
        name,
        change,
        verdict: Verdict::Unloadable,
        says,
    }
}

const fn drifted(name: &'static str, change: fn(&mut Repository)) -> Case {
    Case {
        name,
        change,
        verdict: Verdict::Drifted,
        says: "against transformers",
    }
}

const fn verified(name: &'static str, says: &'static str, change: fn(&mut Repository)) -> Case {
    Case {
        name,
        change,
        verdict: Verdict::Verified,
        says,
    }
}

const fn broken(name: &'static str, says: &'static str, change: fn(&mut Repository)) -> Case {
    Case {
        name,
        change,
        verdict: Verdict::Broken,
        says,
    }
}

#[test]
fn every_bad_repository_ends_as_its_row_says() {
    let good = Repository::good();
    let groups = [
        header::CASES,
        tensors::CASES,
        config::CASES,
        index::CASES,
        pickle::CASES,
        tokenizer::CASES,
    ];
    let mut wrong = Vec::new();
    for case in groups.into_iter().flatten() {
        let mut repository = good.clone();
        (case.change)(&mut repository);
        let folder = repository.write();
        let began = Instant::now();
        let seat = Seat::plain().reading(repository.pickles);
        let found = examine(folder.path(), Asked::default(), &seat);
        let took = began.elapsed();
        let said: Vec<_> = found
            .checks
            .iter()
            .filter(|check| check.outcome != Outcome::Skip)
            .filter_map(|check| check.detail.as_ref().map(Text::as_str))
            .collect();
        let said = said.join("; ");
        if found.verdict != case.verdict || !said.contains(case.says) {
            wrong.push(format!("{}: {} ({said})", case.name, found.verdict));
        }
        if took > Duration::from_secs(2) {
            wrong.push(format!("{}: it took {took:?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let count: usize = groups.iter().map(|group| group.len()).sum();
    assert!(count >= 60, "{count} cases");
}
