//! A file's header: which tensors it holds, of which format, and where.

use crate::LoadError;
use candle_core::DType;
use memmap2::Mmap;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorInfo};
use std::ops::Range;
use std::path::Path;

/// A file's tensors by name, each with where its bytes lie.
pub(crate) fn tensors(
    path: &Path,
    bytes: &Mmap,
) -> Result<Vec<(String, TensorInfo, Range<usize>)>, LoadError> {
    let header = |reason: String| LoadError::Header {
        path: path.to_owned(),
        reason,
    };
    if bytes.starts_with(b"version https://git-lfs") || bytes.starts_with(b"<") {
        return Err(header(
            "it is a pointer or a web page, not the file itself".to_owned(),
        ));
    }
    // The reader refuses lengths that do not fit, gaps, overlaps, shapes that
    // overflow and offsets outside the file.
    let (length, metadata) =
        SafeTensors::read_metadata(bytes).map_err(|error| header(error.to_string()))?;
    let start = length + size_of::<u64>();
    let mut tensors: Vec<_> = metadata
        .tensors()
        .into_iter()
        .map(|(name, info)| {
            let (from, to) = info.data_offsets;
            (name, info.clone(), start + from..start + to)
        })
        .collect();
    if tensors.iter().any(|(.., data)| data.end > bytes.len()) {
        return Err(header("its tensors reach beyond its end".to_owned()));
    }
    tensors.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(tensors)
}

/// The library's number format; integers hold no weights.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the format may grow; all else is refused"
)]
pub(crate) fn candle_dtype(tensor: &str, dtype: Dtype) -> Result<DType, LoadError> {
    match dtype {
        Dtype::F64 => Ok(DType::F64),
        Dtype::F32 => Ok(DType::F32),
        Dtype::F16 => Ok(DType::F16),
        Dtype::BF16 => Ok(DType::BF16),
        Dtype::F8_E4M3 => Ok(DType::F8E4M3),
        _ => Err(LoadError::Dtype {
            tensor: tensor.to_owned(),
            dtype: format!("{dtype:?}"),
        }),
    }
}
