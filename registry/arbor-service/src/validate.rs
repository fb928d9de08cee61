//! Questions to a checkpoint's folder: is it what it claims, what does it
//! answer, how many parameters has it. Loading is `arbor-loaders`' business;
//! this file only gives its answers their wire shape.
//!
//! A hostile checkpoint can end the process that looks at it, so whoever runs
//! for others calls these in a child.

use crate::vectors::Vectors;
use crate::{ServiceError, wire};
use arbor_genome::gene::Part;
use arbor_loaders::{Asked, Input, Model, Placement, Purpose, Seat};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Examines a checkpoint, rung by rung.
///
/// # Errors
/// [`ServiceError::Device`] if the device cannot be used; whatever is wrong
/// with the checkpoint is a verdict.
pub fn examine(
    folder: &Path,
    asked: Asked<'_>,
    placement: Placement,
) -> Result<wire::Examination, ServiceError> {
    let seat = placement.open(Purpose::Compare)?;
    let found = arbor_loaders::examine(folder, asked, &seat);
    Ok(wire::Examination {
        schema_version: wire::SCHEMA_VERSION,
        model: folder.display().to_string(),
        model_type: found.model_type,
        verdict: found.verdict.as_str(),
        checks: found.checks.iter().map(wire::Check::new).collect(),
        published: found.published.iter().map(wire::Published::new).collect(),
        environment: environment(&seat, found.dtype),
    })
}

fn environment(seat: &Seat, dtype: &'static str) -> wire::Environment {
    wire::Environment {
        device: seat.label(),
        device_name: seat.name().map(str::to_owned),
        driver: seat.driver().map(str::to_owned),
        dtype,
        loader: format!("arbor-loaders {}", env!("CARGO_PKG_VERSION")),
        platform: format!("{} {}", std::env::consts::ARCH, std::env::consts::OS),
        threads: arbor_loaders::device::threads(),
    }
}

/// A model's answers at every position of one row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Logits {
    /// What it was pre-trained to predict.
    pub objective: &'static str,
    /// For each position a number for each word of the vocabulary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logits: Option<Vec<Vec<f32>>>,
    /// For each position the state, where the model has no head.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Vec<Vec<f32>>>,
}

/// Asks a checkpoint for its answers to some ids.
///
/// # Errors
/// [`ServiceError::Load`] if it cannot be loaded, or the ids do not fit it;
/// [`ServiceError::Device`] if the device cannot be used.
pub fn logits(
    folder: &Path,
    ids: &[u32],
    decoder_ids: Option<&[u32]>,
    placement: Placement,
) -> Result<Logits, ServiceError> {
    if let Some(vectors) = Vectors::at(folder)? {
        return Ok(vectors.logits(ids)?);
    }
    let model = Model::load_on(folder, &placement.open(Purpose::Compare)?)?;
    let answer = match decoder_ids {
        Some(target) => {
            let mut memory = model.memory(Some(&Input::row(ids)))?;
            model.forward(&Input::row(target), &mut memory)?
        }
        None => model.forward(&Input::row(ids), &mut model.memory(None)?)?,
    };
    let rows = answer.squeeze(0).and_then(|rows| rows.to_vec2::<f32>());
    let rows = rows.map_err(arbor_loaders::LoadError::from)?;
    let genome = &model.blueprint().genome;
    let headless = matches!(genome.head, arbor_genome::gene::Head::None);
    let (logits, hidden) = if headless {
        (None, Some(rows))
    } else {
        (Some(rows), None)
    };
    Ok(Logits {
        objective: genome.objective.as_str(),
        logits,
        hidden,
    })
}

/// A checkpoint's parameters by its genome, from the text of a `config.json`.
///
/// # Errors
/// [`ServiceError::Load`] names the key that is not understood.
pub fn folder_params(name: &str, config: &str) -> Result<wire::Params, ServiceError> {
    let blueprint =
        arbor_genome::Blueprint::read(config).map_err(arbor_loaders::LoadError::from)?;
    let inventory = &blueprint.inventory;
    Ok(wire::Params {
        schema_version: wire::SCHEMA_VERSION,
        model: name.to_owned(),
        total: Some(inventory.total()),
        active: Some(blueprint.active()),
        by_part: by_part(&inventory.by_part()),
        by_dtype: BTreeMap::new(),
        tied: Some(inventory.tied()),
        buffers: Some(0),
        source: "genome",
        bytes_read: config.len() as u64,
        claims: Vec::new(),
        headers: None,
    })
}

/// What the parts have, in the wire's order.
pub(crate) fn by_part(parts: &BTreeMap<Part, u64>) -> wire::ByPart {
    let part = |part: Part| Some(parts.get(&part).copied().unwrap_or(0));
    wire::ByPart {
        embedding: part(Part::Embedding),
        attention: part(Part::Attention),
        feed_forward: part(Part::FeedForward),
        norm: part(Part::Norm),
        head: part(Part::Head),
        experts: part(Part::Experts),
        other: part(Part::Other),
    }
}
