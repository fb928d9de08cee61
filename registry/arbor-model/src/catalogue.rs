//! The curated catalogue: families, organisations, sources, models, edges.
//!
//! A [`Catalogue`] is what `arbor-catalog` reads from files and `arbor-store`
//! keeps. This file holds the records and the rules by which one claim of
//! several is shown; whether the records fit together is checked by
//! `arbor-catalog`.

use crate::{
    Branch, Citation, Claim, Confidence, CountKind, Density, Fact, FamilyId, Field, HubId, Licence,
    Mask, ModelId, Objective, Openness, OrganisationId, ParameterCount, PartialDate, Relation,
    Revision, SourceKey, Text, Value,
};
use std::collections::BTreeMap;

words! {
    /// What a source is.
    SourceKind: "source kind" {
        /// An article or post.
        Article = "article",
        /// A source tree.
        Code = "code",
        /// A table of data.
        Dataset = "dataset",
        /// Documentation.
        Documentation = "documentation",
        /// A figure.
        Figure = "figure",
        /// A page of the model hub.
        Hub = "hub",
        /// What the authors know.
        Knowledge = "knowledge",
        /// A paper or technical report.
        Paper = "paper",
    }
}

/// Something that can be cited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The key it is cited by.
    pub key: SourceKey,
    /// Its title.
    pub title: Text,
    /// What it is.
    pub kind: SourceKind,
    /// Where it can be read: `http://` or `https://`.
    pub url: Option<Text>,
    /// The commit, version or revision that was read.
    pub pinned: Option<Text>,
    /// What a reader should know.
    pub note: Option<Text>,
}

/// Whoever makes models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: Text,
}

/// A line of models under one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// Its id.
    pub id: FamilyId,
    /// Its name.
    pub name: Text,
    /// A sentence on it.
    pub about: Option<Text>,
}

/// An edge from a child (the model that holds it) to a parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The parent.
    pub parent: ModelId,
    /// How the child came from it.
    pub relation: Relation,
    /// The parent's revision, where it is known.
    pub revision: Option<Revision>,
    /// Who says so.
    pub citation: Citation,
}

/// A model or a named release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Its id.
    pub id: ModelId,
    /// Its name.
    pub name: Text,
    /// The family it belongs to.
    pub family: FamilyId,
    /// Its makers, the first one first.
    pub organisations: Vec<OrganisationId>,
    /// The limb it hangs from: a convention where the mask fits no one box.
    pub branch: Branch,
    /// What its positions see.
    pub mask: Mask,
    /// What it was pre-trained to predict.
    pub objective: Objective,
    /// Its hub repository.
    pub hub: Option<HubId>,
    /// Other ids people use for it.
    pub aliases: Vec<ModelId>,
    /// What is said of it, as the file orders it.
    pub claims: Vec<Claim>,
    /// Where it comes from, as the file orders it.
    pub parents: Vec<Edge>,
}

impl Model {
    /// Every claim on a field, the one to show first.
    ///
    /// Order: for parameters the kind ([`CountKind`]'s order, the active
    /// count apart at the end), then the confidence, then the file's order.
    /// A `not disclosed` outranks every figure it is more trusted than.
    #[must_use]
    pub fn claims_on(&self, field: Field) -> Vec<&Claim> {
        let mut claims: Vec<_> = self
            .claims
            .iter()
            .filter(|c| c.fact.field() == field)
            .collect();
        let withheld = claims
            .iter()
            .filter(|c| matches!(c.fact.value(), Value::NotDisclosed))
            .map(|c| c.citation.confidence)
            .min();
        claims.sort_by_key(|claim| rank(claim, withheld));
        claims
    }

    /// The claim to show for a field.
    #[must_use]
    pub fn shown(&self, field: Field) -> Option<&Claim> {
        self.claims_on(field)
            .into_iter()
            .find(|claim| !is_active(&claim.fact))
    }

    /// The release date to show.
    #[must_use]
    pub fn released(&self) -> Option<PartialDate> {
        let Value::Released(release) = self.shown(Field::Released)?.fact.value() else {
            return None;
        };
        Some(release.date)
    }

    /// The total parameter count to show.
    #[must_use]
    pub fn parameters(&self) -> Option<ParameterCount> {
        let Value::Parameters(count) = self.shown(Field::Parameters)?.fact.value() else {
            return None;
        };
        Some(*count)
    }

    /// The parameters that one token passes through, where they are claimed.
    #[must_use]
    pub fn active_parameters(&self) -> Option<ParameterCount> {
        let claims = self.claims_on(Field::Parameters).into_iter();
        claims
            .filter_map(|claim| count_of(&claim.fact))
            .find(|c| c.kind == CountKind::Active)
    }

    /// Who can have the weights.
    #[must_use]
    pub fn openness(&self) -> Option<Openness> {
        let Value::Openness(openness) = self.shown(Field::Openness)?.fact.value() else {
            return None;
        };
        Some(*openness)
    }

    /// Whether every token passes every weight.
    #[must_use]
    pub fn density(&self) -> Option<Density> {
        let Value::Density(density) = self.shown(Field::Density)?.fact.value() else {
            return None;
        };
        Some(*density)
    }

    /// The weights' licence.
    #[must_use]
    pub fn licence(&self) -> Option<&Licence> {
        let Value::Licence(licence) = self.shown(Field::Licence)?.fact.value() else {
            return None;
        };
        Some(licence)
    }

    /// The number shown for a field of numbers.
    #[must_use]
    pub fn number(&self, field: Field) -> Option<u64> {
        let Value::Number(number) = self.shown(field)?.fact.value() else {
            return None;
        };
        Some(*number)
    }
}

fn count_of(fact: &Fact) -> Option<ParameterCount> {
    if let Value::Parameters(count) = fact.value() {
        Some(*count)
    } else {
        None
    }
}

fn is_active(fact: &Fact) -> bool {
    count_of(fact).is_some_and(|count| count.kind == CountKind::Active)
}

fn rank(claim: &Claim, withheld: Option<Confidence>) -> (bool, Option<CountKind>, Confidence) {
    let confidence = claim.citation.confidence;
    let kind = count_of(&claim.fact).map(|count| count.kind);
    (
        kind.is_some() && withheld.is_some_and(|w| w < confidence),
        kind,
        confidence,
    )
}

/// A model that was withdrawn: its id stays taken and says where to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// The id it had.
    pub id: ModelId,
    /// Why it is gone.
    pub reason: Text,
    /// What to look at instead.
    pub successor: Option<ModelId>,
}

/// The whole curated catalogue, sorted by id throughout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// What can be cited.
    pub sources: BTreeMap<SourceKey, Source>,
    /// Makers.
    pub organisations: BTreeMap<OrganisationId, Organisation>,
    /// Families.
    pub families: BTreeMap<FamilyId, Family>,
    /// Models.
    pub models: BTreeMap<ModelId, Model>,
    /// Withdrawn models.
    pub tombstones: BTreeMap<ModelId, Tombstone>,
}
