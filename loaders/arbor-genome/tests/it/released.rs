//! Released models: their configurations, spelt as their makers spell them, and
//! their parameters as others count them.
//!
//! One line of the fixture is one model. `check` says who counted: `exact`,
//! the maker's or the hub's own total; `explained`, that total less what `why`
//! names, which is no parameter; `formula`, an independent formula;
//! `reference`, the reference implementation's class. A `difference` is ours
//! by definition, and `because` says which.

use arbor_genome::Blueprint;
use serde::Deserialize;
use serde_json::{Map, Value};

const MODELS: &str = include_str!("../../../../tests/fixtures/configs.jsonl");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    pub(crate) model: String,
    pub(crate) hub: String,
    pub(crate) check: Check,
    pub(crate) parameters: u64,
    #[serde(default)]
    pub(crate) published: Option<u64>,
    #[serde(default)]
    pub(crate) why: Option<String>,
    #[serde(default)]
    pub(crate) difference: i64,
    #[serde(default)]
    pub(crate) because: Option<String>,
    pub(crate) source: String,
    pub(crate) config: Map<String, Value>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Check {
    Exact,
    Explained,
    Formula,
    Reference,
}

impl Line {
    /// The text of its `config.json`.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string(&self.config).expect("JSON")
    }
}

/// All of them.
pub(crate) fn lines() -> Vec<Line> {
    let line = |text| serde_json::from_str(text).expect("a line of the fixture");
    MODELS.lines().map(line).collect()
}

/// One of them, read.
pub(crate) fn read(model: &str) -> Blueprint {
    let mut lines = lines().into_iter();
    let line = lines.find(|line| line.model == model).expect(model);
    Blueprint::read(&line.text()).expect(model)
}
