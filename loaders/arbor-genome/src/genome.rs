//! The genome: a model as a composition of genes.

use crate::Parameter;
use crate::gene::{Block, Embedding, Head, Part, Stack, Visitor};
use arbor_model::{Mask, Objective};

/// The stacks of a model.
#[derive(Clone, Debug, PartialEq)]
pub enum Stacks {
    /// One stack.
    Single {
        /// Tokens to states.
        embedding: Embedding,
        /// The stack.
        stack: Stack,
    },
    /// One stack that two streams pass: content, which sees itself, and
    /// queries, which see only what comes before them in an order (XLNet).
    TwoStream {
        /// Tokens to states.
        embedding: Embedding,
        /// What the queries begin with, `[width]`.
        query: Parameter,
        /// The stack.
        stack: Stack,
    },
    /// A stack that reads and one that writes.
    Pair {
        /// Source tokens to states.
        encoder_embedding: Embedding,
        /// Reads.
        encoder: Stack,
        /// Target tokens to states.
        decoder_embedding: Embedding,
        /// Writes.
        decoder: Stack,
    },
}

impl Stacks {
    /// The stacks by the names that checkpoints have for them.
    pub fn named(&mut self) -> impl Iterator<Item = (&'static str, &mut Stack)> {
        let (encoder, decoder) = match self {
            Self::Single { stack, .. } | Self::TwoStream { stack, .. } => match stack.mask {
                Mask::Causal => (None, Some(stack)),
                Mask::Bidirectional | Mask::Prefix | Mask::Mixed | Mask::None => {
                    (Some(stack), None)
                }
            },
            Self::Pair {
                encoder, decoder, ..
            } => (Some(encoder), Some(decoder)),
        };
        let encoder = encoder.map(|stack| ("encoder", stack));
        encoder
            .into_iter()
            .chain(decoder.map(|stack| ("decoder", stack)))
    }
}

/// A model's architecture, independent of any tensor library.
#[derive(Clone, Debug, PartialEq)]
pub struct Genome {
    /// The `model_type` it was read from.
    pub model_type: &'static str,
    /// Width of the states.
    pub width: u64,
    /// Positions the model was built for.
    pub context: Option<u64>,
    /// What it was pre-trained to predict, as its head says.
    pub objective: Objective,
    /// The stacks.
    pub stacks: Stacks,
    /// States to answers.
    pub head: Head,
    /// Learned parameters of the checkpoint's class that no answer passes: a
    /// pooler, a next-sentence head. A file may leave them out.
    pub dormant: Vec<Parameter>,
    /// What the decoder begins with, where there is one.
    pub decoder_start: Option<u32>,
}

impl Genome {
    /// The embedding that input tokens pass first.
    #[must_use]
    pub const fn embedding(&self) -> &Embedding {
        match &self.stacks {
            Stacks::Single { embedding, .. } | Stacks::TwoStream { embedding, .. } => embedding,
            Stacks::Pair {
                encoder_embedding, ..
            } => encoder_embedding,
        }
    }

    /// The stack whose states the head reads.
    #[must_use]
    pub const fn writer(&self) -> &Stack {
        match &self.stacks {
            Stacks::Single { stack, .. } | Stacks::TwoStream { stack, .. } => stack,
            Stacks::Pair { decoder, .. } => decoder,
        }
    }

    /// Every layer of every stack.
    pub fn layers(&self) -> impl Iterator<Item = &Block> {
        let (first, second) = match &self.stacks {
            Stacks::Single { stack, .. } | Stacks::TwoStream { stack, .. } => (stack, None),
            Stacks::Pair {
                encoder, decoder, ..
            } => (encoder, Some(decoder)),
        };
        first
            .layers
            .iter()
            .chain(second.into_iter().flat_map(|stack| &stack.layers))
    }

    /// Lists every parameter that some gene uses, in the model's order; a
    /// tensor that several genes use comes several times.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        match &self.stacks {
            Stacks::Single { embedding, stack } => {
                embedding.visit(visitor);
                stack.visit(visitor);
            }
            Stacks::TwoStream {
                embedding,
                query,
                stack,
            } => {
                embedding.visit(visitor);
                visitor(Part::Embedding, query);
                stack.visit(visitor);
            }
            Stacks::Pair {
                encoder_embedding,
                encoder,
                decoder_embedding,
                decoder,
            } => {
                encoder_embedding.visit(visitor);
                encoder.visit(visitor);
                decoder_embedding.visit(visitor);
                decoder.visit(visitor);
            }
        }
        self.head.visit(visitor);
        for parameter in &self.dormant {
            visitor(Part::Other, parameter);
        }
    }
}
