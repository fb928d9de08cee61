//! Two ports, a thread for each connection, and a list of faults.

use crate::fault::{Fault, On};
use crate::repo::Repo;
use crate::routes;
use crate::wire::Request;
use serde_json::Value;
use std::io::{BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Which of the two ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    /// The hub itself.
    Hub,
    /// A content server: another origin.
    Content,
}

/// A running hub. Its threads end with the process.
#[derive(Debug)]
pub struct FaultyHub {
    state: Arc<State>,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) hub: SocketAddr,
    pub(crate) content: SocketAddr,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) repos: Vec<Repo>,
    faults: Vec<(On, Fault, usize)>,
    requests: Vec<Request>,
    /// Whether the hub sends large files itself, as a mirror does.
    pub(crate) direct: bool,
    /// Records of the list of models.
    pub(crate) listing: Vec<Value>,
    /// Files in a page of a tree, or records in one of a list.
    pub(crate) page: usize,
    /// Part of every address that a redirect gives.
    pub(crate) signature: u64,
}

impl State {
    pub(crate) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// The faults that meet a request now; each is used up by one.
    pub(crate) fn faults(&mut self, on: On) -> Vec<Fault> {
        let mut met = Vec::new();
        for (place, fault, times) in &mut self.faults {
            if *place == on && *times > 0 {
                *times -= 1;
                met.push(fault.clone());
            }
        }
        met
    }
}

impl FaultyHub {
    /// Starts a hub on two free ports.
    ///
    /// # Panics
    /// If the machine has none.
    #[must_use]
    pub fn start(repos: Vec<Repo>) -> Self {
        let bind = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let (hub, content) = (bind(), bind());
        let address = |listener: &TcpListener| listener.local_addr().expect("an address");
        let state = Arc::new(State {
            hub: address(&hub),
            content: address(&content),
            inner: Mutex::new(Inner {
                repos,
                listing: Vec::new(),
                faults: Vec::new(),
                requests: Vec::new(),
                direct: false,
                page: 1000,
                signature: 1,
            }),
        });
        for (server, listener) in [(Server::Hub, hub), (Server::Content, content)] {
            let state = Arc::clone(&state);
            std::thread::spawn(move || accept(&state, server, &listener));
        }
        Self { state }
    }

    /// Sends large files itself, as a mirror does, instead of redirecting.
    #[must_use]
    pub fn direct(self) -> Self {
        self.state.inner().direct = true;
        self
    }

    /// Lists so many files, or models, in a page.
    #[must_use]
    pub fn page(self, files: usize) -> Self {
        self.state.inner().page = files;
        self
    }

    /// Lists these records as its models, instead of those before.
    pub fn list(&self, records: Vec<Value>) {
        self.state.inner().listing = records;
    }

    /// Lets a fault meet every request of a kind.
    pub fn always(&self, on: On, fault: Fault) {
        self.times(usize::MAX, on, fault);
    }

    /// Lets a fault meet the next requests of a kind.
    pub fn times(&self, times: usize, on: On, fault: Fault) {
        self.state.inner().faults.push((on, fault, times));
    }

    /// Takes all faults back.
    pub fn heal(&self) {
        self.state.inner().faults.clear();
    }

    /// Lets every address that a redirect gave expire.
    pub fn expire(&self) {
        self.state.inner().signature += 1;
    }

    /// The hub's address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.state.hub)
    }

    /// The content server's address.
    #[must_use]
    pub fn content_url(&self) -> String {
        format!("http://{}", self.state.content)
    }

    /// Every request so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.state.inner().requests.clone()
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        self.state.inner().requests.clear();
    }

    /// Bytes of files that were sent so far.
    #[must_use]
    pub fn content_sent(&self) -> u64 {
        let requests = self.requests();
        let files = requests.iter().filter(|request| {
            request.server == Server::Content
                || request.path.contains("/resolve/")
                || request.path.contains("/resolve-cache/")
        });
        files.map(|request| request.sent).sum()
    }
}

fn accept(state: &Arc<State>, server: Server, listener: &TcpListener) {
    for stream in listener.incoming().flatten() {
        let state = Arc::clone(state);
        // Whoever breaks the connection off is not the hub's concern.
        std::thread::spawn(move || {
            let _ = serve(&state, server, stream);
        });
    }
}

fn serve(state: &State, server: Server, stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    while let Some(request) = Request::read(server, &mut reader)? {
        let index = {
            let mut inner = state.inner();
            inner.requests.push(request.clone());
            inner.requests.len() - 1
        };
        let Some(answer) = routes::answer(state, &request) else {
            // Mute: hold the connection until the other side gives up.
            let _ = Request::read(server, &mut reader);
            return Ok(());
        };
        if answer.status == 0 {
            stream.write_all(&answer.body)?;
            return Ok(());
        }
        let sent = |bytes| {
            if let Some(request) = state.inner().requests.get_mut(index) {
                request.sent += bytes;
            }
        };
        if !answer.send(&mut stream, sent)? {
            return Ok(());
        }
    }
    Ok(())
}
