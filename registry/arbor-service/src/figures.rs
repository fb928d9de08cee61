//! Figures over the whole catalogue, and the same as tables: what people see
//! and what a screen reader or a program reads are made of one list.
//!
//! It does not know how figures look (`arbor-draw`) or where they stand on a
//! page.

use crate::filter::{Access, access_of};
use crate::gene::Carriers;
use crate::picture::Mode;
use crate::{MemoryQuery, View};
use arbor_draw::{Curve, Dot, Figure, Hue, Marks, Scale};
use arbor_model::{AttentionKind, Branch, Field, Gene, Model, PartialDate, Value, human_count};
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

    /// Draws what a model's key-value cache takes as its context grows, and
    /// what it would take with other attention of the same size. Nothing
    /// where the claims do not say enough.
    #[must_use]
    pub fn memory_figure(&self, model: &Model, mode: Mode) -> Option<Drawn> {
        let number = |field| model.number(field).filter(|n| *n > 0);
        let (layers, heads) = (number(Field::Layers)?, number(Field::Heads)?);
        let head_size = number(Field::HeadSize)
            .or_else(|| number(Field::HiddenSize)?.checked_div(heads))
            .filter(|size| *size > 0)?;
        let Value::Attention(real) = *model.shown(Field::Attention)?.fact.value() else {
            return None;
        };
        if model.branch != Branch::DecoderOnly {
            return None;
        }
        let kv_heads = number(Field::KvHeads).unwrap_or(heads);
        // Bytes for each token in bf16: two numbers a key-value head and its
        // width; or one latent vector of 512 and a rotary key of 64, the
        // sizes of DeepSeek-V2 and V3.
        let full = |heads: u64| {
            [2, 2, layers, heads, head_size]
                .into_iter()
                .try_fold(1_u64, u64::checked_mul)
        };
        let latent = layers.checked_mul(2 * (512 + 64))?;
        let grouped = match real {
            AttentionKind::Gqa => kv_heads,
            AttentionKind::Mha
            | AttentionKind::Mqa
            | AttentionKind::Mla
            | AttentionKind::Hybrid
            | AttentionKind::Linear
            | AttentionKind::Mfa
            | AttentionKind::None
            | AttentionKind::Recurrent
            | AttentionKind::StateSpace => (heads / 8).max(1),
        };
        let kinds = [
            (AttentionKind::Mha, "MHA", Hue::Value(1), full(heads)?),
            (AttentionKind::Gqa, "GQA", Hue::Value(0), full(grouped)?),
            (AttentionKind::Mqa, "MQA", Hue::Value(2), full(1)?),
            (AttentionKind::Mla, "MLA", Hue::Value(3), latent),
        ];
        if !kinds.iter().any(|(kind, ..)| *kind == real) {
            return None;
        }
        let contexts: Vec<u64> = (0..=10).map(|step| 1_024_u64 << step).collect();
        let weights = self.memory(model, MemoryQuery::default()).ok();
        let weights = weights.map(|memory| memory.weights);
        Some(memory_drawn(model, real, &kinds, &contexts, weights, mode))
    }
}

/// A kind of attention, its short name, its colour, bytes for each token.
type Kind = (AttentionKind, &'static str, Hue, u64);

fn memory_drawn(
    model: &Model,
    real: AttentionKind,
    kinds: &[Kind],
    contexts: &[u64],
    weights: Option<u64>,
    mode: Mode,
) -> Drawn {
    let mut curves: Vec<Curve> = kinds
        .iter()
        .map(|(kind, name, hue, bytes)| Curve {
            name: (*name).to_owned(),
            hue: *hue,
            is_real: *kind == real,
            points: contexts
                .iter()
                .map(|tokens| (*tokens as f64, *bytes as f64 * *tokens as f64))
                .collect(),
        })
        .collect();
    let ends = contexts.first().zip(contexts.last());
    if let (Some(weights), Some((first, last))) = (weights, ends) {
        let points = [*first, *last].map(|tokens| (tokens as f64, weights as f64));
        curves.push(Curve {
            name: "weights".to_owned(),
            hue: Hue::Other,
            is_real: false,
            points: points.into(),
        });
    }
    let all = || curves.iter().flat_map(|c| c.points.iter().map(|p| p.1));
    let (low, high) = (all().fold(f64::MAX, f64::min), all().fold(1.0, f64::max));
    let ticks: Vec<(f64, String)> = (20..60)
        .step_by(2)
        .map(|power| (2_f64.powi(power), bytes(2_f64.powi(power))))
        .collect();
    let below = ticks.iter().rev().find(|(at, _)| *at <= low);
    let above = ticks.iter().find(|(at, _)| *at >= high);
    let span = (below.map_or(low, |t| t.0), above.map_or(high, |t| t.0));
    let within = ticks.iter().filter(|t| t.0 >= span.0 && t.0 <= span.1);
    let figure = Figure {
        title: format!("Cache of {} as its context grows", model.name),
        x: Scale {
            title: "tokens in the context".to_owned(),
            span: (1_024.0, 1_048_576.0),
            is_log: true,
            ticks: contexts
                .iter()
                .map(|tokens| (*tokens as f64, binary(*tokens)))
                .collect(),
        },
        y: Scale {
            title: "bytes of key-value cache in bf16, one sequence".to_owned(),
            span,
            is_log: true,
            ticks: within.cloned().collect(),
        },
        marks: Marks::Curves(curves),
        key: Vec::new(),
    };
    let head = ["Tokens"].into_iter().chain(kinds.iter().map(|k| k.1));
    let rows = contexts.iter().map(|tokens| {
        let cells = kinds.iter().map(|k| bytes(k.3 as f64 * *tokens as f64));
        let cells = std::iter::once(binary(*tokens)).chain(cells);
        (cells.collect(), None)
    });
    Drawn {
        svg: figure.svg(mode),
        head: head.map(str::to_owned).collect(),
        rows: rows.collect(),
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

/// The middle of a date, in months.
fn months(date: PartialDate) -> f64 {
    let of = |(year, month, day): (u16, u8, u8)| {
        f64::from(year) * 12.0 + f64::from(month) - 1.0 + f64::from(day) / 31.0
    };
    (of(date.earliest()) + of(date.latest())) / 2.0
}

/// Whole years around these months.
fn years(moments: impl Iterator<Item = f64>) -> Scale {
    let (low, high) = moments.fold((f64::MAX, f64::MIN), |(low, high), moment| {
        (low.min(moment), high.max(moment))
    });
    let (first, last) = match low <= high {
        true => (
            (low / 12.0).floor() as i32,
            (high / 12.0).floor() as i32 + 1,
        ),
        false => (2018, 2019),
    };
    Scale {
        title: "date of release".to_owned(),
        span: (f64::from(first) * 12.0, f64::from(last) * 12.0),
        is_log: false,
        ticks: (first..=last)
            .map(|year| (f64::from(year) * 12.0, year.to_string()))
            .collect(),
    }
}

fn decimal_ticks() -> Vec<(f64, String)> {
    (3..=15)
        .map(|power| 10_u64.pow(power))
        .map(|count| (count as f64, human_count(count)))
        .collect()
}

fn binary_ticks() -> Vec<(f64, String)> {
    (6..=26)
        .map(|power| 1_u64 << power)
        .map(|tokens| (tokens as f64, binary(tokens)))
        .collect()
}

/// `131072` as people say it: `128K`.
fn binary(tokens: u64) -> String {
    match tokens {
        0..1_024 => tokens.to_string(),
        1_024..1_048_576 => format!("{}K", tokens / 1_024),
        1_048_576.. => format!("{}M", tokens / 1_048_576),
    }
}

/// Bytes with a binary unit, as memory is sold.
fn bytes(count: f64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut rest = count;
    let mut unit = units[0];
    for next in &units[1..] {
        if rest < 1_024.0 {
            break;
        }
        rest /= 1_024.0;
        unit = next;
    }
    if rest < 10.0 && rest.fract() > 0.05 {
        format!("{rest:.1} {unit}")
    } else {
        format!("{rest:.0} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_as_people_say_them() {
        assert_eq!(binary(512), "512");
        assert_eq!(binary(131_072), "128K");
        assert_eq!(binary(1_048_576), "1M");
        assert_eq!(bytes(1_048_576.0), "1 MiB");
        assert_eq!(bytes(1_610_612_736.0), "1.5 GiB");
        assert_eq!(bytes(512.0), "512 B");
    }
}
