//! Memory: the arithmetic is `arbor-genome`'s, the numbers are the claims', or
//! a genome's where there is a configuration.

use crate::{ServiceError, View, wire};
use arbor_genome::gguf::{Cache, Unsized};
use arbor_genome::{
    Ask, Blueprint, CacheShape, Dtype, Kept, Memory, MemoryError, Needs, Policy, bytes_of,
};
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

/// Positions where nobody says how many there are.
const CONTEXT: u64 = 2_048;

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
        let context = query.context.or(claimed).unwrap_or(CONTEXT);
        let cache = cache_shape(model);
        let shape = cache.as_ref().ok().copied().flatten();
        let plan = Memory::plan(parameters.value, shape, query.dtype, context, query.batch);
        let plan = plan.map_err(|error| too_large(context, error))?;
        let known = cache.is_ok();
        Ok(wire::Memory {
            cache_per_token: known.then_some(plan.cache_per_token),
            cache: known.then_some(plan.cache),
            total: known.then_some(plan.total),
            policies: shape
                .map(|shape| policy(shape, plan, query, context))
                .into_iter()
                .collect(),
            missing: cache.err(),
            ..asked(model.id.as_str(), context, query, plan.weights)
        })
    }
}

/// The bytes of a model's weights, and of the cache of one sequence as far as
/// claims tell it; nothing where no parameter count is claimed.
pub(crate) fn room_for(model: &Model, dtype: Dtype, context: u64) -> Option<u64> {
    let parameters = model.parameters()?.value;
    let shape = cache_shape(model).ok().flatten();
    let plan = Memory::plan(parameters, shape, dtype, context, 1).ok()?;
    Some(plan.total)
}

fn too_large(context: u64, MemoryError::TooLarge: MemoryError) -> ServiceError {
    let expected = "fewer positions and sequences: no more than 2^64 bytes in all";
    ServiceError::bad_parameter("context", &context.to_string(), expected)
}

/// How much memory a checkpoint needs by its genome, from the text of a
/// `config.json`. The policies come plainest first; the figures are those of
/// the last one, which keeps the least. A source is as long as its target.
///
/// # Errors
/// [`ServiceError::Load`] names the key that is not understood, and
/// [`ServiceError::BadParameter`] where the sum exceeds 64 bits.
pub fn folder_memory(
    name: &str,
    config: &str,
    query: MemoryQuery,
) -> Result<wire::Memory, ServiceError> {
    let blueprint = Blueprint::read(config).map_err(arbor_loaders::LoadError::from)?;
    let genome = &blueprint.genome;
    let context = query.context.or(genome.context).unwrap_or(CONTEXT);
    let ask = Ask {
        context,
        source: context,
        batch: query.batch,
        dtype: query.dtype,
    };
    let large = |error| too_large(context, error);
    let mut least = None;
    let mut policies = Vec::new();
    for (policy, kept) in genome.policies().map_err(large)? {
        let needs = Needs::of(&blueprint, &kept, &ask).map_err(large)?;
        policies.push(kept_policy(policy, &kept, &needs, &ask));
        least = Some(needs);
    }
    let weights = least.map_or(0, |needs| needs.weights);
    Ok(wire::Memory {
        cache_per_token: least.map(|needs| needs.per_token),
        cache: least.map(|needs| needs.cache),
        total: least.map(|needs| needs.total),
        policies,
        ..asked(name, context, query, weights)
    })
}

/// How much memory weights of so many bytes need, and a cache that keeps so
/// many numbers for a position. The policies come plainest first; the figures
/// are those of the last one.
pub(crate) fn of_numbers(
    name: &str,
    weights: u64,
    cache: Result<Cache, Unsized>,
    context: Option<u64>,
    query: MemoryQuery,
) -> Result<wire::Memory, ServiceError> {
    let context = context.unwrap_or(CONTEXT);
    let large = || too_large(context, MemoryError::TooLarge);
    let dtype = query.dtype.of_cache();
    let kept = cache.as_ref().ok();
    let full = kept.map(|cache| (Policy::Full, cache.full));
    let latent = kept.and_then(|cache| cache.latent);
    let mut policies = Vec::new();
    for (policy, numbers) in full.into_iter().chain(latent.map(|n| (Policy::Latent, n))) {
        let per_token = bytes_of(numbers, dtype).map_err(|_| large())?;
        let all = context.checked_mul(query.batch);
        let all = all.and_then(|all| all.checked_mul(per_token));
        let (batch, cache) = (query.batch, all.ok_or_else(large)?);
        policies.push(wire::CachePolicy {
            policy: policy.as_str(),
            cache_per_token: per_token,
            cache,
            formula: format!(
                "{numbers} × {context} positions × {batch} sequences, numbers in {dtype}"
            ),
        });
    }
    let least = policies.last();
    let total = least.map(|policy| weights.checked_add(policy.cache).ok_or_else(large));
    Ok(wire::Memory {
        cache_per_token: least.map(|policy| policy.cache_per_token),
        cache: least.map(|policy| policy.cache),
        total: total.transpose()?,
        missing: cache.err().map(|error| error.to_string()),
        policies,
        ..asked(name, context, query, weights)
    })
}

/// What was asked, and the weights; nothing of a cache.
fn asked(name: &str, context: u64, query: MemoryQuery, weights: u64) -> wire::Memory {
    wire::Memory {
        schema_version: wire::SCHEMA_VERSION,
        model: name.to_owned(),
        dtype: query.dtype.as_str(),
        context,
        batch: query.batch,
        weights,
        cache_per_token: None,
        cache: None,
        total: None,
        policies: Vec::new(),
        missing: None,
    }
}

fn kept_policy(policy: Policy, kept: &Kept, needs: &Needs, ask: &Ask) -> wire::CachePolicy {
    let mut sums = Vec::new();
    for (window, numbers) in &kept.positions {
        let positions = window.map_or(ask.context, |window| window.min(ask.context));
        sums.push(format!("{numbers} × {positions} positions"));
    }
    if kept.source > 0 {
        sums.push(format!("{} × {} of a source", kept.source, ask.source));
    }
    if kept.state > 0 {
        sums.push(format!("{} of state", kept.state));
    }
    let formula = if sums.is_empty() {
        "nothing is kept".to_owned()
    } else {
        let (sums, cache) = (sums.join(" + "), ask.dtype.of_cache());
        format!("({sums}) × {} sequences, numbers in {cache}", ask.batch)
    };
    wire::CachePolicy {
        policy: policy.as_str(),
        cache_per_token: needs.per_token,
        cache: needs.cache,
        formula,
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
