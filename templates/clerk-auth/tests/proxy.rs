//! Attacks on the `/__clerk` proxy by requests. It carries the secret key on every request: a client that could choose
//! the target, speak for the app, or read the request back would have the whole instance.
#![cfg(feature = "proxy")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body::{Body, Frame};
use http_body_util::{Empty, Full};
use proptest::prelude::*;
use support::proxied::{Answers as _, CLIENT, SECRET, count, get, proxy, text};
use support::upstream::Upstream;

#[tokio::test]
async fn a_request_arrives_as_it_was_with_the_app_speaking_for_itself() {
    let upstream = Upstream::answering("200 OK", &["x-answer: yes"], "hello").await;
    let request = Request::post("/__clerk/v1/client/sign_ins?_method=PATCH&a=%20b")
        .header("cookie", "__client=abc")
        .header("cookie", "b=2")
        .header("origin", "https://app.example")
        .header("referer", "https://app.example/sign-in")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("host", "app.example")
        .header("accept-encoding", "gzip, br")
        .body(Full::new(Bytes::from_static(b"identifier=jo")))
        .unwrap();
    let answer = proxy(&upstream.origin()).answer(request, CLIENT).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["x-answer"], "yes");
    assert_eq!(text(answer).await, "hello");

    let (head, body) = upstream.only();
    assert_eq!(body, "identifier=jo");
    assert!(
        head.starts_with("post /v1/client/sign_ins?_method=patch&a=%20b http/1.1\r\n"),
        "{head}"
    );
    for line in [
        format!("host: {}", upstream.address),
        "cookie: __client=abc".to_owned(),
        "cookie: b=2".to_owned(),
        "origin: https://app.example".to_owned(),
        "referer: https://app.example/sign-in".to_owned(),
        "content-length: 13".to_owned(),
        "accept-encoding: identity".to_owned(),
        "clerk-proxy-url: https://app.example/__clerk".to_owned(),
        format!("clerk-secret-key: {}", SECRET.to_lowercase()),
        "x-forwarded-for: 203.0.113.7".to_owned(),
        "x-forwarded-host: app.example".to_owned(),
        "x-forwarded-proto: https".to_owned(),
    ] {
        assert_eq!(count(&head, &line), 1, "{line} in {head}");
    }
    assert_eq!(count(&head, "host:"), 1, "{head}");
}

#[tokio::test]
async fn a_client_cannot_speak_for_the_app_or_its_proxy() {
    let upstream = Upstream::answering("200 OK", &[], "").await;
    let request = Request::get("/__clerk/v1/client")
        .header("clerk-secret-key", "sk_live_evil")
        .header("Clerk-Proxy-Url", "https://evil.example")
        .header("clerk-proxy-url", "https://evil2.example")
        .header("clerk-anything", "evil")
        .header("x-forwarded-for", "evil")
        .header("X-Forwarded-Host", "evil.example")
        .header("x-forwarded-proto", "evil")
        .header("x-forwarded-port", "evil")
        .header("forwarded", "for=evil")
        .header("x-real-ip", "evil")
        .header("true-client-ip", "evil")
        .header("cf-connecting-ip", "evil")
        .header("host", "evil.example")
        // Naming our headers as hop-by-hop must not take them off either.
        .header(
            "connection",
            "close, Clerk-Secret-Key, x-forwarded-for, clerk-proxy-url",
        )
        .header("connection", "x-smuggled , ,;=, \u{e9}")
        .header("x-smuggled", "evil")
        .header("keep-alive", "evil")
        .header("proxy-connection", "evil")
        .header("proxy-authorization", "evil")
        .header("te", "trailers, evil")
        .header("trailer", "evil")
        .header("expect", "100-continue")
        .header("accept-encoding", "evil")
        .header("x-kept", "good")
        .body(Empty::<Bytes>::new())
        .unwrap();
    proxy(&upstream.origin()).answer(request, CLIENT).await;
    let (head, _) = upstream.only();
    assert!(!head.contains("evil"), "{head}");
    assert!(
        !head.contains("expect:") && !head.contains("connection:"),
        "{head}"
    );
    assert_eq!(count(&head, "x-kept: good"), 1);
    for ours in [
        "clerk-secret-key: sk_test_",
        "clerk-proxy-url: https://app.example/",
        "x-forwarded-for: 203.",
    ] {
        assert_eq!(count(&head, ours), 1, "{head}");
    }
    assert_eq!(count(&head, "clerk-"), 2);
    assert_eq!(count(&head, "x-forwarded-"), 3);
}

#[tokio::test]
async fn a_second_request_cannot_be_smuggled_in_a_body() {
    let upstream = Upstream::answering("200 OK", &[], "").await;
    let smuggled = "GET /v1/evil HTTP/1.1\r\nhost: x\r\n\r\n";
    for (name, value) in [
        ("content-length", "0"),
        ("content-length", "5"),
        ("transfer-encoding", "identity"),
        ("transfer-encoding", "xchunked"),
    ] {
        let request = Request::post("/__clerk/v1/a")
            .header(name, value)
            .body(Full::new(Bytes::from(smuggled)))
            .unwrap();
        let answer = proxy(&upstream.origin()).answer(request, CLIENT).await;
        assert_eq!(answer.status(), 200);
    }
    let seen = upstream.seen();
    assert_eq!(seen.len(), 4, "{seen:#?}");
    for request in seen {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(
            head.contains(&format!("content-length: {}", smuggled.len())),
            "{head}"
        );
        assert!(!head.contains("transfer-encoding"), "{head}");
        assert_eq!(body, smuggled);
    }
}

#[tokio::test]
async fn no_path_leads_out_and_none_reaches_the_upstream() {
    let upstream = Upstream::answering("200 OK", &[], "").await;
    let proxy = proxy(&upstream.origin());
    for target in [
        "/__clerk/..",
        "/__clerk/../admin",
        "/__clerk/v1/../../x",
        "/__clerk/./v1",
        "/__clerk/%2e%2e/x",
        "/__clerk/%2E./x",
        "/__clerk/v1%2f..%2fx",
        "/__clerk/%2f%2fevil.example",
        "/__clerk/%5c%5cevil.example",
        "/__clerk/%252e%252e/x",
        "/__clerk/%00",
        "/__clerk/x%0d%0aHost:%20evil",
        "/__clerk/..;/x",
    ] {
        let answer = proxy.answer(get(target), CLIENT).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{target}");
    }
    for target in [
        "/",
        "/__clerkx/v1",
        "/__clerk@evil.example/",
        "/__clerk.evil",
        "/__CLERK/v1",
        "/x/__clerk/v1",
        "*",
    ] {
        let answer = proxy.answer(get(target), CLIENT).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{target}");
    }
    assert_eq!(upstream.seen().len(), 0);
}

#[tokio::test]
async fn a_target_in_absolute_form_still_goes_to_the_upstream() {
    let upstream = Upstream::answering("200 OK", &[], "").await;
    let other = Upstream::answering("200 OK", &[], "").await;
    let target = format!("http://{}/__clerk/v1/client", other.address);
    proxy(&upstream.origin()).answer(get(&target), CLIENT).await;
    let (head, _) = upstream.only();
    assert!(head.starts_with("get /v1/client http/1.1"), "{head}");
    assert!(
        head.contains(&format!("host: {}", upstream.address)),
        "{head}"
    );
    assert_eq!(other.seen().len(), 0);
}

#[tokio::test]
async fn trace_and_tunnels_are_refused() {
    // TRACE makes a server send the request back: the client would read the secret key.
    let upstream = Upstream::answering("200 OK", &[], "").await;
    for method in [
        Method::TRACE,
        Method::CONNECT,
        Method::from_bytes(b"PURGE").unwrap(),
    ] {
        let mut request = get("/__clerk/v1/client");
        *request.method_mut() = method;
        let answer = proxy(&upstream.origin()).answer(request, CLIENT).await;
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
    }
    assert_eq!(upstream.seen().len(), 0);
}

#[tokio::test]
async fn an_upgrade_is_neither_passed_on_nor_accepted() {
    let upstream = Upstream::answering(
        "101 Switching Protocols",
        &["connection: upgrade", "upgrade: websocket"],
        "",
    )
    .await;
    let request = Request::get("/__clerk/v1/socket")
        .header("connection", "Upgrade, HTTP2-Settings")
        .header("upgrade", "websocket, h2c")
        .header("http2-settings", "AAMAAABk")
        .body(Empty::<Bytes>::new())
        .unwrap();
    let answer = proxy(&upstream.origin()).answer(request, CLIENT).await;
    assert_eq!(answer.status(), StatusCode::BAD_GATEWAY);
    assert!(!answer.headers().contains_key("upgrade"));
    let (head, _) = upstream.only();
    assert!(
        !head.contains("upgrade") && !head.contains("http2-settings"),
        "{head}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_is_asked_nothing_else_is_reached(
        target in "(http://[a-z.@:]{1,12})?/(__clerk)?[-/a-z0-9.%@:;?&=\\[\\]+~!$'()*,|{}\"]{0,24}",
        headers in proptest::collection::vec(("(clerk-|x-forwarded-|connection|[a-z-]{1,8})[a-z]{0,4}", proptest::collection::vec(any::<u8>(), 0..12)), 0..6),
    ) {
        let mut request = Request::get(target.as_str());
        for (name, value) in &headers {
            if let (Ok(name), Ok(value)) = (http::HeaderName::try_from(name), http::HeaderValue::from_bytes(value)) {
                request = request.header(name, value);
            }
        }
        // What hyper itself would refuse never gets here.
        let Ok(request) = request.body(Empty::<Bytes>::new()) else { return Ok(()) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (status, seen, origin) = runtime.block_on(async {
            let upstream = Upstream::answering("200 OK", &[], "").await;
            let answer = proxy(&upstream.origin()).answer(request, CLIENT).await;
            (answer.status(), upstream.seen(), upstream.address.to_string())
        });
        if status == StatusCode::OK {
            let head = seen[0].to_lowercase();
            prop_assert!(head.starts_with("get /"));
            prop_assert!(!head.starts_with("get //"));
            let host = format!("\r\nhost: {}\r\n", origin);
            prop_assert!(head.contains(&host), "{}", head);
            prop_assert_eq!(count(&head, "clerk-"), 2);
            prop_assert_eq!(count(&head, "x-forwarded-"), 3);
        } else {
            prop_assert!(status.is_client_error(), "{}", status);
            prop_assert_eq!(seen.len(), 0);
        }
    }
}

/// Brings a piece, and then nothing that is one.
struct Breaks(Option<Bytes>);

impl Body for Breaks {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        let piece = self.0.take().map(Frame::data);
        Poll::Ready(Some(piece.ok_or("no chunk")))
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_not_called_a_failure_of_clerk() {
    let upstream = Upstream::answering("200 OK", &[], "").await;
    let body = Breaks(Some(Bytes::from_static(b"x")));
    let request = Request::post("/__clerk/v1/a").body(body).unwrap();
    let answer = proxy(&upstream.origin()).answer(request, CLIENT).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert!(text(answer).await.contains("broke off"));
}
