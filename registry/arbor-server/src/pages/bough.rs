//! A model in nested lists, with what stands under it: the tree in words.

use super::row::{Limb, fill};
use crate::urls;
use arbor_model::Relation;
use arbor_service::{ServiceError, wire};
use askama::Template;

/// Which way the lists grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// From a model to what came from it.
    Down,
    /// From a model to what it came from.
    Up,
}

/// A model and all that stands under it.
#[derive(Template)]
#[template(path = "parts/bough.html")]
pub(crate) struct Bough<'a> {
    node: &'a wire::OutlineNode,
    way: Way,
}

impl<'a> Bough<'a> {
    /// The lists of a tree's tops, as HTML.
    pub(crate) fn list(nodes: &'a [wire::OutlineNode], way: Way) -> Result<String, ServiceError> {
        let mut html = String::new();
        for node in nodes {
            Bough { node, way }
                .render_into(&mut html)
                .map_err(|error| ServiceError::Drawing(error.to_string()))?;
        }
        Ok(html)
    }

    fn child(&self, node: &'a wire::OutlineNode) -> Self {
        Self {
            node,
            way: self.way,
        }
    }

    fn href(&self) -> String {
        urls::model(&self.node.model.id)
    }

    /// The lists from here on, for what is not opened.
    fn rest(&self) -> String {
        let root = self.node.model.id.as_str();
        urls::with_query("/", [("root", root), ("view", "outline")])
    }

    fn limb(&self) -> Limb {
        Limb::named(self.node.model.branch)
    }

    fn fill(&self) -> &'static str {
        fill(self.node.model.openness)
    }

    fn is_up(&self) -> bool {
        self.way == Way::Up
    }

    fn others(&self) -> Vec<(&'a str, String, &'static str)> {
        let others = self.node.other_parents.iter();
        others
            .map(|(id, relation)| (id.as_str(), urls::model(id), phrase(relation)))
            .collect()
    }

    fn relation(&self) -> Option<&'static str> {
        self.node.relation.map(phrase)
    }

    fn released(&self) -> &'a str {
        self.node.model.released.as_deref().unwrap_or("undated")
    }
}

/// A relation as a sentence has it.
pub(crate) fn phrase(relation: &str) -> &'static str {
    relation.parse().map_or("is related to", Relation::phrase)
}
