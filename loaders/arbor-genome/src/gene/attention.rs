//! Attention: how queries, keys and values are made, what is added to the
//! scores, which positions are seen.

use super::{Linear, Norm, Part, QkNorm, Rotary, Router, Visitor};
use crate::Parameter;

/// How queries are made.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    /// By one map, `[heads · head_size, width]`.
    Full(Linear),
    /// With a gate: a sigmoid of it multiplies the heads' joined output
    /// (Qwen3-Next).
    Gated {
        /// To queries.
        map: Linear,
        /// To the gate, `[heads · value_size, width]`.
        gate: Linear,
    },
    /// Through a narrow latent vector (DeepSeek-V2).
    LowRank {
        /// Width → latent.
        down: Linear,
        /// Over the latent.
        norm: Norm,
        /// Latent → heads.
        up: Linear,
    },
    /// By experts, each with a set of heads as large as the key-value heads'
    /// and its own part of the output's inputs (JetMoE, arXiv 2404.07413).
    Routed {
        /// Picks experts, and weighs what their heads find.
        router: Box<Router>,
        /// To the queries of all experts, `[experts · kv_heads · head_size,
        /// width]`; the output's inputs are as many.
        map: Linear,
    },
}

/// How keys and values are made.
#[derive(Clone, Debug, PartialEq)]
pub enum KeyValue {
    /// By a map each, `[kv_heads · size, width]`.
    Full {
        /// To keys.
        key: Linear,
        /// To values.
        value: Linear,
    },
    /// Through one latent vector that alone is cached, with a rotated part
    /// that all heads share (DeepSeek-V2, arXiv 2405.04434).
    Latent {
        /// Width → latent.
        down: Linear,
        /// Width → rotated part.
        rotated: Linear,
        /// Over the latent.
        norm: Norm,
        /// Latent → the keys' unrotated part, `[heads · (head_size − rotary), latent]`.
        key_up: Linear,
        /// Latent → values, `[heads · value_size, latent]`.
        value_up: Linear,
    },
    /// By a map each, heads in pairs: both attend to the values of both, and
    /// what the second finds is subtracted from what the first finds (Ye et
    /// al. 2024, arXiv 2410.05258). The second of head i is head i + half.
    Differential {
        /// To keys.
        key: Linear,
        /// To values.
        value: Linear,
        /// The second counts `exp(l₀ · l₁) − exp(l₂ · l₃)` and `start`, each
        /// `[head_size]`.
        lambdas: [Parameter; 4],
        /// What the second counts before training; the difference is
        /// multiplied with one minus this.
        start: f64,
        /// Over each difference, before that.
        norm: Norm,
    },
}

/// Slopes of ALiBi (Press et al. 2021, arXiv 2108.12409).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Slopes {
    /// `2^(−8 i / n)`, with the paper's filling for heads that are no power
    /// of two (BLOOM).
    Standard,
    /// As the standard, but slopes, positions and their products are rounded
    /// to bfloat16 (Falcon).
    StandardBf16 {
        /// What the products are multiplied with after rounding.
        scale: f64,
    },
    /// `2^(−max · i / n)` for the next power of two, odd ones first (MPT).
    Mpt {
        /// The largest exponent.
        max: f64,
    },
}

/// Which sides relative buckets tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sides {
    /// Before and after.
    Both,
    /// Only what lies before.
    Past,
}

/// DeBERTa's disentangled positions (He et al. 2020, arXiv 2006.03654).
#[derive(Clone, Debug, PartialEq)]
pub struct Disentangled {
    /// Relative embeddings `[2 · span, width]`, shared by all layers.
    pub table: Parameter,
    /// Over the table's rows.
    pub norm: Option<Norm>,
    /// Relative distances on each side.
    pub span: u64,
    /// Buckets for far distances (log-spaced), where they are used.
    pub buckets: Option<u64>,
    /// Largest distance.
    pub max_distance: u64,
    /// Makes positional keys for content queries, where content-to-position
    /// scores are used.
    pub content_to_position: Option<Linear>,
    /// Makes positional queries for content keys, where position-to-content
    /// scores are used.
    pub position_to_content: Option<Linear>,
}

/// Transformer-XL's relative attention as XLNet has it (arXiv 1906.08237).
#[derive(Clone, Debug, PartialEq)]
pub struct XlRelative {
    /// Makes positional keys, `[heads · head_size, width]`.
    pub key: Linear,
    /// Added to queries against content, `[heads, head_size]`.
    pub content_bias: Parameter,
    /// Added to queries against positions.
    pub position_bias: Parameter,
    /// Added to queries against segments.
    pub segment_bias: Parameter,
    /// Same segment and other segment, `[2, heads, head_size]`.
    pub segments: Parameter,
    /// Distances beyond are taken for this one.
    pub clamp: Option<u64>,
}

/// Vectors of distances, as wide as a head.
#[derive(Clone, Debug, PartialEq)]
pub enum DistanceTable {
    /// `[2 · positions − 1, head_size]`, the farthest key ahead first.
    Learned(Parameter),
    /// Sine and cosine in turn of the distance, the farthest key behind first.
    Sines {
        /// Distances beyond are taken for this one.
        clip: u64,
    },
}

/// Relative vectors (Shaw et al. 2018, arXiv 1803.02155): the distance's
/// vector is added to the key that a query meets.
#[derive(Clone, Debug, PartialEq)]
pub struct Distances {
    /// The vectors, which all heads share.
    pub table: DistanceTable,
    /// Keys meet the vector too (Huang et al. 2020, arXiv 2009.13658).
    pub keys_too: bool,
    /// It is added to the value as well.
    pub values: bool,
}

/// What is added to scores by distance.
#[derive(Clone, Debug, PartialEq)]
pub enum ScoreBias {
    /// Nothing.
    None,
    /// A slope for each head times the distance.
    Alibi(Slopes),
    /// A learned number for each head and bucket of distance (T5, MPNet).
    Buckets {
        /// `[buckets, heads]`, shared by all layers of the stack.
        table: Parameter,
        /// Distances beyond fall into one bucket.
        max_distance: u64,
        /// Which sides are told apart.
        sides: Sides,
    },
    /// DeBERTa's.
    Disentangled(Box<Disentangled>),
    /// A vector for each distance.
    Distances(Box<Distances>),
    /// XLNet's.
    Xl(Box<XlRelative>),
}

/// An attention layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Attention {
    /// Query heads.
    pub heads: u64,
    /// Key-value heads; each serves `heads / kv_heads` query heads in a row.
    pub kv_heads: u64,
    /// Width of a query or key.
    pub head_size: u64,
    /// Width of a value.
    pub value_size: u64,
    /// How queries are made.
    pub query: Query,
    /// How keys and values are made.
    pub key_value: KeyValue,
    /// Back to the width, `[width, heads · value_size]`.
    pub output: Linear,
    /// Over queries.
    pub query_norm: Option<QkNorm>,
    /// Over keys.
    pub key_norm: Option<QkNorm>,
    /// Over the heads' joined output, before the output map.
    pub output_norm: Option<Norm>,
    /// Rotary positions.
    pub rotary: Option<Rotary>,
    /// What is added to scores.
    pub bias: ScoreBias,
    /// What scores are multiplied with.
    pub scale: f64,
    /// Scores are squashed to ± this by tanh.
    pub soft_cap: Option<f64>,
    /// A position sees itself and so many − 1 before it (and as many after
    /// it where both sides are seen).
    pub window: Option<u64>,
    /// A learned score for each head that takes probability and gives nothing
    /// (gpt-oss), `[heads]`.
    pub sinks: Option<Parameter>,
    /// Queries, keys and values are clipped to ± this.
    pub clip: Option<f64>,
}

impl Attention {
    /// Lists the parameters.
    pub fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        let part = Part::Attention;
        match &self.query {
            Query::Full(map) => map.visit(part, visitor),
            Query::Gated { map, gate } => {
                map.visit(part, visitor);
                gate.visit(part, visitor);
            }
            Query::Routed { router, map } => {
                router.map.visit(part, visitor);
                map.visit(part, visitor);
            }
            Query::LowRank { down, norm, up } => {
                down.visit(part, visitor);
                norm.visit(visitor);
                up.visit(part, visitor);
            }
        }
        match &self.key_value {
            KeyValue::Full { key, value } => {
                key.visit(part, visitor);
                value.visit(part, visitor);
            }
            KeyValue::Latent {
                down,
                rotated,
                norm,
                key_up,
                value_up,
            } => {
                down.visit(part, visitor);
                rotated.visit(part, visitor);
                norm.visit(visitor);
                key_up.visit(part, visitor);
                value_up.visit(part, visitor);
            }
            KeyValue::Differential {
                key,
                value,
                lambdas,
                norm,
                start: _,
            } => {
                key.visit(part, visitor);
                value.visit(part, visitor);
                lambdas.iter().for_each(|lambda| visitor(part, lambda));
                norm.visit(visitor);
            }
        }
        self.output.visit(part, visitor);
        for norm in [&self.query_norm, &self.key_norm].into_iter().flatten() {
            norm.norm.visit(visitor);
        }
        if let Some(norm) = &self.output_norm {
            norm.visit(visitor);
        }
        self.bias.visit(visitor);
        if let Some(sinks) = &self.sinks {
            visitor(part, sinks);
        }
    }
}

impl ScoreBias {
    fn visit<'g>(&'g self, visitor: &mut Visitor<'_, 'g>) {
        let part = Part::Attention;
        match self {
            Self::None | Self::Alibi(_) => {}
            Self::Buckets { table, .. } => visitor(part, table),
            Self::Disentangled(d) => {
                visitor(part, &d.table);
                if let Some(norm) = &d.norm {
                    norm.visit(visitor);
                }
                for map in [&d.content_to_position, &d.position_to_content]
                    .into_iter()
                    .flatten()
                {
                    map.visit(part, visitor);
                }
            }
            Self::Distances(distances) => match &distances.table {
                DistanceTable::Learned(table) => visitor(part, table),
                DistanceTable::Sines { .. } => {}
            },
            Self::Xl(xl) => {
                xl.key.visit(part, visitor);
                let biases = [&xl.content_bias, &xl.position_bias, &xl.segment_bias];
                for parameter in biases.into_iter().chain([&xl.segments]) {
                    visitor(part, parameter);
                }
            }
        }
    }
}
