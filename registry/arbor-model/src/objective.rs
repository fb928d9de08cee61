//! Pre-training objectives: how each factorises the probability of a text.
//!
//! What a model was tuned for afterwards is an edge, not an objective.
//! `docs/VALIDATION.md` will say how a factorisation is tested; this file
//! only names it.

words! {
    /// What a model was pre-trained to predict.
    Objective: "objective" {
        /// A word from the words around it, order ignored (word2vec CBOW).
        AeCbow = "ae-cbow",
        /// Masked tokens from all others (BERT).
        AeMasked = "ae-masked",
        /// Masked tokens in a permuted order, all positions known (MPNet).
        AeMaskedPermuted = "ae-masked-permuted",
        /// Which tokens a small generator replaced (ELECTRA).
        AeReplacedToken = "ae-replaced-token",
        /// Each token from those after it.
        ArBackward = "ar-backward",
        /// A forward and a backward model side by side (ELMo).
        ArBidirectional = "ar-bidirectional",
        /// Each token from those before it (GPT).
        ArForward = "ar-forward",
        /// Autoregressive and non-autoregressive generation at once (BANG).
        ArNarMixed = "ar-nar-mixed",
        /// Each token from those before it in a random order (XLNet).
        ArPermuted = "ar-permuted",
        /// Blanked spans, written autoregressively after the text (GLM).
        BlankInfilling = "blank-infilling",
        /// Matching texts near, others far (sentence encoders).
        Contrastive = "contrastive",
        /// How often words occur together (GloVe).
        CountCooccurrence = "count-cooccurrence",
        /// A corrupted text's original or its missing spans (T5, BART).
        Denoising = "denoising",
        /// Denoising and causal modelling mixed (AlexaTM).
        DenoisingAndCausal = "denoising-and-causal",
        /// The sentences left out of a document (PEGASUS).
        GapSentence = "gap-sentence",
        /// Several denoisers with a mode token (UL2).
        MixtureOfDenoisers = "mixture-of-denoisers",
        /// Forward, backward, bidirectional and sequence-to-sequence masks in turn (UniLM).
        MultiMask = "multi-mask",
        /// The rest of a text from a prefix seen both ways.
        PrefixLm = "prefix-lm",
        /// A target from a source, as in translation.
        Seq2seqSupervised = "seq2seq-supervised",
        /// The words around a word (word2vec skip-gram).
        SkipGram = "skip-gram",
    }
}

words! {
    /// The shape of the factorisation: what may stand on the right of the bar.
    Factorisation: "factorisation" {
        /// Autoencoding: some tokens given the others.
        Autoencoding = "autoencoding",
        /// Autoregressive: each token given those before it in some order.
        Autoregressive = "autoregressive",
        /// Several of these.
        Mixed = "mixed",
        /// No distribution over texts is learned.
        None = "none",
        /// A target, autoregressively, given a source.
        SequenceToSequence = "sequence-to-sequence",
    }
}

impl Objective {
    /// How the objective factorises the probability of a text.
    #[must_use]
    pub const fn factorisation(self) -> Factorisation {
        match self {
            Self::AeCbow | Self::AeMasked | Self::AeMaskedPermuted | Self::AeReplacedToken => {
                Factorisation::Autoencoding
            }
            Self::ArBackward | Self::ArBidirectional | Self::ArForward | Self::ArPermuted => {
                Factorisation::Autoregressive
            }
            Self::ArNarMixed
            | Self::BlankInfilling
            | Self::DenoisingAndCausal
            | Self::MixtureOfDenoisers
            | Self::MultiMask
            | Self::PrefixLm => Factorisation::Mixed,
            Self::Contrastive | Self::CountCooccurrence | Self::SkipGram => Factorisation::None,
            Self::Denoising | Self::GapSentence | Self::Seq2seqSupervised => {
                Factorisation::SequenceToSequence
            }
        }
    }

    /// The product (or loss) that is learned, in plain Unicode.
    #[must_use]
    pub const fn formula(self) -> &'static str {
        match self {
            Self::AeCbow => "p(x_t | x_t−c … x_t+c)",
            Self::AeMasked => "∏_{t∈mask} p(x_t | x_∖mask)",
            Self::AeMaskedPermuted => "∏_{t>c} p(x_z_t | x_z_<t, mask_z_>c)",
            Self::AeReplacedToken => "∏ p(replaced_t | x)",
            Self::ArBackward => "∏ p(x_t | x_>t)",
            Self::ArBidirectional => "∏ p(x_t | x_<t) · ∏ p(x_t | x_>t)",
            Self::ArForward => "∏ p(x_t | x_<t)",
            Self::ArNarMixed => "∏ p(y_t | y_<t, x) and ∏ p(y_t | x)",
            Self::ArPermuted => "∏ p(x_z_t | x_z_<t)",
            Self::BlankInfilling => "∏ p(s_i | x_corrupt, s_<i)",
            Self::Contrastive => "−log softmax sim(x, y⁺)",
            Self::CountCooccurrence => "w_i·w_j ≈ log count(i, j)",
            Self::Denoising => "∏ p(y_t | y_<t, corrupt(x))",
            Self::DenoisingAndCausal => "∏ p(y_t | y_<t, corrupt(x)) and ∏ p(x_t | x_<t)",
            Self::GapSentence => "∏ p(s_t | s_<t, x∖s)",
            Self::MixtureOfDenoisers => "∏ p(y_t | y_<t, mode, corrupt(x))",
            Self::MultiMask => "∏ p(x_t | visible(t, mask))",
            Self::PrefixLm => "∏_{t>k} p(x_t | x_<t), x_≤k seen both ways",
            Self::Seq2seqSupervised => "∏ p(y_t | y_<t, x)",
            Self::SkipGram => "∏ p(x_t+j | x_t)",
        }
    }
}
