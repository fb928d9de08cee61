//! One request for a range of a file. What the answer says about itself is
//! compared with what was asked for before its first byte is taken, and no
//! byte beyond the range is.

use super::range;
use super::source::Source;
use super::writer::Sink;
use crate::HubError;
use crate::api::{Asked, refuse};
use crate::client::{Answer, network, shown};
use crate::error::quoted;
use arbor_model::Revision;
use reqwest::header::{
    CONTENT_ENCODING, CONTENT_RANGE, ETAG, HeaderMap, HeaderValue, IF_RANGE, RANGE,
};
use reqwest::{StatusCode, Url};
use std::ops::Range;

/// Why a stream ended before its range did.
pub(super) enum Cut {
    /// As the error says; what came before it is kept.
    Error(HubError),
    /// The server sends the whole file where a range was asked for.
    Whole,
    /// The writer has failed and knows why.
    Gone,
}

impl From<HubError> for Cut {
    fn from(error: HubError) -> Self {
        Cut::Error(error)
    }
}

impl Source<'_> {
    /// Asks for `range` and hands its bytes over; `at` follows them.
    pub(super) async fn stream(
        &self,
        range: Range<u64>,
        at: &mut u64,
        sink: &Sink<'_>,
    ) -> Result<(), Cut> {
        *at = range.start;
        let answer = self.ask(&range).await?;
        let url = answer.url.clone();
        self.judge(&answer, &range)?;
        let mut response = answer.response;
        let stall = self.client.stall();
        loop {
            let frame = tokio::time::timeout(stall, response.chunk()).await;
            let frame = frame.map_err(|_| HubError::Stalled {
                url: shown(&url),
                after: stall,
            })?;
            let Some(frame) = frame.map_err(|error| network(&url, &error))? else {
                let reason = format!("it ended {} bytes early", range.end - *at);
                return Err(Cut::Error(HubError::Network {
                    url: shown(&url),
                    reason,
                }));
            };
            // What lies beyond the range is not ours to keep.
            let left = usize::try_from(range.end - *at).unwrap_or(usize::MAX);
            let frame = frame.slice(..frame.len().min(left));
            let length = frame.len() as u64;
            let sent = sink.bytes(*at, frame).await;
            sent.map_err(|_| Cut::Gone)?;
            *at += length;
            self.report(length);
            if *at == range.end {
                return Ok(());
            }
        }
    }

    /// Sends the request, to where the hub sent us before if that still holds.
    async fn ask(&self, range: &Range<u64>) -> Result<Answer, Cut> {
        let last = range.end - 1;
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, value(&format!("bytes={}-{last}", range.start))?);
        let remembered = self.remembered();
        let url = match &remembered {
            Some(url) => url.clone(),
            None => self.url.clone(),
        };
        // Only a validator of the same server: elsewhere it means nothing.
        if let Some(validator) = self.validator().filter(|_| remembered.is_none()) {
            headers.insert(IF_RANGE, validator);
        }
        let answer = self.client.get(url, &headers).await?;
        let refused = answer.response.status();
        if remembered.is_some() && refused.is_client_error() && refused != 429 {
            // The address has expired; the hub gives a new one.
            self.remember(None);
            return Box::pin(self.ask(range)).await;
        }
        if remembered.is_none() {
            self.check_commit(&answer)?;
        }
        if refused.is_success() || refused == StatusCode::RANGE_NOT_SATISFIABLE {
            self.remember(Some(&answer.url).filter(|_| !answer.direct || remembered.is_some()));
            return Ok(answer);
        }
        let revision = Revision::from(&self.commit);
        let asked = Asked {
            of: Some((self.repo, &revision)),
            path: Some(&self.file.path),
        };
        Err(refuse(&self.api(), asked, answer).await.into())
    }

    /// The hub must speak of the commit that was asked for. A mirror that
    /// leaves the header out says nothing wrong.
    fn check_commit(&self, answer: &Answer) -> Result<(), HubError> {
        let Some(found) = answer.first.get("x-repo-commit") else {
            return Ok(());
        };
        let expected = self.commit;
        if found.as_bytes() == expected.to_string().as_bytes() {
            return Ok(());
        }
        Err(HubError::WrongCommit {
            url: shown(&self.url),
            expected,
            found: quoted(&String::from_utf8_lossy(found.as_bytes())),
        })
    }

    /// Whether an answer is the range that was asked for.
    fn judge(&self, answer: &Answer, range: &Range<u64>) -> Result<(), Cut> {
        let (url, headers) = (&answer.url, answer.response.headers());
        let encoding = headers.get(CONTENT_ENCODING).map(HeaderValue::as_bytes);
        if encoding.is_some_and(|name| name != b"identity") {
            return Err(self
                .wrong(url, "it is compressed, which was not asked for")
                .into());
        }
        let size = self.file.size;
        let length = answer.response.content_length();
        match answer.response.status() {
            StatusCode::PARTIAL_CONTENT => {
                let text = headers.get(CONTENT_RANGE).and_then(|v| v.to_str().ok());
                let found = text.and_then(range::read);
                let found = found.ok_or_else(|| {
                    self.wrong(url, "it is a part and does not say which (Content-Range)")
                })?;
                if let Some(total) = found.total.filter(|total| *total != size) {
                    return Err(self.wrong_length(url, total).into());
                }
                if found.bytes != Some((range.start, range.end - 1)) {
                    let reason = "it is another part than was asked for (Content-Range)";
                    return Err(self.wrong(url, reason).into());
                }
                if length.is_some_and(|length| length != range.end - range.start) {
                    let reason = "its Content-Length is not that of its Content-Range";
                    return Err(self.wrong(url, reason).into());
                }
            }
            StatusCode::OK => {
                if let Some(found) = length.filter(|length| *length != size) {
                    return Err(self.wrong_length(url, found).into());
                }
                if *range != (0..size) {
                    return Err(Cut::Whole);
                }
            }
            StatusCode::RANGE_NOT_SATISFIABLE => {
                let text = headers.get(CONTENT_RANGE).and_then(|v| v.to_str().ok());
                let total = text.and_then(range::read).and_then(|found| found.total);
                return Err(match total.filter(|total| *total != size) {
                    Some(total) => self.wrong_length(url, total).into(),
                    None => self.wrong(url, "it refuses a range within the file").into(),
                });
            }
            other => return Err(self.wrong(url, &format!("its status is {other}")).into()),
        }
        if answer.direct {
            self.keep_validator(headers.get(ETAG));
        }
        Ok(())
    }

    fn wrong(&self, url: &Url, reason: &str) -> HubError {
        HubError::Malformed {
            url: shown(url),
            reason: reason.to_owned(),
        }
    }

    fn wrong_length(&self, url: &Url, found: u64) -> HubError {
        HubError::WrongLength {
            path: self.file.path.to_string(),
            url: shown(url),
            expected: self.file.size,
            found,
        }
    }
}

fn value(text: &str) -> Result<HeaderValue, HubError> {
    HeaderValue::try_from(text).map_err(|error| HubError::Client(error.to_string()))
}
