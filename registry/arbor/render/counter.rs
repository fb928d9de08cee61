//! How far an import is: a bar where somebody watches and the end is known, a
//! count where it is not, else a line now and then.

use arbor_model::human_count;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

const BAR: &str = "{bar:30} {human_pos} of {human_len} records {per_sec:>14} {eta:>4} left";
const COUNT: &str = "{spinner} {human_pos} records {per_sec:>14}";

/// Draws an import.
pub(crate) struct Counter {
    bar: ProgressBar,
    /// Whether lines take the place of bars.
    lines: bool,
    told: u64,
}

impl Counter {
    /// A silent one tells nothing.
    pub(crate) fn new(silent: bool) -> Self {
        let watched = std::io::stderr().is_terminal();
        let target = match watched && !silent {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(None, target);
        bar.set_style(style(COUNT));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self {
            bar,
            lines: !watched && !silent,
            told: 0,
        }
    }

    /// So many are kept; of how many, if that is known.
    pub(crate) fn set(&mut self, done: u64, all: Option<u64>) {
        if let Some(all) = all.filter(|_| self.bar.length().is_none()) {
            self.bar.set_length(all);
            self.bar.set_style(style(BAR));
        }
        self.bar.set_position(done);
        if !self.lines {
            return;
        }
        // Every ten per cent, or every ten thousand.
        let step = match all {
            Some(all) => done.saturating_mul(10) / all.max(1),
            None => done / 10_000,
        };
        if step > self.told {
            self.told = step;
            let of = all.map_or_else(String::new, |all| format!(" of {}", human_count(all)));
            let text = format!("import: {}{of} records", human_count(done));
            // Nobody is left to tell if standard error is closed.
            let _ = writeln!(std::io::stderr(), "{text}");
        }
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template);
    style
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}
