//! What stops the start, and what it says then; and what a connection may take.

use std::io::ErrorKind::{TimedOut, WouldBlock};
use std::io::{Error, Read as _, Write as _};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::spawn_blocking;

use super::support::{LIVE, app, settings, variables};
use crate::server::connection;

const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn missing_keys_are_named_with_what_to_do() {
    let error = settings(&[].into()).err().unwrap().to_string();
    assert!(
        error.contains("CLERK_PUBLISHABLE_KEY: is not set"),
        "{error}"
    );
    assert!(error.contains("clerk-rs env set --keys local"), "{error}");
    assert!(error.contains(".env.example"), "{error}");
}

#[test]
fn all_problems_are_named_at_once() {
    let mut variables = variables(&LIVE);
    variables.insert("CLERK_PUBLISHABLE_KEY", "pk_live_!!!".to_owned());
    variables.insert("CLERK_JWT_KEY", "no key".to_owned());
    variables.insert("PORT", "http".to_owned());
    let error = settings(&variables).err().unwrap().to_string();
    for name in ["CLERK_PUBLISHABLE_KEY", "CLERK_JWT_KEY", "PORT"] {
        assert!(error.contains(name), "{name} in {error}");
    }
}

#[test]
fn the_app_listens_on_this_machine_unless_told_otherwise() {
    let listen = settings(&variables(&LIVE)).unwrap().listen;
    assert_eq!((&*listen.host, listen.port), ("127.0.0.1", 3000));
}

#[test]
fn no_message_repeats_the_secret_key() {
    let mut variables = variables(&LIVE);
    variables.insert(
        "CLERK_PUBLISHABLE_KEY",
        "sk_live_inTheWrongPlace".to_owned(),
    );
    let error = settings(&variables).err().unwrap().to_string();
    assert!(!error.contains("inTheWrongPlace"), "{error}");
    assert!(!error.contains(LIVE.secret_key().expose()), "{error}");
}

/// What a connection answers to these bytes until it closes by itself.
async fn answer_to(bytes: Vec<u8>, head_time: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let client = spawn_blocking(move || {
        let mut client = std::net::TcpStream::connect(address).unwrap();
        client.set_read_timeout(Some(PATIENCE)).unwrap();
        // Whoever is refused early may be cut off while still writing.
        let _ = client.write_all(&bytes);
        let mut answer = String::new();
        let read = client.read_to_string(&mut answer);
        let stays_open = |error: Error| matches!(error.kind(), WouldBlock | TimedOut);
        assert!(!read.is_err_and(stays_open));
        answer
    });
    let (stream, peer) = listener.accept().await.unwrap();
    let (_running, stopping) = watch::channel(());
    connection(app(&LIVE), stream, peer, head_time, stopping).await;
    client.await.unwrap()
}

#[tokio::test]
async fn a_head_that_never_ends_does_not_hold_its_connection() {
    // A stranger held all connections of an app by sending a request's first line on each, and no more.
    let head = b"GET /healthz HTTP/1.1\r\nhost: app.example\r\nx: ";
    answer_to(head.to_vec(), Duration::from_millis(50)).await;
}

#[tokio::test]
async fn a_giant_head_is_refused_before_it_is_read_to_the_end() {
    // Cookies of 400 kB were taken apart, in many times as much memory.
    let head = |bytes| {
        let text = "y".repeat(bytes);
        format!("GET /healthz HTTP/1.1\r\nconnection: close\r\nx: {text}\r\n\r\n").into_bytes()
    };
    let fits = answer_to(head(32_000), PATIENCE).await;
    assert!(fits.starts_with("HTTP/1.1 200 "), "{fits}");
    let giant = answer_to(head(100_000), PATIENCE).await;
    assert!(!giant.starts_with("HTTP/1.1 200 "), "{giant}");
}
