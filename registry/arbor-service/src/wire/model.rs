//! Models, and what is listed, found and said about them.

use arbor_model::Density;
use serde::Serialize;
use std::collections::BTreeMap;

/// A model in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModelSummary {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its family's id.
    pub family: String,
    /// Its makers' ids.
    pub organisations: Vec<String>,
    /// The limb it hangs from.
    pub branch: &'static str,
    /// What its positions see.
    pub mask: &'static str,
    /// What it was pre-trained to predict.
    pub objective: &'static str,
    /// When it came out, as precisely as is known.
    pub released: Option<String>,
    /// How many parameters it has.
    pub parameters: Option<u64>,
    /// What that counts.
    pub parameters_kind: Option<&'static str>,
    /// The same for people: `6.74B`, `not disclosed` or `not recorded`.
    pub size: String,
    /// Parameters that one token passes through.
    pub active_parameters: Option<u64>,
    /// `dense` or `experts`; the parameters of the latter are those of all
    /// experts, and not comparable with the former's.
    pub density: Option<&'static str>,
    /// Who can have the weights.
    pub openness: Option<&'static str>,
    /// The weights' licence.
    pub licence: Option<String>,
    /// Its hub repository.
    pub hub: Option<String>,
    /// How many models descend from it, by whatever relation.
    pub descendants: u64,
    /// How its newest validation run ended; nothing if none was made.
    pub validation: Option<super::Validation>,
}

impl ModelSummary {
    /// Whether its size is that of all its experts.
    #[must_use]
    pub fn has_experts(&self) -> bool {
        self.density == Some(Density::Experts.as_str())
    }

    /// The size for people, marked where it is not comparable with others:
    /// `MoE 1.75T`.
    #[must_use]
    pub fn marked_size(&self) -> String {
        let mark = if self.has_experts() { "MoE " } else { "" };
        format!("{mark}{}", self.size)
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listing {
    /// The version of this shape.
    pub schema_version: u32,
    /// How many models the catalogue has.
    pub total: usize,
    /// How many of them pass the filter.
    pub matched: usize,
    /// Which page this is, from 1.
    pub page: usize,
    /// How many pages there are.
    pub pages: usize,
    /// The page's models.
    pub models: Vec<ModelSummary>,
}

/// A value: a number where the field has numbers, else a word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// A whole number.
    Number(u64),
    /// A word, a date or a text.
    Text(String),
}

/// Where something is said and how far to trust it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cited {
    /// The source's key.
    pub source: String,
    /// The source's title.
    pub source_title: String,
    /// Where the source can be read.
    pub url: Option<String>,
    /// Where in the source.
    pub at: Option<String>,
    /// How far to trust it.
    pub confidence: &'static str,
    /// What a reader should know.
    pub note: Option<String>,
}

/// A claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// The value.
    pub value: Answer,
    /// What a count counts, or a date is the date of.
    pub kind: Option<&'static str>,
    /// The value for people, with its unit.
    pub display: String,
    /// Whether this is the claim shown for its field.
    pub shown: bool,
    /// Why it is shown, where it has rivals.
    pub why: Option<&'static str>,
    /// Who says so.
    #[serde(flatten)]
    pub cited: Cited,
}

/// A parent or child.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Relative {
    /// The relative's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its branch.
    pub branch: &'static str,
    /// When it came out.
    pub released: Option<String>,
    /// From child to parent.
    pub relation: &'static str,
    /// What the relation carries.
    pub carries: &'static str,
    /// The parent's revision.
    pub revision: Option<String>,
    /// Who says so.
    #[serde(flatten)]
    pub cited: Cited,
}

/// All that is known of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Model {
    /// The version of this shape.
    pub schema_version: u32,
    /// What lists say of it.
    #[serde(flatten)]
    pub summary: ModelSummary,
    /// Its makers' names.
    pub makers: Vec<String>,
    /// Its family's name.
    pub family_name: String,
    /// Other ids people use.
    pub aliases: Vec<String>,
    /// The product its objective learns.
    pub formula: &'static str,
    /// How that factorises a text's probability.
    pub factorisation: &'static str,
    /// Every claim by field, the shown one first.
    pub claims: BTreeMap<&'static str, Vec<Claim>>,
    /// Where it comes from.
    pub parents: Vec<Relative>,
    /// What came from it directly.
    pub children: Vec<Relative>,
    /// How many descend from it with weights.
    pub weight_descendants: u64,
    /// Values that others published for its checkpoint, which an examination
    /// compares with; nothing if none are known.
    pub published: Option<super::PublishedValues>,
    /// Its validation runs, the newest first.
    pub runs: Vec<super::Run>,
}

/// A model that a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SearchHit {
    /// How well it matches: `exact`, `prefix`, `substring` or `words`.
    pub rank: &'static str,
    /// The text that matched.
    pub matched: String,
    /// The model.
    #[serde(flatten)]
    pub model: ModelSummary,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Search {
    /// The version of this shape.
    pub schema_version: u32,
    /// What was searched for.
    pub query: String,
    /// What was found, best first.
    pub hits: Vec<SearchHit>,
    /// If nothing was: ids that are spelled alike.
    pub suggestions: Vec<String>,
}

/// A family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Family {
    /// The version of this shape.
    pub schema_version: u32,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// A sentence on it.
    pub about: Option<String>,
    /// Its models in order of date.
    pub models: Vec<ModelSummary>,
}

/// A family in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FamilySummary {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many models it has.
    pub models: usize,
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Organisation {
    /// The version of this shape.
    pub schema_version: u32,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its models in order of date.
    pub models: Vec<ModelSummary>,
}

/// An organisation in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrganisationSummary {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many models it has.
    pub models: usize,
}

/// How much there is of everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Models.
    pub models: usize,
    /// Families.
    pub families: usize,
    /// Organisations.
    pub organisations: usize,
    /// Sources.
    pub sources: usize,
}

/// A source in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceSummary {
    /// Its key.
    pub key: String,
    /// Its title.
    pub title: String,
    /// What it is.
    pub kind: &'static str,
    /// Where it can be read.
    pub url: Option<String>,
    /// The commit, version or revision that was read.
    pub pinned: Option<String>,
    /// What a reader should know.
    pub note: Option<String>,
    /// How many claims and edges cite it.
    pub cited: u64,
}

/// A source and what it is cited for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The version of this shape.
    pub schema_version: u32,
    /// What lists say of it.
    #[serde(flatten)]
    pub summary: SourceSummary,
    /// The models it is cited for, and how often each.
    pub models: Vec<(ModelSummary, u64)>,
}
