//! Published values of a checkpoint's repository, and how it stands to them.

use arbor_loaders::published as loaders;
use serde::Serialize;

/// A published value held against a checkpoint.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Published {
    /// The value's name: the repository, what was published, a number.
    pub id: String,
    /// What it can decide: `A` and `B` a verdict, `C` nothing.
    pub tier: &'static str,
    /// `pass`, `loose`, `fail` or `not-comparable`.
    pub standing: &'static str,
    /// The largest distance from a published number, or the gap to a
    /// published token.
    pub far: Option<f64>,
    /// The largest share of what is allowed; above 1 it does not pass.
    pub share: Option<f64>,
    /// Why it cannot be compared, or what was said instead.
    pub detail: Option<String>,
    /// The address of the line that it stands in.
    pub source: String,
}

impl Published {
    /// The shape of a comparison.
    #[must_use]
    pub fn new(compared: &loaders::Compared) -> Self {
        let finite = |figure: Option<f64>| figure.filter(|figure| figure.is_finite());
        Self {
            id: compared.id.clone(),
            tier: compared.tier.as_str(),
            standing: compared.standing.as_str(),
            far: finite(compared.far),
            share: finite(compared.share),
            detail: compared.detail.clone(),
            source: compared.source.clone(),
        }
    }
}

/// How many published values of a repository the program knows, and where
/// they stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublishedValues {
    /// How many there are.
    pub count: u64,
    /// Of these, how many can decide a verdict.
    pub deciding: u64,
    /// The repositories that they stand in, by name, each once.
    pub sources: Vec<String>,
}

impl PublishedValues {
    /// What is known of a repository; nothing if no value is.
    #[must_use]
    pub fn of(hub: &arbor_model::HubId) -> Option<Self> {
        let rows = loaders::rows_of(hub);
        if rows.is_empty() {
            return None;
        }
        let deciding = rows.iter().filter(|row| row.tier != loaders::Tier::Told);
        let sources = rows.iter().map(|row| row.source.repository().to_owned());
        let sources: std::collections::BTreeSet<String> = sources.collect();
        Some(Self {
            count: rows.len() as u64,
            deciding: deciding.count() as u64,
            sources: sources.into_iter().collect(),
        })
    }
}
