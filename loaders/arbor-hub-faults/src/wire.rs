//! HTTP by hand: a request read, an answer written as it should be or not.

use std::io::{self, BufRead, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// The server that it came to.
    pub server: crate::Server,
    /// The path, still encoded, with its query.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Whether it came as to a proxy.
    pub proxied: bool,
    /// Bytes of the body that were sent in answer.
    pub sent: u64,
}

impl Request {
    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first byte that is asked for, and the last.
    #[must_use]
    pub fn range(&self) -> Option<(u64, Option<u64>)> {
        let (first, last) = self
            .header("range")?
            .strip_prefix("bytes=")?
            .split_once('-')?;
        Some((first.parse().ok()?, last.parse().ok()))
    }

    /// Reads one, if there is another.
    pub(crate) fn read(server: crate::Server, from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut line = String::new();
        if from.take(1 << 16).read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            from.take(1 << 16).read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            headers.push((name.to_lowercase(), value.trim().to_owned()));
        }
        let proxied = target.starts_with("http://");
        let path = match target.strip_prefix("http://") {
            Some(rest) => rest.find('/').map_or("/", |at| &rest[at..]).to_owned(),
            None => target,
        };
        Ok(Some(Self {
            server,
            path,
            headers,
            proxied,
            sent: 0,
        }))
    }
}

/// How a body goes out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manner {
    pub(crate) cut: Option<u64>,
    pub(crate) stall: Option<u64>,
    pub(crate) chunked: bool,
    pub(crate) bytes_per_second: Option<u64>,
}

/// An answer to be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) manner: Manner,
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            body: body.into(),
            ..Self::default()
        }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set(name, value.into());
        self
    }

    pub(crate) fn set(&mut self, name: &str, value: String) {
        self.drop_header(name);
        self.headers.push((name.to_lowercase(), value));
    }

    pub(crate) fn drop_header(&mut self, name: &str) {
        self.headers
            .retain(|(key, _)| !key.eq_ignore_ascii_case(name));
    }

    /// Sends it; `sent` grows with the body. Whether the connection may go on.
    pub(crate) fn send(&self, to: &mut TcpStream, mut sent: impl FnMut(u64)) -> io::Result<bool> {
        const PIECE: usize = 16 << 10;
        let mut head = format!("HTTP/1.1 {} x\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.manner.chunked {
            head.push_str("transfer-encoding: chunked\r\n\r\n");
        } else {
            head.push_str(&format!("content-length: {}\r\n\r\n", self.body.len()));
        }
        to.write_all(head.as_bytes())?;
        let mut done = 0_u64;
        for piece in self.body.chunks(PIECE) {
            let stops = [self.manner.cut, self.manner.stall];
            let left = stops
                .into_iter()
                .flatten()
                .map(|stop| stop.saturating_sub(done))
                .min();
            let left = usize::try_from(left.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
            let short = &piece[..piece.len().min(left)];
            if self.manner.chunked {
                to.write_all(format!("{:x}\r\n", short.len()).as_bytes())?;
            }
            to.write_all(short)?;
            if self.manner.chunked {
                to.write_all(b"\r\n")?;
            }
            done += short.len() as u64;
            sent(short.len() as u64);
            if short.len() < piece.len() {
                if self.manner.stall.is_some() {
                    // Until the other side gives up.
                    let _ = to.read(&mut [0]);
                }
                return Ok(false);
            }
            if let Some(rate) = self.manner.bytes_per_second {
                let pause = piece.len() as u64 * 1_000_000 / rate.max(1);
                std::thread::sleep(Duration::from_micros(pause));
            }
        }
        if self.manner.chunked {
            to.write_all(b"0\r\n\r\n")?;
        }
        Ok(self.manner.cut.is_none())
    }
}
