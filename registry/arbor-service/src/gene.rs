//! Genes as pages and pictures show them: which value a model has, in which
//! colour, and where each value appeared first.
//!
//! It knows claims, not genomes; what a loader builds of a configuration is
//! `arbor-genome`'s business. Colours are places in the drawing's palette.

use crate::View;
use arbor_draw::Hue;
use arbor_model::{
    AttentionKind, Branch, Density, FeedForwardKind, Field, Gene, Model, NormKind, PositionKind,
    Value,
};

/// A value that a gene can have, or several that are shown as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GeneValue {
    /// What it is called.
    pub name: &'static str,
    /// Its colour.
    pub hue: Hue,
}

impl GeneValue {
    /// The class of its colour in the stylesheet.
    #[must_use]
    pub fn class(&self) -> &'static str {
        self.hue.class()
    }
}

const fn value(name: &'static str, place: u8) -> GeneValue {
    GeneValue {
        name,
        hue: Hue::Value(place),
    }
}

const fn grey(name: &'static str) -> GeneValue {
    GeneValue {
        name,
        hue: Hue::Other,
    }
}

/// The values of each gene, in the order of lists. A value keeps its colour
/// on every page; rare ones share the grey.
const fn values(gene: Gene) -> &'static [GeneValue] {
    match gene {
        Gene::Attention => {
            const {
                &[
                    value("multi-head (MHA)", 1),
                    value("multi-query (MQA)", 2),
                    value("grouped-query (GQA)", 0),
                    value("latent (MLA)", 3),
                    value("hybrid, linear", 4),
                    value("state-space, recurrent", 5),
                    grey("other"),
                ]
            }
        }
        Gene::Context => {
            const {
                &[
                    value("up to 512 tokens", 5),
                    value("1K to 2K", 1),
                    value("4K to 8K", 2),
                    value("16K to 64K", 3),
                    value("128K to 512K", 0),
                    value("1M and more", 4),
                ]
            }
        }
        Gene::Experts => const { &[value("dense", 1), value("routed experts", 0)] },
        Gene::FeedForward => {
            const {
                &[
                    value("ReLU", 5),
                    value("GELU", 1),
                    value("GEGLU", 2),
                    value("SwiGLU", 0),
                    value("squared ReLU", 3),
                    grey("none"),
                ]
            }
        }
        Gene::Norm => {
            const {
                &[
                    value("layer norm, behind", 5),
                    value("layer norm, before", 1),
                    value("RMS norm, before", 0),
                    value("RMS norm, both sides", 3),
                    value("RMS norm, behind", 2),
                    grey("none"),
                ]
            }
        }
        Gene::Position => {
            const {
                &[
                    value("sinusoidal", 4),
                    value("learned", 1),
                    value("relative", 2),
                    value("disentangled", 5),
                    value("rotary", 0),
                    value("ALiBi", 3),
                    grey("none"),
                ]
            }
        }
    }
}

/// The place of a claimed value in [`values`]; none where it is withheld.
pub(crate) fn place(gene: Gene, value: &Value) -> Option<usize> {
    Some(match (gene, value) {
        (Gene::Attention, Value::Attention(kind)) => match kind {
            AttentionKind::Mha => 0,
            AttentionKind::Mqa => 1,
            AttentionKind::Gqa => 2,
            AttentionKind::Mla => 3,
            AttentionKind::Hybrid | AttentionKind::Linear => 4,
            AttentionKind::StateSpace | AttentionKind::Recurrent => 5,
            AttentionKind::Mfa | AttentionKind::None => 6,
        },
        (Gene::Context, Value::Number(tokens)) => match tokens {
            0..=1_000 => 0,
            1_001..=3_000 => 1,
            3_001..=12_000 => 2,
            12_001..=100_000 => 3,
            100_001..=900_000 => 4,
            900_001.. => 5,
        },
        (Gene::Experts, Value::Density(density)) => match density {
            Density::Dense => 0,
            Density::Experts => 1,
        },
        (Gene::FeedForward, Value::FeedForward(kind)) => match kind {
            FeedForwardKind::Relu => 0,
            FeedForwardKind::Gelu => 1,
            FeedForwardKind::Geglu => 2,
            FeedForwardKind::Swiglu => 3,
            FeedForwardKind::ReluSquared => 4,
            FeedForwardKind::None => 5,
        },
        (Gene::Norm, Value::Norm(kind)) => match kind {
            NormKind::LayerNormPost => 0,
            NormKind::LayerNormPre => 1,
            NormKind::RmsNormPre => 2,
            NormKind::RmsNormSandwich => 3,
            NormKind::RmsNormPost => 4,
            NormKind::None => 5,
        },
        (Gene::Position, Value::Position(kind)) => match kind {
            PositionKind::Sinusoidal => 0,
            PositionKind::Learned => 1,
            PositionKind::Relative => 2,
            PositionKind::Disentangled => 3,
            PositionKind::Rotary => 4,
            PositionKind::Alibi => 5,
            PositionKind::None => 6,
        },
        (
            Gene::Attention
            | Gene::Context
            | Gene::Experts
            | Gene::FeedForward
            | Gene::Norm
            | Gene::Position,
            _,
        ) => return None,
    })
}

/// A model's value of a gene, as far as it is claimed: its place in the
/// gene's list, and the value.
pub(crate) fn value_of(model: &Model, gene: Gene) -> Option<(usize, GeneValue)> {
    // Before the transformer there are no layers to have these parts.
    if model.branch == Branch::Precursor {
        return None;
    }
    let claim = model.shown(gene.field());
    let found = claim.and_then(|claim| place(gene, claim.fact.value()));
    // That there are experts is sometimes claimed by their number alone.
    let found = found.or_else(|| match gene {
        Gene::Experts => model
            .number(Field::Experts)
            .map(|count| usize::from(count > 1)),
        Gene::Attention | Gene::Context | Gene::FeedForward | Gene::Norm | Gene::Position => None,
    });
    found.and_then(|at| values(gene).get(at).map(|value| (at, *value)))
}

/// A value and the models that have it, the earliest first.
pub struct Carriers<'v> {
    /// The value.
    pub value: GeneValue,
    /// The models, dated ones by date, then the others by id.
    pub models: Vec<&'v Model>,
}

/// Parts models by their value of a gene, in the order of the gene's list;
/// and those of which nothing is known.
pub(crate) fn part<'v>(
    models: impl IntoIterator<Item = &'v Model>,
    gene: Gene,
) -> (Vec<Carriers<'v>>, Vec<&'v Model>) {
    let mut unknown = Vec::new();
    let mut carriers: Vec<Carriers<'v>> = values(gene)
        .iter()
        .map(|value| Carriers {
            value: *value,
            models: Vec::new(),
        })
        .collect();
    for model in models {
        match value_of(model, gene) {
            Some((at, _)) => carriers[at].models.push(model),
            None => unknown.push(model),
        }
    }
    for own in &mut carriers {
        by_age(&mut own.models);
    }
    (carriers, unknown)
}

/// Sorts models by date, undated ones last; of several sizes of one day the
/// largest is the one that is meant.
pub(crate) fn by_age(models: &mut [&Model]) {
    models.sort_by_cached_key(|m| {
        let size = m.parameters().map(|count| count.value);
        let date = m.released();
        (date.is_none(), date, std::cmp::Reverse(size), m.id.clone())
    });
}

impl View {
    /// Who has which value of a gene, and of how many nothing is known.
    #[must_use]
    pub fn carriers(&self, gene: Gene) -> (Vec<Carriers<'_>>, usize) {
        let models = self.catalogue().models.values();
        let (carriers, unknown) = part(models.filter(|m| m.branch != Branch::Precursor), gene);
        (carriers, unknown.len())
    }
}
