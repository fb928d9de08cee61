//! How far a subtree reaches to either side of its stem, along the axis.
//!
//! A skyline is a row of bins; it does not know models, and everything
//! between the stem and the reach counts as taken. Unit: half pixels, a bin
//! is [`BIN`] of them.

/// Half pixels per bin.
const BIN: i32 = 4;
/// Nothing stands in the bin.
const FREE: i32 = i32::MIN / 4;

/// A side of a stem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Against the cross axis, up on the screen.
    Up,
    /// Along the cross axis, down on the screen.
    Down,
}

impl Side {
    /// The other side.
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }

    /// −1 up, +1 down.
    pub(crate) const fn sign(self) -> i32 {
        match self {
            Self::Up => -1,
            Self::Down => 1,
        }
    }
}

/// The two skylines of a subtree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    /// The number of the first bin.
    low: i32,
    up: Vec<i32>,
    down: Vec<i32>,
}

impl Shape {
    /// The shape of a limb of one width where this one is.
    pub(crate) fn straight(&self) -> Self {
        const HALF: i32 = 30;
        let width = self.up.len();
        Self {
            low: self.low,
            up: vec![HALF; width],
            down: vec![HALF; width],
        }
    }

    fn side(&self, side: Side) -> &[i32] {
        match side {
            Side::Up => &self.up,
            Side::Down => &self.down,
        }
    }

    fn side_mut(&mut self, side: Side) -> &mut [i32] {
        match side {
            Side::Up => &mut self.up,
            Side::Down => &mut self.down,
        }
    }

    /// Makes room for the bins from `low` to `high`, both included.
    fn cover(&mut self, low: i32, high: i32) {
        if self.up.is_empty() {
            self.low = low;
        }
        let end = self.low.saturating_add(self.up.len() as i32);
        let before = self.low.saturating_sub(low).max(0) as usize;
        let after = high.saturating_add(1).saturating_sub(end).max(0) as usize;
        for row in [&mut self.up, &mut self.down] {
            if before > 0 {
                row.splice(0..0, std::iter::repeat_n(FREE, before));
            }
            row.resize(row.len() + after, FREE);
        }
        self.low -= before as i32;
    }

    /// Takes at least `up` above and `down` below the stem from `from` to `to`.
    pub(crate) fn take(&mut self, from: i32, to: i32, up: i32, down: i32) {
        let (low, high) = (from.div_euclid(BIN), to.max(from).div_euclid(BIN));
        self.cover(low, high);
        let range = (low - self.low) as usize..=(high - self.low) as usize;
        for (row, reach) in [(&mut self.up, up), (&mut self.down, down)] {
            for cell in &mut row[range.clone()] {
                *cell = (*cell).max(reach);
            }
        }
    }

    /// Takes at least `reach` on one side, where something stands already.
    pub(crate) fn take_side(&mut self, side: Side, from: i32, to: i32, reach: i32) {
        let (low, high) = (from.div_euclid(BIN), to.max(from).div_euclid(BIN));
        self.cover(low, high);
        let range = (low - self.low) as usize..=(high - self.low) as usize;
        for cell in &mut self.side_mut(side)[range.clone()] {
            *cell = (*cell).max(reach);
        }
        for cell in &mut self.side_mut(side.other())[range] {
            if *cell == FREE {
                *cell = 0;
            }
        }
    }

    /// The farthest reach on a side, 0 where there is none.
    pub(crate) fn reach(&self, side: Side) -> i32 {
        self.side(side).iter().copied().max().unwrap_or(0).max(0)
    }

    /// The farthest reach on a side between two places.
    pub(crate) fn reach_between(&self, side: Side, from: i32, to: i32) -> Option<i32> {
        let low = (from.div_euclid(BIN) - self.low).max(0) as usize;
        let high = (to.div_euclid(BIN) - self.low + 1).max(0) as usize;
        let row = self.side(side);
        row.get(low..high.min(row.len()))?
            .iter()
            .copied()
            .max()
            .filter(|&r| r > FREE)
    }

    /// How far from this stem another subtree's stem must stand on a side.
    pub(crate) fn distance(&self, side: Side, other: &Self, gap: i32) -> Option<i32> {
        let (mine, theirs) = self.overlap(other);
        self.side(side)[mine]
            .iter()
            .zip(&other.side(side.other())[theirs])
            .filter(|(m, t)| **m > FREE && **t > FREE)
            .map(|(m, t)| m.saturating_add(*t).saturating_add(gap))
            .max()
    }

    /// The bins that both have, in each one's numbering.
    fn overlap(&self, other: &Self) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
        let low = self.low.max(other.low);
        let end = |s: &Self| s.low.saturating_add(s.up.len() as i32);
        let high = end(self).min(end(other)).max(low);
        let cut = |s: &Self| {
            let at = |bin: i32| ((bin - s.low).max(0) as usize).min(s.up.len());
            at(low)..at(high)
        };
        (cut(self), cut(other))
    }

    /// Makes another subtree, whose stem stands `distance` to a side, part of
    /// this one.
    pub(crate) fn merge(&mut self, side: Side, other: &Self, distance: i32) {
        if other.up.is_empty() {
            return;
        }
        self.cover(other.low, other.low + other.up.len() as i32 - 1);
        let (mine, theirs) = self.overlap(other);
        let outer = &other.side(side)[theirs.clone()];
        let inner = &other.side(side.other())[theirs];
        for (cell, &reach) in self.side_mut(side)[mine.clone()].iter_mut().zip(outer) {
            if reach > FREE {
                *cell = (*cell).max(distance.saturating_add(reach));
            }
        }
        // The near edge too: else something could be put under a twig that
        // stands free of the stem, from the stem's other side.
        for (cell, &reach) in self.side_mut(side.other())[mine].iter_mut().zip(inner) {
            if reach > FREE {
                *cell = (*cell).max(reach.saturating_sub(distance));
            }
        }
    }
}
