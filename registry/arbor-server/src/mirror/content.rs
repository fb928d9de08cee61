//! A file's content: whole, a range of it, or that the asker has it already.
//! The tag is the digest, so the same tag is the same bytes for ever.

use super::body::FileBody;
use super::range::{self, Asked};
use super::refusal::Refusal;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use arbor_model::CommitSha;
use arbor_service::{Opened, StockedFile};

/// What scripts of other sites may see.
const EXPOSED: &str = "X-Repo-Commit,X-Error-Code,X-Error-Message,X-Linked-ETag,X-Linked-Size,\
    ETag,Accept-Ranges,Content-Range,Content-Length,Link";

/// What the request says about the state that the asker has.
pub(super) struct Conditions {
    range: Option<String>,
    if_range: Option<String>,
    if_none_match: Option<String>,
    head: bool,
}

impl Conditions {
    /// Reads the headers.
    pub(super) fn of(request: &HttpRequest) -> Self {
        let text = |name: HeaderName| text(request.headers(), &name);
        Self {
            range: text(header::RANGE),
            if_range: text(header::IF_RANGE),
            if_none_match: text(header::IF_NONE_MATCH),
            head: *request.method() == Method::HEAD,
        }
    }

    /// Whether the asker has this already.
    pub(super) fn has(&self, tag: &str) -> bool {
        let known = self.if_none_match.as_deref().unwrap_or_default();
        let mut tags = known
            .split(',')
            .map(|known| known.trim().trim_start_matches("W/"));
        tags.any(|known| known == tag || known == "*")
    }

    fn asked(&self, tag: &str, size: u64) -> Asked {
        // A part of another state would not fit to what the asker has.
        if self
            .if_range
            .as_deref()
            .is_some_and(|known| known.trim() != tag)
        {
            return Asked::Whole;
        }
        range::read(self.range.as_deref(), size)
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The tag of a file.
pub(super) fn tag(file: &StockedFile) -> String {
    format!("\"{}\"", file.digest)
}

/// That the asker has it.
pub(super) fn unchanged(file: &StockedFile, commit: &CommitSha) -> HttpResponse {
    let mut response = HttpResponse::NotModified();
    response
        .insert_header((header::ETAG, tag(file)))
        .insert_header(("X-Repo-Commit", commit.to_string()))
        .finish()
}

/// The content, or the range of it that was asked for.
pub(super) fn response(
    file: &StockedFile,
    commit: &CommitSha,
    opened: Opened,
    conditions: &Conditions,
) -> Result<HttpResponse, Refusal> {
    let (size, tag) = (file.size, tag(file));
    let (status, first, length) = match conditions.asked(&tag, size) {
        Asked::Whole => (StatusCode::OK, 0, size),
        Asked::Part(first, last) => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Asked::Beyond => (StatusCode::RANGE_NOT_SATISFIABLE, 0, 0),
    };
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::ETAG, tag.as_str()))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::CONTENT_TYPE, "application/octet-stream"))
        .insert_header((header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED))
        .insert_header(("X-Repo-Commit", commit.to_string()));
    if file.is_large() {
        response
            .insert_header(("X-Linked-ETag", tag))
            .insert_header(("X-Linked-Size", size.to_string()));
    }
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {first}-{}/{size}", first + length - 1);
        response.insert_header((header::CONTENT_RANGE, range));
    }
    if status == StatusCode::RANGE_NOT_SATISFIABLE {
        response.insert_header((header::CONTENT_RANGE, format!("bytes */{size}")));
        return Ok(response.finish());
    }
    match opened {
        Opened::Bytes(content) => {
            let stretch = usize::try_from(first)
                .ok()
                .zip(usize::try_from(first + length).ok());
            let stretch = stretch.and_then(|(first, end)| content.get(first..end));
            let stretch = stretch.ok_or_else(|| Refusal::broken(&"a file is shorter than said"))?;
            Ok(response.body(Bytes::from_static(stretch)))
        }
        // Only the length of the body is told then, and nothing need be read.
        Opened::File(_) if conditions.head => Ok(response.body(Unread(length))),
        Opened::File(file) => Ok(response.body(FileBody::new(file, first, length))),
    }
}

/// The length of a body that is not sent.
struct Unread(u64);

impl actix_web::body::MessageBody for Unread {
    type Error = std::convert::Infallible;

    fn size(&self) -> actix_web::body::BodySize {
        actix_web::body::BodySize::Sized(self.0)
    }

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Bytes, Self::Error>>> {
        std::task::Poll::Ready(None)
    }
}
