//! Questions of descent, between ids: ancestors, descendants, paths, common
//! ancestors, dominators. The graph is `arbor-catalog`'s.

use crate::{ServiceError, View, wire};
use arbor_catalog::lineage::{Extent, Link, NodeId, QueryError, RelationSet, Walk};
use arbor_model::{Model, Relation};
use std::collections::HashSet;

/// Which way a walk goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To what a model came from.
    Ancestors,
    /// To what came from it.
    Descendants,
}

impl Direction {
    /// As the wire says it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ancestors => "ancestors",
            Self::Descendants => "descendants",
        }
    }
}

/// How far and along what a walk goes.
#[derive(Clone, Copy, Debug)]
pub struct LineageQuery {
    /// Along which relations.
    pub relations: RelationSet,
    /// At most so many edges from the start.
    pub depth: Option<u32>,
    /// Nodes to pass over.
    pub offset: usize,
    /// The most nodes to give.
    pub limit: usize,
}

impl Default for LineageQuery {
    fn default() -> Self {
        Self {
            relations: RelationSet::ALL,
            depth: None,
            offset: 0,
            limit: usize::MAX,
        }
    }
}

impl LineageQuery {
    fn walk(self) -> Result<Walk, ServiceError> {
        let walk = Walk::along(self.relations);
        self.depth.map_or(Ok(walk), |depth| {
            walk.depth(depth).map_err(|error| match error {
                QueryError::TooDeep { limit, .. } => {
                    let expected = format!("at most {limit} steps");
                    ServiceError::bad_parameter("depth", &depth.to_string(), expected)
                }
                QueryError::TooWide { .. } | QueryError::UnknownModel { .. } => error.into(),
            })
        })
    }
}

impl View {
    /// The ancestors or descendants of a model.
    ///
    /// # Errors
    /// [`ServiceError::BadParameter`] for a depth beyond the limit.
    pub fn lineage_of(
        &self,
        model: &Model,
        direction: Direction,
        query: LineageQuery,
    ) -> Result<wire::Lineage, ServiceError> {
        let start = self.node(&model.id)?;
        let walk = query.walk()?;
        let mut steps = match direction {
            Direction::Ancestors => self.lineage().ancestors(start, walk),
            Direction::Descendants => self.lineage().descendants(start, walk),
        };
        let mut found: Vec<(u32, NodeId)> =
            steps.by_ref().map(|step| (step.depth, step.node)).collect();
        let spent = steps.extent() == Extent::VisitsSpent;
        let name = |node: NodeId| self.lineage().name(node);
        found.sort_by(|a, b| (a.0, name(a.1)).cmp(&(b.0, name(b.1))));
        let total = found.len() as u64;
        let page: Vec<_> = found
            .into_iter()
            .skip(query.offset)
            .take(query.limit)
            .collect();
        let given = (query.offset.saturating_add(page.len())) as u64;
        let mut within: HashSet<NodeId> = page.iter().map(|(_, node)| *node).collect();
        within.insert(start);
        Ok(wire::Lineage {
            schema_version: wire::SCHEMA_VERSION,
            model: model.id.to_string(),
            direction: direction.as_str(),
            total,
            truncated: spent || given < total,
            nodes: page
                .iter()
                .map(|(depth, node)| self.lineage_node(*node, *depth))
                .collect(),
            edges: self.edges_within(&within, query.relations),
            change: self.change(),
        })
    }

    /// A shortest way between two models: up to an ancestor they share and
    /// down again.
    ///
    /// # Errors
    /// [`ServiceError::Unrelated`] if they share none.
    pub fn path(
        &self,
        a: &Model,
        b: &Model,
        relations: RelationSet,
    ) -> Result<wire::Related, ServiceError> {
        let (from, to) = (self.node(&a.id)?, self.node(&b.id)?);
        let kinship = self.lineage().kinship(from, to, Walk::along(relations))?;
        let kinship = kinship.ok_or_else(|| ServiceError::Unrelated {
            a: a.id.to_string(),
            b: b.id.to_string(),
        })?;
        let name = |node: NodeId| self.lineage().name(node).to_owned();
        let mut models = vec![a.id.to_string()];
        models.extend(kinship.up.iter().map(|link| name(link.parent)));
        models.extend(kinship.down.iter().map(|link| name(link.child)));
        let step = |direction| {
            move |link: &Link| wire::PathEdge {
                edge: self.edge(*link),
                direction,
            }
        };
        let up = kinship.up.iter().map(step("up"));
        Ok(wire::Related {
            schema_version: wire::SCHEMA_VERSION,
            from: a.id.to_string(),
            to: b.id.to_string(),
            models,
            edges: up.chain(kinship.down.iter().map(step("down"))).collect(),
            change: self.change(),
        })
    }

    /// The nearest common ancestors of two models.
    ///
    /// # Errors
    /// [`ServiceError::Unrelated`] if they share none.
    pub fn common(
        &self,
        a: &Model,
        b: &Model,
        relations: RelationSet,
    ) -> Result<wire::Common, ServiceError> {
        let (first, second) = (self.node(&a.id)?, self.node(&b.id)?);
        let walk = Walk::along(relations);
        let common = self
            .lineage()
            .nearest_common_ancestors(first, second, walk)?;
        if common.is_empty() {
            let (a, b) = (a.id.to_string(), b.id.to_string());
            return Err(ServiceError::Unrelated { a, b });
        }
        let node = |c: &arbor_catalog::lineage::CommonAncestor| {
            self.lineage_node(c.node, c.from_first.saturating_add(c.from_second))
        };
        Ok(wire::Common {
            schema_version: wire::SCHEMA_VERSION,
            a: a.id.to_string(),
            b: b.id.to_string(),
            ancestors: common.iter().map(node).collect(),
            change: self.change(),
        })
    }

    /// The bases whose loss would take the most models with them.
    #[must_use]
    pub fn dominators(&self, most: usize) -> wire::Dominators {
        let largest = self.lineage().dominance().largest(most, |_| true);
        let bases = largest
            .into_iter()
            .filter(|(_, size)| *size > 0)
            .map(|(node, size)| {
                let model = self.model_at(node);
                wire::Dominator {
                    id: self.lineage().name(node).to_owned(),
                    name: model.map_or_else(String::new, |m| m.name.to_string()),
                    dominated: size.into(),
                    descendants: self.lineage().descendant_count(node).into(),
                }
            });
        wire::Dominators {
            schema_version: wire::SCHEMA_VERSION,
            bases: bases.collect(),
            change: self.change(),
        }
    }

    pub(crate) fn lineage_node(&self, node: NodeId, depth: u32) -> wire::LineageNode {
        let model = self.model_at(node);
        wire::LineageNode {
            id: self.lineage().name(node).to_owned(),
            depth,
            name: model.map_or_else(String::new, |m| m.name.to_string()),
            branch: model.map_or("", |m| m.branch.as_str()),
            released: model.and_then(Model::released).map(|date| date.to_string()),
            licence: model.and_then(Model::licence).map(ToString::to_string),
        }
    }

    /// Every followed edge between two of these nodes, sorted.
    fn edges_within(
        &self,
        nodes: &HashSet<NodeId>,
        relations: RelationSet,
    ) -> Vec<wire::LineageEdge> {
        let mut edges: Vec<(&str, &str, Relation, Link)> = nodes
            .iter()
            .flat_map(|node| self.lineage().parents(*node))
            .filter(|link| relations.contains(link.relation) && nodes.contains(&link.parent))
            .map(|link| {
                let name = |node| self.lineage().name(node);
                (name(link.child), name(link.parent), link.relation, link)
            })
            .collect();
        edges.sort_unstable_by_key(|(child, parent, relation, _)| (*child, *parent, *relation));
        edges
            .into_iter()
            .map(|(.., link)| self.edge(link))
            .collect()
    }

    pub(crate) fn edge(&self, link: Link) -> wire::LineageEdge {
        wire::LineageEdge {
            child: self.lineage().name(link.child).to_owned(),
            parent: self.lineage().name(link.parent).to_owned(),
            relation: link.relation.as_str(),
            carries: link.relation.carries().as_str(),
        }
    }
}
