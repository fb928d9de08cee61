//! What the CUDA driver says of its cards. Without the feature it is not
//! asked.

use super::found::Card;
#[cfg(feature = "cuda")]
use super::found::Room;
use super::{DeviceError, found};

/// How many cards there are, at least one.
pub(super) fn cards() -> Result<usize, DeviceError> {
    match driver::count()? {
        0 => Err(DeviceError::NoCard { kind: "CUDA" }),
        count => Ok(count),
    }
}

/// Whether there is a card of that number.
pub(super) fn find(ordinal: usize) -> Result<(), DeviceError> {
    let count = cards()?;
    if ordinal < count {
        Ok(())
    } else {
        Err(DeviceError::NoOrdinal { ordinal, count })
    }
}

/// A card.
pub(super) fn card(ordinal: usize) -> Result<Card, DeviceError> {
    find(ordinal)?;
    let mut card = driver::card(ordinal)?;
    card.driver = found::kernel_driver();
    Ok(card)
}

#[cfg(feature = "cuda")]
mod driver {
    use super::{Card, DeviceError, Room};
    use candle_core::cuda_backend::cudarc::driver::sys::CUresult;
    use candle_core::cuda_backend::cudarc::driver::{CudaContext, DriverError};

    pub(super) fn count() -> Result<usize, DeviceError> {
        match CudaContext::device_count() {
            Ok(count) => Ok(usize::try_from(count).unwrap_or(0)),
            Err(DriverError(CUresult::CUDA_ERROR_NO_DEVICE)) => Ok(0),
            // What stands in for a driver that is not installed says so.
            Err(DriverError(CUresult::CUDA_ERROR_STUB_LIBRARY)) => Err(DeviceError::NoDriver {
                kind: "CUDA",
                reason: "its library, libcuda, is not found".to_owned(),
            }),
            Err(error) => Err(DeviceError::NoDriver {
                kind: "CUDA",
                reason: error.to_string(),
            }),
        }
    }

    pub(super) fn card(ordinal: usize) -> Result<Card, DeviceError> {
        let failed = |error: DriverError| DeviceError::Failed {
            device: format!("cuda:{ordinal}"),
            reason: error.to_string(),
        };
        let context = CudaContext::new(ordinal).map_err(failed)?;
        let (free, total) = context.mem_get_info().map_err(failed)?;
        let capability = context.compute_capability().map_err(failed)?;
        Ok(Card {
            device: format!("cuda:{ordinal}"),
            name: context.name().ok(),
            driver: None,
            capability: Some(capability),
            memory: Some(Room {
                total: total as u64,
                free: free as u64,
            }),
        })
    }
}

#[cfg(not(feature = "cuda"))]
mod driver {
    use super::{Card, DeviceError};

    pub(super) const fn count() -> Result<usize, DeviceError> {
        Err(DeviceError::NotBuilt { feature: "cuda" })
    }

    pub(super) const fn card(_: usize) -> Result<Card, DeviceError> {
        Err(DeviceError::NotBuilt { feature: "cuda" })
    }
}
