//! Exports in formats that other tools read; `arbor-service` writes them.

use crate::reply::{Ask, Outcome, Reply};
use arbor_model::UnknownWord;
use arbor_service::{ExportFormat, ServiceError};

/// The models that pass a filter in the format that the path names.
pub(crate) fn export(ask: &Ask) -> Outcome {
    let format: ExportFormat = ask.id.parse().map_err(|error: UnknownWord| {
        let near = error.allowed.iter().map(ToString::to_string).collect();
        ServiceError::not_found("export format", &ask.id, near)
    })?;
    write(ask, format)
}

/// The same as CSV.
pub(crate) fn csv(ask: &Ask) -> Outcome {
    write(ask, ExportFormat::Csv)
}

fn write(ask: &Ask, format: ExportFormat) -> Outcome {
    let text = ask.view.export(format, &ask.filter()?)?;
    Ok(Reply {
        file: Some(file(format)),
        ..Reply::text(format.media_type(), text)
    })
}

/// Under which name browsers save it.
const fn file(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Csv => "arboretum.csv",
        ExportFormat::Dot => "arboretum.dot",
        ExportFormat::Graphml => "arboretum.graphml",
        ExportFormat::Json => "arboretum.json",
        ExportFormat::Mermaid => "arboretum.mmd",
        ExportFormat::Newick => "arboretum.nwk",
    }
}
