//! What a page or an API answer is before it is compressed and sent, and the
//! request as pages and the API see it: no HTTP library in either.

use crate::public::PublicUrl;
use crate::query::Query;
use arbor_service::{Filter, FilterKey, ServiceError, View, wire};
use serde::Serialize;
use std::sync::Arc;

/// What a route's function gives.
pub(crate) type Outcome = Result<Reply, ServiceError>;

/// A request, with what the route said it needs.
pub(crate) struct Ask {
    /// The state that answers it.
    pub(crate) view: Arc<View>,
    /// The path's variable part, decoded once; empty where it has none.
    pub(crate) id: String,
    /// The path as it came, for links to other pages of it.
    pub(crate) path: String,
    /// The query.
    pub(crate) query: Query,
    /// Validation runs, where the route needs them.
    pub(crate) runs: Vec<wire::Run>,
    /// Those that have not ended, the newest first.
    pub(crate) attempts: Vec<wire::Attempt>,
    /// The number below which more of them are.
    pub(crate) before: Option<u64>,
    /// What was pulled of a model last, where the route needs it.
    pub(crate) receipt: Option<wire::Receipt>,
    /// What hangs beneath it on the hub, likewise.
    pub(crate) beneath: Option<wire::Beneath>,
    /// This machine's devices and the memory of each.
    pub(crate) devices: Arc<[(String, u64)]>,
    /// Where people reach the site, if links are to say so.
    pub(crate) public: Option<Arc<PublicUrl>>,
    /// What a search found, where the route needs one and words were given.
    pub(crate) found: Option<wire::Search>,
}

impl Ask {
    /// The filter in the query; its `root` may be any name of a model.
    pub(crate) fn filter(&self) -> Result<Filter, ServiceError> {
        let root = match self.query.get(FilterKey::Root.as_str()) {
            Some(typed) => self.view.resolve(typed)?.id.as_str(),
            None => "",
        };
        let mut pairs = self.query.without(FilterKey::Root.as_str());
        pairs.push((FilterKey::Root.as_str(), root));
        Filter::from_pairs(pairs).map(|(filter, _)| filter)
    }

    /// An address of this site, whole where it is known where that is reached.
    pub(crate) fn absolute(&self, path: &str) -> String {
        match &self.public {
            Some(public) => format!("{public}{path}"),
            None => path.to_owned(),
        }
    }

    /// Whether the query is as only forms write it; then the reader is better
    /// sent to the address as links write it.
    pub(crate) fn tidied(&self, canonical: &str) -> Option<Reply> {
        let moved = || Reply::moved(Status::MovedForNow, canonical.to_owned());
        self.query.has_residue().then(moved)
    }
}

/// How an answer may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// 200.
    Found,
    /// 301.
    MovedForGood,
    /// 302.
    MovedForNow,
}

/// How long an answer may be kept by others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// For ever: its address changes with it.
    Forever,
    /// Not at all.
    Never,
    /// As long as its ETag holds.
    WhileUnchanged,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    /// How it is sent.
    pub(crate) status: Status,
    /// What it is.
    pub(crate) media: &'static str,
    /// The answer itself.
    pub(crate) body: Vec<u8>,
    /// Other pages of a list, as the `Link` header has them.
    pub(crate) link: Option<String>,
    /// Where it has moved to.
    pub(crate) location: Option<String>,
    /// The file name under which browsers save it.
    pub(crate) file: Option<&'static str>,
    /// Whether it changes without the database's change number.
    pub(crate) is_fleeting: bool,
}

impl Reply {
    /// A text of some kind.
    pub(crate) fn text(media: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: Status::Found,
            media,
            body: body.into(),
            link: None,
            location: None,
            file: None,
            is_fleeting: false,
        }
    }

    /// A page.
    pub(crate) fn page(template: &impl askama::Template) -> Outcome {
        let html = template
            .render()
            .map_err(|error| ServiceError::Drawing(error.to_string()))?;
        Ok(Self::text("text/html; charset=utf-8", html))
    }

    /// A wire shape.
    pub(crate) fn json(shape: &impl Serialize) -> Outcome {
        let mut body =
            serde_json::to_vec(shape).map_err(|error| ServiceError::Export(error.to_string()))?;
        body.push(b'\n');
        Ok(Self::text("application/json", body))
    }

    /// The way to another address on this site.
    pub(crate) fn moved(status: Status, location: String) -> Self {
        Self {
            status,
            location: Some(location),
            ..Self::text("text/plain; charset=utf-8", "")
        }
    }

    /// The same, to be made anew each time.
    pub(crate) fn fleeting(self) -> Self {
        Self {
            is_fleeting: true,
            ..self
        }
    }

    /// The same with links to other pages of the list.
    pub(crate) fn linked(self, link: Option<String>) -> Self {
        Self { link, ..self }
    }
}
