//! What a model's layers keep of a text, in numbers: keys and values by
//! position, latent vectors, states that do not grow.

use super::MemoryError;
use crate::gene::{Attention, Block, FeedForward, KeyValue, Mamba2, Mixer, Stack};
use crate::{Genome, Parameter, Stacks};
use arbor_model::Mask;
use std::collections::BTreeMap;

arbor_model::words! {
    /// What kind of engine keeps it.
    Policy: "cache policy" {
        /// Keys and values of every head and position, as the simplest do.
        Full = "full",
        /// As full, but of latent attention the latent vector alone.
        Latent = "latent",
        /// The latent vector alone, and nothing that a window hides.
        Least = "least",
        /// As full, but nothing that a window hides.
        Windowed = "windowed",
    }
}

impl Policy {
    const fn latent(self) -> bool {
        match self {
            Self::Latent | Self::Least => true,
            Self::Full | Self::Windowed => false,
        }
    }

    const fn windowed(self) -> bool {
        match self {
            Self::Least | Self::Windowed => true,
            Self::Full | Self::Latent => false,
        }
    }
}

/// What is kept of one text, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// For each position, by how many of the last positions are kept at most;
    /// none: all of them.
    pub positions: BTreeMap<Option<u64>, u64>,
    /// For each position of a source.
    pub source: u64,
    /// However long the text is.
    pub state: u64,
}

impl Kept {
    fn add(&mut self, window: Option<u64>, factors: &[u64]) -> Result<(), MemoryError> {
        let slot = self.positions.entry(window).or_default();
        *slot = sum(*slot, factors)?;
        Ok(())
    }

    fn state(&mut self, factors: &[u64]) -> Result<(), MemoryError> {
        self.state = sum(self.state, factors)?;
        Ok(())
    }

    /// The inputs that a convolution looks back at.
    fn convolution(&mut self, weight: &Parameter) -> Result<(), MemoryError> {
        let dims = weight.shape().dims();
        let channels = dims.first().copied().unwrap_or(0);
        let kernel = dims.last().copied().unwrap_or(0);
        self.state(&[channels, kernel.saturating_sub(1)])
    }

    fn attention(&mut self, attention: &Attention, policy: Policy) -> Result<(), MemoryError> {
        let window = attention.window.filter(|_| policy.windowed());
        self.add(window, &per_position(attention, policy)?)
    }

    fn mamba2(&mut self, mixer: &Mamba2) -> Result<(), MemoryError> {
        self.convolution(&mixer.convolution)?;
        self.state(&[mixer.heads, mixer.head_size, mixer.state])
    }

    fn mixer(&mut self, mixer: &Mixer, policy: Policy) -> Result<(), MemoryError> {
        match mixer {
            Mixer::Attention(attention) => self.attention(attention, policy),
            Mixer::GlobalLocal(mixer) => self.attention(&mixer.attention, policy),
            Mixer::TransientGlobal(mixer) => self.attention(&mixer.attention, policy),
            Mixer::GatedDelta(mixer) => {
                self.convolution(&mixer.convolution)?;
                self.state(&[mixer.value_heads, mixer.key_size, mixer.value_size])
            }
            Mixer::Linear(mixer) => self.state(&[mixer.heads, mixer.head_size, mixer.head_size]),
            Mixer::Mamba(mixer) => {
                self.convolution(&mixer.convolution)?;
                self.state(&[mixer.inner, mixer.state])
            }
            Mixer::Mamba2(mixer) => self.mamba2(mixer),
            Mixer::RgLru(mixer) => {
                self.convolution(&mixer.convolution)?;
                self.state(&[mixer.inner])
            }
            Mixer::Rwkv(mixer) => {
                // The token before; numerator, denominator and the largest
                // exponent of each channel.
                let [before, inner] = [&mixer.mix[0], &mixer.decay].map(|p| p.shape().elements());
                self.state(&[before])?;
                self.state(&[3, inner])
            }
            Mixer::Shared(mixer) => {
                self.attention(&mixer.attention, policy)?;
                self.mamba2(&mixer.mixer)
            }
            Mixer::ShortConvolution(mixer) => self.convolution(&mixer.convolution),
            Mixer::Positionwise(feed_forward) => self.feed_forward(feed_forward),
            Mixer::Sum(mixers) => mixers
                .iter()
                .try_for_each(|mixer| self.mixer(mixer, policy)),
        }
    }

    fn feed_forward(&mut self, feed_forward: &FeedForward) -> Result<(), MemoryError> {
        match feed_forward {
            FeedForward::Rwkv(layer) => self.state(&[layer.mix[0].shape().elements()]),
            FeedForward::None
            | FeedForward::Dense { .. }
            | FeedForward::Experts(_)
            | FeedForward::Limited { .. }
            | FeedForward::Xielu { .. } => Ok(()),
        }
    }

    fn layer(&mut self, layer: &Block, policy: Policy) -> Result<(), MemoryError> {
        self.mixer(&layer.mixer, policy)?;
        self.feed_forward(&layer.feed_forward)?;
        if let Some(cross) = &layer.cross {
            self.source = sum(self.source, &per_position(&cross.attention, policy)?)?;
        }
        Ok(())
    }
}

/// A key and a value, or what both are made from.
fn per_position(attention: &Attention, policy: Policy) -> Result<[u64; 2], MemoryError> {
    let classic = |heads| {
        let both = attention.head_size.checked_add(attention.value_size);
        both.map(|both| [heads, both]).ok_or(MemoryError::TooLarge)
    };
    match &attention.key_value {
        KeyValue::Full { .. } | KeyValue::Differential { .. } => classic(attention.kv_heads),
        KeyValue::Latent { down, rotated, .. } if policy.latent() => {
            let both = down.outputs().checked_add(rotated.outputs());
            both.map(|both| [1, both]).ok_or(MemoryError::TooLarge)
        }
        KeyValue::Latent { .. } => classic(attention.heads),
    }
}

fn sum(start: u64, factors: &[u64]) -> Result<u64, MemoryError> {
    let product = factors
        .iter()
        .try_fold(1_u64, |n, factor| n.checked_mul(*factor));
    product
        .and_then(|product| start.checked_add(product))
        .ok_or(MemoryError::TooLarge)
}

impl Genome {
    /// The stack that is asked again for each new token and so remembers; an
    /// encoder reads its text at once.
    fn remembering(&self) -> Option<&Stack> {
        match &self.stacks {
            Stacks::Single { stack, .. } => match stack.mask {
                Mask::Causal | Mask::Mixed | Mask::Prefix => Some(stack),
                Mask::Bidirectional | Mask::None => None,
            },
            Stacks::TwoStream { .. } => None,
            Stacks::Pair { decoder, .. } => Some(decoder),
        }
    }

    /// What an engine of this kind keeps of one text.
    ///
    /// # Errors
    /// [`MemoryError::TooLarge`] past 64 bits.
    pub fn kept(&self, policy: Policy) -> Result<Kept, MemoryError> {
        let mut kept = Kept::default();
        for layer in self.remembering().into_iter().flat_map(|s| &s.layers) {
            kept.layer(layer, policy)?;
        }
        Ok(kept)
    }

    /// The policies that make a difference here, the plainest first; the last
    /// one keeps the least.
    ///
    /// # Errors
    /// [`MemoryError::TooLarge`] past 64 bits.
    pub fn policies(&self) -> Result<Vec<(Policy, Kept)>, MemoryError> {
        let mut found: Vec<(Policy, Kept)> = Vec::new();
        for policy in [
            Policy::Full,
            Policy::Latent,
            Policy::Windowed,
            Policy::Least,
        ] {
            let kept = self.kept(policy)?;
            if found.iter().all(|(_, known)| *known != kept) {
                found.push((policy, kept));
            }
        }
        Ok(found)
    }
}
