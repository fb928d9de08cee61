//! Pills put at their places: on rows, on limbs, on the root.
//!
//! It does not find the places (`boughs.rs`, `pack.rs`, `limbs.rs`), it adds
//! them up. Unit: half pixels.

use crate::boughs::{Boughs, LIMBS};
use crate::forest::Forest;
use crate::layout::Placed;
use crate::limbs::{Course, MARGIN, PITCH, Stack, Twig};
use crate::pack::Stand;
use crate::pill::Size;

/// The line of each row on the drawing.
pub(crate) fn lines(boughs: &Boughs, stands: &[Stand], stack: &Stack, top: i32) -> Vec<i32> {
    let mut lines = Vec::with_capacity(boughs.rows.len());
    for (row, bough) in boughs.rows.iter().enumerate() {
        let line = match bough.parent {
            None => top + stack.limbs.get(row).copied().flatten().unwrap_or(0),
            Some(parent) => lines
                .get(parent)
                .map_or(0, |line: &i32| line.saturating_add(stands[row].offset)),
        };
        lines.push(line);
    }
    lines
}

/// The pills of the root: its column, then its twigs.
pub(crate) fn root_pills(
    column: &[usize],
    twigs: &[Twig],
    sizes: &[Size],
    line: i32,
) -> Vec<Placed> {
    let top = line - (column.len() as i32 - 1) * PITCH / 2;
    let placed = |bead: usize, x: i32, y: i32| Placed {
        bead,
        x,
        y,
        width: sizes[bead].whole(),
        shift: 0,
    };
    let column = column.iter().zip(0..);
    column
        .map(|(&bead, row)| placed(bead, MARGIN, top + row * PITCH))
        .chain(
            twigs
                .iter()
                .map(|t| placed(t.bead, t.start, line + t.offset)),
        )
        .collect()
}

/// The pills on the limbs, each before those that hang from it.
pub(crate) fn hang_pills(
    forest: &Forest<'_>,
    boughs: &Boughs,
    sizes: &[Size],
    courses: &[Option<Course>; LIMBS.len()],
    lines: &[i32],
    pills: &mut Vec<Placed>,
) {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); forest.beads.len()];
    let mut open = Vec::new();
    for &at in forest.order.iter().rev() {
        match forest.tree_parent(at) {
            Some(link) => children[link.parent].push(at),
            None => open.push(at),
        }
    }
    // Stable, so that within a limb the earliest stays last, on top.
    open.sort_by_key(|&at| std::cmp::Reverse(forest.beads[at].branch));
    while let Some(bead) = open.pop() {
        open.extend(&children[bead]);
        let (x, width, row) = (boughs.start[bead], sizes[bead].whole(), boughs.row[bead]);
        let sway = courses
            .get(row)
            .and_then(Option::as_ref)
            .map_or(0.0, |c| c.sway(x + width / 2));
        pills.push(Placed {
            bead,
            x,
            y: lines[row] + sway.round() as i32,
            width,
            shift: 0,
        });
    }
}

/// The models that go into the tray.
pub(crate) fn undated(forest: &Forest<'_>) -> Vec<usize> {
    (0..forest.beads.len())
        .filter(|&at| forest.beads[at].date.is_none() && forest.trunk != Some(at))
        .collect()
}
