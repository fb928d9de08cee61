//! Exports without a graph's shape: CSV with one row a model, JSON with all
//! that is known.

use crate::{ServiceError, View, wire};
use arbor_model::Model;
use serde::Serialize;

const COLUMNS: [&str; 14] = [
    "id",
    "name",
    "family",
    "organisations",
    "branch",
    "mask",
    "objective",
    "released",
    "parameters",
    "parameters_kind",
    "active_parameters",
    "openness",
    "licence",
    "hub",
];

pub(super) fn csv(view: &View, models: &[&Model]) -> Result<String, ServiceError> {
    let failed = |error: csv::Error| ServiceError::Export(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(failed)?;
    for model in models {
        let row = view.summary(model);
        let number = |n: Option<u64>| n.map_or_else(String::new, |n| n.to_string());
        let cells = [
            row.id,
            row.name,
            row.family,
            row.organisations.join(";"),
            row.branch.to_owned(),
            row.mask.to_owned(),
            row.objective.to_owned(),
            row.released.unwrap_or_default(),
            number(row.parameters),
            row.parameters_kind.unwrap_or_default().to_owned(),
            number(row.active_parameters),
            row.openness.unwrap_or_default().to_owned(),
            row.licence.unwrap_or_default(),
            row.hub.unwrap_or_default(),
        ];
        writer.write_record(cells.map(harmless)).map_err(failed)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| ServiceError::Export(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| ServiceError::Export(error.to_string()))
}

/// A spreadsheet takes a cell that begins so for a formula and runs it.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell
    }
}

#[derive(Serialize)]
struct Export {
    schema_version: u32,
    change: u64,
    models: Vec<wire::Model>,
}

pub(super) fn json(view: &View, models: &[&Model]) -> Result<String, ServiceError> {
    let models = models.iter().map(|model| view.show(model, Vec::new()));
    let export = Export {
        schema_version: wire::SCHEMA_VERSION,
        change: view.change(),
        models: models.collect::<Result<_, _>>()?,
    };
    let text = serde_json::to_string_pretty(&export);
    text.map(|text| text + "\n")
        .map_err(|error| ServiceError::Export(error.to_string()))
}
