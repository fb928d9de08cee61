//! From a scene to a forest: canonical order, one primary parent each, a
//! moment for every date, and what had to be left out.
//!
//! It does not know rows or pixels; `boughs.rs` makes rows of the forest.

use crate::scene::{Bead, DrawError, LIMIT, Link, Scene};
use crate::when;
use arbor_model::{Branch, Carries};
use std::cmp::Reverse;

/// An edge that contradicts itself and was not drawn.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dropped {
    /// The child's id.
    pub child: String,
    /// The parent's id.
    pub parent: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// Why an edge cannot be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The parent appeared after the child.
    ParentIsYounger,
    /// The parents lead back to the child.
    Circle,
}

/// The scene in canonical order with its lineage settled.
pub(crate) struct Forest<'a> {
    /// The models by id; all other fields are in this order.
    pub(crate) beads: Vec<&'a Bead>,
    /// The primary edge of each, its parent in this order.
    pub(crate) primary: Vec<Option<Link>>,
    /// The other edges that hold, as (child, edge).
    pub(crate) others: Vec<(usize, Link)>,
    /// The moment of each in months; none for undated ones.
    pub(crate) when: Vec<Option<f64>>,
    /// Dated models, each behind its primary parent, otherwise by moment and id.
    pub(crate) order: Vec<usize>,
    /// How many models each pill and all pills hanging from it stand for.
    pub(crate) weight: Vec<f64>,
    /// The models that stand on the limbs themselves.
    pub(crate) leads: Vec<usize>,
    /// The Transformer node.
    pub(crate) trunk: Option<usize>,
    /// What was left out.
    pub(crate) dropped: Vec<Dropped>,
}

/// Settles a scene's lineage.
pub(crate) fn settle(scene: &Scene) -> Result<Forest<'_>, DrawError> {
    let len = scene.beads.len();
    if len > LIMIT {
        return Err(DrawError::TooMany { len, limit: LIMIT });
    }
    let mut sorted: Vec<usize> = (0..len).collect();
    sorted.sort_by(|&a, &b| scene.beads[a].id.cmp(&scene.beads[b].id));
    let mut rank = vec![0; len];
    for (new, &old) in sorted.iter().enumerate() {
        rank[old] = new;
    }
    let beads: Vec<&Bead> = sorted.iter().map(|&old| &scene.beads[old]).collect();
    if let Some(pair) = beads.windows(2).find(|pair| pair[0].id == pair[1].id) {
        return Err(DrawError::DuplicateId(pair[0].id.clone()));
    }
    let mut edges: Vec<Vec<Link>> = Vec::with_capacity(len);
    for bead in &beads {
        let mut links = Vec::with_capacity(bead.parents.len());
        for link in &bead.parents {
            let parent = *rank.get(link.parent).ok_or(DrawError::NoSuchParent {
                child: bead.id.clone(),
                parent: link.parent,
                len,
            })?;
            links.push(Link { parent, ..*link });
        }
        edges.push(links);
    }
    let trunk = scene
        .trunk
        .as_deref()
        .and_then(|id| beads.binary_search_by(|b| b.id.as_str().cmp(id)).ok());
    let mut forest = Forest {
        beads,
        primary: vec![None; len],
        others: Vec::new(),
        when: vec![None; len],
        order: Vec::new(),
        weight: Vec::new(),
        leads: Vec::new(),
        trunk,
        dropped: Vec::new(),
    };
    forest.choose(edges);
    forest.cut_circles();
    forest.date();
    forest.weigh();
    forest.dropped.sort();
    let leads = scene.leads.iter();
    let leads = leads.filter_map(|id| forest.beads.binary_search_by(|b| b.id.cmp(id)).ok());
    let leads: Vec<usize> = leads
        .filter(|&at| forest.hangs(at) && forest.tree_parent(at).is_none())
        .collect();
    forest.leads = leads;
    Ok(forest)
}

impl Forest<'_> {
    /// Whether a model is drawn on the axis, hanging from a limb.
    pub(crate) fn hangs(&self, at: usize) -> bool {
        self.beads[at].date.is_some()
            && self.beads[at].branch != Branch::Precursor
            && self.trunk != Some(at)
    }

    /// The parent a model is drawn hanging from: its primary parent, if that
    /// stands on the same limb and not later.
    pub(crate) fn tree_parent(&self, at: usize) -> Option<Link> {
        self.primary[at].filter(|link| {
            self.hangs(at)
                && self.hangs(link.parent)
                && self.beads[at].branch == self.beads[link.parent].branch
                && self.when[link.parent] <= self.when[at]
        })
    }

    fn drop_edge(&mut self, child: usize, parent: usize, fault: Fault) {
        self.dropped.push(Dropped {
            child: self.beads[child].id.clone(),
            parent: self.beads[parent].id.clone(),
            fault,
        });
    }

    /// Weights before outputs before ideas, then the better evidence, the
    /// later parent, the id.
    fn choose(&mut self, edges: Vec<Vec<Link>>) {
        for (child, mut links) in edges.into_iter().enumerate() {
            links.sort_by_key(|link| {
                let carries: Carries = link.relation.carries();
                let date = self.beads[link.parent].date;
                (
                    carries,
                    link.evidence,
                    Reverse(date),
                    link.parent,
                    link.relation,
                )
            });
            links.dedup_by_key(|link| link.parent);
            for link in links {
                let younger = self.beads[child]
                    .date
                    .zip(self.beads[link.parent].date)
                    .is_some_and(|(c, p)| c.is_surely_before(p));
                if younger {
                    self.drop_edge(child, link.parent, Fault::ParentIsYounger);
                } else if link.parent == child {
                    self.drop_edge(child, child, Fault::Circle);
                } else if self.primary[child].is_none() && Some(child) != self.trunk {
                    self.primary[child] = Some(link);
                } else {
                    self.others.push((child, link));
                }
            }
        }
        self.others.sort();
    }

    /// Follows the primary parents of each model and cuts a circle where the
    /// first model by id comes round to itself.
    fn cut_circles(&mut self) {
        const NEW: usize = usize::MAX;
        let mut seen = vec![NEW; self.beads.len()];
        for start in 0..self.beads.len() {
            let mut at = start;
            while seen[at] == NEW {
                seen[at] = start;
                let Some(link) = self.primary[at] else { break };
                if seen[link.parent] == start {
                    self.primary[at] = None;
                    self.drop_edge(at, link.parent, Fault::Circle);
                    break;
                }
                at = link.parent;
            }
        }
    }

    /// Chooses a moment within each date such that no parent comes after its
    /// child where the dates allow it.
    fn date(&mut self) {
        let by_depth = self.by_depth();
        let ranges: Vec<Option<(f64, f64)>> =
            self.beads.iter().map(|b| b.date.map(when::range)).collect();
        let mut latest: Vec<f64> = ranges.iter().map(|r| r.map_or(f64::MAX, |r| r.1)).collect();
        for &at in by_depth.iter().rev() {
            if let Some(link) = self.primary[at] {
                latest[link.parent] = latest[link.parent].min(latest[at]);
            }
        }
        for &at in &by_depth {
            let floor = self.primary[at]
                .and_then(|link| self.when[link.parent])
                .unwrap_or(f64::MIN);
            self.when[at] = ranges[at].map(|(first, last)| {
                let low = first.max(floor).min(last);
                ((first + last) / 2.0).min(latest[at]).max(low)
            });
        }
        let mut depth = vec![0; self.beads.len()];
        for (place, &at) in by_depth.iter().enumerate() {
            depth[at] = place;
        }
        self.order = (0..self.beads.len()).filter(|&at| self.hangs(at)).collect();
        let when = &self.when;
        self.order.sort_by(|&a, &b| {
            let (x, y) = (when[a].unwrap_or(0.0), when[b].unwrap_or(0.0));
            x.total_cmp(&y).then_with(|| depth[a].cmp(&depth[b]))
        });
    }

    /// All models, parents before children, otherwise by id.
    fn by_depth(&self) -> Vec<usize> {
        let mut depth: Vec<Option<usize>> = vec![None; self.beads.len()];
        let mut path = Vec::new();
        for start in 0..self.beads.len() {
            let mut at = start;
            while depth[at].is_none() {
                path.push(at);
                match self.primary[at] {
                    Some(link) => at = link.parent,
                    None => break,
                }
            }
            let mut below = depth[at].map_or(0, |d| d + 1);
            while let Some(step) = path.pop() {
                depth[step] = Some(below);
                below += 1;
            }
        }
        let mut order: Vec<usize> = (0..self.beads.len()).collect();
        order.sort_by_key(|&at| (depth[at], at));
        order
    }

    fn weigh(&mut self) {
        self.weight = self.beads.iter().map(|b| 1.0 + b.folded as f64).collect();
        for at in self.by_depth().into_iter().rev() {
            if let Some(link) = self.tree_parent(at) {
                self.weight[link.parent] += self.weight[at];
            }
        }
    }
}
