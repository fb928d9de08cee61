//! A run that goes on when the tests in the browser say so: each request to its
//! own address makes one check more, and the one after the last ends it.

use crate::http::live::Played;
use crate::world::{Server, World};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread;

const NAMED: &str = "./words";
/// Made one after the other.
const CHECKS: [&str; 4] = ["header", "load", "finite", "cache"];

/// A site with a run that is under way.
pub(super) struct Live {
    server: Server,
    /// What makes it go on.
    pub(super) step: String,
}

impl Live {
    pub(super) fn start() -> Self {
        let world = World::new();
        let played = Played::begin(&world, NAMED);
        let server = Server::on(world, &[]);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        // It ends with the process.
        thread::spawn(move || {
            let mut checks = CHECKS.iter();
            for stream in listener.incoming().flatten() {
                let mut asked = BufReader::new(&stream).lines();
                while asked
                    .next()
                    .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
                {}
                match checks.next() {
                    Some(check) => played.check(check, "as it should be"),
                    None => played.end(NAMED),
                }
                let _ = (&stream).write_all(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                );
            }
        });
        Self {
            server,
            step: format!("http://{address}/"),
        }
    }

    pub(super) fn url(&self) -> String {
        self.server.url("")
    }
}
