//! `arbor list`: the models that pass a filter, in columns.

use crate::commands::filters::Filters;
use crate::commands::{App, imported};
use crate::exit::Refusal;
use crate::render::style::branch_named;
use crate::render::table::{self, Cell, Column as Drawn, Look, Overflow};
use crate::terminal::Mode;
use anyhow::Result;
use arbor_catalog::nearest;
use arbor_model::{Openness, PartialDate, human_count};
use arbor_service::wire::ModelSummary;
use arbor_service::{Access, Paging, Sort, View};

arbor_model::words! {
    /// A column of the list, named as its filter where it has one.
    Column: "column" {
        /// Who can have the weights.
        Access = "access",
        /// Parameters that one token passes through.
        Active = "active",
        /// The limb.
        Branch = "branch",
        /// When it came out.
        Date = "date",
        /// How many models descend from it.
        Descendants = "descendants",
        /// The family.
        Family = "family",
        /// The hub repository.
        Hub = "hub",
        /// The id.
        Id = "id",
        /// The weights' licence.
        Licence = "licence",
        /// What positions see.
        Mask = "mask",
        /// The name.
        Name = "name",
        /// What it was pre-trained to predict.
        Objective = "objective",
        /// Who made it.
        Org = "org",
        /// How many parameters.
        Params = "params",
        /// How its newest validation run ended.
        Runs = "runs",
    }
}

/// The columns unless others are asked for.
const DEFAULT: [Column; 6] = [
    Column::Id,
    Column::Date,
    Column::Params,
    Column::Access,
    Column::Branch,
    Column::Org,
];

/// List models: filter, sort, choose columns
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct List {
    /// By what to sort, `-` before it for the largest first: `date`,
    /// `descendants`, `family`, `id`, `name`, `org`, `params`
    #[arg(
        long,
        value_name = "KEY",
        default_value = "-date",
        allow_hyphen_values = true
    )]
    sort: String,
    /// At most so many rows
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: Option<u16>,
    /// Which columns, joined by commas: `id`, `name`, `date`, `params`,
    /// `active`, `access`, `branch`, `org`, `family`, `licence`, `mask`,
    /// `objective`, `descendants`, `hub`, `runs`
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    columns: Vec<String>,
    /// Only models released on this date or later: `2023`, `2023-02`
    #[arg(long, value_name = "DATE", conflicts_with = "date")]
    since: Option<PartialDate>,
    /// Imported models instead, by name: of an author, or all
    #[arg(
        long,
        value_name = "AUTHOR",
        num_args = 0..=1,
        default_missing_value = "",
        conflicts_with_all = ["columns", "since"]
    )]
    imported: Option<String>,
    /// With `--imported`: those whose name comes behind this one
    #[arg(long, value_name = "ORG/NAME", requires = "imported")]
    after: Option<String>,
    #[command(flatten)]
    filters: Filters,
}

/// So many imported models, where nobody says how many.
const IMPORTED: u32 = 100;

const EXAMPLES: &str = "\
Examples:
  arbor list --branch enc,ed --access open --sort params
  arbor list --org google --date 2018..2020 --columns name,date,licence
  arbor list --params 1B..10B --ctx 32k.. --sort -descendants --limit 20
  arbor list --root llama-7b --rel weights -q
  arbor list --columns id,params | awk '$2 > 1e11'

Behind a pipe the columns are tab-separated, without a heading, with counts in
full; what is not known is empty. `MoE` marks a size that is the total of all
experts: it is not comparable with a dense model's.";

impl List {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        if let Some(author) = &self.imported {
            self.filters.none_for("a list of imported models")?;
            let registry = app.registry().await?;
            let author = Some(author.as_str()).filter(|author| !author.is_empty());
            let limit = self.limit.map_or(IMPORTED, u32::from);
            let listing = registry.imported_list(author, self.after.as_deref(), limit);
            return imported::list(app, &listing.await?);
        }
        let columns = self.columns()?;
        let sort: Sort = self.sort.parse()?;
        let paging = match self.limit {
            Some(limit) => Some(Paging::new(1, limit.into())?),
            None => None,
        };
        let view = app.view().await?;
        let filter = self.filters.clone().since(self.since).read(app, &view)?;
        let listing = view.list(&filter, sort, paging);
        let models = &listing.models;
        let ids = || models.iter().map(|model| model.id.as_str());
        match app.terminal.mode() {
            Mode::Json => app.terminal.json(&listing)?,
            Mode::Quiet => app.terminal.ids(ids())?,
            Mode::Plain => {
                let row = |model| columns.iter().map(|c| c.plain(model)).collect();
                app.terminal.print(&table::tsv(models.iter().map(row)))?;
            }
            Mode::Human if models.is_empty() => {}
            Mode::Human => app.terminal.print(&table::table(
                &columns.iter().map(|c| c.drawn()).collect::<Vec<_>>(),
                &models
                    .iter()
                    .map(|model| columns.iter().map(|c| c.cell(model, &view)).collect())
                    .collect::<Vec<_>>(),
                Overflow::Cut,
                app.terminal.width(),
            ))?,
        }
        if models.is_empty() {
            app.terminal.note("no model passes this filter");
        } else if models.len() < listing.matched {
            let (shown, matched) = (models.len(), listing.matched);
            app.terminal
                .note(&format!("{shown} of {matched} models are shown"));
        }
        if let Some(root) = filter.root().and_then(|root| view.find(root.as_str())) {
            app.remark_on_sizes(&view, root, filter.relation_set());
        }
        Ok(())
    }

    fn columns(&self) -> Result<Vec<Column>> {
        if self.columns.is_empty() {
            return Ok(DEFAULT.to_vec());
        }
        let read = |word: &String| {
            let word = word.trim();
            word.parse().map_err(|error: arbor_model::UnknownWord| {
                let near = nearest(word, Column::WORDS.iter().copied());
                let hint = near.map(|near| format!("did you mean `{near}`?"));
                Refusal::usage(error.to_string(), hint).into()
            })
        };
        self.columns.iter().map(read).collect()
    }
}

impl Column {
    fn drawn(self) -> Drawn {
        match self {
            Self::Active | Self::Descendants | Self::Params => Drawn::number(self.as_str()),
            Self::Access | Self::Branch | Self::Date | Self::Runs => Drawn::word(self.as_str()),
            Self::Family
            | Self::Hub
            | Self::Id
            | Self::Licence
            | Self::Mask
            | Self::Name
            | Self::Objective
            | Self::Org => Drawn::text(self.as_str()),
        }
    }

    /// As programs read it.
    fn plain(self, model: &ModelSummary) -> String {
        let number = |number: Option<u64>| number.map_or_else(String::new, |n| n.to_string());
        match self {
            Self::Access => access(model).to_owned(),
            Self::Active => number(model.active_parameters),
            Self::Branch => model.branch.to_owned(),
            Self::Date => model.released.clone().unwrap_or_default(),
            Self::Descendants => model.descendants.to_string(),
            Self::Family => model.family.clone(),
            Self::Hub => model.hub.clone().unwrap_or_default(),
            Self::Id => model.id.clone(),
            Self::Licence => model.licence.clone().unwrap_or_default(),
            Self::Mask => model.mask.to_owned(),
            Self::Name => model.name.clone(),
            Self::Objective => model.objective.to_owned(),
            Self::Org => model.organisations.join(","),
            Self::Params => number(model.parameters),
            Self::Runs => model
                .validation
                .as_ref()
                .map_or_else(String::new, |run| run.verdict.to_owned()),
        }
    }

    /// As people read it.
    fn cell(self, model: &ModelSummary, view: &View) -> Cell {
        match self {
            Self::Id => Cell::strong(&model.id),
            Self::Params if model.parameters.is_none() => Cell::faint(model.marked_size()),
            Self::Params => Cell::new(model.marked_size()),
            Self::Active => Cell::new(model.active_parameters.map_or(String::new(), human_count)),
            Self::Branch => {
                let look = branch_named(model.branch).map_or(Look::Plain, Look::Branch);
                Cell::new(model.branch).look(look)
            }
            Self::Org => Cell::new(makers(model, view)),
            Self::Access
            | Self::Date
            | Self::Descendants
            | Self::Family
            | Self::Hub
            | Self::Licence
            | Self::Mask
            | Self::Name
            | Self::Objective
            | Self::Runs => Cell::new(self.plain(model)),
        }
    }
}

/// Who can have the weights, in a word.
pub(crate) fn access(model: &ModelSummary) -> &'static str {
    let openness: Option<Openness> = model.openness.and_then(|word| word.parse().ok());
    openness.map_or("", |openness| Access::from(openness).as_str())
}

fn makers(model: &ModelSummary, view: &View) -> String {
    let model = view.catalogue().models.get(model.id.as_str());
    model.map_or_else(String::new, |model| view.makers(model))
}
