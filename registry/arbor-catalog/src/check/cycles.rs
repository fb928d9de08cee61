//! Cycles: no model descends from itself. Each knot of models is reported
//! once, as a shortest path round it.

use super::report;
use crate::problem::{Fault, Problem};
use crate::read::Draft;
use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

pub(super) fn check(draft: &Draft, problems: &mut Vec<Problem>) {
    // Numbered in order of id, so that the path does not depend on the files.
    let ids: BTreeSet<&str> = draft.models.iter().map(|m| m.model.id.as_str()).collect();
    let number: HashMap<&str, usize> = ids.iter().enumerate().map(|(n, id)| (*id, n)).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let mut graph = DiGraphMap::<usize, ()>::new();
    let mut places = BTreeMap::new();
    for child in &draft.models {
        for (edge, place) in child.model.parents.iter().zip(&child.parents) {
            let ends = (
                number.get(child.model.id.as_str()),
                number.get(edge.parent.as_str()),
            );
            if let (Some(&child), Some(&parent)) = ends {
                graph.add_edge(child, parent, ());
                places.entry((child, parent)).or_insert(place);
            }
        }
    }
    for knot in tarjan_scc(&graph) {
        let Some(&start) = knot.iter().min() else {
            continue;
        };
        if knot.len() == 1 && !graph.contains_edge(start, start) {
            continue;
        }
        let path = shortest_round(&graph, start);
        let Some(place) = path.get(1).and_then(|&next| places.get(&(start, next))) else {
            continue;
        };
        let names: Vec<_> = path.iter().map(|&n| format!("`{}`", ids[n])).collect();
        let message = format!("descends from itself: {}", names.join(" → "));
        report(problems, place, Fault::Cycle, message, None);
    }
}

/// The shortest path from a node back to itself; empty if there is none.
fn shortest_round(graph: &DiGraphMap<usize, ()>, start: usize) -> Vec<usize> {
    let mut before: HashMap<usize, usize> = HashMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        let mut parents: Vec<_> = graph.neighbors(node).collect();
        parents.sort_unstable();
        for next in parents {
            if next == start {
                let mut path = vec![start, node];
                while let Some(&previous) = before.get(path.last().unwrap_or(&start)) {
                    path.push(previous);
                }
                path.reverse();
                return path;
            }
            if let Entry::Vacant(unseen) = before.entry(next) {
                unseen.insert(node);
                queue.push_back(next);
            }
        }
    }
    Vec::new()
}
