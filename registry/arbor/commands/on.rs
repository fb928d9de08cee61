//! `--device`, `--dtype` and `--allow-pickle`: where a checkpoint runs, in
//! which numbers and from which files, the same for every command that runs one.

use anyhow::Result;
use arbor_service::{DeviceChoice, DtypeChoice, Pickles, Placement, ServiceError};

/// Where a checkpoint runs and in which numbers.
#[derive(Clone, Copy, clap::Args)]
pub(crate) struct On {
    /// Where to run: `auto`, `cpu`, `cuda:N` or `metal`; `arbor doctor` lists what there is
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    device: DeviceChoice,
    /// In which numbers: `auto`, `f32`, `bf16` or `f16`
    #[arg(long, value_name = "DTYPE", default_value = "auto")]
    dtype: DtypeChoice,
    /// Read weights that PyTorch pickled (`pytorch_model.bin`), without running them
    #[arg(long)]
    allow_pickle: bool,
}

impl On {
    /// What is asked for, where the device can be had.
    pub(crate) fn placement(self) -> Result<Placement> {
        let placement = Placement {
            device: self.device,
            dtype: self.dtype,
            pickles: if self.allow_pickle {
                Pickles::Read
            } else {
                Pickles::Refused
            },
        };
        placement.probe().map_err(ServiceError::from)?;
        Ok(placement)
    }

    /// The same for another process of this program.
    pub(crate) fn arguments(self) -> Vec<String> {
        let pickles = self.allow_pickle.then(|| "--allow-pickle".to_owned());
        let device = [
            "--device".to_owned(),
            self.device.to_string(),
            "--dtype".to_owned(),
            self.dtype.to_string(),
        ];
        device.into_iter().chain(pickles).collect()
    }
}
