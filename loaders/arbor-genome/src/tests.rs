//! Published figures, and arithmetic that never wraps.

use super::*;
use proptest::prelude::*;
use std::num::NonZeroU64;

fn shape(layers: u64, kv_heads: u64, head_size: u64) -> CacheShape {
    let n = |n| NonZeroU64::new(n).expect("not zero");
    CacheShape {
        layers: n(layers),
        kv_heads: n(kv_heads),
        head_size: n(head_size),
    }
}

#[test]
fn the_cache_is_as_published() {
    // Falcon-7B: one key-value head, 2,048 positions, 16 MiB in bf16.
    let falcon = Memory::plan(0, Some(shape(32, 1, 64)), Dtype::Bf16, 2_048, 1).expect("fits");
    assert_eq!(falcon.cache, 16 << 20);
    // Llama 2 7B keeps 512 KiB per token in half precision (PagedAttention
    // paper, arXiv 2309.06180, gives 800 KiB for OPT-13B: 40 layers, 5,120).
    let llama = Memory::plan(0, Some(shape(32, 32, 128)), Dtype::F16, 1, 1).expect("fits");
    assert_eq!(llama.cache_per_token, 512 << 10);
    let opt = Memory::plan(0, Some(shape(40, 40, 128)), Dtype::F16, 1, 1).expect("fits");
    assert_eq!(opt.cache_per_token, 800 << 10);
}

#[test]
fn weights_are_whole_blocks() {
    for (count, dtype, bytes) in [
        (10, Dtype::F32, 40),
        (10, Dtype::Bf16, 20),
        (32, Dtype::Q80, 34),
        (33, Dtype::Q40, 36),
        (0, Dtype::Q40, 0),
    ] {
        assert_eq!(bytes_of(count, dtype), Ok(bytes), "{count} in {dtype}");
    }
}

proptest! {
    #[test]
    fn sums_hold_or_overflow_is_an_error(
        p in any::<u64>(), l in 1..u64::MAX, k in 1..u64::MAX, h in 1..1_000u64,
        context in any::<u64>(), batch in any::<u64>(),
    ) {
        if let Ok(m) = Memory::plan(p, Some(shape(l, k, h)), Dtype::F16, context, batch) {
            let exact = u128::from(l) * u128::from(k) * u128::from(h) * 4;
            prop_assert_eq!(u128::from(m.cache_per_token), exact);
            prop_assert_eq!(u128::from(m.cache), exact * u128::from(context) * u128::from(batch));
            prop_assert_eq!(u128::from(m.total), u128::from(m.weights) + u128::from(m.cache));
        }
    }
}
