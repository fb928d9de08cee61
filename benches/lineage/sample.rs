//! Which models the questions are about: any, deep ones, hubs, related pairs.

use crate::random::Random;
use arbor_catalog::lineage::{LineageSnapshot, NodeId, RelationSet, Walk};

/// Models and pairs to ask about.
pub(crate) struct Sample {
    pub(crate) random: Vec<NodeId>,
    /// Those with the latest generations, shuffled.
    pub(crate) deep: Vec<NodeId>,
    /// Those with the most descendants, the largest first.
    pub(crate) hubs: Vec<NodeId>,
    /// Models with descendants.
    pub(crate) internal: Vec<NodeId>,
    /// Pairs that share an ancestor.
    pub(crate) related: Vec<(NodeId, NodeId)>,
    /// The same, each with a deep model.
    pub(crate) deeply_related: Vec<(NodeId, NodeId)>,
}

pub(crate) const HUBS: usize = 20;

impl Sample {
    pub(crate) fn of(lineage: &LineageSnapshot, count: usize, random: &mut Random) -> Self {
        let nodes: Vec<NodeId> = lineage.nodes().collect();
        let mut internal: Vec<NodeId> = nodes.clone();
        internal.retain(|node| lineage.children(*node).len() > 0);
        let mut hubs = internal.clone();
        hubs.sort_by_key(|node| std::cmp::Reverse(lineage.descendant_count(*node)));
        hubs.truncate(HUBS);

        let generations = lineage.generations(RelationSet::ALL);
        let mut latest = nodes.clone();
        latest.sort_by_key(|node| std::cmp::Reverse(generations[node.number() as usize]));
        latest.truncate((nodes.len() / 100).max(1));

        let mut draw = |from: &[NodeId]| (0..count).map(|_| *random.pick(from)).collect();
        let (any, deep, internal) = (draw(&nodes), draw(&latest), draw(&internal));
        let [related, deeply_related] =
            [&nodes, &latest].map(|from| related(lineage, from, count, random));
        Self {
            random: any,
            deep,
            hubs,
            internal,
            related,
            deeply_related,
        }
    }
}

/// A model, one of its ancestors, and another model below that.
fn related(
    lineage: &LineageSnapshot,
    nodes: &[NodeId],
    count: usize,
    random: &mut Random,
) -> Vec<(NodeId, NodeId)> {
    let mut pairs = Vec::with_capacity(count);
    while pairs.len() < count {
        let first = *random.pick(nodes);
        let above: Vec<NodeId> = lineage
            .ancestors(first, Walk::default())
            .map(|step| step.node)
            .collect();
        if above.is_empty() {
            continue;
        }
        let shared = *random.pick(&above);
        let below = lineage.descendant_count(shared) as usize;
        let second = lineage.offspring(shared).nth(random.below(below));
        pairs.extend(second.map(|second| (first, second)));
    }
    pairs
}
