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
///
/// `cuts` are the places where years begin. A row takes its side by what the
/// picture held at the end of the year in which the row began, and keeps it:
/// what comes later may push a row outwards, never to the other side.
pub(crate) fn pack(
    boughs: &Boughs,
    sizes: &[Size],
    weights: &[f64],
    mut shapes: Vec<Shape>,
    cuts: &[i32],
) -> (Vec<Stand>, Vec<Shape>) {
    shapes.resize_with(boughs.rows.len(), Shape::default);
    let mut packing = Packing {
        boughs,
        sizes,
        // As if all stood for one model, and limbs were straight: what is
        // still to come may not tip a choice between two sides.
        weights: &vec![1.0; weights.len()],
        sides: vec![None; boughs.rows.len()],
    };
    let plain: Vec<Shape> = shapes.iter().map(Shape::straight).collect();
    let begun = |row: usize, cut: i32| boughs.first(row) < cut;
    let mut from = i32::MIN;
    for &cut in cuts {
        // A year without a new row decides nothing.
        let new = |&row: &usize| begun(row, cut) && !begun(row, from);
        if (LIMBS.len()..boughs.rows.len()).any(|row| new(&row)) {
            packing.all(plain.clone(), cut);
        }
        from = cut;
    }
    packing.all(plain, i32::MAX);
    Packing { weights, ..packing }.all(shapes, i32::MAX)
}

/// A packing: what is packed, and the sides that are settled.
struct Packing<'a> {
    boughs: &'a Boughs,
    sizes: &'a [Size],
    weights: &'a [f64],
    sides: Vec<Option<Side>>,
}

impl Packing<'_> {
    /// Packs what begins before `cut`, and settles the sides that are open.
    fn all(&mut self, mut shapes: Vec<Shape>, cut: i32) -> (Vec<Stand>, Vec<Shape>) {
        let mut stands = vec![Stand::default(); self.boughs.rows.len()];
        let mut ends = vec![i32::MIN; self.boughs.rows.len()];
        // Parents stand before children, so that backwards children come first.
        for row in (0..self.boughs.rows.len()).rev() {
            if row < LIMBS.len() || self.boughs.first(row) < cut {
                self.row(row, &mut shapes, &mut stands, &mut ends, cut);
            }
        }
        (stands, shapes)
    }

    fn row(
        &mut self,
        row: usize,
        shapes: &mut [Shape],
        stands: &mut [Stand],
        ends: &mut [i32],
        cut: i32,
    ) {
        let (boughs, sizes) = (self.boughs, self.sizes);
        let bough = &boughs.rows[row];
        let mut shape = std::mem::take(&mut shapes[row]);
        let beads = bough.beads.iter().map(|&bead| (boughs.start[bead], bead));
        let beads = beads.filter(|(start, _)| *start < cut);
        let beads = beads.map(|(start, bead)| (start, start + sizes[bead].whole()));
        let mut kids: Vec<usize> = bough.kids.clone();
        kids.retain(|&kid| boughs.first(kid) < cut);
        let leaving = kids.iter().map(|&kid| boughs.rows[kid].leaves + 12);
        let end = beads.clone().map(|(_, end)| end).chain(leaving).max();
        ends[row] = end.unwrap_or(i32::MIN);
        if row >= LIMBS.len() {
            shape.take(bough.leaves, ends[row], STEM, STEM);
        }
        let half = match row < LIMBS.len() {
            true => HEIGHT / 2 + 12,
            false => HEIGHT / 2,
        };
        for (start, end) in beads {
            shape.take(start, end, half, half);
        }
        kids.sort_by_key(|&k| {
            let first = boughs.rows[k].beads.first().copied();
            (Reverse((boughs.rows[k].leaves, boughs.first(k))), first)
        });
        let mut front = [i32::MAX; 2];
        for kid in kids {
            let first = boughs.rows[kid].beads.first();
            let weight = first.map_or(1.0, |&b| self.weights[b]);
            let kid_shape = std::mem::take(&mut shapes[kid]);
            let (side, distance) = match self.sides[kid] {
                Some(side) => (side, nearest(&shape, &kid_shape, side)),
                None => choose(&shape, &kid_shape),
            };
            self.sides[kid] = Some(side);
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
}

/// How far out a row must stand on a side.
fn nearest(shape: &Shape, kid: &Shape, side: Side) -> i32 {
    shape.distance(side, kid, GAP).unwrap_or(0).max(NEAREST)
}

/// The side on which a row costs less, and how far out it must stand there.
fn choose(shape: &Shape, kid: &Shape) -> (Side, i32) {
    let (up, down) = (shape.reach(Side::Up), shape.reach(Side::Down));
    let cost = |side: Side| {
        let distance = nearest(shape, kid, side);
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
