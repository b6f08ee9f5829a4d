//! The recorded cases of protected routes; they have no ids and are named by position.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::auth::{Auth, Machine};
use clerk_auth::has::{Check, Reverification};
use clerk_auth::protect::{Protect, RequestKind};
use clerk_auth::token_type::{Accepts, TokenType};
use clerk_auth::{Answer, AnswerBody, Config, Connection, Visitor};
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use serde_json::{Value, json};
use support::Deviations;
use support::sessions::auth_of;
use support::stage::{config, connection, gate, live, request, unreachable};

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

/// What the gate answers, in the words of the cases.
fn outcome(case: &Value) -> Value {
    let auth = auth(case["auth"].as_str().unwrap());
    let mut parts = page("/press");
    parts.headers.clear();
    for (name, value) in case["request_headers"].as_object().unwrap() {
        let name: HeaderName = name.parse().unwrap();
        let value = HeaderValue::from_str(value.as_str().unwrap()).unwrap();
        parts.headers.append(name, value);
    }
    let answer = match check(&protect(&case["params"]), &parts, auth) {
        Ok(auth) => {
            let kind = auth.token_type().unwrap().as_str();
            return json!({ "outcome": "allow", "token_type": kind });
        }
        Err(answer) => answer,
    };
    match (answer.status.as_u16(), header(&answer, "location")) {
        (307, Some(to)) if to.starts_with("/sign-in") => {
            json!({ "outcome": "redirect_to_sign_in" })
        }
        (307, Some(to)) => json!({ "outcome": "redirect", "to": to }),
        (404, None) => json!({ "outcome": "not_found" }),
        (401, None) => json!({ "outcome": "unauthorized" }),
        other => panic!("no outcome is {other:?}"),
    }
}

/// The one decision about protected routes, as the gate and the extractors ask for it.
fn check(protect: &Protect, parts: &Parts, auth: Auth) -> Result<Auth, Box<Answer>> {
    let gate = gate(config(live()), unreachable());
    let visitor = Visitor { auth, why: None };
    gate.check(protect, parts, Connection::HTTP, Some(&visitor))
}

fn page(path: &str) -> Parts {
    request("GET", path, &[("sec-fetch-dest", "document")])
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    Some(answer.headers.get(name)?.to_str().unwrap())
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
    let htmx = request(
        "GET",
        "/list",
        &[("hx-request", "true"), ("accept", "text/html, */*")],
    );
    let protect = Protect::default().unauthenticated_url("https://orchard.example/login");
    let answer = check(&protect, &htmx, Auth::SignedOut).unwrap_err();
    assert_eq!(answer.status, 401);
    assert!(header(&answer, "hx-redirect").is_some());
    let user = auth("user");
    assert!(check(&protect, &htmx, user.clone()).is_ok());
    let admins = Protect::check(Check::role("admin"));
    assert_eq!(check(&admins, &htmx, user).unwrap_err().status, 404);
}

#[test]
fn html_in_any_accept_line_is_a_page_and_other_destinations_are_not() {
    let kind = |headers: &[(&str, &str)]| RequestKind::of(&request("GET", "/", headers));
    let json = ("accept", "application/json");
    assert_eq!(kind(&[json]), RequestKind::Data);
    assert_eq!(kind(&[json, ("accept", "text/html")]), RequestKind::Page);
    let fetch = [("sec-fetch-dest", "empty"), ("hx-request", "false")];
    assert_eq!(kind(&fetch), RequestKind::Data);
    let form = request("POST", "/", &[("sec-fetch-dest", "document")]);
    assert_eq!(RequestKind::of(&form), RequestKind::Data);
}

#[test]
fn an_empty_check_and_a_predicate_that_says_no_close_the_door() {
    let data = request("GET", "/press", &[]);
    let status = |protect: Protect, auth: Auth| match check(&protect, &data, auth) {
        Ok(_) => 200,
        Err(answer) => answer.status.as_u16(),
    };
    let admin = || auth("admin");
    assert_eq!(status(Protect::check(Check::default()), admin()), 404);
    assert_eq!(status(Protect::predicate(|_| false), admin()), 404);
    let own = Protect::predicate(|auth| auth.user_id() == Some("user_1"));
    assert_eq!(status(own, admin()), 200);
    // A predicate is not asked about nobody.
    let open = Protect::predicate(|_| true);
    assert_eq!(status(open.clone(), auth_of(&json!({ "sub": "" }))), 401);
    let pending = check(&open, &page("/press"), auth("pending")).unwrap_err();
    assert_eq!(pending.status, 307);
}

#[test]
fn whoever_may_enter_but_for_a_fresh_verification_is_told_which() {
    let strict = || Check::reverification(Reverification::Strict);
    let answer = |check_: Check, claims: Value| {
        check(&Protect::check(check_), &page("/press"), auth_of(&claims)).unwrap_err()
    };
    let stale = json!({ "sub": "user_1", "fva": [99, -1] });
    let told = answer(strict(), stale.clone());
    assert_eq!(told.status, 403);
    // A page asks by its own script.
    let AnswerBody::Page(problem) = &told.body else {
        panic!("{told:?}");
    };
    let body = Reverification::Strict.error_body().to_string();
    assert_eq!(problem.proof, Some(body));
    let told = check(
        &Protect::check(strict()),
        &request("GET", "/press", &[]),
        auth_of(&stale),
    );
    let told = told.unwrap_err();
    assert_eq!(told.status, 403);
    let AnswerBody::Json(body) = &told.body else {
        panic!("{told:?}");
    };
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body, Reverification::Strict.error_body());
    // Whoever lacks more than that learns nothing.
    let admins = || strict().and(Check::role("admin"));
    assert_eq!(answer(admins(), stale).status, 404);
    let fresh = json!({ "sub": "user_1", "fva": [1, -1] });
    assert_eq!(answer(admins(), fresh).status, 404);
}

#[test]
fn an_oauth_refusal_says_where_to_get_a_token() {
    let oauth = Protect::default().accepts(Accepts::One(TokenType::OAuth));
    let refused = check(&oauth, &page("/press"), Auth::SignedOut).unwrap_err();
    assert_eq!(refused.status, 401);
    let challenge = header(&refused, "www-authenticate").unwrap();
    assert!(challenge.starts_with("Bearer resource_metadata=\"https://"));
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

#[test]
fn an_oauth_refusal_names_the_proxy_on_the_apps_own_origin() {
    let through_the_app = Config {
        proxy_url: Some("/__clerk".to_owned()),
        ..config(live())
    };
    let gate = gate(through_the_app, unreachable());
    let oauth = Protect::default().accepts(Accepts::One(TokenType::OAuth));
    let (auth, why) = (Auth::SignedOut, None);
    let visitor = Visitor { auth, why };
    let refused = gate.check(&oauth, &page("/press"), connection(), Some(&visitor));
    let metadata = "Bearer resource_metadata=\"https://orchard.example/__clerk/.well-known/oauth-protected-resource\"";
    let refused = refused.unwrap_err();
    assert_eq!(header(&refused, "www-authenticate"), Some(metadata));
}
