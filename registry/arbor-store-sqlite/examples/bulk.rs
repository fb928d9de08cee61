//! Measures the bulk read: `bulk FILE [MODELS]` fills the file where it is
//! missing, reads the lineage five times and prints times and peak memory.

use arbor_model::{EdgeRow, LineageRows, PackedNames, Relation};
use arbor_store::Store as _;
use arbor_store_sqlite::{OpenOptions, SqliteStore};
use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let path = PathBuf::from(args.next().ok_or("bulk FILE [MODELS]")?);
    let models: u32 = args.next().map_or(Ok(2_000_000), |n| n.parse())?;
    let fresh = !path.exists();
    let store = SqliteStore::open(&path, &OpenOptions::default()).await?;
    if fresh {
        let rows = made_up(models);
        let start = Instant::now();
        store.load_synthetic(&rows).await?;
        println!("written in {:.1?}", start.elapsed());
        store.close().await;
        return Ok(());
    }
    for _ in 0..5 {
        let start = Instant::now();
        let rows = store.lineage_rows().await?;
        let took = start.elapsed();
        println!(
            "{} names, {} edges in {} ms",
            rows.names.len(),
            rows.edges.len(),
            took.as_millis()
        );
    }
    // Linux only; elsewhere there is nothing to print.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = status
        .lines()
        .filter(|l| l.starts_with("VmHWM") || l.starts_with("Rss"));
    memory.for_each(|line| println!("{line}"));
    store.close().await;
    Ok(())
}

/// Names of 37 bytes and 1.05 parents a model, drawn by a fixed generator.
fn made_up(models: u32) -> LineageRows {
    let mut state = 42_u64;
    let mut draw = |below: u32| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        ((state >> 33) % u64::from(below.max(1))) as u32
    };
    let mut names: Vec<String> = (0..models)
        .map(|n| {
            format!(
                "org{:06}-model-{:010}-{n:09}-x",
                draw(200_000),
                draw(1 << 30)
            )
        })
        .collect();
    names.sort();
    let mut edges = Vec::new();
    for child in 1..models {
        for _ in 0..=u32::from(draw(20) == 0) {
            let relation = Relation::ALL[draw(11) as usize];
            let parent = draw(child);
            edges.push(EdgeRow {
                child,
                parent,
                relation,
            });
        }
    }
    LineageRows {
        change: 0,
        names: names.iter().map(String::as_str).collect::<PackedNames>(),
        edges,
    }
}
