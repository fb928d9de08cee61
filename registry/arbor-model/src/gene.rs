//! Genes: the parts of a design that are passed on, as the catalogue claims
//! them of a model. How a loader builds them is `arbor-genome`'s business.
//!
//! [`Gene`] names them; each has a field of the catalogue, and the words of
//! that field are its values. Attention is in `branch.rs`, being older.

use crate::Field;

words! {
    /// A part of the design that the tree can be coloured by.
    Gene: "gene" {
        /// How layers mix positions.
        Attention = "attention",
        /// How many tokens are read at once.
        Context = "context",
        /// Whether a router picks experts.
        Experts = "experts",
        /// What the feed-forward layer does.
        FeedForward = "feed-forward",
        /// How and where states are normalised.
        Norm = "norm",
        /// How the model knows where a token stands.
        Position = "position",
    }
}

impl Gene {
    /// The field whose claims give its value.
    #[must_use]
    pub const fn field(self) -> Field {
        match self {
            Self::Attention => Field::Attention,
            Self::Context => Field::ContextLength,
            Self::Experts => Field::Density,
            Self::FeedForward => Field::FeedForward,
            Self::Norm => Field::Norm,
            Self::Position => Field::Position,
        }
    }

    /// The name as a heading has it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Attention => "Attention",
            Self::Context => "Context length",
            Self::Experts => "Experts",
            Self::FeedForward => "Feed-forward layer",
            Self::Norm => "Normalisation",
            Self::Position => "Position encoding",
        }
    }

    /// What it decides, in a sentence.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Attention => {
                "How a position reads the others, and so how much memory the key-value cache takes."
            }
            Self::Context => "How many tokens the model was built to read at once.",
            Self::Experts => {
                "Whether every token passes every weight, or a router picks some experts for it."
            }
            Self::FeedForward => "What each layer does to a position by itself.",
            Self::Norm => "How states are kept in range, and where in the block that happens.",
            Self::Position => "How the model knows the order of its tokens.",
        }
    }
}

words! {
    /// How a model knows where a token stands.
    PositionKind: "position encoding" {
        /// Scores fall with distance (Press et al. 2021).
        Alibi = "alibi",
        /// Content and relative position attend to each other (DeBERTa).
        Disentangled = "disentangled",
        /// A learned vector for each place.
        Learned = "learned",
        /// No sign of position: order comes from a recurrence, if at all.
        None = "none",
        /// A learned bias or vector for each distance (T5, Transformer-XL).
        Relative = "relative",
        /// Queries and keys are turned by their place (RoFormer).
        Rotary = "rotary",
        /// Fixed sines and cosines (Vaswani et al. 2017).
        Sinusoidal = "sinusoidal",
    }
}

impl PositionKind {
    /// The name as a heading has it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Alibi => "ALiBi",
            Self::Disentangled => "disentangled",
            Self::Learned => "learned",
            Self::None => "none",
            Self::Relative => "relative",
            Self::Rotary => "rotary",
            Self::Sinusoidal => "sinusoidal",
        }
    }
}

words! {
    /// How states are normalised, and where in the block.
    NormKind: "normalisation" {
        /// Layer norm behind each sub-layer and its residual (BERT).
        LayerNormPost = "layer-norm-post",
        /// Layer norm before each sub-layer (GPT-2).
        LayerNormPre = "layer-norm-pre",
        /// None.
        None = "none",
        /// Root-mean-square norm of each sub-layer's output (OLMo 2).
        RmsNormPost = "rms-norm-post",
        /// Root-mean-square norm before each sub-layer (T5, LLaMA).
        RmsNormPre = "rms-norm-pre",
        /// Root-mean-square norms before and behind each sub-layer (Gemma 2).
        RmsNormSandwich = "rms-norm-sandwich",
    }
}

impl NormKind {
    /// The name as a heading has it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::LayerNormPost => "layer norm, behind",
            Self::LayerNormPre => "layer norm, before",
            Self::None => "none",
            Self::RmsNormPost => "RMS norm, behind",
            Self::RmsNormPre => "RMS norm, before",
            Self::RmsNormSandwich => "RMS norm, both sides",
        }
    }
}

words! {
    /// What the feed-forward layer does.
    FeedForwardKind: "feed-forward layer" {
        /// Gated by GELU (Shazeer 2020).
        Geglu = "geglu",
        /// GELU between two matrices.
        Gelu = "gelu",
        /// There is none.
        None = "none",
        /// ReLU between two matrices.
        Relu = "relu",
        /// Squared ReLU between two matrices (Primer).
        ReluSquared = "relu-squared",
        /// Gated by SiLU (Shazeer 2020).
        Swiglu = "swiglu",
    }
}

impl FeedForwardKind {
    /// The name as a heading has it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Geglu => "GEGLU",
            Self::Gelu => "GELU",
            Self::None => "none",
            Self::Relu => "ReLU",
            Self::ReluSquared => "squared ReLU",
            Self::Swiglu => "SwiGLU",
        }
    }
}
