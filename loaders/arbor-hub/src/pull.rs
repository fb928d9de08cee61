//! Carrying out a plan: all its files, then the snapshot, then the reference.
//! Whoever finds the reference finds everything.

use crate::HubError;
use crate::api::TreeFile;
use crate::hub::Hub;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::stop::blocking;
use crate::transfer::{Fetch, Observe, require};
use arbor_model::{Receipt, ReceiptFile, Text};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Files that are worked on at once; their connections are counted apart.
const FILES_AT_ONCE: usize = 16;
/// Up to this size a file is fetched before the large ones: what is wrong with
/// a repository shows soon.
const SMALL: u64 = 1 << 20;

/// What a pull has done.
#[derive(Clone, Debug)]
pub struct Pulled {
    /// The proof.
    pub receipt: Receipt,
    /// The snapshot's folder, for loaders.
    pub folder: PathBuf,
    /// How many files were fetched; the others were there.
    pub fetched: usize,
}

impl Hub {
    /// Fetches what a plan names. Dropping the future stops it; what has
    /// arrived is kept and continued by the next pull.
    ///
    /// # Errors
    /// [`HubError`] of the first file that cannot be had; the snapshot is then
    /// not touched.
    pub async fn pull(
        &self,
        plan: &Plan,
        progress: Progress,
        observe: Option<Arc<dyn Observe>>,
    ) -> Result<Pulled, HubError> {
        require(self.cache().root(), plan.missing())?;
        let place = self.cache().place(&plan.target.repo);
        let mut settings = self.settings().clone();
        // Begin where the list came from.
        settings.mirrors.retain(|mirror| *mirror != plan.endpoint);
        if plan.endpoint != settings.hub {
            settings.mirrors.insert(0, plan.endpoint.clone());
        }
        let fetch = Arc::new(Fetch {
            client: self.client().clone(),
            connections: Semaphore::new(settings.limits.connections),
            settings,
            place: place.clone(),
            repo: plan.target.repo.clone(),
            commit: plan.info.commit,
            progress,
            observe,
        });
        let fetched = fetch_all(&fetch, plan).await?;
        let plan = plan.clone();
        blocking(move |_| {
            let commit = plan.info.commit;
            for planned in &plan.files {
                place.link_file(&commit, &planned.file.path, &planned.file.digest)?;
            }
            place.point(&plan.target.revision, &commit)?;
            Ok(Pulled {
                folder: place.snapshot(&commit),
                receipt: receipt(plan)?,
                fetched,
            })
        })
        .await
    }
}

async fn fetch_all(fetch: &Arc<Fetch>, plan: &Plan) -> Result<usize, HubError> {
    let mut files: Vec<&TreeFile> = plan.files.iter().map(|planned| &planned.file).collect();
    files.sort_by_key(|file| (file.size > SMALL, std::cmp::Reverse(file.size)));
    // Two paths of one content are one blob.
    let mut seen = std::collections::BTreeSet::new();
    files.retain(|file| seen.insert(file.digest));
    let mut waiting = files.into_iter();
    let mut running = JoinSet::new();
    let mut fetched = 0;
    loop {
        while running.len() < FILES_AT_ONCE
            && let Some(file) = waiting.next()
        {
            let (fetch, file) = (Arc::clone(fetch), file.clone());
            running.spawn(async move { fetch.file(&file).await });
        }
        match running.join_next().await {
            None => return Ok(fetched),
            Some(Ok(done)) => fetched += usize::from(done?.fetched),
            Some(Err(error)) => return Err(HubError::Client(error.to_string())),
        }
    }
}

fn receipt(plan: Plan) -> Result<Receipt, HubError> {
    let file = |planned: crate::plan::PlannedFile| ReceiptFile {
        path: planned.file.path,
        size: planned.file.size,
        digest: planned.file.digest,
    };
    let endpoint = plan.endpoint.to_string();
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let micros = now.unwrap_or_default().as_micros();
    Ok(Receipt {
        repo: plan.target.repo,
        revision: plan.target.revision,
        commit: plan.info.commit,
        endpoint: Text::new(&endpoint).map_err(|error| HubError::Client(error.to_string()))?,
        time_us: i64::try_from(micros).unwrap_or(i64::MAX),
        files: plan.files.into_iter().map(file).collect(),
    })
}
