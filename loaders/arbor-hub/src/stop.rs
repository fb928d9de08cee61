//! Giving up work that a thread has begun: a future that is dropped cannot
//! take its thread with it, but it can tell it.

use crate::HubError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether nobody waits for the work any more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Fails if nobody waits.
    ///
    /// # Errors
    /// [`HubError::Stopped`].
    pub(crate) fn check(&self) -> Result<(), HubError> {
        match self.0.load(Ordering::Relaxed) {
            true => Err(HubError::Stopped),
            false => Ok(()),
        }
    }

    /// Stops the work when it is dropped.
    pub(crate) fn guard(&self) -> StopOnDrop {
        StopOnDrop(self.clone())
    }
}

/// Held by whoever waits; dropping it after the work is done changes nothing.
pub(crate) struct StopOnDrop(Stop);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

/// Runs what waits for the disk where nobody else waits for it.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce(&Stop) -> Result<T, HubError> + Send + 'static,
) -> Result<T, HubError> {
    let stop = Stop::default();
    let _guard = stop.guard();
    match tokio::task::spawn_blocking(move || work(&stop)).await {
        Ok(done) => done,
        Err(error) => Err(HubError::Client(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn work_that_nobody_waits_for_ends() {
        let (sender, ended) = std::sync::mpsc::channel();
        let work = blocking(move |stop| {
            while stop.check().is_ok() {
                std::thread::sleep(Duration::from_millis(1));
            }
            sender.send(()).map_err(|_| HubError::Stopped)
        });
        let gone = tokio::time::timeout(Duration::from_millis(20), work).await;
        assert!(gone.is_err());
        ended
            .recv_timeout(Duration::from_secs(60))
            .expect("it ends");
    }
}
