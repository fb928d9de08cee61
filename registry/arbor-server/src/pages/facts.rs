//! A model's claims as a page shows them: grouped, the shown one first, its
//! rivals beside it.

use crate::urls;
use arbor_model::Field;
use arbor_service::wire;
use std::collections::BTreeMap;

/// A claim with its source's page.
pub(crate) struct Said {
    /// The claim.
    pub(crate) claim: wire::Claim,
    /// Its source's page.
    pub(crate) href: String,
}

impl Said {
    fn new(claim: wire::Claim) -> Self {
        Self {
            href: urls::source(&claim.cited.source),
            claim,
        }
    }
}

/// All claims on a field.
pub(crate) struct Fact {
    /// The field as a heading has it.
    pub(crate) title: String,
    /// The field's word.
    pub(crate) field: &'static str,
    /// The claim that is shown.
    pub(crate) first: Said,
    /// The others.
    pub(crate) rivals: Vec<Said>,
}

/// Fields that belong together.
pub(crate) struct Group {
    /// What they are about.
    pub(crate) title: &'static str,
    /// Those that something is claimed of.
    pub(crate) facts: Vec<Fact>,
    /// Those that nothing is.
    pub(crate) missing: Vec<String>,
}

/// Which group a field belongs to.
const fn group_of(field: Field) -> &'static str {
    match field {
        Field::Parameters | Field::Density | Field::Experts => "Size",
        Field::Released | Field::Openness | Field::Licence => "Release",
        Field::Architecture
        | Field::Attention
        | Field::ContextLength
        | Field::FeedForward
        | Field::HeadSize
        | Field::Heads
        | Field::HiddenSize
        | Field::IntermediateSize
        | Field::KvHeads
        | Field::Layers
        | Field::Norm
        | Field::Position
        | Field::Vocabulary => "Architecture",
        Field::Accelerators | Field::CpuCores | Field::TrainingCost | Field::TrainingTokens => {
            "Training"
        }
        Field::FigureBranch
        | Field::FigureOpenness
        | Field::FigureOrganisation
        | Field::FigureYear => FIGURE,
    }
}

const FIGURE: &str = "In the published 2023 figure";
const GROUPS: [&str; 5] = ["Size", "Release", "Architecture", "Training", FIGURE];

/// A model's claims, grouped.
pub(crate) fn groups(claims: &BTreeMap<&'static str, Vec<wire::Claim>>) -> Vec<Group> {
    let groups = GROUPS.iter().map(|title| {
        let fields = Field::ALL
            .iter()
            .filter(|field| group_of(**field) == *title);
        let mut group = Group {
            title,
            facts: Vec::new(),
            missing: Vec::new(),
        };
        for field in fields {
            let said = claims.get(field.as_str()).cloned().unwrap_or_default();
            let mut said = said.into_iter().map(Said::new);
            match said.next() {
                Some(first) => group.facts.push(Fact {
                    title: field.title(),
                    field: field.as_str(),
                    first,
                    rivals: said.collect(),
                }),
                // Most models are no leaf of the figure; that is no gap.
                None if *title == FIGURE => {}
                None => group.missing.push(field.title()),
            }
        }
        group
    });
    groups
        .filter(|group| !(group.facts.is_empty() && group.missing.is_empty()))
        .collect()
}
