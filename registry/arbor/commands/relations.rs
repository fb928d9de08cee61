//! The `--rel` flag of the commands that walk the lineage.

use anyhow::Result;
use arbor_catalog::lineage::RelationSet;
use arbor_model::{Carries, Relation};
use arbor_service::{FilterKey, relations};
use clap::builder::PossibleValuesParser;

/// Which relations are followed.
#[derive(clap::Args)]
pub(crate) struct Relations {
    /// Follow these relations only: `weights`, `outputs`, `ideas`, or some by
    /// name, joined by commas
    #[arg(
        long = "rel",
        value_name = "RELATION",
        value_delimiter = ',',
        hide_possible_values = true,
        value_parser = PossibleValuesParser::new([Carries::WORDS, Relation::WORDS].concat())
    )]
    words: Vec<String>,
}

impl Relations {
    /// The set of them; all where none is named.
    pub(crate) fn set(&self) -> Result<RelationSet> {
        if self.words.is_empty() {
            return Ok(RelationSet::ALL);
        }
        let named = relations(FilterKey::Rel.as_str(), &self.words.join(","))?;
        Ok(named.into_iter().collect())
    }
}
