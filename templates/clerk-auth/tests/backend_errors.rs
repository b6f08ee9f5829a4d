//! What the Backend API client tells when a call fails, and that it never shows a key.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::time::Duration;

use clerk_auth::backend::{BackendClient, BackendError};
use clerk_auth::fetch::FetchError;
use serde_json::json;
use support::backend::{SECRET, answering, client};
use support::scripted::{Reply, Scripted};

#[tokio::test]
async fn errors_tell_what_the_api_said() {
    let (_, backend) = answering(
        404,
        json!({"clerk_trace_id": "tr_1", "errors": [
            {"code": "resource_not_found", "message": "not found", "long_message": "No user was found."}, {"code": "second"}, 5,
        ]}),
    );
    let error = backend.get_user("user_1").await.unwrap_err();
    assert_eq!(error.status(), Some(404));
    assert_eq!(error.first().unwrap().code, "resource_not_found");
    assert!(!error.is_unknown(), "a 404 is an answer");
    let shown = error.to_string();
    assert_eq!(
        shown,
        "the Backend API answered 404: resource_not_found (No user was found.), second, no code [trace tr_1]"
    );

    let wait = Reply::Header(
        Box::new(Reply::Json(429, json!({"errors": null}))),
        "retry-after",
        "7".to_owned(),
    );
    let scripted = Scripted::always(Reply::Header(Box::new(wait), "cf-ray", "ray1".to_owned()));
    let error = client(&scripted).get_user("user_1").await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    let BackendError::Api(api) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(api.trace_id.as_deref(), Some("ray1"));
    assert_eq!(scripted.count(), 1, "no call is repeated");
}

#[tokio::test(start_paused = true)]
async fn not_knowing_is_told_from_an_answer() {
    for status in [401, 403, 408, 429, 500, 503] {
        assert!(
            answering(status, json!({}))
                .1
                .get_user("u")
                .await
                .unwrap_err()
                .is_unknown(),
            "{status}"
        );
    }
    for status in [400, 404, 409, 410, 422] {
        assert!(
            !answering(status, json!({}))
                .1
                .get_user("u")
                .await
                .unwrap_err()
                .is_unknown(),
            "{status}"
        );
    }
    let portal = Scripted::always(Reply::Text(404, "<html>é".repeat(100)));
    let error = client(&portal).get_user("u").await.unwrap_err();
    assert!(error.is_unknown(), "something else answered");
    let BackendError::Api(api) = error else {
        panic!("an answer was had")
    };
    assert!(api.not_json.unwrap().len() <= 200);
    for reply in [
        Reply::Text(200, "<html>".to_owned()),
        Reply::Fails(FetchError::TimedOut),
        Reply::Hangs,
    ] {
        let error = client(&Scripted::always(reply))
            .get_user("u")
            .await
            .unwrap_err();
        assert!(error.is_unknown());
    }
    let start = tokio::time::Instant::now();
    let hanging = Scripted::always(Reply::Hangs);
    let patient = client(&hanging).with_time_limit(Duration::from_secs(2));
    let error = patient.get_user("u").await.unwrap_err();
    assert_eq!(error, BackendError::Network(FetchError::TimedOut));
    assert_eq!(start.elapsed(), Duration::from_secs(2));
}

#[tokio::test]
async fn the_key_shows_nowhere_not_even_when_the_api_repeats_it() {
    let echo = json!({"errors": [{"code": "clerk_key_invalid", "message": format!("bad key {SECRET}")}], "clerk_trace_id": SECRET});
    let html = Reply::Text(502, format!("<html>authorization: Bearer {SECRET}"));
    for reply in [Reply::Json(401, echo), html] {
        let client = client(&Scripted::always(reply));
        let error = client.get_user("u").await.unwrap_err();
        let shown = format!("{error} {error:?} {client:?}");
        assert!(!shown.contains("thisIsOurOwn"), "{shown}");
    }
    let without = BackendClient::new(
        Scripted::always(Reply::Hangs).fetch(),
        "https://api.clerk.com",
        "v1",
        None,
    );
    let error = without.get_user("u").await.unwrap_err();
    assert_eq!(error, BackendError::NotSent("no secret key is configured"));
}
