//! The recorded cases of protected routes; they have no ids and are named by position.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::auth::{Auth, Machine};
use clerk_auth::has::Check;
use clerk_auth::protect::{Decision, Protect, RequestKind};
use clerk_auth::token_type::{Accepts, TokenType};
use http::{HeaderName, HeaderValue};
use serde_json::{Value, json};
use support::Deviations;
use support::sessions::auth_of;

/// Nobody signed in, and not a page request: 401 as data, where the reference says 404 or sends code to a page.
const RULE_16: &str = "rule 16: 401 as data";

const DEVIATIONS: [&str; 24] = [
    "3", "4", "8", "9", "23", "24", "28", "29", "33", "34", "40", "41", "42", "43", "44", "50",
    "51", "52", "53", "54", "78", "80", "86", "88",
];

#[test]
fn protected_routes_answer_as_recorded() {
    let table = DEVIATIONS.map(|position| (position, RULE_16));
    let mut deviations = Deviations::new(&table);
    for (position, case) in support::list(&support::cases("protect"), "cases")
        .iter()
        .enumerate()
    {
        let got = outcome(case);
        let result = support::same("outcome", &got, &case["expect"]);
        deviations.check(&position.to_string(), result, || {
            got == json!({ "outcome": "unauthorized" })
        });
    }
    deviations.finish();
}

fn outcome(case: &Value) -> Value {
    let auth = auth(case["auth"].as_str().unwrap());
    let (mut parts, ()) = http::Request::new(()).into_parts();
    for (name, value) in case["request_headers"].as_object().unwrap() {
        let name: HeaderName = name.parse().unwrap();
        parts.headers.append(
            name,
            HeaderValue::from_str(value.as_str().unwrap()).unwrap(),
        );
    }
    match protect(&case["params"]).decide(&auth, RequestKind::of(&parts)) {
        Decision::Allow(auth) => {
            json!({ "outcome": "allow", "token_type": auth.token_type().unwrap().as_str() })
        }
        Decision::SignIn => json!({ "outcome": "redirect_to_sign_in" }),
        Decision::Redirect(to) => json!({ "outcome": "redirect", "to": to }),
        Decision::NotFound => json!({ "outcome": "not_found" }),
        Decision::Unauthorized(_) => json!({ "outcome": "unauthorized" }),
        Decision::Reload => panic!("no case is an HTMX request"),
    }
}

fn protect(parameters: &Value) -> Protect {
    let text = |name: &str| parameters[name].as_str().map(str::to_owned);
    let mut protect = match (text("role"), text("permission")) {
        (None, None) => Protect::default(),
        (Some(role), None) => Protect::check(Check::role(role)),
        (None, Some(permission)) => Protect::check(Check::permission(permission)),
        (Some(role), Some(permission)) => {
            Protect::check(Check::role(role).and(Check::permission(permission)))
        }
    };
    match &parameters["token"] {
        Value::Null => {}
        Value::String(any) if any == "any" => protect = protect.accepts(Accepts::Any),
        Value::String(one) => protect = protect.accepts(Accepts::One(kind(one))),
        list => {
            let kinds = list
                .as_array()
                .unwrap()
                .iter()
                .map(|one| kind(one.as_str().unwrap()));
            protect = protect.accepts(Accepts::Listed(kinds.collect()));
        }
    }
    if let Some(url) = text("unauthenticated_url") {
        protect = protect.unauthenticated_url(url);
    }
    if let Some(url) = text("unauthorized_url") {
        protect = protect.unauthorized_url(url);
    }
    protect
}

fn kind(name: &str) -> TokenType {
    let kinds = [
        TokenType::Session,
        TokenType::ApiKey,
        TokenType::M2m,
        TokenType::OAuth,
    ];
    kinds
        .into_iter()
        .find(|kind| kind.as_str() == name)
        .unwrap()
}

fn auth(name: &str) -> Auth {
    match name {
        "signed_out" => Auth::SignedOut,
        "pending" => auth_of(&json!({ "sub": "user_1", "sts": "pending" })),
        "user" => auth_of(&json!({ "sub": "user_1" })),
        "admin" => auth_of(&json!({
            "sub": "user_1", "org_id": "org_1", "org_role": "org:admin",
            "org_permissions": ["org:press:read"],
        })),
        "api_key" => Auth::Machine(Machine::from_answer(
            TokenType::ApiKey,
            json!({ "id": "ak_1", "subject": "user_1" })
                .as_object()
                .unwrap(),
        )),
        "api_key_failed" => Auth::unauthenticated(TokenType::ApiKey),
        "invalid" => Auth::InvalidToken,
        other => panic!("unknown auth object {other}"),
    }
}

#[test]
fn htmx_is_told_to_reload_and_never_sent_to_a_page() {
    let (mut parts, ()) = http::Request::new(()).into_parts();
    let headers = &mut parts.headers;
    headers.insert("hx-request", HeaderValue::from_static("true"));
    headers.insert("accept", HeaderValue::from_static("text/html, */*"));
    let kind = RequestKind::of(&parts);
    assert_eq!(kind, RequestKind::Htmx);
    let protect = Protect::default().unauthenticated_url("https://orchard.example/login");
    assert!(matches!(
        protect.decide(&Auth::SignedOut, kind),
        Decision::Reload
    ));
    let user = auth("user");
    assert!(matches!(protect.decide(&user, kind), Decision::Allow(_)));
    let admins = Protect::check(Check::role("admin"));
    assert!(matches!(admins.decide(&user, kind), Decision::NotFound));
}

#[test]
fn html_in_any_accept_line_is_a_page_and_other_destinations_are_not() {
    let (mut parts, ()) = http::Request::new(()).into_parts();
    parts
        .headers
        .append("accept", HeaderValue::from_static("application/json"));
    assert_eq!(RequestKind::of(&parts), RequestKind::Data);
    parts
        .headers
        .append("accept", HeaderValue::from_static("text/html"));
    assert_eq!(RequestKind::of(&parts), RequestKind::Page);
    let headers = &mut parts.headers;
    headers.clear();
    headers.insert("sec-fetch-dest", HeaderValue::from_static("empty"));
    headers.insert("hx-request", HeaderValue::from_static("false"));
    assert_eq!(RequestKind::of(&parts), RequestKind::Data);
}

#[test]
fn an_empty_check_and_a_predicate_that_says_no_close_the_door() {
    let admin = auth("admin");
    let decide = |protect: Protect| protect.decide(&admin, RequestKind::Data);
    assert!(matches!(
        decide(Protect::check(Check::default())),
        Decision::NotFound
    ));
    assert!(matches!(
        decide(Protect::predicate(|_| false)),
        Decision::NotFound
    ));
    let own = Protect::predicate(|auth| auth.user_id() == Some("user_1"));
    assert!(matches!(decide(own), Decision::Allow(_)));
    // A predicate is not asked about nobody.
    let open = Protect::predicate(|_| true);
    let nobody = auth_of(&json!({ "sub": "" }));
    assert!(matches!(
        open.decide(&nobody, RequestKind::Data),
        Decision::Unauthorized(_)
    ));
    assert!(matches!(
        open.decide(&auth("pending"), RequestKind::Page),
        Decision::SignIn
    ));
}

#[test]
fn an_oauth_refusal_says_where_to_get_a_token() {
    let refused = Protect::default()
        .accepts(Accepts::One(TokenType::OAuth))
        .decide(&Auth::SignedOut, RequestKind::Page);
    assert!(matches!(
        refused,
        Decision::Unauthorized(Some(TokenType::OAuth))
    ));
    for (frontend_api, address) in [
        (
            "clerk.orchard.example",
            "https://clerk.orchard.example/.well-known",
        ),
        (
            "https://orchard.example/__clerk/",
            "https://orchard.example/__clerk/.well-known",
        ),
    ] {
        let challenge = clerk_auth::protect::oauth_challenge(frontend_api);
        let metadata = format!("Bearer resource_metadata=\"{address}/oauth-protected-resource\"");
        assert_eq!(challenge, metadata);
    }
}
