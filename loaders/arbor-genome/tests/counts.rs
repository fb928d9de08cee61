//! Released models: their configurations, spelt as their makers spell them,
//! against the number of parameters that others count, to the unit.
//!
//! One line of the fixture is one model. `check` says who counted: `exact`,
//! the maker's or the hub's own total; `explained`, that total less what `why`
//! names, which is no parameter; `formula`, an independent formula;
//! `reference`, the reference implementation's class. A `difference` is ours
//! by definition, and `because` says which.

use arbor_genome::{Blueprint, arch};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const MODELS: &str = include_str!("../../../tests/fixtures/configs.jsonl");

/// Architectures that are not known yet.
const MISSING: &[&str] = &[
    "chatglm",
    "deepseek",
    "internlm2",
    "mimo",
    "nomic_bert",
    "qwen",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    model: String,
    hub: String,
    check: Check,
    parameters: u64,
    #[serde(default)]
    published: Option<u64>,
    #[serde(default)]
    why: Option<String>,
    #[serde(default)]
    difference: i64,
    #[serde(default)]
    because: Option<String>,
    source: String,
    config: Map<String, Value>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Check {
    Exact,
    Explained,
    Formula,
    Reference,
}

impl Line {
    fn model_type(&self) -> &str {
        let word = self.config.get("model_type").and_then(Value::as_str);
        word.unwrap_or_default()
    }
}

fn lines() -> Vec<Line> {
    let line = |text| serde_json::from_str(text).expect("a line of the fixture");
    MODELS.lines().map(line).collect()
}

#[test]
fn parameters_are_counted_to_the_unit() {
    let mut wrong = Vec::new();
    let mut missing = BTreeSet::new();
    let mut counted = 0;
    for line in lines() {
        let known = |a: &&arch::Architecture| a.model_type == line.model_type();
        if !arch::ALL.iter().any(|a| known(a)) {
            missing.insert(line.model_type().to_owned());
            continue;
        }
        let text = serde_json::to_string(&line.config).expect("JSON");
        let wanted = line.parameters.checked_add_signed(line.difference);
        match Blueprint::read(&text) {
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
    assert!(missing.iter().eq(MISSING), "not known: {missing:?}");
    assert!(counted >= 160, "only {counted} models were counted");
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
