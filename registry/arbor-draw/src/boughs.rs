//! Rows of pills: which models share a row, where along the axis each pill
//! stands, and where each row leaves its parent.
//!
//! It does not know how far apart the rows are (`pack.rs`). Unit: half pixels.

use crate::axis::Axis;
use crate::forest::Forest;
use crate::pill::Size;
use arbor_model::{Branch, Relation};

/// The limbs in drawing order; a limb is the bough of the same number.
pub(crate) const LIMBS: [Branch; 3] = [
    Branch::EncoderOnly,
    Branch::EncoderDecoder,
    Branch::DecoderOnly,
];

/// Gap between two pills of one row on the axis.
pub(crate) const GAP: i32 = 14;
/// The farthest a pill is moved from its date.
pub(crate) const SHIFT: i32 = 32;
/// Months after which a tuned model may go on in its parent's row: what comes
/// out with its parent is a variant of it, and the line goes on elsewhere.
const VARIANT: f64 = 4.0;
/// Room that a connector wants before the first pill of its row.
const RUN: i32 = 92;
/// Room that it always has.
pub(crate) const RUN_MIN: i32 = 24;
/// Room from a pill's start to the connector that leaves it.
const LEAVE: i32 = 18;

/// A row of pills, or a limb.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bough {
    /// The row it hangs from; none for a limb.
    pub(crate) parent: Option<usize>,
    /// The model it hangs from, if it is not simply the limb.
    pub(crate) from: Option<usize>,
    /// Its models in order.
    pub(crate) beads: Vec<usize>,
    /// The rows that hang from it.
    pub(crate) kids: Vec<usize>,
    /// Where its connector leaves the parent.
    pub(crate) leaves: i32,
    /// Where its stem ends.
    pub(crate) end: i32,
}

/// All rows, parents before children, and where each model stands.
#[derive(Clone, Debug)]
pub(crate) struct Boughs {
    /// The limbs, then the other rows.
    pub(crate) rows: Vec<Bough>,
    /// The row of each model.
    pub(crate) row: Vec<usize>,
    /// The start of each model's pill.
    pub(crate) start: Vec<i32>,
}

/// The child that goes on in its parent's row: the earliest of the parent's
/// line that is no other size and no variant of it.
///
/// The earliest, not the one with most behind it: so that no model that comes
/// later takes a row from those that stand in it.
pub(crate) fn heirs(forest: &Forest<'_>) -> Vec<Option<usize>> {
    let mut heirs: Vec<Option<usize>> = vec![None; forest.beads.len()];
    for &at in &forest.order {
        let Some(link) = forest.tree_parent(at) else {
            continue;
        };
        let apart = forest.when[at]
            .zip(forest.when[link.parent])
            .map_or(0.0, |(child, parent)| child - parent);
        if forest.beads[at].line == forest.beads[link.parent].line
            && heirs[link.parent].is_none()
            && continues(link.relation, tuned(forest, link.parent), apart)
        {
            heirs[link.parent] = Some(at);
        }
    }
    heirs
}

/// Whether a model came from its parent by tuning.
fn tuned(forest: &Forest<'_>, at: usize) -> bool {
    let link = forest.tree_parent(at);
    link.is_some_and(|link| !continues(link.relation, false, 0.0))
}

/// Whether a child of a relation, so many months younger, may go on in its
/// parent's row. What is tuned goes on only from what was tuned itself: else
/// all that comes from a base model later would have to leave before it.
const fn continues(relation: Relation, is_from_tuned: bool, apart: f64) -> bool {
    match relation {
        Relation::ArchitectureFrom
        | Relation::ContinuedFrom
        | Relation::InitialisedFrom
        | Relation::Succeeds => true,
        Relation::DistilledFrom | Relation::FineTunedFrom | Relation::MergedFrom => {
            is_from_tuned && apart >= VARIANT
        }
        Relation::AdapterOf
        | Relation::ComponentOf
        | Relation::QuantisedFrom
        | Relation::ScalesUp => false,
    }
}

/// Strings the models on rows.
pub(crate) fn string(
    forest: &Forest<'_>,
    axis: &Axis,
    sizes: &[Size],
    heirs: &[Option<usize>],
) -> Boughs {
    let len = forest.beads.len();
    let mut boughs = Boughs {
        rows: vec![Bough::default(); LIMBS.len()],
        row: vec![0; len],
        start: vec![0; len],
    };
    for &at in &forest.order {
        let Some(limb) = LIMBS.iter().position(|l| *l == forest.beads[at].branch) else {
            continue;
        };
        let date = axis.at(forest.when[at].unwrap_or(0.0)).round() as i32;
        let parent = forest.tree_parent(at).map(|link| link.parent);
        let joined = match parent {
            // A second one of the same limb hangs from it like any other.
            None if forest.leads.contains(&at) && boughs.rows[limb].beads.is_empty() => Some(limb),
            None => None,
            Some(p) => Some(boughs.row[p])
                .filter(|&row| heirs[p] == Some(at) && boughs.rows[row].beads.last() == Some(&p)),
        };
        let free_from = |row: usize| {
            boughs.rows[row].beads.last().map_or(i32::MIN, |&b| {
                boughs.start[b] + sizes[b].whole() + GAP * 5 / 7
            })
        };
        match joined.filter(|&row| free_from(row) <= date + SHIFT) {
            Some(row) => {
                boughs.start[at] = date.max(free_from(row));
                boughs.rows[row].beads.push(at);
                boughs.row[at] = row;
            }
            None => {
                // Behind its parent's start if that is near enough its date.
                boughs.start[at] = parent.map_or(date, |p| {
                    let start = boughs.start[p];
                    date.max(start)
                        .max((start + LEAVE + RUN_MIN).min(date + SHIFT))
                });
                let row = boughs.rows.len();
                let on = parent.map_or(limb, |p| boughs.row[p]);
                boughs.rows.push(Bough {
                    parent: Some(on),
                    from: parent,
                    beads: vec![at],
                    ..Bough::default()
                });
                boughs.rows[on].kids.push(row);
                boughs.row[at] = row;
            }
        }
    }
    boughs
}

impl Boughs {
    /// Finds where each connector leaves, and where each stem ends.
    /// `straight` is where the limbs have become straight.
    pub(crate) fn attach(&mut self, sizes: &[Size], straight: i32) {
        for row in LIMBS.len()..self.rows.len() {
            self.rows[row].leaves = self.leaves(row, sizes, straight);
        }
        for row in 0..self.rows.len() {
            let bough = &self.rows[row];
            let last = bough
                .beads
                .last()
                .map_or(i32::MIN, |&b| self.start[b] + sizes[b].whole());
            let end = bough
                .kids
                .iter()
                .map(|&k| self.rows[k].leaves + 12)
                .fold(last, i32::max);
            self.rows[row].end = end;
        }
    }

    /// Where the row's first pill starts.
    pub(crate) fn first(&self, row: usize) -> i32 {
        self.rows[row].beads.first().map_or(0, |&b| self.start[b])
    }

    fn leaves(&self, row: usize, sizes: &[Size], straight: i32) -> i32 {
        let bough = &self.rows[row];
        let first = self.first(row);
        let latest = first - RUN_MIN;
        let Some(parent) = bough.parent.map(|p| &self.rows[p]) else {
            return latest;
        };
        let Some(from) = bough.from else {
            return self.beside(parent, sizes, (first - RUN).max(straight), straight, latest);
        };
        let own = self.start[from] + LEAVE;
        let own_end = self.start[from] + sizes[from].whole();
        let wish = if first - RUN > own_end {
            first - RUN
        } else {
            own
        };
        // Not under the next pill, which it does not come from.
        let next = parent
            .beads
            .iter()
            .map(|&b| self.start[b])
            .find(|&start| start > self.start[from])
            .unwrap_or(i32::MAX);
        wish.min(next.saturating_sub(10)).min(latest)
    }

    /// A place near `wish` that no pill of the limb covers.
    fn beside(&self, limb: &Bough, sizes: &[Size], wish: i32, from: i32, to: i32) -> i32 {
        let covering = limb
            .beads
            .iter()
            .find(|&&b| (self.start[b] - 8..self.start[b] + sizes[b].whole() + 8).contains(&wish));
        let Some(&pill) = covering else {
            return wish.min(to);
        };
        let (before, after) = (
            self.start[pill] - 16,
            self.start[pill] + sizes[pill].whole() + 10,
        );
        if before >= from && wish - before <= 120 {
            before.min(to)
        } else {
            after.min(to)
        }
    }
}
