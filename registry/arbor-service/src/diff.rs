//! Two models side by side, and what changed along the edges between them.

use crate::show::answer;
use crate::{ServiceError, View, wire};
use arbor_catalog::lineage::{NodeId, RelationSet, Walk};
use arbor_model::{Field, Model, PartialDate, Value};

/// Reads a fact off a model.
pub(crate) type Reading = fn(&Model) -> String;

/// What is compared besides claims: facts that every model has.
pub(crate) const FIXED: &[(&str, Reading)] = &[
    ("branch", |m| m.branch.to_string()),
    ("family", |m| m.family.to_string()),
    ("mask", |m| m.mask.to_string()),
    ("objective", |m| m.objective.to_string()),
];

impl View {
    /// Compares two models: facts, the differing ones first, and the changes
    /// along the path between them where they are related.
    ///
    /// # Errors
    /// [`ServiceError::Query`] if a walk exceeds its bounds.
    pub fn diff(&self, a: &Model, b: &Model) -> Result<wire::Diff, ServiceError> {
        let mut rows: Vec<wire::DiffRow> = FIXED
            .iter()
            .map(|(name, get)| fixed(name, get(a), get(b)))
            .collect();
        rows.push(fixed("organisations", self.makers(a), self.makers(b)));
        rows.extend(Field::ALL.iter().filter_map(|field| claimed(*field, a, b)));
        rows.sort_by_key(|row| row.change);
        Ok(wire::Diff {
            schema_version: wire::SCHEMA_VERSION,
            a: a.id.to_string(),
            b: b.id.to_string(),
            rows,
            path: self.changes_between(a, b)?,
        })
    }

    fn changes_between(&self, a: &Model, b: &Model) -> Result<Vec<wire::Step>, ServiceError> {
        let (from, to) = (self.node(&a.id)?, self.node(&b.id)?);
        let walk = Walk::along(RelationSet::ALL);
        let Some(kinship) = self.lineage().kinship(from, to, walk)? else {
            return Ok(Vec::new());
        };
        let links = kinship.up.into_iter().chain(kinship.down);
        let model = |node: NodeId| self.model_at(node);
        Ok(links
            .filter_map(|link| {
                let (child, parent) = (model(link.child)?, model(link.parent)?);
                Some(wire::Step {
                    edge: self.edge(link),
                    changes: changes(parent, child),
                })
            })
            .collect())
    }
}

/// What changed from parent to child, in words: only what both claim.
pub(crate) fn changes(parent: &Model, child: &Model) -> Vec<String> {
    let fixed = FIXED
        .iter()
        .filter(|(name, _)| *name != "family")
        .filter_map(|(name, get)| {
            let (before, after) = (get(parent), get(child));
            (before != after).then(|| format!("{name} {before} → {after}"))
        });
    let claimed = Field::ALL
        .iter()
        .filter(|field| !is_figure(**field))
        .filter_map(|field| {
            let before = &parent.shown(*field)?.fact;
            let after = &child.shown(*field)?.fact;
            (before.value() != after.value())
                .then(|| format!("{} {} → {}", field.as_str(), before, after))
        });
    fixed.chain(claimed).collect()
}

/// What the published figure draws is no property of the model.
pub(crate) fn is_figure(field: Field) -> bool {
    field.as_str().starts_with("figure-")
}

fn fixed(name: &str, a: String, b: String) -> wire::DiffRow {
    let change = if a == b {
        wire::Change::Same
    } else {
        wire::Change::Differs
    };
    wire::DiffRow {
        field: name.to_owned(),
        change,
        a_display: Some(a.clone()),
        b_display: Some(b.clone()),
        a: Some(wire::Answer::Text(a)),
        b: Some(wire::Answer::Text(b)),
        delta: None,
    }
}

fn claimed(field: Field, a: &Model, b: &Model) -> Option<wire::DiffRow> {
    let (a, b) = (a.shown(field), b.shown(field));
    let change = match (a, b) {
        (None, None) => return None,
        (Some(a), Some(b)) if a.fact.value() == b.fact.value() => wire::Change::Same,
        (Some(_), Some(_)) => wire::Change::Differs,
        (Some(_), None) | (None, Some(_)) => wire::Change::OneSided,
    };
    let delta = a
        .zip(b)
        .and_then(|(a, b)| delta(a.fact.value(), b.fact.value()));
    Some(wire::DiffRow {
        field: field.to_string(),
        change,
        a: a.map(|claim| answer(&claim.fact)),
        b: b.map(|claim| answer(&claim.fact)),
        a_display: a.map(|claim| claim.fact.to_string()),
        b_display: b.map(|claim| claim.fact.to_string()),
        delta,
    })
}

/// A difference in words.
pub(crate) fn delta(a: &Value, b: &Value) -> Option<String> {
    let number = |value: &Value| {
        if let Value::Number(n) = value {
            Some(*n)
        } else if let Value::Parameters(count) = value {
            Some(count.value)
        } else {
            None
        }
    };
    if let (Some(a), Some(b)) = (number(a), number(b)) {
        return (a != b && a > 0 && b > 0).then(|| times(b as f64 / a as f64));
    }
    if let (Value::Released(a), Value::Released(b)) = (a, b) {
        return months_between(a.date, b.date);
    }
    None
}

fn times(ratio: f64) -> String {
    if ratio >= 10.0 {
        format!("×{ratio:.0}")
    } else {
        format!("×{ratio:.2}")
    }
}

fn months_between(a: PartialDate, b: PartialDate) -> Option<String> {
    let months = |d: PartialDate| Some(i32::from(d.year()) * 12 + i32::from(d.month()?));
    let between = months(b)? - months(a)?;
    let count = between.abs();
    let unit = if count == 1 { "month" } else { "months" };
    match between {
        0 => None,
        1.. => Some(format!("{count} {unit} later")),
        _ => Some(format!("{count} {unit} earlier")),
    }
}
