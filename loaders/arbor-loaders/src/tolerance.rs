//! What honest computations differ by, by number format: one table, whose
//! figures were measured and stand with their reasons in
//! `docs/VALIDATION.md`. Changing one needs a new measurement.

use candle_core::DType;

/// Limits of one number format. Distances are in units of the answers'
/// spread, log-probabilities in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// Less than this is the noise of another order of summation.
    pub same: f64,
    /// What a position that must not depend on a change may still move by.
    pub leak: f64,
    /// More than this is a dependence; between the two nothing is concluded.
    pub other: f64,
    /// How far two log-probabilities of a token may lie apart.
    pub nats: f64,
    /// How far any number may lie from our own run in single precision;
    /// infinite where one outlier says nothing.
    pub far: f64,
    /// How large the mean squared difference from that run may be, in units
    /// of the variance.
    pub nmse: f64,
    /// How large the mean divergence from that run may be.
    pub kl: f64,
    /// From which margin on the likeliest word must be the same.
    pub margin: f64,
}

/// Single precision.
pub(crate) const F32: Tolerance = Tolerance {
    same: 2e-5,
    leak: 2e-5,
    other: 1e-4,
    nats: 1e-4,
    far: 2e-5,
    nmse: 1e-9,
    kl: 1e-9,
    margin: 1e-4,
};

const F16: Tolerance = Tolerance {
    same: 3e-2,
    leak: 1e-3,
    other: 2e-3,
    nats: 3e-2,
    far: f64::INFINITY,
    nmse: 1e-4,
    kl: 3e-4,
    margin: 5e-2,
};

const BF16: Tolerance = Tolerance {
    same: 2e-1,
    leak: 1e-2,
    other: 2e-2,
    nats: 2e-1,
    far: f64::INFINITY,
    nmse: 5e-3,
    kl: 2e-2,
    margin: 3e-1,
};

impl Tolerance {
    /// The limits of a number format. Where routers pick experts, rounding
    /// can pick another one, and a token's whole answer moves.
    #[must_use]
    pub fn of(dtype: DType, routed: bool) -> Self {
        let plain = if dtype == DType::BF16 {
            BF16
        } else if dtype == DType::F16 {
            F16
        } else {
            return F32;
        };
        if !routed {
            return plain;
        }
        Self {
            same: 1.0,
            nats: 1.0,
            nmse: plain.nmse.max(2e-3),
            kl: plain.kl.max(2e-3),
            margin: 1.0,
            ..plain
        }
    }
}
