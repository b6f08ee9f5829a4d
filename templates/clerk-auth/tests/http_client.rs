//! The client on hyper: bounded, without redirects, and with errors that say what happened.
#![cfg(feature = "http-client")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use bytes::Bytes;
use clerk_auth::fetch::{Fetch, FetchError};
use clerk_auth::http_client::HyperFetch;
use http::Request;
use support::upstream::{Act, Deaf, Upstream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn get(url: &str) -> Request<Bytes> {
    Request::get(url).body(Bytes::new()).unwrap()
}

#[tokio::test]
async fn answers_come_whole_whatever_their_status() {
    let upstream = Upstream::answering("418 I'm a teapot", &["x-a: 1", "x-a: 2"], "short").await;
    let url = format!("{}/v1/x?y=z", upstream.origin());
    let request = Request::post(&url)
        .header("authorization", "Bearer k")
        .body(Bytes::from_static(b"{}"));
    let answer = HyperFetch::default().fetch(request.unwrap()).await.unwrap();
    assert_eq!(answer.status(), 418);
    assert_eq!(answer.headers().get_all("x-a").iter().count(), 2);
    assert_eq!(answer.body(), "short");
    let (head, body) = upstream.only();
    assert!(head.starts_with("post /v1/x?y=z http/1.1"), "{head}");
    assert!(
        head.contains("authorization: bearer k") && head.contains("content-length: 2"),
        "{head}"
    );
    assert_eq!(body, "{}");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_the_key_goes_nowhere_else() {
    let other = Upstream::answering("200 OK", &[], "").await;
    let location = format!("location: {}", other.origin());
    let upstream = Upstream::answering("307 Temporary Redirect", &[&location], "").await;
    let answer = HyperFetch::default()
        .fetch(get(&upstream.origin()))
        .await
        .unwrap();
    assert_eq!(answer.status(), 307);
    assert_eq!(other.seen().len(), 0);
}

#[tokio::test]
async fn an_answer_beyond_the_limit_is_cut_off() {
    let upstream = Upstream::answering("200 OK", &[], &"x".repeat(1001)).await;
    let endless = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = format!("3e8\r\n{}\r\n", "y".repeat(1000));
    let acts = vec![
        Act::Send(format!("{endless}{chunk}{chunk}").into()),
        Act::Stall,
    ];
    let chunked = Upstream::acting(acts).await;
    for origin in [upstream.origin(), chunked.origin()] {
        let answer = HyperFetch::new(1000).fetch(get(&origin)).await;
        assert_eq!(answer.unwrap_err(), FetchError::TooLarge { limit: 1000 });
    }
    assert!(
        HyperFetch::new(1001)
            .fetch(get(&upstream.origin()))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn errors_name_the_innermost_cause() {
    let deaf = Deaf::new();
    let error = HyperFetch::default()
        .fetch(get(&deaf.origin))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, FetchError::Connect(cause) if cause.contains("refused")),
        "{error:?}"
    );

    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".to_vec();
    let garbage = b"SSH-2.0-nothing\r\n\r\n".to_vec();
    for bytes in [half, garbage] {
        let upstream = Upstream::acting(vec![Act::Send(bytes)]).await;
        let error = HyperFetch::default()
            .fetch(get(&upstream.origin()))
            .await
            .unwrap_err();
        assert!(matches!(error, FetchError::Broken(_)), "{error:?}");
    }
}

#[tokio::test]
async fn https_to_a_server_without_tls_fails_and_does_not_fall_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut sent = [0; 4096];
        let length = stream.read(&mut sent).await.unwrap();
        // What a server for plain HTTP makes of a TLS greeting.
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        sent[..length].to_vec()
    });
    let request = Request::get(&url)
        .header("authorization", "Bearer secret")
        .body(Bytes::new());
    let error = HyperFetch::default()
        .fetch(request.unwrap())
        .await
        .unwrap_err();
    if error == FetchError::NoCertificates {
        // A machine without certificates: nothing was sent at all.
        server.abort();
        return;
    }
    assert!(matches!(error, FetchError::Connect(_)), "{error:?}");
    let sent = String::from_utf8_lossy(&server.await.unwrap()).into_owned();
    assert!(!sent.contains("secret"), "{sent}");
}

#[tokio::test]
async fn odd_addresses_are_errors() {
    for url in ["/relative", "ftp://127.0.0.1/x", "example"] {
        assert!(
            HyperFetch::default().fetch(get(url)).await.is_err(),
            "{url}"
        );
    }
}
