//! How quick models are on the processor, beside PyTorch in the same run:
//! `cargo bench -p arbor-loaders --bench inference -- --python PYTHON`, where
//! PYTHON has what `tests/reference/requirements.txt` names; without one our
//! side is measured alone. `--quick` runs small models once, as a smoke test.
//!
//! Checkpoints of random weights are made in a temporary folder. Each question
//! is put to both sides in turn, several times; medians are printed. Two
//! threads on both sides; with `RAYON_NUM_THREADS=1` one, whose processor time
//! is measured: what remains comparable on a busy machine. Answers are compared, and a difference ends the run
//! with an error; a missed target does not.

#[path = "inference/checkpoint.rs"]
mod checkpoint;
#[path = "inference/other.rs"]
mod other;

use arbor_loaders::{DType, Device, Input, Model};
use other::Other;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::OnceLock;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let run = match &*arguments {
        [kind, checkpoint] if kind == "first" => first(Path::new(checkpoint)),
        [kind, checkpoint] if kind == "prefill" => only_prefill(Path::new(checkpoint)),
        _ => compare(&arguments),
    };
    match run {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether one thread's processor time is measured, which other programs on
/// the machine disturb least.
fn alone() -> bool {
    std::env::var("RAYON_NUM_THREADS").is_ok_and(|threads| threads == "1")
}

/// Seconds since some moment: of processor time, or passed.
fn clock() -> f64 {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    if !alone() {
        return BEGAN.get_or_init(Instant::now).elapsed().as_secs_f64();
    }
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten();
    let nanoseconds = tasks.flatten().filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    });
    nanoseconds.sum::<f64>() / 1e9
}

fn ids(count: usize) -> Vec<u32> {
    (0..count as u32).map(|i| (3 + i * 7919) % 30_000).collect()
}

fn load(folder: &Path) -> Result<Model> {
    let half = folder.to_string_lossy().ends_with("bf16");
    let dtype = if half { DType::BF16 } else { DType::F32 };
    Ok(Model::load(folder, dtype, &Device::Cpu)?)
}

/// The first logit after so many tokens.
fn logit(model: &Model, count: usize) -> Result<f64> {
    let answer = model.forward(&Input::row(&ids(count)), &mut model.memory(None)?)?;
    let last = answer
        .narrow(1, count - 1, 1)?
        .flatten_all()?
        .to_vec1::<f32>()?;
    Ok(f64::from(last[0]))
}

/// From the start of a process to the first logits, and the peak of memory.
fn first(checkpoint: &Path) -> Result<()> {
    let logit = logit(&load(checkpoint)?, 8)?;
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|line| line.trim().strip_suffix(" kB"));
    let peak: u64 = peak.ok_or("no peak of memory")?.trim().parse()?;
    println!("{logit} {}", peak * 1024);
    Ok(())
}

fn prefill(model: &Model, count: usize) -> Result<f64> {
    let began = clock();
    model.forward(&Input::row(&ids(count)), &mut model.memory(None)?)?;
    Ok(clock() - began)
}

/// Nothing else, for a profiler: `inference prefill FOLDER`.
fn only_prefill(checkpoint: &Path) -> Result<()> {
    let model = load(checkpoint)?;
    for _ in 0..40 {
        println!("{}", 128.0 / prefill(&model, 128)?);
    }
    Ok(())
}

fn decode(model: &Model, count: usize) -> Result<f64> {
    let mut memory = model.memory(None)?;
    let mut answer = model.forward(&Input::row(&ids(8)), &mut memory)?;
    let began = clock();
    for _ in 0..count {
        let last = answer.dim(1)? - 1;
        let token = answer
            .narrow(1, last, 1)?
            .flatten_all()?
            .argmax(0)?
            .to_scalar()?;
        answer = model.forward(&Input::row(&[token]), &mut memory)?;
    }
    Ok(clock() - began)
}

fn ask(model: &Model, kind: &str, count: usize) -> Result<f64> {
    match kind {
        "prefill" => prefill(model, count),
        "decode" => decode(model, count),
        _ => logit(model, count),
    }
}

/// The bytes that a step reads: all weights, but of a table that is not the
/// head too only one row.
fn read(model: &Model) -> f64 {
    let genome = &model.blueprint().genome;
    let tensors = model.blueprint().inventory.tensors();
    let tied = !tensors.keys().any(|name| &**name == "lm_head.weight");
    let all = model.weights().bytes() as f64;
    let table = genome.embedding().tokens.shape().elements() as f64;
    let each = all / model.weights().elements() as f64;
    if tied { all } else { all - table * each }
}

/// Bytes a second that the threads read.
fn bandwidth(bytes: usize) -> f64 {
    let numbers = vec![1.0_f32; bytes / 4];
    let sum = |part: &[f32]| {
        let mut lanes = [0.0_f32; 64];
        for block in part.as_chunks::<64>().0 {
            for (lane, n) in lanes.iter_mut().zip(block) {
                *lane += n;
            }
        }
        std::hint::black_box(lanes);
    };
    let mut best = 0.0_f64;
    for _ in 0..7 {
        let (a, b) = numbers.split_at(numbers.len() / 2);
        let began = Instant::now();
        if alone() {
            let began = clock();
            sum(&numbers);
            best = best.max(bytes as f64 / (clock() - began));
            continue;
        }
        std::thread::scope(|scope| {
            scope.spawn(|| sum(a));
            sum(b);
        });
        best = best.max(bytes as f64 / began.elapsed().as_secs_f64());
    }
    best
}

fn median(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

fn compare(arguments: &[String]) -> Result<()> {
    let quick = arguments.iter().any(|a| a == "--quick");
    let python = arguments.iter().position(|a| a == "--python");
    let python = python.and_then(|at| arguments.get(at + 1));
    let rounds = match (quick, alone()) {
        (true, _) => 1,
        (false, true) => 3,
        (false, false) => 9,
    };
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let mut models = BTreeMap::new();
    for (shape, config) in checkpoint::configurations(quick) {
        for (format, half) in [("f32", false), ("bf16", true)] {
            let name = format!("{shape}-{format}");
            checkpoint::write(&folder.join(&name), &config, half)?;
            models.insert(name.clone(), load(&folder.join(&name))?);
        }
    }
    let mut other = python
        .map(|python| Other::start(python, folder))
        .transpose()?;
    if let Some(other) = &mut other {
        for (name, model) in &models {
            let (ours, theirs) = (ask(model, "logit", 40)?, other.ask("logit", name, 40)?);
            let limit = if name.ends_with("bf16") { 5e-2 } else { 1e-4 };
            if (ours - theirs).abs() > limit {
                return Err(format!("{name}: {ours} and {theirs} are not the same logit").into());
            }
        }
    }
    println!("Load when it began: {}.\n", load_average());
    let most = bandwidth(if quick { 1 << 24 } else { 1 << 29 });
    let threads = if alone() {
        "One thread reads"
    } else {
        "Two threads read"
    };
    println!("{threads} {:.1} GB a second.\n", most / 1e9);
    println!("| tokens a second | arbor | PyTorch | ratio | of the memory's bandwidth |");
    println!("|---|---|---|---|---|");
    for (name, model) in &models {
        for (kind, count) in [("prefill", 128), ("prefill", 512), ("decode", 64)] {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            for _ in 0..rounds {
                ours.push(ask(model, kind, count)?);
                if let Some(other) = &mut other {
                    theirs.push(other.ask(kind, name, count)?);
                }
            }
            let rate = |times: &[f64]| count as f64 / median(times);
            let share = match kind {
                // A step reads every weight but the rows of the embedding.
                "decode" => format!("{:.0} %", 100.0 * rate(&ours) * read(model) / most),
                _ => String::new(),
            };
            let (ours, theirs) = (rate(&ours), rate(&theirs));
            println!(
                "| {name}, {kind} {count} | {ours:.0} | {theirs:.0} | {:.2} | {share} |",
                ours / theirs
            );
        }
    }
    starts(folder, python, if quick { 1 } else { 5 })?;
    println!("\nLoad when it ended: {}.", load_average());
    Ok(())
}

/// Processes from their start to their first logits.
fn starts(folder: &Path, python: Option<&String>, rounds: usize) -> Result<()> {
    let checkpoint = folder.join("gpt2-f32");
    let weights = std::fs::metadata(checkpoint.join("model.safetensors"))?.len() as f64;
    let us = std::env::current_exe()?;
    let (mut times, mut peaks) = ([Vec::new(), Vec::new()], [0.0_f64; 2]);
    for _ in 0..rounds {
        for side in 0..=usize::from(python.is_some()) {
            let mut command = match python.filter(|_| side == 1) {
                Some(python) => {
                    let mut command = Command::new(python);
                    command.arg(other::script());
                    command
                }
                None => Command::new(&us),
            };
            let began = Instant::now();
            let output = command.arg("first").arg(&checkpoint).output()?;
            times[side].push(began.elapsed().as_secs_f64());
            let text = String::from_utf8_lossy(&output.stdout);
            let peak = text
                .split_whitespace()
                .nth(1)
                .and_then(|peak| peak.parse::<f64>().ok());
            peaks[side] = peaks[side].max(peak.ok_or("a start gave no logit")?);
        }
    }
    println!("\n| start to first logits, gpt2-f32 | seconds | peak, MB | of the weights |");
    println!("|---|---|---|---|");
    for (side, name) in ["arbor", "transformers"].into_iter().enumerate() {
        let (time, peak) = (median(&times[side]), peaks[side]);
        println!(
            "| {name} | {time:.2} | {:.0} | {:.2} |",
            peak / 1e6,
            peak / weights
        );
    }
    Ok(())
}
