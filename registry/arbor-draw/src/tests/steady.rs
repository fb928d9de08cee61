//! Layout stability: what a model that comes after all others may move.
//!
//! A picture that people come back to must not turn over as the catalogue
//! grows. Sides, rows and the first lines of limbs are therefore settled by
//! what is older. What still moves: a line that was silent for years and goes
//! on has to run past the rows that began since, and takes them outwards or
//! is taken outwards itself; no row changes its side even then.

use super::scenes::{any_scene, bead, edge};
use crate::boughs::LIMBS;
use crate::layout::Layout;
use crate::{Options, Scene, layout};
use arbor_model::{Branch, PartialDate, Relation};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Distance of two neighbouring rows.
const ROW: i32 = 50;
/// A limb sways anew as it gets longer, by twice its sway at most, and so does
/// its neighbour, which it makes room for; both grow wider by some pixels with
/// what is still to come, and so do the stems. What hangs from it moves along.
const GROWTH: i32 = 2 * 20 + 20;

fn lay(scene: &Scene) -> Layout {
    layout(scene, &Options::default()).expect("a sound scene")
}

/// The same scene and one model more, the last of all and of a line of its
/// own, from a parent or from a limb.
fn later(scene: &Scene, parent: Option<usize>, branch: Branch) -> Scene {
    let dates = scene.beads.iter().filter_map(|b| b.date);
    let year = dates.map(|d| d.latest().0).max().unwrap_or(2020) + 1;
    let mut new = bead("zz-new", branch, "2020");
    new.date = PartialDate::new(year, Some(2), Some(3)).ok();
    new.parents = parent
        .map(|parent| edge(parent, Relation::Succeeds))
        .into_iter()
        .collect();
    let mut grown = scene.clone();
    grown.beads.push(new);
    grown
}

/// How far the farthest model on a limb is moved across.
fn moved(before: &Layout, after: &Layout) -> i32 {
    let places = |layout: &Layout| -> BTreeMap<String, i32> {
        let pills = layout.pills.iter();
        let hung = pills.filter(|pill| {
            let bead = &layout.beads[pill.bead];
            bead.branch != Branch::Precursor && bead.date.is_some()
        });
        hung.map(|pill| (layout.beads[pill.bead].id.clone(), pill.y))
            .collect()
    };
    let (before, after) = (places(before), places(after));
    let moves = before
        .iter()
        .filter_map(|(id, y)| after.get(id).map(|new| (new - y).abs()));
    moves.max().unwrap_or(0)
}

/// The model of a limb that nothing stands behind. By its place, not by its
/// date: of models that came out together only one stands last, and a line
/// that goes on from another has to run past it.
fn outermost(layout: &Layout, branch: Branch) -> Option<&str> {
    let pills = layout.pills.iter();
    let own = pills.filter(|pill| {
        let bead = &layout.beads[pill.bead];
        bead.branch == branch && bead.date.is_some()
    });
    let last = own.max_by_key(|pill| pill.x + pill.width)?;
    Some(&layout.beads[last.bead].id)
}

/// Whether each row stands above or below its parent, by its first model.
fn sides(layout: &Layout) -> BTreeMap<String, bool> {
    let rows = LIMBS.len()..layout.boughs.rows.len();
    let firsts = rows.filter_map(|row| {
        let first = layout.boughs.rows[row].beads.first()?;
        let below = layout.stands[row].offset > 0;
        Some((layout.beads[*first].id.clone(), below))
    });
    firsts.collect()
}

/// A scene of dated models on limbs, and one of the limbs it has. Its models
/// come from at least two years: where all came out on one day, their order
/// from the limb is a matter of pixels, and a later year stirs it.
fn settled() -> impl Strategy<Value = (Scene, Branch)> {
    (any_scene(70), any::<usize>()).prop_filter_map("a limb", |(mut scene, pick)| {
        scene.trunk = None;
        let limbs: Vec<Branch> = LIMBS
            .into_iter()
            .filter(|limb| {
                let mut beads = scene.beads.iter();
                beads.any(|b| b.branch == *limb && b.date.is_some())
            })
            .collect();
        let branch = *limbs.get(pick % limbs.len().max(1))?;
        let years = || scene.beads.iter().filter_map(|b| Some(b.date?.year()));
        years().max().filter(|last| Some(*last) > years().min())?;
        Some((scene, branch))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_new_line_moves_nothing_by_more_than_a_row((scene, branch) in settled()) {
        let far = moved(&lay(&scene), &lay(&later(&scene, None, branch)));
        prop_assert!(far <= ROW + GROWTH, "{far}");
    }

    #[test]
    fn a_limbs_newest_model_goes_on_without_a_stir((scene, branch) in settled()) {
        let before = lay(&scene);
        let newest = outermost(&before, branch).map(|id| {
            let at = scene.beads.iter().position(|b| b.id == id);
            at.expect("a bead of the scene")
        });
        let far = moved(&before, &lay(&later(&scene, newest, branch)));
        prop_assert!(far <= ROW + GROWTH, "{far}");
    }

    #[test]
    fn no_row_changes_its_side((scene, _) in settled(), pick in any::<usize>()) {
        let parent = pick % scene.beads.len();
        let grown = later(&scene, Some(parent), scene.beads[parent].branch);
        let (before, after) = (sides(&lay(&scene)), sides(&lay(&grown)));
        for (first, side) in &before {
            prop_assert_eq!(after.get(first), Some(side), "the row of {}", first);
        }
    }
}
