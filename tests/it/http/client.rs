//! One request and what came back; nothing is followed and no status is an
//! error, since tests look at both.

use crate::world::Server;
use std::sync::Arc;
use std::time::Duration;
use ureq::Agent;

/// A client of the shared server.
pub(crate) struct Client {
    server: Arc<Server>,
    agent: Agent,
}

/// What came back.
pub(crate) struct Got {
    /// The status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: Vec<u8>,
    headers: Vec<(String, String)>,
}

impl Client {
    /// A client of the server that all tests share.
    pub(crate) fn new() -> Self {
        Self::of(Server::shared())
    }

    /// A client of another server.
    pub(crate) fn of(server: Arc<Server>) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        Self {
            server,
            agent: config.into(),
        }
    }

    /// GET, as it is.
    pub(crate) fn get(&self, path: &str) -> Got {
        self.ask("GET", path, &[])
    }

    /// A method and headers of one's own.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Got {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(self.server.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(()).expect("a request");
        let response = self.agent.run(request);
        let mut response = response.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let headers = response.headers().iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        Got {
            status: response.status().as_u16(),
            headers: headers.collect(),
            body: response.body_mut().read_to_vec().expect("a body"),
        }
    }

    /// A page or answer that must be there, as text.
    pub(crate) fn text(&self, path: &str) -> String {
        let got = self.get(path);
        assert_eq!(got.status, 200, "{path}: {}", got.text());
        got.text()
    }

    /// The same as JSON.
    pub(crate) fn json(&self, path: &str) -> serde_json::Value {
        let got = self.get(path);
        assert_eq!(got.status, 200, "{path}: {}", got.text());
        got.json()
    }

    /// Where a path is an address on the server.
    pub(crate) fn address(&self) -> String {
        self.server.url("").trim_start_matches("http://").to_owned()
    }
}

impl Got {
    /// A header's value; empty if there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// The ids of a listing or a lineage, in order.
    pub(crate) fn ids(&self, list: &str) -> Vec<String> {
        ids(&self.json()[list])
    }
}

/// The `id` of each of a list.
pub(crate) fn ids(list: &serde_json::Value) -> Vec<String> {
    let list = list.as_array().expect("a list").iter();
    list.map(|entry| entry["id"].as_str().expect("an id").to_owned())
        .collect()
}
