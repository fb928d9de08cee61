//! Relations: how a child came from a parent, one per edge.
//!
//! The table says what each carries over and which branches it can join;
//! `docs/CATALOGUE.md` shows the same table to people who write edges.

words! {
    /// How a child came from its parent.
    Relation: "relation" {
        /// An adapter to be laid on the parent.
        AdapterOf = "adapter-of",
        /// The parent's design, in whole or in part.
        ArchitectureFrom = "architecture-from",
        /// A part of the parent.
        ComponentOf = "component-of",
        /// The parent pre-trained further.
        ContinuedFrom = "continued-from",
        /// Trained on the parent's outputs.
        DistilledFrom = "distilled-from",
        /// The parent tuned to a task, to instructions or to preferences.
        FineTunedFrom = "fine-tuned-from",
        /// Training started from (some of) the parent's weights, as another
        /// architecture or objective.
        InitialisedFrom = "initialised-from",
        /// The parent's weights mixed with others'.
        MergedFrom = "merged-from",
        /// The parent in fewer bits.
        QuantisedFrom = "quantised-from",
        /// The same recipe at another size.
        ScalesUp = "scales-up",
        /// Replaces the parent in its makers' or field's line.
        Succeeds = "succeeds",
    }
}

words! {
    /// What passes from parent to child, the strongest first.
    Carries: "inheritance" {
        /// The parent's weights, changed or not.
        Weights = "weights",
        /// What the parent says, learned by another network.
        Outputs = "outputs",
        /// A design or a recipe.
        Ideas = "ideas",
    }
}

/// Which branches a relation can join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joins {
    /// Child and parent stand on one branch.
    OneBranch,
    /// Any two branches.
    AnyBranches,
}

impl Relation {
    /// What passes along such an edge.
    #[must_use]
    pub const fn carries(self) -> Carries {
        match self {
            Self::AdapterOf
            | Self::ComponentOf
            | Self::ContinuedFrom
            | Self::FineTunedFrom
            | Self::InitialisedFrom
            | Self::MergedFrom
            | Self::QuantisedFrom => Carries::Weights,
            Self::DistilledFrom => Carries::Outputs,
            Self::ArchitectureFrom | Self::ScalesUp | Self::Succeeds => Carries::Ideas,
        }
    }

    /// Which branches such an edge can join.
    #[must_use]
    pub const fn joins(self) -> Joins {
        match self {
            Self::AdapterOf
            | Self::ContinuedFrom
            | Self::FineTunedFrom
            | Self::MergedFrom
            | Self::QuantisedFrom
            | Self::ScalesUp => Joins::OneBranch,
            Self::ArchitectureFrom
            | Self::ComponentOf
            | Self::DistilledFrom
            | Self::InitialisedFrom
            | Self::Succeeds => Joins::AnyBranches,
        }
    }

    /// The relation as a person says it, between child and parent.
    #[must_use]
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::AdapterOf => "is an adapter of",
            Self::ArchitectureFrom => "takes its architecture from",
            Self::ComponentOf => "is a component of",
            Self::ContinuedFrom => "continues the training of",
            Self::DistilledFrom => "is distilled from",
            Self::FineTunedFrom => "is fine-tuned from",
            Self::InitialisedFrom => "is initialised from",
            Self::MergedFrom => "is merged from",
            Self::QuantisedFrom => "is quantised from",
            Self::ScalesUp => "scales up",
            Self::Succeeds => "succeeds",
        }
    }

    /// A small stable number, for packed tables: the place in [`Self::ALL`].
    #[must_use]
    pub const fn index(self) -> u8 {
        self as u8
    }

    /// The relation of that place, if there is one.
    #[must_use]
    pub fn from_index(index: u8) -> Option<Self> {
        Self::ALL.get(usize::from(index)).copied()
    }
}
