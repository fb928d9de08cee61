//! How far a pull is: bars where somebody watches, else a line for every ten
//! per cent. It hears events and knows neither the hub nor the command.

use super::style::harmless;
use arbor_model::human_bytes;
use arbor_service::{Progress, PullEvent, PullHow};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// More bars than this hide each other.
const BARS: usize = 12;
const TOTAL: &str =
    "{prefix:>10} {bar:30} {bytes:>10} of {total_bytes:10} {bytes_per_sec:>12} {eta:>4} left";
const FILE: &str = "{bytes:>10} of {total_bytes:10} {bytes_per_sec:>12} {wide_msg}";

/// Draws a pull, or a bundle that is made or taken.
pub(crate) struct Meter(Arc<Mutex<State>>);

struct State {
    bars: MultiProgress,
    total: ProgressBar,
    files: BTreeMap<String, File>,
    /// Whether lines take the place of bars.
    lines: bool,
    started: Instant,
    /// Bytes that were there before.
    skipped: u64,
    told: u64,
    /// What is done, at the head of every line.
    verb: &'static str,
}

struct File {
    bar: ProgressBar,
    /// Bytes of it that count in the total.
    counted: u64,
}

impl Meter {
    /// For so many bytes; a silent one tells nothing.
    pub(crate) fn new(verb: &'static str, bytes: u64, silent: bool) -> Self {
        let watched = std::io::stderr().is_terminal();
        let target = match watched && !silent {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let bars = MultiProgress::with_draw_target(target);
        let total = bars.add(ProgressBar::new(bytes).with_prefix("total"));
        total.set_style(style(TOTAL));
        total.enable_steady_tick(Duration::from_millis(200));
        Self(Arc::new(Mutex::new(State {
            bars,
            total,
            files: BTreeMap::new(),
            lines: !watched && !silent,
            started: Instant::now(),
            skipped: 0,
            told: 0,
            verb,
        })))
    }

    /// What the pull tells its events to.
    pub(crate) fn progress(&self) -> Progress {
        let state = Arc::clone(&self.0);
        Progress::new(move |event| {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            state.hear(event);
        })
    }

    /// Takes the bars away.
    pub(crate) fn clear(&self) {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A terminal that is gone needs no tidying.
        let _ = state.bars.clear();
    }
}

impl State {
    fn hear(&mut self, event: &PullEvent<'_>) {
        match event {
            PullEvent::FileStarted {
                path,
                size,
                resumed_at,
                endpoint: _,
            } => {
                if *resumed_at > 0 {
                    let percent = resumed_at.saturating_mul(100) / (*size).max(1);
                    self.say(&format!("{path}: resumed at {percent} %"));
                }
                self.file(path.as_str(), *size);
                self.skipped += resumed_at;
                self.count(path.as_str(), *resumed_at);
            }
            PullEvent::Bytes { path, bytes } => self.count(path.as_str(), *bytes),
            PullEvent::Waiting { path } => {
                self.say(&format!("{path}: another process writes it, waiting"));
            }
            PullEvent::Again {
                path,
                because,
                pause,
            } => {
                let pause = pause.as_secs_f32();
                self.say(&format!("{path}: {because}; again in {pause:.1} s"));
            }
            PullEvent::Restarted { path } => {
                if let Some(file) = self.files.get_mut(path.as_str()) {
                    self.total
                        .set_position(self.total.position().saturating_sub(file.counted));
                    file.counted = 0;
                    file.bar.set_position(0);
                }
            }
            PullEvent::FileDone { path, size, how } => {
                if *how == PullHow::Cached {
                    self.skipped += size;
                }
                let counted = self.files.get(path.as_str()).map_or(0, |file| file.counted);
                self.file(path.as_str(), *size);
                self.count(path.as_str(), size.saturating_sub(counted));
                if let Some(file) = self.files.get(path.as_str()) {
                    file.bar.finish_and_clear();
                }
            }
        }
    }

    /// A file's bar, made if it is not there.
    fn file(&mut self, path: &str, size: u64) {
        if self.files.contains_key(path) {
            return;
        }
        let open = self
            .files
            .values()
            .filter(|file| !file.bar.is_finished())
            .count();
        let bar = ProgressBar::new(size).with_message(harmless(path));
        bar.set_style(style(FILE));
        let bar = match open < BARS && !self.lines {
            true => self.bars.insert_before(&self.total, bar),
            false => {
                bar.set_draw_target(ProgressDrawTarget::hidden());
                bar
            }
        };
        self.files.insert(path.to_owned(), File { bar, counted: 0 });
    }

    fn count(&mut self, path: &str, bytes: u64) {
        if let Some(file) = self.files.get_mut(path) {
            file.counted += bytes;
            file.bar.inc(bytes);
        }
        self.total.inc(bytes);
        if self.lines {
            self.tell();
        }
    }

    /// A line, once for every ten per cent.
    fn tell(&mut self) {
        let (done, all) = (self.total.position(), self.total.length().unwrap_or(0));
        let tenths = done.saturating_mul(10) / all.max(1);
        if tenths <= self.told {
            return;
        }
        self.told = tenths;
        let seconds = self.started.elapsed().as_secs_f64().max(0.001);
        let rate = done.saturating_sub(self.skipped) as f64 / seconds;
        // Nothing has come yet where a part was taken up.
        let speed = if rate < 1.0 {
            String::new()
        } else {
            let left = all.saturating_sub(done) as f64 / rate;
            // A rate is positive and far below the limit.
            format!(", {}/s, {left:.0} s left", human_bytes(rate as u64))
        };
        self.say(&format!(
            "{} % ({} of {}{speed})",
            tenths * 10,
            human_bytes(done),
            human_bytes(all),
        ));
    }

    /// A line above the bars.
    fn say(&self, text: &str) {
        let text = harmless(text);
        if self.lines {
            let _ = writeln!(std::io::stderr(), "{}: {text}", self.verb);
        } else {
            // Hidden bars print nothing.
            let _ = self.bars.println(text);
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template);
    style
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}
