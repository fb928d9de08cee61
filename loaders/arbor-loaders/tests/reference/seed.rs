//! Weights from names: the same numbers as `tests/reference/seed.py` makes,
//! to the bit.

/// The tensor's numbers, rounded to single precision, as bytes.
pub(crate) fn weights(name: &str, dims: &[u64]) -> Vec<u8> {
    let count = dims.iter().product();
    let last = name.rsplit('.').next().unwrap_or(name);
    let wide = dims.len() >= 2 && last != "A_log";
    let is_table =
        ["embed", "wte"].iter().any(|part| name.contains(part)) || name.ends_with("shared.weight");
    let scale = |u: f64| {
        if wide && is_table {
            u * 1.5
        } else if wide {
            // A convolution over one place is a map.
            let fan_in = match dims {
                [_, inputs, 1] => *inputs as f64,
                _ => dims[dims.len() - 1] as f64,
            };
            let value = u * (2.4 / fan_in.powf(0.5));
            // T5 does not scale its scores.
            if name.ends_with(".q.weight") {
                value * 0.35
            } else {
                value
            }
        } else if last == "A_log" {
            0.5 + 0.5 * u
        } else if last == "e_score_correction_bias" {
            // Above 0: implementations disagree about groups below it.
            0.15 + 0.15 * u
        } else if ["weight", "D"].contains(&last) {
            // A skip near 0 leaves little for the norm after it to divide.
            1.0 + 0.4 * u
        } else {
            0.3 * u
        }
    };
    let numbers = fractions(name, count).map(|f| scale(f * 2.0 - 1.0) as f32);
    numbers.flat_map(f32::to_le_bytes).collect()
}

fn fractions(name: &str, count: u64) -> impl Iterator<Item = f64> {
    let start = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    (1..=count).map(move |place| {
        let mut z = place
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .wrapping_add(start);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        (z >> 40) as f64 / f64::from(1_u32 << 24)
    })
}
