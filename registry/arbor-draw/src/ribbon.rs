//! Shapes of connectors, stems and limbs: from places to outlines.
//!
//! It does not know colours, nor which model a shape belongs to. A ribbon is
//! described by its middle and its widths; its two edges are written as
//! curves of their own. Unit: half pixels.

use crate::path::{Path, Point};

/// A connector from a parent's stem to the first pill of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Connector {
    /// Where it leaves: along, and the parent's line there.
    pub(crate) from: Point,
    /// Half the parent's width there.
    pub(crate) half: f64,
    /// How far it first runs along the parent.
    pub(crate) back: f64,
    /// Where it ends: the start of the first pill, and the row's line.
    pub(crate) to: Point,
    /// How far it leans on its way.
    pub(crate) lean: f64,
    /// How high its last bend is.
    pub(crate) corner: f64,
    /// Widths at its start and end.
    pub(crate) widths: (f64, f64),
}

/// Below this distance a connector is one bend.
const NEAR: f64 = 92.0;

/// A cubic curve or a straight line to the next point of a middle line: the
/// controls, the end, and the outward normal at the start and the end.
struct Step {
    controls: Option<(Point, Point)>,
    end: Point,
    normals: (Point, Point),
    width: f64,
}

impl Connector {
    /// The middle line as a start and steps.
    fn steps(&self) -> (Point, f64, Vec<Step>) {
        let ((xs, yp), (xe, yc)) = (self.from, self.to);
        let sign = if yc > yp { 1.0 } else { -1.0 };
        let distance = (yc - yp).abs();
        let run = (xe - xs).max(1.0);
        let (w0, w1) = self.widths;
        let level = (0.0, sign);
        let mut steps = Vec::with_capacity(4);
        let start = (xs - self.back, yp + sign * self.half * 0.2);
        let end = if distance < NEAR {
            let end = (xs + run.min(80.0), yc);
            let first = xs + run.min(80.0) * 0.45 - self.back * 0.2;
            let tilt = (-0.45, sign);
            steps.push(Step {
                controls: Some((
                    (first, yp + sign * self.half * 0.4),
                    (xs + run.min(80.0) * 0.25, yc),
                )),
                end,
                normals: (tilt, tilt),
                width: w1,
            });
            end
        } else {
            let rise = self.half + (distance * 0.3).min(52.0);
            let mid = (w0 + w1) / 2.0;
            let y1 = yp + sign * rise;
            let y2 = yc - sign * self.corner.min(distance - rise).max(4.0);
            // All three pieces share the course of the middle one where they
            // meet, else thick connectors show kinks.
            let climb = ((y2 - y1) * sign).max(1.0);
            let length = climb.hypot(self.lean);
            let (ux, uy) = (self.lean / length, climb / length);
            let upright = (-uy, sign * ux);
            let along = |from: Point, far: f64| (from.0 + ux * far, from.1 + sign * uy * far);
            let turn = (run - self.lean).clamp(6.0, 48.0);
            steps.push(Step {
                controls: Some((
                    (xs - self.back * 0.3, yp + sign * self.half * 0.5),
                    along((xs, y1), -(rise - self.half * 0.6).max(4.0)),
                )),
                end: (xs, y1),
                normals: (level, upright),
                width: mid,
            });
            steps.push(Step {
                controls: None,
                end: (xs + self.lean, y2),
                normals: (upright, upright),
                width: w1,
            });
            let end = (xs + self.lean + turn, yc);
            steps.push(Step {
                controls: Some((
                    along((xs + self.lean, y2), self.corner * 0.7),
                    (xs + self.lean + turn * 0.35, yc),
                )),
                end,
                normals: (upright, level),
                width: w1,
            });
            end
        };
        if end.0 < xe {
            steps.push(Step {
                controls: None,
                end: (xe, yc),
                normals: (level, level),
                width: w1,
            });
        }
        (start, sign, steps)
    }

    /// The middle as a line to be stroked.
    pub(crate) fn middle(&self, path: &mut Path) {
        let (start, _, steps) = self.steps();
        path.start(start);
        for step in &steps {
            match step.controls {
                Some((a, b)) => path.curve(a, b, step.end),
                None => path.line(step.end),
            }
        }
    }

    /// The outline, to be filled.
    pub(crate) fn outline(&self, path: &mut Path) {
        let (start, sign, steps) = self.steps();
        let w0 = self.widths.0;
        let shift = |p: Point, n: Point, w: f64| (p.0 + n.0 * w / 2.0, p.1 + n.1 * w / 2.0);
        path.start(shift(start, (0.0, sign), w0));
        let mut width = w0;
        for step in &steps {
            let (n0, n1) = step.normals;
            let end = shift(step.end, end_normal(step, sign), step.width);
            match step.controls {
                Some((a, b)) => path.curve(shift(a, n0, width), shift(b, n1, step.width), end),
                None => path.line(end),
            }
            width = step.width;
        }
        let flip = |n: Point| (-n.0, -n.1);
        let mut widths: Vec<f64> = vec![w0];
        widths.extend(steps.iter().map(|s| s.width));
        if let Some(last) = steps.last() {
            path.line(shift(last.end, flip(end_normal(last, sign)), last.width));
        }
        for i in (0..steps.len()).rev() {
            let step = &steps[i];
            let (n0, n1) = step.normals;
            let (before, normal) = match i.checked_sub(1).and_then(|p| steps.get(p)) {
                Some(previous) => (previous.end, end_normal(previous, sign)),
                None => (start, (0.0, sign)),
            };
            let end = shift(before, flip(normal), widths[i]);
            match step.controls {
                Some((a, b)) => path.curve(
                    shift(b, flip(n1), step.width),
                    shift(a, flip(n0), widths[i]),
                    end,
                ),
                None => path.line(end),
            }
        }
        path.close();
    }
}

/// The normal on which a step's end point is moved: a single bend ends level
/// though its middle is tilted.
fn end_normal(step: &Step, sign: f64) -> Point {
    if step.normals.1.0.abs() < 0.6 {
        (0.0, sign)
    } else {
        step.normals.1
    }
}

/// A straight, tapering stem; `sign` as in the connector of its row, so that
/// overlapping parts turn the same way and no hole is left between them.
pub(crate) fn stem(path: &mut Path, from: Point, to: f64, widths: (f64, f64), sign: f64) {
    let (a, b) = (sign * widths.0 / 2.0, sign * widths.1 / 2.0);
    path.start((from.0, from.1 + a));
    path.line((to, from.1 + b));
    path.line((to, from.1 - b));
    path.line((from.0, from.1 - a));
    path.close();
}

/// A smooth ribbon through points of given widths.
pub(crate) fn ribbon(path: &mut Path, middle: &[(Point, f64)]) {
    let edge = |side: f64| -> Vec<Point> {
        (0..middle.len())
            .map(|i| {
                let ((x, y), width) = middle[i];
                let a = middle[i.saturating_sub(1)].0;
                let b = middle[(i + 1).min(middle.len() - 1)].0;
                let (dx, dy) = (b.0 - a.0, b.1 - a.1);
                let length = dx.hypot(dy).max(1.0);
                let shift = side * width / 2.0 / length;
                (x - dy * shift, y + dx * shift)
            })
            .collect()
    };
    let (one, mut two) = (edge(1.0), edge(-1.0));
    two.reverse();
    let (Some(first), Some(turn)) = (one.first(), two.first()) else {
        return;
    };
    path.start(*first);
    path.through(&one);
    path.line(*turn);
    path.through(&two);
    path.close();
}

/// Points on a cubic curve, its ends included.
pub(crate) fn bend(from: Point, a: Point, b: Point, to: Point, parts: usize) -> Vec<Point> {
    (0..=parts)
        .map(|i| {
            let u = i as f64 / parts.max(1) as f64;
            let v = 1.0 - u;
            let mix = |p: f64, q: f64, r: f64, s: f64| {
                v * v * v * p + 3.0 * v * v * u * q + 3.0 * v * u * u * r + u * u * u * s
            };
            (mix(from.0, a.0, b.0, to.0), mix(from.1, a.1, b.1, to.1))
        })
        .collect()
}
