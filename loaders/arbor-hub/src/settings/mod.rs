//! What the hub's clients agree on: where the cache lies, which endpoint is
//! asked, with which token, through which proxy. Resolved once from an
//! environment that is handed in (`environment.rs`), so that nothing below
//! reads the process's own.

mod endpoint;
mod environment;

pub use endpoint::{Endpoint, EndpointError};
pub use environment::SettingsError;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How the hub is reached and where its files are kept.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The cache: the folder that holds `models--organisation--name` folders.
    pub cache: PathBuf,
    /// The hub. Only it is ever shown the token.
    pub hub: Endpoint,
    /// Servers that are asked before the hub, in this order.
    pub mirrors: Vec<Endpoint>,
    /// Who asks.
    pub token: Option<Token>,
    /// Whether no request may be made.
    pub offline: bool,
    /// The way out of a closed network.
    pub proxies: Proxies,
    /// Patience and width.
    pub limits: Limits,
}

impl Settings {
    /// The servers in the order in which they are asked.
    pub fn endpoints(&self) -> impl Iterator<Item = &Endpoint> {
        self.mirrors.iter().chain([&self.hub])
    }
}

/// Proxies by the scheme of what is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For `http`.
    pub http: Option<String>,
    /// For `https`.
    pub https: Option<String>,
    /// Hosts that are reached without one, as in `NO_PROXY`.
    pub except: Option<String>,
}

/// A hub token. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Box<str>);

impl Token {
    /// Takes a token, without the space around it. Nothing, and what cannot
    /// stand in a header, is none.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let sound = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        sound.then(|| Self(text.into()))
    }

    pub(crate) fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// How long is waited, how often tried, how wide the stream is.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Until a connection stands.
    pub connect: Duration,
    /// Without a single byte, before a connection counts as dead.
    pub stall: Duration,
    /// Failures in a row without a byte of progress, before one server is
    /// given up.
    pub attempts: u32,
    /// The first pause between attempts; it doubles up to [`Self::longest_pause`].
    pub pause: Duration,
    /// The longest pause of our own accord.
    pub longest_pause: Duration,
    /// The longest pause that a server may ask for; beyond it, its refusal is
    /// the answer.
    pub longest_wait: Duration,
    /// Connections at once, over all files.
    pub connections: usize,
    /// Connections for one file, if one alone is slow.
    pub per_file: usize,
    /// Bytes a second from which on one connection is not slow.
    pub fast: u64,
    /// Bytes in a piece of a file: what is kept book of, and what a kill costs
    /// at most.
    pub chunk: u64,
    /// Pieces that one request of a file with several connections asks for.
    pub run: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            stall: Duration::from_secs(30),
            attempts: 6,
            pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(30),
            longest_wait: Duration::from_secs(330),
            connections: 8,
            per_file: 4,
            fast: 150_000_000,
            chunk: 16 << 20,
            run: 4,
        }
    }
}
