//! One HTTP client for all requests: who is asked, who sees the token, which
//! redirects are followed. It knows no route; the protocol's are in `api/`.
//!
//! Redirects are followed here and not by the library, because each hop needs
//! a decision of its own: the token goes to the hub's origin and to nobody
//! else, and a public server may not send us into a private network.

use crate::HubError;
use crate::settings::{Endpoint, Proxies, Settings, Token};
use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, HeaderMap, HeaderValue, LOCATION};
use reqwest::{NoProxy, Proxy, Response, Url};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

const HOPS: usize = 10;

/// The client. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    home: Arc<Endpoint>,
    token: Option<Token>,
    stall: Duration,
}

/// An answer, and how it was reached.
pub(crate) struct Answer {
    pub(crate) response: Response,
    /// The headers of the first answer, which is the hub's own.
    pub(crate) first: HeaderMap,
    /// Who answered in the end.
    pub(crate) url: Url,
    /// Whether that is the server that was asked.
    pub(crate) direct: bool,
}

impl Client {
    pub(crate) fn new(settings: &Settings) -> Result<Self, HubError> {
        // Another part of the process may have chosen one already; any will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("arbor/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(settings.limits.connect)
            .tcp_nodelay(true)
            .no_proxy();
        for proxy in proxies(&settings.proxies)? {
            builder = builder.proxy(proxy);
        }
        Ok(Self {
            http: builder
                .build()
                .map_err(|error| HubError::Client(chain(&error)))?,
            home: Arc::new(settings.hub.clone()),
            token: settings.token.clone(),
            stall: settings.limits.stall,
        })
    }

    /// Whether a server would be shown a token.
    pub(crate) fn with_token(&self, endpoint: &Endpoint) -> bool {
        self.token.is_some() && self.home.owns(endpoint.url())
    }

    pub(crate) fn stall(&self) -> Duration {
        self.stall
    }

    /// Asks for an address, and follows where it leads.
    pub(crate) async fn get(&self, url: Url, headers: &HeaderMap) -> Result<Answer, HubError> {
        let asked = url.clone();
        let mut url = url;
        let mut first: Option<HeaderMap> = None;
        for _ in 0..HOPS {
            let response = self.hop(&url, headers).await?;
            let first_headers = first.get_or_insert_with(|| response.headers().clone());
            if !response.status().is_redirection() || response.status() == 304 {
                return Ok(Answer {
                    first: std::mem::take(first_headers),
                    direct: url.origin() == asked.origin(),
                    response,
                    url,
                });
            }
            url = next(&asked, &url, response.headers())?;
        }
        Err(HubError::Redirect {
            url: shown(&asked),
            reason: format!("after {HOPS} redirects there is still no answer"),
        })
    }

    async fn hop(&self, url: &Url, headers: &HeaderMap) -> Result<Response, HubError> {
        let mut request = self.http.get(url.clone()).headers(headers.clone());
        // A compressed answer has neither the length nor the digest of the file.
        request = request.header(ACCEPT_ENCODING, "identity");
        if let Some(token) = self.token.as_ref().filter(|_| self.home.owns(url)) {
            let value = HeaderValue::try_from(format!("Bearer {}", token.secret()));
            let mut value = value.map_err(|error| HubError::Client(error.to_string()))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        match tokio::time::timeout(self.stall, request.send()).await {
            Err(_) => Err(HubError::Stalled {
                url: shown(url),
                after: self.stall,
            }),
            Ok(Err(error)) => Err(network(url, &error)),
            Ok(Ok(response)) => Ok(response),
        }
    }
}

/// Where a redirect leads, if that is followed.
fn next(asked: &Url, from: &Url, headers: &HeaderMap) -> Result<Url, HubError> {
    let wrong = |reason: &str| HubError::Redirect {
        url: shown(from),
        reason: reason.to_owned(),
    };
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let location = location.ok_or_else(|| wrong("it does not say where to"))?;
    let to = from
        .join(location)
        .map_err(|_| wrong("it leads to no address"))?;
    if !matches!(to.scheme(), "http" | "https") {
        return Err(wrong("it leads to another protocol"));
    }
    if from.scheme() == "https" && to.scheme() == "http" {
        return Err(wrong("it leads from an encrypted to an open connection"));
    }
    if is_private(&to) && !is_private(asked) {
        return Err(wrong("it leads into a private network"));
    }
    Ok(to)
}

/// Whether an address is plainly one of this machine or its own network.
fn is_private(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host == "localhost" || host.ends_with(".localhost") {
        return true;
    }
    match host.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V4(ip)) => {
            ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified()
        }
        Ok(IpAddr::V6(ip)) => {
            ip.is_loopback()
                || ip.is_unspecified()
                || ip.is_unique_local()
                || ip.is_unicast_link_local()
        }
        Err(_) => false,
    }
}

fn proxies(settings: &Proxies) -> Result<Vec<Proxy>, HubError> {
    let except = settings.except.as_deref().and_then(NoProxy::from_string);
    let wrong = |error: reqwest::Error| HubError::Client(format!("its proxy: {}", chain(&error)));
    let made = [
        settings.http.as_deref().map(Proxy::http),
        settings.https.as_deref().map(Proxy::https),
    ];
    let made = made.into_iter().flatten();
    made.map(|proxy| {
        proxy
            .map(|proxy| proxy.no_proxy(except.clone()))
            .map_err(wrong)
    })
    .collect()
}

pub(crate) fn network(url: &Url, error: &reqwest::Error) -> HubError {
    HubError::Network {
        url: shown(url),
        reason: chain(error),
    }
}

/// An address for people: without its query, which may hold a signature.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

/// The innermost reason; what wraps it names the address again.
fn chain(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(from: &str, location: &str) -> Result<Url, HubError> {
        let from = Url::parse(from).expect(from);
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, location.parse().expect("a header"));
        next(&from, &from, &headers)
    }

    #[test]
    fn redirects_are_followed_within_reason() {
        let hub = "https://hub.test/a/b/resolve/main/x";
        let cases = [
            (
                "/api/resolve-cache/x?y=z",
                "https://hub.test/api/resolve-cache/x?y=z",
            ),
            ("https://cdn.test/x", "https://cdn.test/x"),
            ("//cdn.test/x", "https://cdn.test/x"),
        ];
        for (location, to) in cases {
            assert_eq!(lead(hub, location).expect(location).as_str(), to);
        }
        for location in [
            "http://cdn.test/x",
            "file:///etc/passwd",
            "https://127.0.0.1/x",
            "https://2130706433/x",
            "https://0x7f.1/x",
            "https://10.0.0.8/x",
            "https://169.254.169.254/latest",
            "https://[::1]/x",
            "https://[::ffff:127.0.0.1]/x",
            "https://[fd00::1]/x",
            "https://localhost/x",
            "https://hub.test@localhost:1/x",
            "https://",
        ] {
            let found = lead(hub, location);
            assert!(
                matches!(found, Err(HubError::Redirect { .. })),
                "{location}: {found:?}"
            );
        }
        // A hub in a private network may point into it.
        assert!(lead("http://127.0.0.1:1/x", "http://127.0.0.1:2/x").is_ok());
    }
}
