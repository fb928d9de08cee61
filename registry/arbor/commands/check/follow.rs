//! What is kept of an examination as it goes, so that the site can show it.
//! Nothing that goes wrong here is a fault of the examination: its verdict is
//! said and recorded all the same.

use crate::commands::App;
use anyhow::Result;
use arbor_model::{Check, Run, RunId};
use arbor_service::{Registry, ServiceError, Subject};
use serde_json::Value;
use std::time::{SystemTime, UNIX_EPOCH};

/// The most that is written down of one process: each check, and each again.
const MOST: usize = 2 * Check::ALL.len();

/// Follows one examination.
pub(super) struct Follow<'a> {
    app: &'a App<'a>,
    subject: Subject,
    began_us: i64,
    registry: Option<Registry>,
    id: Option<RunId>,
    heard: usize,
}

impl<'a> Follow<'a> {
    /// Nothing is written until something is heard: a process that refuses
    /// to begin leaves no trace.
    pub(super) fn new(app: &'a App<'a>, subject: &Subject) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            app,
            subject: subject.clone(),
            began_us: since.map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(0)),
            registry: None,
            id: None,
            heard: 0,
        }
    }

    /// When it began.
    pub(super) const fn began_us(&self) -> i64 {
        self.began_us
    }

    /// Notes a check that the process printed.
    pub(super) async fn heard(&mut self, check: &Value) {
        self.heard += 1;
        if self.heard > MOST {
            return;
        }
        if let Err(error) = self.note(check).await {
            tracing::debug!(%error, "a check could not be noted");
        }
    }

    /// Notes that the process is alive.
    pub(super) async fn alive(&self) {
        if let (Some(registry), Some(id)) = (&self.registry, self.id)
            && let Err(error) = registry.attempt_alive(id).await
        {
            tracing::debug!(%error, "a sign of life could not be noted");
        }
    }

    async fn note(&mut self, check: &Value) -> Result<()> {
        let id = match self.id {
            Some(id) => id,
            // Where the first could not be noted, no later one is.
            None if self.heard > 1 => return Ok(()),
            None => {
                let began_us = self.began_us;
                let subject = self.subject.clone();
                let id = self.registry().await?;
                let id = id.attempt_begins(&subject, began_us).await?;
                self.id = Some(id);
                id
            }
        };
        Ok(self.registry().await?.attempt_heard(id, check).await?)
    }

    async fn registry(&mut self) -> Result<&Registry> {
        if self.registry.is_none() {
            self.registry = Some(self.app.registry().await?);
        }
        let missing = || anyhow::anyhow!("the database is not open");
        self.registry.as_ref().ok_or_else(missing)
    }

    /// Records what it came to.
    pub(super) async fn end(mut self, run: Result<Run, ServiceError>) -> Result<RunId> {
        let (run, id) = (run?, self.id);
        Ok(self.registry().await?.record(&run, id).await?)
    }
}
