//! `arbor serve`: the site and the API, until Ctrl-C or SIGTERM.

use crate::commands::App;
use crate::exit::Refusal;
use anyhow::Result;
use arbor_server::{Config, NotPublic, PublicUrl};
use arbor_service::{Mirror, Mirrored};
use std::io::{self, IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// Serve the site and the API
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  arbor serve                          http://127.0.0.1:8080/
  arbor serve --bind 127.0.0.1:0       a free port, printed as the first line
  arbor serve --db /srv/arbor.db
  arbor serve --mirror verified        models for the hub's clients, too
  arbor serve --public-url https://arboretum.example

With --mirror the hub's own clients fetch from this program, if HF_ENDPOINT is
its address: `all` hands out every model that was pulled here, `verified` those
whose newest `arbor check` passed. Nothing is fetched for them.

Social networks and search engines want whole addresses. They are written only
if `--public-url` tells the site's: the `Host` of a request is never believed.

Only this machine can reach the default address. Everything the site shows is
public knowledge, but it has no TLS and no limit on who asks how often: put a
reverse proxy before it, or say `--public` if you know the network.
`ARBOR_LOG=info` logs requests to standard error (`warn` unless set).")]
pub(crate) struct Serve {
    /// The address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    bind: SocketAddr,
    /// Listen on an address that other machines can reach
    #[arg(long)]
    public: bool,
    /// Where people reach the site, as in `https://arboretum.example`: canonical
    /// links and previews then say so
    #[arg(long, value_name = "URL", value_parser = public)]
    public_url: Option<PublicUrl>,
    /// Hand out pulled models over the hub's protocol: `all`, or `verified`
    /// only
    #[arg(long, value_name = "WHICH", value_parser = mirrored)]
    mirror: Option<Mirrored>,
}

/// After a signal, requests under way get this long.
const GRACE: Duration = Duration::from_secs(4);

impl Serve {
    pub(crate) async fn run(&self, app: &App<'_>) -> Result<()> {
        if !self.bind.ip().is_loopback() && !self.public {
            let message = format!(
                "`--bind {}` lets other machines in, where there is no TLS and no limit",
                self.bind
            );
            let hint = "add `--public` if that is meant".to_owned();
            return Err(Refusal::usage(message, Some(hint)).into());
        }
        log();
        let signals = Signals::listen()?;
        let registry = Arc::new(app.registry().await?);
        let mirror = match self.mirror {
            Some(policy) => {
                let environment = |name: &str| std::env::var_os(name);
                Some(Arc::new(Mirror::open(
                    Arc::clone(&registry),
                    environment,
                    policy,
                )?))
            }
            None => None,
        };
        let config = Config {
            bind: self.bind,
            public: self.public_url.clone(),
            ..Config::default()
        };
        let serving = arbor_server::serve(Arc::clone(&registry), mirror, config, |address| {
            announce(app, address);
        });
        tokio::select! {
            ended = serving => ended?,
            () = signals.overdue() => app.terminal.note("requests were still under way"),
        }
        registry.close().await;
        app.terminal.note("stopped");
        Ok(())
    }
}

/// Reads what `--public-url` says.
fn public(text: &str) -> Result<PublicUrl, String> {
    text.parse().map_err(|error: NotPublic| error.to_string())
}

/// Reads what `--mirror` says.
fn mirrored(text: &str) -> Result<Mirrored, String> {
    let known = Mirrored::WORDS.join("` or `");
    text.parse().map_err(|_| format!("`{known}` is expected"))
}

/// The service's log goes to standard error; `ARBOR_LOG` says how much.
fn log() {
    let filter = EnvFilter::try_from_env("ARBOR_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let plain = std::env::var_os("NO_COLOR").is_some_and(|set| !set.is_empty());
    // Fails only if there is a log already.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal() && !plain)
        .with_writer(io::stderr)
        .try_init();
}

/// The address is data, for whoever started this on a free port. If nobody
/// reads it, the site is served all the same.
fn announce(app: &App<'_>, address: SocketAddr) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "http://{address}/").and_then(|()| out.flush());
    app.terminal.note("the site is up; Ctrl-C stops it");
}

/// What tells the program to stop. It listens from when it is made, so that
/// a signal that comes while the service starts is not lost.
struct Signals {
    #[cfg(unix)]
    kinds: [tokio::signal::unix::Signal; 2],
}

impl Signals {
    #[cfg(unix)]
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
        ];
        Ok(Self { kinds })
    }

    #[cfg(not(unix))]
    fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Ends when a signal came and the time to obey it is over.
    async fn overdue(mut self) {
        self.came().await;
        tokio::time::sleep(GRACE).await;
    }

    #[cfg(unix)]
    async fn came(&mut self) {
        let [interrupted, terminated] = &mut self.kinds;
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn came(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
