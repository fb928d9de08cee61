//! A file on one server: where its bytes are now, and how often to ask again.

use super::patience::Patience;
use super::stream::Cut;
use super::writer::{Sink, Writer};
use crate::HubError;
use crate::api::{Api, TreeFile};
use crate::client::Client;
use crate::progress::{Event, Progress};
use crate::settings::{Endpoint, Limits};
use arbor_model::{CommitSha, RepoId};
use reqwest::Url;
use reqwest::header::HeaderValue;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::Semaphore;

/// A file on a server.
pub(crate) struct Source<'a> {
    pub(crate) client: &'a Client,
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) limits: &'a Limits,
    pub(crate) progress: &'a Progress,
    pub(crate) connections: &'a Semaphore,
    pub(crate) repo: &'a RepoId,
    pub(crate) commit: CommitSha,
    pub(crate) file: &'a TreeFile,
    /// Where the hub has it.
    pub(crate) url: Url,
    pub(crate) known: Mutex<Known>,
}

/// What earlier answers have told.
#[derive(Default)]
pub(crate) struct Known {
    /// Where the hub sent us: signed, and good for a while.
    elsewhere: Option<Url>,
    /// The server's own mark of this content.
    validator: Option<HeaderValue>,
}

impl Source<'_> {
    pub(super) fn api(&self) -> Api<'_> {
        Api {
            client: self.client,
            endpoint: self.endpoint,
            limits: self.limits,
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn remembered(&self) -> Option<Url> {
        self.known().elsewhere.clone()
    }

    pub(super) fn remember(&self, url: Option<&Url>) {
        self.known().elsewhere = url.cloned();
    }

    pub(super) fn validator(&self) -> Option<HeaderValue> {
        self.known().validator.clone()
    }

    /// A weak one says that two contents mean the same, not that their bytes
    /// are.
    pub(super) fn keep_validator(&self, etag: Option<&HeaderValue>) {
        let strong = etag.filter(|etag| etag.as_bytes().starts_with(b"\""));
        self.known().validator = strong.cloned();
    }

    pub(super) fn report(&self, bytes: u64) {
        self.progress.emit(&Event::Bytes {
            path: &self.file.path,
            bytes,
        });
    }

    /// Fetches what is missing.
    pub(super) async fn fetch(&self, missing: &[Range<u64>], writer: &Writer) -> Result<(), Cut> {
        match self.fetch_ranges(missing, writer).await {
            Err(Cut::Whole) => self.fetch_whole(writer).await,
            other => other,
        }
    }

    /// One connection shows how fast the server is; more are opened where it
    /// is slow. On a fast line they would only take turns.
    async fn fetch_ranges(&self, missing: &[Range<u64>], writer: &Writer) -> Result<(), Cut> {
        let mut runs = self.runs(missing);
        if runs.len() > missing.len()
            && let Some(first) = runs.pop_front()
        {
            let (start, bytes) = (Instant::now(), first.end - first.start);
            self.work(&Mutex::new([first].into()), writer).await?;
            let rate = bytes as f64 / start.elapsed().as_secs_f64().max(1e-9);
            if rate >= self.limits.fast as f64 {
                runs = merged(runs);
            }
        }
        let width = self.limits.per_file.min(runs.len()).max(1);
        let queue = Mutex::new(runs);
        match width {
            1 => self.work(&queue, writer).await,
            _ => self.work_together(width, &queue, writer).await,
        }
    }

    /// The requests to make: one for each gap, or, where several connections
    /// may help, pieces of a few chunks.
    fn runs(&self, missing: &[Range<u64>]) -> VecDeque<Range<u64>> {
        let run = self.limits.chunk.saturating_mul(self.limits.run).max(1);
        let bytes: u64 = missing.iter().map(|gap| gap.end - gap.start).sum();
        if self.limits.per_file == 1 || bytes < run.saturating_mul(2) {
            return missing.iter().cloned().collect();
        }
        let mut runs = VecDeque::new();
        for gap in missing {
            let mut start = gap.start;
            while start < gap.end {
                // Ends at a multiple, so that the book of chunks stays whole.
                let end = (start / run)
                    .saturating_add(1)
                    .saturating_mul(run)
                    .min(gap.end);
                runs.push_back(start..end);
                start = end;
            }
        }
        runs
    }

    async fn work_together(
        &self,
        width: usize,
        queue: &Mutex<VecDeque<Range<u64>>>,
        writer: &Writer,
    ) -> Result<(), Cut> {
        let mut workers: Vec<_> = (0..width)
            .map(|_| Box::pin(self.work(queue, writer)))
            .collect();
        // All in one task: what the sockets bring is handed on, not worked on.
        std::future::poll_fn(|context| {
            let mut at = 0;
            while at < workers.len() {
                match workers[at].as_mut().poll(context) {
                    std::task::Poll::Ready(Ok(())) => drop(workers.swap_remove(at)),
                    std::task::Poll::Ready(Err(cut)) => return std::task::Poll::Ready(Err(cut)),
                    std::task::Poll::Pending => at += 1,
                }
            }
            if workers.is_empty() {
                return std::task::Poll::Ready(Ok(()));
            }
            std::task::Poll::Pending
        })
        .await
    }

    /// Takes run after run.
    async fn work(&self, queue: &Mutex<VecDeque<Range<u64>>>, writer: &Writer) -> Result<(), Cut> {
        loop {
            let next = queue
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop_front();
            let Some(run) = next else { return Ok(()) };
            let _turn = self.connections.acquire().await;
            self.run(run, &Sink::Writer(writer)).await?;
        }
    }

    /// Fetches a range, however often it is cut.
    async fn run(&self, run: Range<u64>, sink: &Sink<'_>) -> Result<(), Cut> {
        let mut patience = Patience::new(self.limits);
        let mut start = run.start;
        loop {
            let mut at = start;
            match self.stream(start..run.end, &mut at, sink).await {
                Ok(()) => return Ok(()),
                Err(Cut::Error(error)) => {
                    if at > start {
                        patience.renew();
                    }
                    start = at;
                    self.pause(&mut patience, error).await?;
                    if start == run.end {
                        return Ok(());
                    }
                }
                Err(cut) => return Err(cut),
            }
        }
    }

    /// Reads a short range into memory.
    pub(crate) async fn read(&self, range: Range<u64>) -> Result<Vec<u8>, HubError> {
        let memory = Mutex::new(Vec::new());
        match self.run(range, &Sink::Memory(&memory)).await {
            Ok(()) => Ok(memory.into_inner().unwrap_or_else(PoisonError::into_inner)),
            Err(Cut::Error(error)) => Err(error),
            Err(Cut::Whole | Cut::Gone) => Err(HubError::Malformed {
                url: self.url.to_string(),
                reason: "it sends the whole file where a part was asked for".to_owned(),
            }),
        }
    }

    /// Fetches the file from a server that knows no ranges: each cut costs all
    /// that came before it, so progress renews no patience.
    async fn fetch_whole(&self, writer: &Writer) -> Result<(), Cut> {
        let mut patience = Patience::new(self.limits);
        loop {
            writer.reset().await.map_err(|_| Cut::Gone)?;
            self.progress.emit(&Event::Restarted {
                path: &self.file.path,
            });
            let mut at = 0;
            match self
                .stream(0..self.file.size, &mut at, &Sink::Writer(writer))
                .await
            {
                Err(Cut::Error(error)) => self.pause(&mut patience, error).await?,
                other => return other,
            }
        }
    }

    async fn pause(&self, patience: &mut Patience<'_>, error: HubError) -> Result<(), HubError> {
        let (error, pause) = patience.after(error)?;
        self.progress.emit(&Event::Again {
            path: &self.file.path,
            because: &error,
            pause,
        });
        tokio::time::sleep(pause).await;
        Ok(())
    }
}

/// Joins ranges that touch.
fn merged(ranges: VecDeque<Range<u64>>) -> VecDeque<Range<u64>> {
    let mut merged: VecDeque<Range<u64>> = VecDeque::new();
    for range in ranges {
        match merged.back_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => merged.push_back(range),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_touch_are_one() {
        let of = |ranges: &[Range<u64>]| Vec::from(merged(ranges.to_vec().into()));
        assert_eq!(of(&[2..4, 4..6, 7..8, 8..9]), vec![2..6, 7..9]);
        assert_eq!(of(&[]), Vec::new());
    }
}
