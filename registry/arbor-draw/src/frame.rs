//! What surrounds the tree: the room above and below, the legend and the bar
//! chart in the empty lower left, the years.
//!
//! It does not know what legend and chart look like (`legend.rs`,
//! `chart.rs`). Unit: half pixels.

use crate::axis::Axis;
use crate::key;
use crate::limbs::{NODE, Stack};
use crate::scene::{Key, Legend, Options, Organisation, Scene};
use crate::skyline::Side;
use crate::when;

/// Room above the tree, for the years.
pub(crate) const HEAD: i32 = 128;
/// Room below the tree, for the years.
pub(crate) const FOOT: i32 = 104;
/// Left edge, width and height of the legend.
pub(crate) const LEGEND: (i32, i32, i32) = (44, 628, 590);
/// Left edge and width of the chart.
pub(crate) const CHART: (i32, i32) = (724, 470);
/// The most bars.
const BARS: usize = 9;
/// Height of the chart's heading and of a bar.
const BAR: (i32, i32) = (40, 38);

/// The places of what surrounds the tree.
pub(crate) struct Frame {
    /// The line from which the stack's lines count.
    pub(crate) top: i32,
    /// Where tree, legend and chart end.
    pub(crate) bottom: i32,
    /// The legend's upper left corner.
    pub(crate) legend: Option<(i32, i32)>,
    /// The chart's upper left corner and its bars.
    pub(crate) chart: Option<(i32, i32, Vec<Organisation>)>,
    /// What the colours mean, and its upper left corner.
    pub(crate) key: Option<((i32, i32), Key)>,
    /// The least width that legend and chart need.
    pub(crate) width: i32,
}

impl Frame {
    /// Puts legend and chart below what hangs into the lower left.
    pub(crate) fn around(stack: &Stack, scene: &Scene, options: &Options) -> Self {
        let top = HEAD + stack.taken.reach(Side::Up);
        let mut bottom = top + stack.taken.reach(Side::Down);
        let mut width = 0;
        let mut needs = |x: i32, own: i32, height: i32| {
            let above = stack.taken.reach_between(Side::Down, x - 30, x + own);
            bottom = bottom.max(top + above.unwrap_or(0).max(0) + 64 + height);
            width = width.max(x + own);
        };
        let legend = match options.legend {
            Legend::Shown if !scene.beads.is_empty() => Some(LEGEND),
            Legend::Shown | Legend::Hidden => None,
        };
        if let Some((x, own, height)) = legend {
            needs(x, own, height);
        }
        let bars = bars(scene);
        let chart_height = BAR.0 + BAR.1 * bars.len() as i32;
        let x = legend.map_or(LEGEND.0, |_| CHART.0);
        if !bars.is_empty() {
            needs(x, CHART.1, chart_height);
        }
        let key_height = scene.key.as_ref().map_or(0, key::height);
        let key_x = if bars.is_empty() { x } else { x + CHART.1 + 40 };
        if scene.key.is_some() {
            needs(key_x, key::WIDTH, key_height);
        }
        let key = scene.key.clone();
        Self {
            top,
            bottom,
            key: key.map(|key| ((key_x, bottom - key_height), key)),
            legend: legend.map(|(x, _, height)| (x, bottom - height)),
            chart: (!bars.is_empty()).then(|| (x, bottom - chart_height, bars)),
            width,
        }
    }
}

/// The largest organisations, the largest first.
fn bars(scene: &Scene) -> Vec<Organisation> {
    let mut bars = scene.organisations.clone().unwrap_or_default();
    bars.retain(|o| o.open > 0 || o.closed > 0);
    bars.sort_by(|a, b| {
        let total = |o: &Organisation| o.open.saturating_add(o.closed);
        total(b).cmp(&total(a)).then_with(|| a.cmp(b))
    });
    bars.truncate(BARS);
    bars
}

/// The years that begin right of the node, and where.
pub(crate) fn years(axis: &Axis, first: f64, node: i32, width: i32) -> Vec<(i32, i32)> {
    let from = when::year_of(first).saturating_sub(2);
    let to = when::year_of(axis.last());
    (from..=to)
        .map(|year| (year, axis.at(f64::from(year) * 12.0).round() as i32))
        .filter(|(_, x)| *x > node + NODE + 40 && *x < width - 90)
        .collect()
}
