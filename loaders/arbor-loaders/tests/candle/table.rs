//! The table of findings: a line of it, how it is written in
//! `docs/CANDLE.md`, and what counts as another finding.

use crate::compare::{Far, Finding, Place};
use crate::models::{Failure, Help, Reads, Row};
use std::collections::BTreeMap;

const DOCUMENT: &str = include_str!("../../../../docs/CANDLE.md");
const HEAD: &str = "| fixture | module | given | finding | apart, or its words | cause |";

/// How models without another way are asked, too.
const ONE_BY_ONE: &str = "one token at a time";

/// One line. All but the cause is found, which people write.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) fixture: String,
    module: String,
    /// What the model was given beside the fixture.
    given: String,
    pub(crate) finding: String,
    /// A distance, or the error's words.
    pub(crate) detail: String,
    pub(crate) cause: String,
}

/// The lines of the document.
pub(crate) fn read() -> Vec<Line> {
    let lines = DOCUMENT.lines().skip_while(|line| *line != HEAD).skip(2);
    let lines = lines.take_while(|line| line.starts_with('|'));
    lines.map(Line::read).collect()
}

/// How many findings of each kind the fixtures give as they are.
pub(crate) fn summary(lines: &[Line]) -> String {
    let plain = lines
        .iter()
        .filter(|line| matches!(&*line.given, "" | ONE_BY_ONE));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in plain.clone() {
        *counts.entry(&line.finding).or_default() += 1;
    }
    let counts = counts
        .iter()
        .map(|(word, count)| format!("`{word}` {count}"));
    let counts: Vec<String> = counts.collect();
    let pairs = plain.count();
    format!(
        "Of {pairs} pairs of a fixture as it is and a model: {}.",
        counts.join(", ")
    )
}

/// Takes over the causes, so that the table can be pasted.
pub(crate) fn explain(found: &mut [Line], wanted: &[Line]) {
    for line in found {
        let known = wanted.iter().find(|other| other.key() == line.key());
        line.cause = known.map(|other| other.cause.clone()).unwrap_or_default();
    }
}

/// The document has this line.
pub(crate) fn says(text: &str) -> bool {
    DOCUMENT.lines().any(|line| line == text)
}

/// What to change in the document.
pub(crate) fn differences(wanted: &[Line], found: &[Line]) -> Vec<String> {
    let mut broken = Vec::new();
    for line in found {
        match wanted.iter().find(|other| other.key() == line.key()) {
            None => broken.push(format!("missing: {}", line.row().trim_end())),
            Some(other) if !line.agrees(other) => broken.push(format!(
                "{} {}: {}, {}; was {}, {}",
                line.fixture, line.given, line.finding, line.detail, other.finding, other.detail
            )),
            Some(_) => {}
        }
    }
    for other in wanted {
        if !found.iter().any(|line| line.key() == other.key()) {
            broken.push(format!("not tried: {} {}", other.fixture, other.given));
        }
    }
    broken
}

impl Line {
    pub(crate) fn new(row: &Row, finding: &Finding, limit: f64) -> Self {
        let (finding, detail) = match finding {
            // Ours may itself be as far from the record as is allowed.
            Finding::Answers(far)
                if far.from_reference <= limit && far.from_ours <= 2.0 * limit =>
            {
                ("same", String::new())
            }
            Finding::Answers(far) => ("differs", distance(far)),
            Finding::Fails(Failure::Config(words)) => ("refuses config", quoted(words)),
            Finding::Fails(Failure::Weights(words)) => ("refuses weights", quoted(words)),
            Finding::Fails(Failure::Run(words, place)) => {
                ("fails", format!("{}{}", quoted(words), since(*place)))
            }
            Finding::Panics => ("panics", String::new()),
        };
        let given: Vec<String> = row.help.iter().map(said).collect();
        let mut given = given.join(", ");
        if row.reads == Reads::Steps {
            let comma = if given.is_empty() { "" } else { ", " };
            given = format!("{given}{comma}{ONE_BY_ONE}");
        }
        Self {
            fixture: row.fixture.to_owned(),
            module: row.module.to_owned(),
            given,
            finding: finding.to_owned(),
            detail,
            cause: String::new(),
        }
    }

    fn read(line: &str) -> Self {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [fixture, module, given, finding, detail, cause] = cells[..] else {
            panic!("not six cells: {line}");
        };
        Self {
            fixture: fixture.to_owned(),
            module: module.to_owned(),
            given: given.to_owned(),
            finding: finding.to_owned(),
            detail: detail.to_owned(),
            cause: cause.to_owned(),
        }
    }

    /// As it stands in the document.
    pub(crate) fn row(&self) -> String {
        let Self {
            fixture,
            module,
            given,
            finding,
            detail,
            cause,
        } = self;
        format!("| {fixture} | {module} | {given} | {finding} | {detail} | {cause} |\n")
    }

    /// What was tried.
    pub(crate) fn key(&self) -> (&str, &str, &str) {
        (&self.fixture, &self.module, &self.given)
    }

    /// The order of additions, hence the last digits, differs between
    /// processors.
    fn agrees(&self, other: &Self) -> bool {
        let parts = |line: &Self| {
            let (first, rest) = line.detail.split_once(' ').unwrap_or((&line.detail, ""));
            (first.parse::<f64>().ok(), first.to_owned(), rest.to_owned())
        };
        let ((mine, my_word, my_rest), (its, its_word, its_rest)) = (parts(self), parts(other));
        let near = match (mine, its) {
            (Some(a), Some(b)) => a <= 2.0 * b && b <= 2.0 * a,
            (Some(_) | None, Some(_) | None) => my_word == its_word,
        };
        self.finding == other.finding && near && my_rest == its_rest
    }
}

/// How far, and from where on.
fn distance(far: &Far) -> String {
    let since = far.first.map(since).unwrap_or_default();
    format!("{:.0e}{since}", far.from_reference)
}

fn since(place: Place) -> String {
    match place {
        Place::Whole(_) | Place::AtOnce(1) => String::new(),
        Place::AtOnce(count) => format!(" from {count} tokens on"),
        Place::ByOne(count) => format!(" one by one, from token {count} on"),
    }
}

/// The error's first line, without the place in the file.
fn quoted(words: &str) -> String {
    let line = words.lines().next().unwrap_or_default();
    let line = line.split(" at line ").next().unwrap_or_default();
    format!("`{}`", line.replace('`', "'").replace('|', "/"))
}

fn said(help: &Help) -> String {
    match *help {
        Help::Set(key, value) => format!("`{key}` = {value}"),
        Help::Both(key, value) => format!("both `{key}` = {value}"),
        Help::Less(key) => format!("both no `{key}`"),
        Help::Zeros(name) => format!("both zeros in `{name}`"),
        Help::Sinusoids => "both sinusoids".to_owned(),
        Help::Drop(key) => format!("no `{key}`"),
        Help::Lend { name, of } => format!("`{name}` from `{of}`"),
        Help::Within(prefix) => format!("`{prefix}` as the root"),
    }
}
