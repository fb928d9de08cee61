//! Limbs, the root's ribbons and second parents' lines: from a layout to paths
//! with their roles.
//!
//! It does not know SVG or colours; rows are in `stems.rs`. Unit: half pixels.

use crate::layout::Layout;
use crate::path::{Path, Point};
use crate::pen::{Line, Role, Tone};
use crate::pill::HEIGHT;
use crate::ribbon::{bend, ribbon};
use crate::stems::Stroke;

impl Layout {
    /// A limb's ribbon from the node on, and its arrow.
    pub(crate) fn limb(&self, number: usize) -> Option<(String, String)> {
        let course = self.courses.get(number)?.as_ref()?;
        let (node, root) = self.node?;
        let (from, to) = course.span;
        let (nx, ny) = (f64::from(node), f64::from(root));
        let shift = [-18.0, -4.0, 12.0].get(number).copied().unwrap_or(0.0);
        let full = course.width(from);
        let line = self.line_at(number, from).0;
        let bent = bend(
            (nx, ny + shift * 0.4),
            (nx + 76.0, ny + shift),
            (nx + 40.0, line),
            (f64::from(from), line),
            9,
        );
        let mut middle: Vec<(Point, f64)> = Vec::new();
        for (i, point) in bent.into_iter().enumerate() {
            // At the node no wider than the node.
            let width = if i == 0 { full.min(62.0) } else { full };
            middle.push((point, width));
        }
        let parts = ((to - from) / 220).clamp(2, 200);
        for i in 1..=parts {
            let at = from + ((to - from) as i64 * i64::from(i) / i64::from(parts)) as i32;
            let (line, half) = self.line_at(number, at);
            middle.push(((f64::from(at), line), half * 2.0));
        }
        let mut path = Path::default();
        ribbon(&mut path, &middle);
        let &((x, y), width) = middle.last()?;
        let wing = width * 0.7 + 9.0;
        let tip = (x + 34.0 + width / 2.0, y);
        let mut arrow = Path::default();
        arrow.start((x - 6.0, y - wing));
        arrow.curve((x + 4.0, y - wing * 0.4), (x + 16.0, y - 3.0), tip);
        arrow.curve(
            (x + 16.0, y + 3.0),
            (x + 4.0, y + wing * 0.4),
            (x - 6.0, y + wing),
        );
        arrow.close();
        Some((path.finish(), arrow.finish()))
    }

    /// The root's ribbons: from the column to the node, and to the twigs.
    pub(crate) fn root(&self) -> Vec<Stroke> {
        let Some((node, root)) = self.node else {
            return Vec::new();
        };
        let (nx, ny) = (f64::from(node), f64::from(root));
        let mut strokes = Vec::new();
        let mut put = |bead: usize, points: &[Point], widths: (f64, f64)| {
            let last = points.len().saturating_sub(1).max(1) as f64;
            let along = |i: usize| widths.0 + (widths.1 - widths.0) * i as f64 / last;
            let middle: Vec<_> = points
                .iter()
                .enumerate()
                .map(|(i, p)| (*p, along(i)))
                .collect();
            let mut path = Path::default();
            ribbon(&mut path, &middle);
            let role = Role::Stem(self.hue(bead), Line::Ribbon, self.tone(Tone::Full, bead));
            strokes.push(Stroke {
                role,
                d: path.finish(),
            });
        };
        let rows = self.column.len();
        for (pill, row) in self.pills.iter().zip(0..rows) {
            let (x, y) = (f64::from(pill.x + pill.width - 12), f64::from(pill.y));
            let aim = (row as f64 - (rows as f64 - 1.0) / 2.0) * (44.0 / rows as f64).min(18.0);
            let end = (nx - 12.0, ny + aim);
            let points = bend((x, y), (x + 44.0, y), (nx - 70.0, ny + aim), end, 4);
            put(pill.bead, &points, (8.0, 16.0));
        }
        for twig in &self.twigs {
            let side = if twig.offset < 0 { -1.0 } else { 1.0 };
            let (x, y) = (f64::from(twig.start + 8), ny + f64::from(twig.offset));
            let (end, start) = ((nx + 96.0).min(x), (nx, ny + side * 16.0));
            let mut path = Path::default();
            path.start((start.0, start.1 - 6.0));
            path.curve(
                (nx + 48.0, start.1 - 6.0),
                (nx + 40.0, y - 3.0),
                (end, y - 3.0),
            );
            path.line((x, y - 2.0));
            path.line((x, y + 2.0));
            path.line((end, y + 3.0));
            path.curve(
                (nx + 40.0, y + 3.0),
                (nx + 48.0, start.1 + 6.0),
                (start.0, start.1 + 6.0),
            );
            path.close();
            let tone = self.tone(Tone::Full, twig.bead);
            let role = Role::Stem(self.hue(twig.bead), Line::Ribbon, tone);
            strokes.push(Stroke {
                role,
                d: path.finish(),
            });
        }
        strokes
    }

    /// The lines of the second parents that are drawn.
    pub(crate) fn second(&self) -> Vec<Stroke> {
        let mut at = vec![None; self.beads.len()];
        for pill in &self.pills {
            at[pill.bead] = Some(pill);
        }
        let mut strokes = Vec::new();
        for (child, link) in &self.links {
            let Some((from, to)) = at[link.parent].zip(at[*child]) else {
                continue;
            };
            let (y0, y1) = (f64::from(from.y), f64::from(to.y));
            let side = if y1 > y0 { 1.0 } else { -1.0 };
            let edge = f64::from(HEIGHT / 2) * side;
            let (w0, w1) = (f64::from(from.width), f64::from(to.width));
            let (x0, x1) = (f64::from(from.x) + w0 * 0.6, f64::from(to.x));
            let rise = y1 - y0;
            let mut path = Path::default();
            if x1 - x0 < 80.0 {
                let (x0, x1) = (f64::from(from.x) + w0 * 0.35, x1 + w1 * 0.35);
                path.start((x0, y0 + edge));
                let (a, b) = ((x0 + 52.0, y0 + rise * 0.35), (x1 + 52.0, y1 - rise * 0.35));
                path.curve(a, b, (x1, y1 - edge));
            } else {
                path.start((x0, y0 + edge));
                let (a, b) = ((x0 + 24.0, y0 + rise * 0.45), (x1 - 100.0, y1));
                path.curve(a, b, (x1 - 4.0, y1));
            }
            let role = Role::Second(link.relation.carries());
            strokes.push(Stroke {
                role,
                d: path.finish(),
            });
        }
        strokes
    }
}
