//! Examinations as they go: what began, which checks were made so far, and
//! whether the process still lives. What it came to is a run: `record.rs`.
//!
//! It does not know how the process is run or heard.

use crate::record::{check, readable};
use crate::{Registry, ServiceError, Subject, wire};
use arbor_model::{Attempt, RunId};
use serde_json::Value;
use std::time::{SystemTime, UNIX_EPOCH};

impl Registry {
    /// Begins an examination and says under which number its run will be.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if it cannot be kept.
    pub async fn attempt_begins(
        &self,
        subject: &Subject,
        began_us: i64,
    ) -> Result<RunId, ServiceError> {
        let attempt = Attempt {
            subject: readable(&subject.named),
            model: subject.model.clone(),
            began_us,
        };
        Ok(self.store().begin_attempt(&attempt).await?)
    }

    /// Notes a check that an examining process printed: as little trusted as
    /// all that it says.
    ///
    /// # Errors
    /// [`ServiceError::Told`] if it means nothing, [`ServiceError::Store`] if
    /// it cannot be kept.
    pub async fn attempt_heard(&self, id: RunId, found: &Value) -> Result<(), ServiceError> {
        let check = check(found)?;
        Ok(self.store().attempt_heard(id, &check, now_us()).await?)
    }

    /// Notes that an examining process is alive.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if it cannot be kept.
    pub async fn attempt_alive(&self, id: RunId) -> Result<(), ServiceError> {
        Ok(self.store().attempt_alive(id, now_us()).await?)
    }

    /// The examination that will be the run of that number, while it has not
    /// ended.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if the store cannot be read.
    pub async fn attempt(&self, typed: &str) -> Result<Option<wire::Attempt>, ServiceError> {
        let Some(id) = typed.trim().parse().ok().map(RunId) else {
            return Ok(None);
        };
        let found = self.store().attempt(id).await?;
        Ok(found.map(|entry| wire::Attempt::new(&entry, now_us())))
    }

    /// The newest examinations that have not ended.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if the store cannot be read.
    pub async fn attempts(&self) -> Result<Vec<wire::Attempt>, ServiceError> {
        let found = self.store().attempts().await?;
        let now = now_us();
        let attempts = found.iter().map(|entry| wire::Attempt::new(entry, now));
        Ok(attempts.collect())
    }
}

fn now_us() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(0))
}
