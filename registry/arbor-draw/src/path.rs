//! Paths as relative half-pixel integers, which keeps a page small.
//!
//! Each point is rounded where it stands, not along the way, so that errors
//! do not add up.

use std::fmt::Write;

/// A point in half pixels.
pub(crate) type Point = (f64, f64);

/// The `d` of a path being written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Path {
    text: String,
    at: (i32, i32),
    /// Where the figure began: closing it leads back there.
    begun: (i32, i32),
    last: char,
}

/// The nearest half pixel; what is not finite becomes 0.
fn round(point: Point) -> (i32, i32) {
    (point.0.round() as i32, point.1.round() as i32)
}

impl Path {
    /// Begins a new figure.
    pub(crate) fn start(&mut self, to: Point) {
        let to = round(to);
        let from = std::mem::replace(&mut self.at, to);
        self.begun = to;
        if self.text.is_empty() {
            self.put('M', &[to.0, to.1]);
        } else {
            self.put('m', &[to.0 - from.0, to.1 - from.1]);
        }
    }

    /// A straight line.
    pub(crate) fn line(&mut self, to: Point) {
        let to = round(to);
        let (dx, dy) = (to.0 - self.at.0, to.1 - self.at.1);
        match (dx, dy) {
            (0, 0) => {}
            (_, 0) => self.put('h', &[dx]),
            (0, _) => self.put('v', &[dy]),
            (_, _) => self.put('l', &[dx, dy]),
        }
        self.at = to;
    }

    /// A cubic curve.
    pub(crate) fn curve(&mut self, first: Point, second: Point, to: Point) {
        let from = self.at;
        let (a, b, c) = (round(first), round(second), round(to));
        let flat = [a, b, c].map(|p| [p.0 - from.0, p.1 - from.1]);
        self.put('c', flat.as_flattened());
        self.at = c;
    }

    /// A smooth curve through all points, from where the path stands.
    ///
    /// At each point it runs along the line between the neighbours; how far
    /// it keeps to that depends on the piece alone, so that long pieces beside
    /// short ones do not overshoot.
    pub(crate) fn through(&mut self, points: &[Point]) {
        let at = |i: usize| points[i.min(points.len() - 1)];
        let course = |i: usize| {
            let (before, after) = (at(i.saturating_sub(1)), at(i + 1));
            let (dx, dy) = (after.0 - before.0, after.1 - before.1);
            let length = dx.hypot(dy).max(1.0);
            (dx / length, dy / length)
        };
        for i in 1..points.len() {
            let (from, to) = (at(i - 1), at(i));
            let third = (to.0 - from.0).hypot(to.1 - from.1) / 3.0;
            let (a, b) = (course(i - 1), course(i));
            self.curve(
                (from.0 + a.0 * third, from.1 + a.1 * third),
                (to.0 - b.0 * third, to.1 - b.1 * third),
                to,
            );
        }
    }

    /// A stroke of no length.
    pub(crate) fn dot(&mut self, at: Point) {
        self.start(at);
        self.put('h', &[0]);
    }

    /// Closes the figure.
    pub(crate) fn close(&mut self) {
        self.text.push('z');
        self.at = self.begun;
        self.last = 'z';
    }

    /// The `d`.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    fn put(&mut self, command: char, numbers: &[i32]) {
        // Numbers after `m` without a letter would be lines.
        let repeated = self.last == command && command != 'm' && command != 'M';
        if !repeated {
            self.text.push(command);
        }
        for (i, number) in numbers.iter().enumerate() {
            if (i > 0 || repeated) && *number >= 0 {
                self.text.push(' ');
            }
            // Writing to a string cannot fail.
            let _ = write!(self.text, "{number}");
        }
        self.last = command;
    }
}
