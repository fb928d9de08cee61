//! What kernels share: sums, products and functions of single numbers that
//! compilers turn into vector instructions. All is inlined into loops that
//! are compiled for the processor at hand.

use super::number::Number;

/// Numbers that are added up side by side, so that additions do not wait for
/// one another.
pub(super) const LANES: usize = 16;

#[inline(always)]
pub(super) fn sum<const L: usize>(lanes: [f32; L]) -> f32 {
    let mut half = L / 2;
    let mut lanes = lanes;
    while half > 0 {
        for at in 0..half {
            lanes[at] += lanes[at + half];
        }
        half /= 2;
    }
    lanes[0]
}

/// The product of a row with another. One row at a time, by many lanes: that
/// is how memory is read at its full speed.
#[inline(always)]
pub(super) fn dot<T: Number>(row: &[T], x: &[f32]) -> f32 {
    let row = &row[..x.len()];
    let (wide, left) = lanes::<T, 64>(row, x);
    let (narrow, rest) = lanes::<T, 8>(&row[left..], &x[left..]);
    let left = left + rest;
    let rest = row[left..].iter().zip(&x[left..]);
    rest.fold(wide + narrow, |sum, (a, b)| a.single().mul_add(*b, sum))
}

/// The product of as many blocks as there are, and where these end.
#[inline(always)]
fn lanes<T: Number, const L: usize>(row: &[T], x: &[f32]) -> (f32, usize) {
    let (rows, xs) = (row.as_chunks::<L>().0, x.as_chunks::<L>().0);
    let mut sums = [0.0_f32; L];
    for (row, x) in rows.iter().zip(xs) {
        for lane in 0..L {
            sums[lane] = row[lane].single().mul_add(x[lane], sums[lane]);
        }
    }
    (sum(sums), xs.len() * L)
}

/// eˣ within two units in the last place; zero where it is below 10⁻³⁸.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    const SHIFT: f32 = 12_582_912.0;
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    let bounded = x.clamp(-87.0, 88.0);
    // Adding 1.5 · 2²³ rounds to a whole number, which stands in the low bits.
    let shifted = bounded.mul_add(std::f32::consts::LOG2_E, SHIFT);
    let whole = shifted - SHIFT;
    let r = whole.mul_add(-LN2_LOW, whole.mul_add(-LN2_HIGH, bounded));
    // Taylor's series: |r| is at most ln 2 / 2.
    let mut p = 1.0 / 5040.0;
    for term in [
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ] {
        p = r.mul_add(p, term);
    }
    let scale = f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000));
    let value = p * scale;
    let value = if x < -87.0 { 0.0 } else { value };
    let value = if x > 88.0 { f32::INFINITY } else { value };
    if x.is_nan() { x } else { value }
}

/// 1 / (1 + e⁻ˣ).
#[inline(always)]
pub(super) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// The share of a normal distribution below x: (1 + erf(x / √2)) / 2.
///
/// erfc(z) = e^(−z²) t P(t) with t = 1 / (1 + 0.4 z); P was fitted to
/// z ≤ 10 by least squares on the relative error, which is at most 3·10⁻⁷.
#[inline(always)]
pub(super) fn normal(x: f32) -> f32 {
    const P: [f32; 9] = [
        0.041_941_803,
        -0.143_589_12,
        0.090_559_445,
        0.080_683_574,
        0.084_602_7,
        0.191_415_13,
        0.202_369_65,
        0.226_379_13,
        0.225_637_76,
    ];
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / z.mul_add(0.4, 1.0);
    let [first, rest @ ..] = P;
    let p = rest.into_iter().fold(first, |p, term| p.mul_add(t, term));
    let beyond = 0.5 * p * t * exp(-(x * x * 0.5));
    if x < 0.0 { beyond } else { 1.0 - beyond }
}
