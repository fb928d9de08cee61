//! Exports: the models that pass a filter, with the edges between them, in
//! formats that other tools read. One file per kind of format.

mod graph;
mod newick;
mod table;

use crate::{Filter, ServiceError, Sort, SortKey, View};
use arbor_model::{Edge, Model};

arbor_model::words! {
    /// What an export can be written as.
    ExportFormat: "export format" {
        /// A table of models: spreadsheets.
        Csv = "csv",
        /// Graphviz.
        Dot = "dot",
        /// GraphML: Gephi, yEd, networkx.
        Graphml = "graphml",
        /// Everything, with claims and citations.
        Json = "json",
        /// Mermaid: Markdown pages.
        Mermaid = "mermaid",
        /// Newick: tools of phylogenetics.
        Newick = "newick",
    }
}

impl ExportFormat {
    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Dot => "text/vnd.graphviz; charset=utf-8",
            Self::Graphml => "application/graphml+xml; charset=utf-8",
            Self::Json => "application/json",
            Self::Mermaid | Self::Newick => "text/plain; charset=utf-8",
        }
    }
}

impl View {
    /// Writes the models that pass a filter as CSV, sorted.
    ///
    /// # Errors
    /// [`ServiceError::Export`] if the writer fails.
    pub fn csv(&self, filter: &Filter, sort: Sort) -> Result<String, ServiceError> {
        table::csv(self, &self.matching(filter, sort))
    }

    /// Writes the models that pass a filter, in order of id.
    ///
    /// # Errors
    /// [`ServiceError::Export`] if a format's writer fails.
    pub fn export(&self, format: ExportFormat, filter: &Filter) -> Result<String, ServiceError> {
        let models = self.matching(
            filter,
            Sort {
                key: SortKey::Id,
                descending: false,
            },
        );
        match format {
            ExportFormat::Csv => table::csv(self, &models),
            ExportFormat::Dot => Ok(graph::dot(self, &models)),
            ExportFormat::Graphml => graph::graphml(self, &models),
            ExportFormat::Json => table::json(self, &models),
            ExportFormat::Mermaid => Ok(graph::mermaid(&models)),
            ExportFormat::Newick => Ok(newick::newick(self, &models)),
        }
    }
}

/// The edges between exported models, by child and then as the file orders
/// them.
fn edges<'m>(models: &'m [&'m Model]) -> impl Iterator<Item = (&'m Model, &'m Edge)> {
    models.iter().flat_map(move |child| {
        let within = |edge: &&Edge| models.binary_search_by(|m| m.id.cmp(&edge.parent)).is_ok();
        child
            .parents
            .iter()
            .filter(within)
            .map(move |edge| (*child, edge))
    })
}
