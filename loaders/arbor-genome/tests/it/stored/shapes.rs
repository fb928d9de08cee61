//! Headers of published checkpoints' shapes, from a fixture: a released
//! model's configuration with what a checkpoint changes of it, or the tensors
//! themselves where no architecture is known.

use super::{counted, entries, entry, pack, packers};
use crate::released;
use arbor_genome::Blueprint;
use arbor_genome::stored::{Counted, Entry, StoredDtype};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::LazyLock;

const SHAPES: &str = include_str!("../../../../../tests/fixtures/published-shapes.jsonl");

/// A tensor: its name, where `{0..12}` stands for each number from 0 to 11 and
/// `{0..12..2}` for every second, its format and its dimensions.
type Tensor = (String, String, Vec<u64>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shape {
    pub(super) shape: String,
    /// A whole configuration.
    #[serde(default)]
    config: Option<Map<String, Value>>,
    /// Or one of the released models'.
    #[serde(default)]
    model: Option<String>,
    /// With another class.
    #[serde(default)]
    class: Option<String>,
    /// And other values.
    #[serde(default)]
    set: Map<String, Value>,
    /// Ends of tensors that the checkpoint leaves out.
    #[serde(default)]
    minus: Vec<String>,
    /// Tensors that it holds besides.
    #[serde(default)]
    plus: Vec<Tensor>,
    /// All of its tensors, where no architecture is known.
    #[serde(default)]
    headers: Vec<Tensor>,
    /// How it is packed.
    #[serde(default)]
    pack: Option<String>,
    /// What the published total counts too: packing data by the end of its
    /// names, or `buffers`.
    #[serde(default)]
    pub(super) counts_too: Vec<String>,
    /// The format of what is not packed.
    #[serde(default)]
    dtype: Option<String>,
    /// Whether what is beside the genome was only concluded from the total.
    #[serde(default)]
    pub(super) inferred: bool,
}

impl Shape {
    /// The text of its `config.json`, where its architecture is known.
    pub(super) fn config(&self, models: &BTreeMap<String, Map<String, Value>>) -> Option<String> {
        let mut config = match (&self.config, &self.model) {
            (Some(config), None) => config.clone(),
            (None, Some(model)) => models.get(model).expect(model).clone(),
            (None, None) => return None,
            (Some(_), Some(_)) => panic!("{} has two configurations", self.shape),
        };
        if let Some(class) = &self.class {
            config.insert(
                "architectures".to_owned(),
                Value::from(vec![class.as_str()]),
            );
        }
        config.extend(self.set.clone());
        Some(Value::Object(config).to_string())
    }

    /// Its headers, and the configuration that lies beside them.
    pub(super) fn headers(
        &self,
        models: &BTreeMap<String, Map<String, Value>>,
    ) -> (Vec<Entry>, Option<String>) {
        let plus = self.plus.iter().flat_map(spread);
        let Some(config) = self.config(models) else {
            return (self.headers.iter().flat_map(spread).collect(), None);
        };
        let blueprint = Blueprint::read(&config);
        let blueprint = blueprint.unwrap_or_else(|error| panic!("{}: {error}", self.shape));
        let dtype = self.dtype.as_deref().unwrap_or("F32");
        let mut all = entries(&blueprint, dtype.parse().expect("a format"));
        for end in &self.minus {
            let before = all.len();
            all.retain(|e| !e.name().ends_with(end));
            assert!(
                all.len() < before,
                "{}: nothing ends with {end}",
                self.shape
            );
        }
        all.extend(plus);
        match &self.pack {
            Some(pack) if pack == "mxfp4-blocks" => (pack::pack_blocks(&all), Some(config)),
            Some(pack) => {
                let packer = packers::named(pack);
                let packed = pack::pack(packer, &all);
                (packed, Some(pack::configured(packer, &config)))
            }
            None => (all, Some(config)),
        }
    }

    fn counted(&self, models: &BTreeMap<String, Map<String, Value>>) -> Counted {
        let (entries, config) = self.headers(models);
        counted(&entries, config.as_deref())
    }
}

fn spread((name, dtype, dims): &Tensor) -> Vec<Entry> {
    let dtype: StoredDtype = dtype.parse().expect("a format");
    let Some((before, rest)) = name.split_once('{') else {
        return vec![entry(name, dtype, dims)];
    };
    let (range, after) = rest.split_once('}').expect("a range");
    let mut numbers = range.split("..").map(|n| n.parse().expect("a number"));
    let (from, to) = (numbers.next().expect("from"), numbers.next().expect("to"));
    let range = (from..to).step_by(numbers.next().unwrap_or(1));
    range
        .map(|n: usize| entry(&format!("{before}{n}{after}"), dtype, dims))
        .collect()
}

/// What every shape counts to; the largest have tens of thousands of tensors,
/// so that they are counted once for all tests.
pub(super) static COUNTED: LazyLock<BTreeMap<String, Counted>> = LazyLock::new(|| {
    let models = models();
    let shapes = shapes().into_iter();
    shapes
        .map(|(name, shape)| (name, shape.counted(&models)))
        .collect()
});

/// All shapes by name.
pub(super) fn shapes() -> BTreeMap<String, Shape> {
    let shapes = SHAPES.lines().map(|line| {
        let shape: Shape = serde_json::from_str(line).expect(line);
        (shape.shape.clone(), shape)
    });
    shapes.collect()
}

/// The released models' configurations.
pub(super) fn models() -> BTreeMap<String, Map<String, Value>> {
    let lines = released::lines().into_iter();
    lines.map(|line| (line.model, line.config)).collect()
}
