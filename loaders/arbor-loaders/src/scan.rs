//! Whether weights are numbers at all: a single NaN ends in every answer.
//! Bits are compared, a block at a time, so that this costs less than reading
//! the file.

use candle_core::DType;

const BLOCK: usize = 1 << 14;

/// What the first number is that is not finite, if there is one.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "`header.rs` lets through only what is looked at here"
)]
pub(crate) fn not_finite(data: &[u8], dtype: DType) -> Option<&'static str> {
    match dtype {
        DType::F64 => find(data, 0x7ff0_0000_0000_0000, |w| {
            u64::from_le_bytes(w) & (u64::MAX >> 1)
        }),
        DType::F32 => find(data, 0x7f80_0000, |w| {
            u32::from_le_bytes(w) & (u32::MAX >> 1)
        }),
        DType::F16 => find(data, 0x7c00, |w| u16::from_le_bytes(w) & 0x7fff),
        DType::BF16 => find(data, 0x7f80, |w| u16::from_le_bytes(w) & 0x7fff),
        // It has no infinity.
        DType::F8E4M3 => find(data, 0x7e_u8, |[byte]: [u8; 1]| {
            (byte & 0x7f).saturating_sub(1)
        })
        .map(|_| NAN),
        _ => None,
    }
}

pub(crate) const NAN: &str = "NaN";
pub(crate) const INFINITY: &str = "an infinity";

/// `magnitude` orders numbers without their signs; from `infinity` on they
/// are not finite.
fn find<const N: usize, W: Ord + Copy + Default>(
    data: &[u8],
    infinity: W,
    magnitude: impl Fn([u8; N]) -> W,
) -> Option<&'static str> {
    for block in data.chunks(BLOCK) {
        let (words, _) = block.as_chunks::<N>();
        let largest = words
            .iter()
            .fold(W::default(), |most, word| most.max(magnitude(*word)));
        if largest >= infinity {
            return Some(if largest == infinity { INFINITY } else { NAN });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, INFINITY, NAN, not_finite};
    use candle_core::DType;

    #[test]
    fn numbers_that_are_none_are_found_wherever_they_are() {
        for at in [0, 1, BLOCK / 4 - 1, BLOCK / 4, BLOCK] {
            for (number, found) in [
                (f32::NAN, Some(NAN)),
                (-f32::NAN, Some(NAN)),
                (f32::NEG_INFINITY, Some(INFINITY)),
                (f32::MAX, None),
                (-f32::MIN_POSITIVE, None),
            ] {
                let mut numbers = vec![1.0_f32; BLOCK + 1];
                numbers[at] = number;
                let bytes: Vec<u8> = numbers.into_iter().flat_map(f32::to_le_bytes).collect();
                assert_eq!(not_finite(&bytes, DType::F32), found, "{number} at {at}");
            }
        }
    }

    #[test]
    fn every_format_has_its_own_bits() {
        let cases: [(DType, &[u8], Option<&str>); 11] = [
            (DType::F64, &f64::MAX.to_le_bytes(), None),
            (DType::F64, &f64::INFINITY.to_le_bytes(), Some(INFINITY)),
            (DType::F64, &f64::NAN.to_le_bytes(), Some(NAN)),
            (DType::F16, &0xfbff_u16.to_le_bytes(), None),
            (DType::F16, &0xfc00_u16.to_le_bytes(), Some(INFINITY)),
            (DType::F16, &0x7c01_u16.to_le_bytes(), Some(NAN)),
            (DType::BF16, &0x7f7f_u16.to_le_bytes(), None),
            (DType::BF16, &0x7f80_u16.to_le_bytes(), Some(INFINITY)),
            (DType::BF16, &0xffc0_u16.to_le_bytes(), Some(NAN)),
            (DType::F8E4M3, &[0x7e, 0xfe], None),
            (DType::F8E4M3, &[0x00, 0xff], Some(NAN)),
        ];
        for (dtype, bytes, found) in cases {
            assert_eq!(not_finite(bytes, dtype), found, "{dtype:?} {bytes:?}");
        }
    }
}
