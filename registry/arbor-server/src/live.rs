//! Validation runs as they go, as events: each check that is made, then the
//! end. A reader who was cut off names the last event and gets the rest.
//!
//! It does not know how an examination is run; it asks the registry again and
//! again, for a bounded number of readers and for a bounded time.

use crate::fault::{Fault, HttpCode};
use crate::respond;
use crate::routes::Face;
use crate::site::Site;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::{Method, header};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use arbor_service::{Registry, wire};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::{Instant, sleep};

/// Where they are.
pub(crate) const ADDRESS: &str = "/runs/{id}/events";
/// Readers at once.
pub(crate) const READERS: usize = 64;
/// How often the registry is asked.
const PAUSE: Duration = Duration::from_millis(400);
/// Quiet after which a remark keeps the connection from being given up.
const QUIET: Duration = Duration::from_secs(15);
/// How long one connection lasts; readers then come back by themselves.
const LONGEST: Duration = Duration::from_secs(600);
/// Events that wait for a slow reader.
const WAITING: usize = 32;

/// Events that are yet to be sent.
struct Events(mpsc::Receiver<Bytes>);

impl MessageBody for Events {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        self.0.poll_recv(context).map(|event| event.map(Ok))
    }
}

/// Answers with the events of a run.
pub(crate) async fn events(request: HttpRequest, site: Data<Site>) -> HttpResponse {
    match open(&request, &site).await {
        Ok(events) => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "text/event-stream"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            // A proxy that gathers them first would make them pointless.
            .insert_header(("X-Accel-Buffering", "no"))
            .body(events),
        Err(fault) => respond::fault(&fault, Face::Api, &site.registry.view()),
    }
}

async fn open(request: &HttpRequest, site: &Site) -> Result<Events, Fault> {
    if *request.method() != Method::GET {
        let message = "events are answered to GET only";
        return Err(Fault::http(HttpCode::Method, message));
    }
    let id = request.match_info().query("id").to_owned();
    // Of a run that has ended there is only the end to tell.
    if site.registry.attempt(&id).await?.is_none() {
        site.registry.run(&id).await?;
    }
    let last = request.headers().get("Last-Event-ID");
    let last = last.and_then(|id| id.to_str().ok()?.parse().ok());
    let room = site.readers.clone().try_acquire_owned();
    let room = room.map_err(|_| Fault::busy())?;
    let (to, events) = mpsc::channel(WAITING);
    let follow = Follow {
        registry: site.registry.clone(),
        id,
        last: last.unwrap_or(0),
        to,
        _room: room,
    };
    tokio::spawn(follow.run());
    Ok(Events(events))
}

struct Follow {
    registry: Arc<Registry>,
    id: String,
    /// The last event that the reader has.
    last: u64,
    to: mpsc::Sender<Bytes>,
    _room: OwnedSemaphorePermit,
}

impl Follow {
    /// Tells all there is until the end, or until nobody listens.
    async fn run(mut self) {
        let (begin, mut told) = (Instant::now(), Instant::now());
        let mut is_on = self.tell("retry: 1000\n\n".to_owned()).await;
        while is_on && begin.elapsed() < LONGEST {
            match self.registry.attempt(&self.id).await {
                Ok(Some(attempt)) => {
                    for event in self.news(&attempt) {
                        is_on &= self.tell(event).await;
                        told = Instant::now();
                    }
                }
                Ok(None) => {
                    self.tell("event: end\ndata: {}\n\n".to_owned()).await;
                    return;
                }
                // It comes back and finds out.
                Err(error) => {
                    tracing::warn!(%error, "a run cannot be followed");
                    return;
                }
            }
            if told.elapsed() > QUIET {
                is_on &= self.tell(": still there\n\n".to_owned()).await;
                told = Instant::now();
            }
            tokio::select! {
                () = sleep(PAUSE) => {}
                () = self.to.closed() => return,
            }
        }
    }

    /// The events behind the last.
    fn news(&mut self, attempt: &wire::Attempt) -> Vec<String> {
        let last = self.last;
        let new = attempt.heard.iter().filter(|(place, _)| *place > last);
        let events = new.map(|(place, check)| {
            self.last = self.last.max(*place);
            // JSON writes a line's end within a text as two letters.
            let data = serde_json::to_string(check).unwrap_or_default();
            format!("event: check\nid: {place}\ndata: {data}\n\n")
        });
        events.collect()
    }

    async fn tell(&self, event: String) -> bool {
        self.to.send(event.into()).await.is_ok()
    }
}
