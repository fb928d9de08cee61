//! What a pill says and how wide it is.
//!
//! It does not know where the pill stands or how it is coloured. Unit: half
//! pixels.

use crate::metrics::{Weight, clean, fit, width};
use crate::scene::{Access, Bead, Evidence, Link, Status};
use crate::when;
use arbor_model::Relation;

/// Height of a pill.
pub(crate) const HEIGHT: i32 = 40;
/// Font size of the label.
pub(crate) const LABEL: f64 = 23.0;
/// Font size of the secondary text and of the chip.
pub(crate) const SMALL: f64 = 19.0;
/// Room between the pill's edge and its text.
pub(crate) const PAD: i32 = 14;
/// Room between label and secondary text.
pub(crate) const SPACE: i32 = 10;
/// Room for the status glyph.
const GLYPH: i32 = 24;
/// Room between pill and chip.
pub(crate) const CHIP_GAP: i32 = 4;
/// Widest label and secondary text.
const LABEL_LIMIT: i32 = 360;
const SMALL_LIMIT: i32 = 180;

/// A pill's texts and widths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    /// The label as drawn.
    pub(crate) label: String,
    /// The secondary text as drawn.
    pub(crate) small: String,
    /// Where the secondary text starts, from the pill's start.
    pub(crate) small_at: i32,
    /// The chip's text, empty where there is none.
    pub(crate) chip: String,
    /// The pill's width without the chip.
    pub(crate) pill: i32,
    /// The chip's width, 0 where there is none.
    pub(crate) chip_width: i32,
}

impl Size {
    /// What stands on the pill, as it is read.
    pub(crate) fn seen(&self) -> String {
        match self.small.as_str() {
            "" => self.label.clone(),
            small => format!("{} {small}", self.label),
        }
    }

    /// Measures a model's pill.
    pub(crate) fn of(bead: &Bead, small: &str, label_limit: i32) -> Self {
        let label = fit(
            &bead.label,
            LABEL,
            Weight::SemiBold,
            label_limit.min(LABEL_LIMIT),
        );
        let small = fit(small, SMALL, Weight::Regular, SMALL_LIMIT);
        let mut end = PAD + width(&label, LABEL, Weight::SemiBold);
        let small_at = end + SPACE;
        if !small.is_empty() {
            end = small_at + width(&small, SMALL, Weight::Regular);
        }
        let glyph = match bead.status {
            Status::Unmarked => 0,
            Status::Waiting | Status::Passing | Status::Failing => GLYPH,
        };
        let notch = match bead.access {
            Access::Gated => 6,
            Access::Open | Access::Closed => 0,
        };
        let chip = chip(bead.folded);
        let chip_width = if chip.is_empty() {
            0
        } else {
            width(&chip, SMALL, Weight::SemiBold) + 14
        };
        Self {
            label,
            small,
            small_at,
            chip,
            pill: (end + glyph + notch + PAD).max(HEIGHT),
            chip_width,
        }
    }

    /// The width of pill and chip.
    pub(crate) fn whole(&self) -> i32 {
        if self.chip_width == 0 {
            self.pill
        } else {
            self.pill + CHIP_GAP + self.chip_width
        }
    }
}

/// `+37`, `+1.3k`, `+2M`; nothing for 0.
pub(crate) fn chip(count: u64) -> String {
    let short = |unit: u64, name: &str| {
        let tenths = count / (unit / 10);
        if tenths < 100 && !tenths.is_multiple_of(10) {
            format!("+{}.{}{name}", tenths / 10, tenths % 10)
        } else {
            format!("+{}{name}", tenths / 10)
        }
    };
    match count {
        0 => String::new(),
        1..=999 => format!("+{count}"),
        1_000..=999_999 => short(1_000, "k"),
        _ => short(1_000_000, "M"),
    }
}

/// A chip as a screen reader says it: what is seen, if that is rounded, too.
pub(crate) fn more(count: u64, seen: &str, of: &str) -> String {
    let exact = format!("{count} more descend from {of}");
    if seen == format!("+{count}") {
        exact
    } else {
        format!("{seen}: {exact}")
    }
}

/// The model as a screen reader says it. It begins with what is `seen`, so
/// that who speaks to the page can say just that.
pub(crate) fn spoken(bead: &Bead, seen: &str, parent: Option<(&Bead, Link)>) -> String {
    let label = clean(&bead.label);
    let is_sized = seen
        .rsplit(' ')
        .next()
        .is_some_and(|last| shortens(last, &bead.spoken_size));
    let mut parts = vec![if is_sized {
        format!("{seen} parameters")
    } else {
        seen.to_owned()
    }];
    if !seen.starts_with(&label) {
        parts.push(label);
    }
    if !bead.organisation.is_empty() {
        parts.push(clean(&bead.organisation));
    }
    parts.push(bead.date.map_or("no known date".into(), when::spoken));
    if !is_sized && !bead.spoken_size.is_empty() {
        parts.push(clean(&bead.spoken_size));
    }
    parts.push(
        match bead.access {
            Access::Open => "open weights",
            Access::Gated => "gated weights",
            Access::Closed => "closed",
        }
        .into(),
    );
    match bead.status {
        Status::Unmarked => {}
        Status::Waiting => parts.push("not run here yet".into()),
        Status::Passing => parts.push("passed here".into()),
        Status::Failing => parts.push("failed here".into()),
    }
    if let Some((parent, link)) = parent {
        let inferred = match link.evidence {
            Evidence::Documented => "",
            Evidence::Inferred => " (inferred)",
        };
        parts.push(format!(
            "{} {}{inferred}",
            inheritance(link.relation),
            clean(&parent.label)
        ));
    }
    parts.join(", ")
}

/// Whether `7.2B` is short for `7.2 billion parameters`.
fn shortens(short: &str, spoken: &str) -> bool {
    let mut words = spoken.split(' ');
    let number = words.next().unwrap_or_default();
    let unit = match words.next() {
        Some("thousand") => "K",
        Some("million") => "M",
        Some("billion") => "B",
        Some("trillion") => "T",
        Some(_) | None => return false,
    };
    short.strip_suffix(unit) == Some(number)
}

const fn inheritance(relation: Relation) -> &'static str {
    match relation {
        Relation::AdapterOf => "adapter of",
        Relation::ArchitectureFrom => "design from",
        Relation::ComponentOf => "component of",
        Relation::ContinuedFrom => "continued from",
        Relation::DistilledFrom => "distilled from",
        Relation::FineTunedFrom => "fine-tuned from",
        Relation::InitialisedFrom => "initialised from",
        Relation::MergedFrom => "merged from",
        Relation::QuantisedFrom => "quantised from",
        Relation::ScalesUp => "scaled up from",
        Relation::Succeeds => "successor of",
    }
}
