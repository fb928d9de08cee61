//! Where a model runs and in which numbers: what people ask for
//! (`DeviceChoice`, `DtypeChoice`), and what that comes to on this machine
//! (`Seat`). Nothing here knows a model.
//!
//! Where to look next: `open.rs` for what a choice comes to, `found.rs` for
//! what a machine has, `cuda.rs` for the driver. How programs for cards are
//! built stands in `docs/GPU.md`.

mod cuda;
mod found;
mod open;

pub use found::{Card, Kind, Room, devices, memory, threads};
pub use open::{Purpose, Seat};

use crate::Pickles;
use std::fmt;
use std::str::FromStr;

/// The device that is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// The first accelerator that is compiled in and answers, else the
    /// processor.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// A CUDA card by its number.
    Cuda(usize),
    /// Apple's graphics processor.
    Metal,
}

/// A word that names no device.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected `auto`, `cpu`, `cuda`, `cuda:N` or `metal`")]
pub struct UnknownDevice;

impl FromStr for DeviceChoice {
    type Err = UnknownDevice;

    fn from_str(text: &str) -> Result<Self, UnknownDevice> {
        match text {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda(0)),
            "metal" => Ok(Self::Metal),
            other => {
                let digits = other.strip_prefix("cuda:").ok_or(UnknownDevice)?;
                // `parse` alone would take a sign.
                if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
                    return Err(UnknownDevice);
                }
                let ordinal: u16 = digits.parse().map_err(|_| UnknownDevice)?;
                Ok(Self::Cuda(ordinal.into()))
            }
        }
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(ordinal) => write!(f, "cuda:{ordinal}"),
            Self::Metal => f.write_str("metal"),
        }
    }
}

arbor_model::words! {
    /// The number format of the arithmetic that is asked for.
    DtypeChoice: "dtype" {
        /// What suits the purpose and the device: see [`Seat::dtype`].
        Auto = "auto",
        /// Single precision.
        F32 = "f32",
        /// bfloat16.
        Bf16 = "bf16",
        /// Half precision.
        F16 = "f16",
    }
}

/// What is asked for: a device and a number format, and of which files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Where.
    pub device: DeviceChoice,
    /// In which numbers.
    pub dtype: DtypeChoice,
    /// Whether weights that are pickles are read.
    pub pickles: Pickles,
}

impl Placement {
    /// Single precision on the processor: what everything is judged by.
    pub const PLAIN: Self = Self {
        device: DeviceChoice::Cpu,
        dtype: DtypeChoice::F32,
        pickles: Pickles::Refused,
    };
}

impl Default for Placement {
    fn default() -> Self {
        Self {
            device: DeviceChoice::Auto,
            dtype: DtypeChoice::Auto,
            pickles: Pickles::Refused,
        }
    }
}

/// Why a device cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// The program was built without it.
    #[error("this arbor was built without `{feature}`")]
    NotBuilt {
        /// The feature of the build that has it.
        feature: &'static str,
    },
    /// No driver answers.
    #[error("no {kind} driver answers on this machine{}", because(.reason))]
    NoDriver {
        /// Of which kind of device.
        kind: &'static str,
        /// What the driver's library says.
        reason: String,
    },
    /// The driver knows no device.
    #[error("the {kind} driver knows no device")]
    NoCard {
        /// Of which kind.
        kind: &'static str,
    },
    /// There are fewer.
    #[error("there is no `cuda:{ordinal}`: the driver knows {count}, counted from 0")]
    NoOrdinal {
        /// What was asked for.
        ordinal: usize,
        /// How many there are.
        count: usize,
    },
    /// It does not compute in these numbers.
    #[error("`{device}` has no arithmetic in {dtype}: {reason}")]
    NoArithmetic {
        /// The device.
        device: String,
        /// The format.
        dtype: &'static str,
        /// Why.
        reason: String,
    },
    /// It is there, and cannot be opened.
    #[error("`{device}` cannot be opened: {reason}")]
    Failed {
        /// The device.
        device: String,
        /// What its library says.
        reason: String,
    },
}

fn because(reason: &str) -> String {
    if reason.is_empty() {
        String::new()
    } else {
        format!(" ({reason})")
    }
}

impl DeviceError {
    /// What the user could do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NotBuilt { feature } => format!(
                "`cargo build --release --features {feature}` builds one that has it, see \
                 docs/GPU.md; `--device cpu` runs on the processor"
            ),
            Self::NoDriver { .. } | Self::NoCard { .. } => {
                "`arbor doctor` lists what there is; `--device cpu` runs on the processor"
                    .to_owned()
            }
            Self::NoOrdinal { .. } => "`arbor doctor` lists what there is".to_owned(),
            Self::NoArithmetic { .. } => "`--dtype f32` runs everywhere".to_owned(),
            Self::Failed { .. } => "the toolkit's libraries must be found, as by \
                                    `LD_LIBRARY_PATH`: see docs/GPU.md"
                .to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_read_as_they_are_written() {
        for (text, device) in [
            ("auto", DeviceChoice::Auto),
            ("cpu", DeviceChoice::Cpu),
            ("cuda:0", DeviceChoice::Cuda(0)),
            ("cuda:12", DeviceChoice::Cuda(12)),
            ("metal", DeviceChoice::Metal),
        ] {
            assert_eq!(text.parse(), Ok(device));
            assert_eq!(device.to_string(), text);
        }
        assert_eq!("cuda".parse(), Ok(DeviceChoice::Cuda(0)));
        for text in [
            "",
            "gpu",
            "CPU",
            "cuda:",
            "cuda:-1",
            "cuda:+1",
            "cuda:1.0",
            "cuda:70000",
            "cuda0",
            " cpu",
            "metal:0",
        ] {
            assert_eq!(text.parse::<DeviceChoice>(), Err(UnknownDevice), "{text:?}");
        }
    }
}
