//! Mistakes in mixers that carry a state, and in what stands beside them.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a mistake is made where a gene offers it, and nowhere else"
)]

use super::{no_bias, set};
use arbor_genome::gene::{Activation, Gain, Mixer, Norm, OutputGate};
use std::mem::swap;

/// Changes something in a mixer; says whether there was anything to change.
type Change = fn(&mut Mixer) -> bool;

pub(super) const ALL: &[(&str, Change)] = &[
    ("convolution: bias ignored", |m| match m {
        Mixer::Mamba(m) => m.convolution_bias.take().is_some(),
        Mixer::Mamba2(m) => m.convolution_bias.take().is_some(),
        Mixer::ShortConvolution(m) => m.convolution_bias.take().is_some(),
        _ => false,
    }),
    ("global tokens: blocks one longer", |m| match m {
        Mixer::GlobalLocal(m) => {
            m.block += 1;
            true
        }
        Mixer::TransientGlobal(m) => {
            m.block += 1;
            true
        }
        _ => false,
    }),
    ("global tokens: norm's weight ignored", |m| match m {
        Mixer::GlobalLocal(m) => set(&mut m.norm.gain, Gain::None),
        Mixer::TransientGlobal(m) => set(&mut m.norm.gain, Gain::None),
        _ => false,
    }),
    ("recurrence: another activation", |m| {
        activation(m).is_some_and(|a| {
            let other = match a {
                Activation::GeluTanh => Activation::Gelu,
                _ => Activation::GeluTanh,
            };
            set(a, other)
        })
    }),
    ("recurrence: bias of the output ignored", |m| match m {
        Mixer::Mamba(m) => no_bias(&mut m.output),
        Mixer::Mamba2(m) => no_bias(&mut m.output),
        Mixer::RgLru(m) => no_bias(&mut m.output),
        _ => false,
    }),
    ("recurrence: bias of steps ignored", |m| match m {
        Mixer::Mamba(m) => no_bias(&mut m.step),
        _ => false,
    }),
    ("recurrence: gate and input swapped", |m| match m {
        Mixer::RgLru(m) => {
            swap(&mut m.input, &mut m.gate);
            true
        }
        _ => false,
    }),
    (
        "recurrence: input's and recurrence's gates swapped",
        |m| match m {
            Mixer::RgLru(m) => {
                swap(&mut m.input_gate, &mut m.recurrence_gate);
                true
            }
            _ => false,
        },
    ),
    ("recurrence: keys and values swapped", |m| match m {
        Mixer::Rwkv(m) => {
            m.maps.swap(0, 1);
            true
        }
        Mixer::GatedDelta(m) => {
            let same = m.maps[1].weight.shape() == m.maps[2].weight.shape();
            if same {
                m.maps.swap(1, 2);
            }
            same
        }
        _ => false,
    }),
    ("recurrence: layer's number one off", |m| match m {
        Mixer::Linear(m) => {
            m.depth.0 += 1;
            true
        }
        _ => false,
    }),
    (
        "recurrence: norm of the output after the gate or before",
        |m| match m {
            Mixer::Mamba2(m) => match m.gate.clone() {
                OutputGate::Plain => false,
                OutputGate::ThenNorm(norm) => set(&mut m.gate, OutputGate::AfterNorm(norm)),
                OutputGate::AfterNorm(norm) => set(&mut m.gate, OutputGate::ThenNorm(norm)),
            },
            _ => false,
        },
    ),
    ("recurrence: norm's epsilon tenfold", |m| {
        norms(m)
            .into_iter()
            .map(|n| {
                n.epsilon *= 10.0;
                true
            })
            .fold(false, |a, c| a | c)
    }),
    ("recurrence: norm's weight ignored", |m| {
        norms(m)
            .into_iter()
            .map(|n| set(&mut n.gain, Gain::None))
            .fold(false, |a, c| a | c)
    }),
    ("recurrence: skip and steps' bias swapped", |m| match m {
        Mixer::Mamba2(m) => {
            swap(&mut m.skip, &mut m.step_bias);
            true
        }
        _ => false,
    }),
    // What steps are initialised between is no limit to them.
    ("recurrence: steps kept between other limits", |m| match m {
        Mixer::Mamba2(m) => set(&mut m.step_limits, (0.001, 0.1)),
        _ => false,
    }),
    ("time mixing: decay and bonus swapped", |m| match m {
        Mixer::Rwkv(m) => {
            swap(&mut m.decay, &mut m.first);
            true
        }
        _ => false,
    }),
    (
        "time mixing: shares of the token before swapped",
        |m| match m {
            Mixer::Rwkv(m) => {
                m.mix.swap(0, 2);
                true
            }
            _ => false,
        },
    ),
];

fn activation(mixer: &mut Mixer) -> Option<&mut Activation> {
    match mixer {
        Mixer::GatedDelta(m) => Some(&mut m.activation),
        Mixer::Linear(m) => Some(&mut m.activation),
        Mixer::Mamba(m) => Some(&mut m.activation),
        Mixer::Mamba2(m) => Some(&mut m.activation),
        Mixer::RgLru(m) => Some(&mut m.activation),
        _ => None,
    }
}

fn norms(mixer: &mut Mixer) -> Vec<&mut Norm> {
    match mixer {
        Mixer::GatedDelta(m) => vec![&mut m.norm],
        Mixer::Linear(m) => vec![&mut m.norm],
        Mixer::Mamba(m) => m.select_norms.iter_mut().flatten().collect(),
        Mixer::Mamba2(m) => match &mut m.gate {
            OutputGate::ThenNorm(norm) | OutputGate::AfterNorm(norm) => vec![norm],
            OutputGate::Plain => Vec::new(),
        },
        _ => Vec::new(),
    }
}
