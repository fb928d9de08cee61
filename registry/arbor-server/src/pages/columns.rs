//! The columns of the table of models: which there are, what their cells say,
//! and the form that chooses among them.

use super::row::{Limb, Named, Row};
use super::runs::Mark;
use crate::reply::Ask;
use crate::urls;
use arbor_model::{Field, Model, human_bytes};
use arbor_service::{MemoryQuery, ServiceError, SortKey, View};

arbor_model::words! {
    /// A column besides the name.
    Column: "column" {
        /// Who can have the weights.
        Access = "access",
        /// Parameters that one token passes through.
        Active = "active",
        /// How layers mix positions.
        Attn = "attn",
        /// The limb.
        Branch = "branch",
        /// Context length.
        Ctx = "ctx",
        /// When it came out.
        Date = "date",
        /// How many descend from it.
        Descendants = "descendants",
        /// Its family.
        Family = "family",
        /// Its repository.
        Hub = "hub",
        /// Its licence.
        Licence = "licence",
        /// What its weights take in bf16.
        Memory = "memory",
        /// What it was pre-trained to predict.
        Objective = "objective",
        /// Who made it.
        Org = "org",
        /// How many parameters it has.
        Params = "params",
        /// How its newest validation run ended.
        Runs = "runs",
    }
}

/// The columns in the order of the table: head, class, what sorts by it, and
/// whether it is there where nobody chooses.
const TABLE: [(Column, &str, &str, Option<SortKey>, bool); 15] = [
    (Column::Org, "Makers", "", Some(SortKey::Org), true),
    (Column::Family, "Family", "", Some(SortKey::Family), true),
    (Column::Branch, "Branch", "", None, true),
    (Column::Date, "Released", "date", Some(SortKey::Date), true),
    (
        Column::Params,
        "Parameters",
        "num",
        Some(SortKey::Params),
        true,
    ),
    (Column::Active, "Active", "num", None, false),
    (Column::Memory, "In bf16", "num", None, false),
    (Column::Ctx, "Context", "num", None, false),
    (Column::Attn, "Attention", "", None, false),
    (Column::Objective, "Objective", "", None, false),
    (Column::Access, "Weights", "", None, true),
    (Column::Licence, "Licence", "", None, false),
    (Column::Hub, "Hub", "", None, false),
    (Column::Runs, "Validation", "", None, false),
    (
        Column::Descendants,
        "Descendants",
        "num",
        Some(SortKey::Descendants),
        true,
    ),
];

/// The columns that are shown.
pub(crate) struct Columns {
    shown: Vec<Column>,
    /// Whether the query names them as links do.
    pub(crate) is_tidy: bool,
}

/// A column's head.
pub(crate) struct Head {
    /// What it says.
    pub(crate) label: &'static str,
    /// Its class.
    pub(crate) class: &'static str,
    /// What sorts by it.
    pub(crate) key: Option<SortKey>,
}

/// A box of the form.
pub(crate) struct Choice {
    /// The column.
    pub(crate) column: Column,
    /// What it says.
    pub(crate) label: &'static str,
    /// Whether it is shown.
    pub(crate) on: bool,
}

/// What a cell says.
pub(crate) enum Cell {
    /// Names that lead somewhere.
    Links(Vec<Named>),
    /// A limb.
    Limb(Limb),
    /// A text with its class.
    Text(&'static str, String),
    /// A count of parameters, marked where it is of experts.
    Count(bool, String),
    /// How a run ended, and its page.
    Run(Mark, &'static str, String),
    /// Nothing that is known.
    None(&'static str),
}

impl Columns {
    /// The columns that the query names, in the table's order; the usual ones
    /// where it names none.
    pub(crate) fn of(ask: &Ask) -> Result<Self, ServiceError> {
        let mut named = Vec::new();
        for word in ask.query.all("cols").flat_map(|list| list.split(',')) {
            let column = word.trim().parse::<Column>().map_err(|error| {
                let expected = format!("one or more of `{}`", error.allowed.join("`, `"));
                ServiceError::bad_parameter("cols", word, expected)
            })?;
            named.push(column);
        }
        let is_shown = |(column, .., usual): &(Column, &str, &str, Option<SortKey>, bool)| {
            if named.is_empty() {
                *usual
            } else {
                named.contains(column)
            }
        };
        let shown = TABLE.iter().filter(|entry| is_shown(entry));
        let mut columns = Self {
            shown: shown.map(|entry| entry.0).collect(),
            is_tidy: true,
        };
        let written = columns.pair().map(|(_, value)| value);
        let given: Vec<&str> = ask.query.all("cols").collect();
        columns.is_tidy = given == written.as_deref().into_iter().collect::<Vec<_>>();
        Ok(columns)
    }

    /// The pair of an address; none for the usual ones.
    pub(crate) fn pair(&self) -> Option<(&'static str, String)> {
        let usual = TABLE.iter().filter(|entry| entry.4).map(|entry| entry.0);
        if usual.eq(self.shown.iter().copied()) {
            return None;
        }
        let words: Vec<&str> = self.shown.iter().map(|column| column.as_str()).collect();
        Some(("cols", words.join(",")))
    }

    /// Their heads.
    pub(crate) fn heads(&self) -> Vec<Head> {
        let shown = TABLE.iter().filter(|entry| self.shown.contains(&entry.0));
        shown
            .map(|(_, label, class, key, _)| Head {
                label,
                class,
                key: *key,
            })
            .collect()
    }

    /// The form's boxes.
    pub(crate) fn choices(&self) -> Vec<Choice> {
        let all = TABLE.iter();
        all.map(|(column, label, ..)| Choice {
            column: *column,
            label,
            on: self.shown.contains(column),
        })
        .collect()
    }

    /// A model's cells.
    pub(crate) fn cells(&self, view: &View, row: &Row) -> Vec<Cell> {
        let model = view.find(&row.model.id);
        let cells = self
            .shown
            .iter()
            .map(|column| cell(*column, view, row, model));
        cells.collect()
    }
}

fn cell(column: Column, view: &View, row: &Row, model: Option<&Model>) -> Cell {
    let number = |count: Option<u64>| {
        count.map_or(Cell::None("num"), |count| {
            Cell::Text("num", super::memory::grouped(count))
        })
    };
    let text = |text: Option<String>| text.map_or(Cell::None(""), |text| Cell::Text("", text));
    let claimed = |field| {
        let claim = model.and_then(|model| model.shown(field));
        claim.map(|claim| claim.fact.to_string())
    };
    let summary = &row.model;
    match column {
        Column::Access => Cell::Text("access", row.access().to_owned()),
        Column::Active => number(summary.active_parameters),
        Column::Attn => text(claimed(Field::Attention)),
        Column::Branch => Cell::Limb(row.limb.clone()),
        Column::Ctx => number(model.and_then(|model| model.number(Field::ContextLength))),
        Column::Date => Cell::Text("date", row.released().to_owned()),
        Column::Descendants => Cell::Text("num", summary.descendants.to_string()),
        Column::Family => Cell::Links(vec![row.family.clone()]),
        Column::Hub => text(summary.hub.clone()),
        Column::Licence => text(summary.licence.clone()),
        Column::Memory => {
            let memory = model.and_then(|m| view.memory(m, MemoryQuery::default()).ok());
            memory.map_or(Cell::None("num"), |memory| {
                Cell::Text("num", human_bytes(memory.weights))
            })
        }
        Column::Objective => Cell::Text("", summary.objective.to_owned()),
        Column::Org if row.makers.is_empty() => Cell::None(""),
        Column::Org => Cell::Links(row.makers.clone()),
        Column::Params => Cell::Count(summary.has_experts(), summary.size.clone()),
        Column::Runs => match &summary.validation {
            Some(run) => Cell::Run(Mark::of(run.verdict), run.verdict, urls::run(run.run)),
            None => Cell::Text("", "never run".to_owned()),
        },
    }
}
