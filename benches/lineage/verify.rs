//! Random questions to the snapshot and to petgraph: every answer must be
//! the same.

use crate::plain::Plain;
use crate::random::Random;
use crate::sample::Sample;
use arbor_catalog::lineage::{LineageSnapshot, NodeId, Walk};
use petgraph::Direction;
use std::collections::HashMap;

/// How many answers were compared, and the first that differed.
#[derive(Debug, Default)]
pub(crate) struct Verified {
    pub(crate) compared: usize,
    pub(crate) differ: usize,
    pub(crate) first: Option<String>,
}

impl Verified {
    fn note(&mut self, same: bool, what: &str, of: &[&str]) {
        self.compared += 1;
        if !same {
            self.differ += 1;
            self.first
                .get_or_insert_with(|| format!("{what} of {}", of.join(" and ")));
        }
    }
}

/// Both sides, and how nodes of one are found in the other.
pub(crate) struct Both<'a> {
    pub(crate) lineage: &'a LineageSnapshot,
    pub(crate) plain: &'a Plain,
    /// The name's number of each node.
    pub(crate) names: &'a [u32],
}

impl Both<'_> {
    pub(crate) fn plain_of(&self, node: NodeId) -> u32 {
        self.names[node.number() as usize]
    }

    /// Compares so many answers: an equal share of each kind, half about
    /// random models and half about deep ones; and the hubs.
    pub(crate) fn compare(&self, sample: &Sample, count: usize, random: &mut Random) -> Verified {
        let mut verified = Verified::default();
        for hub in &sample.hubs {
            self.descendants(*hub, &mut verified);
        }
        while verified.compared < count {
            let from = [&sample.random, &sample.deep][random.below(2)];
            let (a, b) = (*random.pick(from), *random.pick(from));
            let any = a;
            let internal = *random.pick(&sample.internal);
            self.ancestors(any, &mut verified);
            if self.lineage.descendant_count(internal) < 20_000 {
                self.descendants(internal, &mut verified);
            }
            let (x, y) = *random.pick(&sample.related);
            for (x, y) in [(x, y), (a, b)] {
                self.reach(x, y, &mut verified);
                self.pair(x, y, &mut verified);
            }
        }
        verified
    }

    fn ancestors(&self, node: NodeId, verified: &mut Verified) {
        let mut expected = self
            .plain
            .distances(self.plain_of(node), Direction::Incoming);
        expected.remove(&self.plain_of(node));
        let steps = self.lineage.ancestors(node, Walk::default());
        let found: HashMap<u32, u32> = steps
            .map(|step| (self.plain_of(step.node), step.depth))
            .collect();
        verified.note(found == expected, "ancestors", &[self.lineage.name(node)]);
    }

    fn descendants(&self, node: NodeId, verified: &mut Verified) {
        let mut expected = self
            .plain
            .distances(self.plain_of(node), Direction::Outgoing);
        expected.remove(&self.plain_of(node));
        let steps = self.lineage.descendants(node, Walk::unbounded());
        let found: HashMap<u32, u32> = steps
            .map(|step| (self.plain_of(step.node), step.depth))
            .collect();
        let counted = self.lineage.descendant_count(node) as usize == expected.len();
        let listed = self
            .lineage
            .offspring(node)
            .map(|below| self.plain_of(below));
        let listed: Vec<u32> = listed.collect();
        let same = counted
            && found == expected
            && listed.len() == expected.len()
            && listed.iter().all(|below| expected.contains_key(below));
        verified.note(same, "descendants", &[self.lineage.name(node)]);
    }

    fn reach(&self, a: NodeId, b: NodeId, verified: &mut Verified) {
        let above = self.plain.distances(self.plain_of(b), Direction::Incoming);
        let expected = a != b && above.contains_key(&self.plain_of(a));
        let same = self.lineage.is_ancestor(a, b) == expected;
        verified.note(
            same,
            "descent",
            &[self.lineage.name(a), self.lineage.name(b)],
        );
    }

    fn pair(&self, a: NodeId, b: NodeId, verified: &mut Verified) {
        let of = [self.lineage.name(a), self.lineage.name(b)];
        let (x, y) = (self.plain_of(a), self.plain_of(b));
        let kinship = self.lineage.kinship(a, b, Walk::default()).ok().flatten();
        let length = kinship.map(|kin| (kin.up.len() + kin.down.len()) as u32);
        verified.note(length == self.plain.kinship(x, y), "kinship", &of);
        let common = self.lineage.nearest_common_ancestors(a, b, Walk::default());
        let common = common.unwrap_or_default().into_iter();
        let mut common: Vec<u32> = common.map(|shared| self.plain_of(shared.node)).collect();
        common.sort_unstable();
        verified.note(
            common == self.plain.nearest_common(x, y),
            "common ancestors",
            &of,
        );
    }
}
