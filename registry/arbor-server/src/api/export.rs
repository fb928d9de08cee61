//! Exports in formats that other tools read; `arbor-service` writes them.

use super::models::sort;
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

/// The same as CSV, in the table's order where the query names one.
pub(crate) fn csv(ask: &Ask) -> Outcome {
    if ask.query.get("sort").is_none() {
        return write(ask, ExportFormat::Csv);
    }
    let text = ask.view.csv(&ask.filter()?, sort(ask)?)?;
    Ok(saved(ExportFormat::Csv, text))
}

fn write(ask: &Ask, format: ExportFormat) -> Outcome {
    let text = ask.view.export(format, &ask.filter()?)?;
    Ok(saved(format, text))
}

fn saved(format: ExportFormat, text: String) -> Reply {
    Reply {
        file: Some(file(format)),
        ..Reply::text(format.media_type(), text)
    }
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
