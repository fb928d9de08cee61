//! Where a checkpoint runs and in which numbers.

use super::texts::checkpoint;
use crate::world::{Ran, World};
use serde_json::Value;

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr))
}

#[test]
fn every_command_that_runs_a_checkpoint_takes_a_device() {
    let world = World::new();
    checkpoint(&world, "words", true);
    let commands: [&[&str]; 4] = [
        &["check", "./words"],
        &["logits", "./words", "--ids", "1,2,3"],
        &["run", "./words", "--ids", "1,2", "--max-tokens", "3"],
        &["score", "./words", "the cat sat"],
    ];
    for command in commands {
        for dtype in ["auto", "f32", "bf16", "f16"] {
            let flags = ["--device", "cpu", "--dtype", dtype, "--json"];
            let ran = world.run([command, &flags].concat());
            assert_eq!(ran.code, 0, "{command:?} {dtype}: {}", ran.stderr);
        }
    }
}

#[test]
fn an_examination_says_what_it_ran_on() {
    let world = World::new();
    checkpoint(&world, "words", false);
    for (asked, given) in [
        ("auto", "f32"),
        ("f32", "f32"),
        ("bf16", "bf16"),
        ("f16", "f16"),
    ] {
        let arguments = [
            "check", "./words", "--device", "cpu", "--dtype", asked, "--json",
        ];
        let found = json(&world.run(arguments));
        assert_eq!(found["verdict"], "sound", "{found}");
        let environment = &found["environment"];
        assert_eq!(environment["device"], "cpu");
        assert_eq!(environment["dtype"], given, "{asked}");
        assert_eq!(environment["driver"], Value::Null);
        assert!(environment["threads"].as_u64() > Some(0));
    }
}

#[test]
fn half_formats_give_nearly_the_same_answers() {
    let world = World::new();
    checkpoint(&world, "words", false);
    let logits = |dtype| -> Vec<f64> {
        let arguments = [
            "logits", "./words", "--ids", "1,2,3", "--dtype", dtype, "--json",
        ];
        let found = json(&world.run([&arguments[..], &["--device", "cpu"]].concat()));
        let rows = found["logits"].as_array().cloned().expect("rows");
        let numbers = rows
            .iter()
            .flat_map(|row| row.as_array().cloned().expect("a row"));
        numbers.map(|n| n.as_f64().expect("a number")).collect()
    };
    let single = logits("f32");
    for dtype in ["bf16", "f16"] {
        let half = logits(dtype);
        let apart = single.iter().zip(&half).map(|(a, b)| (a - b).abs());
        let most = apart.fold(0.0, f64::max);
        assert!(most > 0.0 && most < 0.1, "{dtype}: {most}");
    }
}

#[test]
fn what_is_no_device_or_format_is_a_usage_error() {
    let world = World::new();
    checkpoint(&world, "words", false);
    for (flag, value, says) in [
        ("--device", "gpu", "cuda:N"),
        ("--device", "cuda:x", "cuda:N"),
        ("--dtype", "f8", "bf16"),
    ] {
        let ran = world.run(["check", "./words", flag, value]);
        assert_eq!(ran.code, 2, "{flag} {value}");
        assert!(ran.stderr.contains(says), "{flag} {value}: {}", ran.stderr);
    }
}

#[test]
fn a_device_that_cannot_be_had_is_an_error_and_no_verdict() {
    let world = World::new();
    checkpoint(&world, "words", false);
    let commands: [&[&str]; 4] = [
        &["check", "./words"],
        &["logits", "./words", "--ids", "1,2"],
        &["run", "./words", "--ids", "1,2"],
        &["score", "./words", "--ids", "1,2"],
    ];
    // A card of that number is nowhere, whatever is built in.
    for device in ["cuda:4000", "metal"] {
        if device == "metal" && cfg!(feature = "metal") {
            continue;
        }
        for command in commands {
            let ran = world.run([command, &["--device", device, "--json"]].concat());
            assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{command:?}");
            let error: Value = serde_json::from_str(&ran.stderr).expect("an error");
            assert_eq!(error["error"]["code"], "no-device", "{error}");
            let hint = error["error"]["hint"].as_str().expect("a hint");
            let built = cfg!(feature = "cuda") && device != "metal";
            assert!(built || hint.contains("--features"), "{hint}");
        }
    }
}

#[test]
fn the_doctor_lists_every_kind_of_device() {
    let world = World::new();
    let found = json(&world.run(["doctor", "--json"]));
    let devices = found["devices"]["devices"].as_array().expect("devices");
    let kinds: Vec<&str> = devices.iter().filter_map(|d| d["kind"].as_str()).collect();
    assert_eq!(kinds.first(), Some(&"cpu"));
    assert!(
        kinds.contains(&"cuda") && kinds.contains(&"metal"),
        "{kinds:?}"
    );
    let cpu = &devices[0];
    assert_eq!(cpu["state"], "present");
    let free = cpu["memory_free"].as_u64().expect("its memory");
    for fit in cpu["largest"].as_array().expect("what fits") {
        assert!(fit["needs"].as_u64() <= Some(free), "{fit}");
    }
    // Half the numbers' width is half the need, and all are known.
    let models = found["devices"]["models"].as_array().expect("models");
    assert!(models.len() >= 10, "{models:?}");
    for pair in models.chunks(2) {
        let [single, half] = pair else {
            panic!("two formats each: {pair:?}");
        };
        assert_eq!(single["model"], half["model"]);
        let needs = |fit: &Value| fit["needs"].as_u64().expect("bytes");
        assert_eq!(needs(single), 2 * needs(half), "{single}");
    }
}
