//! From a scene to places: everything that is drawn, and where.
//!
//! It does not know colours or SVG (`svg.rs`). Unit: half pixels, to the right
//! and down from the upper left corner.

use crate::axis::{Axis, Need};
use crate::boughs::{self, Boughs, LIMBS};
use crate::forest::{self, Dropped, Forest};
use crate::frame::{self, FOOT, Frame, HEAD};
use crate::limbs::{self, Course, MARGIN, NODE, SPREAD, Twig};
use crate::pack::{self, Stand};
use crate::pill::Size;
use crate::place::{hang_pills, lines, root_pills, undated};
use crate::roots::Roots;
use crate::scene::{Bead, DrawError, Folded, Key, Link, Links, Options, Organisation, Scene};
use crate::skyline::Shape;
use crate::zoom::Zoom;
use crate::{lineage, tray};

/// Room to the right of everything.
const RIGHT: i32 = 56;
/// From the first model back to where the limbs have become straight.
const BEFORE: i32 = 120;

/// A pill and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The place in [`Layout::beads`].
    pub bead: usize,
    /// Left edge.
    pub x: i32,
    /// Middle.
    pub y: i32,
    /// Width of pill and chip.
    pub width: i32,
    /// How far it was moved from its date, to the right.
    pub shift: i32,
}

/// A drawing's places.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Width of the drawing in half pixels.
    pub width: i32,
    /// Height of the drawing in half pixels.
    pub height: i32,
    /// The models, by id.
    pub beads: Vec<Bead>,
    /// The pills in lineage order.
    pub pills: Vec<Placed>,
    /// Edges that contradict themselves and were not drawn.
    pub dropped: Vec<Dropped>,
    pub(crate) sizes: Vec<Size>,
    pub(crate) weights: Vec<f64>,
    pub(crate) primary: Vec<Option<Link>>,
    pub(crate) hung: Vec<Option<Link>>,
    pub(crate) boughs: Boughs,
    pub(crate) stands: Vec<Stand>,
    /// The line of each row.
    pub(crate) lines: Vec<i32>,
    pub(crate) courses: [Option<Course>; LIMBS.len()],
    pub(crate) node: Option<(i32, i32)>,
    pub(crate) trunk: Option<usize>,
    pub(crate) column: Vec<usize>,
    pub(crate) twigs: Vec<Twig>,
    /// Parents beside the primary one, drawn or not.
    pub(crate) others: Vec<(usize, Link)>,
    /// Second parents that are drawn.
    pub(crate) links: Vec<(usize, Link)>,
    pub(crate) years: Vec<(i32, i32)>,
    /// Top and bottom of the year bands.
    pub(crate) bands: (i32, i32),
    /// Where "How to read this" stands.
    pub(crate) legend: Option<(i32, i32)>,
    /// Where the bar chart stands, and its bars.
    pub(crate) chart: Option<(i32, i32, Vec<Organisation>)>,
    /// Where what the colours mean stands, and what that is.
    pub(crate) key: Option<((i32, i32), Key)>,
    pub(crate) title: Option<String>,
    /// Where the heading of the undated stands.
    pub(crate) tray: Option<i32>,
    pub(crate) folded: Vec<Folded>,
    /// Whether each model is in the selected lineage; none where none is.
    pub(crate) kept: Option<Vec<bool>>,
    pub(crate) selected: Option<usize>,
    /// How large it is shown.
    pub(crate) zoom: Zoom,
}

/// Lays a scene out.
///
/// The same models in another order give the same layout.
///
/// # Errors
/// [`DrawError`] for a parent that does not exist, for two models of one id
/// and for more than [`crate::LIMIT`] models. Edges that contradict
/// themselves are no error: they are left out and listed in
/// [`Layout::dropped`].
pub fn layout(scene: &Scene, options: &Options) -> Result<Layout, DrawError> {
    let forest = forest::settle(scene)?;
    let moments = || forest.when.iter().flatten().copied();
    let newest = moments().fold(0.0, f64::max);
    let first = forest.order.first().and_then(|&at| forest.when[at]);
    let first = first.unwrap_or(newest + 1.0);

    let roots = Roots::of(&forest, first);
    let sizes: Vec<Size> = (0..forest.beads.len())
        .map(|at| roots.measure(&forest, at))
        .collect();
    let heirs = boughs::heirs(&forest);
    let mut axis = Axis::new(first, newest.max(first));
    axis.fit(needs(&forest, &sizes, &heirs));
    let widest = roots.column.iter().map(|&at| sizes[at].whole()).max();
    let node = (MARGIN + widest.unwrap_or(0) + 100).max(236);
    let straight = node + SPREAD;
    axis.anchor(first, f64::from(straight + BEFORE));

    let mut boughs = boughs::string(&forest, &axis, &sizes, &heirs);
    boughs.attach(&sizes, straight);
    let courses = courses(
        &forest,
        &boughs,
        (straight, limb_end(&boughs, &sizes, &axis)),
    );
    let own = courses
        .iter()
        .map(|c| c.as_ref().map_or_else(Shape::default, |c| c.shape(node)));
    let years = frame::years(&axis, first, 0, i32::MAX);
    let cuts: Vec<i32> = years.iter().map(|(_, x)| *x).collect();
    let (stands, mut shapes) = pack::pack(&boughs, &sizes, &forest.weight, own.collect(), &cuts);
    let shapes = [0, 1, 2].map(|l| courses[l].as_ref().map(|_| std::mem::take(&mut shapes[l])));
    let mut twigs = roots.twigs(&forest, &axis, &sizes);
    limbs::spread(&mut twigs);
    let root = limbs::root_shape(node, roots.column.len(), &twigs);
    let stack = limbs::stack(&shapes, &root);
    let frame = Frame::around(&stack, scene, options);

    let lines = lines(&boughs, &stands, &stack, frame.top);
    let root_line = frame.top + stack.root;
    let mut pills = root_pills(&roots.column, &twigs, &sizes, root_line);
    hang_pills(&forest, &boughs, &sizes, &courses, &lines, &mut pills);
    for pill in &mut pills {
        let date = forest.when[pill.bead].map(|when| axis.at(when).round() as i32);
        if !roots.column.contains(&pill.bead) {
            pill.shift = date.map_or(0, |date| pill.x - date);
        }
    }
    let ends = pills.iter().map(|p| p.x + p.width);
    let limb_ends = courses.iter().flatten().map(|c| c.span.1 + 50);
    let undated = undated(&forest);
    let tray_ends = undated.iter().map(|&at| MARGIN + sizes[at].whole());
    let right = ends
        .chain(tray_ends)
        .chain(limb_ends)
        .chain([frame.width, node + NODE])
        .max();
    let width = right.unwrap_or(0) + RIGHT;
    let below = frame.bottom + FOOT;
    let tray = tray::fill(&forest, undated, &sizes, width, below, &mut pills);

    let kept = lineage::kept(&forest, options.selected.as_deref());
    let mut links = lineage::second_links(&forest);
    if options.links == Links::Selected {
        links.retain(|(child, link)| {
            let both = |kept: &Vec<bool>| kept[*child] && kept[link.parent];
            kept.as_ref().is_some_and(both)
        });
    }
    let any = !roots.column.is_empty()
        || !twigs.is_empty()
        || !forest.order.is_empty()
        || forest.trunk.is_some();
    let mut folded = scene.folded.clone();
    folded.sort();
    Ok(Layout {
        width,
        height: tray.map_or(below, |tray| tray.1),
        years: frame::years(&axis, first, node, width),
        bands: (HEAD - 60, frame.bottom + 48),
        node: any.then_some((node, root_line)),
        selected: lineage::find(&forest, options.selected.as_deref()),
        hung: (0..forest.beads.len())
            .map(|at| forest.tree_parent(at))
            .collect(),
        trunk: forest.trunk,
        column: roots.column,
        legend: frame.legend,
        chart: frame.chart,
        key: frame.key,
        title: scene.title.clone(),
        tray: tray.map(|tray| tray.0),
        beads: forest.beads.into_iter().cloned().collect(),
        dropped: forest.dropped,
        weights: forest.weight,
        primary: forest.primary,
        others: forest.others,
        zoom: options.zoom,
        twigs,
        links,
        folded,
        kept,
        lines,
        stands,
        courses,
        pills,
        sizes,
        boughs,
    })
}

/// The room that successive pills of a row need, and connectors.
fn needs(forest: &Forest<'_>, sizes: &[Size], heirs: &[Option<usize>]) -> Vec<Need> {
    forest
        .order
        .iter()
        .filter_map(|&at| {
            let parent = forest.tree_parent(at)?.parent;
            let room = if heirs[parent] == Some(at) {
                sizes[parent].whole() + boughs::GAP
            } else {
                44
            };
            forest.when[parent]
                .zip(forest.when[at])
                .map(|(from, to)| Need {
                    from,
                    to,
                    room: f64::from(room),
                })
        })
        .collect()
}

/// Where the limbs end: at the end of time, behind their own last pill.
fn limb_end(boughs: &Boughs, sizes: &[Size], axis: &Axis) -> i32 {
    let own = boughs.rows.iter().take(LIMBS.len());
    own.filter_map(|row| row.beads.last())
        .map(|&b| boughs.start[b] + sizes[b].whole() + 20)
        .fold(axis.end().round() as i32, i32::max)
}

fn courses(
    forest: &Forest<'_>,
    boughs: &Boughs,
    span: (i32, i32),
) -> [Option<Course>; LIMBS.len()] {
    let models = LIMBS.map(|branch| -> Vec<(i32, f64)> {
        let own = forest.order.iter();
        own.filter(|&&at| forest.beads[at].branch == branch)
            .flat_map(|&at| {
                let folded = forest.beads[at].folded as f64;
                spread(boughs.start[at], folded, span.1)
            })
            .collect()
    });
    let total = |models: &[(i32, f64)]| models.iter().map(|m| m.1).sum::<f64>();
    let scale = models.iter().map(|m| total(m)).fold(1.0, f64::max);
    let mut number = 0;
    models.map(|models| {
        number += 1;
        (!models.is_empty()).then(|| Course::new(number - 1, models, scale, span))
    })
}

/// A model and those folded into it, which came some time after it; nobody
/// says when, so they are taken to have come evenly.
fn spread(start: i32, folded: f64, end: i32) -> impl Iterator<Item = (i32, f64)> {
    const PARTS: i32 = 8;
    let room = f64::from(end.saturating_sub(start).max(0));
    let later = (1..=PARTS).filter(move |_| folded > 0.0).map(move |part| {
        let after = room * f64::from(part) / f64::from(PARTS + 1);
        (
            start.saturating_add(after as i32),
            folded / f64::from(PARTS),
        )
    });
    std::iter::once((start, 1.0)).chain(later)
}
