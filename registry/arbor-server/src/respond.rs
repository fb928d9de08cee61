//! Responses: status, headers and body of an answer or a refusal.
//!
//! It does not know how either came about; `dispatch.rs` does.

use crate::cache::Ready;
use crate::fault::Fault;
use crate::pages;
use crate::reply::{Keep, Status};
use crate::routes::Face;
use actix_web::http::{StatusCode, header};
use actix_web::middleware::DefaultHeaders;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use arbor_service::View;
use std::time::Instant;

/// What the site may load and who may frame it: nothing from elsewhere, no
/// script and no style but its own files. Files that others wrote, which a
/// mirror hands on, are sent as bytes of no kind and so are never run.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; \
    style-src 'self'; img-src 'self'; font-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Headers that every response has.
pub(crate) fn everywhere() -> DefaultHeaders {
    DefaultHeaders::new()
        .add((header::CONTENT_SECURITY_POLICY, POLICY))
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "same-origin"))
        .add(("Cross-Origin-Opener-Policy", "same-origin"))
        .add(("Cross-Origin-Resource-Policy", "same-origin"))
        .add((header::VARY, "Accept-Encoding"))
}

/// An answer that is ready.
pub(crate) fn ready(ready: &Ready, keep: Keep, tag: &str) -> HttpResponse {
    let mut response = HttpResponse::build(match ready.status {
        Status::Found => StatusCode::OK,
        Status::MovedForGood => StatusCode::MOVED_PERMANENTLY,
        Status::MovedForNow => StatusCode::FOUND,
    });
    let keep = if ready.is_fleeting { Keep::Never } else { keep };
    kept(&mut response, keep, tag);
    if let Some(encoding) = ready.encoding.name() {
        response.insert_header((header::CONTENT_ENCODING, encoding));
    }
    if let Some(link) = &ready.link {
        response.insert_header((header::LINK, link.as_str()));
    }
    if let Some(location) = &ready.location {
        response.insert_header((header::LOCATION, location.as_str()));
    }
    if let Some(file) = ready.file {
        let disposition = format!("attachment; filename=\"{file}\"");
        response.insert_header((header::CONTENT_DISPOSITION, disposition));
    }
    response
        .insert_header((header::CONTENT_TYPE, ready.media))
        .body(ready.body.clone())
}

/// That the reader has the newest already. It may be kept as long as before:
/// a cache takes the headers of this answer for those it has.
pub(crate) fn unchanged(keep: Keep, tag: &str) -> HttpResponse {
    let mut response = HttpResponse::NotModified();
    kept(&mut response, keep, tag);
    response.finish()
}

/// How long it may be kept, and by what it is known again.
fn kept(response: &mut HttpResponseBuilder, keep: Keep, tag: &str) {
    let (control, tag) = match keep {
        Keep::Forever => ("public, max-age=31536000, immutable", Some(tag)),
        Keep::Never => ("no-store", None),
        Keep::WhileUnchanged => ("no-cache", Some(tag)),
    };
    response.insert_header((header::CACHE_CONTROL, control));
    if let Some(tag) = tag {
        response.insert_header((header::ETAG, tag));
    }
}

/// A refusal, as a page or as the envelope.
pub(crate) fn fault(fault: &Fault, face: Face, view: &View) -> HttpResponse {
    let status = fault.status();
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.insert_header((header::ALLOW, "GET, HEAD"));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.insert_header((header::RETRY_AFTER, "1"));
    }
    match face {
        Face::Api => envelope(response, fault),
        Face::Page => match pages::fault::html(fault, view) {
            Ok(html) => response
                .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
                .body(html),
            Err(error) => {
                tracing::error!(%error, "the page of a refusal broke");
                envelope(response, fault)
            }
        },
    }
}

/// Says what was answered, in the log.
pub(crate) fn log(request: &HttpRequest, response: &HttpResponse, began: Instant) {
    tracing::info!(
        method = %request.method(),
        path = request.path(),
        status = response.status().as_u16(),
        micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
}

fn envelope(mut response: HttpResponseBuilder, fault: &Fault) -> HttpResponse {
    response.json(fault.envelope())
}
