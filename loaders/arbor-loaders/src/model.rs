//! A model that can be asked: one face for every architecture.

use crate::net::{Answer, Embed, Layers, Rows, Source, State, TwoStreams};
use crate::{LoadError, Pickles, Seat, Tolerance, Weights, folder};
use arbor_genome::config::ConfigError;
use arbor_genome::gene::Part;
use arbor_genome::{Blueprint, Genome, Stacks, Task};
use candle_core::{DType, Device, Tensor};
use std::path::Path;

/// Rows of token ids, all of one length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    /// `[b][s]`.
    pub ids: Vec<Vec<u32>>,
    /// Which positions hold tokens; all, if empty.
    pub mask: Vec<Vec<bool>>,
    /// Token types; all zero, if empty.
    pub types: Vec<Vec<u32>>,
    /// When each position is predicted, for a model of any order (XLNet): its
    /// answer then sees positions of lower numbers only, not its own token.
    /// Empty: every position sees what it can, itself too.
    pub order: Vec<Vec<u32>>,
}

impl Input {
    /// One row without padding.
    #[must_use]
    pub fn row(ids: &[u32]) -> Self {
        Self {
            ids: vec![ids.to_vec()],
            ..Self::default()
        }
    }

    fn rows(&self) -> Rows {
        Rows {
            real: (!self.mask.is_empty()).then(|| self.mask.clone()),
        }
    }

    fn types(&self) -> Option<&[Vec<u32>]> {
        (!self.types.is_empty()).then_some(self.types.as_slice())
    }
}

#[derive(Debug)]
enum Net {
    Single {
        embed: Embed,
        layers: Layers,
    },
    TwoStream(Box<TwoStreams>),
    Pair {
        source: Embed,
        encoder: Layers,
        target: Embed,
        decoder: Layers,
    },
}

/// A loaded model.
#[derive(Debug)]
pub struct Model {
    blueprint: Blueprint,
    weights: Weights,
    net: Net,
    answer: Answer,
    dtype: DType,
}

/// What a model remembers of a text, to go on from.
#[derive(Clone, Debug)]
pub struct Memory {
    state: State,
    /// An encoder's states and the padding of its source.
    source: Option<(Tensor, Option<Tensor>)>,
}

impl Memory {
    /// What the encoder made of its source, `[b, s, w]` in single precision.
    pub(crate) fn source_states(&self) -> Option<Tensor> {
        let (states, _) = self.source.as_ref()?;
        states.to_dtype(DType::F32).ok()
    }
}

impl Model {
    /// Loads the model of a folder with `config.json` and safetensors.
    ///
    /// # Errors
    /// [`LoadError`] names the file, and the key or tensor.
    pub fn load(folder: &Path, dtype: DType, device: &Device) -> Result<Self, LoadError> {
        let (blueprint, weights) = Self::open(folder, Pickles::Refused)?;
        Self::build(blueprint, weights, dtype, device)
    }

    /// The same, in the numbers that its stored ones have there.
    ///
    /// # Errors
    /// As for [`Model::load`].
    pub fn load_on(folder: &Path, seat: &Seat) -> Result<Self, LoadError> {
        let (blueprint, weights) = Self::open(folder, seat.pickles())?;
        let dtype = seat.dtype(weights.dtype());
        Self::build(blueprint, weights, dtype, seat.device())
    }

    fn open(folder: &Path, pickles: Pickles) -> Result<(Blueprint, Weights), LoadError> {
        let text = folder::config(folder)?;
        let blueprint = Blueprint::read(&text)?;
        if let Some(value) = &blueprint.packed {
            // Packed weights are not unpacked yet.
            return Err(LoadError::from(ConfigError::Unsupported {
                key: "quantization_config.quant_method".to_owned(),
                value: value.clone(),
            }));
        }
        match Weights::open(folder, &blueprint, pickles) {
            Ok(weights) => Ok((blueprint, weights)),
            // Sentence encoders are often stored without the head that their
            // configuration still names.
            Err(error @ LoadError::Missing { .. }) if blueprint.task == Task::Masked => {
                let Ok(headless) = Blueprint::headless(&text) else {
                    return Err(error);
                };
                let Ok(weights) = Weights::open(folder, &headless, pickles) else {
                    return Err(error);
                };
                Ok((headless, weights.remarked("the class's head is in no file")))
            }
            Err(error) => Err(error),
        }
    }

    /// Builds a model from a configuration that is understood and weights
    /// that are accounted for.
    ///
    /// # Errors
    /// [`LoadError::Gene`] for genes that this loader cannot run, or any error
    /// of the tensor library.
    pub fn build(
        blueprint: Blueprint,
        weights: Weights,
        dtype: DType,
        device: &Device,
    ) -> Result<Self, LoadError> {
        let source = Source::new(&weights, dtype, device.clone());
        let net = match &blueprint.genome.stacks {
            Stacks::Single { embedding, stack } => Net::Single {
                embed: Embed::new(embedding, &source)?,
                layers: Layers::new(stack, &source)?,
            },
            Stacks::TwoStream {
                embedding,
                query,
                stack,
            } => Net::TwoStream(Box::new(TwoStreams::new(embedding, query, stack, &source)?)),
            Stacks::Pair {
                encoder_embedding,
                encoder,
                decoder_embedding,
                decoder,
            } => Net::Pair {
                source: Embed::new(encoder_embedding, &source)?,
                encoder: Layers::new(encoder, &source)?,
                target: Embed::new(decoder_embedding, &source)?,
                decoder: Layers::new(decoder, &source)?,
            },
        };
        let answer = Answer::new(&blueprint.genome.head, &source)?;
        drop(source);
        Ok(Self {
            blueprint,
            weights,
            net,
            answer,
            dtype,
        })
    }

    /// The numbers it computes in.
    #[must_use]
    pub const fn dtype(&self) -> DType {
        self.dtype
    }

    /// What honest computations in these numbers differ by.
    #[must_use]
    pub fn tolerance(&self) -> Tolerance {
        let parts = self.blueprint.inventory.by_part();
        let experts = parts.get(&Part::Experts).copied().unwrap_or(0);
        Tolerance::of(self.dtype, experts > 0)
    }

    /// What the configuration says.
    #[must_use]
    pub const fn blueprint(&self) -> &Blueprint {
        &self.blueprint
    }

    /// The same model under a genome that says something else of it, to see
    /// whether a law notices.
    #[must_use]
    pub fn claiming(mut self, say: impl FnOnce(&mut Genome)) -> Self {
        say(&mut self.blueprint.genome);
        self
    }

    /// Takes the model apart, to build another from the same weights.
    #[must_use]
    pub fn into_parts(self) -> (Blueprint, Weights) {
        (self.blueprint, self.weights)
    }

    /// The tensors, accounted for.
    #[must_use]
    pub const fn weights(&self) -> &Weights {
        &self.weights
    }

    /// An empty memory. A model with an encoder reads the source first.
    ///
    /// # Errors
    /// [`LoadError::Input`] if a source is missing or not wanted.
    pub fn memory(&self, source: Option<&Input>) -> Result<Memory, LoadError> {
        match (&self.net, source) {
            (Net::Single { layers, .. }, None) => Ok(Memory {
                state: layers.state(),
                source: None,
            }),
            (Net::TwoStream(streams), None) => Ok(Memory {
                state: streams.layers.state(),
                source: None,
            }),
            (
                Net::Pair {
                    source: embed,
                    encoder,
                    decoder,
                    ..
                },
                Some(input),
            ) => {
                let x = embed.forward(&input.ids, input.types(), 0, &input.rows())?;
                let padding = input.rows().padding(x.device())?;
                let states = encoder.forward(&x, padding.clone(), None, &mut encoder.state())?;
                Ok(Memory {
                    state: decoder.state(),
                    source: Some((states, padding)),
                })
            }
            (Net::Single { .. } | Net::TwoStream(_), Some(_)) => Err(LoadError::Input(
                "this model has no encoder to read a source".to_owned(),
            )),
            (Net::Pair { .. }, None) => Err(LoadError::Input(
                "this model needs a source for its encoder".to_owned(),
            )),
        }
    }

    /// Runs more positions: logits `[b, s, vocabulary]` for every one of them,
    /// or states `[b, s, w]` where the model has no head; single precision.
    ///
    /// # Errors
    /// [`LoadError::Input`] for ids beyond the vocabulary or uneven rows.
    pub fn forward(&self, input: &Input, memory: &mut Memory) -> Result<Tensor, LoadError> {
        let states = self.raw_states(input, memory)?;
        Ok(self.answer.forward(&states)?)
    }

    /// As [`Model::forward`], but the answer of the last position alone,
    /// `[b, 1, …]`: a head may cost as much as several layers.
    pub(crate) fn last(&self, input: &Input, memory: &mut Memory) -> Result<Tensor, LoadError> {
        let states = self.raw_states(input, memory)?;
        let last = states.dim(1)?.saturating_sub(1);
        Ok(self.answer.forward(&states.narrow(1, last, 1)?)?)
    }

    /// Runs more positions, and gives the last states `[b, s, w]` before the
    /// head, in single precision.
    ///
    /// # Errors
    /// As of [`Model::forward`].
    pub fn states(&self, input: &Input, memory: &mut Memory) -> Result<Tensor, LoadError> {
        Ok(self.raw_states(input, memory)?.to_dtype(DType::F32)?)
    }

    fn raw_states(&self, input: &Input, memory: &mut Memory) -> Result<Tensor, LoadError> {
        let past = memory.state.length;
        let rows = input.rows();
        let (embed, layers) = match &self.net {
            Net::Single { embed, layers } => (embed, layers),
            Net::TwoStream(streams) => {
                return streams.forward(input, &rows, &mut memory.state);
            }
            Net::Pair {
                target, decoder, ..
            } => (target, decoder),
        };
        if !input.order.is_empty() {
            return Err(LoadError::Input(
                "this model predicts in one order only".to_owned(),
            ));
        }
        let x = embed.forward(&input.ids, input.types(), past, &rows)?;
        let padding = rows.padding(x.device())?;
        let source = memory
            .source
            .as_ref()
            .map(|(states, padding)| (states, padding.clone()));
        Ok(layers.forward(&x, padding, source, &mut memory.state)?)
    }
}
