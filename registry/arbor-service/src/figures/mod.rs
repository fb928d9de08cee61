//! Figures over the whole catalogue, and the same as tables: what people see
//! and what a screen reader or a program reads are made of one list.
//!
//! It does not know how figures look (`arbor-draw`) or where they stand on a
//! page. `memory.rs` has the figure of one model, `scales.rs` the ticks.

mod memory;
mod scales;

use crate::View;
use crate::filter::{Access, access_of};
use crate::gene::Carriers;
use crate::picture::Mode;
use arbor_draw::{Dot, Figure, Hue, Marks, Scale};
use arbor_model::{Branch, Field, Gene, Model, PartialDate, human_count};
use scales::{binary_ticks, decimal_ticks, months, years};
use std::collections::BTreeMap;

arbor_model::words! {
    /// A figure over the whole catalogue.
    FigureKind: "figure" {
        /// How many tokens models read at once, over time.
        Context = "context",
        /// How large models are, over time.
        Parameters = "parameters",
        /// Which branch releases belong to, by year.
        Shares = "shares",
    }
}

impl FigureKind {
    /// Its heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Context => "Context length over time",
            Self::Parameters => "Parameters over time",
            Self::Shares => "Releases by branch",
        }
    }

    /// What it shows, and how.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Context => {
                "Tokens a model was built to read at once, on a scale of doublings. Hollow dots \
                 are models whose weights cannot be had; named ones are leaves of the published \
                 2023 figure and the longest of their year."
            }
            Self::Parameters => {
                "Parameters in total, experts included, on a scale of tenfold steps. Hollow dots \
                 are models whose weights cannot be had; named ones are leaves of the published \
                 2023 figure and the largest of their year."
            }
            Self::Shares => {
                "The catalogue's models by the year in which they came out; above each bar, how \
                 many. What the catalogue holds is a choice: the shares are of it, not of all \
                 models ever made."
            }
        }
    }
}

/// A figure and the table that says the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The SVG element.
    pub svg: String,
    /// The table's headings.
    pub head: Vec<String>,
    /// Its rows; where the first cell leads, if anywhere.
    pub rows: Vec<(Vec<String>, Option<String>)>,
}

/// The most rows of a figure's table: all of them are in the exports.
const ROWS: usize = 120;

impl View {
    /// Draws a figure over the whole catalogue.
    #[must_use]
    pub fn figure(&self, kind: FigureKind, mode: Mode) -> Drawn {
        match kind {
            FigureKind::Context => {
                let tokens = |model: &Model| model.number(Field::ContextLength);
                self.over_time(kind, mode, tokens, &binary_ticks())
            }
            FigureKind::Parameters => {
                let count = |model: &Model| model.parameters().map(|count| count.value);
                self.over_time(kind, mode, count, &decimal_ticks())
            }
            FigureKind::Shares => self.shares(mode),
        }
    }

    /// Draws how a gene's values followed one another.
    #[must_use]
    pub fn gene_figure(&self, gene: Gene, mode: Mode) -> Drawn {
        let (carriers, _) = self.carriers(gene);
        let groups: Vec<(Hue, &str, Vec<&Model>)> = carriers
            .into_iter()
            .filter(|own| !own.models.is_empty())
            .map(|Carriers { value, models }| (value.hue, value.name, models))
            .collect();
        let title = format!("{} by year of release", gene.title());
        stacked(&title, &groups, mode)
    }

    fn shares(&self, mode: Mode) -> Drawn {
        let limbs = [
            Branch::EncoderOnly,
            Branch::EncoderDecoder,
            Branch::DecoderOnly,
        ];
        let groups = limbs.map(|branch| {
            let models = self.catalogue().models.values();
            let own = models.filter(|model| model.branch == branch);
            (Hue::Branch(branch), branch.title(), own.collect())
        });
        stacked(FigureKind::Shares.title(), &groups, mode)
    }

    fn over_time(
        &self,
        kind: FigureKind,
        mode: Mode,
        measure: impl Fn(&Model) -> Option<u64>,
        ticks: &[(f64, String)],
    ) -> Drawn {
        let models = self.catalogue().models.values();
        let mut measured: Vec<(f64, PartialDate, u64, &Model)> = models
            .filter(|model| model.branch != Branch::Precursor)
            .filter_map(|model| {
                let date = model.released()?;
                let value = measure(model).filter(|value| *value > 0)?;
                Some((months(date), date, value, model))
            })
            .collect();
        measured.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.3.id.cmp(&b.3.id)));
        let named = named(&measured);
        let low = measured.iter().map(|m| m.2).min().unwrap_or(1) as f64;
        let high = measured.iter().map(|m| m.2).max().unwrap_or(1) as f64;
        let below = ticks.iter().rev().find(|(at, _)| *at <= low);
        let above = ticks.iter().find(|(at, _)| *at >= high);
        let span = (
            below.map_or(low / 2.0, |tick| tick.0),
            above.map_or(high * 2.0, |tick| tick.0),
        );
        let within = ticks.iter().filter(|t| t.0 >= span.0 && t.0 <= span.1);
        let dots = measured.iter().map(|(when, _, value, model)| Dot {
            x: *when,
            y: *value as f64,
            hue: Hue::Branch(model.branch),
            is_open: is_open(model),
            label: named
                .contains(&model.id.as_str())
                .then(|| (model.name.to_string(), address(model))),
        });
        let unit = match kind {
            FigureKind::Context => "tokens",
            FigureKind::Parameters | FigureKind::Shares => "parameters",
        };
        let figure = Figure {
            title: kind.title().to_owned(),
            x: years(measured.iter().map(|m| m.0)),
            y: Scale {
                title: unit.to_owned(),
                span,
                is_log: true,
                ticks: within.cloned().collect(),
            },
            marks: Marks::Dots(dots.collect()),
            key: limb_key(),
        };
        let rows = measured.iter().rev();
        let rows = rows.filter(|m| named.contains(&m.3.id.as_str()));
        let rows = rows.take(ROWS).map(|(_, date, value, model)| {
            let cells = vec![
                model.name.to_string(),
                date.to_string(),
                model.branch.title().to_owned(),
                human_count(*value),
                if is_open(model) { "yes" } else { "no" }.to_owned(),
            ];
            (cells, Some(address(model)))
        });
        Drawn {
            svg: figure.svg(mode),
            head: ["Model", "Released", "Branch", unit, "Weights"]
                .map(str::to_owned)
                .into(),
            rows: rows.collect(),
        }
    }
}

/// Shares of groups of models by year, as stacked bars.
fn stacked(title: &str, groups: &[(Hue, &str, Vec<&Model>)], mode: Mode) -> Drawn {
    let mut by_year: BTreeMap<u16, Vec<u64>> = BTreeMap::new();
    for (place, (_, _, models)) in groups.iter().enumerate() {
        for date in models.iter().filter_map(|model| model.released()) {
            let counts = by_year
                .entry(date.year())
                .or_insert_with(|| vec![0; groups.len()]);
            counts[place] += 1;
        }
    }
    let total = |counts: &[u64]| counts.iter().sum::<u64>();
    let bars = by_year.values().map(|counts| {
        let all = total(counts).max(1) as f64;
        let parts = groups.iter().zip(counts);
        let parts = parts.map(|((hue, ..), count)| (*hue, *count as f64 / all));
        (parts.collect(), total(counts).to_string())
    });
    let ticks = by_year.keys().enumerate();
    let ticks = ticks.map(|(place, year)| (place as f64 + 0.5, year.to_string()));
    let figure = Figure {
        title: title.to_owned(),
        x: Scale {
            title: "year of release; above, how many models".to_owned(),
            span: (0.0, by_year.len().max(1) as f64),
            is_log: false,
            ticks: ticks.collect(),
        },
        y: Scale {
            title: "share of the catalogue's models".to_owned(),
            span: (0.0, 1.0),
            is_log: false,
            ticks: [0, 25, 50, 75, 100]
                .map(|percent| (f64::from(percent) / 100.0, format!("{percent}%")))
                .into(),
        },
        marks: Marks::Bars(bars.collect()),
        key: groups
            .iter()
            .map(|(hue, name, _)| (*hue, (*name).to_owned()))
            .collect(),
    };
    let head = ["Year"].into_iter().chain(groups.iter().map(|g| g.1));
    let rows = by_year.iter().map(|(year, counts)| {
        let cells = counts.iter().map(ToString::to_string);
        (
            std::iter::once(year.to_string()).chain(cells).collect(),
            None,
        )
    });
    Drawn {
        svg: figure.svg(mode),
        head: head.map(str::to_owned).collect(),
        rows: rows.collect(),
    }
}

/// Which models are named: the leaves of the published figure, and the
/// largest of each year on each limb.
fn named<'m>(measured: &[(f64, PartialDate, u64, &'m Model)]) -> Vec<&'m str> {
    let mut largest: BTreeMap<(u16, Branch), (u64, &'m str)> = BTreeMap::new();
    let mut names = Vec::new();
    for (_, date, value, model) in measured {
        if model.shown(Field::FigureYear).is_some() {
            names.push(model.id.as_str());
        }
        let best = largest.entry((date.year(), model.branch)).or_default();
        if best.0 < *value {
            *best = (*value, model.id.as_str());
        }
    }
    names.extend(largest.into_values().map(|(_, id)| id));
    names.sort_unstable();
    names.dedup();
    names
}

fn limb_key() -> Vec<(Hue, String)> {
    let limbs = [
        Branch::EncoderOnly,
        Branch::EncoderDecoder,
        Branch::DecoderOnly,
    ];
    limbs
        .map(|branch| (Hue::Branch(branch), branch.title().to_owned()))
        .into()
}

fn is_open(model: &Model) -> bool {
    matches!(access_of(model), Some(Access::Open | Access::Gated))
}

fn address(model: &Model) -> String {
    format!("/models/{}", model.id)
}
