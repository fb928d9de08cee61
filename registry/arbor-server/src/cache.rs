//! Answers that are ready to be sent, by database change, address and
//! encoding. What was made for an older change is never found again and goes
//! as room is needed.

use crate::encode::Encoding;
use crate::fault::Fault;
use crate::reply::{Reply, Status};
use actix_web::web::Bytes;
use arbor_service::ServiceError;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::sync::Arc;
use tokio::time::{Instant, timeout_at};

/// The most answers that are kept.
const ENTRIES: usize = 2_048;
/// The most bytes that are kept.
const BYTES: u64 = 64 << 20;

/// What an answer is found by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct AnswerKey {
    /// The database change that it shows.
    pub(crate) change: u64,
    /// Path and query in canonical form.
    pub(crate) target: String,
    /// How its body is encoded.
    pub(crate) encoding: Encoding,
}

/// An answer, compressed.
#[derive(Debug)]
pub(crate) struct Ready {
    /// How it is sent.
    pub(crate) status: Status,
    /// What it is.
    pub(crate) media: &'static str,
    /// Its bytes.
    pub(crate) body: Bytes,
    /// How they are encoded.
    pub(crate) encoding: Encoding,
    /// Other pages of a list.
    pub(crate) link: Option<String>,
    /// Where it has moved to.
    pub(crate) location: Option<String>,
    /// The file name under which browsers save it.
    pub(crate) file: Option<&'static str>,
    /// Whether it is to be made anew each time.
    pub(crate) is_fleeting: bool,
}

impl Ready {
    /// Compresses an answer.
    pub(crate) fn new(reply: Reply, encoding: Encoding) -> Result<Self, ServiceError> {
        let (body, encoding) = encoding
            .apply(reply.body)
            .map_err(|error| ServiceError::Export(error.to_string()))?;
        Ok(Self {
            status: reply.status,
            media: reply.media,
            body: body.into(),
            encoding,
            link: reply.link,
            location: reply.location,
            file: reply.file,
            is_fleeting: reply.is_fleeting,
        })
    }
}

/// Weighs an answer by its bytes, and small ones as much as it takes for no
/// more than [`ENTRIES`] to fit.
#[derive(Clone)]
pub(crate) struct ByBytes;

impl Weighter<AnswerKey, Arc<Ready>> for ByBytes {
    fn weight(&self, key: &AnswerKey, ready: &Arc<Ready>) -> u64 {
        let bytes = (key.target.len() + ready.body.len()) as u64;
        bytes.max(BYTES / ENTRIES as u64)
    }
}

/// The answers that are kept.
pub(crate) type Answers = Cache<AnswerKey, Arc<Ready>, ByBytes>;

/// An empty cache.
pub(crate) fn answers() -> Answers {
    Cache::with_weighter(ENTRIES, BYTES, ByBytes)
}

/// The answer that is kept, else the one that is made now. Of those that ask
/// for the same at once, one makes it; the others wait, but not for ever: if
/// it fails the next one tries, and the last would wait for all before it.
pub(crate) async fn ready_or(
    answers: &Answers,
    key: &AnswerKey,
    until: Instant,
    make: impl Future<Output = Result<Arc<Ready>, Fault>>,
) -> Result<Arc<Ready>, Fault> {
    let found = timeout_at(until, answers.get_value_or_guard_async(key));
    match found.await.map_err(|_| Fault::busy())? {
        Ok(ready) => Ok(ready),
        Err(place) => {
            let ready = make.await?;
            if !ready.is_fleeting {
                // Where the place is gone the answer is good all the same.
                let _ = place.insert(ready.clone());
            }
            Ok(ready)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn soon(millis: u64) -> Instant {
        Instant::now() + Duration::from_millis(millis)
    }

    async fn made() -> Result<Arc<Ready>, Fault> {
        let ready = Ready::new(Reply::text("text/plain", "made"), Encoding::Identity);
        Ok(Arc::new(ready?))
    }

    #[test]
    fn nobody_waits_for_ever_for_what_another_makes() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let answers = answers();
            let key = AnswerKey {
                change: 1,
                target: "/?".to_owned(),
                encoding: Encoding::Identity,
            };
            let place = answers.get_value_or_guard_async(&key).await;
            let place = place.expect_err("nothing is ready yet");
            let waited = ready_or(&answers, &key, soon(20), made()).await;
            assert_eq!(waited.expect_err("it is not made").code, "busy");
            drop(place);
            let next = ready_or(&answers, &key, soon(10_000), made()).await;
            assert_eq!(&next.expect("it is made").body[..], b"made");
            let late = Instant::now();
            let kept = ready_or(&answers, &key, late, async { Err(Fault::busy()) }).await;
            assert_eq!(&kept.expect("it is kept").body[..], b"made");
        });
    }
}
