//! The mirror: the hub's read routes over what is kept here, so that the
//! hub's own clients fetch from this program as from the hub.
//!
//! What is kept it asks `arbor-service`. Where to look next: `address.rs`,
//! which turns an address into what is asked; `shape.rs` for the JSON,
//! `content.rs` for files, `refusal.rs` for what is not there.

mod address;
mod body;
mod content;
mod query;
mod range;
mod refusal;
mod shape;

use crate::respond;
use actix_web::http::{Method, header};
use actix_web::web::{self, Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use address::Address;
use arbor_model::{CommitSha, RepoId, Revision};
use arbor_service::{Mirror, Shelf, Shelves};
use query::Query;
use refusal::Refusal;
use serde_json::Value;
use std::sync::Arc;
use std::time::Instant;

/// Entries of a page of a tree.
const ENTRIES: usize = 1_000;
/// Repositories of a page of the list.
const REPOSITORIES: usize = 100;
/// Paths that one question may name.
const PATHS: usize = 1_000;

/// The addresses that the mirror answers; the site's own come first.
pub(crate) const ADDRESSES: [&str; 3] = [
    "/api/models",
    "/api/models/{rest:.*}",
    "/{id:[^/]+(/[^/]+)?}/resolve/{rest:.*}",
];

/// Answers a request to the mirror.
pub(crate) async fn answer(
    request: HttpRequest,
    body: Bytes,
    mirror: Data<Mirror>,
) -> HttpResponse {
    let began = Instant::now();
    let found = found(&request, &body, &mirror.into_inner()).await;
    let response = found.unwrap_or_else(|refusal| refusal.response());
    respond::log(&request, &response, began);
    response
}

async fn found(
    request: &HttpRequest,
    body: &Bytes,
    mirror: &Arc<Mirror>,
) -> Result<HttpResponse, Refusal> {
    let address = address::read(request.uri().path())?;
    let query = Query::read(request.query_string().as_bytes());
    let posted = *request.method() == Method::POST;
    if posted != matches!(address, Address::PathsInfo(..))
        || !posted && !matches!(*request.method(), Method::GET | Method::HEAD)
    {
        return Err(Refusal::method());
    }
    match address {
        Address::List => list(request, mirror, &query).await,
        Address::Refs(repo) => {
            let shelves = mirror.shelves(&repo).await?;
            let refs = move || shape::refs(&shelves).ok_or(arbor_service::Lacking::Repository);
            let refs = blocking(move || Ok(refs()?)).await?;
            Ok(HttpResponse::Ok().json(refs))
        }
        Address::Info(repo, revision) => {
            let work = |shelves: &Shelves, shelf: &Shelf| {
                let config = shape::config(shelves, shelf);
                Ok((shelf.clone(), config))
            };
            let (commit, (shelf, config)) = at(mirror, repo, revision, work).await?;
            let numbers = mirror.numbers(&shelf).await?;
            let info = shape::info(&shelf, config, &numbers, &query);
            Ok(json(&commit, &info, None))
        }
        Address::Tree(repo, revision, folder) => {
            let deep = query.flag("recursive");
            let work = move |_: &Shelves, shelf: &Shelf| {
                let entries = shape::tree(shelf, folder.as_ref(), deep);
                entries.ok_or_else(|| Refusal::entry(shelf.commit))
            };
            let (commit, entries) = at(mirror, repo, revision, work).await?;
            let from = query.number("cursor", 0, entries.len());
            let limit = query.number("limit", ENTRIES, ENTRIES).max(1);
            let until = from.saturating_add(limit).min(entries.len());
            let next = (until < entries.len()).then(|| until.to_string());
            let next = next.and_then(|cursor| next_page(request, &query, &cursor));
            let page = entries.into_iter().take(until).skip(from);
            Ok(json(&commit, &page.collect(), next))
        }
        Address::PathsInfo(repo, revision) => {
            let paths = paths(request, body)?;
            let work = move |_: &Shelves, shelf: &Shelf| Ok(shape::paths(shelf, &paths));
            let (commit, entries) = at(mirror, repo, revision, work).await?;
            Ok(json(&commit, &entries.into(), None))
        }
        Address::File(repo, revision, path) => {
            let conditions = content::Conditions::of(request);
            let work = move |shelves: &Shelves, shelf: &Shelf| {
                let lacking = || Refusal::entry(shelf.commit);
                let mut files = shelf.files.iter();
                let file = files.find(|file| file.path == path).ok_or_else(lacking)?;
                if conditions.has(&content::tag(file)) {
                    return Ok((file.clone(), None, conditions));
                }
                let opened = shelves.read(&shelf.repo, file)?.ok_or_else(lacking)?;
                Ok((file.clone(), Some(opened), conditions))
            };
            let (commit, (file, opened, conditions)) = at(mirror, repo, revision, work).await?;
            match opened {
                Some(opened) => content::response(&file, &commit, opened, &conditions),
                None => Ok(content::unchanged(&file, &commit)),
            }
        }
    }
}

/// Does something with a revision's files, where waiting harms nobody.
async fn at<T: Send + 'static>(
    mirror: &Mirror,
    repo: RepoId,
    revision: Revision,
    work: impl FnOnce(&Shelves, &Shelf) -> Result<T, Refusal> + Send + 'static,
) -> Result<(CommitSha, T), Refusal> {
    let shelves = mirror.shelves(&repo).await?;
    blocking(move || {
        let shelf = shelves.at(&revision)?;
        let done = work(&shelves, &shelf)?;
        Ok((shelf.commit, done))
    })
    .await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let done = web::block(work).await;
    done.map_err(|error| Refusal::broken(&error))?
}

fn json(commit: &CommitSha, shape: &Value, next: Option<String>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header(("X-Repo-Commit", commit.to_string()));
    if let Some(next) = next {
        response.insert_header((header::LINK, next));
    }
    response.json(shape)
}

/// The `Link` to the next page. Clients want it with scheme and host, which
/// only the request knows.
fn next_page(request: &HttpRequest, query: &Query, cursor: &str) -> Option<String> {
    let connection = request.connection_info();
    let host: actix_web::http::uri::Authority = connection.host().parse().ok()?;
    let (path, query) = (request.uri().path(), query.with("cursor", cursor));
    Some(format!(
        "<{}://{host}{path}?{query}>; rel=\"next\"",
        connection.scheme()
    ))
}

/// The paths that a form or JSON names.
fn paths(request: &HttpRequest, body: &Bytes) -> Result<Vec<String>, Refusal> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Named {
        One(String),
        Many(Vec<String>),
    }
    #[derive(serde::Deserialize)]
    struct Question {
        paths: Named,
    }
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let paths = if kind.starts_with("application/json") {
        let question: Question = serde_json::from_slice(body).map_err(|_| Refusal::question())?;
        match question.paths {
            Named::One(path) => vec![path],
            Named::Many(paths) => paths,
        }
    } else {
        let form = Query::read(body);
        form.all(&["paths", "paths[]"])
            .into_iter()
            .map(str::to_owned)
            .collect()
    };
    if paths.len() > PATHS {
        return Err(Refusal::question());
    }
    Ok(paths)
}

/// A page of the repositories, by id.
async fn list(
    request: &HttpRequest,
    mirror: &Mirror,
    query: &Query,
) -> Result<HttpResponse, Refusal> {
    let words = query.get("search").unwrap_or_default().to_lowercase();
    let author = query.get("author");
    let after = query.get("cursor").unwrap_or_default();
    let wanted = |repo: &RepoId| {
        let id = repo.as_str();
        let by = author.is_none_or(|author| id.split_once('/').is_some_and(|(by, _)| by == author));
        by && id > after && id.to_lowercase().contains(&words)
    };
    // Nothing here has a tag.
    let none = query.get("filter").is_some_and(|filter| !filter.is_empty());
    let repositories = mirror.repositories().await?;
    let limit = query.number("limit", REPOSITORIES, REPOSITORIES);
    let (mut page, mut next) = (Vec::new(), None);
    let mut last = String::new();
    for repo in repositories.iter().filter(|repo| !none && wanted(repo)) {
        if page.len() >= limit {
            next = next_page(request, query, &last);
            break;
        }
        let shelves = mirror.shelves(repo).await?;
        let newest = blocking(move || Ok(shelves.there().into_iter().next())).await?;
        if let Some(shelf) = newest {
            page.push(Value::from(shape::brief(&shelf)));
            last = repo.to_string();
        }
    }
    let mut response = HttpResponse::Ok();
    if let Some(next) = next {
        response.insert_header((header::LINK, next));
    }
    Ok(response.json(page))
}
