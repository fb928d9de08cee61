//! The site and the API over the use cases: pages for people, JSON for
//! programs, both from the newest view in memory.
//!
//! The only crate that knows HTTP. It knows no SQL, no tensor and no
//! catalogue file; what is true of a model it asks `arbor-service`.
//!
//! Where to look next: `routes.rs`, the table of all addresses; `dispatch.rs`,
//! the way of a request; `pages/` and `api/`, one file an address;
//! `templates/` at the top of the repository for what pages look like.

mod api;
mod assets;
mod cache;
mod dispatch;
mod encode;
mod fault;
mod keys;
mod live;
mod mirror;
mod pages;
mod public;
mod query;
mod reply;
mod respond;
mod routes;
mod site;
mod urls;

pub use public::{NotPublic, PublicUrl};

use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};
use arbor_service::{Mirror, Registry};
use site::Site;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// How many connections are open at once, all workers together. Systems
/// commonly give a process 1,024 files; one that has run out can neither take
/// a connection nor open its database.
const CONNECTIONS: usize = 768;

/// How long a connection on which nothing is asked stays open. Where all
/// places are taken by such, whoever comes next waits this long.
const IDLE: Duration = Duration::from_secs(5);

/// How the service listens.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address; port 0 takes a free one.
    pub bind: SocketAddr,
    /// Threads that take requests; none means one for each core.
    pub workers: Option<usize>,
    /// Where people reach it, if links are to say so.
    pub public: Option<PublicUrl>,
    /// How often it looks whether another process has changed the database.
    pub refresh: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            workers: None,
            public: None,
            refresh: Duration::from_secs(2),
        }
    }
}

/// Why the service did not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address cannot be listened on.
    #[error("`{bind}` cannot be listened on: {cause}")]
    Bind {
        /// The address.
        bind: SocketAddr,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The service broke while it ran.
    #[error("the service broke: {0}")]
    Run(std::io::Error),
}

/// Serves a mirror alone, to this machine, on a free port that `ready` is
/// told, for as long as the future is polled.
///
/// # Errors
/// [`ServerError`] if it cannot listen, or breaks.
pub async fn serve_mirror(
    mirror: Mirror,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServerError> {
    let bind = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let mirror = Data::new(mirror);
    let app = move || {
        let mut app = App::new().app_data(mirror.clone());
        for address in mirror::ADDRESSES {
            app = app.service(web::resource(address).to(mirror::answer));
        }
        app
    };
    let server = HttpServer::new(app)
        .workers(1)
        .disable_signals()
        .bind(bind)
        .map_err(|cause| ServerError::Bind { bind, cause })?;
    let address = server.addrs().first().copied().unwrap_or(bind);
    let server = server.run();
    ready(address);
    server.await.map_err(ServerError::Run)
}

/// Serves until Ctrl-C or SIGTERM, and then ends within five seconds; a mirror
/// too, where there is one.
/// `ready` is told the address as soon as it is listened on.
///
/// # Errors
/// [`ServerError`] if it cannot listen, or breaks.
pub async fn serve(
    registry: Arc<Registry>,
    mirror: Option<Arc<Mirror>>,
    config: Config,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServerError> {
    let bind = config.bind;
    let mirror = mirror.map(Data::from);
    let site = Data::new(Site::new(registry.clone(), config.public));
    let app = move || {
        let mut app = App::new()
            .app_data(site.clone())
            .wrap(respond::everywhere())
            .default_service(web::to(dispatch::nowhere));
        for route in routes::TABLE {
            let handler = move |request, site| dispatch::route(request, site, route);
            app = app.service(web::resource(route.path).to(handler));
        }
        app = app.service(web::resource(live::ADDRESS).to(live::events));
        if let Some(mirror) = &mirror {
            app = app.app_data(mirror.clone());
            for address in mirror::ADDRESSES {
                app = app.service(web::resource(address).to(mirror::answer));
            }
        }
        app
    };
    let cores = || std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let workers = config.workers.unwrap_or_else(cores).max(1);
    let server = HttpServer::new(app)
        .shutdown_timeout(3)
        .keep_alive(IDLE)
        .client_request_timeout(Duration::from_secs(5))
        .workers(workers)
        .max_connections(CONNECTIONS.div_ceil(workers))
        .bind(bind)
        .map_err(|cause| ServerError::Bind { bind, cause })?;
    let address = server.addrs().first().copied().unwrap_or(bind);
    let server = server.run();
    ready(address);
    let watch = tokio::spawn(watch(registry, config.refresh));
    let ended = server.await;
    watch.abort();
    ended.map_err(ServerError::Run)
}

/// Follows what other processes write.
async fn watch(registry: Arc<Registry>, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        match registry.refresh().await {
            Ok(false) => {}
            Ok(true) => tracing::info!(change = registry.view().change(), "the database changed"),
            Err(error) => tracing::warn!(%error, "the database cannot be read"),
        }
    }
}
