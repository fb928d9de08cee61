//! Figures beside the tree: dots over time, shares as stacked bars, curves;
//! drawn by the same pens, for pages or to stand alone.
//!
//! It does not know what is measured: axes come with their ticks in words.
//! Unit: half pixels.

use crate::markup::{Sheet, escape};
use crate::metrics::{Weight, width};
use crate::path::Path;
use crate::pen::{Pen, Role, hue_class};
use crate::theme::{Hue, Mode};

/// A figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Its heading, which is also what a screen reader calls it.
    pub title: String,
    /// To the right.
    pub x: Scale,
    /// Upwards.
    pub y: Scale,
    /// What is drawn.
    pub marks: Marks,
    /// What the colours mean.
    pub key: Vec<(Hue, String)>,
}

/// An axis: from where to where, and what is written along it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// What it measures.
    pub title: String,
    /// Where it begins, and where it ends.
    pub span: (f64, f64),
    /// Whether equal steps are equal ratios; then both ends are above 0.
    pub is_log: bool,
    /// Places and their words.
    pub ticks: Vec<(f64, String)>,
}

/// What a figure shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Marks {
    /// Single values.
    Dots(Vec<Dot>),
    /// A stack for each tick of the horizontal axis, in its order; each part
    /// has a hue and a share of the whole from 0 to 1. Above it stands a note.
    Bars(Vec<(Vec<(Hue, f64)>, String)>),
    /// Values along a line.
    Curves(Vec<Curve>),
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    /// Along.
    pub x: f64,
    /// Up.
    pub y: f64,
    /// Its colour.
    pub hue: Hue,
    /// Filled or hollow: open or closed.
    pub is_open: bool,
    /// Its name and where it leads; dots without one are drawn small.
    pub label: Option<(String, String)>,
}

/// A line of values.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// What stands at its end.
    pub name: String,
    /// Its colour.
    pub hue: Hue,
    /// Whether it is what is, or what would be.
    pub is_real: bool,
    /// The values, from left to right.
    pub points: Vec<(f64, f64)>,
}

/// The plot within the drawing: left, top, right, bottom.
const PLOT: (i32, i32, i32, i32) = (150, 150, 1_760, 940);
/// The whole drawing.
const WHOLE: (i32, i32) = (1_960, 1_080);
/// Font size of labels.
const LABEL: f64 = 20.0;
/// Radius of a dot with a name.
const DOT: i32 = 9;

impl Scale {
    /// Where a value stands between two places.
    fn at(&self, value: f64, (from, to): (i32, i32)) -> f64 {
        let (low, high) = self.span;
        let part = if self.is_log {
            (value / low).ln() / (high / low).ln()
        } else {
            (value - low) / (high - low)
        };
        // What cannot be placed stands at the beginning.
        let part = if part.is_finite() { part } else { 0.0 };
        f64::from(from) + part.clamp(0.0, 1.0) * f64::from(to - from)
    }
}

/// A box: left, top, right, bottom.
type Box = (i32, i32, i32, i32);

impl Figure {
    /// Writes it.
    #[must_use]
    pub fn svg(&self, mode: Mode) -> String {
        let mut sheet = Sheet::new(Pen(mode));
        let (w, h) = WHOLE;
        let (name, wide, high) = (escape(&self.title), w / 2, h / 2);
        sheet.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{wide}\" height=\"{high}\" role=\"group\" aria-label=\"{name}\""
        ));
        match mode {
            Mode::Themed => sheet.raw(" class=\"tree\">"),
            Mode::Standalone(_) => {
                sheet.raw(" font-family=\"Inter,system-ui,sans-serif\" font-size=\"23\">");
                sheet.rect(Role::Ground, (0, 0), WHOLE, 0);
            }
        }
        // A page has a heading of its own.
        if let Mode::Standalone(_) = mode {
            sheet.text(Role::Headline, (PLOT.0, 48), &self.title);
        }
        self.key(&mut sheet);
        self.grid(&mut sheet);
        match &self.marks {
            Marks::Dots(dots) => self.dots(&mut sheet, dots),
            Marks::Bars(bars) => self.bars(&mut sheet, bars),
            Marks::Curves(curves) => self.curves(&mut sheet, curves),
        }
        sheet.raw("</svg>");
        sheet.finish()
    }

    fn place(&self, x: f64, y: f64) -> (i32, i32) {
        let x = self.x.at(x, (PLOT.0, PLOT.2));
        let y = self.y.at(y, (PLOT.3, PLOT.1));
        (x.round() as i32, y.round() as i32)
    }

    fn key(&self, sheet: &mut Sheet) {
        let mut x = PLOT.0;
        for (hue, name) in &self.key {
            let group = sheet.pen.group(*hue);
            sheet.put(format_args!("<g{group}>"));
            sheet.rect(Role::Swatch(*hue), (x, 74), (22, 22), 7);
            sheet.raw("</g>");
            sheet.text(Role::Note, (x + 32, 93), name);
            x += 32 + width(name, 22.5, Weight::Regular) + 36;
        }
    }

    fn grid(&self, sheet: &mut Sheet) {
        let (left, top, right, bottom) = PLOT;
        sheet.raw("<g aria-hidden=\"true\">");
        for (value, _) in &self.y.ticks {
            let y = self.y.at(*value, (bottom, top)).round();
            sheet.path(Role::YearLine, &format!("M{left} {y}H{right}"));
        }
        if !matches!(self.marks, Marks::Bars(_)) {
            for (value, _) in &self.x.ticks {
                let x = self.x.at(*value, (left, right)).round();
                sheet.path(Role::YearLine, &format!("M{x} {top}V{bottom}"));
            }
        }
        sheet.raw("</g>");
        for (value, words) in &self.y.ticks {
            let y = self.y.at(*value, (bottom, top)).round() as i32;
            sheet.text_to(Role::Note, (left - 16, y + 8), words);
        }
        for (value, words) in &self.x.ticks {
            let x = self.x.at(*value, (left, right)).round() as i32;
            let half = width(words, 22.5, Weight::Regular) / 2;
            sheet.text(Role::Note, (x - half, bottom + 38), words);
        }
        let end = width(&self.x.title, 22.5, Weight::Regular);
        sheet.text(Role::Note, (right - end, bottom + 84), &self.x.title);
        sheet.text(Role::Note, (left, bottom + 84), &self.y.title);
    }

    fn dots(&self, sheet: &mut Sheet, dots: &[Dot]) {
        let mut named: Vec<(&Dot, &str, &str, (i32, i32))> = Vec::new();
        let mut specks: Vec<((Hue, bool), Path)> = Vec::new();
        for dot in dots {
            let at = self.place(dot.x, dot.y);
            match &dot.label {
                Some((name, href)) => named.push((dot, name, href, at)),
                None => {
                    let kind = (dot.hue, dot.is_open);
                    let path = match specks.iter().position(|(k, _)| *k == kind) {
                        Some(place) => &mut specks[place].1,
                        None => {
                            specks.push((kind, Path::default()));
                            let last = specks.len() - 1;
                            &mut specks[last].1
                        }
                    };
                    // A stroke of no length with round ends is a dot.
                    path.dot((f64::from(at.0), f64::from(at.1)));
                }
            }
        }
        specks.sort_by_key(|(kind, _)| *kind);
        sheet.raw("<g aria-hidden=\"true\">");
        for ((hue, is_open), path) in specks {
            let d = path.finish();
            let group = sheet.pen.group(hue);
            sheet.put(format_args!("<g{group}>"));
            sheet.path(Role::Speck(hue), &d);
            if !is_open {
                sheet.path(Role::Hole, &d);
            }
            sheet.raw("</g>");
        }
        sheet.raw("</g>");
        let places: Vec<(i32, i32)> = named.iter().map(|(.., at)| *at).collect();
        let names: Vec<&str> = named.iter().map(|(_, name, ..)| *name).collect();
        let labels = labels(&places, &names);
        for ((dot, name, href, (x, y)), label) in named.iter().zip(labels) {
            let (href, spoken) = (escape(href), escape(name));
            let class = match sheet.pen.0 {
                Mode::Themed => format!(" class=\"fg {}\"", hue_class(dot.hue)),
                Mode::Standalone(_) => String::new(),
            };
            sheet.put(format_args!(
                "<a{class} href=\"{href}\" aria-label=\"{spoken}\"><title>{spoken}</title>"
            ));
            let role = match dot.is_open {
                true => Role::Swatch(dot.hue),
                false => Role::Hollow(dot.hue),
            };
            let role = sheet.pen.role(role);
            sheet.put(format_args!(
                "<circle{role} cx=\"{x}\" cy=\"{y}\" r=\"{DOT}\"/>"
            ));
            if let Some((x, y)) = label {
                sheet.text(Role::Point, (x, y), name);
            }
            sheet.raw("</a>");
        }
    }

    fn bars(&self, sheet: &mut Sheet, bars: &[(Vec<(Hue, f64)>, String)]) {
        let (left, top, right, bottom) = PLOT;
        let pitch = (right - left) / (bars.len().max(1) as i32);
        let wide = (pitch * 7 / 10).min(140);
        for ((tick, _), (parts, note)) in self.x.ticks.iter().zip(bars) {
            let x = self.x.at(*tick, (left, right)).round() as i32 - wide / 2;
            let mut from = 0.0;
            for (hue, share) in parts.iter().filter(|(_, share)| *share > 0.0) {
                let low = self.y.at(from, (bottom, top)).round() as i32;
                from += share;
                let high = self.y.at(from, (bottom, top)).round() as i32;
                let group = sheet.pen.group(*hue);
                sheet.put(format_args!("<g{group}>"));
                let tall = (low - high - 3).max(1);
                sheet.rect(Role::Swatch(*hue), (x, high), (wide, tall), 4);
                if tall >= 30 && wide >= 56 {
                    let text = format!("{:.0}%", share * 100.0);
                    let half = width(&text, LABEL, Weight::SemiBold) / 2;
                    let at = (x + wide / 2 - half, (low + high) / 2 + 6);
                    sheet.text(Role::InBar(*hue), at, &text);
                }
                sheet.raw("</g>");
            }
            let half = width(note, 22.0, Weight::SemiBold) / 2;
            sheet.text(Role::Count, (x + wide / 2 - half, top - 10), note);
        }
    }

    fn curves(&self, sheet: &mut Sheet, curves: &[Curve]) {
        let ends: Vec<i32> = curves
            .iter()
            .map(|c| c.points.last().map_or(PLOT.3, |p| self.place(p.0, p.1).1))
            .collect();
        let rows = apart(&ends, 28, (PLOT.1, PLOT.3));
        for (curve, row) in curves.iter().zip(rows) {
            let mut path = Path::default();
            for (number, (x, y)) in curve.points.iter().enumerate() {
                let (x, y) = self.place(*x, *y);
                let at = (f64::from(x), f64::from(y));
                if number == 0 {
                    path.start(at);
                } else {
                    path.line(at);
                }
            }
            let group = sheet.pen.group(curve.hue);
            sheet.put(format_args!("<g{group}>"));
            let role = match curve.is_real {
                true => Role::Curve(curve.hue),
                false => Role::Would(curve.hue),
            };
            sheet.path(role, &path.finish());
            sheet.text(Role::AtEnd(curve.hue), (PLOT.2 + 14, row + 7), &curve.name);
            sheet.raw("</g>");
        }
    }
}

/// Where the names of dots stand: beside, above or below, where they cover no
/// dot and no other name; none where there is no room.
pub(crate) fn labels(dots: &[(i32, i32)], names: &[&str]) -> Vec<Option<(i32, i32)>> {
    let mut taken: Vec<Box> = dots
        .iter()
        .map(|(x, y)| (x - DOT, y - DOT, x + DOT, y + DOT))
        .collect();
    let meets = |a: &Box, b: &Box| a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3;
    let mut out = Vec::with_capacity(dots.len());
    for ((x, y), name) in dots.iter().zip(names) {
        let wide = width(name, LABEL, Weight::SemiBold);
        let starts = [
            (x + DOT + 5, y + 7),
            (x - DOT - 5 - wide, y + 7),
            (x - wide / 2, y - DOT - 6),
            (x - wide / 2, y + DOT + 20),
        ];
        let found = starts.into_iter().find(|(x, y)| {
            let own = (*x, y - 17, x + wide, y + 6);
            let inside = own.0 >= PLOT.0 && own.2 <= WHOLE.0 - 10 && own.1 >= PLOT.1 - 24;
            inside && own.3 <= PLOT.3 && !taken.iter().any(|other| meets(&own, other))
        });
        if let Some((x, y)) = found {
            taken.push((x, y - 17, x + wide, y + 6));
        }
        out.push(found);
    }
    out
}

/// The places moved apart so that neighbours are at least `gap` away, in
/// their order, within the bounds where they fit.
fn apart(places: &[i32], gap: i32, (top, bottom): (i32, i32)) -> Vec<i32> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by_key(|&at| (places[at], at));
    let mut out = places.to_vec();
    let mut least = top;
    for &at in &order {
        out[at] = out[at].max(least);
        least = out[at] + gap;
    }
    let mut most = bottom;
    for &at in order.iter().rev() {
        out[at] = out[at].min(most);
        most = out[at] - gap;
    }
    out
}
