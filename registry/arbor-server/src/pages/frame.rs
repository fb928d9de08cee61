//! What stands around every page: where the reader is, and what state of the
//! catalogue this shows.

use crate::assets;
use crate::reply::Ask;
use arbor_service::{View, wire};

/// A part of the site, as the navigation marks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// Models side by side.
    Compare,
    /// Families.
    Families,
    /// Figures over the whole catalogue.
    Figures,
    /// Genes.
    Genes,
    /// Models.
    Models,
    /// None of them.
    Other,
    /// Validation runs.
    Runs,
    /// Sources.
    Sources,
    /// The tree.
    Tree,
}

/// What stands around a page.
pub(crate) struct Frame {
    /// The stylesheet's address.
    pub(crate) style: String,
    /// The font's address.
    pub(crate) font: String,
    /// The script's address.
    pub(crate) script: String,
    /// The icon's address.
    pub(crate) icon: String,
    /// How much there is.
    pub(crate) totals: wire::Totals,
    /// The database change that the page shows.
    pub(crate) change: u64,
    /// The page's address in canonical form, whole where the site's is known;
    /// empty for refusals.
    pub(crate) canonical: String,
    /// The pages above it: name and address.
    pub(crate) crumbs: Vec<(String, String)>,
    /// Query keys that were ignored.
    pub(crate) ignored: Vec<String>,
    section: Section,
}

impl Frame {
    /// The frame of a page at its canonical address.
    pub(crate) fn new(ask: &Ask, section: Section, canonical: String) -> Self {
        Self {
            canonical: ask.absolute(&canonical),
            ignored: ask.query.unknown().to_vec(),
            ..Self::bare(&ask.view, section)
        }
    }

    /// The frame of a page that has no address of its own.
    pub(crate) fn bare(view: &View, section: Section) -> Self {
        Self {
            style: assets::STYLE.path(),
            font: assets::FONT.path(),
            script: assets::SCRIPT.path(),
            icon: assets::ICON.path(),
            totals: view.totals(),
            change: view.change(),
            canonical: String::new(),
            crumbs: Vec::new(),
            ignored: Vec::new(),
            section,
        }
    }

    /// The same with the pages above it.
    pub(crate) fn under<const N: usize>(self, crumbs: [(&str, &str); N]) -> Self {
        let crumbs = crumbs.map(|(name, address)| (name.to_owned(), address.to_owned()));
        Self {
            crumbs: crumbs.into(),
            ..self
        }
    }

    /// The site's mark, which stands in every page: fetched, it would be one
    /// request more before anything can be seen.
    pub(crate) const fn mark(&self) -> &'static str {
        assets::MARK
    }

    /// The navigation: name, address, and whether the reader is there.
    pub(crate) fn sections(&self) -> [(&'static str, &'static str, bool); 8] {
        let entry = |name, address, section| (name, address, self.section == section);
        [
            entry("Tree", "/", Section::Tree),
            entry("Models", "/models", Section::Models),
            entry("Families", "/families", Section::Families),
            entry("Genes", "/genes", Section::Genes),
            entry("Figures", "/figures", Section::Figures),
            entry("Runs", "/runs", Section::Runs),
            entry("Compare", "/compare", Section::Compare),
            entry("Sources", "/sources", Section::Sources),
        ]
    }
}
