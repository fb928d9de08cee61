//! Times of single calls, and what is read of the process's memory.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Sorted times of one kind of call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    /// Calls once per item and times each call.
    pub(crate) fn of<T, R>(items: &[T], mut call: impl FnMut(&T) -> R) -> Self {
        let mut times = Vec::with_capacity(items.len());
        for item in items {
            let begin = Instant::now();
            black_box(call(black_box(item)));
            times.push(begin.elapsed());
        }
        Self::sorted(times)
    }

    pub(crate) fn sorted(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// The time that this share of the calls did not pass.
    pub(crate) fn quantile(&self, share: f64) -> Option<Duration> {
        let last = self.0.len().checked_sub(1)?;
        self.0.get((last as f64 * share).round() as usize).copied()
    }

    pub(crate) fn p50(&self) -> Option<Duration> {
        self.quantile(0.5)
    }

    pub(crate) fn p99(&self) -> Option<Duration> {
        self.quantile(0.99)
    }
}

/// Three digits and a unit.
pub(crate) fn told(time: Option<Duration>) -> String {
    let Some(time) = time else {
        return "—".to_owned();
    };
    let nanos = time.as_nanos() as f64;
    let (value, unit) = match time.as_nanos() {
        0..1_000 => (nanos, "ns"),
        1_000..1_000_000 => (nanos / 1e3, "µs"),
        1_000_000..1_000_000_000 => (nanos / 1e6, "ms"),
        1_000_000_000.. => (nanos / 1e9, "s"),
    };
    let digits = if value < 9.995 {
        2
    } else {
        usize::from(value < 99.95)
    };
    format!("{value:.digits$} {unit}")
}

/// A field of `/proc/self/status` in bytes: `VmRSS`, `VmHWM`, `RssAnon`.
pub(crate) fn memory(field: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(field))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// How long this thread has had a processor: on a busy machine less than the
/// time that went by.
pub(crate) fn on_processor() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanos = told.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}
