//! Nothing a stranger sends makes request authentication panic, or leads a browser off the app and its instance.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::OnceLock;

use clerk_auth::gate::{Admission, AnswerBody, Gate};
use clerk_auth::protect::Protect;
use clerk_auth::testing::TestKeys;
use clerk_auth::time::UnixMillis;
use http::request::Parts;
use proptest::prelude::*;
use support::stage::{
    APP, NOW, admit, config, development, gate, live, unreachable, user, way_back,
};
use url::Url;

fn gates() -> &'static [(&'static TestKeys, Gate); 2] {
    static GATES: OnceLock<[(&TestKeys, Gate); 2]> = OnceLock::new();
    GATES.get_or_init(|| {
        [live(), development()].map(|keys| (keys, gate(config(keys), unreachable())))
    })
}

const NAMES: [&str; 8] = [
    "__session",
    "__client_uat",
    "__clerk_db_jwt",
    "__clerk_handshake",
    "__clerk_handshake_nonce",
    "__clerk_redirect_url",
    "__clerk_redirect_count",
    "__clerk_synced",
];

const PIECES: [&str; 18] = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "%2f%2fevil.example",
    "@evil.example",
    "http://localhost",
    "0",
    "3",
    "1772541296",
    "true",
    "false",
    "/",
    "%",
    "..",
    "\\",
    "dashboard",
    "api/",
    "sign-in",
];

/// Good tokens of both instances, one that is over, and one that only looks like a token.
fn tokens() -> Vec<String> {
    let late = UnixMillis(NOW.0 - 600_000);
    let fresh = [live(), development()].map(|keys| user(keys).token());
    let over = user(live()).at(late).token();
    fresh
        .into_iter()
        .chain([over, "e30.e30.AA".to_owned()])
        .collect()
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(tokens()),
        prop::sample::select(PIECES.to_vec()).prop_map(str::to_owned),
        "[ -~]{0,8}"
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..5).prop_map(|pieces| pieces.concat())
}

/// `name=value` pairs with Clerk's names, some with a suffix, joined by `between`.
fn pairs(between: &'static str) -> impl Strategy<Value = String> {
    let suffixes =
        [live(), development()].map(|keys| format!("_{}", keys.publishable_key().cookie_suffix()));
    let suffixes = [String::new()]
        .into_iter()
        .chain(suffixes)
        .collect::<Vec<_>>();
    let pair = (
        prop::sample::select(NAMES.to_vec()),
        prop::sample::select(suffixes),
        piece(),
    );
    let pair = pair.prop_map(|(name, suffix, value)| format!("{name}{suffix}={value}"));
    prop::collection::vec(pair, 0..6).prop_map(move |pairs| pairs.join(between))
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        text().prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..20)
    ]
}

prop_compose! {
    fn any_request()(
        method in prop::sample::select(vec!["GET", "GET", "GET", "POST", "HEAD", "PURGE"]),
        path in text(),
        query in pairs("&"),
        cookies in pairs("; "),
        destination in prop::option::of(prop::sample::select(vec!["document", "document", "iframe", "empty"])),
        values in prop::collection::vec((prop::sample::select(vec![
            "cookie", "referer", "origin", "accept", "x-forwarded-host", "x-forwarded-proto", "hx-request",
            "hx-current-url",
        ]), bytes()), 0..4),
        bearer in prop::option::weighted(0.2, text()),
    ) -> Option<Parts> {
        let mut builder = http::Request::builder().method(method).uri(format!("/{path}?{query}")).header("cookie", cookies);
        if let Some(destination) = destination {
            builder = builder.header("sec-fetch-dest", destination);
        }
        if let Some(bearer) = bearer {
            builder = builder.header("authorization", format!("Bearer {bearer}"));
        }
        for (name, value) in values.iter().filter(|(_, value)| http::HeaderValue::from_bytes(value).is_ok()) {
            builder = builder.header(*name, value.as_slice());
        }
        Some(builder.body(()).ok()?.into_parts().0)
    }
}

fn stays(url: &str, keys: &TestKeys) -> bool {
    // A path is read as a browser reads it.
    let url = Url::parse(APP).unwrap().join(url).unwrap();
    let origin = url.origin().ascii_serialization();
    let loopback = ["http://localhost", "https://localhost"]
        .iter()
        .any(|start| origin.starts_with(start));
    origin == APP || origin == keys.issuer() || loopback && keys.publishable_key().is_development()
}

fn check(keys: &TestKeys, admission: &Admission) -> Result<(), TestCaseError> {
    let headers = match admission {
        Admission::WithoutAuth => return Ok(()),
        Admission::Pass { headers, .. } => headers,
        Admission::Answer(answer) => {
            if let AnswerBody::Page(problem) = &answer.body {
                let printed = format!("{problem:?}");
                prop_assert!(!printed.contains(keys.secret_key().expose()));
            }
            &answer.headers
        }
    };
    for name in ["location", "hx-redirect"] {
        let Some(value) = headers.get(name) else {
            continue;
        };
        let value = value.to_str().unwrap();
        prop_assert!(stays(value, keys), "{name}: {value}");
        if let Some(back) = way_back(&Url::parse(APP).unwrap().join(value).unwrap()) {
            prop_assert!(stays(&back, keys), "redirect_url: {back}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_request_panics_or_leads_away(request in any_request()) {
        let Some(parts) = request else { return Ok(()) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        for (keys, gate) in gates() {
            let admission = runtime.block_on(admit(gate, &parts));
            check(keys, &admission)?;
            if let Admission::Pass { visitor, .. } = &admission
                && let Some(session) = visitor.session()
            {
                // Nobody but the holder of this instance's own fresh token is let in as somebody.
                prop_assert_eq!(session.token(), user(keys).token());
            }
            check(keys, &Admission::Answer(gate.check(&Protect::default(), &parts, support::stage::connection(), None).unwrap_err()))?;
        }
    }
}
