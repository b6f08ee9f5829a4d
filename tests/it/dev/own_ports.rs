//! Apps that listen where they always did, whatever `PORT` says.

use std::fs;
use std::net::TcpListener;

use super::apps::{App, get};
use super::running::{Running, until, with_real_keys};
use crate::support::Sandbox;

const ANSWER: &str = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown";
const RUNS: &str = r#"
echo "$PORT $ROCKET_PORT" > told
trap 'echo ended >> life; exit 0' TERM
echo started >> life
echo '     Running `target/debug/orchard`' >&2
sleep 1000 & wait"#;

/// A port that nobody has.
fn free() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn listening_on(port: u16, cargo: &str) -> Sandbox {
    let sandbox = with_real_keys(cargo);
    let main = format!("fn main() {{ bind((\"127.0.0.1\", {port})) }}\n");
    fs::write(sandbox.path("src/main.rs"), main).unwrap();
    sandbox
}

#[test]
fn the_port_in_the_source_is_where_requests_go() {
    let port = free();
    let sandbox = listening_on(port, RUNS);
    let mut running = Running::start(&sandbox, "dev");
    running.until(&format!("The app listens on {port} by itself"));
    App::on(port).answer_all(ANSWER);
    let address = running.address();
    assert!(!address.ends_with(&port.to_string()), "{address}");
    assert!(get(&address, "/", "").ends_with("own"));
    let told = format!("{port} {port}\n");
    until(|| fs::read_to_string(sandbox.path("told")).is_ok_and(|text| text == told));
}

#[test]
fn versions_that_cannot_share_a_port_follow_each_other() {
    let port = free();
    let sandbox = with_real_keys(RUNS);
    let mut running = Running::start(&sandbox, &format!("dev --watch --app-port {port}"));
    until(|| sandbox.path("life").exists());
    App::on(port).answer_all(ANSWER);
    running.until("ready in");
    fs::write(sandbox.path("src/main.rs"), "better").unwrap();
    running.until("ready in");
    until(|| sandbox.read("life") == "started\nended\nstarted\n");
}

#[test]
fn somebody_else_on_that_port_is_told_before_anything_runs() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let sandbox = listening_on(port, "exit 0");
    let dev = sandbox.cli("dev").var("PORT", "0").status(3);
    dev.stderr(&format!(
        "error: port {port} is taken\n  because: another program listens on it\n  \
         help: the app listens there by itself: end that program first\n"
    ))
    .run();
}

#[test]
fn an_app_whose_port_is_not_known_is_asked_for_it() {
    // The last is what Windows says of a port in one of its own ranges.
    for said in [
        "kind: AddrInUse",
        "forbidden by its access permissions. (os error 10013)",
    ] {
        let sandbox = with_real_keys(&format!("echo '{said}' >&2; exit 101"));
        let mut running = Running::start(&sandbox, "dev");
        running.until("the port that it wants is taken");
        running.until("name that, and browsers get another one: clerk-rs dev --app-port PORT");
    }
    let sandbox = with_real_keys(RUNS);
    let mut running = Running::start(&sandbox, "dev");
    running.until("it runs and does not answer on");
    running.until("name that: clerk-rs dev --app-port PORT");
}
