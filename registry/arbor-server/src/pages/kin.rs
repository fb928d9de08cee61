//! A parent or child as a page shows it: the relation as a sentence, and who
//! says so.

use super::bough::phrase;
use crate::urls;
use arbor_service::wire;

/// A parent or child.
pub(crate) struct Kin {
    /// What is known.
    pub(crate) kin: wire::Relative,
    /// Its page.
    pub(crate) href: String,
    /// The relation as a sentence has it.
    pub(crate) phrase: &'static str,
    /// The page of the source that says so.
    pub(crate) source: String,
}

impl Kin {
    /// A parent or child.
    pub(crate) fn new(kin: wire::Relative) -> Self {
        Self {
            href: urls::model(&kin.id),
            phrase: phrase(kin.relation),
            source: urls::source(&kin.cited.source),
            kin,
        }
    }

    /// Several.
    pub(crate) fn all(kin: Vec<wire::Relative>) -> Vec<Self> {
        kin.into_iter().map(Self::new).collect()
    }

    /// When it came out.
    pub(crate) fn released(&self) -> &str {
        self.kin.released.as_deref().unwrap_or("not recorded")
    }
}
