//! One model's page in a terminal: every claim under its field, with who
//! says so.

use super::style::{self, FAINT, STRONG, harmless};
use super::text::{pad, width, wrap};
use arbor_model::Field;
use arbor_service::wire::{Cited, Claim, Model, Relative};
use std::collections::BTreeMap;

/// The fields in the order of the page, by heading.
const SECTIONS: &[(&str, &[Field])] = &[
    (
        "Facts",
        &[
            Field::Parameters,
            Field::Released,
            Field::Openness,
            Field::Licence,
            Field::ContextLength,
            Field::TrainingTokens,
            Field::TrainingCost,
            Field::Accelerators,
            Field::CpuCores,
        ],
    ),
    (
        "Architecture",
        &[
            Field::Architecture,
            Field::Density,
            Field::Attention,
            Field::Position,
            Field::Norm,
            Field::FeedForward,
            Field::Layers,
            Field::HiddenSize,
            Field::Heads,
            Field::KvHeads,
            Field::HeadSize,
            Field::IntermediateSize,
            Field::Experts,
            Field::Vocabulary,
        ],
    ),
    (
        "As the 2023 figure draws it",
        &[
            Field::FigureBranch,
            Field::FigureOpenness,
            Field::FigureOrganisation,
            Field::FigureYear,
        ],
    ),
];

/// Labels are this wide.
const LABEL: usize = 19;

/// Writes pages.
pub(crate) struct Page {
    pub(crate) width: Option<usize>,
}

impl Page {
    /// The whole page.
    pub(crate) fn model(&self, model: &Model) -> String {
        let mut text = self.head(model);
        for (heading, fields) in SECTIONS {
            let claimed = fields.iter().filter_map(|field| {
                let claims = model.claims.get(field.as_str())?;
                Some(self.field(*field, claims))
            });
            let claimed: String = claimed.collect();
            if !claimed.is_empty() {
                text += &format!("\n{}\n{claimed}", style::paint(STRONG, heading));
            }
        }
        text += &self.relatives("Parents", &model.parents);
        text += &self.relatives("Children", &model.children);
        text += &self.sources(model);
        text
    }

    fn head(&self, model: &Model) -> String {
        let summary = &model.summary;
        let mut text = format!("{}\n", style::paint(STRONG, &harmless(&summary.name)));
        let size = summary.marked_size();
        let experts = if summary.has_experts() {
            "MoE: the total of all experts, not comparable with a dense model's"
        } else {
            ""
        };
        let facts: Vec<&str> = [
            Some(summary.branch),
            summary.released.as_deref(),
            Some(&size),
            summary.openness,
        ]
        .into_iter()
        .flatten()
        .collect();
        text += &self.line(&facts.join(" · "));
        let objective = format!(
            "{} ({}, {} mask)  {}",
            summary.objective, model.factorisation, summary.mask, model.formula
        );
        let descendants = format!(
            "{}, {} of them with weights",
            summary.descendants, model.weight_descendants
        );
        for (label, value) in [
            ("Id", summary.id.clone()),
            ("Also", model.aliases.join(", ")),
            ("Hub", summary.hub.clone().unwrap_or_default()),
            ("Makers", model.makers.join(", ")),
            ("Family", model.family_name.clone()),
            ("Size", experts.to_owned()),
            ("Objective", objective),
            ("Descendants", descendants),
            ("Validated", validated(model)),
        ] {
            if !value.is_empty() {
                text += &self.paragraph(label, &value);
            }
        }
        text
    }

    fn field(&self, field: Field, claims: &[Claim]) -> String {
        let title = field.title();
        // The heading has said whose figure it is.
        let bare = field.as_str().strip_prefix("figure-");
        self.claims(bare.unwrap_or(&title), claims)
    }

    /// Claims under a label: the one shown first, then its rivals.
    pub(crate) fn claims(&self, label: &str, claims: &[Claim]) -> String {
        let mut text = String::new();
        for (at, claim) in claims.iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            let rival = if at == 0 { "" } else { "or " };
            let why = claim.why.map(|why| format!("  ← {why}"));
            let value = format!("{rival}{}{}", claim.display, why.unwrap_or_default());
            text += &self.paragraph(label, &value);
            text += &self.faint(&citation(&claim.cited));
        }
        text
    }

    /// A line of its own, wrapped.
    pub(crate) fn line(&self, value: &str) -> String {
        let lines = wrap(&harmless(value), self.width);
        lines.into_iter().map(|line| line + "\n").collect()
    }

    fn relatives(&self, heading: &str, relatives: &[Relative]) -> String {
        if relatives.is_empty() {
            return String::new();
        }
        let heading = format!("{heading} ({})", relatives.len());
        let mut text = format!("\n{}\n", style::paint(STRONG, &heading));
        for relative in relatives {
            let date = relative.released.as_deref();
            let date = date.map_or_else(String::new, |date| format!(", {date}"));
            let at = relative.revision.as_deref();
            let at = at.map_or_else(String::new, |at| format!(" at revision {at}"));
            let value = format!("{} ({}{date}){at}", relative.id, relative.name);
            text += &self.paragraph(relative.relation, &value);
            text += &self.faint(&citation(&relative.cited));
        }
        text
    }

    /// What is cited, with where it can be read.
    fn sources(&self, model: &Model) -> String {
        let claims = model.claims.values().flatten().map(|claim| &claim.cited);
        let edges = model.parents.iter().chain(&model.children);
        let cited = claims.chain(edges.map(|edge| &edge.cited));
        let sources: BTreeMap<&str, &Cited> =
            cited.map(|cited| (cited.source.as_str(), cited)).collect();
        let mut text = format!("\n{}\n", style::paint(STRONG, "Sources"));
        for (key, cited) in sources {
            text += &self.paragraph(key, &cited.source_title);
            if let Some(url) = &cited.url {
                text += &self.faint(url);
            }
        }
        text
    }

    /// A label and a value, which is wrapped beside it; a long label takes a
    /// line of its own.
    pub(crate) fn paragraph(&self, label: &str, value: &str) -> String {
        let label = harmless(label);
        let (mut text, label) = if width(&label) >= LABEL {
            (format!("  {label}\n"), "")
        } else {
            (String::new(), label.as_str())
        };
        for (at, line) in self.lines(value).iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            text += format!("  {}{line}", pad(label, LABEL)).trim_end();
            text.push('\n');
        }
        text
    }

    fn faint(&self, value: &str) -> String {
        let lines = self.lines(value);
        let lines = lines
            .iter()
            .map(|line| format!("  {}{}\n", pad("", LABEL), style::paint(FAINT, line)));
        lines.collect()
    }

    fn lines(&self, value: &str) -> Vec<String> {
        let room = self.width.map(|width| width.saturating_sub(LABEL + 2));
        wrap(&harmless(value), room)
    }
}

/// How the newest run ended, and where it stands.
fn validated(model: &Model) -> String {
    let run = model.runs.first();
    run.map_or_else(
        || "never here".to_owned(),
        |run| {
            let (passed, made) = run.passed();
            format!(
                "{}, {passed} of {made} checks, {} (run {})",
                run.verdict, run.began, run.id
            )
        },
    )
}

/// Who says so, where, and how far to trust it.
fn citation(cited: &Cited) -> String {
    let mut text = format!("{}: {}", cited.confidence, cited.source);
    if let Some(at) = &cited.at {
        text += &format!(", at {at}");
    }
    if let Some(note) = &cited.note {
        text += &format!(" ({note})");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::SECTIONS;
    use arbor_model::Field;

    #[test]
    fn every_field_has_one_place_on_the_page() {
        let mut fields: Vec<Field> = SECTIONS
            .iter()
            .flat_map(|(_, f)| f.iter().copied())
            .collect();
        fields.sort();
        assert_eq!(fields, Field::ALL);
    }
}
