//! A tensor as PyTorch describes it: a storage, and where in it how the
//! numbers lie. Every number is held against the storage's bytes.

use super::Laid;
use crate::error::quoted;
use crate::header::Entry;
use candle_core::pickle::Object;
use safetensors::tensor::Dtype;
use std::ops::Range;

/// The most dimensions of a tensor.
const DIMENSIONS: usize = 8;
/// The storages and their number formats.
const STORAGES: [(&str, Dtype); 10] = [
    ("BFloat16Storage", Dtype::BF16),
    ("BoolStorage", Dtype::BOOL),
    ("ByteStorage", Dtype::U8),
    ("CharStorage", Dtype::I8),
    ("DoubleStorage", Dtype::F64),
    ("FloatStorage", Dtype::F32),
    ("HalfStorage", Dtype::F16),
    ("IntStorage", Dtype::I32),
    ("LongStorage", Dtype::I64),
    ("ShortStorage", Dtype::I16),
];

/// Where a described tensor lies; `storage` knows where storages lie.
pub(super) fn laid(
    name: String,
    value: &Object,
    storage: impl Fn(&str) -> Option<Range<usize>>,
) -> Result<Laid, String> {
    let said = quoted(&name);
    let part = described(value).ok_or_else(|| format!("{said} is described as no tensor"))?;
    let place = storage(part.key);
    let place = place.ok_or_else(|| format!("{said} lies in a storage that is not in it"))?;
    let size = part.dtype.bitsize() / 8;
    let held = place.len() / size.max(1);
    let shape = part.shape;
    let beyond = || format!("{said} reaches beyond its storage of {held} numbers");
    let product = |of: fn(usize) -> usize| {
        let mut dims = shape.iter().map(|dim| of(*dim));
        dims.try_fold(1, usize::checked_mul)
    };
    // A zero must not hide an overflow in the other dimensions.
    product(|dim| dim.max(1)).ok_or_else(beyond)?;
    let elements = product(|dim| dim).ok_or_else(beyond)?;
    let span = span(&shape, &part.strides, elements).ok_or_else(beyond)?;
    let end = part.offset.checked_add(span).filter(|end| *end <= held);
    let end = end.ok_or_else(beyond)?;
    let strides = if elements == 0 || row_after_row(&shape, &part.strides) {
        None
    } else if apart(&shape, &part.strides) {
        Some(part.strides)
    } else {
        // One number stood for many: a small file would make a large tensor.
        return Err(format!("{said} uses numbers of its storage more than once"));
    };
    Ok(Laid {
        entry: Entry {
            name,
            dtype: part.dtype,
            shape,
            bytes: place.start + part.offset * size..place.start + end * size,
        },
        strides,
    })
}

/// What a description says.
struct Part<'o> {
    key: &'o str,
    dtype: Dtype,
    offset: usize,
    shape: Vec<usize>,
    strides: Vec<usize>,
}

fn described(value: &Object) -> Option<Part<'_>> {
    let (class, arguments) = called(value)?;
    if class == "_rebuild_parameter" {
        return match arguments.first() {
            Some(data) if called(data)?.0 != class => described(data),
            Some(_) | None => None,
        };
    }
    if !class.starts_with("_rebuild_tensor") {
        return None;
    }
    let [Object::PersistentLoad(storage), offset, shape, strides, ..] = arguments else {
        return None;
    };
    let Object::Tuple(storage) = &**storage else {
        return None;
    };
    let [
        Object::Unicode(kind),
        Object::Class { class_name, .. },
        Object::Unicode(key),
        ..,
    ] = storage.as_slice()
    else {
        return None;
    };
    let dtype = STORAGES.iter().find(|(storage, _)| storage == class_name);
    let part = Part {
        key,
        dtype: dtype?.1,
        offset: count(offset)?,
        shape: counts(shape)?,
        strides: counts(strides)?,
    };
    let fits = kind == "storage" && part.shape.len() == part.strides.len();
    fits.then_some(part)
}

/// What is called, and with what.
fn called(value: &Object) -> Option<(&str, &[Object])> {
    let Object::Reduce { callable, args } = value else {
        return None;
    };
    match (&**callable, &**args) {
        (Object::Class { class_name, .. }, Object::Tuple(arguments)) => {
            Some((class_name, arguments))
        }
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only numbers count, and the library may know more objects"
)]
fn count(object: &Object) -> Option<usize> {
    match object {
        Object::Int(number) => usize::try_from(*number).ok(),
        Object::Long(number) => usize::try_from(*number).ok(),
        _ => None,
    }
}

fn counts(object: &Object) -> Option<Vec<usize>> {
    let Object::Tuple(numbers) = object else {
        return None;
    };
    if numbers.len() > DIMENSIONS {
        return None;
    }
    numbers.iter().map(count).collect()
}

/// How many numbers of the storage lie from the first to the last.
fn span(shape: &[usize], strides: &[usize], elements: usize) -> Option<usize> {
    if elements == 0 {
        return Some(0);
    }
    let mut pairs = shape.iter().zip(strides);
    pairs.try_fold(1_usize, |span, (dim, stride)| {
        span.checked_add((dim - 1).checked_mul(*stride)?)
    })
}

/// Whether a tensor lies as safetensors stores them.
fn row_after_row(shape: &[usize], strides: &[usize]) -> bool {
    let mut wanted = 1;
    shape.iter().zip(strides).rev().all(|(dim, stride)| {
        let fits = *dim == 1 || *stride == wanted;
        wanted *= dim;
        fits
    })
}

/// Whether no two places of a tensor share a number.
fn apart(shape: &[usize], strides: &[usize]) -> bool {
    let dims = shape.iter().zip(strides).filter(|(dim, _)| **dim > 1);
    let mut dims: Vec<(usize, usize)> = dims.map(|(dim, stride)| (*stride, *dim)).collect();
    dims.sort_unstable();
    let mut reach = 1;
    dims.into_iter().all(|(stride, dim)| {
        let fits = stride >= reach;
        reach = stride.saturating_mul(dim);
        fits
    })
}

/// The numbers of a tensor with strides, row after row.
pub(crate) fn gathered(bytes: &[u8], shape: &[usize], strides: &[usize], size: usize) -> Vec<u8> {
    let elements: usize = shape.iter().product();
    let mut rows = Vec::with_capacity(elements * size);
    let mut index = vec![0; shape.len()];
    for _ in 0..elements {
        let at: usize = index
            .iter()
            .zip(strides)
            .map(|(i, stride)| i * stride)
            .sum();
        rows.extend_from_slice(bytes.get(at * size..(at + 1) * size).unwrap_or_default());
        for (i, dim) in index.iter_mut().zip(shape).rev() {
            *i += 1;
            if *i < *dim {
                break;
            }
            *i = 0;
        }
    }
    rows
}
