//! ggml's number formats by the numbers that files name them with. Sources:
//! the enum `ggml_type` and the table `type_traits` of
//! github.com/ggml-org/ggml (`include/ggml.h`, `src/ggml.c`), the structures
//! of `src/ggml-common.h` for their bytes, and `GGML_QUANT_SIZES` of the
//! Python package `gguf`, which a test holds this table against.

use crate::stored::StoredDtype as Dtype;

/// A number format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// Its number in files.
    pub id: u32,
    /// Its name.
    pub dtype: Dtype,
    /// Weights of a block; rows are whole blocks.
    pub block: u64,
    /// Bytes of a block.
    pub bytes: u64,
}

const fn format(id: u32, dtype: Dtype, block: u64, bytes: u64) -> Format {
    Format {
        id,
        dtype,
        block,
        bytes,
    }
}

/// Every format, by number.
pub static FORMATS: &[Format] = &[
    format(0, Dtype::F32, 1, 4),
    format(1, Dtype::F16, 1, 2),
    format(2, Dtype::Q40, 32, 18),
    format(3, Dtype::Q41, 32, 20),
    format(6, Dtype::Q50, 32, 22),
    format(7, Dtype::Q51, 32, 24),
    format(8, Dtype::Q80, 32, 34),
    format(9, Dtype::Q81, 32, 36),
    format(10, Dtype::Q2K, 256, 84),
    format(11, Dtype::Q3K, 256, 110),
    format(12, Dtype::Q4K, 256, 144),
    format(13, Dtype::Q5K, 256, 176),
    format(14, Dtype::Q6K, 256, 210),
    format(15, Dtype::Q8K, 256, 292),
    format(16, Dtype::Iq2Xxs, 256, 66),
    format(17, Dtype::Iq2Xs, 256, 74),
    format(18, Dtype::Iq3Xxs, 256, 98),
    format(19, Dtype::Iq1S, 256, 50),
    format(20, Dtype::Iq4Nl, 32, 18),
    format(21, Dtype::Iq3S, 256, 110),
    format(22, Dtype::Iq2S, 256, 82),
    format(23, Dtype::Iq4Xs, 256, 136),
    format(24, Dtype::I8, 1, 1),
    format(25, Dtype::I16, 1, 2),
    format(26, Dtype::I32, 1, 4),
    format(27, Dtype::I64, 1, 8),
    format(28, Dtype::F64, 1, 8),
    format(29, Dtype::Iq1M, 256, 56),
    format(30, Dtype::Bf16, 1, 2),
    format(34, Dtype::Tq10, 256, 54),
    format(35, Dtype::Tq20, 256, 66),
    format(39, Dtype::Mxfp4, 32, 17),
    format(40, Dtype::Nvfp4, 64, 36),
    format(41, Dtype::Q10, 128, 18),
];

/// Numbers that once were formats and are none any more.
const WITHDRAWN: &[u32] = &[4, 5, 31, 32, 33, 36, 37, 38];

impl Format {
    /// The format of a number.
    ///
    /// # Errors
    /// Says whether it was one once.
    pub(super) fn of(id: u32) -> Result<Self, String> {
        match FORMATS.binary_search_by_key(&id, |format| format.id) {
            Ok(at) => Ok(FORMATS[at]),
            Err(_) if WITHDRAWN.contains(&id) => Err(format!(
                "has the number format {id}, which ggml has given up: convert the model anew"
            )),
            Err(_) => Err(format!("has the number format {id}, which is none known")),
        }
    }

    /// Bytes of so many weights, whole blocks.
    pub(super) fn bytes_of(self, elements: u64) -> Option<u64> {
        let blocks = elements / self.block;
        elements
            .is_multiple_of(self.block)
            .then(|| blocks.checked_mul(self.bytes))
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::{FORMATS, WITHDRAWN};

    #[test]
    fn the_tables_are_sorted_and_disjoint() {
        assert!(FORMATS.is_sorted_by(|a, b| a.id < b.id));
        assert!(WITHDRAWN.is_sorted());
        assert!(FORMATS.iter().all(|format| !WITHDRAWN.contains(&format.id)));
    }
}
