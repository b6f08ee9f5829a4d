//! Attacks on the `/__clerk` proxy by upstreams and by size and slowness, and what it is configured with.
#![cfg(feature = "proxy")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use clerk_auth::keys::SecretKey;
use clerk_auth::proxy::{FapiProxy, ProxyClient, ProxyConfigError, ProxyLimits};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use support::proxied::{
    Answers as _, CLIENT, Pieces, SECRET, count, get, proxy, text, with_limits,
};
use support::upstream::{Act, Deaf, Upstream};

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
            .answer(get("/__clerk/v1/a"), CLIENT)
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
async fn what_the_upstream_says_about_its_host_is_not_said_about_the_app() {
    // Visitors of an app were kept from its other subdomains for months: Clerk's edge had asked for HTTPS on all.
    let headers = [
        "strict-transport-security: max-age=15552000; includeSubDomains; preload",
        "alt-svc: h3=\":443\"",
        "nel: {}",
        "report-to: {}",
        "cache-control: max-age=60",
    ];
    let upstream = Upstream::answering("200 OK", &headers, "").await;
    let answer = proxy(&upstream.origin())
        .answer(get("/__clerk/v1/a"), CLIENT)
        .await;
    let names: Vec<_> = answer.headers().keys().map(|name| name.as_str()).collect();
    assert_eq!(names, ["cache-control", "content-length"]);
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
        let answer = proxy.answer(get("/__clerk/v1/a"), CLIENT).await;
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
        .answer(get("/__clerk/v1/client"), CLIENT)
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
    let answer = proxy.answer(declared, CLIENT).await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let endless = Pieces {
        left: vec![Bytes::from(vec![b'x'; 600]); 1000].into(),
        then_hangs: true,
    };
    let answer = proxy
        .answer(
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
        .answer(Request::post("/__clerk/v1/a").body(exact).unwrap(), CLIENT)
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
        .answer(request, CLIENT)
        .await;
    assert_eq!(answer.status(), StatusCode::REQUEST_TIMEOUT);
}

#[tokio::test]
async fn an_upstream_that_stands_still_is_a_time_out() {
    let upstream = Upstream::acting(vec![Act::Stall]).await;
    let proxy = with_limits(&upstream.origin(), impatient());
    let answer = proxy.answer(get("/__clerk/v1/a"), CLIENT).await;
    assert_eq!(answer.status(), StatusCode::GATEWAY_TIMEOUT);

    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".to_vec();
    let upstream = Upstream::acting(vec![Act::Send(half), Act::Stall]).await;
    let proxy = with_limits(&upstream.origin(), impatient());
    let answer = proxy.answer(get("/__clerk/v1/a"), CLIENT).await;
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
        .answer(get("/__clerk/v1/a"), CLIENT)
        .await;
    let mut body = answer.into_body();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(first, "one");
    go_on.notify_one();
    assert_eq!(body.collect().await.unwrap().to_bytes(), "two");
}

#[tokio::test]
async fn without_an_upstream_there_is_a_plain_answer_that_tells_nothing() {
    let deaf = Deaf::new();
    let garbage = Upstream::acting(vec![Act::Send(b"SSH-2.0-nothing\r\n\r\n".to_vec())]).await;
    for upstream in [deaf.origin.as_str(), garbage.origin().as_str()] {
        let answer = proxy(upstream)
            .answer(get("/__clerk/v1/client"), CLIENT)
            .await;
        assert_eq!(answer.status(), StatusCode::BAD_GATEWAY);
        let json = text(answer).await;
        assert!(
            !json.contains("127.0.0.1") && !json.contains("OurOwn"),
            "{json}"
        );
        assert!(json.contains("local emulator"), "{json}");

        let proxy = proxy(upstream);
        let passed = proxy.forward(get("/__clerk/v1/client"), CLIENT).await;
        let error = passed.unwrap_err();
        assert!(error.is_upstream());
        let told = format!("{:?}", error.problem());
        assert!(!told.contains("127.0.0.1"), "{told}");
    }
}

/// Two projects, and the second's emulator on the port that the first one's `.env` names.
#[tokio::test]
async fn the_emulator_of_another_project_is_named_and_its_answer_is_not_passed_on() {
    let name = "x-clerk-emulator: orch<b>ard";
    let upstream = Upstream::answering("403 Forbidden", &[name, "set-cookie: a=b"], "{}").await;
    let proxy = proxy(&upstream.origin());
    let passed = proxy.forward(get("/__clerk/v1/client"), CLIENT).await;
    let error = passed.unwrap_err();
    assert_eq!(error.status(), StatusCode::BAD_GATEWAY);
    let data = error.json();
    assert!(data.contains("emulator_of_another_project"), "{data}");
    let problem = error.problem();
    assert_eq!(problem.title, "Another project's emulator answers here");
    for words in ["orch<b>ard", "clerk-rs dev"] {
        assert!(problem.message.contains(words), "{problem:?}");
    }
}

/// Clerk's component for API keys asks `//api_keys`.
#[tokio::test]
async fn doubled_slashes_arrive_as_one_and_encoded_ones_do_not_arrive() {
    let upstream = Upstream::answering("200 OK", &[], "").await;
    for path in [
        "/__clerk//api_keys?a=//",
        "/__clerk///v1//me/",
        "/__clerk//evil.example/v1",
        "/__clerk//",
    ] {
        let answer = proxy(&upstream.origin()).answer(get(path), CLIENT).await;
        assert_eq!(answer.status(), 200, "{path}");
    }
    let seen = upstream.seen();
    for (seen, line) in seen.iter().zip([
        "GET /api_keys?a=// ",
        "GET /v1/me/ ",
        "GET /evil.example/v1 ",
        "GET / ",
    ]) {
        assert!(seen.starts_with(line), "{seen}");
    }
    for path in ["/__clerk//..//x", "/__clerk//%2e%2e//x", "/__clerk//%2fx"] {
        let answer = proxy(&upstream.origin()).answer(get(path), CLIENT).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path}");
    }
    assert_eq!(upstream.seen().len(), seen.len());
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
            .answer(get("/__clerk/v1/a"), client)
            .await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{origin}");
    }
    assert_eq!(upstream.seen().len(), 0);
    let client = ProxyClient {
        address: None,
        origin: "https://user:pw@app.example:8443/path?q",
    };
    proxy(&upstream.origin())
        .answer(get("/__clerk/v1/a"), client)
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
