//! Number formats as file headers name them: those of safetensors and the
//! block formats of GGUF. It knows sizes and kinds, no values.

arbor_model::words! {
    /// How the elements of a stored tensor are written. Sources: the `Dtype`
    /// of github.com/huggingface/safetensors and `ggml_type` of
    /// github.com/ggml-org/ggml.
    StoredDtype: "stored dtype" {
        /// bfloat16.
        Bf16 = "BF16",
        /// Truth values of a byte.
        Bool = "BOOL",
        /// Pairs of single-precision floats.
        C64 = "C64",
        /// IEEE half precision.
        F16 = "F16",
        /// IEEE single precision.
        F32 = "F32",
        /// Four bits: two of exponent, one of mantissa.
        F4 = "F4",
        /// IEEE double precision.
        F64 = "F64",
        /// Six bits: two of exponent, three of mantissa.
        F6E2M3 = "F6_E2M3",
        /// Six bits: three of exponent, two of mantissa.
        F6E3M2 = "F6_E3M2",
        /// Eight bits: four of exponent, three of mantissa.
        F8E4M3 = "F8_E4M3",
        /// The same without negative zero.
        F8E4M3Fnuz = "F8_E4M3FNUZ",
        /// Eight bits: five of exponent, two of mantissa.
        F8E5M2 = "F8_E5M2",
        /// The same without negative zero.
        F8E5M2Fnuz = "F8_E5M2FNUZ",
        /// A power of two in eight bits: the scale of a block, never a weight.
        F8E8M0 = "F8_E8M0",
        /// Signed bytes.
        I8 = "I8",
        /// Signed 16-bit integers.
        I16 = "I16",
        /// Signed 32-bit integers.
        I32 = "I32",
        /// Signed 64-bit integers.
        I64 = "I64",
        /// GGUF, 1.75 bits.
        Iq1M = "IQ1_M",
        /// GGUF, 1.56 bits.
        Iq1S = "IQ1_S",
        /// GGUF, 2.5 bits.
        Iq2S = "IQ2_S",
        /// GGUF, 2.31 bits.
        Iq2Xs = "IQ2_XS",
        /// GGUF, 2.06 bits.
        Iq2Xxs = "IQ2_XXS",
        /// GGUF, 3.44 bits.
        Iq3S = "IQ3_S",
        /// GGUF, 3.06 bits.
        Iq3Xxs = "IQ3_XXS",
        /// GGUF, 4.5 bits, levels of a table.
        Iq4Nl = "IQ4_NL",
        /// GGUF, 4.25 bits, levels of a table.
        Iq4Xs = "IQ4_XS",
        /// GGUF, blocks of 32 with a power of two.
        Mxfp4 = "MXFP4",
        /// GGUF, blocks of 64 with four scales.
        Nvfp4 = "NVFP4",
        /// GGUF, signs with a scale for 128.
        Q10 = "Q1_0",
        /// GGUF, 2.63 bits.
        Q2K = "Q2_K",
        /// GGUF, 3.44 bits.
        Q3K = "Q3_K",
        /// GGUF, 4.5 bits, a scale for 32.
        Q40 = "Q4_0",
        /// GGUF, 5 bits, a scale and a least value for 32.
        Q41 = "Q4_1",
        /// GGUF, 4.5 bits.
        Q4K = "Q4_K",
        /// GGUF, 5.5 bits, a scale for 32.
        Q50 = "Q5_0",
        /// GGUF, 6 bits, a scale and a least value for 32.
        Q51 = "Q5_1",
        /// GGUF, 5.5 bits.
        Q5K = "Q5_K",
        /// GGUF, 6.56 bits.
        Q6K = "Q6_K",
        /// GGUF, 8.5 bits, a scale for 32.
        Q80 = "Q8_0",
        /// GGUF, 9 bits, a scale and a sum for 32.
        Q81 = "Q8_1",
        /// GGUF, 9.13 bits.
        Q8K = "Q8_K",
        /// GGUF, ternary, 1.69 bits.
        Tq10 = "TQ1_0",
        /// GGUF, ternary, 2.06 bits.
        Tq20 = "TQ2_0",
        /// Unsigned bytes.
        U8 = "U8",
        /// Unsigned 16-bit integers.
        U16 = "U16",
        /// Unsigned 32-bit integers.
        U32 = "U32",
        /// Unsigned 64-bit integers.
        U64 = "U64",
    }
}

/// What a format's elements can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Numbers that training moves.
    Float,
    /// Whole numbers or truth values: packed weights, tables, masks.
    Whole,
    /// The same numbers in blocks of GGUF; the header's dimensions are those
    /// of the weight.
    Block,
    /// Scales of blocks.
    Scale,
}

impl StoredDtype {
    /// What its elements are, and their bits where these are whole.
    const fn facts(self) -> (Kind, Option<u64>) {
        match self {
            Self::F4 => (Kind::Float, Some(4)),
            Self::F6E2M3 | Self::F6E3M2 => (Kind::Float, Some(6)),
            Self::F8E4M3 | Self::F8E4M3Fnuz | Self::F8E5M2 | Self::F8E5M2Fnuz => {
                (Kind::Float, Some(8))
            }
            Self::Bf16 | Self::F16 => (Kind::Float, Some(16)),
            Self::F32 => (Kind::Float, Some(32)),
            Self::C64 | Self::F64 => (Kind::Float, Some(64)),
            Self::Bool | Self::I8 | Self::U8 => (Kind::Whole, Some(8)),
            Self::I16 | Self::U16 => (Kind::Whole, Some(16)),
            Self::I32 | Self::U32 => (Kind::Whole, Some(32)),
            Self::I64 | Self::U64 => (Kind::Whole, Some(64)),
            Self::F8E8M0 => (Kind::Scale, Some(8)),
            Self::Iq1M
            | Self::Iq1S
            | Self::Iq2S
            | Self::Iq2Xs
            | Self::Iq2Xxs
            | Self::Iq3S
            | Self::Iq3Xxs
            | Self::Iq4Nl
            | Self::Iq4Xs
            | Self::Mxfp4
            | Self::Nvfp4
            | Self::Q10
            | Self::Q2K
            | Self::Q3K
            | Self::Q40
            | Self::Q41
            | Self::Q4K
            | Self::Q50
            | Self::Q51
            | Self::Q5K
            | Self::Q6K
            | Self::Q80
            | Self::Q81
            | Self::Q8K
            | Self::Tq10
            | Self::Tq20 => (Kind::Block, None),
        }
    }

    pub(super) const fn kind(self) -> Kind {
        self.facts().0
    }

    /// Bits of an element, where elements have a whole number of them.
    pub(super) const fn bits(self) -> Option<u64> {
        self.facts().1
    }
}
