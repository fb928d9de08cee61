//! The same questions asked of SQLite, by the store's recursive queries.

use anyhow::Result;
use arbor_catalog::lineage::{LineageSnapshot, NodeId, Walk};
use arbor_model::ModelId;
use arbor_store::Store as _;
use arbor_store_sqlite::{OpenOptions, SqliteStore};
use std::path::Path;
use std::time::Instant;
use tokio::runtime::Runtime;

use crate::measure::Times;
use crate::sample::Sample;

/// Times of the recursive queries, and how many answers differed.
#[derive(Debug, Default)]
pub(crate) struct Sql {
    pub(crate) random: Times,
    pub(crate) deep: Times,
    pub(crate) internal: Times,
    pub(crate) hubs: Times,
    pub(crate) compared: usize,
    pub(crate) differ: usize,
}

#[derive(Clone, Copy)]
enum Way {
    Up,
    Down,
}

/// Asks about so many models of each kind.
pub(crate) fn measure(
    runtime: &Runtime,
    path: &Path,
    lineage: &LineageSnapshot,
    sample: &Sample,
    count: usize,
) -> Result<Sql> {
    let store = runtime.block_on(SqliteStore::open(path, &OpenOptions::read_only()))?;
    let mut sql = Sql::default();
    let few = |nodes: &[NodeId]| nodes.iter().copied().take(count).collect::<Vec<_>>();
    let mut ask = |nodes: Vec<NodeId>, way: Way| -> Result<Times> {
        let mut times = Vec::with_capacity(nodes.len());
        for node in nodes {
            let id = ModelId::new(lineage.name(node))?;
            let begin = Instant::now();
            let found = runtime.block_on(async {
                match way {
                    Way::Up => store.ancestors_by_sql(&id).await,
                    Way::Down => store.descendants_by_sql(&id).await,
                }
            })?;
            times.push(begin.elapsed());
            let steps = match way {
                Way::Up => lineage.ancestors(node, Walk::unbounded()),
                Way::Down => lineage.descendants(node, Walk::unbounded()),
            };
            let mut ours: Vec<&str> = steps.map(|step| lineage.name(step.node)).collect();
            ours.sort_unstable();
            let same = ours
                .iter()
                .eq(found.iter().map(ModelId::as_str).collect::<Vec<_>>().iter());
            sql.compared += 1;
            sql.differ += usize::from(!same);
        }
        Ok(Times::sorted(times))
    };
    let random = ask(few(&sample.random), Way::Up)?;
    let deep = ask(few(&sample.deep), Way::Up)?;
    let internal = ask(few(&sample.internal), Way::Down)?;
    let hubs = ask(sample.hubs.clone(), Way::Down)?;
    (sql.random, sql.deep, sql.internal, sql.hubs) = (random, deep, internal, hubs);
    runtime.block_on(store.close());
    Ok(sql)
}
