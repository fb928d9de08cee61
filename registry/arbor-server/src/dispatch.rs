//! From a request to a response: what is refused outright, what the reader
//! has already, what is ready, and what must be made.
//!
//! It does not know what any page shows; `routes.rs` names the function that
//! does.

use crate::cache::{self, AnswerKey, Ready};
use crate::encode::Encoding;
use crate::fault::{Fault, HttpCode};
use crate::query::Query;
use crate::reply::Ask;
use crate::respond;
use crate::routes::{Face, Needs, Route, face};
use crate::site::Site;
use actix_web::http::{Method, header};
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use arbor_model::RunId;
use arbor_service::{ErrorCode, View};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout_at;

/// The longest address that is read.
const LONGEST_ADDRESS: usize = 4_096;
/// The most bytes of headers that are read.
const LONGEST_HEADERS: usize = 16 << 10;
/// The longest a request waits for room, and for another that makes the same.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many hits a page of a search shows.
const HITS: u32 = 50;
/// How many completions are given where nothing else is asked.
const COMPLETIONS: u32 = 8;
/// How many runs a model's page shows.
const RUNS: u32 = 20;
/// How many of the hub's models it names.
const BENEATH: u32 = 10;
/// How many a page of all runs has where nothing else is asked.
const RUNS_LISTED: u32 = 50;
/// The longest address that could be a name mistyped.
const LONGEST_GUESSED: usize = 96;

/// Answers a request that a route takes.
pub(crate) async fn route(
    request: HttpRequest,
    site: Data<Site>,
    route: &'static Route,
) -> HttpResponse {
    let began = Instant::now();
    let view = site.registry.view();
    let response = match answer(&request, &site, &view, route).await {
        Ok(response) => response,
        Err(fault) => respond::fault(&fault, route.face(), &view),
    };
    respond::log(&request, &response, began);
    response
}

/// Answers a request that no route takes.
pub(crate) async fn nowhere(request: HttpRequest, site: Data<Site>) -> HttpResponse {
    let began = Instant::now();
    let view = site.registry.view();
    let path = request.path();
    let fault = match refuse(&request) {
        Err(fault) => fault,
        Ok(()) => {
            let near = near(&site, &view, path).await;
            arbor_service::ServiceError::not_found("page", path, near).into()
        }
    };
    let response = respond::fault(&fault, face(path), &view);
    respond::log(&request, &response, began);
    response
}

/// What an unknown path could mean. To compare it with every name is work as
/// any page is: off the event loop, and where there is room for it.
async fn near(site: &Site, view: &Arc<View>, path: &str) -> Vec<String> {
    let last = path.rsplit('/').find(|part| !part.is_empty());
    let Some(last) = last.filter(|_| path.len() <= LONGEST_GUESSED) else {
        return Vec::new();
    };
    let until = tokio::time::Instant::now() + PATIENCE;
    let Ok(room) = room(site, until).await else {
        return Vec::new();
    };
    let (view, last) = (view.clone(), last.to_owned());
    let work = move || {
        let _room = room;
        view.suggest(&last)
    };
    web::block(work).await.unwrap_or_default()
}

/// Room for an answer in the making.
async fn room(site: &Site, until: tokio::time::Instant) -> Result<OwnedSemaphorePermit, Fault> {
    let room = timeout_at(until, site.room.clone().acquire_owned());
    let room = room.await.map_err(|_| Fault::busy())?;
    room.map_err(|_| Fault::busy())
}

async fn answer(
    request: &HttpRequest,
    site: &Site,
    view: &Arc<View>,
    route: &'static Route,
) -> Result<HttpResponse, Fault> {
    refuse(request)?;
    let query = Query::read(request.query_string(), route.keys)?;
    let encoding = Encoding::accepted(text(request, header::ACCEPT_ENCODING));
    let canonical = query.canonical();
    // What else the query holds shows on the page, and so is part of it.
    let target = format!(
        "{}?{canonical}&{}&{}",
        request.path(),
        query.unknown().join("&"),
        u8::from(query.has_residue()),
    );
    let tag = site.tag(view.change(), &target, encoding);
    if text(request, header::IF_NONE_MATCH)
        .split(',')
        // A proxy that encodes anew weakens the tag; for reading that is the same.
        .any(|known| known.trim().trim_start_matches("W/") == tag)
    {
        return Ok(respond::unchanged(route.keep, &tag));
    }
    let key = AnswerKey {
        change: view.change(),
        target,
        encoding,
    };
    // Keys that nobody knows come in endless number: they get no room.
    let kept = query.unknown().is_empty();
    let until = tokio::time::Instant::now() + PATIENCE;
    let make = make(request, site, view, route, query, encoding, until);
    if !kept {
        let ready = make.await?;
        return Ok(respond::ready(&ready, route.keep, &tag));
    }
    let ready = cache::ready_or(&site.answers, &key, until, make).await?;
    Ok(respond::ready(&ready, route.keep, &tag))
}

/// What no route would answer.
fn refuse(request: &HttpRequest) -> Result<(), Fault> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let message = "this is answered to GET and HEAD only";
        return Err(Fault::http(HttpCode::Method, message));
    }
    let address = request.uri().path_and_query();
    if address.is_some_and(|address| address.as_str().len() > LONGEST_ADDRESS) {
        let message = "the address is longer than 4,096 bytes";
        return Err(Fault::http(HttpCode::LongAddress, message));
    }
    let headers = request.headers().iter();
    let bytes: usize = headers
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if bytes > LONGEST_HEADERS {
        let message = "the headers are longer than 16 KiB";
        return Err(Fault::http(HttpCode::LongHeaders, message));
    }
    Ok(())
}

/// Makes an answer, off the event loop.
async fn make(
    request: &HttpRequest,
    site: &Site,
    view: &Arc<View>,
    route: &'static Route,
    query: Query,
    encoding: Encoding,
    until: tokio::time::Instant,
) -> Result<Arc<Ready>, Fault> {
    let room = room(site, until).await?;
    let mut ask = Ask {
        view: view.clone(),
        id: decoded(request.match_info().query("id")),
        path: request.uri().path().to_owned(),
        query,
        runs: Vec::new(),
        attempts: Vec::new(),
        before: None,
        receipt: None,
        beneath: None,
        devices: site.devices.clone(),
        public: site.public.clone(),
        found: None,
    };
    match route.needs {
        Needs::View => {}
        Needs::AllRuns => {
            let model = match ask.id.as_str() {
                "" => None,
                typed => Some(&view.resolve(typed)?.id),
            };
            let before = ask.query.number("before", 1..=usize::MAX)?;
            let before = before.map(|number| RunId(number as u64));
            let limit = ask.query.number("limit", 1..=100)?.unwrap_or(RUNS_LISTED);
            let found = site.registry.runs(model, before, limit).await?;
            (ask.runs, ask.before) = (found.runs, found.before);
            if route.face() == Face::Page && before.is_none() {
                ask.attempts = site.registry.attempts().await?;
            }
        }
        Needs::Run => {
            // In this order: it may end in between.
            let attempt = match route.face() {
                Face::Api => None,
                Face::Page => site.registry.attempt(&ask.id).await?,
            };
            match attempt {
                Some(attempt) => ask.attempts = vec![attempt],
                None => ask.runs = vec![site.registry.run(&ask.id).await?],
            }
        }
        Needs::Model => {
            if let Some(model) = view.find(&ask.id) {
                ask.runs = site.registry.runs(Some(&model.id), None, RUNS).await?.runs;
                ask.receipt = site.registry.receipt(model).await?;
                ask.beneath = site.registry.beneath(model, BENEATH).await?;
            }
        }
        Needs::Runs => {
            if let Some(model) = view.find(&ask.id) {
                ask.runs = site.registry.runs(Some(&model.id), None, RUNS).await?.runs;
            }
        }
        Needs::Search => {
            let limit = match route.face() {
                Face::Api => ask.query.number("limit", 1..=100)?.unwrap_or(COMPLETIONS),
                Face::Page => HITS,
            };
            if let Some(words) = ask.query.get("q") {
                ask.found = Some(site.registry.search(words, limit).await?);
            }
        }
    }
    let answer = route.answer;
    // The work goes on when its reader has left, and so keeps its room.
    let work = move || {
        let _room = room;
        answer(&ask).and_then(|reply| Ready::new(reply, encoding))
    };
    web::block(work)
        .await
        .map_err(|error| Fault::broken(ErrorCode::Internal, &error))?
        .map(Arc::new)
        .map_err(Fault::from)
}

/// A path's part, decoded once: actix has left `%25`, `%2B` and `%2F`.
fn decoded(part: &str) -> String {
    let text = percent_encoding::percent_decode_str(part);
    text.decode_utf8_lossy().into_owned()
}

fn text(request: &HttpRequest, name: header::HeaderName) -> &str {
    let value = request.headers().get(name);
    value.and_then(|value| value.to_str().ok()).unwrap_or("")
}
