//! Scenes for tests: plain ones by hand, random ones with everything that can
//! be wrong with data.

use crate::{
    Access, Bead, Evidence, Folded, Hue, Key, KeyEntry, Link, Mark, Organisation, Scene, Status,
};
use arbor_model::{Branch, PartialDate, Relation};
use proptest::prelude::*;

/// A dated, open model of its own line, without parents.
pub(super) fn bead(id: &str, branch: Branch, date: &str) -> Bead {
    Bead {
        id: id.into(),
        label: id.to_uppercase(),
        secondary: "7B".into(),
        organisation: "Lab".into(),
        spoken_size: "7 billion parameters".into(),
        branch,
        hue: Hue::Branch(branch),
        mark: Mark::None,
        line: id.into(),
        date: date.parse().ok(),
        access: Access::Open,
        status: Status::Passing,
        href: format!("/m/{id}"),
        parents: Vec::new(),
        folded: 0,
        folded_href: String::new(),
    }
}

/// An edge to the model of that number.
pub(super) fn edge(parent: usize, relation: Relation) -> Link {
    Link {
        parent,
        relation,
        evidence: Evidence::Documented,
    }
}

/// A scene of these models.
pub(super) fn scene(beads: Vec<Bead>) -> Scene {
    Scene {
        beads,
        ..Scene::default()
    }
}

/// The same scene with its models in another order.
pub(super) fn shuffled(scene: &Scene, order: &[usize]) -> Scene {
    let mut place = vec![0; order.len()];
    for (new, &old) in order.iter().enumerate() {
        place[old] = new;
    }
    let beads = order.iter().map(|&old| {
        let mut bead = scene.beads[old].clone();
        for link in &mut bead.parents {
            link.parent = place[link.parent];
        }
        bead.parents.reverse();
        bead
    });
    let mut turned = scene.clone();
    turned.beads = beads.collect();
    turned.folded.reverse();
    if let Some(organisations) = &mut turned.organisations {
        organisations.reverse();
    }
    turned
}

fn date() -> impl Strategy<Value = Option<PartialDate>> {
    let year = prop_oneof![9 => 2018_u16..2026, 1 => 1990_u16..2030];
    (year, 1_u8..13, 1_u8..29, 0_u8..10).prop_map(|(year, month, day, kind)| {
        let (month, day) = match kind {
            0 => (None, None),
            1..=6 => (Some(month), None),
            _ => (Some(month), Some(day)),
        };
        PartialDate::new(year, month, day).ok()
    })
}

fn label() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[A-Z][a-z]{2,8} [0-9]{1,2}",
        1 => Just("<script>alert(\"&'1')</script>".to_owned()),
        1 => Just("\u{202E}عربي 🦙🦙 模型".to_owned()),
        1 => "[Wm]{120}",
        1 => Just(String::new()),
    ]
}

fn links(len: usize) -> impl Strategy<Value = Vec<Link>> {
    let link =
        (0..len, 0..Relation::ALL.len(), any::<bool>()).prop_map(|(parent, r, known)| Link {
            parent,
            relation: Relation::ALL[r],
            evidence: if known {
                Evidence::Documented
            } else {
                Evidence::Inferred
            },
        });
    prop::collection::vec(link, 0..3)
}

fn any_bead(len: usize) -> impl Strategy<Value = Bead> {
    let branch = prop_oneof![
        1 => Just(Branch::Precursor),
        3 => Just(Branch::EncoderOnly),
        3 => Just(Branch::EncoderDecoder),
        6 => Just(Branch::DecoderOnly),
    ];
    let access = prop_oneof![
        Just(Access::Open),
        Just(Access::Gated),
        Just(Access::Closed)
    ];
    let status = prop_oneof![
        Just(Status::Unmarked),
        Just(Status::Waiting),
        Just(Status::Passing),
        Just(Status::Failing),
    ];
    let folded = prop_oneof![4 => Just(0_u64), 1 => 1_u64..5_000, 1 => Just(u64::MAX)];
    let date = prop_oneof![12 => date(), 1 => Just(None)];
    (
        label(),
        branch,
        date,
        access,
        status,
        links(len),
        0_u8..8,
        folded,
    )
        .prop_map(
            |(label, branch, date, access, status, parents, line, folded)| Bead {
                id: String::new(),
                label,
                secondary: "7.2B".into(),
                organisation: String::new(),
                spoken_size: String::new(),
                branch,
                hue: Hue::Branch(branch),
                mark: Mark::None,
                line: format!("line-{line}"),
                date,
                access,
                status,
                href: "/m/x".into(),
                parents,
                folded,
                folded_href: "/?root=x".into(),
            },
        )
}

/// Colours the models by a trait and says what the colours mean.
fn key(beads: &mut [Bead]) -> Key {
    let hues = [Hue::Value(0), Hue::Value(5), Hue::Value(9), Hue::Other];
    for (number, bead) in beads.iter_mut().enumerate() {
        bead.hue = hues[number % hues.len()];
        if number < hues.len() {
            bead.mark = Mark::First;
        }
    }
    let entries = hues.map(|hue| KeyEntry {
        hue,
        name: "<b>a value</b>".to_owned(),
        count: beads.len() as u64,
        first: (hue != Hue::Other).then(|| ("first & \u{202E}".to_owned(), "/\"x".to_owned())),
    });
    Key {
        title: "Position encoding".to_owned(),
        entries: entries.into(),
    }
}

/// Any scene of fewer than `limit` models, right or wrong: circles, parents
/// younger than children, other limbs' parents, one date for all.
pub(super) fn any_scene(limit: usize) -> impl Strategy<Value = Scene> {
    let beads = (1..limit).prop_flat_map(|len| prop::collection::vec(any_bead(len), len));
    let beads = prop_oneof![1 => Just(Vec::new()), 30 => beads];
    (beads, 0_u8..6, any::<bool>()).prop_map(|(mut beads, kind, extra)| {
        // Half of the scenes are coloured by a trait.
        let key = (kind % 2 == 1).then(|| key(&mut beads));
        let one_date = beads.first().and_then(|b| b.date);
        let one_branch = beads.first().map(|b| b.branch);
        for (number, bead) in beads.iter_mut().enumerate() {
            bead.id = format!("m{number:03}");
            match kind {
                0 => bead.date = one_date,
                1 => bead.branch = one_branch.unwrap_or(Branch::DecoderOnly),
                // Mostly sound lineages: parents are earlier rows.
                2.. => {
                    for link in &mut bead.parents {
                        link.parent %= number.max(1);
                    }
                }
            }
        }
        if kind > 2 {
            beads.sort_by_key(|b| b.date);
        }
        Scene {
            trunk: extra.then(|| "m000".to_owned()),
            leads: vec!["m001".to_owned(), "m002".to_owned(), "nobody".to_owned()],
            key,
            title: extra.then(|| "A <title>".to_owned()),
            folded: vec![Folded {
                branch: Branch::DecoderOnly,
                count: 12,
                href: "/models".into(),
            }],
            organisations: extra.then(|| {
                vec![
                    Organisation {
                        name: "A".into(),
                        open: 3,
                        closed: 1,
                    },
                    Organisation {
                        name: "B".into(),
                        open: 0,
                        closed: u64::MAX,
                    },
                ]
            }),
            beads,
        }
    })
}
