//! The grey root: which precursors stand in the column left of the node, and
//! which are twigs on the axis.
//!
//! It does not know where the root's line runs (`limbs.rs`). Unit: half pixels.

use crate::axis::Axis;
use crate::forest::Forest;
use crate::limbs::Twig;
use crate::pill::Size;
use arbor_model::Branch;

/// Months before the first model in which a precursor is a twig: before
/// these, its pill would stand on the node.
const TWIGS: f64 = 10.5;
/// The widest label in the column.
const LABEL: i32 = 200;

/// The precursors.
pub(crate) struct Roots {
    /// Those in the column, the earliest first.
    pub(crate) column: Vec<usize>,
    /// Those on the axis.
    on_axis: Vec<usize>,
}

impl Roots {
    /// Parts the precursors; `first` is the moment of the first other model.
    pub(crate) fn of(forest: &Forest<'_>, first: f64) -> Self {
        let mut dated: Vec<(f64, usize)> = (0..forest.beads.len())
            .filter(|&at| forest.beads[at].branch == Branch::Precursor && forest.trunk != Some(at))
            .filter_map(|at| forest.when[at].map(|when| (when, at)))
            .collect();
        dated.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        let cut = dated.partition_point(|(when, _)| *when < first - TWIGS);
        let mut column: Vec<usize> = dated.iter().map(|(_, at)| *at).collect();
        let on_axis = column.split_off(cut);
        Self { column, on_axis }
    }

    /// A model's pill; those in the column have no place on the axis and say
    /// their year instead.
    pub(crate) fn measure(&self, forest: &Forest<'_>, at: usize) -> Size {
        let bead = forest.beads[at];
        if !self.column.contains(&at) {
            return Size::of(bead, &bead.secondary, i32::MAX);
        }
        let year = bead.date.map_or(String::new(), |d| d.year().to_string());
        Size::of(bead, &year, LABEL)
    }

    /// The precursors on the axis, not yet spread over rows.
    pub(crate) fn twigs(&self, forest: &Forest<'_>, axis: &Axis, sizes: &[Size]) -> Vec<Twig> {
        self.on_axis
            .iter()
            .map(|&bead| Twig {
                bead,
                start: axis.at(forest.when[bead].unwrap_or(0.0)).round() as i32,
                width: sizes[bead].whole(),
                offset: 0,
            })
            .collect()
    }
}
