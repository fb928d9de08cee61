//! Parameter counts, each with the rule by which it was counted.
//!
//! One integer cannot say how large a model is: of the reference totals that
//! were compared with a formula, more than a quarter were no number of
//! learned parameters. So a count carries its kind.

use std::fmt;

words! {
    /// What a parameter count counts, the kind shown first standing first.
    CountKind: "count kind" {
        /// Each distinct learned tensor once: ties once, buffers never.
        UniqueLearned = "unique-learned",
        /// The maker's own, usually rounded figure; its rule is not known.
        Published = "published",
        /// With the heads of a task or of pre-training.
        WithHeads = "with-heads",
        /// Every element of the checkpoint's tensors, buffers and copies too.
        CheckpointElements = "checkpoint-elements",
        /// Without embedding tables.
        NonEmbedding = "non-embedding",
        /// Those that one token passes through.
        Active = "active",
    }
}

/// A number of parameters and what it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParameterCount {
    /// How many.
    pub value: u64,
    /// By which rule.
    pub kind: CountKind,
}

impl fmt::Display for ParameterCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.value, self.kind)
    }
}

/// A count as people write it, with three significant digits: `124M`,
/// `6.74B`, `1.6T`. Below ten thousand it is written out.
#[must_use]
pub fn human_count(value: u64) -> String {
    const STEPS: [(u64, &str); 4] = [
        (1_000_000_000_000, "T"),
        (1_000_000_000, "B"),
        (1_000_000, "M"),
        (1_000, "K"),
    ];
    if value < 10_000 {
        return value.to_string();
    }
    // The step is chosen after rounding, so that 999,950,000 is `1B`.
    let (step, unit) = STEPS
        .into_iter()
        .find(|(step, _)| value >= step - step / 2_000)
        .unwrap_or((1, ""));
    let scaled = value as f64 / step as f64;
    let digits = if scaled < 9.995 {
        2
    } else if scaled < 99.95 {
        1
    } else {
        0
    };
    let text = format!("{scaled:.digits$}");
    let short = if digits > 0 {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    format!("{short}{unit}")
}

/// Bytes for people, in the binary units that memory is sold in: `12.6 GiB`.
#[must_use]
pub fn human_bytes(value: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let mut rest = value as f64;
    let mut unit = "B";
    for larger in UNITS {
        if rest < 1_024.0 {
            break;
        }
        rest /= 1_024.0;
        unit = larger;
    }
    let text = format!("{rest:.1}");
    format!("{} {unit}", text.trim_end_matches(".0"))
}
