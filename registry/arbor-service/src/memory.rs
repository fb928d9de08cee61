//! Memory, as far as claims go: the arithmetic is `arbor-genome`'s, the
//! numbers are the claims'.

use crate::{ServiceError, View, wire};
use arbor_genome::{CacheShape, Dtype, Memory, MemoryError};
use arbor_model::{AttentionKind, Branch, Field, Model, Value};
use std::num::NonZeroU64;

/// What memory is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryQuery {
    /// Positions of a sequence; none means the model's context length, or
    /// 2,048 where that is not known.
    pub context: Option<u64>,
    /// Sequences.
    pub batch: u64,
    /// The number format.
    pub dtype: Dtype,
}

impl Default for MemoryQuery {
    fn default() -> Self {
        Self {
            context: None,
            batch: 1,
            dtype: Dtype::Bf16,
        }
    }
}

impl MemoryQuery {
    /// Reads the format's name.
    ///
    /// # Errors
    /// [`ServiceError::BadParameter`] for an unknown one.
    pub fn dtype(self, name: &str) -> Result<Self, ServiceError> {
        let dtype = name.parse().map_err(|error: arbor_model::UnknownWord| {
            let expected = format!("one of {}", error.allowed.join(", "));
            ServiceError::bad_parameter("dtype", name, expected)
        })?;
        Ok(Self { dtype, ..self })
    }
}

impl View {
    /// How much memory a model needs.
    ///
    /// # Errors
    /// [`ServiceError::Unknown`] where no parameter count is claimed, and
    /// [`ServiceError::BadParameter`] where the sum exceeds 64 bits.
    pub fn memory(&self, model: &Model, query: MemoryQuery) -> Result<wire::Memory, ServiceError> {
        let parameters = model.parameters().ok_or_else(|| ServiceError::Unknown {
            what: "memory",
            model: model.id.to_string(),
            missing: "its parameter count is not known".to_owned(),
        })?;
        let claimed = model.number(Field::ContextLength);
        let context = query.context.or(claimed).unwrap_or(2_048);
        let cache = cache_shape(model);
        let shape = cache.as_ref().ok().copied().flatten();
        let plan = Memory::plan(parameters.value, shape, query.dtype, context, query.batch);
        let plan = plan.map_err(|MemoryError::TooLarge| {
            let expected = "fewer positions and sequences: no more than 2^64 bytes in all";
            ServiceError::bad_parameter("context", &context.to_string(), expected)
        })?;
        let known = cache.is_ok();
        Ok(wire::Memory {
            schema_version: wire::SCHEMA_VERSION,
            model: model.id.to_string(),
            dtype: query.dtype.as_str(),
            context,
            batch: query.batch,
            weights: plan.weights,
            cache_per_token: known.then_some(plan.cache_per_token),
            cache: known.then_some(plan.cache),
            total: known.then_some(plan.total),
            policies: shape
                .map(|shape| policy(shape, plan, query, context))
                .into_iter()
                .collect(),
            missing: cache.err(),
        })
    }
}

fn policy(shape: CacheShape, plan: Memory, query: MemoryQuery, context: u64) -> wire::CachePolicy {
    let CacheShape {
        layers,
        kv_heads,
        head_size,
    } = shape;
    wire::CachePolicy {
        policy: "full",
        cache_per_token: plan.cache_per_token,
        cache: plan.cache,
        formula: format!(
            "2 (key, value) × {layers} layers × {kv_heads} key-value heads × {head_size} wide × \
             {context} positions × {} sequences, in {}",
            query.batch, query.dtype
        ),
    }
}

/// What the cache keeps per position: nothing for an encoder; an error that
/// says what is missing where it cannot be told.
fn cache_shape(model: &Model) -> Result<Option<CacheShape>, String> {
    match model.branch {
        Branch::Precursor | Branch::EncoderOnly => return Ok(None),
        Branch::EncoderDecoder => {
            return Err(
                "an encoder-decoder also caches its source, whose length is not \
                        given"
                    .to_owned(),
            );
        }
        Branch::DecoderOnly => {}
    }
    match model
        .shown(Field::Attention)
        .map(|claim| (claim.fact.value(), &claim.citation.note))
    {
        Some((Value::Attention(kind), note)) => match kind {
            AttentionKind::Gqa | AttentionKind::Mha | AttentionKind::Mqa => {
                if let Some(note) = note {
                    return Err(format!(
                        "its attention is {kind} ({note}); a full cache would be too much"
                    ));
                }
            }
            AttentionKind::None => return Ok(None),
            AttentionKind::Hybrid
            | AttentionKind::Linear
            | AttentionKind::Mfa
            | AttentionKind::Mla
            | AttentionKind::Recurrent
            | AttentionKind::StateSpace => {
                return Err(format!(
                    "its attention is {kind}, whose state the claims do not size"
                ));
            }
        },
        _ => return Err("nobody claims what its attention is".to_owned()),
    }
    let number = |field: Field| {
        let number = model.number(field).and_then(NonZeroU64::new);
        number.ok_or_else(|| format!("nobody claims its {field}"))
    };
    let head_size = number(Field::HeadSize).or_else(|_| {
        let (width, heads) = (number(Field::HiddenSize)?, number(Field::Heads)?);
        NonZeroU64::new(width.get() / heads)
            .ok_or_else(|| "its heads are narrower than 1".to_owned())
    })?;
    let kv_heads = number(Field::KvHeads)?;
    Ok(Some(CacheShape {
        layers: number(Field::Layers)?,
        kv_heads,
        head_size,
    }))
}
