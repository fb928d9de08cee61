//! Draws a made-up catalogue and says how long the layout took.
//!
//! `cargo run --release -p arbor-draw --example draw -- 3000 135 tree.svg`
//! makes 3000 models, shows 135 and writes `tree.svg`; `0` shows all. It knows
//! no real model: its names and lineages come from a small random generator.

use arbor_draw::{
    Access, Bead, Candidate, Checked, Evidence, Hue, Link, Mark, Mode, Options, Origin, Scene,
    Standing, Status, Theme, layout, select, svg,
};
use arbor_model::{Branch, PartialDate, Relation};
use std::time::Instant;

/// Xorshift: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }
}

fn bead(number: usize, count: usize, before: &[Bead], dice: &mut Dice) -> Bead {
    const NAMES: [&str; 8] = [
        "Alder", "Birch", "Cedar", "Elm", "Hazel", "Larch", "Rowan", "Yew",
    ];
    // More and more models each year, from 2018-06 to 2025-10.
    let month = 5 + (88.0 * (number as f64 / count as f64).sqrt()) as u16;
    let date = PartialDate::new(2018 + month / 12, Some((month % 12) as u8 + 1), None).ok();
    let parent = (number > 4 && dice.roll(5) > 0).then(|| dice.roll(number));
    let branch = parent.map_or(
        [
            Branch::EncoderOnly,
            Branch::EncoderDecoder,
            Branch::DecoderOnly,
            Branch::DecoderOnly,
        ][dice.roll(4)],
        |p| before[p].branch,
    );
    let goes_on = dice.roll(2) == 0;
    let line = match parent {
        Some(p) if goes_on => before[p].line.clone(),
        Some(_) | None => format!("line-{number}"),
    };
    let relation = [
        Relation::FineTunedFrom,
        Relation::ArchitectureFrom,
        Relation::Succeeds,
        Relation::DistilledFrom,
        Relation::ArchitectureFrom,
    ][dice.roll(5)];
    Bead {
        id: format!("model-{number}"),
        label: format!("{} {}", NAMES[dice.roll(8)], number),
        secondary: format!("{}B", 1 + dice.roll(400)),
        organisation: format!("Lab {}", dice.roll(9)),
        spoken_size: String::new(),
        branch,
        hue: Hue::Branch(branch),
        mark: Mark::None,
        line,
        date,
        access: [Access::Open, Access::Open, Access::Gated, Access::Closed][dice.roll(4)],
        status: [Status::Unmarked, Status::Passing, Status::Waiting][dice.roll(3)],
        href: format!("/m/model-{number}"),
        parents: parent
            .map(|parent| Link {
                parent,
                relation,
                evidence: Evidence::Documented,
            })
            .into_iter()
            .collect(),
        folded: 0,
        folded_href: String::new(),
    }
}

/// Shows `k` of the models, the others folded into them.
fn fold(beads: &[Bead], k: usize) -> Scene {
    let mut descendants = vec![0_u64; beads.len()];
    for at in (0..beads.len()).rev() {
        if let Some(link) = beads[at].parents.first() {
            descendants[link.parent] += 1 + descendants[at];
        }
    }
    let candidates: Vec<Candidate<'_>> = beads
        .iter()
        .zip(descendants)
        .map(|(bead, descendants)| Candidate {
            id: &bead.id,
            branch: bead.branch,
            parent: bead.parents.first().map(|link| link.parent),
            origin: Origin::Curated,
            standing: Standing::Ordinary,
            descendants,
            downloads: 0,
            checked: Checked::NotPassed,
            date: bead.date,
        })
        .collect();
    let selection = select(&candidates, k);
    let place = |old: usize| selection.shown.iter().position(|&s| s == old);
    let shown = selection.shown.iter().zip(&selection.folded);
    let beads = shown
        .map(|(&old, &folded)| {
            let mut bead = beads[old].clone();
            bead.folded = folded;
            bead.folded_href = format!("/tree?root={}", bead.id);
            bead.parents
                .retain_mut(|link| place(link.parent).map(|new| link.parent = new).is_some());
            bead
        })
        .collect();
    Scene {
        beads,
        ..Scene::default()
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let count: usize = args.next().map_or(Ok(127), |a| a.parse())?;
    let k: usize = args.next().map_or(Ok(0), |a| a.parse())?;
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut beads = Vec::with_capacity(count);
    for number in 0..count {
        let bead = bead(number, count, &beads, &mut dice);
        beads.push(bead);
    }
    let scene = if k == 0 {
        Scene {
            beads,
            ..Scene::default()
        }
    } else {
        fold(&beads, k)
    };
    let options = Options::default();
    let mut times = Vec::new();
    for _ in 0..9 {
        let begun = Instant::now();
        layout(&scene, &options)?;
        times.push(begun.elapsed());
    }
    times.sort();
    let tree = layout(&scene, &options)?;
    let begun = Instant::now();
    let drawing = svg(&tree, "Models", Mode::Standalone(Theme::Light));
    println!(
        "{} models, {} x {} px: layout {:.2?} (median of 9), writing {:.2?}, {} bytes",
        tree.beads.len(),
        tree.width / 2,
        tree.height / 2,
        times[4],
        begun.elapsed(),
        drawing.len()
    );
    if let Some(file) = args.next() {
        std::fs::write(file, drawing)?;
    }
    Ok(())
}
