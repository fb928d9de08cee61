//! Kernels against the tensor library's formulas, on random shapes.

use super::vector::{exp, normal, sigmoid};
use super::{
    Attention, Function, Norm, Pairs, activated, attend, gated, normed, product, rotated, sum,
};
use candle_core::{D, DType, Device, Result, Tensor};
use proptest::prelude::*;

/// Numbers between −2 and 2 that look random.
fn numbers(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1_u64 << 22) as f32 - 2.0
    };
    (0..count).map(|_| next()).collect()
}

fn tensor(dims: &[usize], seed: u64) -> Tensor {
    let numbers = numbers(dims.iter().product(), seed);
    Tensor::from_vec(numbers, dims, &Device::Cpu).expect("a tensor")
}

/// The largest difference, in units of the largest number.
fn apart(a: &Tensor, b: &Tensor) -> f32 {
    let flat =
        |t: &Tensor| -> Result<Vec<f32>> { t.to_dtype(DType::F32)?.flatten_all()?.to_vec1() };
    let (a, b) = (flat(a).expect("numbers"), flat(b).expect("numbers"));
    assert_eq!(a.len(), b.len());
    let most = b.iter().fold(1e-3_f32, |most, n| most.max(n.abs()));
    let far = a.iter().zip(&b).map(|(a, b)| (a - b).abs());
    far.fold(0.0, |far: f32, d| {
        if d.is_nan() {
            f32::INFINITY
        } else {
            far.max(d)
        }
    }) / most
}

#[test]
fn functions_of_single_numbers_are_exact_to_a_few_units() {
    for step in -4_000..4_000 {
        let x = step as f32 / 45.0;
        let wide = f64::from(x);
        let near = |got: f32, wanted: f64, of: f64| {
            let error = (f64::from(got) - wanted).abs();
            assert!(
                error <= of * wanted.abs() + 1e-37,
                "{x}: {got} for {wanted}"
            );
        };
        if x.abs() < 86.0 {
            near(exp(x), wide.exp(), 3e-7);
            near(sigmoid(x), 1.0 / (1.0 + (-wide).exp()), 3e-7);
        }
    }
    assert_eq!(exp(-1e9), 0.0);
    assert_eq!(exp(f32::NEG_INFINITY), 0.0);
    assert_eq!(exp(1e9), f32::INFINITY);
    assert!(exp(f32::NAN).is_nan() && normal(f32::NAN).is_nan());
    // Φ(−3), Φ(−1), Φ(½) and Φ(2), from tables.
    for (x, wanted) in [
        (-3.0, 0.001_349_898_031_630_094_5),
        (-1.0, 0.158_655_253_931_457_05),
        (0.5, 0.691_462_461_274_013_1),
        (2.0, 0.977_249_868_051_820_8_f64),
    ] {
        let error = (f64::from(normal(x)) - wanted).abs() / wanted;
        assert!(error < 4e-7, "{x}: {error:.1e}");
    }
}

#[test]
fn activations_are_the_librarys() -> Result<()> {
    let x = (tensor(&[3, 7, 1_501], 1) * 4.0)?;
    let value = tensor(&[3, 7, 1_501], 2);
    let logistic = |x: &Tensor, by: f64| x * candle_nn::ops::sigmoid(&(x * by)?)?;
    for (function, wanted) in [
        (Function::Gelu, x.gelu_erf()?),
        (Function::GeluTanh, x.gelu()?),
        (Function::Logistic(1.0), x.silu()?),
        (Function::Logistic(1.702), logistic(&x, 1.702)?),
    ] {
        let far = apart(&activated(function, &x)?, &wanted);
        assert!(far < 1e-6, "{function:?}: {far:.1e}");
        let far = apart(&gated(function, &x, &value)?, &(wanted * &value)?);
        assert!(far < 1e-6, "{function:?} gated: {far:.1e}");
        let half = x.to_dtype(DType::BF16)?;
        let wanted = activated(function, &half.to_dtype(DType::F32)?)?.to_dtype(DType::BF16)?;
        assert_eq!(apart(&activated(function, &half)?, &wanted), 0.0);
    }
    Ok(())
}

fn plain_norm(x: &Tensor, norm: &Norm<'_>) -> Result<Tensor> {
    let rows = x.reshape(((), norm.width))?;
    let rows = if norm.centred {
        rows.broadcast_sub(&rows.mean_keepdim(D::Minus1)?)?
    } else {
        rows
    };
    let variance = rows.sqr()?.mean_keepdim(D::Minus1)?;
    let mut y = rows.broadcast_div(&(variance + norm.epsilon)?.sqrt()?)?;
    let whole = |row: &[f32]| Tensor::new(row, &Device::Cpu);
    if let Some(gain) = norm.gain {
        y = y.reshape(((), gain.len()))?.broadcast_mul(&whole(gain)?)?;
    }
    if let Some(bias) = norm.bias {
        y = y.reshape(((), bias.len()))?.broadcast_add(&whole(bias)?)?;
    }
    y.reshape(x.shape())
}

/// Scores, masks and softmax as they are defined.
fn plain_attention(q: &Tensor, k: &Tensor, v: &Tensor, of: &Attention<'_>) -> Result<Tensor> {
    let ((b, h, s, _), (_, kv, keys, _)) = (q.dims4()?, k.dims4()?);
    let spread = |x: &Tensor| {
        let (b, _, t, d) = x.dims4()?;
        let x = x.contiguous()?.unsqueeze(2)?;
        x.broadcast_as((b, kv, h / kv, t, d))?.reshape((b, h, t, d))
    };
    let (k, v) = (spread(k)?, spread(v)?);
    let q = q.contiguous()?;
    let mut scores = (q.matmul(&k.transpose(2, 3)?.contiguous()?)? * of.scale)?;
    if let Some(bias) = of.bias {
        let rows = bias.len() / h / keys;
        let bias = Tensor::from_slice(bias, (1, h, rows, keys), &Device::Cpu)?;
        scores = scores.broadcast_add(&bias)?;
    }
    if let Some(cap) = of.soft_cap {
        scores = ((scores / cap)?.tanh()? * cap)?;
    }
    let mut mask = vec![0.0_f32; b * s * keys];
    for (at, mask) in mask.iter_mut().enumerate() {
        let (row, query, key) = (at / s / keys, of.past + at / keys % s, at % keys);
        let near = of.window.is_none_or(|window| query.abs_diff(key) < window);
        let token = of.padding.is_none_or(|p| p[row * keys + key] >= 0.0);
        if !(near && token && (key <= query || !of.causal)) {
            *mask = f32::NEG_INFINITY;
        }
    }
    let scores = scores.broadcast_add(&Tensor::from_vec(mask, (b, 1, s, keys), &Device::Cpu)?)?;
    let weights = match of.sinks {
        None => candle_nn::ops::softmax_last_dim(&scores)?,
        Some(sinks) => {
            let sinks = Tensor::from_slice(sinks, (1, h, 1, 1), &Device::Cpu)?;
            let sinks = sinks.broadcast_as((b, h, s, 1))?;
            let with = Tensor::cat(&[&scores, &sinks.contiguous()?], 3)?;
            let with = candle_nn::ops::softmax_last_dim(&with)?;
            with.narrow(3, 0, keys)?.contiguous()?
        }
    };
    weights.matmul(&v)?.transpose(1, 2)?.reshape((b, s, ()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn products_are_the_librarys(
        rows in 1_usize..9, inner in 1_usize..90, out in 1_usize..3_000, bias: bool,
    ) {
        let (x, w) = (tensor(&[rows, inner], 3), tensor(&[out, inner], 4));
        let bias = bias.then(|| tensor(&[out], 5));
        let mut wanted = x.matmul(&w.t().expect("turned")).expect("a product");
        if let Some(bias) = &bias {
            wanted = wanted.broadcast_add(bias).expect("a sum");
        }
        let got = product(&x, &w, bias.as_ref()).expect("a product");
        prop_assert!(apart(&got, &wanted) < 2e-6);
        let half = |t: &Tensor| t.to_dtype(DType::BF16).expect("halves");
        let single = |t: &Tensor| t.to_dtype(DType::F32).expect("singles");
        let got = product(&half(&x), &half(&w), bias.as_ref().map(half).as_ref()).expect("a product");
        let wanted = single(&half(&x)).matmul(&single(&half(&w)).t().expect("turned"));
        let mut wanted = wanted.expect("a product");
        if let Some(bias) = &bias {
            wanted = wanted.broadcast_add(&single(&half(bias))).expect("a sum");
        }
        prop_assert!(apart(&got, &wanted) < 8e-3);
    }

    #[test]
    fn norms_are_the_formula(
        rows in 1_usize..40, groups in 1_usize..4, width in 1_usize..70, centred: bool, gain: bool,
        bias: bool, many: bool,
    ) {
        let rows = if many { rows * 500 } else { rows };
        let x = tensor(&[rows, groups * width], 6);
        let (g, o) = (numbers(groups * width, 7), numbers(groups * width, 8));
        let norm = Norm {
            centred,
            epsilon: 1e-5,
            gain: gain.then_some(&g),
            bias: bias.then_some(&o),
            width,
        };
        let wanted = plain_norm(&x, &norm).expect("a norm");
        // A few numbers about their mean may nearly agree: what the mean is
        // rounded by then counts up to 1/√ε ≈ 316 times.
        let room = if centred && width < 8 { 4e-5 } else { 4e-6 };
        prop_assert!(apart(&normed(&x, &norm).expect("a norm"), &wanted) < room);
    }

    #[test]
    fn rotations_turn_pairs(
        b in 1_usize..3, h in 1_usize..4, s in 1_usize..40, half in 1_usize..9, beyond in 0_usize..3,
        neighbours: bool,
    ) {
        let d = 2 * half + beyond;
        // Heads as they lie in the rows of a map.
        let x = tensor(&[b, s, h, d], 9).transpose(1, 2).expect("heads");
        let angles = numbers(s * half, 10);
        let cos: Vec<f32> = angles.iter().map(|a| a.cos()).collect();
        let sin: Vec<f32> = angles.iter().map(|a| a.sin()).collect();
        let pairs = if neighbours { Pairs::Neighbours } else { Pairs::Halves };
        let got = rotated(&x, pairs, &cos, &sin, half).expect("turned");
        let got = got.flatten_all().and_then(|t| t.to_vec1::<f32>()).expect("numbers");
        let x = x.flatten_all().and_then(|t| t.to_vec1::<f32>()).expect("numbers");
        for (at, (x, got)) in x.chunks(d).zip(got.chunks(d)).enumerate() {
            let mut wanted = x.to_vec();
            for pair in 0..half {
                let (i, j) = if neighbours { (2 * pair, 2 * pair + 1) } else { (pair, pair + half) };
                let (cos, sin) = (cos[at % s * half + pair], sin[at % s * half + pair]);
                wanted[i] = x[i] * cos - x[j] * sin;
                wanted[j] = x[j] * cos + x[i] * sin;
            }
            for (a, b) in wanted.iter().zip(got) {
                prop_assert!((a - b).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn attention_is_the_definition(
        b in 1_usize..3, kv in 1_usize..3, times in 1_usize..4, s in 1_usize..70,
        past in 0_usize..40, d in 1_usize..20, e in 1_usize..36,
        causal: bool, window in proptest::option::of(1_usize..50), cap: bool, sink: bool,
        bias in 0_usize..3, hidden in proptest::option::of(0_usize..5),
    ) {
        let (h, keys) = (kv * times, past + s);
        let q = tensor(&[b, s, h, d], 11).transpose(1, 2).expect("heads");
        let k = tensor(&[b, kv, keys + 3, d], 12).narrow(2, 0, keys).expect("held");
        let v = tensor(&[b, kv, keys + 3, e], 13).narrow(2, 0, keys).expect("held");
        let biases = match bias {
            0 => None,
            1 => Some(numbers(h * keys, 14)),
            _ => Some(numbers(h * s * keys, 15)),
        };
        let sinks = sink.then(|| numbers(h, 16));
        // Padding stands last, and every query sees something else.
        let padding = hidden.filter(|n| *n < s && !causal && window.is_none()).map(|n| {
            let one = (0..keys).map(|key| if key + n < keys { 0.0 } else { -3e38 });
            one.collect::<Vec<f32>>().repeat(b)
        });
        let attention = Attention {
            scale: 0.7,
            soft_cap: cap.then_some(3.0),
            causal,
            past,
            window,
            padding: padding.as_deref(),
            bias: biases.as_deref(),
            sinks: sinks.as_deref(),
        };
        let wanted = plain_attention(&q, &k, &v, &attention).expect("attention");
        let far = apart(&attend(&q, &k, &v, &attention).expect("attention"), &wanted);
        prop_assert!(far < 5e-6, "{far:.1e}");
    }
}

proptest! {
    #[test]
    fn sums_are_the_librarys(rows in 1_usize..40, columns in 1_usize..2_000, half: bool) {
        let dtype = if half { DType::BF16 } else { DType::F32 };
        let (x, y) = (tensor(&[rows, columns], 1), tensor(&[columns, rows], 2));
        let (x, y) = (x.to_dtype(dtype).expect("x"), y.to_dtype(dtype).expect("y"));
        let y = y.t().expect("another order");
        let wanted = (&x + &y).expect("a sum");
        prop_assert_eq!(apart(&sum(&x, &y).expect("a sum"), &wanted), 0.0);
        prop_assert!(sum(&x, &wanted.t().expect("another shape")).is_err() || rows == columns);
    }
}
