//! Published counts of hub repositories, reproduced to the unit from headers
//! of that shape. A row that can be reproduced must be; one that no known
//! configuration gives is listed as that, and fails here once one does.

use super::shapes::{COUNTED, models, shapes};
use arbor_genome::Blueprint;
use arbor_genome::stored::{Counted, StoredDtype};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const ROWS: &str = include_str!("../../../../../tests/fixtures/published-counts.jsonl");
const DOC: &str = include_str!("../../../../../docs/COUNTING.md");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    hub: String,
    #[serde(default)]
    revision: Option<String>,
    total: u64,
    rule: Rule,
    #[serde(default)]
    by_dtype: BTreeMap<String, u64>,
    source: String,
    /// The shape that gives the total.
    #[serde(default)]
    shape: Option<String>,
    /// What is known of a total that no configuration gives.
    #[serde(default)]
    why: Option<String>,
}

/// What a publisher counted.
#[derive(Clone, Copy, Deserialize, PartialEq, Debug)]
#[serde(rename_all = "kebab-case")]
enum Rule {
    /// The file says so itself.
    DeclaredInMetadata,
    /// Bytes of parameters and buffers, divided.
    DerivedFromBytes,
    /// Elements of all tensors of a GGUF.
    GgufElements,
    /// Each learned tensor once.
    LearnedParameters,
    /// Elements of all tensors, as the hub's API gives them.
    MtebMeta,
    /// The same.
    SafetensorsElements,
    /// What packed tensors stand for, and all else as it is.
    UnpackedQuantised,
}

impl Rule {
    fn of(self, counted: &Counted, counts_too: &[String]) -> u64 {
        let too = counts_too.iter().map(|end| match end.as_str() {
            "buffers" => counted.buffers(),
            end => counted.packing_data[end].elements,
        });
        match self {
            Self::GgufElements | Self::MtebMeta | Self::SafetensorsElements => counted.elements(),
            Self::DeclaredInMetadata
            | Self::DerivedFromBytes
            | Self::LearnedParameters
            | Self::UnpackedQuantised => counted.total + too.sum::<u64>(),
        }
    }
}

fn rows() -> Vec<Row> {
    ROWS.lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

#[test]
fn published_counts_are_reproduced() {
    let shapes = shapes();
    let mut wrong = Vec::new();
    let mut classes: BTreeMap<&str, u64> = BTreeMap::new();
    let rows = rows();
    for row in &rows {
        let Some(name) = &row.shape else {
            let class = if row.why.is_some() {
                "explained"
            } else {
                "no configuration known"
            };
            *classes.entry(class).or_default() += 1;
            continue;
        };
        let shape = shapes.get(name).expect(name);
        let counted = &COUNTED[name];
        let found = row.rule.of(counted, &shape.counts_too);
        if found != row.total {
            let by = found.abs_diff(row.total);
            wrong.push(format!(
                "{}: {name} has {found}, not {}: {by}",
                row.hub, row.total
            ));
        }
        for (dtype, published) in row.by_dtype.iter().filter(|_| shape.counts_too.is_empty()) {
            let dtype: StoredDtype = dtype.parse().expect("a format");
            let tally = counted.by_dtype.get(&dtype).copied().unwrap_or_default();
            let ours = if row.rule == Rule::UnpackedQuantised {
                tally.parameters
            } else {
                tally.elements
            };
            if ours != *published {
                wrong.push(format!("{}: {ours} in {dtype}, not {published}", row.hub));
            }
        }
        let class = if shape.inferred {
            "inferred"
        } else {
            "reproduced"
        };
        *classes.entry(class).or_default() += 1;
    }
    assert!(
        wrong.is_empty(),
        "{}\n{} wrong",
        wrong.join("\n"),
        wrong.len()
    );
    println!("of {} published counts: {classes:?}", rows.len());
    for (class, number) in classes {
        let line = format!("| {class} | {number} |");
        assert!(
            DOC.contains(&line),
            "docs/COUNTING.md does not say `{line}`"
        );
    }
}

#[test]
fn what_is_not_reproduced_cannot_be() {
    let models = models();
    let mut totals = BTreeMap::new();
    for (name, counted) in COUNTED.iter() {
        totals.insert(counted.elements(), name.clone());
        totals.insert(counted.total, name.clone());
    }
    for (name, config) in &models {
        let text = serde_json::to_string(config).expect("JSON");
        if let Ok(blueprint) = Blueprint::read(&text) {
            totals.insert(blueprint.inventory.total(), name.clone());
        }
    }
    let open: Vec<_> = rows()
        .into_iter()
        .filter(|row| row.shape.is_none())
        .filter_map(|row| {
            totals
                .get(&row.total)
                .map(|name| format!("{}: {name}", row.hub))
        })
        .collect();
    assert!(open.is_empty(), "{}", open.join("\n"));
}

#[test]
fn every_row_says_where_it_is_from() {
    let mut seen = BTreeSet::new();
    let mut used = BTreeSet::new();
    for row in rows() {
        assert!(
            row.hub.contains('/') && !row.source.is_empty(),
            "{}",
            row.hub
        );
        let key = (
            row.hub.clone(),
            row.revision.clone(),
            row.source.clone(),
            row.total,
        );
        assert!(seen.insert(key), "{} stands twice", row.hub);
        let hex = |revision: &String| {
            revision.len() == 40 && revision.bytes().all(|b| b.is_ascii_hexdigit())
        };
        assert!(row.revision.as_ref().is_none_or(hex), "{}", row.hub);
        assert!(row.shape.is_none() || row.why.is_none(), "{}", row.hub);
        used.extend(row.shape);
    }
    assert_eq!(seen.len(), 431);
    assert!(shapes().keys().eq(&used), "shapes that no row has");
}

#[test]
fn nothing_is_lost_between_elements_and_parameters() {
    for (name, counted) in COUNTED.iter() {
        assert!(!counted.uncertain, "{name}: {:?}", counted.unknown);
        if counted.packing_data.is_empty() {
            let sum = counted.total + counted.buffers() + counted.copies();
            assert_eq!(sum, counted.elements(), "{name}");
        }
        if let Some(parts) = &counted.by_part {
            assert_eq!(parts.values().sum::<u64>(), counted.total, "{name}");
        }
    }
}
