//! The laws of the layout, over random scenes.

use super::geometry::{overlaps, points, rect, within};
use super::scenes::{any_scene, bead, edge, scene, shuffled};
use crate::boughs::{LIMBS, SHIFT};
use crate::layout::Layout;
use crate::path::Path;
use crate::{Links, Mode, Options, Scene, Theme, layout, svg};
use arbor_model::{Branch, Relation};
use proptest::prelude::*;

fn lay(scene: &Scene) -> Layout {
    layout(scene, &Options::default()).expect("a sound scene")
}

/// What a connector crosses, as (row's first model, crossed model).
fn crossings(layout: &Layout) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for row in LIMBS.len()..layout.boughs.rows.len() {
        let bough = &layout.boughs.rows[row];
        let (Some(parent), Some(&first)) = (bough.parent, bough.beads.first()) else {
            continue;
        };
        let mut path = Path::default();
        layout.connector(row, parent, first).outline(&mut path);
        let outline = points(&path.finish());
        let stem = (bough.leaves + 40..bough.end).step_by(8);
        let stem = stem.map(|x| (f64::from(x), f64::from(layout.lines[row])));
        let line: Vec<(f64, f64)> = outline.into_iter().chain(stem).collect();
        for pill in &layout.pills {
            let hangs = layout.beads[pill.bead].branch != Branch::Precursor
                && layout.beads[pill.bead].date.is_some();
            let on = layout.boughs.row[pill.bead];
            if hangs && (on == row || on == parent) {
                continue;
            }
            if line.iter().any(|p| within(pill, *p)) {
                let id = |b: usize| layout.beads[b].id.clone();
                found.push((id(first), id(pill.bead)));
            }
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_two_pills_overlap(scene in any_scene(90)) {
        prop_assert_eq!(overlaps(&lay(&scene)), vec![]);
    }

    #[test]
    fn no_pill_is_far_from_its_date(scene in any_scene(90)) {
        for pill in &lay(&scene).pills {
            prop_assert!((0..=SHIFT).contains(&pill.shift), "{}", pill.shift);
        }
    }

    #[test]
    fn no_connector_or_stem_crosses_a_pill(scene in any_scene(90)) {
        prop_assert_eq!(crossings(&lay(&scene)), vec![]);
    }

    #[test]
    fn everything_is_inside(scene in any_scene(90)) {
        let tree = lay(&scene);
        for pill in &tree.pills {
            let (left, top, right, bottom) = rect(pill);
            prop_assert!(left >= 0 && top >= 0 && right <= tree.width && bottom <= tree.height);
        }
        let paths = Branch::ALL.iter().flat_map(|b| tree.stems(*b)).chain(tree.root());
        let limbs = (0..LIMBS.len()).filter_map(|l| tree.limb(l)).flat_map(|(a, b)| [a, b]);
        for d in paths.map(|s| s.d).chain(limbs) {
            for (x, y) in points(&d) {
                let inside = x >= 0.0 && y >= 0.0 && x <= f64::from(tree.width) && y <= f64::from(tree.height);
                prop_assert!(inside, "{x} {y} outside {} {}: {d}", tree.width, tree.height);
            }
        }
    }

    #[test]
    fn every_model_is_drawn_once(scene in any_scene(90)) {
        let tree = lay(&scene);
        let mut drawn: Vec<usize> = tree.pills.iter().map(|p| p.bead).chain(tree.trunk).collect();
        drawn.sort_unstable();
        prop_assert_eq!(drawn, (0..scene.beads.len()).collect::<Vec<_>>());
    }

    #[test]
    fn years_go_to_the_right(scene in any_scene(60)) {
        let tree = lay(&scene);
        prop_assert!(tree.years.windows(2).all(|w| w[0].0 + 1 == w[1].0 && w[0].1 < w[1].1));
    }

    #[test]
    fn order_of_the_input_does_not_show(
        (scene, order) in any_scene(50).prop_flat_map(|scene| {
            let order: Vec<usize> = (0..scene.beads.len()).collect();
            (Just(scene), Just(order).prop_shuffle())
        })
    ) {
        let options = Options { links: Links::All, selected: Some("m003".into()), ..Options::default() };
        let draw = |scene: &Scene| {
            svg(&layout(scene, &options).expect("a sound scene"), "t", Mode::Themed)
        };
        prop_assert_eq!(draw(&scene), draw(&shuffled(&scene, &order)));
    }

    #[test]
    fn a_drawing_alone_needs_nothing_from_outside(scene in any_scene(40)) {
        let drawing = svg(&lay(&scene), "t", Mode::Standalone(Theme::Dark));
        for word in ["var(", "class=", "<style", "<script", "NaN", "inf\"", "@import", "\u{202E}"] {
            prop_assert!(!drawing.contains(word), "{word}");
        }
    }
}

#[test]
fn odd_scenes_lay_out() {
    let one = bead("a", Branch::DecoderOnly, "2020-05");
    let mut undated = one.clone();
    undated.date = None;
    let mut precursor = bead("p", Branch::Precursor, "2013-10");
    precursor.folded = 3;
    let same_day = |n: usize| {
        let mut bead = bead(&format!("b{n:04}"), Branch::EncoderOnly, "2021-03-04");
        bead.parents = (n > 0)
            .then(|| edge(n / 3, Relation::FineTunedFrom))
            .into_iter()
            .collect();
        bead
    };
    for beads in [
        vec![],
        vec![one],
        vec![undated],
        vec![precursor],
        (0..60).map(same_day).collect(),
    ] {
        let tree = lay(&scene(beads));
        assert_eq!(overlaps(&tree), []);
        assert_eq!(crossings(&tree), []);
        assert!(svg(&tree, "t", Mode::Themed).starts_with("<svg"));
    }
}

#[test]
fn five_thousand_unfolded_models_lay_out() {
    let beads = (0..5_000_usize).map(|n| {
        let date = format!("{}-{:02}", 2018 + n / 700, 1 + (n / 58) % 12);
        let branch = LIMBS[(n * 7) % 3];
        let mut bead = bead(&format!("b{n:04}"), branch, &date);
        let parent = n.saturating_sub((n % 3 + 1) * 3);
        if n > 9 && n % 5 > 0 {
            bead.parents
                .push(edge(parent.max(n % 3), Relation::Succeeds));
        }
        bead.line = format!("l{}", n % 40);
        bead
    });
    let tree = lay(&scene(beads.collect()));
    assert_eq!(tree.pills.len(), 5_000);
    assert_eq!(overlaps(&tree), []);
}
