//! A model and everything above it, held for questions about two models.

use super::csr::Half;
use super::error::QueryError;
use super::node::{Link, NodeId};
use super::scratch::Scratch;
use super::snapshot::LineageSnapshot;
use super::walk::Walk;
use arbor_model::Relation;

/// A model met on the way up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Met {
    /// The model, and the relation of the edge it was met along.
    half: Half,
    pub(super) depth: u32,
    /// The place of the child it was met from.
    via: u32,
}

impl Met {
    pub(super) fn node(&self) -> u32 {
        self.half.node()
    }
}

/// The start, then its ancestors, nearest first.
pub(super) struct Climb {
    pub(super) met: Vec<Met>,
    scratch: Option<Scratch>,
}

impl LineageSnapshot {
    /// Climbs from `start` through the nodes that `keep` admits, until `stop`
    /// says of a node that it was the last needed.
    pub(super) fn climb(
        &self,
        start: NodeId,
        walk: Walk,
        keep: impl Fn(u32) -> bool,
        mut stop: impl FnMut(&Met) -> bool,
    ) -> Result<Climb, QueryError> {
        let mut scratch = Scratch::take();
        scratch.marks.insert(start.number(), 0);
        let mut met = vec![Met {
            half: Half::new(start.number(), Relation::ALL[0]),
            depth: 0,
            via: 0,
        }];
        let mut head = 0;
        while let Some(from) = met.get(head).copied() {
            if stop(&from) {
                break;
            }
            if from.depth < walk.depth {
                for half in self.parents_along(from.node(), walk.relations) {
                    let place = met.len() as u32;
                    if !keep(half.node()) || !scratch.marks.insert(half.node(), place) {
                        continue;
                    }
                    if place > walk.visits {
                        let visits = walk.visits;
                        return Err(QueryError::TooWide { visits });
                    }
                    met.push(Met {
                        half,
                        depth: from.depth + 1,
                        via: head as u32,
                    });
                }
            }
            head += 1;
        }
        let scratch = Some(scratch);
        Ok(Climb { met, scratch })
    }
}

impl Climb {
    /// The place of a node, if it was met.
    pub(super) fn place(&self, node: u32) -> Option<usize> {
        let scratch = self.scratch.as_ref()?;
        scratch.marks.get(node).map(|place| place as usize)
    }

    /// The edges from the start up to a place.
    pub(super) fn line(&self, place: usize) -> Vec<Link> {
        let mut links = Vec::new();
        let mut at = place;
        while at != 0 {
            let met = self.met[at];
            let child = met.via as usize;
            links.push(Link {
                child: NodeId::new(self.met[child].node()),
                parent: NodeId::new(met.node()),
                relation: met.half.relation(),
            });
            at = child;
        }
        links.reverse();
        links
    }
}

impl Drop for Climb {
    fn drop(&mut self) {
        if let Some(scratch) = self.scratch.take() {
            scratch.give_back();
        }
    }
}
