//! Where a model stands in the tree and what its positions may see.
//!
//! Branch and mask are separate facts: GLM, UniLM, XLNet and ERNIE 3.0 do not
//! fit one box. Which branch such a model hangs from is the catalogue's
//! convention; the mask is what it does.

words! {
    /// A limb of the tree, in drawing order.
    Branch: "branch" {
        /// Before the transformer: word vectors, recurrent language models.
        Precursor = "precursor",
        /// One stack that sees both sides, as BERT.
        EncoderOnly = "encoder-only",
        /// A stack that reads and a stack that writes, as T5.
        EncoderDecoder = "encoder-decoder",
        /// One stack that sees the past, as GPT.
        DecoderOnly = "decoder-only",
    }
}

impl Branch {
    /// The name as a heading has it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Precursor => "Precursors",
            Self::EncoderOnly => "Encoder-only",
            Self::EncoderDecoder => "Encoder–decoder",
            Self::DecoderOnly => "Decoder-only",
        }
    }

    /// What the limb's models do, in two words.
    #[must_use]
    pub const fn caption(self) -> &'static str {
        match self {
            Self::Precursor => "before the transformer",
            Self::EncoderOnly => "autoencoding",
            Self::EncoderDecoder => "sequence to sequence",
            Self::DecoderOnly => "autoregressive",
        }
    }

    /// How the limb's typical model factorises its distribution.
    #[must_use]
    pub const fn formula(self) -> &'static str {
        match self {
            Self::Precursor => "",
            Self::EncoderOnly => "∏ p(x_m | x_∖m)",
            Self::EncoderDecoder => "∏ p(y_t | y_<t, x)",
            Self::DecoderOnly => "∏ p(x_t | x_<t)",
        }
    }

    /// A glyph of its own, so that colour is never the only sign.
    #[must_use]
    pub const fn glyph(self) -> char {
        match self {
            Self::Precursor => '◦',
            Self::EncoderOnly => '▭',
            Self::EncoderDecoder => '▱',
            Self::DecoderOnly => '▷',
        }
    }
}

words! {
    /// Which positions a position may attend to.
    Mask: "attention mask" {
        /// Both sides.
        Bidirectional = "bidirectional",
        /// Itself and the past.
        Causal = "causal",
        /// Several masks in one model, as an encoder beside a decoder.
        Mixed = "mixed",
        /// No positions at all, as a table of word vectors.
        None = "none",
        /// Both sides within a prefix, the past after it.
        Prefix = "prefix",
    }
}

words! {
    /// Whether every token passes every weight.
    Density: "density" {
        /// It does.
        Dense = "dense",
        /// A router picks some experts: totals are not comparable with dense ones.
        Experts = "experts",
    }
}

words! {
    /// How a layer mixes positions.
    AttentionKind: "attention kind" {
        /// Grouped queries: several query heads share one key-value head.
        Gqa = "gqa",
        /// Attention layers beside recurrent or state-space ones.
        Hybrid = "hybrid",
        /// Linear attention.
        Linear = "linear",
        /// Multi-matrix factorisation attention (Step-3).
        Mfa = "mfa",
        /// Every query head has its own keys and values.
        Mha = "mha",
        /// Keys and values from one latent vector (DeepSeek-V2).
        Mla = "mla",
        /// All query heads share one key-value head.
        Mqa = "mqa",
        /// No mixing of positions by attention.
        None = "none",
        /// A recurrence.
        Recurrent = "recurrent",
        /// A state-space model.
        StateSpace = "state-space",
    }
}
