//! One request and what came back, byte for byte: nothing is followed or
//! decoded and no status is an error, since tests look at all of it. A client
//! library would do some of that, or begin to when a neighbour asks it to.

use crate::world::Server;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

/// A client of the shared server.
pub(crate) struct Client {
    server: Arc<Server>,
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
    pub(crate) const fn of(server: Arc<Server>) -> Self {
        Self { server }
    }

    /// GET, as it is.
    pub(crate) fn get(&self, path: &str) -> Got {
        self.ask("GET", path, &[])
    }

    /// A method and headers of one's own.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Got {
        let host = self.address();
        let mut stream = TcpStream::connect(&host).expect("it connects");
        let patience = Some(Duration::from_secs(30));
        stream.set_read_timeout(patience).expect("a limit");
        let mut request = format!("{method} {path} HTTP/1.1\r\n");
        if !headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("host"))
        {
            request += &format!("host: {host}\r\n");
        }
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += "connection: close\r\n\r\n";
        let mut answer = Vec::new();
        let sent = stream.write_all(request.as_bytes());
        let heard = sent.and_then(|()| stream.read_to_end(&mut answer));
        heard.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        Got::read(&answer).unwrap_or_else(|| panic!("{method} {path}: no answer"))
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
    /// An answer as it came, to its connection's end.
    fn read(answer: &[u8]) -> Option<Self> {
        let head = answer.windows(4).position(|end| end == b"\r\n\r\n")?;
        let mut lines = std::str::from_utf8(&answer[..head]).ok()?.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        });
        let got = Self {
            status,
            body: answer[head + 4..].to_vec(),
            headers: headers.collect::<Option<_>>()?,
        };
        // Every answer of the site but events says how long it is.
        assert_eq!(got.header("transfer-encoding"), "");
        Some(got)
    }

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
