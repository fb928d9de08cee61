//! Connectors and stems of all rows: from a layout to paths with their roles.
//!
//! It does not know SVG or colours; limbs and the root are in `limbwood.rs`. Unit: half pixels.

use crate::boughs::LIMBS;
use crate::layout::Layout;
use crate::pack::stem_width;
use crate::path::Path;
use crate::pen::{Line, Role, Tone};
use crate::ribbon::{Connector, stem};
use crate::scene::{Evidence, Link};
use crate::theme::Hue;
use arbor_model::{Branch, Carries, Relation};

/// A path and what it is.
pub(crate) struct Stroke {
    /// Its role.
    pub(crate) role: Role,
    /// Its `d`.
    pub(crate) d: String,
}

impl Stroke {
    /// Its colour; a line that has none of its own is its branch's.
    pub(crate) const fn hue(&self, branch: Branch) -> Hue {
        if let Role::Stem(hue, _, _) = self.role {
            hue
        } else {
            Hue::Branch(branch)
        }
    }
}

/// A piece of a stem, in half pixels along.
#[derive(Clone, Copy)]
struct Piece {
    from: i32,
    to: i32,
    widths: (f64, f64),
    line: Line,
    tone: Tone,
    hue: Hue,
}

/// How an edge is drawn; without one a row simply hangs from its limb.
fn line(link: Option<Link>) -> (Line, Tone) {
    let Some(link) = link else {
        return (Line::Ribbon, Tone::Tint);
    };
    let tone = match link.relation.carries() {
        Carries::Weights | Carries::Outputs => Tone::Full,
        Carries::Ideas => Tone::Tint,
    };
    let line = match (link.evidence, link.relation.carries()) {
        (Evidence::Inferred, _) => Line::Hair,
        (Evidence::Documented, Carries::Outputs) => Line::Dots,
        (Evidence::Documented, Carries::Weights | Carries::Ideas) => {
            if link.relation == Relation::MergedFrom {
                Line::Double
            } else {
                Line::Ribbon
            }
        }
    };
    (line, tone)
}

impl Layout {
    /// Whether a model is outside the selected lineage.
    pub(crate) fn is_dim(&self, bead: usize) -> bool {
        self.kept.as_ref().is_some_and(|kept| !kept[bead])
    }

    /// A model's colour.
    pub(crate) fn hue(&self, bead: usize) -> Hue {
        self.beads[bead].hue
    }

    pub(crate) fn tone(&self, tone: Tone, bead: usize) -> Tone {
        if self.is_dim(bead) { Tone::Dim } else { tone }
    }

    /// The line of a limb at a place, and half its width; of another row, its
    /// line and the half width of a stem.
    pub(crate) fn line_at(&self, row: usize, at: i32) -> (f64, f64) {
        let line = f64::from(self.lines[row]);
        match self.courses.get(row).and_then(Option::as_ref) {
            Some(course) => (line + course.sway(at), course.width(at) / 2.0),
            None => (line, 2.4),
        }
    }

    /// The connectors and stems of a branch's rows.
    pub(crate) fn stems(&self, branch: Branch) -> Vec<Stroke> {
        let rows = LIMBS.len()..self.boughs.rows.len();
        let own = rows.filter(|&row| {
            let first = self.boughs.rows[row].beads.first();
            first.is_some_and(|&b| self.beads[b].branch == branch)
        });
        own.flat_map(|row| self.row_strokes(row)).collect()
    }

    fn row_strokes(&self, row: usize) -> Vec<Stroke> {
        let bough = &self.boughs.rows[row];
        let (Some(parent), Some(&first)) = (bough.parent, bough.beads.first()) else {
            return Vec::new();
        };
        let connector = self.connector(row, parent, first);
        let sign = if connector.to.1 > connector.from.1 {
            1.0
        } else {
            -1.0
        };
        let mut parts: Vec<(Dye, Path)> = Vec::new();
        let (shape, tone) = line(self.hung[first]);
        let path = part(&mut parts, (self.hue(first), shape, self.tone(tone, first)));
        match shape {
            Line::Ribbon | Line::Double => connector.outline(path),
            Line::Dots | Line::Hair => connector.middle(path),
        }
        let y = f64::from(self.lines[row]);
        for (place, &bead) in bough.beads.iter().enumerate() {
            let next = bough.beads.get(place + 1).copied();
            for piece in self.pieces(row, bead, next) {
                let path = part(&mut parts, (piece.hue, piece.line, piece.tone));
                let from = (f64::from(piece.from), y);
                let to = f64::from(piece.to);
                match piece.line {
                    Line::Ribbon | Line::Double => stem(path, from, to, piece.widths, sign),
                    Line::Dots | Line::Hair => {
                        path.start(from);
                        path.line((to, y));
                    }
                }
            }
        }
        parts
            .into_iter()
            .map(|((hue, line, tone), path)| Stroke {
                role: Role::Stem(hue, line, tone),
                d: path.finish(),
            })
            .collect()
    }

    /// The stem from a pill to the next one of its row, or on to the last row
    /// that leaves behind the row's last pill. Where the selected lineage goes
    /// on along one of the rows that leave, so much of the stem stays bright.
    fn pieces(&self, row: usize, bead: usize, next: Option<usize>) -> Vec<Piece> {
        let kids = || {
            let kids = self.boughs.rows[row].kids.iter();
            kids.map(|&kid| &self.boughs.rows[kid])
                .filter(move |kid| kid.from == Some(bead))
                .filter_map(|kid| kid.beads.first().map(|&first| (kid.leaves + 4, first)))
        };
        let (start, own) = (self.boughs.start[bead] + 8, self.stem_width(bead));
        let whole = match next {
            Some(next) => {
                let (line, tone) = line(self.hung[next]);
                let widths = match line {
                    Line::Double => (10.0, 10.0),
                    Line::Ribbon | Line::Dots | Line::Hair => (own, self.stem_width(next)),
                };
                Piece {
                    from: start,
                    to: self.boughs.start[next] + 8,
                    widths,
                    line,
                    tone: self.tone(tone, next),
                    hue: self.hue(next),
                }
            }
            None => {
                let end = start - 8 + self.sizes[bead].whole();
                let behind = || kids().filter(move |(leaves, _)| *leaves > end);
                let Some(to) = behind().map(|(leaves, _)| leaves).max() else {
                    return Vec::new();
                };
                // As wide as what still leaves it.
                let width = behind().map(|(_, first)| self.stem_width(first));
                let width = width.fold(4.0, f64::max);
                let tone = match self.kept {
                    Some(_) => Tone::Dim,
                    None => Tone::Tint,
                };
                Piece {
                    from: start,
                    to,
                    widths: (own.max(width), width),
                    line: Line::Ribbon,
                    tone,
                    hue: self.hue(bead),
                }
            }
        };
        let bright = kids().filter(|(_, first)| !self.is_dim(*first));
        let reach = bright.map(|(leaves, _)| leaves.min(whole.to)).max();
        match reach.filter(|reach| whole.tone == Tone::Dim && *reach > start) {
            Some(reach) => vec![
                Piece {
                    to: reach,
                    line: Line::Ribbon,
                    tone: Tone::Tint,
                    widths: (whole.widths.0, whole.widths.0),
                    ..whole
                },
                Piece {
                    from: reach,
                    ..whole
                },
            ],
            None => vec![whole],
        }
    }

    fn stem_width(&self, bead: usize) -> f64 {
        stem_width(self.weights[bead])
    }

    pub(crate) fn connector(&self, row: usize, parent: usize, first: usize) -> Connector {
        let leaves = self.boughs.rows[row].leaves;
        let (line, half) = self.line_at(parent, leaves);
        let limb = self.courses.get(parent).and_then(Option::as_ref);
        let width = self.stem_width(first);
        let (back, widths) = match (limb, line_is_double(self.hung[first])) {
            (_, true) => (12.0, (10.0, 10.0)),
            (Some(course), false) => {
                let room = f64::from(leaves - course.span.0 + 8);
                // Wider than the limb, it would show on the limb's other side.
                let flare = (width * 1.9).min(half * 2.0).max(width);
                (room.clamp(8.0, 68.0), (flare, width))
            }
            (None, false) => (12.0, (width, width)),
        };
        Connector {
            from: (f64::from(leaves), line),
            half,
            back,
            to: (
                f64::from(self.boughs.start[first] + 8),
                f64::from(self.lines[row]),
            ),
            lean: f64::from(self.stands[row].lean),
            corner: f64::from(self.stands[row].corner),
            widths,
        }
    }
}

fn line_is_double(link: Option<Link>) -> bool {
    line(link).0 == Line::Double
}

/// What makes pieces one path.
type Dye = (Hue, Line, Tone);

fn part(parts: &mut Vec<(Dye, Path)>, key: Dye) -> &mut Path {
    let place = parts.iter().position(|(k, _)| *k == key);
    let place = place.unwrap_or_else(|| {
        parts.push((key, Path::default()));
        parts.len() - 1
    });
    &mut parts[place].1
}
