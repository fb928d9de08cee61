//! The tray of models without a date, below the tree.
//!
//! It knows nothing of the axis. Unit: half pixels.

use crate::forest::Forest;
use crate::layout::Placed;
use crate::limbs::MARGIN;
use crate::pill::{HEIGHT, Size};

/// From the heading's baseline to the middle of the first row.
const HEADING: i32 = 44;
/// Distance of two rows.
const PITCH: i32 = 50;

/// Puts the undated models in rows from `top` on, by branch and id; says
/// where the heading stands and where the tray ends.
pub(crate) fn fill(
    forest: &Forest<'_>,
    mut undated: Vec<usize>,
    sizes: &[Size],
    width: i32,
    top: i32,
    pills: &mut Vec<Placed>,
) -> Option<(i32, i32)> {
    if undated.is_empty() {
        return None;
    }
    undated.sort_by_key(|&at| (forest.beads[at].branch, at));
    let heading = top + 40;
    let (mut x, mut y) = (MARGIN, heading + HEADING);
    for bead in undated {
        let own = sizes[bead].whole();
        if x > MARGIN && x.saturating_add(own) > width - MARGIN {
            x = MARGIN;
            y += PITCH;
        }
        pills.push(Placed {
            bead,
            x,
            y,
            width: own,
            shift: 0,
        });
        x += own + 16;
    }
    Some((heading, y + HEIGHT / 2 + 40))
}
