//! Packing: how far from its parent each row stands, and on which side.
//!
//! Rows are packed latest branch first, so that no connector crosses a row:
//! where an early row's connector passes, the later, inner rows do not exist
//! yet. It does not know limbs' places or colours. Unit: half pixels.

use crate::boughs::{Boughs, LIMBS, RUN_MIN};
use crate::pill::{HEIGHT, Size};
use crate::skyline::{Shape, Side};
use std::cmp::Reverse;

/// Room between neighbouring rows.
pub(crate) const GAP: i32 = 10;
/// The least distance of a row from its parent.
const NEAREST: i32 = 36;
/// Half the room that a stem takes.
const STEM: i32 = 8;
/// The farthest that a connector leans towards its row.
const LEAN: i32 = 32;
/// The longest and shortest rise of a connector's last bend.
const CORNER: (i32, i32) = (10, 52);

/// How a row stands to its parent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stand {
    /// Distance of the stems, negative where the row stands above.
    pub(crate) offset: i32,
    /// How far the connector leans on its way.
    pub(crate) lean: i32,
    /// How high its last bend is.
    pub(crate) corner: i32,
}

/// Width of the connector and stem of a row that stands for so many models.
pub(crate) fn stem_width(weight: f64) -> f64 {
    (3.6 + 2.3 * weight.max(1.0).log2()).min(22.0)
}

/// Packs every row onto its parent. `shapes` holds the limbs' own shapes, which
/// grow to those of the limbs with all that hangs from them.
pub(crate) fn pack(
    boughs: &Boughs,
    sizes: &[Size],
    weights: &[f64],
    mut shapes: Vec<Shape>,
) -> (Vec<Stand>, Vec<Shape>) {
    shapes.resize_with(boughs.rows.len(), Shape::default);
    let mut stands = vec![Stand::default(); boughs.rows.len()];
    // Parents stand before children, so that backwards children come first.
    for row in (0..boughs.rows.len()).rev() {
        let bough = &boughs.rows[row];
        let mut shape = std::mem::take(&mut shapes[row]);
        if row >= LIMBS.len() {
            shape.take(bough.leaves, bough.end, STEM, STEM);
        }
        for &bead in &bough.beads {
            let start = boughs.start[bead];
            let half = if row < LIMBS.len() {
                HEIGHT / 2 + 12
            } else {
                HEIGHT / 2
            };
            shape.take(start, start + sizes[bead].whole(), half, half);
        }
        let mut kids = bough.kids.clone();
        kids.sort_by_key(|&k| {
            let first = boughs.rows[k].beads.first().copied();
            (Reverse((boughs.rows[k].leaves, boughs.first(k))), first)
        });
        let mut front = [i32::MAX; 2];
        for kid in kids {
            let weight = boughs.rows[kid].beads.first().map_or(1.0, |&b| weights[b]);
            let kid_shape = std::mem::take(&mut shapes[kid]);
            let (side, distance) = choose(&shape, &kid_shape);
            let front = &mut front[usize::from(side == Side::Down)];
            let reach = Connector {
                leaves: boughs.rows[kid].leaves,
                first: boughs.first(kid),
                half: (stem_width(weight) / 2.0).ceil() as i32,
                front: *front,
            };
            stands[kid] = reach.stand(&shape, side, distance);
            *front = (*front).min(boughs.first(kid));
            shape.merge(side, &kid_shape, distance);
            let until = reach.leaves + stands[kid].lean + reach.half + 6;
            let flare = if row < LIMBS.len() { 16 } else { 4 };
            let from = reach.leaves - reach.half - flare;
            shape.take_side(side, from, until, distance);
        }
        shapes[row] = shape;
    }
    (stands, shapes)
}

/// The side on which a row costs less, and how far out it must stand there.
fn choose(shape: &Shape, kid: &Shape) -> (Side, i32) {
    let (up, down) = (shape.reach(Side::Up), shape.reach(Side::Down));
    let cost = |side: Side| {
        let distance = shape.distance(side, kid, GAP).unwrap_or(0).max(NEAREST);
        let growth = (distance.saturating_add(kid.reach(side)) - up.max(down)).max(0);
        let current = match side {
            Side::Up => up,
            Side::Down => down,
        };
        let cost = f64::from(distance) + 0.55 * f64::from(growth) + 0.12 * f64::from(current);
        (cost, distance)
    };
    let (up, down) = (cost(Side::Up), cost(Side::Down));
    if up.0 < down.0 {
        (Side::Up, up.1)
    } else {
        (Side::Down, down.1)
    }
}

/// The connector of a row about to be placed.
struct Connector {
    leaves: i32,
    first: i32,
    half: i32,
    /// Where the first pill of the rows already on this side stands.
    front: i32,
}

impl Connector {
    /// Bends the connector such that it passes left of all pills on its way.
    fn stand(&self, shape: &Shape, side: Side, distance: i32) -> Stand {
        let run = self.first.saturating_sub(self.leaves).max(RUN_MIN);
        let room = self.front.min(self.first).saturating_sub(self.leaves) - self.half - 6;
        let lean = LEAN
            .min(run * 34 / 100)
            .min(distance * 7 / 100)
            .min(room)
            .max(0);
        let from = self.leaves + lean + self.half + 6;
        let under = shape
            .reach_between(side, from, self.first.min(from + 56))
            .unwrap_or(0);
        let corner = (distance - under - 6)
            .min(distance * 35 / 100)
            .clamp(CORNER.0, CORNER.1);
        Stand {
            offset: distance * side.sign(),
            lean,
            corner,
        }
    }
}
