//! What this machine has: every kind of device, whether it is built in,
//! whether it answers, and its memory.

use super::{DeviceError, cuda};
use std::fs;
use sysinfo::{MemoryRefreshKind, RefreshKind, System};

/// Memory, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// All of it.
    pub total: u64,
    /// What a program could have now.
    pub free: u64,
}

/// A device that answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// As it is asked for.
    pub device: String,
    /// What its maker calls it.
    pub name: Option<String>,
    /// The driver's version.
    pub driver: Option<String>,
    /// CUDA's compute capability.
    pub capability: Option<(i32, i32)>,
    /// Its memory.
    pub memory: Option<Room>,
}

/// A kind of device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// `cpu`, `cuda` or `metal`.
    pub name: &'static str,
    /// Those that answer, or why there are none.
    pub cards: Result<Vec<Card>, DeviceError>,
}

/// Every kind of device that could be asked for, the processor first.
#[must_use]
pub fn devices() -> Vec<Kind> {
    let cuda = cuda::cards().and_then(|count| (0..count).map(cuda::card).collect());
    vec![
        Kind {
            name: "cpu",
            cards: Ok(vec![processor()]),
        },
        Kind {
            name: "cuda",
            cards: cuda,
        },
        Kind {
            name: "metal",
            cards: metal(),
        },
    ]
}

/// Threads that arithmetic on the processor may use.
#[must_use]
pub fn threads() -> u64 {
    candle_core::utils::get_num_threads() as u64
}

fn processor() -> Card {
    Card {
        device: "cpu".to_owned(),
        name: processor_name(),
        driver: None,
        capability: None,
        memory: memory(),
    }
}

/// Metal shares the system's memory.
fn metal() -> Result<Vec<Card>, DeviceError> {
    let asked = super::Placement {
        device: super::DeviceChoice::Metal,
        dtype: super::DtypeChoice::Auto,
        ..super::Placement::PLAIN
    };
    asked.open(super::Purpose::Use)?;
    Ok(vec![Card {
        device: "metal".to_owned(),
        name: None,
        driver: None,
        capability: None,
        memory: memory(),
    }])
}

/// The system's memory, or this program's share of it where it has less.
#[must_use]
pub fn memory() -> Option<Room> {
    let memory = MemoryRefreshKind::nothing().with_ram();
    let system = System::new_with_specifics(RefreshKind::nothing().with_memory(memory)).ok()?;
    let whole = Room {
        total: system.total_memory(),
        free: system.available_memory(),
    };
    if whole.total == 0 {
        return None;
    }
    Some(match system.cgroup_limits() {
        Some(limits) if limits.total_memory > 0 => Room {
            total: whole.total.min(limits.total_memory),
            free: whole.free.min(limits.free_memory),
        },
        _ => whole,
    })
}

/// The first processor's name, where Linux says it.
fn processor_name() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    let (_, name) = line.split_once(':')?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// The version of NVIDIA's kernel module, where Linux says it.
pub(super) fn kernel_driver() -> Option<String> {
    let text = fs::read_to_string("/proc/driver/nvidia/version").ok()?;
    version_of(&text)
}

fn version_of(text: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with("NVRM version"))?;
    let is_version = |word: &&str| word.contains('.') && word.bytes().all(is_digit_or_dot);
    line.split_whitespace().find(is_version).map(str::to_owned)
}

const fn is_digit_or_dot(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'.'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_comes_first_and_has_memory() {
        let kinds = devices();
        assert_eq!(kinds[0].name, "cpu");
        let cards = kinds[0].cards.as_ref().expect("a processor");
        let room = cards[0].memory.expect("its memory");
        assert!(room.total > 0 && room.free <= room.total, "{room:?}");
        for (kind, built) in [
            (&kinds[1], cfg!(feature = "cuda")),
            (&kinds[2], cfg!(feature = "metal")),
        ] {
            let missing = matches!(kind.cards, Err(DeviceError::NotBuilt { .. }));
            assert_eq!(missing, !built, "{}", kind.name);
        }
    }

    #[test]
    fn a_drivers_version_is_found_in_what_the_module_says() {
        let text = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release \
                    Build  (root@host)\nGCC version:  gcc version 12.2.0\n";
        assert_eq!(version_of(text).as_deref(), Some("580.95.05"));
        assert_eq!(version_of("GCC version: 12.2.0"), None);
        assert_eq!(version_of(""), None);
    }
}
