//! Numbers and small genes in words.

use crate::gene::{
    AbsolutePosition, Counting, Gain, Norm, NormKind, RotaryPairs, RotaryScaling, ScoreBias,
    SinusoidLayout, Slopes,
};

/// A whole number in groups of three digits.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number as short as it can be said exactly.
pub(super) fn real(number: f64) -> String {
    if number.fract() == 0.0 && (0.0..1e15).contains(&number) {
        grouped(number as u64)
    } else if number.abs() < 1e-3 || number.abs() >= 1e15 {
        format!("{number:e}")
    } else {
        number.to_string()
    }
}

pub(super) fn norm(norm: &Norm) -> String {
    let kind = match norm.kind {
        NormKind::Layer => "layer norm",
        NormKind::None => return "none".to_owned(),
        NormKind::Rms => "root-mean-square norm",
    };
    let gain = match &norm.gain {
        Gain::None => " without weights",
        Gain::Weight(_) | Gain::Rows(_) => "",
        Gain::OnePlus(_) => " with one plus its weight",
    };
    let bias = if norm.bias.is_some() { " and bias" } else { "" };
    format!("{kind}{gain}{bias}")
}

pub(super) const fn pairs(pairs: RotaryPairs) -> &'static str {
    match pairs {
        RotaryPairs::Halves => "halves",
        RotaryPairs::HalvesBack => "halves, turned back",
        RotaryPairs::Neighbours => "neighbours",
    }
}

pub(super) fn scaling(scaling: &RotaryScaling) -> String {
    match scaling {
        RotaryScaling::None => "none".to_owned(),
        RotaryScaling::Linear { factor } => format!("linear × {}", real(*factor)),
        RotaryScaling::Dynamic { factor, original } => {
            let original = grouped(*original);
            format!("dynamic × {} beyond {original} positions", real(*factor))
        }
        RotaryScaling::Ntk { alpha } => format!("of the base by {}", real(*alpha)),
        RotaryScaling::Steps {
            original,
            stepped,
            grown,
        } => {
            let original = grouped(*original);
            let what = match (stepped, grown) {
                (true, true) => "of the base in steps, queries by a logarithm",
                (true, false) => "of the base in steps",
                (false, _) => "queries by a logarithm",
            };
            format!("{what}, beyond {original} positions")
        }
        RotaryScaling::Yarn {
            factor,
            original,
            beta_fast,
            beta_slow,
            truncate,
            attention_factor,
        } => format!(
            "YaRN × {} from {} positions, {} to {} rotations{}, attention × {}",
            real(*factor),
            grouped(*original),
            real(*beta_slow),
            real(*beta_fast),
            if *truncate { "" } else { " not rounded" },
            real(*attention_factor),
        ),
        RotaryScaling::Llama3 {
            factor,
            low,
            high,
            original,
        } => format!(
            "Llama 3's × {} from {} positions, {} to {} rotations",
            real(*factor),
            grouped(*original),
            real(*low),
            real(*high),
        ),
        RotaryScaling::LongRope {
            short,
            long,
            original,
            attention_factors: [near, far],
        } => {
            // The factors are too many to say; their sums tell lists apart.
            let sum = |list: &[f64]| real(list.iter().sum());
            format!(
                "LongRoPE from {} positions, factors of {} and {} in all, attention × {} and {}",
                grouped(*original),
                sum(short),
                sum(long),
                real(*near),
                real(*far),
            )
        }
    }
}

pub(super) fn bias(bias: &ScoreBias) -> String {
    match bias {
        ScoreBias::None => "none".to_owned(),
        ScoreBias::Alibi(Slopes::Standard) => "ALiBi".to_owned(),
        ScoreBias::Alibi(Slopes::StandardBf16 { .. }) => "ALiBi in bfloat16".to_owned(),
        ScoreBias::Alibi(Slopes::Mpt { max }) => format!("ALiBi up to {}", real(*max)),
        ScoreBias::Buckets {
            table,
            max_distance,
            sides: _,
        } => {
            let buckets = table.shape().dims().first().copied().unwrap_or(0);
            let (buckets, far) = (grouped(buckets), grouped(*max_distance));
            format!("{buckets} buckets of distances up to {far}")
        }
        ScoreBias::Disentangled(found) => {
            let distances = found.buckets.unwrap_or(found.span);
            format!("disentangled, {} distances", grouped(distances))
        }
        ScoreBias::Distances(found) if found.keys_too => {
            "vectors of distances, keys too".to_owned()
        }
        ScoreBias::Distances(_) => "vectors of distances".to_owned(),
        ScoreBias::Xl(_) => "Transformer-XL's".to_owned(),
    }
}

const fn counting(counting: Counting) -> &'static str {
    match counting {
        Counting::All => "",
        Counting::AfterPad(_) => ", counted from the padding token's number",
        Counting::Unmasked { .. } => ", padding not counted",
    }
}

pub(super) fn positions(positions: &AbsolutePosition) -> String {
    match positions {
        AbsolutePosition::None => "none".to_owned(),
        AbsolutePosition::AfterNorm(within) => {
            format!("{}, after the norm", self::positions(within))
        }
        AbsolutePosition::OnPage { positions, .. } => {
            format!("{}, and places on a page", self::positions(positions))
        }
        AbsolutePosition::Learned {
            table,
            counting: by,
            ..
        } => {
            let rows = table.shape().dims().first().copied().unwrap_or(0);
            format!("a learned table of {}{}", grouped(rows), counting(*by))
        }
        AbsolutePosition::Sinusoidal {
            layout,
            counting: by,
            ..
        } => {
            let order = match layout {
                SinusoidLayout::Halves => "sines before cosines",
                SinusoidLayout::Interleaved => "sines and cosines in turn",
                SinusoidLayout::HalvesInclusive => "sines before cosines, the last frequency whole",
            };
            format!("{order}{}", counting(*by))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{grouped, real};

    #[test]
    fn numbers_are_said_shortly() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(128_256), "128,256");
        assert_eq!(real(500_000.0), "500,000");
        assert_eq!(real(1e-5), "1e-5");
        assert_eq!(real(0.25), "0.25");
        assert_eq!(real(-2.0), "-2");
    }
}
