//! Millions of headers and configurations that nobody should write: none ends
//! in a panic, none takes more than 64 MiB to read.
//! `cargo bench -p arbor-loaders --bench hostile`; `-- --count N` reads so
//! many of each kind, `--seed S` others. A panic or too large an allocation
//! ends it with an error that has the seed and the number of the case.
//!
//! Headers are bent out of sound ones, since random bytes get no further than
//! the first check: numbers become extreme, pieces are doubled, cut, moved and
//! nested, the length before them lies. Configurations are bent out of the
//! references' own, GGUF files out of those that the format's own package
//! wrote. It knows no coverage: where a tool for that is at hand,
//! `header::read`, `Blueprint::read` and `gguf::Reader` are what to give it.

use allocation_counter::measure;
use arbor_genome::Blueprint;
use arbor_genome::gguf::Reader;
use arbor_loaders::header;
use std::error::Error;
use std::hint::black_box;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs};

/// What reading one of them may hold at once.
const MOST_BYTES: u64 = 64 << 20;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let (mut count, mut seed) = (1_000_000_u64, 1_u64);
    let mut arguments = env::args().skip(1).filter(|a| a != "--bench");
    while let Some(flag) = arguments.next() {
        let value = arguments.next().ok_or("a flag wants a number")?.parse()?;
        match flag.as_str() {
            "--count" => count = value,
            "--seed" => seed = value,
            other => return Err(format!("{other} is no flag: --count, --seed").into()),
        }
    }
    println!("| what is read | cases | accepted | refused | most memory | slowest |");
    println!("|---|---|---|---|---|---|");
    let headers: Vec<_> = (1..=24).map(sound).collect();
    measure_all("headers", &headers, bend, (count, seed), |bytes| {
        header::read(Path::new("a.safetensors"), bytes).is_ok()
    })?;
    let configurations = configurations()?;
    measure_all(
        "configurations",
        &configurations,
        bend,
        (count, seed),
        |bytes| {
            let text = std::str::from_utf8(bytes).ok();
            text.is_some_and(|text| Blueprint::read(text).is_ok())
        },
    )?;
    let files = gguf_files()?;
    measure_all("GGUF files", &files, bend_numbers, (count, seed), |bytes| {
        read_gguf(bytes).is_some()
    })
}

fn measure_all(
    what: &str,
    sound: &[Base],
    bend: fn(&mut Vec<u8>, &mut Dice),
    (count, seed): (u64, u64),
    read: impl Fn(&[u8]) -> bool,
) -> Result<()> {
    if let Some(refused) = sound.iter().position(|base| !read(&base.file(None))) {
        return Err(format!("{what}: number {refused} should be sound").into());
    }
    let (mut accepted, mut most, mut slowest) = (0_u64, 0, Duration::ZERO);
    for number in 0..count {
        let mut dice = Dice::new(seed, number);
        let mut base = sound[dice.below(sound.len())].clone();
        for _ in 0..=dice.below(4) {
            bend(&mut base.text, &mut dice);
        }
        let bytes = base.file(Some(&mut dice));
        let began = Instant::now();
        let mut read_well = None;
        let memory = measure(|| {
            let outcome = catch_unwind(AssertUnwindSafe(|| black_box(read(&bytes))));
            read_well = outcome.ok();
        });
        slowest = slowest.max(began.elapsed());
        most = most.max(memory.bytes_max);
        let case = format!("{what}, --seed {seed}, case {number}");
        match read_well {
            None => return Err(format!("{case}: a panic").into()),
            Some(_) if memory.bytes_max > MOST_BYTES => {
                return Err(format!("{case}: {} bytes at once", memory.bytes_max).into());
            }
            Some(well) => accepted += u64::from(well),
        }
    }
    println!(
        "| {what} | {count} | {accepted} | {} | {:.2} MiB | {:.1} ms |",
        count - accepted,
        most as f64 / f64::from(1 << 20),
        slowest.as_secs_f64() * 1e3
    );
    Ok(())
}

/// A text, and where it is a header, how many bytes of data stand behind it.
#[derive(Clone)]
struct Base {
    text: Vec<u8>,
    data: Option<usize>,
}

impl Base {
    /// The bytes of its file; with dice the length before a header and that
    /// of the data sometimes lie.
    fn file(&self, dice: Option<&mut Dice>) -> Vec<u8> {
        let Some(mut data) = self.data else {
            return self.text.clone();
        };
        let mut length = self.text.len() as u64;
        if let Some(dice) = dice {
            let lies = [
                0,
                1,
                1 << 30,
                1 << 63,
                u64::MAX,
                length + 1,
                length.saturating_sub(1),
            ];
            match dice.below(16) {
                0 => length = lies[dice.below(lies.len())],
                1 => data = dice.below(2 * data + 2),
                2.. => {}
            }
        }
        [&length.to_le_bytes()[..], &self.text, &vec![0; data]].concat()
    }
}

/// A sound header of so many tensors.
fn sound(tensors: usize) -> Base {
    let mut text = r#"{"__metadata__":{"format":"pt"}"#.to_owned();
    let mut end = 0;
    for tensor in 0..tensors {
        let (dtype, size) = [("F32", 4), ("BF16", 2), ("F16", 2), ("I64", 8)][tensor % 4];
        let (rows, columns) = (1 + tensor % 3, 2 + tensor);
        let start = end;
        end += rows * columns * size;
        text += &format!(
            r#","model.layers.{tensor}.weight":{{"dtype":"{dtype}","shape":[{rows},{columns}],"data_offsets":[{start},{end}]}}"#
        );
    }
    text.push('}');
    Base {
        text: text.into_bytes(),
        data: Some(end),
    }
}

/// The references' configurations.
fn configurations() -> Result<Vec<Base>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/models");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path().join("config.json");
        found.extend(fs::read(path).ok().filter(|bytes| {
            let text = std::str::from_utf8(bytes).ok();
            text.is_some_and(|text| Blueprint::read(text).is_ok())
        }));
    }
    found.sort();
    let bases = found.into_iter().map(|text| Base { text, data: None });
    Ok(bases.collect())
}

/// Files of the format's own package.
fn gguf_files() -> Result<Vec<Base>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/gguf");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "gguf") {
            found.push(fs::read(path)?);
        }
    }
    found.sort();
    let bases = found.into_iter().map(|text| Base { text, data: None });
    Ok(bases.collect())
}

/// Reads a GGUF header as it is read from far away: from where it is wanted.
fn read_gguf(bytes: &[u8]) -> Option<usize> {
    let mut reader = Reader::new(bytes.len() as u64);
    while let Some(at) = reader.wanted() {
        let at = usize::try_from(at).ok()?;
        let piece = bytes.get(at..)?;
        reader.feed(&piece[..piece.len().min(4_096)]).ok()?;
    }
    let header = reader.finish().ok()?;
    // Whatever is accepted lies within the file.
    let ends = header
        .tensors()
        .iter()
        .map(|tensor| header.data() + tensor.place().end);
    assert!(ends.max().is_none_or(|end| end <= bytes.len() as u64));
    Some(header.tensors().len())
}

/// Random numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn new(seed: u64, number: u64) -> Self {
        let mixed =
            seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number.wrapping_mul(0xd134_2543_de82_ef95);
        Self(mixed | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next()).unwrap_or(0) % end.max(1)
    }

    fn stretch(&mut self, bytes: &[u8], most: usize) -> Range<usize> {
        let start = self.below(bytes.len());
        start..(start + self.below(most)).min(bytes.len())
    }
}

const WORDS: [&str; 20] = [
    "0",
    "-1",
    "1e400",
    "1.5",
    "9223372036854775807",
    "18446744073709551615",
    "18446744073709551616",
    "4294967296",
    "1e-9",
    "null",
    "true",
    "\"\"",
    "[]",
    "{}",
    "[[[[[[[[[[[[[[[[",
    "{\"a\":{\"a\":{\"a\":",
    "\"__metadata__\"",
    "\\ud800",
    "\u{0}",
    "NaN",
];

/// Makes the bytes worse in one way.
fn bend(bytes: &mut Vec<u8>, dice: &mut Dice) {
    match dice.below(9) {
        0 => bytes.truncate(dice.below(bytes.len() + 1)),
        1 => {
            let at = dice.below(bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << dice.below(8);
            }
        }
        2 => {
            let (piece, at) = (dice.stretch(bytes, 200), dice.below(bytes.len() + 1));
            let piece = bytes[piece].to_vec();
            bytes.splice(at..at, piece);
        }
        3 => {
            let piece = dice.stretch(bytes, 100);
            bytes.drain(piece);
        }
        4 => {
            let word = WORDS[dice.below(WORDS.len())];
            let at = dice.below(bytes.len() + 1);
            bytes.splice(at..at, word.bytes());
        }
        5 => {
            let depth = dice.below(3_000);
            let at = dice.below(bytes.len() + 1);
            bytes.splice(at..at, std::iter::repeat_n(b'[', depth));
        }
        // A number becomes another.
        6.. => {
            let digits: Vec<usize> = (1..bytes.len())
                .filter(|&at| bytes[at].is_ascii_digit() && !bytes[at - 1].is_ascii_digit())
                .collect();
            if let Some(&start) = digits.get(dice.below(digits.len())) {
                let rest = bytes[start..].iter();
                let end = start + rest.take_while(|byte| byte.is_ascii_digit()).count();
                let word = WORDS[dice.below(WORDS.len())];
                bytes.splice(start..end, word.bytes());
            }
        }
    }
}

/// Makes a file of binary numbers worse in one way: mostly a number becomes
/// an extreme one.
fn bend_numbers(bytes: &mut Vec<u8>, dice: &mut Dice) {
    const NUMBERS: [u64; 12] = [
        0,
        1,
        3,
        9,
        31,
        1 << 16,
        (1 << 31) - 1,
        u32::MAX as u64,
        1 << 46,
        1 << 62,
        (1 << 59) + 1,
        u64::MAX,
    ];
    if dice.below(4) == 0 {
        return bend(bytes, dice);
    }
    // Most of what can be wrong stands in the first half: the rest is data.
    let at = dice.below(bytes.len() / 2 + 1);
    let number = NUMBERS[dice.below(NUMBERS.len())].to_le_bytes();
    let width = [1, 2, 4, 8][dice.below(4)];
    if let Some(place) = bytes.get_mut(at..at + width) {
        place.copy_from_slice(&number[..width]);
    }
}
