//! Reads a million random headers, and every fixture's configuration with a
//! hostile value in each of its keys: `cargo run --release -p arbor-loaders
//! --example fuzz_headers`. Prints counts, time and the most memory used; a
//! panic ends it.

use arbor_genome::Blueprint;
use arbor_loaders::header;
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

const HEADERS: u64 = 1_000_000;

/// Marsaglia's xorshift: the same headers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    fn pick<'p>(&mut self, list: &[&'p str]) -> &'p str {
        list[self.below(list.len())]
    }
}

const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\u0000",
    "-1",
    "0",
    "1",
    "18446744073709551615",
    "1e999",
    "null",
    "\"F32\"",
    "\"F4\"",
    "\"dtype\":",
    "\"shape\":[4]",
    "\"shape\":[1,2,3,4,5,6,7,8,9]",
    "\"data_offsets\":[0,16]",
    "\"__metadata__\":{}",
    "\"a\":",
    " ",
    "\u{1f333}",
    r#""a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"#,
];

fn main() {
    headers();
    configurations();
    println!("most memory held: {} KiB", peak().unwrap_or_default());
}

fn headers() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut read, mut longest) = (0, Duration::ZERO);
    let began = Instant::now();
    for round in 0..HEADERS {
        let bytes = match round % 3 {
            0 => (0..random.below(400))
                .map(|_| random.below(256) as u8)
                .collect(),
            1 => framed(&words(&mut random), random.below(64)),
            _ => mutated(&mut random),
        };
        let one = Instant::now();
        read += u64::from(header::read(Path::new("random"), &bytes).is_ok());
        longest = longest.max(one.elapsed());
    }
    let took = began.elapsed();
    println!(
        "{HEADERS} headers, {read} of them well-formed, in {took:.1?}; the longest took {longest:.1?}"
    );
}

fn framed(header: &str, data: usize) -> Vec<u8> {
    let length = (header.len() as u64).to_le_bytes();
    [&length, header.as_bytes(), &vec![0; data]].concat()
}

fn words(random: &mut Random) -> String {
    let count = random.below(40);
    let middle: String = (0..count).map(|_| random.pick(WORDS)).collect();
    format!("{{{middle}}}")
}

/// A good file with up to three bytes changed, added or taken away.
fn mutated(random: &mut Random) -> Vec<u8> {
    let count = 1 + random.below(6);
    let entry = |at: usize| {
        let (start, end) = (at * 16, at * 16 + 16);
        (
            format!("t{at}"),
            json!({"dtype": "F32", "shape": [2, 2], "data_offsets": [start, end]}),
        )
    };
    let table: Value = (0..count)
        .map(entry)
        .collect::<serde_json::Map<_, _>>()
        .into();
    let mut bytes = framed(&table.to_string(), count * 16);
    for _ in 0..random.below(4) {
        let at = random.below(bytes.len());
        match random.below(4) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = b"0123456789\"{}[],:"[random.below(17)],
            2 => bytes.insert(at, random.below(256) as u8),
            _ => drop(bytes.remove(at)),
        }
    }
    bytes
}

fn configurations() {
    let hostile = [
        json!(0),
        json!(-1),
        json!(1),
        json!(3),
        json!(7),
        json!(1_024),
        json!(4_096),
        json!((1_u64 << 31) - 1),
        json!(1_u64 << 31),
        json!(u64::MAX),
        json!(0.5),
        json!(-1e308),
        json!(1e308),
        json!(""),
        json!("x"),
        json!(null),
        json!(true),
        json!([]),
        json!([1, 2]),
        json!(["x"]),
        json!({}),
        json!({"rope_type": "yarn", "factor": 1e308}),
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/models");
    let (mut count, mut understood) = (0, 0);
    let mut longest = (Duration::ZERO, String::new());
    let began = Instant::now();
    for entry in std::fs::read_dir(root).into_iter().flatten().flatten() {
        let text = std::fs::read_to_string(entry.path().join("config.json")).unwrap_or_default();
        let good: Value = serde_json::from_str(&text).unwrap_or_default();
        for key in good.as_object().into_iter().flatten().map(|(key, _)| key) {
            for value in &hostile {
                let mut config = good.clone();
                config[key] = value.clone();
                let one = Instant::now();
                understood += u64::from(Blueprint::read(&config.to_string()).is_ok());
                count += 1;
                if one.elapsed() > longest.0 {
                    let name = entry.file_name();
                    longest = (
                        one.elapsed(),
                        format!("{} with {key} = {value}", name.display()),
                    );
                }
            }
        }
    }
    let took = began.elapsed();
    let (slowest, which) = longest;
    println!(
        "{count} configurations, {understood} of them understood, in {took:.1?}; the longest took {slowest:.1?}: {which}"
    );
}

/// The largest resident set, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
