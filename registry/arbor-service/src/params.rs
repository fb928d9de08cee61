//! Parameters, as far as claims go. For models that are no part of the
//! catalogue `headers.rs` and the genome answer in the same shape.

use crate::{View, wire};
use arbor_model::{CountKind, Field, Model, Value};
use std::collections::BTreeMap;

impl View {
    /// A model's parameters by its claims.
    #[must_use]
    pub fn params(&self, model: &Model) -> wire::Params {
        let total = model.parameters().map(|count| count.value);
        let of_kind = |kind: CountKind| {
            model
                .claims_on(Field::Parameters)
                .into_iter()
                .find_map(|claim| {
                    let Value::Parameters(count) = claim.fact.value() else {
                        return None;
                    };
                    (count.kind == kind).then_some(count.value)
                })
        };
        // What is no embedding is known where both counts are; nothing else
        // of the parts is.
        let embedding = of_kind(CountKind::UniqueLearned)
            .zip(of_kind(CountKind::NonEmbedding))
            .and_then(|(all, rest)| all.checked_sub(rest));
        wire::Params {
            schema_version: wire::SCHEMA_VERSION,
            model: model.id.to_string(),
            total,
            // In a dense model every token passes every parameter.
            active: of_kind(CountKind::Active).or(total.filter(|_| is_dense(model))),
            by_part: wire::ByPart {
                embedding,
                ..wire::ByPart::default()
            },
            by_dtype: BTreeMap::new(),
            tied: None,
            buffers: None,
            source: "claim",
            bytes_read: 0,
            claims: self.claims_on(model, Field::Parameters),
            headers: None,
        }
    }
}

fn is_dense(model: &Model) -> bool {
    let density = model.shown(Field::Density).map(|claim| claim.fact.value());
    matches!(density, Some(Value::Density(arbor_model::Density::Dense)))
}
