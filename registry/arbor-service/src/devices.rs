//! What this machine can run: its devices, and which of the catalogue's
//! models would fit each.

use crate::{MemoryQuery, View, wire};
use arbor_genome::Dtype;
use arbor_loaders::DeviceError;
use arbor_loaders::device::{Card, Kind};
use arbor_model::{Field, Model};

/// Positions of cache that a model must have room for, unless it was built
/// for fewer.
const CONTEXT: u64 = 4_096;

/// The formats that are looked at.
const FORMATS: [Dtype; 2] = [Dtype::F32, Dtype::Bf16];

/// Models that people know, by size.
const KNOWN: &[&str] = &[
    "bert-large",
    "gpt2-xl",
    "llama-2-7b",
    "llama-2-13b",
    "llama-2-70b",
];

/// The devices of this machine and what would fit them.
#[must_use]
pub fn devices(view: &View) -> wire::Devices {
    let kinds = arbor_loaders::device::devices();
    let devices: Vec<wire::Device> = kinds.iter().flat_map(|kind| of_kind(kind, view)).collect();
    let rooms: Vec<(&str, u64)> = devices
        .iter()
        .filter_map(|device| Some((device.device.as_deref()?, device.memory_free?)))
        .collect();
    let models = KNOWN.iter().filter_map(|id| view.resolve(id).ok());
    let models = models.flat_map(|model| FORMATS.map(|dtype| known(view, model, dtype, &rooms)));
    wire::Devices {
        context: CONTEXT,
        models: models.flatten().collect(),
        devices,
    }
}

/// The devices that are here and the memory that is free on each, in bytes.
#[must_use]
pub fn rooms() -> Vec<(String, u64)> {
    let kinds = arbor_loaders::device::devices();
    let cards = kinds.into_iter().filter_map(|kind| kind.cards.ok());
    cards
        .flatten()
        .filter_map(|card| Some((card.device, card.memory?.free)))
        .collect()
}

/// The devices that are here and all the memory of each, in bytes: what does
/// not change while the program runs.
#[must_use]
pub fn spaces() -> Vec<(String, u64)> {
    let kinds = arbor_loaders::device::devices();
    let cards = kinds.into_iter().filter_map(|kind| kind.cards.ok());
    cards
        .flatten()
        .filter_map(|card| Some((card.device, card.memory?.total)))
        .collect()
}

fn of_kind(kind: &Kind, view: &View) -> Vec<wire::Device> {
    let absent = |state, detail: String| wire::Device {
        kind: kind.name,
        state,
        detail: Some(detail),
        ..wire::Device::default()
    };
    match &kind.cards {
        Ok(cards) => cards.iter().map(|card| present(kind, card, view)).collect(),
        Err(error) => {
            let state = match error {
                DeviceError::NotBuilt { .. } => "not-built",
                DeviceError::NoDriver { .. } => "no-driver",
                DeviceError::NoCard { .. } | DeviceError::NoOrdinal { .. } => "no-device",
                DeviceError::NoArithmetic { .. } | DeviceError::Failed { .. } => "failed",
            };
            vec![absent(state, error.to_string())]
        }
    }
}

fn present(kind: &Kind, card: &Card, view: &View) -> wire::Device {
    let free = card.memory.map(|room| room.free);
    let largest = free.map(|free| FORMATS.map(|dtype| largest(view, dtype, free)));
    wire::Device {
        kind: kind.name,
        state: "present",
        device: Some(card.device.clone()),
        name: card.name.clone(),
        driver: card.driver.clone(),
        capability: card
            .capability
            .map(|(major, minor)| format!("{major}.{minor}")),
        memory_total: card.memory.map(|room| room.total),
        memory_free: free,
        largest: largest.into_iter().flatten().flatten().collect(),
        detail: None,
    }
}

/// What a model needs, where the claims say it.
fn needs(view: &View, model: &Model, dtype: Dtype) -> Option<u64> {
    let claimed = model.number(Field::ContextLength);
    let query = MemoryQuery {
        context: Some(claimed.map_or(CONTEXT, |most| most.min(CONTEXT))),
        dtype,
        ..MemoryQuery::default()
    };
    view.memory(model, query).ok()?.total
}

/// The largest model with published weights that has room, the first by id of
/// equals.
fn largest(view: &View, dtype: Dtype, free: u64) -> Option<wire::Fit> {
    let models = view.catalogue().models.values();
    let fitting = models
        .filter(|model| model.hub.iter().next().is_some())
        .filter_map(|model| Some((model, needs(view, model, dtype)?)))
        .filter(|(_, needs)| *needs <= free);
    let best = fitting.fold(None, |best: Option<(&Model, u64)>, next| match best {
        Some(best) if best.1 >= next.1 => Some(best),
        _ => Some(next),
    });
    best.map(|(model, needs)| wire::Fit {
        model: model.id.to_string(),
        dtype: dtype.as_str(),
        needs,
        fits: Vec::new(),
    })
}

fn known(view: &View, model: &Model, dtype: Dtype, rooms: &[(&str, u64)]) -> Option<wire::Fit> {
    let needs = needs(view, model, dtype)?;
    let fits = rooms.iter().filter(|(_, free)| needs <= *free);
    Some(wire::Fit {
        model: model.id.to_string(),
        dtype: dtype.as_str(),
        needs,
        fits: fits.map(|(device, _)| (*device).to_owned()).collect(),
    })
}
