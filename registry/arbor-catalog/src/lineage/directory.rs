//! Names and nodes: which id is which node, and what kind of entry it is.
//!
//! Ids stop here: everything behind works on nodes. This file does not know
//! what an id may look like.

use super::error::LineageError;
use super::node::NodeId;
use arbor_model::PackedNames;
use std::cmp::Ordering;

/// What the rows do not say of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineageNotes {
    /// Ids among the names that are parents only and not in the catalogue.
    pub ghosts: Vec<String>,
    /// Ids among the names that were withdrawn, each with its successor.
    pub tombstones: Vec<(String, Option<String>)>,
    /// Other ids, each with the name it stands for.
    pub aliases: Vec<(String, String)>,
}

/// What kind of entry a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A model of the catalogue.
    Catalogued,
    /// Someone's parent, and not in the catalogue.
    Ghost,
    /// Withdrawn.
    Tombstone {
        /// What to look at instead.
        successor: Option<NodeId>,
    },
}

/// Names and nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Directory {
    /// Sorted by their bytes.
    names: PackedNames,
    node_of_name: Vec<u32>,
    name_of_node: Vec<u32>,
    /// The three notes, each sorted.
    ghosts: Vec<NodeId>,
    tombstones: Vec<(NodeId, Option<NodeId>)>,
    aliases: Vec<(Box<str>, NodeId)>,
}

impl Directory {
    pub(super) fn new(
        names: PackedNames,
        node_of_name: Vec<u32>,
        name_of_node: Vec<u32>,
        notes: &LineageNotes,
    ) -> Result<Self, LineageError> {
        let mut directory = Self {
            names,
            node_of_name,
            name_of_node,
            ghosts: Vec::new(),
            tombstones: Vec::new(),
            aliases: Vec::new(),
        };
        directory.take(notes)?;
        Ok(directory)
    }

    fn take(&mut self, notes: &LineageNotes) -> Result<(), LineageError> {
        let among = |id: &str, what| {
            let absent = || LineageError::NotAmongNames {
                id: id.to_owned(),
                what,
            };
            self.by_name(id).ok_or_else(absent)
        };
        let mut ghosts = Vec::with_capacity(notes.ghosts.len());
        for id in &notes.ghosts {
            ghosts.push(among(id, "a ghost")?);
        }
        let mut tombstones = Vec::with_capacity(notes.tombstones.len());
        for (id, successor) in &notes.tombstones {
            let successor = successor.as_deref();
            let successor = successor.map(|id| among(id, "a successor")).transpose()?;
            tombstones.push((among(id, "a tombstone")?, successor));
        }
        let mut aliases: Vec<(Box<str>, NodeId)> = Vec::with_capacity(notes.aliases.len());
        for (alias, id) in &notes.aliases {
            if self.by_name(alias).is_some() {
                return Err(taken(alias));
            }
            aliases.push((
                alias.as_str().into(),
                among(id, "what an alias stands for")?,
            ));
        }
        ghosts.sort_unstable();
        ghosts.dedup();
        tombstones.sort_unstable();
        tombstones.dedup_by_key(|(node, _)| *node);
        aliases.sort_unstable();
        if let Some(pair) = aliases.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(taken(&pair[0].0));
        }
        (self.ghosts, self.tombstones, self.aliases) = (ghosts, tombstones, aliases);
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.name_of_node.len()
    }

    /// The node of a name or an alias.
    pub(super) fn node(&self, id: &str) -> Option<NodeId> {
        self.by_name(id).or_else(|| {
            let at = self
                .aliases
                .binary_search_by(|(alias, _)| (**alias).cmp(id));
            at.ok().map(|at| self.aliases[at].1)
        })
    }

    fn by_name(&self, id: &str) -> Option<NodeId> {
        let at = search(&self.names, id)?;
        self.node_of_name.get(at as usize).copied().map(NodeId::new)
    }

    pub(super) fn name(&self, node: NodeId) -> &str {
        let at = self.name_of_node.get(node.number() as usize);
        at.and_then(|at| self.names.get(*at)).unwrap_or_default()
    }

    /// Nodes in the order of their names, from a name on.
    pub(super) fn nodes_from(&self, id: &str) -> impl Iterator<Item = NodeId> {
        let start = lower_bound(&self.names, id) as usize;
        let nodes = self.node_of_name.get(start..).unwrap_or_default();
        nodes.iter().copied().map(NodeId::new)
    }

    pub(super) fn standing(&self, node: NodeId) -> Standing {
        let tombstones = &self.tombstones;
        if let Ok(at) = tombstones.binary_search_by_key(&node, |(gone, _)| *gone) {
            let successor = tombstones[at].1;
            Standing::Tombstone { successor }
        } else if self.ghosts.binary_search(&node).is_ok() {
            Standing::Ghost
        } else {
            Standing::Catalogued
        }
    }

    /// Bytes on the heap, the notes' strings aside.
    pub(super) fn bytes(&self) -> usize {
        let text: usize = self.names.iter().map(str::len).sum();
        text + (self.names.len() + 2 * self.len()) * size_of::<u32>()
    }
}

fn taken(alias: &str) -> LineageError {
    LineageError::AliasTaken {
        alias: alias.to_owned(),
    }
}

/// The place of the first name that does not sort before `id`.
fn lower_bound(names: &PackedNames, id: &str) -> u32 {
    let (mut low, mut high) = (0, names.len() as u32);
    while low < high {
        let middle = low + (high - low) / 2;
        match names
            .get(middle)
            .map_or(Ordering::Greater, |name| name.cmp(id))
        {
            Ordering::Less => low = middle + 1,
            Ordering::Equal | Ordering::Greater => high = middle,
        }
    }
    low
}

fn search(names: &PackedNames, id: &str) -> Option<u32> {
    let at = lower_bound(names, id);
    (names.get(at) == Some(id)).then_some(at)
}
