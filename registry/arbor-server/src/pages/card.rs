//! The selected model beside the tree: the shortest answer to what it is, and
//! its next of kin as selections.
//!
//! Its own page says the rest and who says so.

use super::bough::phrase;
use super::memory::Memory;
use super::row::Row;
use super::runs::Mark;
use crate::reply::Ask;
use arbor_model::{Field, Model};
use arbor_service::{Filter, ServiceError, wire};

/// What stands beside the tree.
pub(crate) struct Card {
    /// The model.
    pub(crate) row: Row,
    /// What the model learns, as a formula.
    pub(crate) formula: &'static str,
    /// Facts: title and value.
    pub(crate) facts: Vec<(String, String)>,
    /// Number formats and the weights in them.
    pub(crate) weights: Vec<(&'static str, String)>,
    /// Parents and children.
    pub(crate) kin: Vec<Relative>,
    /// Children that are left out.
    pub(crate) more: usize,
    /// How its newest run ended: mark, verdict, the run's page.
    pub(crate) checked: Option<(Mark, &'static str, String)>,
    /// Whether the filter lets it through.
    pub(crate) passes: bool,
    /// The view without the selection.
    pub(crate) without: String,
}

/// A parent or child.
pub(crate) struct Relative {
    /// Whether it is a parent.
    pub(crate) is_parent: bool,
    /// What passes from one to the other.
    pub(crate) carries: &'static str,
    /// From child to parent, as a sentence has it.
    pub(crate) phrase: &'static str,
    /// The relative's name.
    pub(crate) name: String,
    /// The view with it selected.
    pub(crate) href: String,
}

/// What the card says of a model, where it is claimed.
const FACTS: [Field; 6] = [
    Field::Layers,
    Field::HiddenSize,
    Field::Attention,
    Field::Position,
    Field::ContextLength,
    Field::Vocabulary,
];
/// The most children that it names.
const CHILDREN: usize = 5;

impl Card {
    /// The card of a model; `select` gives the view with another selection,
    /// or with none.
    pub(crate) fn new(
        ask: &Ask,
        model: &Model,
        filter: &Filter,
        select: impl Fn(Option<&str>) -> String,
    ) -> Result<Self, ServiceError> {
        let shown = ask.view.show(model, Vec::new())?;
        let relative = |is_parent: bool, kin: &wire::Relative| Relative {
            is_parent,
            carries: kin.carries,
            phrase: phrase(kin.relation),
            href: format!("{}#n-{}", select(Some(&kin.id)), kin.id),
            name: kin.name.clone(),
        };
        let parents = shown.parents.iter().map(|kin| relative(true, kin));
        let children = shown.children.iter().take(CHILDREN);
        let children = children.map(|kin| relative(false, kin));
        let facts = FACTS.iter().filter_map(|field| {
            let claim = shown.claims.get(field.as_str())?.first()?;
            Some((field.title(), claim.display.clone()))
        });
        let lines = Memory::of(&ask.view, model, &[])?.lines.into_iter();
        let checked = shown.summary.validation.as_ref().map(|run| {
            let href = crate::urls::run(run.run);
            (Mark::of(run.verdict), run.verdict, href)
        });
        Ok(Self {
            formula: shown.formula,
            facts: facts.collect(),
            weights: lines.map(|line| (line.dtype, line.weights)).collect(),
            kin: parents.chain(children).collect(),
            more: shown.children.len().saturating_sub(CHILDREN),
            checked,
            passes: filter.models(&ask.view).iter().any(|m| m.id == model.id),
            without: select(None),
            row: Row::new(&ask.view, shown.summary),
        })
    }
}
