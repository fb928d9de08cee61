//! Half formats against our own run in single precision: honest models pass,
//! and mistakes of the size that rounding cannot explain are found.
//!
//! `cargo test -p arbor-loaders --test reference low -- --nocapture` prints
//! the tables that stand in `docs/VALIDATION.md`.

use crate::fixture::{self, Fixture};
use crate::mistakes;
use arbor_genome::gene::{Mixer, Rotary};
use arbor_genome::{Genome, Stacks};
use arbor_loaders::reference::{Apart, Case, OwnRun};
use arbor_loaders::{
    Asked, DType, Device, DeviceChoice, DtypeChoice, Examination, Model, Placement, Purpose, Seat,
    examine,
};
use arbor_model::{Check, Outcome, Verdict};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const FORMATS: [(DtypeChoice, DType); 2] = [
    (DtypeChoice::Bf16, DType::BF16),
    (DtypeChoice::F16, DType::F16),
];

fn seat(dtype: DtypeChoice) -> Seat {
    let device = DeviceChoice::Cpu;
    let placement = Placement {
        device,
        dtype,
        ..Placement::PLAIN
    };
    placement.open(Purpose::Compare).expect("the processor")
}

fn examined(folder: &Path, dtype: DtypeChoice) -> Examination {
    examine(folder, Asked::default(), &seat(dtype))
}

fn named(name: &str) -> Fixture {
    let mut all = fixture::all().into_iter();
    all.find(|fixture| fixture.name == name)
        .expect("the fixture")
}

#[test]
fn every_architecture_is_verified_in_half_formats() {
    let mut broken = Vec::new();
    for fixture in fixture::all() {
        let folder = tempfile::tempdir().expect("a folder");
        fixture.write(folder.path()).expect("written");
        for (choice, dtype) in FORMATS {
            let found = examined(folder.path(), choice);
            assert_eq!(found.dtype, dtype.as_str());
            if found.verdict == Verdict::Verified {
                continue;
            }
            let failed = found.checks.iter().filter(|c| c.outcome == Outcome::Fail);
            let failed: Vec<String> = failed
                .map(|c| format!("{} {:?} {:?}", c.check, c.figure, c.detail))
                .collect();
            broken.push(format!("{} {choice}: {failed:?}", fixture.name));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Two heads' rows of a layer's queries, swapped in the file.
fn swap_heads(folder: &Path, tensor: &str, rows: usize, row: usize) {
    let path = folder.join("model.safetensors");
    let mut bytes = fs::read(&path).expect("weights");
    let (header, metadata) = safetensors::SafeTensors::read_metadata(&bytes).expect("a header");
    let info = metadata.info(tensor).expect("the tensor");
    let start = 8 + header + info.data_offsets.0;
    let head = rows * row * 4;
    let (first, second) = bytes[start..start + 2 * head].split_at_mut(head);
    first.swap_with_slice(second);
    fs::write(&path, bytes).expect("written");
}

fn edit_config(folder: &Path, from: &str, to: &str) {
    let path = folder.join("config.json");
    let text = fs::read_to_string(&path).expect("a configuration");
    assert!(text.contains(from), "{text}");
    fs::write(&path, text.replace(from, to)).expect("written");
}

#[test]
fn a_planted_mistake_is_found_in_half_formats() {
    type Plant = fn(&Path);
    let plants: [(&str, Plant); 3] = [
        ("heads swapped", |folder| {
            swap_heads(folder, "model.layers.0.self_attn.q_proj.weight", 8, 32);
        }),
        ("base doubled", |folder| {
            edit_config(folder, "\"rope_theta\": 10000.0", "\"rope_theta\": 20000.0");
        }),
        // A mistake that rounding would hide: the run in single precision,
        // which the record judges, does not.
        ("epsilon a tenth", |folder| {
            edit_config(
                folder,
                "\"rms_norm_eps\": 0.001",
                "\"rms_norm_eps\": 0.0001",
            );
        }),
    ];
    for (what, plant) in plants {
        let folder = tempfile::tempdir().expect("a folder");
        named("llama2").write(folder.path()).expect("written");
        plant(folder.path());
        for (choice, _) in FORMATS {
            let found = examined(folder.path(), choice);
            assert_eq!(
                found.verdict,
                Verdict::Drifted,
                "{what} {choice}: {found:?}"
            );
        }
    }
}

#[test]
fn without_a_record_nothing_is_verified() {
    let folder = tempfile::tempdir().expect("a folder");
    named("gpt2").write(folder.path()).expect("written");
    fs::remove_file(folder.path().join("reference.safetensors")).expect("removed");
    let found = examined(folder.path(), DtypeChoice::Bf16);
    assert_eq!(found.verdict, Verdict::Sound, "{found:?}");
    let reference = found.checks.iter().find(|c| c.check == Check::Reference);
    let detail = reference.and_then(|c| c.detail.as_ref()).expect("a detail");
    let detail = detail.to_string();
    assert!(detail.contains("against our own run"), "{detail}");
}

fn rotaries(genome: &mut Genome) -> Vec<&mut Rotary> {
    let Stacks::Single { stack, .. } = &mut genome.stacks else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for block in &mut stack.layers {
        if let Mixer::Attention(attention) = &mut block.mixer {
            found.extend(attention.rotary.as_mut());
        }
    }
    found
}

/// The same weights under a genome with one thing wrong in the half format
/// alone: our own run is right, and the other must be seen to differ.
struct Trial {
    own: OwnRun,
    cases: Vec<Case>,
}

impl Trial {
    fn of(fixture: &Fixture, model: &Model) -> Self {
        let mut cases = fixture.reference().cases;
        cases.retain(|case| case.name == "main");
        Self {
            own: OwnRun::of(model, &cases).expect("our own answers"),
            cases,
        }
    }

    /// None where it cannot answer.
    fn apart(&self, model: &Model) -> Option<Apart> {
        self.own.apart(model, &self.cases).ok()
    }
}

#[test]
fn a_mistake_in_one_format_alone_is_found_there() {
    let fixture = named("llama2");
    let model = fixture.model().expect("a model");
    let trial = Trial::of(&fixture, &model);
    let (mut blueprint, mut weights) = model.into_parts();
    for rotary in rotaries(&mut blueprint.genome) {
        rotary.base *= 2.0;
    }
    for (choice, dtype) in FORMATS {
        let wrong = Model::build(blueprint.clone(), weights, dtype, &Device::Cpu).expect("built");
        let apart = trial.apart(&wrong).expect("answers");
        assert!(!apart.is_within(&wrong.tolerance()), "{choice}: {apart}");
        (_, weights) = wrong.into_parts();
    }
}

#[derive(Default)]
struct Tally {
    made: [usize; 2],
    escaped: [usize; 2],
}

/// Of single mistakes that move any number, how many rounding hides. Honest
/// runs never pass for mistakes: see the first test.
#[test]
fn mistakes_that_rounding_does_not_hide_are_found() {
    let mut table: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut shares = [Vec::new(), Vec::new()];
    for fixture in fixture::all() {
        let Ok(model) = fixture.model() else { continue };
        let trial = Trial::of(&fixture, &model);
        let (mut blueprint, mut weights) = model.into_parts();
        let truth = blueprint.genome.clone();
        for (at, (_, dtype)) in FORMATS.into_iter().enumerate() {
            let honest = Model::build(blueprint.clone(), weights, dtype, &Device::Cpu).expect("it");
            let noise = trial.apart(&honest);
            shares[at].extend(noise.map(|noise| noise.over(&honest.tolerance())));
            (_, weights) = honest.into_parts();
            for mistake in mistakes::of(&truth) {
                blueprint.genome = mistake.genome;
                let mutant = Model::build(blueprint.clone(), weights, dtype, &Device::Cpu);
                let mutant = mutant.expect("a mutant");
                let apart = trial.apart(&mutant);
                if apart != noise {
                    let tally = table.entry(mistake.kind).or_default();
                    tally.made[at] += 1;
                    let escapes = apart.is_some_and(|apart| apart.is_within(&mutant.tolerance()));
                    tally.escaped[at] += usize::from(escapes);
                }
                (_, weights) = mutant.into_parts();
            }
            blueprint.genome = truth.clone();
        }
    }
    for mut shares in shares {
        shares.sort_by(f64::total_cmp);
        let (most, middle) = (shares[shares.len() - 1], shares[shares.len() / 2]);
        println!("honest runs take {middle:.2} of their limit, at most {most:.2}");
        assert!(most <= 1.0);
    }
    println!("| mistake | bf16 | escaped | f16 | escaped |\n|---|---|---|---|---|");
    let line = |kind: &str, t: &Tally| {
        let ([made, more], [escaped, others]) = (t.made, t.escaped);
        println!("| {kind} | {made} | {escaped} | {more} | {others} |");
    };
    let mut all = Tally::default();
    for (kind, tally) in &table {
        for at in 0..2 {
            all.made[at] += tally.made[at];
            all.escaped[at] += tally.escaped[at];
        }
        if tally.escaped != [0, 0] {
            line(kind, tally);
        }
    }
    line("all", &all);
    // Whatever turns, swaps or drops a part is never hidden.
    for kind in [
        "keys and values swapped",
        "layers: last dropped",
        "layers: order reversed",
        "queries and keys swapped",
        "rotary: interleaved or not",
        "rotary: none at all",
        "window: ignored",
    ] {
        assert_eq!(table[kind].escaped, [0, 0], "{kind}");
    }
    for (at, share) in [(0, 0.35), (1, 0.25)] {
        let (made, escaped) = (all.made[at] as f64, all.escaped[at] as f64);
        assert!(
            made > 2_000.0 && escaped <= share * made,
            "{escaped} of {made}"
        );
    }
}
