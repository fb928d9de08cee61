//! A model's key-value cache as its context grows, beside what it would be
//! with other attention of the same size.

use super::Drawn;
use super::scales::binary;
use crate::picture::Mode;
use crate::{MemoryQuery, View};
use arbor_draw::{Curve, Figure, Hue, Marks, Scale};
use arbor_model::{AttentionKind, Branch, Field, Model, Value, human_bytes};

impl View {
    /// Draws what a model's key-value cache takes as its context grows, and
    /// what it would take with other attention of the same size. Nothing
    /// where the claims do not say enough.
    #[must_use]
    pub fn memory_figure(&self, model: &Model, mode: Mode) -> Option<Drawn> {
        let number = |field| model.number(field).filter(|n| *n > 0);
        let (layers, heads) = (number(Field::Layers)?, number(Field::Heads)?);
        let head_size = number(Field::HeadSize)
            .or_else(|| number(Field::HiddenSize)?.checked_div(heads))
            .filter(|size| *size > 0)?;
        let Value::Attention(real) = *model.shown(Field::Attention)?.fact.value() else {
            return None;
        };
        if model.branch != Branch::DecoderOnly {
            return None;
        }
        let kv_heads = number(Field::KvHeads).unwrap_or(heads);
        // Bytes for each token in bf16: two numbers a key-value head and its
        // width; or one latent vector of 512 and a rotary key of 64, the
        // sizes of DeepSeek-V2 and V3.
        let full = |heads: u64| {
            [2, 2, layers, heads, head_size]
                .into_iter()
                .try_fold(1_u64, u64::checked_mul)
        };
        let latent = layers.checked_mul(2 * (512 + 64))?;
        let grouped = match real {
            AttentionKind::Gqa => kv_heads,
            AttentionKind::Mha
            | AttentionKind::Mqa
            | AttentionKind::Mla
            | AttentionKind::Hybrid
            | AttentionKind::Linear
            | AttentionKind::Mfa
            | AttentionKind::None
            | AttentionKind::Recurrent
            | AttentionKind::StateSpace => (heads / 8).max(1),
        };
        let kinds = [
            (AttentionKind::Mha, "MHA", Hue::Value(1), full(heads)?),
            (AttentionKind::Gqa, "GQA", Hue::Value(0), full(grouped)?),
            (AttentionKind::Mqa, "MQA", Hue::Value(2), full(1)?),
            (AttentionKind::Mla, "MLA", Hue::Value(3), latent),
        ];
        if !kinds.iter().any(|(kind, ..)| *kind == real) {
            return None;
        }
        let contexts: Vec<u64> = (0..=10).map(|step| 1_024_u64 << step).collect();
        let weights = self.memory(model, MemoryQuery::default()).ok();
        let weights = weights.map(|memory| memory.weights);
        Some(memory_drawn(model, real, &kinds, &contexts, weights, mode))
    }
}

/// A kind of attention, its short name, its colour, bytes for each token.
type Kind = (AttentionKind, &'static str, Hue, u64);

fn memory_drawn(
    model: &Model,
    real: AttentionKind,
    kinds: &[Kind],
    contexts: &[u64],
    weights: Option<u64>,
    mode: Mode,
) -> Drawn {
    let mut curves: Vec<Curve> = kinds
        .iter()
        .map(|(kind, name, hue, bytes)| Curve {
            name: (*name).to_owned(),
            hue: *hue,
            is_real: *kind == real,
            points: contexts
                .iter()
                .map(|tokens| (*tokens as f64, *bytes as f64 * *tokens as f64))
                .collect(),
        })
        .collect();
    let ends = contexts.first().zip(contexts.last());
    if let (Some(weights), Some((first, last))) = (weights, ends) {
        let points = [*first, *last].map(|tokens| (tokens as f64, weights as f64));
        curves.push(Curve {
            name: "weights".to_owned(),
            hue: Hue::Other,
            is_real: false,
            points: points.into(),
        });
    }
    let all = || curves.iter().flat_map(|c| c.points.iter().map(|p| p.1));
    let (low, high) = (all().fold(f64::MAX, f64::min), all().fold(1.0, f64::max));
    let ticks: Vec<(f64, String)> = (20..60)
        .step_by(2)
        .map(|power| 1_u64 << power)
        .map(|size| (size as f64, human_bytes(size)))
        .collect();
    let below = ticks.iter().rev().find(|(at, _)| *at <= low);
    let above = ticks.iter().find(|(at, _)| *at >= high);
    let span = (below.map_or(low, |t| t.0), above.map_or(high, |t| t.0));
    let within = ticks.iter().filter(|t| t.0 >= span.0 && t.0 <= span.1);
    let figure = Figure {
        title: format!("Cache of {} as its context grows", model.name),
        x: Scale {
            title: "tokens in the context".to_owned(),
            span: (1_024.0, 1_048_576.0),
            is_log: true,
            ticks: contexts
                .iter()
                .map(|tokens| (*tokens as f64, binary(*tokens)))
                .collect(),
        },
        y: Scale {
            title: "bytes of key-value cache in bf16, one sequence".to_owned(),
            span,
            is_log: true,
            ticks: within.cloned().collect(),
        },
        marks: Marks::Curves(curves),
        key: Vec::new(),
    };
    let head = ["Tokens"].into_iter().chain(kinds.iter().map(|k| k.1));
    let rows = contexts.iter().map(|tokens| {
        let cells = kinds
            .iter()
            .map(|k| human_bytes(k.3.saturating_mul(*tokens)));
        let cells = std::iter::once(binary(*tokens)).chain(cells);
        (cells.collect(), None)
    });
    Drawn {
        svg: figure.svg(mode),
        head: head.map(str::to_owned).collect(),
        rows: rows.collect(),
    }
}
