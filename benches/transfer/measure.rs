//! What a command costs: time on the wall, and the processor's time of the
//! command and of all that it started.

use anyhow::{Context as _, Result, bail};
use std::process::{Command, Stdio};
use std::time::Instant;

/// What running it once cost, in seconds.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) wall: f64,
    pub(crate) processor: f64,
}

/// Commands that are run one after the other, and what that cost each time.
pub(crate) struct Row {
    name: &'static str,
    commands: Vec<Command>,
    costs: Vec<Cost>,
}

impl Row {
    pub(crate) fn new(name: &'static str, commands: Vec<Command>) -> Self {
        Self {
            name,
            commands,
            costs: Vec::new(),
        }
    }

    /// The least of each: what is above it is the machine's, not the command's.
    pub(crate) fn best(&self) -> Option<Cost> {
        let least = |of: fn(&Cost) -> f64| self.costs.iter().map(of).min_by(f64::total_cmp);
        Some(Cost {
            wall: least(|cost| cost.wall)?,
            processor: least(|cost| cost.processor)?,
        })
    }

    fn run(&mut self) -> Result<()> {
        let (before, start) = (children()?, Instant::now());
        for command in &mut self.commands {
            let name = command.get_program().to_string_lossy().into_owned();
            let ran = command
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .output();
            let ran = ran.with_context(|| format!("`{name}` is not there"))?;
            if !ran.status.success() {
                bail!("{name}: {}", String::from_utf8_lossy(&ran.stderr));
            }
        }
        self.costs.push(Cost {
            wall: start.elapsed().as_secs_f64(),
            processor: children()? - before,
        });
        Ok(())
    }
}

/// Runs all in turns; the first turn warms the machine and does not count.
pub(crate) fn turns(
    rows: &mut [Row],
    rounds: usize,
    mut prepare: impl FnMut() -> std::io::Result<()>,
) -> Result<()> {
    for round in 0..=rounds {
        for row in &mut *rows {
            prepare()?;
            row.run()?;
            if round == 0 {
                row.costs.clear();
            }
        }
    }
    Ok(())
}

pub(crate) fn print(title: &str, rows: &[Row], bytes: usize) {
    println!(
        "\n{title}\n| | best, s | median, s | GB/s | processor, s per GB |\n|---|---|---|---|---|"
    );
    let giga = bytes as f64 / 1e9;
    for row in rows {
        let Some(best) = row.best() else { continue };
        let mut walls: Vec<f64> = row.costs.iter().map(|cost| cost.wall).collect();
        walls.sort_by(f64::total_cmp);
        let median = walls[walls.len() / 2];
        println!(
            "| {} | {:.2} | {median:.2} | {:.2} | {:.2} |",
            row.name,
            best.wall,
            giga / best.wall,
            best.processor / giga
        );
    }
}

/// Processor time of the children that have ended and were waited for.
fn children() -> Result<f64> {
    /// What Linux counts in, on every machine that this runs on.
    const TICKS_PER_SECOND: f64 = 100.0;
    let text = std::fs::read_to_string("/proc/self/stat").context("Linux's account of times")?;
    // The name may hold spaces; what follows it does not.
    let rest = text.rsplit(')').next().unwrap_or_default();
    let mut fields = rest.split_whitespace().skip(13);
    let mut ticks = || -> Result<f64> { Ok(fields.next().context("a field")?.parse()?) };
    Ok((ticks()? + ticks()?) / TICKS_PER_SECOND)
}
