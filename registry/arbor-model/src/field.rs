//! The fields a claim can be about: one sorted table with each field's shape
//! and unit. `docs/CATALOGUE.md` shows it to editors.

words! {
    /// What a claim is about.
    Field: "field" {
        /// Accelerators the training ran on.
        Accelerators = "accelerators",
        /// The reference implementation's class.
        Architecture = "architecture",
        /// How layers mix positions.
        Attention = "attention",
        /// Tokens the model was built to read at once.
        ContextLength = "context-length",
        /// CPU cores of the training machine.
        CpuCores = "cpu-cores",
        /// Dense, or with routed experts.
        Density = "density",
        /// Routed experts in a layer.
        Experts = "experts",
        /// What the feed-forward layer does.
        FeedForward = "feed-forward",
        /// The branch the published figure draws.
        FigureBranch = "figure-branch",
        /// Open or closed, as the published figure draws it.
        FigureOpenness = "figure-openness",
        /// The maker the published figure's logo names.
        FigureOrganisation = "figure-organisation",
        /// The year the published figure draws.
        FigureYear = "figure-year",
        /// Width of one attention head.
        HeadSize = "head-size",
        /// Query heads in a layer.
        Heads = "heads",
        /// Width of the residual stream.
        HiddenSize = "hidden-size",
        /// Width of the feed-forward layer.
        IntermediateSize = "intermediate-size",
        /// Key-value heads in a layer.
        KvHeads = "kv-heads",
        /// Layers of one stack.
        Layers = "layers",
        /// The weights' licence.
        Licence = "licence",
        /// How states are normalised, and where.
        Norm = "norm",
        /// Who can have the weights.
        Openness = "openness",
        /// How many parameters.
        Parameters = "parameters",
        /// How the model knows where a token stands.
        Position = "position",
        /// When it came out.
        Released = "released",
        /// What the training cost.
        TrainingCost = "training-cost",
        /// Tokens seen in pre-training.
        TrainingTokens = "training-tokens",
        /// Entries of the vocabulary.
        Vocabulary = "vocabulary",
    }
}

/// What kind of value a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A whole number of the field's unit.
    Number,
    /// A number of parameters, with its kind.
    Parameters,
    /// A date, with its kind.
    Release,
    /// A line of text.
    Text,
    /// [`Openness`](crate::Openness).
    Openness,
    /// [`Licence`](crate::Licence).
    Licence,
    /// [`Density`](crate::Density).
    Density,
    /// [`AttentionKind`](crate::AttentionKind).
    Attention,
    /// [`FeedForwardKind`](crate::FeedForwardKind).
    FeedForward,
    /// [`NormKind`](crate::NormKind).
    Norm,
    /// [`PositionKind`](crate::PositionKind).
    Position,
    /// [`Branch`](crate::Branch).
    Branch,
    /// [`Marker`](crate::Marker).
    Marker,
}

impl Field {
    /// The kind of value the field takes.
    #[must_use]
    pub const fn shape(self) -> Shape {
        match self {
            Self::Accelerators
            | Self::ContextLength
            | Self::CpuCores
            | Self::Experts
            | Self::FigureYear
            | Self::HeadSize
            | Self::Heads
            | Self::HiddenSize
            | Self::IntermediateSize
            | Self::KvHeads
            | Self::Layers
            | Self::TrainingCost
            | Self::TrainingTokens
            | Self::Vocabulary => Shape::Number,
            Self::Architecture | Self::FigureOrganisation => Shape::Text,
            Self::Attention => Shape::Attention,
            Self::Density => Shape::Density,
            Self::FeedForward => Shape::FeedForward,
            Self::Norm => Shape::Norm,
            Self::Position => Shape::Position,
            Self::FigureBranch => Shape::Branch,
            Self::FigureOpenness => Shape::Marker,
            Self::Licence => Shape::Licence,
            Self::Openness => Shape::Openness,
            Self::Parameters => Shape::Parameters,
            Self::Released => Shape::Release,
        }
    }

    /// The unit of the field's numbers, where they have one.
    #[must_use]
    pub const fn unit(self) -> Option<&'static str> {
        match self {
            Self::ContextLength | Self::TrainingTokens => Some("tokens"),
            Self::TrainingCost => Some("USD"),
            Self::Parameters => Some("parameters"),
            Self::Accelerators
            | Self::Architecture
            | Self::Attention
            | Self::CpuCores
            | Self::Density
            | Self::Experts
            | Self::FeedForward
            | Self::FigureBranch
            | Self::FigureOpenness
            | Self::FigureOrganisation
            | Self::FigureYear
            | Self::HeadSize
            | Self::Heads
            | Self::HiddenSize
            | Self::IntermediateSize
            | Self::KvHeads
            | Self::Layers
            | Self::Licence
            | Self::Norm
            | Self::Openness
            | Self::Position
            | Self::Released
            | Self::Vocabulary => None,
        }
    }

    /// The field as a heading has it.
    #[must_use]
    pub fn title(self) -> String {
        let text = self.as_str().replace('-', " ");
        let mut chars = text.chars();
        chars
            .next()
            .map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
    }
}
