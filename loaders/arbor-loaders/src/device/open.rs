//! What a choice comes to: a device that is open, and the numbers that a
//! model has on it.

use super::{DeviceChoice, DeviceError, DtypeChoice, Placement, cuda};
use crate::Pickles;
use candle_core::{DType, Device};

/// What a model is loaded for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be compared: `auto` is single precision everywhere.
    Compare,
    /// To be used: `auto` is the stored format where the device does it well.
    Use,
}

/// An open device and a choice of numbers.
#[derive(Clone, Debug)]
pub struct Seat {
    device: Device,
    choice: DtypeChoice,
    purpose: Purpose,
    /// Whether bfloat16 is computed in hardware.
    brain: bool,
    name: Option<String>,
    driver: Option<String>,
    pickles: Pickles,
}

impl Seat {
    /// Single precision on the processor.
    #[must_use]
    pub fn plain() -> Self {
        Self::processor(DtypeChoice::F32, Purpose::Compare)
    }

    fn processor(choice: DtypeChoice, purpose: Purpose) -> Self {
        Self {
            device: Device::Cpu,
            choice,
            purpose,
            // It is emulated there, and right.
            brain: true,
            name: None,
            driver: None,
            pickles: Pickles::Refused,
        }
    }

    /// The same, of weights that are pickles or not.
    #[must_use]
    pub fn reading(self, pickles: Pickles) -> Self {
        Self { pickles, ..self }
    }

    /// Whether weights that are pickles are read.
    #[must_use]
    pub const fn pickles(&self) -> Pickles {
        self.pickles
    }

    /// The device.
    #[must_use]
    pub const fn device(&self) -> &Device {
        &self.device
    }

    /// The device as it is asked for: `cpu`, `cuda:0`, `metal`.
    #[must_use]
    pub fn label(&self) -> String {
        match self.device.location() {
            candle_core::DeviceLocation::Cpu => "cpu".to_owned(),
            candle_core::DeviceLocation::Cuda { gpu_id } => format!("cuda:{gpu_id}"),
            candle_core::DeviceLocation::Metal { .. } => "metal".to_owned(),
        }
    }

    /// What the card is called, where there is one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The version of its driver, where it is known.
    #[must_use]
    pub fn driver(&self) -> Option<&str> {
        self.driver.as_deref()
    }

    /// The numbers that a checkpoint is given which stores most of its
    /// weights so. `auto` is single precision where answers are compared, and
    /// on the processor, which has no faster arithmetic; on an accelerator
    /// half formats stay what they are, and smaller ones become bfloat16.
    #[must_use]
    pub fn dtype(&self, stored: DType) -> DType {
        match self.choice {
            DtypeChoice::F32 => DType::F32,
            DtypeChoice::Bf16 => DType::BF16,
            DtypeChoice::F16 => DType::F16,
            DtypeChoice::Auto if self.purpose == Purpose::Compare || self.device.is_cpu() => {
                DType::F32
            }
            DtypeChoice::Auto => self.kept(stored),
        }
    }

    /// The stored format, where an accelerator does it well.
    fn kept(&self, stored: DType) -> DType {
        let small = matches!(stored, DType::BF16 | DType::F8E4M3);
        if stored == DType::F16 {
            DType::F16
        } else if small && self.brain {
            DType::BF16
        } else {
            DType::F32
        }
    }

    /// Whether this is single precision on the processor, which everything
    /// is judged by.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let reduced = matches!(self.choice, DtypeChoice::Bf16 | DtypeChoice::F16);
        self.device.is_cpu() && !reduced
    }
}

impl Placement {
    /// Opens the device.
    ///
    /// # Errors
    /// [`DeviceError`] if it is not built in, not there, or does not do it.
    pub fn open(self, purpose: Purpose) -> Result<Seat, DeviceError> {
        let seat = match self.device {
            DeviceChoice::Cpu => Seat::processor(self.dtype, purpose),
            DeviceChoice::Cuda(ordinal) => self.on_cuda(ordinal, purpose)?,
            DeviceChoice::Metal => self.on_metal(purpose)?,
            // What cannot be opened is passed over; the doctor says why.
            DeviceChoice::Auto => self
                .on_cuda(0, purpose)
                .or_else(|_| self.on_metal(purpose))
                .unwrap_or_else(|_| Seat::processor(self.dtype, purpose)),
        };
        if self.dtype == DtypeChoice::Bf16 && !seat.brain {
            return Err(DeviceError::NoArithmetic {
                device: seat.label(),
                dtype: "bf16",
                reason: "cards have it from compute capability 8.0 on".to_owned(),
            });
        }
        Ok(seat.reading(self.pickles))
    }

    /// Whether the device can be had, without opening it.
    ///
    /// # Errors
    /// As for [`Placement::open`], as far as it can be told.
    pub fn probe(self) -> Result<(), DeviceError> {
        match self.device {
            DeviceChoice::Auto | DeviceChoice::Cpu => Ok(()),
            DeviceChoice::Cuda(ordinal) => cuda::find(ordinal),
            DeviceChoice::Metal if cfg!(feature = "metal") => Ok(()),
            DeviceChoice::Metal => Err(DeviceError::NotBuilt { feature: "metal" }),
        }
    }

    /// Whether this comes to the processor, again without opening anything.
    #[must_use]
    pub fn is_on_processor(self) -> bool {
        match self.device {
            DeviceChoice::Cpu => true,
            DeviceChoice::Auto => cuda::cards().is_err() && !cfg!(feature = "metal"),
            DeviceChoice::Cuda(_) | DeviceChoice::Metal => false,
        }
    }

    fn on_cuda(self, ordinal: usize, purpose: Purpose) -> Result<Seat, DeviceError> {
        let card = cuda::card(ordinal)?;
        let device = Device::new_cuda(ordinal).map_err(|error| DeviceError::Failed {
            device: format!("cuda:{ordinal}"),
            reason: first_line(&error),
        })?;
        Ok(Seat {
            device,
            choice: self.dtype,
            purpose,
            brain: card.capability.is_some_and(|(major, _)| major >= 8),
            name: card.name,
            driver: card.driver,
            pickles: self.pickles,
        })
    }

    fn on_metal(self, purpose: Purpose) -> Result<Seat, DeviceError> {
        if !cfg!(feature = "metal") {
            return Err(DeviceError::NotBuilt { feature: "metal" });
        }
        let device = Device::new_metal(0).map_err(|error| DeviceError::Failed {
            device: "metal".to_owned(),
            reason: first_line(&error),
        })?;
        Ok(Seat {
            device,
            choice: self.dtype,
            purpose,
            brain: true,
            name: None,
            driver: None,
            pickles: Pickles::Refused,
        })
    }
}

/// The library appends stack frames.
fn first_line(error: &candle_core::Error) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_is_single_precision_on_the_processor() {
        let auto = Placement {
            device: DeviceChoice::Cpu,
            dtype: DtypeChoice::Auto,
            ..Placement::PLAIN
        };
        for purpose in [Purpose::Compare, Purpose::Use] {
            let seat = auto.open(purpose).expect("the processor");
            assert_eq!(seat.dtype(DType::BF16), DType::F32);
            assert!(seat.is_plain());
            assert_eq!(seat.label(), "cpu");
        }
    }

    #[test]
    fn an_accelerator_keeps_the_stored_format() {
        let mut seat = Seat::processor(DtypeChoice::Auto, Purpose::Use);
        for (stored, wanted, without) in [
            (DType::F64, DType::F32, DType::F32),
            (DType::F32, DType::F32, DType::F32),
            (DType::F16, DType::F16, DType::F16),
            (DType::BF16, DType::BF16, DType::F32),
            (DType::F8E4M3, DType::BF16, DType::F32),
        ] {
            for (brain, wanted) in [(true, wanted), (false, without)] {
                seat.brain = brain;
                assert_eq!(seat.kept(stored), wanted, "{stored:?}");
            }
        }
    }

    #[test]
    fn what_is_asked_for_is_what_is_given() {
        for (choice, wanted) in [
            (DtypeChoice::F32, DType::F32),
            (DtypeChoice::Bf16, DType::BF16),
            (DtypeChoice::F16, DType::F16),
        ] {
            let asked = Placement {
                device: DeviceChoice::Cpu,
                dtype: choice,
                ..Placement::PLAIN
            };
            let seat = asked.open(Purpose::Compare).expect("the processor");
            assert_eq!(seat.dtype(DType::F64), wanted);
            assert_eq!(seat.is_plain(), wanted == DType::F32);
        }
    }

    #[test]
    fn what_is_not_built_in_says_which_feature_has_it() {
        for (device, feature, built) in [
            (DeviceChoice::Cuda(0), "cuda", cfg!(feature = "cuda")),
            (DeviceChoice::Metal, "metal", cfg!(feature = "metal")),
        ] {
            if built {
                continue;
            }
            let asked = Placement {
                device,
                dtype: DtypeChoice::Auto,
                ..Placement::PLAIN
            };
            let refused = DeviceError::NotBuilt { feature };
            assert_eq!(asked.open(Purpose::Use).err(), Some(refused.clone()));
            assert_eq!(asked.probe(), Err(refused.clone()));
            assert!(refused.hint().contains(&format!("--features {feature}")));
        }
    }
}
