//! Pulls one repository into a folder and says how long it took; for
//! measurements: `pull ENDPOINT CACHE REPOSITORY [CONNECTIONS]`.

use arbor_hub::{Hub, Progress, Selection, Settings};
use std::ffi::OsString;
use std::time::Instant;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, endpoint, cache, repository, rest @ ..] = &arguments[..] else {
        return Err("usage: pull ENDPOINT CACHE REPOSITORY [CONNECTIONS]".into());
    };
    let mut settings = Settings::from_environment(|name| match name {
        "HF_HUB_CACHE" => Some(OsString::from(cache)),
        "HF_ENDPOINT" => Some(OsString::from(endpoint)),
        other => std::env::var_os(other),
    })?;
    if let [connections, ..] = rest {
        settings.limits.per_file = connections.parse()?;
    }
    let start = Instant::now();
    let hub = Hub::new(settings)?;
    let all = Selection::new(&[], &[], true)?;
    let plan = hub.plan(&repository.parse()?, &all).await?;
    let pulled = hub.pull(&plan, Progress::silent(), None).await?;
    let (seconds, bytes) = (start.elapsed().as_secs_f64(), pulled.receipt.bytes());
    println!("{} files, {bytes} bytes in {seconds:.2} s", pulled.fetched);
    Ok(())
}
