//! Attacks on the `/__clerk` proxy. It carries the secret key on every request: a client that could choose the target,
//! speak for the app, or read the request back would have the whole instance.
#![cfg(feature = "proxy")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use clerk_auth::keys::SecretKey;
use clerk_auth::proxy::{FapiProxy, ProxyBody, ProxyClient, ProxyConfigError, ProxyLimits};
use http::{Method, Request, Response, StatusCode};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Empty, Full};
use proptest::prelude::*;
use support::upstream::{Act, Upstream};

const SECRET: &str = "sk_test_thisIsOurOwnSecretKey";
const CLIENT: ProxyClient<'static> = ProxyClient {
    address: Some(std::net::IpAddr::V4(std::net::Ipv4Addr::new(
        203, 0, 113, 7,
    ))),
    origin: "https://app.example",
};

fn proxy(upstream: &str) -> FapiProxy {
    with_limits(upstream, ProxyLimits::default())
}

fn with_limits(upstream: &str, limits: ProxyLimits) -> FapiProxy {
    let secret = SecretKey::new(SECRET).unwrap();
    FapiProxy::new(upstream, "/__clerk", &secret, limits).unwrap()
}

fn get(target: &str) -> Request<Empty<Bytes>> {
    Request::get(target).body(Empty::new()).unwrap()
}

async fn text(answer: Response<ProxyBody>) -> String {
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn count(head: &str, line_start: &str) -> usize {
    head.lines()
        .filter(|line| line.starts_with(line_start))
        .count()
}

/// A body in pieces without a known length; may end in standing still.
struct Pieces {
    left: VecDeque<Bytes>,
    then_hangs: bool,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.left.pop_front() {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            None if self.then_hangs => Poll::Pending,
            None => Poll::Ready(None),
        }
    }
}

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
    let answer = proxy(&upstream.origin()).forward(request, CLIENT).await;
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
    proxy(&upstream.origin()).forward(request, CLIENT).await;
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
        let answer = proxy(&upstream.origin()).forward(request, CLIENT).await;
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
        "/__clerk//evil.example/v1",
        "/__clerk/v1//x",
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
        let answer = proxy.forward(get(target), CLIENT).await;
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
        let answer = proxy.forward(get(target), CLIENT).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{target}");
    }
    assert_eq!(upstream.seen().len(), 0);
}

#[tokio::test]
async fn a_target_in_absolute_form_still_goes_to_the_upstream() {
    let upstream = Upstream::answering("200 OK", &[], "").await;
    let other = Upstream::answering("200 OK", &[], "").await;
    let target = format!("http://{}/__clerk/v1/client", other.address);
    proxy(&upstream.origin())
        .forward(get(&target), CLIENT)
        .await;
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
        let answer = proxy(&upstream.origin()).forward(request, CLIENT).await;
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
    let answer = proxy(&upstream.origin()).forward(request, CLIENT).await;
    assert_eq!(answer.status(), StatusCode::BAD_GATEWAY);
    assert!(!answer.headers().contains_key("upgrade"));
    let (head, _) = upstream.only();
    assert!(
        !head.contains("upgrade") && !head.contains("http2-settings"),
        "{head}"
    );
}

#[tokio::test]
async fn redirects_are_handed_on_and_never_followed() {
    let other = Upstream::answering("200 OK", &[], "").await;
    let elsewhere = format!("http://{}/v1/steal", other.address);
    for location in [
        elsewhere.as_str(),
        "/dashboard",
        "next",
        "//cdn.example/x",
        "https://app.example/a",
        "http://[bad",
    ] {
        let line = format!("location: {location}");
        let upstream = Upstream::answering("302 Found", &[&line], "").await;
        let answer = proxy(&upstream.origin())
            .forward(get("/__clerk/v1/a"), CLIENT)
            .await;
        assert_eq!(answer.status(), StatusCode::FOUND);
        assert_eq!(answer.headers()["location"], location);
        assert_eq!(upstream.seen().len(), 1, "asked once for {location}");
    }
    assert_eq!(
        other.seen().len(),
        0,
        "the secret key would have gone there"
    );
}

#[tokio::test]
async fn a_redirect_to_the_upstream_stays_below_the_proxy() {
    let secret = SecretKey::new(SECRET).unwrap();
    let line = "location: {origin}//evil.example/n?a=1#f";
    let upstream = Upstream::answering("302 Found", &[line], "").await;
    for (proxy_url, moved) in [
        ("/__clerk", "/__clerk//evil.example/n?a=1#f"),
        (
            "https://app.example/__clerk/",
            "https://app.example/__clerk//evil.example/n?a=1#f",
        ),
    ] {
        let limits = ProxyLimits::default();
        let proxy = FapiProxy::new(&upstream.origin(), proxy_url, &secret, limits).unwrap();
        let answer = proxy.forward(get("/__clerk/v1/a"), CLIENT).await;
        assert_eq!(answer.headers()["location"], moved);
    }
}

#[tokio::test]
async fn cookies_all_pass_and_connection_headers_do_not() {
    let headers = [
        "set-cookie: __client=1; HttpOnly",
        "set-cookie: __client_uat=2",
        "set-cookie: c=3",
        "connection: keep-alive, x-hop",
        "x-hop: 1",
        "keep-alive: timeout=5",
        "clerk-secret-key: sk_test_thisIsOurOwnSecretKey",
        "x-kept: 1",
    ];
    let upstream = Upstream::answering("200 OK", &headers, "{}").await;
    let answer = proxy(&upstream.origin())
        .forward(get("/__clerk/v1/client"), CLIENT)
        .await;
    let cookies: Vec<_> = answer.headers().get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["__client=1; HttpOnly", "__client_uat=2", "c=3"]);
    for gone in ["connection", "x-hop", "keep-alive", "clerk-secret-key"] {
        assert!(!answer.headers().contains_key(gone), "{gone}");
    }
    assert_eq!(answer.headers()["x-kept"], "1");
}

#[tokio::test]
async fn giant_bodies_are_refused_declared_or_not() {
    let upstream = Upstream::answering("200 OK", &[], "").await;
    let limits = ProxyLimits {
        request_body: 1000,
        ..ProxyLimits::default()
    };
    let proxy = with_limits(&upstream.origin(), limits);
    let declared = Request::post("/__clerk/v1/a")
        .body(Full::new(Bytes::from(vec![b'x'; 1001])))
        .unwrap();
    let answer = proxy.forward(declared, CLIENT).await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let endless = Pieces {
        left: vec![Bytes::from(vec![b'x'; 600]); 1000].into(),
        then_hangs: true,
    };
    let answer = proxy
        .forward(
            Request::post("/__clerk/v1/a").body(endless).unwrap(),
            CLIENT,
        )
        .await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(upstream.seen().len(), 0, "no whole request arrived");
    let exact = Pieces {
        left: vec![Bytes::from(vec![b'x'; 500]); 2].into(),
        then_hangs: false,
    };
    let answer = proxy
        .forward(Request::post("/__clerk/v1/a").body(exact).unwrap(), CLIENT)
        .await;
    assert_eq!(answer.status(), StatusCode::OK);
}

fn impatient() -> ProxyLimits {
    ProxyLimits {
        head: Duration::from_millis(300),
        idle: Duration::from_millis(60),
        ..ProxyLimits::default()
    }
}

#[tokio::test]
async fn a_body_that_stands_still_ends_the_request() {
    let upstream = Upstream::answering("200 OK", &[], "").await;
    let slow = Pieces {
        left: vec![Bytes::from_static(b"x")].into(),
        then_hangs: true,
    };
    let request = Request::post("/__clerk/v1/a").body(slow).unwrap();
    let answer = with_limits(&upstream.origin(), impatient())
        .forward(request, CLIENT)
        .await;
    assert_eq!(answer.status(), StatusCode::REQUEST_TIMEOUT);
}

#[tokio::test]
async fn an_upstream_that_stands_still_is_a_time_out() {
    let upstream = Upstream::acting(vec![Act::Stall]).await;
    let proxy = with_limits(&upstream.origin(), impatient());
    let answer = proxy.forward(get("/__clerk/v1/a"), CLIENT).await;
    assert_eq!(answer.status(), StatusCode::GATEWAY_TIMEOUT);

    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".to_vec();
    let upstream = Upstream::acting(vec![Act::Send(half), Act::Stall]).await;
    let proxy = with_limits(&upstream.origin(), impatient());
    let answer = proxy.forward(get("/__clerk/v1/a"), CLIENT).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.into_body().collect().await.is_err());
}

#[tokio::test]
async fn an_answer_streams_before_it_is_complete() {
    let go_on = Arc::new(tokio::sync::Notify::new());
    let upstream = Upstream::acting(vec![
        Act::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\none".to_vec()),
        Act::Hold(Arc::clone(&go_on)),
        Act::Send(b"two".to_vec()),
    ])
    .await;
    let answer = proxy(&upstream.origin())
        .forward(get("/__clerk/v1/a"), CLIENT)
        .await;
    let mut body = answer.into_body();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(first, "one");
    go_on.notify_one();
    assert_eq!(body.collect().await.unwrap().to_bytes(), "two");
}

#[tokio::test]
async fn without_an_upstream_there_is_a_plain_answer_that_tells_nothing() {
    let gone = Upstream::answering("200 OK", &[], "").await;
    let origin = gone.origin();
    drop(gone);
    tokio::task::yield_now().await;
    let garbage = Upstream::acting(vec![Act::Send(b"SSH-2.0-nothing\r\n\r\n".to_vec())]).await;
    for upstream in [origin.as_str(), garbage.origin().as_str()] {
        let answer = proxy(upstream)
            .forward(get("/__clerk/v1/client"), CLIENT)
            .await;
        assert_eq!(answer.status(), StatusCode::BAD_GATEWAY);
        assert_eq!(answer.headers()["retry-after"], "5");
        assert_eq!(answer.headers()["content-type"], "application/json");
        let json = text(answer).await;
        assert!(
            !json.contains("127.0.0.1") && !json.contains("OurOwn"),
            "{json}"
        );
        assert!(json.contains("clerk-rs dev"), "{json}");

        let mut page = get("/__clerk/v1/client");
        page.headers_mut()
            .insert("accept", "text/html,*/*".parse().unwrap());
        let answer = proxy(upstream).forward(page, CLIENT).await;
        assert_eq!(answer.status(), StatusCode::BAD_GATEWAY);
        let page = text(answer).await;
        assert!(
            page.starts_with("<!doctype html>") && !page.contains("127.0.0.1"),
            "{page}"
        );
    }
}

#[tokio::test]
async fn an_odd_public_origin_is_refused() {
    let upstream = Upstream::answering("200 OK", &[], "").await;
    for origin in [
        "",
        "app.example",
        "javascript:alert(1)",
        "file:///etc",
        "https://",
    ] {
        let client = ProxyClient {
            address: None,
            origin,
        };
        let answer = proxy(&upstream.origin())
            .forward(get("/__clerk/v1/a"), client)
            .await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{origin}");
    }
    assert_eq!(upstream.seen().len(), 0);
    let client = ProxyClient {
        address: None,
        origin: "https://user:pw@app.example:8443/path?q",
    };
    proxy(&upstream.origin())
        .forward(get("/__clerk/v1/a"), client)
        .await;
    let (head, _) = upstream.only();
    assert_eq!(
        count(&head, "clerk-proxy-url: https://app.example:8443/__clerk"),
        1,
        "{head}"
    );
    assert_eq!(
        count(&head, "x-forwarded-host: app.example:8443"),
        1,
        "{head}"
    );
    assert_eq!(count(&head, "x-forwarded-for"), 0, "{head}");
}

#[test]
fn what_cannot_work_is_refused_when_it_is_configured() {
    let test_key = SecretKey::new(SECRET).unwrap();
    let live_key = SecretKey::new("sk_live_thisIsOurOwnSecretKey").unwrap();
    let make = |upstream: &str, url: &str, key: &SecretKey| {
        FapiProxy::new(upstream, url, key, ProxyLimits::default())
            .map(|proxy| proxy.prefix().to_owned())
    };
    for upstream in [
        "",
        "frontend-api.clerk.dev",
        "ftp://x.example",
        "https://x.example/path",
        "https://u:p@x.example",
        "https://x.example?q",
        "https://x.example/#f",
    ] {
        assert_eq!(
            make(upstream, "/__clerk", &test_key),
            Err(ProxyConfigError::Upstream),
            "{upstream}"
        );
    }
    for url in [
        "",
        "__clerk",
        "/",
        "//evil.example/x",
        "/\\evil.example/x",
        "https://app.example",
        "ftp://a.example/x",
        "/a?b",
        "/a#b",
        "mailto:x",
    ] {
        assert_eq!(
            make("https://x.example", url, &test_key),
            Err(ProxyConfigError::ProxyUrl),
            "{url}"
        );
    }
    for (upstream, allowed) in [
        ("http://x.example", false),
        ("http://127.0.0.1:4400", true),
        ("http://localhost:4400", true),
        ("http://[::1]:1", true),
        ("https://x.example", true),
    ] {
        assert_eq!(
            make(upstream, "/__clerk", &live_key).is_ok(),
            allowed,
            "{upstream}"
        );
        assert!(make(upstream, "/__clerk", &test_key).is_ok(), "{upstream}");
    }
    assert_eq!(
        make(
            "https://x.example/",
            "https://app.example/a/__clerk/",
            &live_key
        )
        .unwrap(),
        "/a/__clerk"
    );
    let shown = format!(
        "{:?}",
        FapiProxy::new(
            "https://x.example",
            "/__clerk",
            &live_key,
            ProxyLimits::default()
        )
        .unwrap()
    );
    assert!(!shown.contains("OurOwn"), "{shown}");
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
            let answer = proxy(&upstream.origin()).forward(request, CLIENT).await;
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
