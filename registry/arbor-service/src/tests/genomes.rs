//! What the catalogue claims of genes against the genomes that released
//! configurations give: two readings that share no line of code.

use super::VIEW;
use crate::gene::{part, place};
use arbor_genome::gene::{
    AbsolutePosition, Activation, Attention, Block, Expert, FeedForward, KeyValue, Mixer, NormKind,
    Placement, ScoreBias,
};
use arbor_genome::{Blueprint, Genome};
use arbor_model as model;
use arbor_model::{Branch, Density, Field, Gene, Model, Value};
use std::collections::BTreeSet;

/// Released configurations, one a line, with the repository of each.
const CONFIGS: &str = include_str!("../../../../tests/fixtures/configs.jsonl");

/// Each model of the catalogue that has a configuration, and its genome.
fn genomes() -> Vec<(&'static Model, Genome)> {
    let mut found: Vec<(&Model, Genome)> = Vec::new();
    for line in CONFIGS.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("a line");
        let hub = line["hub"].as_str().expect("a repository");
        let Some(model) = VIEW.find(hub) else {
            continue;
        };
        let blueprint = Blueprint::read(&line["config"].to_string()).expect(hub);
        found.push((model, blueprint.genome));
    }
    found
}

/// What a genome says of a gene; nothing where the catalogue has no word for
/// it.
fn says(genome: &Genome, gene: Gene) -> Option<Value> {
    let layers = || genome.writer().layers.iter();
    Some(match gene {
        Gene::Attention => Value::Attention(attention(genome)?),
        Gene::Context => Value::Number(genome.context?),
        Gene::Experts => {
            let routed = genome.layers().any(|layer| {
                matches!(
                    layer.feed_forward,
                    FeedForward::Experts(_) | FeedForward::Limited { .. }
                )
            });
            Value::Density(if routed {
                Density::Experts
            } else {
                Density::Dense
            })
        }
        Gene::FeedForward => Value::FeedForward(layers().find_map(feed_forward)?),
        Gene::Norm => Value::Norm(layers().find_map(norm)?),
        Gene::Position => Value::Position(position(genome)),
    })
}

fn attention(genome: &Genome) -> Option<model::AttentionKind> {
    use model::AttentionKind as Kind;
    let mut kinds = BTreeSet::new();
    for layer in &genome.writer().layers {
        kinds.insert(match &layer.mixer {
            Mixer::Attention(attention) => of_heads(attention),
            Mixer::GlobalLocal(mixer) => of_heads(&mixer.attention),
            Mixer::TransientGlobal(mixer) => of_heads(&mixer.attention),
            Mixer::Linear(_) | Mixer::GatedDelta(_) => Kind::Linear,
            Mixer::Mamba(_) | Mixer::Mamba2(_) => Kind::StateSpace,
            Mixer::RgLru(_) | Mixer::Rwkv(_) => Kind::Recurrent,
            Mixer::Shared(_) | Mixer::ShortConvolution(_) | Mixer::Sum(_) => Kind::Hybrid,
            Mixer::Positionwise(_) => continue,
        });
    }
    match kinds.len() {
        0 => None,
        1 => kinds.first().copied(),
        // Layers of more heads and of fewer are still attention alone.
        _ if kinds
            .iter()
            .all(|kind| [Kind::Gqa, Kind::Mha, Kind::Mqa].contains(kind)) =>
        {
            Some(Kind::Gqa)
        }
        _ => Some(Kind::Hybrid),
    }
}

fn of_heads(attention: &Attention) -> model::AttentionKind {
    match (&attention.key_value, attention.kv_heads) {
        (KeyValue::Latent { .. }, _) => model::AttentionKind::Mla,
        (_, heads) if heads == attention.heads => model::AttentionKind::Mha,
        (_, 1) => model::AttentionKind::Mqa,
        _ => model::AttentionKind::Gqa,
    }
}

fn feed_forward(layer: &Block) -> Option<model::FeedForwardKind> {
    let (expert, activation): (&Expert, Activation) = match &layer.feed_forward {
        FeedForward::Dense { expert, activation } => (expert, *activation),
        FeedForward::Experts(experts) | FeedForward::Limited { experts, .. } => {
            (experts.experts.first()?, experts.activation)
        }
        FeedForward::None | FeedForward::Rwkv(_) | FeedForward::Xielu { .. } => return None,
    };
    use model::FeedForwardKind as Kind;
    match (activation, expert.gate.is_some()) {
        (Activation::Silu | Activation::SwigluOai, true) => Some(Kind::Swiglu),
        (Activation::Gelu | Activation::GeluTanh | Activation::GeluQuick, true) => {
            Some(Kind::Geglu)
        }
        (Activation::Gelu | Activation::GeluTanh | Activation::GeluQuick, false) => {
            Some(Kind::Gelu)
        }
        (Activation::Relu, false) => Some(Kind::Relu),
        (Activation::Relu2, false) => Some(Kind::ReluSquared),
        (Activation::Silu | Activation::SwigluOai, false)
        | (Activation::Relu | Activation::Relu2, true)
        | (Activation::Sigmoid | Activation::Tanh, _) => None,
    }
}

fn norm(layer: &Block) -> Option<model::NormKind> {
    use model::NormKind as Kind;
    match &layer.placement {
        Placement::Pre { mixer, .. } | Placement::Parallel { mixer, .. } => match mixer.kind {
            NormKind::Layer => Some(Kind::LayerNormPre),
            NormKind::Rms => Some(Kind::RmsNormPre),
            NormKind::None => None,
        },
        Placement::Post { mixer, .. } => {
            (mixer.kind == NormKind::Layer).then_some(Kind::LayerNormPost)
        }
        Placement::Inner { mixer, .. } => {
            (mixer.kind == NormKind::Rms).then_some(Kind::RmsNormPost)
        }
        Placement::Sandwich { mixer, .. } => {
            (mixer[0].kind == NormKind::Rms).then_some(Kind::RmsNormSandwich)
        }
        Placement::Normed { .. } | Placement::Bare => None,
    }
}

fn position(genome: &Genome) -> model::PositionKind {
    use model::PositionKind as Kind;
    let attentions = || genome.layers().filter_map(Block::attention);
    let bias = |is: fn(&ScoreBias) -> bool| attentions().any(|a| is(&a.bias));
    if attentions().any(|a| a.rotary.is_some()) {
        Kind::Rotary
    } else if bias(|bias| matches!(bias, ScoreBias::Alibi(_))) {
        Kind::Alibi
    } else if bias(|bias| matches!(bias, ScoreBias::Disentangled(_))) {
        Kind::Disentangled
    } else if bias(|bias| !matches!(bias, ScoreBias::None)) {
        Kind::Relative
    } else {
        absolute(&genome.embedding().positions)
    }
}

fn absolute(positions: &AbsolutePosition) -> model::PositionKind {
    match positions {
        AbsolutePosition::None => model::PositionKind::None,
        AbsolutePosition::Learned { .. } => model::PositionKind::Learned,
        AbsolutePosition::Sinusoidal { .. } => model::PositionKind::Sinusoidal,
        AbsolutePosition::AfterNorm(inner) => absolute(inner),
        AbsolutePosition::OnPage { positions, .. } => absolute(positions),
    }
}

#[test]
fn claims_on_genes_are_what_configurations_say() {
    let mut compared = 0;
    let mut wrong = Vec::new();
    for (model, genome) in genomes() {
        for gene in Gene::ALL {
            let Some(said) = says(&genome, *gene) else {
                continue;
            };
            let Some(claim) = model.shown(gene.field()) else {
                continue;
            };
            // Tables are a little longer than contexts, or far: what counts
            // is whether both stand in one range.
            let same = place(*gene, claim.fact.value()) == place(*gene, &said);
            compared += 1;
            if *claim.fact.value() != said && !(*gene == Gene::Context && same) {
                wrong.push(format!(
                    "{} {gene}: {} by {}, {said:?} by its configuration",
                    model.id, claim.fact, claim.citation.source
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 400, "{compared}");
}

#[test]
fn no_configuration_is_older_than_the_first_with_its_value() {
    let all = || {
        VIEW.catalogue()
            .models
            .values()
            .filter(|m| m.branch != Branch::Precursor)
    };
    let mut checked = 0;
    let mut late = Vec::new();
    for gene in Gene::ALL {
        let (carriers, _) = part(all(), *gene);
        for (model, genome) in genomes() {
            let said = says(&genome, *gene).and_then(|said| place(*gene, &said));
            let (Some(place), Some(date)) = (said, model.released()) else {
                continue;
            };
            let first = carriers[place]
                .models
                .first()
                .and_then(|first| first.released());
            let first = first.unwrap_or_else(|| panic!("{gene}: nobody has what {} has", model.id));
            checked += 1;
            if date.is_surely_before(first) {
                let name = carriers[place].value.name;
                late.push(format!(
                    "{gene}: {} of {date} has {name}, said to be first in {first}",
                    model.id
                ));
            }
        }
    }
    assert!(late.is_empty(), "{}", late.join("\n"));
    assert!(checked > 400, "{checked}");
}

#[test]
fn sizes_that_are_claimed_are_what_configurations_say() {
    let mut compared = 0;
    let mut wrong = Vec::new();
    for (model, genome) in genomes() {
        let Some(attention) = genome.writer().layers.iter().find_map(Block::attention) else {
            continue;
        };
        for (field, said) in [
            (Field::HiddenSize, genome.width),
            (Field::Heads, attention.heads),
            (Field::KvHeads, attention.kv_heads),
            (Field::HeadSize, attention.head_size),
        ] {
            if let Some(claimed) = model.number(field) {
                compared += 1;
                if claimed != said {
                    wrong.push(format!(
                        "{} {field}: {claimed} is claimed, not {said}",
                        model.id
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 200, "{compared}");
}
