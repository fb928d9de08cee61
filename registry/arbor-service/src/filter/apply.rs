//! Whether a model passes a filter. Facts that are not known fail every
//! filter on them: a model without a date is of no year.

use super::{Access, Filter, Ran};
use crate::View;
use arbor_model::{Field, Model, Value};
use std::collections::HashSet;

impl Filter {
    /// The models that pass, in order of id.
    #[must_use]
    pub fn models<'v>(&self, view: &'v View) -> Vec<&'v Model> {
        let below = self.root.as_ref().map(|root| {
            let mut ids: HashSet<&str> = view.descendant_ids(root.as_str(), self.relation_set());
            if let Some((id, _)) = view.catalogue().models.get_key_value(root) {
                ids.insert(id.as_str());
            }
            ids
        });
        let models = view.catalogue().models.values();
        models
            .filter(|model| {
                below
                    .as_ref()
                    .is_none_or(|below| below.contains(model.id.as_str()))
            })
            .filter(|model| self.accepts(model, view))
            .collect()
    }

    /// Whether the model passes all that needs no lineage.
    fn accepts(&self, model: &Model, view: &View) -> bool {
        any_of(&self.branch, |branch| model.branch == *branch)
            && any_of(&self.family, |family| model.family == *family)
            && any_of(&self.objective, |objective| model.objective == *objective)
            && any_of(&self.organisation, |org| model.organisations.contains(org))
            && any_of(&self.access, |access| access_of(model) == Some(*access))
            && any_of(&self.licence, |licence| {
                model
                    .licence()
                    .is_some_and(|l| l.as_str().to_lowercase() == *licence)
            })
            && any_of(&self.attention, |kind| {
                shows(model, Field::Attention, &Value::Attention(*kind))
            })
            && any_of(&self.drawn, |branch| {
                shows(model, Field::FigureBranch, &Value::Branch(*branch))
            })
            && any_of(&self.figure, |marker| {
                shows(model, Field::FigureOpenness, &Value::Marker(*marker))
            })
            && any_of(&self.runs, |ran| {
                Ran::from(view.latest(&model.id).map(|latest| latest.verdict)) == *ran
            })
            && self
                .date
                .as_ref()
                .is_none_or(|range| model.released().is_some_and(|date| range.contains(date)))
            && self.parameters.as_ref().is_none_or(|range| {
                model
                    .parameters()
                    .is_some_and(|count| range.contains(count.value))
            })
            && self.context.as_ref().is_none_or(|range| {
                model
                    .number(Field::ContextLength)
                    .is_some_and(|tokens| range.contains(tokens))
            })
            && self
                .fits
                .as_ref()
                .is_none_or(|room| room.holds(model, view))
            && self
                .words
                .as_ref()
                .is_none_or(|words| view.names(model).contains(words.as_str()))
    }
}

fn any_of<T>(wanted: &[T], is: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(is)
}

fn shows(model: &Model, field: Field, value: &Value) -> bool {
    model
        .shown(field)
        .is_some_and(|claim| claim.fact.value() == value)
}

/// The step of access that a model's openness means.
#[must_use]
pub(crate) fn access_of(model: &Model) -> Option<Access> {
    model.openness().map(Access::from)
}
