//! A model in a table: its summary with names and addresses for ids, and
//! words for what is not known.

use crate::urls;
use arbor_model::Branch;
use arbor_service::{View, wire};

/// A link: what it says and where it leads.
#[derive(Clone)]
pub(crate) struct Named {
    /// What it says.
    pub(crate) name: String,
    /// Where it leads.
    pub(crate) href: String,
}

/// A branch as pages show it.
#[derive(Clone)]
pub(crate) struct Limb {
    /// Its name.
    pub(crate) title: &'static str,
    /// Its glyph.
    pub(crate) glyph: char,
    /// Its class in the stylesheet, which the drawing shares.
    pub(crate) class: &'static str,
}

impl Limb {
    /// A branch by its word; one that is unknown stays unmarked.
    pub(crate) fn named(word: &str) -> Self {
        word.parse().map_or(
            Self {
                title: "not recorded",
                glyph: '·',
                class: "pre",
            },
            Self::of,
        )
    }

    /// A branch.
    pub(crate) const fn of(branch: Branch) -> Self {
        Self {
            title: branch.title(),
            glyph: branch.glyph(),
            class: match branch {
                Branch::Precursor => "pre",
                Branch::EncoderOnly => "enc",
                Branch::EncoderDecoder => "ed",
                Branch::DecoderOnly => "dec",
            },
        }
    }
}

/// A model in a table.
pub(crate) struct Row {
    /// What is known.
    pub(crate) model: wire::ModelSummary,
    /// Its page.
    pub(crate) href: String,
    /// Its family.
    pub(crate) family: Named,
    /// Its makers.
    pub(crate) makers: Vec<Named>,
    /// Its limb.
    pub(crate) limb: Limb,
}

impl Row {
    /// The row of a summary.
    pub(crate) fn new(view: &View, model: wire::ModelSummary) -> Self {
        let makers = model.organisations.iter().map(|id| Named {
            name: view.maker_name(id).to_owned(),
            href: urls::organisation(id),
        });
        Self {
            href: urls::model(&model.id),
            family: Named {
                name: view.family_name(&model.family).to_owned(),
                href: urls::family(&model.family),
            },
            makers: makers.collect(),
            limb: Limb::named(model.branch),
            model,
        }
    }

    /// The rows of summaries.
    pub(crate) fn all(view: &View, models: Vec<wire::ModelSummary>) -> Vec<Self> {
        models.into_iter().map(|m| Self::new(view, m)).collect()
    }

    /// When it came out.
    pub(crate) fn released(&self) -> &str {
        self.model.released.as_deref().unwrap_or("not recorded")
    }

    /// Who can have the weights.
    pub(crate) fn access(&self) -> &'static str {
        access(self.model.openness)
    }

    /// The licence.
    pub(crate) fn licence(&self) -> &str {
        self.model.licence.as_deref().unwrap_or("not recorded")
    }

    /// Whether the weights can be had: pills are filled then.
    pub(crate) fn fill(&self) -> &'static str {
        fill(self.model.openness)
    }
}

/// Openness in words.
pub(crate) fn access(openness: Option<&str>) -> &'static str {
    match openness {
        Some("open-weights") => "open weights",
        Some("gated-weights") => "gated weights",
        Some("api-only") => "API only",
        Some("unreleased") => "unreleased",
        _ => "not recorded",
    }
}

/// Openness as the drawing has it: filled or hollow.
pub(crate) fn fill(openness: Option<&str>) -> &'static str {
    match openness {
        Some("open-weights") => "open",
        Some("gated-weights") => "open gated",
        _ => "shut",
    }
}
