//! What ELMo computes (Peters et al. 2018, arXiv 1802.05365; bilm-tf,
//! `bilm/model.py`): convolutions over a word's characters, highways, and LSTMs
//! with a projection, cells and states clipped. `b` rows, `s` words, `w` width.

use super::options::{Activation, Options};
use super::weights::{Tensors, cell};
use super::word::{CHARACTERS, Word};
use crate::{DType, Device, LoadError, Tensor};
use candle_core::{D, Result};
use candle_nn::ops::sigmoid;

/// Words to vectors.
#[derive(Debug)]
pub(super) struct Characters {
    table: Tensor,
    length: usize,
    /// `[width · table, count]` and the bias, with the width.
    convolutions: Vec<(usize, Tensor, Tensor)>,
    activation: Activation,
    highways: Vec<[(Tensor, Tensor); 2]>,
    projection: Option<(Tensor, Tensor)>,
}

impl Characters {
    pub(super) fn new(
        options: &Options,
        tensors: &mut Tensors,
    ) -> std::result::Result<Self, LoadError> {
        let characters = &options.char_cnn;
        let dim = characters.embedding.dim;
        // Row 0 is a place without a word.
        let none = Tensor::zeros((1, dim), DType::F32, &Device::Cpu)?;
        let table = Tensor::cat(&[none, tensors.take("char_embed")?], 0)?;
        let mut convolutions = Vec::new();
        for (at, (width, count)) in characters.filters.iter().enumerate() {
            let map = tensors.take(&format!("CNN/W_cnn_{at}"))?;
            let bias = tensors.take(&format!("CNN/b_cnn_{at}"))?;
            convolutions.push((*width, map.reshape((width * dim, *count))?, bias));
        }
        let mut highways = Vec::new();
        for at in 0..characters.n_highway {
            let mut gate = |part: &str| {
                let map = tensors.take(&format!("CNN_high_{at}/W_{part}"))?;
                let bias = tensors.take(&format!("CNN_high_{at}/b_{part}"))?;
                Ok::<_, LoadError>((map, bias))
            };
            highways.push([gate("carry")?, gate("transform")?]);
        }
        let projection = (options.convolved() != options.lstm.projection_dim).then(|| {
            let map = tensors.take("CNN_proj/W_proj")?;
            Ok::<_, LoadError>((map, tensors.take("CNN_proj/b_proj")?))
        });
        Ok(Self {
            table,
            length: characters.max_characters_per_token,
            convolutions,
            activation: characters.activation,
            highways,
            projection: projection.transpose()?,
        })
    }

    /// Rows of words, all of one length, to `[b, s, w]`.
    pub(super) fn forward(&self, rows: &[Vec<Word>]) -> std::result::Result<Tensor, LoadError> {
        let words = rows.first().map_or(0, Vec::len);
        let ids: Vec<u32> = rows
            .iter()
            .flatten()
            .flat_map(|word| word.0.clone())
            .collect();
        let count = rows.len() * words;
        let fits =
            count > 0 && ids.len() == count * self.length && ids.iter().all(|id| *id < CHARACTERS);
        if !fits {
            return Err(LoadError::Input(format!(
                "rows of words are wanted, each of {} characters below {CHARACTERS}",
                self.length
            )));
        }
        let ids = Tensor::from_vec(ids, count * self.length, &Device::Cpu)?;
        let dim = self.table.dim(1)?;
        let letters = self.table.index_select(&ids, 0)?;
        let letters = letters.reshape((count, self.length, dim))?;
        let mut parts = Vec::new();
        for (width, map, bias) in &self.convolutions {
            let places = self.length + 1 - width;
            let shifted = (0..*width).map(|at| letters.narrow(1, at, places));
            let windows = Tensor::cat(&shifted.collect::<Result<Vec<_>>>()?, 2)?;
            let windows = windows.reshape((count * places, width * dim))?;
            let all = windows.matmul(map)?.reshape((count, places, ()))?;
            let best = all.max(1)?.broadcast_add(bias)?;
            parts.push(match self.activation {
                Activation::Relu => best.relu()?,
                Activation::Tanh => best.tanh()?,
            });
        }
        let mut x = Tensor::cat(&parts, 1)?;
        for [carry, transform] in &self.highways {
            let gate = sigmoid(&mapped(&x, carry)?)?;
            let other = mapped(&x, transform)?.relu()?;
            x = ((&gate * other)? + ((1.0 - gate)? * x)?)?;
        }
        if let Some(projection) = &self.projection {
            x = mapped(&x, projection)?;
        }
        Ok(x.reshape((rows.len(), words, ()))?)
    }
}

fn mapped(x: &Tensor, (map, bias): &(Tensor, Tensor)) -> Result<Tensor> {
    x.matmul(map)?.broadcast_add(bias)
}

#[derive(Debug)]
struct Lstm {
    /// `[w, 4d]` of the input and `[w, 4d]` of the state before.
    input: Tensor,
    state: Tensor,
    bias: Tensor,
    projection: Tensor,
}

/// The layers of one direction.
#[derive(Debug)]
pub(super) struct Direction {
    layers: Vec<Lstm>,
    cell_clip: Option<f64>,
    state_clip: Option<f64>,
    skip: bool,
    backward: bool,
}

/// What a direction remembers: each layer's cells and states.
#[derive(Clone, Debug, Default)]
pub struct Remembered(Vec<(Tensor, Tensor)>);

impl Direction {
    pub(super) fn new(
        options: &Options,
        backward: bool,
        tensors: &mut Tensors,
    ) -> std::result::Result<Self, LoadError> {
        let lstm = &options.lstm;
        let width = lstm.projection_dim;
        let mut layers = Vec::new();
        for layer in 0..lstm.n_layers {
            let cell = cell(usize::from(backward), layer);
            let both = tensors.take(&format!("{cell}/W_0"))?;
            layers.push(Lstm {
                input: both.narrow(0, 0, width)?.contiguous()?,
                state: both.narrow(0, width, width)?.contiguous()?,
                bias: tensors.take(&format!("{cell}/B"))?,
                projection: tensors.take(&format!("{cell}/W_P_0"))?,
            });
        }
        Ok(Self {
            layers,
            cell_clip: lstm.cell_clip,
            state_clip: lstm.proj_clip,
            skip: lstm.use_skip_connections,
            backward,
        })
    }

    /// `[b, s, w]` → `[b, s, w]`, each word after those read before it; `real`
    /// is `[b, s, 1]`, 0 for a place without a word.
    pub(super) fn forward(
        &self,
        x: &Tensor,
        real: &Tensor,
        memory: &mut Remembered,
    ) -> Result<Tensor> {
        let (rows, words, width) = x.dims3()?;
        let mut x = x.clone();
        for (at, layer) in self.layers.iter().enumerate() {
            if memory.0.len() <= at {
                let zeros = |wide| Tensor::zeros((rows, wide), DType::F32, &Device::Cpu);
                memory
                    .0
                    .push((zeros(layer.projection.dim(0)?)?, zeros(width)?));
            }
            let (mut cell, mut state) = memory.0[at].clone();
            let inputs = x
                .broadcast_matmul(&layer.input)?
                .broadcast_add(&layer.bias)?;
            let mut states = Vec::with_capacity(words);
            for step in 0..words {
                let place = if self.backward {
                    words - 1 - step
                } else {
                    step
                };
                let here = real.narrow(1, place, 1)?.squeeze(1)?;
                let input = inputs.narrow(1, place, 1)?.squeeze(1)?;
                let (new_cell, new_state) = self.step(layer, &input, &cell, &state)?;
                cell = chosen(&here, &new_cell, &cell)?;
                state = chosen(&here, &new_state, &state)?;
                states.push(state.clone());
            }
            memory.0[at] = (cell, state);
            if self.backward {
                states.reverse();
            }
            let states = Tensor::stack(&states, 1)?;
            x = if self.skip && at > 0 {
                (states + x)?
            } else {
                states
            };
        }
        Ok(x)
    }

    /// Gates in the order of TensorFlow's `LSTMCell`: input, new, forget,
    /// output; the forget gate is 1 higher.
    fn step(
        &self,
        layer: &Lstm,
        input: &Tensor,
        cell: &Tensor,
        state: &Tensor,
    ) -> Result<(Tensor, Tensor)> {
        let gates = (input + state.matmul(&layer.state)?)?;
        let gates = gates.chunk(4, D::Minus1)?;
        let [enter, new, forget, leave] = gates.as_slice() else {
            candle_core::bail!("four gates are wanted")
        };
        let kept = (sigmoid(&(forget + 1.0)?)? * cell)?;
        let cell = clipped((kept + (sigmoid(enter)? * new.tanh()?)?)?, self.cell_clip)?;
        let state = (sigmoid(leave)? * cell.tanh()?)?.matmul(&layer.projection)?;
        Ok((cell, clipped(state, self.state_clip)?))
    }
}

fn clipped(x: Tensor, limit: Option<f64>) -> Result<Tensor> {
    match limit {
        Some(limit) => x.clamp(-limit, limit),
        None => Ok(x),
    }
}

/// The new numbers where there is a word, the old ones elsewhere.
fn chosen(here: &Tensor, new: &Tensor, old: &Tensor) -> Result<Tensor> {
    new.broadcast_mul(here)? + old.broadcast_mul(&(1.0 - here)?)?
}
