//! The doctor's words for this machine's devices and what would fit them.

use crate::render::facts::Page;
use crate::render::style::{self, harmless};
use crate::render::text::grouped;
use arbor_model::human_bytes;
use arbor_service::wire::{Device, Devices, Fit};

pub(super) fn text(found: &Devices, page: &Page) -> String {
    let mut text = format!("\n{}\n", style::paint(style::STRONG, "Devices"));
    for device in &found.devices {
        let label = device.device.as_deref().unwrap_or(device.kind);
        text += &page.paragraph(label, &harmless(&said(device)));
    }
    text += &format!("\n{}\n", style::paint(style::STRONG, "What would fit"));
    let cache = format!("{} tokens", grouped(found.context));
    text += &page.paragraph("with a cache of", &cache);
    for device in &found.devices {
        if let Some(label) = &device.device {
            let room = device.largest.iter().map(|fit| {
                let needs = human_bytes(fit.needs);
                format!("{} in {} ({needs})", fit.model, fit.dtype)
            });
            let room: Vec<String> = room.collect();
            let room = if room.is_empty() {
                "nothing of the catalogue".to_owned()
            } else {
                format!("at most {}", room.join("; "))
            };
            text += &page.paragraph(label, &room);
        }
    }
    for fits in found.models.chunk_by(|a, b| a.model == b.model) {
        let each: Vec<String> = fits.iter().map(place).collect();
        if let Some(first) = fits.first() {
            text += &page.paragraph(&first.model, &each.join("; "));
        }
    }
    text
}

fn said(device: &Device) -> String {
    if let Some(detail) = &device.detail {
        return detail.clone();
    }
    let memory = match (device.memory_total, device.memory_free) {
        (Some(total), Some(free)) => Some(format!(
            "{}, {} free",
            human_bytes(total),
            human_bytes(free)
        )),
        (Some(total), None) => Some(human_bytes(total)),
        (None, _) => Some("memory not known".to_owned()),
    };
    let capability = device.capability.as_ref();
    let driver = device.driver.as_ref();
    [
        device.name.clone(),
        memory,
        capability.map(|capability| format!("compute capability {capability}")),
        driver.map(|driver| format!("driver {driver}")),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(", ")
}

fn place(fit: &Fit) -> String {
    let fits = if fit.fits.is_empty() {
        "nowhere".to_owned()
    } else {
        fit.fits.join(", ")
    };
    format!("{} {}: {fits}", fit.dtype, human_bytes(fit.needs))
}
