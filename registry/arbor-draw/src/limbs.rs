//! The three limbs and the grey root: where they run, how wide they are, and
//! how they are stacked.
//!
//! It does not know how a limb becomes a path (`ribbon.rs`). Unit: half pixels.

use crate::boughs::LIMBS;
use crate::pill::HEIGHT;
use crate::skyline::{Shape, Side};

/// Left edge of captions and root pills.
pub(crate) const MARGIN: i32 = 20;
/// Radius of the Transformer node.
pub(crate) const NODE: i32 = 38;
/// From the node to where the limbs have become straight.
pub(crate) const SPREAD: i32 = 210;
/// Distance between two pills of the root's column.
pub(crate) const PITCH: i32 = 50;
/// Room between limbs.
const GAP: i32 = 20;
/// How far a limb sways.
const SWAY: f64 = 10.0;
/// Least and greatest width of a limb.
const WIDTH: (f64, f64) = (8.0, 66.0);
/// Half the room of a caption.
const CAPTION: (i32, i32) = (60, 64);

/// A limb's course.
#[derive(Clone, Debug)]
pub(crate) struct Course {
    /// The starts and weights of its models, by start, the weights summed up
    /// from the end: what is still to come.
    ahead: Vec<(i32, f64)>,
    /// The total of the largest limb.
    scale: f64,
    /// Where it becomes straight and where it ends.
    pub(crate) span: (i32, i32),
    phase: f64,
}

impl Course {
    /// The course of a limb with models of these starts and weights.
    pub(crate) fn new(
        number: usize,
        mut models: Vec<(i32, f64)>,
        scale: f64,
        span: (i32, i32),
    ) -> Self {
        models.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.total_cmp(&b.1)));
        let mut sum = 0.0;
        for model in models.iter_mut().rev() {
            sum += model.1;
            model.1 = sum;
        }
        Self {
            ahead: models,
            scale: scale.max(1.0),
            span,
            phase: [3.4, 0.6, 0.2].get(number).copied().unwrap_or(0.0),
        }
    }

    fn width_ahead(&self, at: i32) -> f64 {
        let next = self.ahead.partition_point(|(start, _)| *start < at);
        let rest = self.ahead.get(next).map_or(0.0, |(_, rest)| *rest);
        WIDTH.0 + (WIDTH.1 - WIDTH.0) * (rest / self.scale).min(1.0).powf(0.55)
    }

    /// Its width: the more models still to come, the wider.
    pub(crate) fn width(&self, at: i32) -> f64 {
        const NEAR: [i32; 5] = [-120, -60, 0, 60, 120];
        let sum: f64 = NEAR
            .iter()
            .map(|d| self.width_ahead(at.saturating_add(*d)))
            .sum();
        sum / NEAR.len() as f64
    }

    /// How far it sways from its line, down positive.
    pub(crate) fn sway(&self, at: i32) -> f64 {
        let (from, to) = self.span;
        let along = f64::from(at - from) / f64::from((to - from).max(1));
        if along <= 0.0 {
            return 0.0;
        }
        SWAY * (along * 5.2 + self.phase).sin() * (along * 8.0).min(1.0)
    }

    /// The room that the limb itself takes, with its caption at the left and
    /// its bend from the node.
    pub(crate) fn shape(&self, node: i32) -> Shape {
        let mut shape = Shape::default();
        let (from, to) = self.span;
        shape.take(0, node - NODE, CAPTION.0, CAPTION.1);
        let bend = (self.width(from) / 2.0) as i32 + 60;
        shape.take(node - NODE, from, bend, bend);
        let mut at = from;
        while at < to.saturating_add(40) {
            let (half, sway) = (self.width(at) / 2.0 + 6.0, self.sway(at));
            shape.take(
                at,
                at + 3,
                (half - sway).ceil() as i32,
                (half + sway).ceil() as i32,
            );
            at += 4;
        }
        shape
    }
}

/// A precursor that appeared after the axis begins: a twig of the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Twig {
    /// The model.
    pub(crate) bead: usize,
    /// The start of its pill.
    pub(crate) start: i32,
    /// Its pill's width.
    pub(crate) width: i32,
    /// Its distance from the root's line, down positive.
    pub(crate) offset: i32,
}

/// Spreads twigs above and below the root's line, the earliest outermost, so
/// that none crosses another.
pub(crate) fn spread(twigs: &mut [Twig]) {
    twigs.sort_by_key(|t| (t.start, t.bead));
    let rows = twigs.len().div_ceil(2) as i32;
    for (place, twig) in twigs.iter_mut().enumerate() {
        let row = rows - 1 - place as i32 / 2;
        let side = if place % 2 == 0 { -1 } else { 1 };
        twig.offset = side * (32 + row * PITCH);
    }
}

/// The room that the root takes.
pub(crate) fn root_shape(node: i32, column: usize, twigs: &[Twig]) -> Shape {
    let mut shape = Shape::default();
    let half = (column as i32 * PITCH / 2).max(NODE) + 6;
    shape.take(0, node + NODE + 20, half, half);
    for twig in twigs {
        let reach = |side: i32| twig.offset * side + HEIGHT / 2;
        let end = twig.start + twig.width;
        shape.take(node + NODE, end, reach(-1).max(NODE), reach(1).max(NODE));
    }
    shape
}

/// Where the limbs and the root stand, from the top down.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stack {
    /// The line of each limb that is there.
    pub(crate) limbs: [Option<i32>; LIMBS.len()],
    /// The root's line.
    pub(crate) root: i32,
    /// All that is taken, seen from line 0.
    pub(crate) taken: Shape,
}

/// Stacks the limbs that are there, and the root before the last of them.
pub(crate) fn stack(shapes: &[Option<Shape>; LIMBS.len()], root: &Shape) -> Stack {
    let mut stack = Stack::default();
    let last = shapes.iter().rposition(Option::is_some);
    let mut begun = false;
    let mut put = |stack: &mut Stack, shape: &Shape| {
        let line = if begun {
            stack.taken.distance(Side::Down, shape, GAP).unwrap_or(0)
        } else {
            0
        };
        begun = true;
        stack.taken.merge(Side::Down, shape, line);
        line
    };
    // A single upper limb lets the root hang below it.
    let single = shapes.iter().flatten().count() == 1;
    let root_first = last == Some(LIMBS.len() - 1) || !single;
    let mut above = Shape::default();
    for (number, shape) in shapes.iter().enumerate() {
        if root_first && last == Some(number) {
            above = stack.taken.clone();
            stack.root = put(&mut stack, root);
        }
        if let Some(shape) = shape {
            stack.limbs[number] = Some(put(&mut stack, shape));
        }
    }
    if !root_first || last.is_none() {
        stack.root = put(&mut stack, root);
    } else if let Some((line, shape)) = last.and_then(|l| stack.limbs[l].zip(shapes[l].as_ref())) {
        // Half of the room between its neighbours, so that it branches evenly.
        let slack = line - stack.root - root.distance(Side::Down, shape, GAP).unwrap_or(0);
        if slack > 0 && above.reach(Side::Down) > 0 {
            stack.root += slack / 2;
            stack.taken.merge(Side::Down, root, stack.root);
        }
    }
    stack
}
