//! Whose lineage is selected, and which second parents there are.
//!
//! It knows edges only; what is dimmed and how is `svg.rs`'s business.

use crate::forest::Forest;
use crate::scene::Link;

/// The model of that id.
pub(crate) fn find(forest: &Forest<'_>, id: Option<&str>) -> Option<usize> {
    let id = id?;
    forest
        .beads
        .binary_search_by(|bead| bead.id.as_str().cmp(id))
        .ok()
}

/// For each model whether it is the selected one, its ancestor or its
/// descendant along any edge; none if nothing is selected.
pub(crate) fn kept(forest: &Forest<'_>, id: Option<&str>) -> Option<Vec<bool>> {
    let selected = find(forest, id)?;
    let len = forest.beads.len();
    let (mut parents, mut children) = (vec![Vec::new(); len], vec![Vec::new(); len]);
    let primary = forest.primary.iter().enumerate();
    let edges = primary
        .filter_map(|(child, link)| link.map(|link| (child, link.parent)))
        .chain(
            forest
                .others
                .iter()
                .map(|(child, link)| (*child, link.parent)),
        );
    for (child, parent) in edges {
        parents[child].push(parent);
        children[parent].push(child);
    }
    let mut kept = vec![false; len];
    for next in [&parents, &children] {
        let mut seen = vec![false; len];
        let mut open = vec![selected];
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut seen[at], true) {
                kept[at] = true;
                open.extend(&next[at]);
            }
        }
    }
    Some(kept)
}

/// Edges that hold but that nothing hangs from: second parents, and primary
/// ones on another limb.
pub(crate) fn second_links(forest: &Forest<'_>) -> Vec<(usize, Link)> {
    let elsewhere = (0..forest.beads.len()).filter_map(|at| {
        forest.primary[at]
            .filter(|_| forest.tree_parent(at).is_none())
            .map(|link| (at, link))
    });
    let drawn = |at: usize| forest.beads[at].date.is_some() && forest.trunk != Some(at);
    let mut links: Vec<(usize, Link)> = forest
        .others
        .iter()
        .copied()
        .chain(elsewhere)
        .filter(|(child, link)| drawn(*child) && drawn(link.parent))
        .collect();
    links.sort();
    links
}
