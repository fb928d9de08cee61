//! `arbor serve` as a process: its first line, and how it stops. What it
//! serves is looked at in `http/` and `pages/`.

use super::arbor;
use crate::world::World;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
#[cfg(unix)]
fn it_prints_its_address_and_stops_when_told() {
    for signal in ["-TERM", "-INT"] {
        let world = World::new();
        let mut child = world
            .command()
            .args(["serve", "--bind", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        assert!(line.starts_with("http://127.0.0.1:"), "{line}");
        assert!(line.ends_with("/\n"), "{line}");

        let told = Instant::now();
        let id = child.id().to_string();
        let kill = Command::new("kill").args([signal, &id]).status();
        assert!(kill.expect("kill runs").success());
        let output = child.wait_with_output().expect("it ends");
        assert!(
            told.elapsed() < Duration::from_secs(5),
            "{:?}",
            told.elapsed()
        );
        assert_eq!(output.status.code(), Some(0), "{signal}");
    }
}

#[test]
#[cfg(unix)]
fn requests_are_logged_where_that_is_asked() {
    let world = World::new();
    let mut child = world
        .command()
        .args(["serve", "--bind", "127.0.0.1:0"])
        .env("ARBOR_LOG", "info")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    let stdout = child.stdout.as_mut().expect("a pipe");
    BufReader::new(stdout).read_line(&mut line).expect("a line");
    let address = line.trim_start_matches("http://").trim_end_matches("/\n");
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .expect("sent");
    stream.read_to_end(&mut Vec::new()).expect("an answer");
    let id = child.id().to_string();
    let kill = Command::new("kill").args(["-TERM", &id]).status();
    assert!(kill.expect("kill runs").success());
    let log = child.wait_with_output().expect("it ends").stderr;
    let log = String::from_utf8(log).expect("UTF-8");
    let answered = log.lines().find(|line| line.contains("answered"));
    let answered = answered.unwrap_or_else(|| panic!("{log}"));
    assert!(answered.contains("path=\"/healthz\""), "{answered}");
    assert!(!log.contains('\u{1b}'), "colours in a file: {log}");
}

#[test]
fn a_taken_port_is_explained() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let ran = arbor(&["serve", "--bind", &address]);
    assert_eq!(ran.code, 1, "{}", ran.transcript());
    assert!(ran.stderr.contains(&address), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("hint: `--bind 127.0.0.1:0`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn other_machines_are_let_in_on_purpose_only() {
    let ran = arbor(&["serve", "--bind", "0.0.0.0:0"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("`--public`"), "{}", ran.stderr);
}
