//! What a generated app answers at its door: the routes table of the product, rules 7, 13, 14 and 16.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::config::Config;
use clerk_auth::gate::{Admission, Answer, AnswerBody, Gate, Visitor};
use clerk_auth::protect::Protect;
use http::request::Parts;
use serde_json::json;
use support::door::{answer, header, open, page};
use support::stage::{
    PATHS, admit, answering, clerk, config, connection, development, document, gate, live, request,
    unreachable, user, way_back,
};
use url::Url;

const FETCH: (&str, &str) = ("sec-fetch-dest", "empty");
const HTMX: (&str, &str) = ("hx-request", "true");

async fn pass(gate: &Gate, parts: &Parts) -> Visitor {
    match admit(gate, parts).await {
        Admission::Pass { visitor, .. } => visitor,
        other => panic!("{} {}: not passed but {other:?}", parts.method, parts.uri),
    }
}

/// What a handler that asks for somebody signed in answers.
fn refuse(gate: &Gate, parts: &Parts, visitor: Option<&Visitor>) -> Answer {
    let checked = gate.check(&Protect::default(), parts, connection(), visitor);
    *checked.unwrap_err()
}

fn assert_unauthorized(answer: &Answer) {
    assert_eq!(answer.status, 401);
    assert!(
        matches!(&answer.body, AnswerBody::Json(text) if text == r#"{"error":"Unauthorized"}"#),
        "{answer:?}"
    );
    assert_eq!(header(answer, "content-type"), Some("application/json"));
    assert_eq!(header(answer, "location"), None);
}

#[tokio::test]
async fn a_request_for_two_hosts_is_refused() {
    // A proxy in front went by the second, the app by the first.
    let gate = open(live());
    for target in ["/", "/healthz", "/dashboard"] {
        let mut parts = document(target, &[("host", "a.example")]);
        assert_ne!(admitted_status(&gate, &parts).await, Some(400), "{target}");
        parts.headers.append("host", "b.example".parse().unwrap());
        assert_eq!(admitted_status(&gate, &parts).await, Some(400), "{target}");
    }
}

async fn admitted_status(gate: &Gate, parts: &Parts) -> Option<u16> {
    match admit(gate, parts).await {
        Admission::Answer(answer) => Some(answer.status.as_u16()),
        _ => None,
    }
}

#[tokio::test]
async fn public_paths_pass_signed_out_and_no_others() {
    let gate = open(live());
    for path in ["/", "/sign-in", "/sign-in/factor-one", "/sign-up"] {
        assert!(pass(&gate, &document(path, &[])).await.session().is_none());
    }
    for path in [
        "/dashboard",
        "/sign-inx",
        "/sign-up.html",
        "/%64ashboard",
        "/dashboard.css",
        "//dashboard",
        "//sign-in",
        "/unknown",
    ] {
        let answer = answer(&gate, &document(path, &[])).await;
        assert_eq!(answer.status, 307, "{path}");
        // A path: whatever scheme a proxy in front speaks, it fits.
        let location = header(&answer, "location").unwrap();
        assert!(location.starts_with("/sign-in?"), "{location}");
        let here: Url = "https://orchard.example".parse().unwrap();
        let location = here.join(location).unwrap();
        assert_eq!(
            (
                location.origin().ascii_serialization().as_str(),
                location.path()
            ),
            ("https://orchard.example", "/sign-in")
        );
        assert_eq!(
            way_back(&location).unwrap(),
            format!("https://orchard.example{path}")
        );
    }
}

#[tokio::test]
async fn data_htmx_and_forms_get_401_and_never_a_page() {
    let gate = open(live());
    for method in ["GET", "POST", "DELETE"] {
        for headers in [&[FETCH][..], &[]] {
            assert_unauthorized(&answer(&gate, &request(method, "/dashboard", headers)).await);
        }
    }
    let form = request("POST", "/dashboard", &[("sec-fetch-dest", "document")]);
    assert_unauthorized(&answer(&gate, &form).await);
    assert_unauthorized(&answer(&gate, &document("/api/me", &[])).await);
}

#[tokio::test]
async fn rule_16_htmx_is_sent_to_its_own_page_for_the_handshake() {
    for keys in [live(), development()] {
        let gate = open(keys);
        let start = "/sign-in?redirect_url=https%3A%2F%2Forchard.example%2F";
        for (current, target) in [
            ("https://orchard.example/list?a=1", "/list?a=1"),
            ("https://orchard.example/", start),
            ("https://evil.example/list", start),
            ("//evil.example", start),
            ("javascript:alert(1)", start),
        ] {
            // `accept` makes it eligible for a handshake, which it must not get.
            let headers = [
                HTMX,
                ("hx-current-url", current),
                ("accept", "text/html, */*"),
            ];
            let answer = answer(&gate, &request("GET", "/dashboard", &headers)).await;
            assert_unauthorized(&answer);
            assert_eq!(header(&answer, "hx-redirect"), Some(target), "{current}");
        }
        let api = answer(&gate, &request("GET", "/api/me", &[HTMX])).await;
        assert_unauthorized(&api);
    }
}

#[tokio::test]
async fn a_handshake_is_for_pages_only() {
    let gate = open(development());
    let page = answer(&gate, &document("/dashboard", &[])).await;
    assert_eq!(page.status, 307);
    assert!(
        header(&page, "location")
            .unwrap()
            .contains("/v1/client/handshake?")
    );
    assert!(
        header(&page, "set-cookie")
            .unwrap()
            .starts_with("__clerk_redirect_count=1")
    );
    let api = answer(&gate, &document("/api/me", &[])).await;
    assert_unauthorized(&api);
    assert_eq!(header(&api, "set-cookie"), None);
    let fetched = pass(&gate, &request("GET", "/", &[FETCH])).await;
    assert!(fetched.session().is_none());
}

/// Somebody opens a new project for the first time, and nothing answers for the Frontend API yet.
#[tokio::test]
async fn a_public_page_opens_without_a_dev_browser() {
    let gate = open(development());
    let first_visit = pass(&gate, &document("/", &[])).await;
    assert!(first_visit.session().is_none());
    let reason = first_visit.why.unwrap().reason.to_string();
    assert_eq!(reason, "dev-browser-missing");
    // Any other handshake goes ahead there too: the page is shown to somebody who is signed in.
    let names = development().publishable_key().cookie_names();
    let cookie = format!("{}=dvb; {}=1", names.dev_browser, names.client_uat);
    let known = answer(&gate, &document("/", &[("cookie", &cookie)])).await;
    assert_eq!(known.status, 307);
}

#[tokio::test]
async fn somebody_signed_in_passes_everywhere() {
    let gate = open(live());
    let bearer = user(live()).bearer();
    for path in ["/", "/dashboard", "/api/me", "/unknown"] {
        let visitor = pass(&gate, &document(path, &[("authorization", &bearer)])).await;
        assert_eq!(visitor.auth.user_id(), Some("user_2q7pippin"));
    }
}

#[tokio::test]
async fn a_pending_session_is_sent_to_its_task_and_nobody_is_nobody() {
    let gate = open(live());
    let pending = user(live()).claim("sts", "pending").bearer();
    let answer_page = answer(
        &gate,
        &document("/dashboard", &[("authorization", &pending)]),
    )
    .await;
    assert!(
        header(&answer_page, "location").unwrap().contains("/tasks"),
        "{answer_page:?}"
    );
    let nameless = user(live()).claim("sub", "").bearer();
    let parts = request("GET", "/api/me", &[("authorization", &nameless)]);
    assert_unauthorized(&answer(&gate, &parts).await);
}

#[tokio::test]
async fn rule_7_files_that_exist_pass_and_their_neighbours_do_not() {
    let gate = open(live());
    for path in ["/assets/style.css", "/healthz", "/__clerk/v1/client"] {
        let admission = admit(&gate, &document(path, &[])).await;
        assert!(matches!(admission, Admission::WithoutAuth), "{path}");
    }
    for path in [
        "/assets/other.css",
        "/assets/style.css/x",
        "/assets/%73tyle.css",
        "/__clerkx",
        "/healthz.css",
    ] {
        assert_eq!(
            answer(&gate, &document(path, &[])).await.status,
            307,
            "{path}"
        );
    }
}

#[tokio::test]
async fn rule_7_a_handler_without_auth_fails_closed() {
    let gate = open(live());
    let parts = document("/healthz", &[]);
    let refused = refuse(&gate, &parts, None);
    assert_eq!(refused.status, 500);
    assert!(
        !format!("{:?}", refused.body).contains("auth ran"),
        "{refused:?}"
    );
    let visitor = pass(&gate, &document("/", &[])).await;
    let refused = refuse(&gate, &document("/", &[]), Some(&visitor));
    assert_eq!(refused.status, 307);
}

#[tokio::test]
async fn a_path_that_cannot_be_decoded_is_a_bad_request_for_everybody() {
    let gate = open(live());
    let bearer = user(live()).bearer();
    for path in ["/%zz", "/dashboard%", "/%ff%fe"] {
        let signed_in = document(path, &[("authorization", &bearer)]);
        assert_eq!(answer(&gate, &signed_in).await.status, 400, "{path}");
        assert_eq!(
            answer(&gate, &request("GET", path, &[])).await.status,
            400,
            "{path}"
        );
    }
}

#[tokio::test]
async fn rule_13_a_401_says_no_more_than_the_reason_word() {
    let gate = open(live());
    let stranger = user(development()).bearer();
    let parts = request("GET", "/api/me", &[("authorization", &stranger)]);
    let refused = answer(&gate, &parts).await;
    assert_unauthorized(&refused);
    assert_eq!(
        header(&refused, "x-clerk-auth-reason"),
        Some("token-invalid-signature")
    );
}

#[tokio::test(start_paused = true)]
async fn rule_14_not_knowing_is_503_and_never_sign_in() {
    let fetching = Config {
        jwt_key: None,
        ..config(live())
    };
    let gate = gate(fetching, unreachable());
    let cookie = user(live()).cookie_header();
    let shown = answer(&gate, &document("/dashboard", &[("cookie", &cookie)])).await;
    assert_eq!(shown.status, 503);
    assert!(
        header(&shown, "retry-after")
            .unwrap()
            .parse::<u64>()
            .unwrap()
            > 0
    );
    assert_eq!(header(&shown, "location"), None);
    assert_eq!(page(&shown).details[0].0, "Reference");
    let data = answer(&gate, &request("GET", "/api/me", &[("cookie", &cookie)])).await;
    assert_eq!(data.status, 503);
    assert!(header(&data, "retry-after").is_some());
    // A public page needs no answer; a handler on it that asks for a session gets the same 503.
    let parts = document("/", &[("cookie", &cookie)]);
    let visitor = pass(&gate, &parts).await;
    assert_eq!(refuse(&gate, &parts, Some(&visitor)).status, 503);
}

#[tokio::test]
async fn rule_14_a_handshake_that_could_not_be_looked_up_is_tried_again_here() {
    let gate = open(development());
    let parts = document("/dashboard?__clerk_handshake_nonce=n", &[]);
    let shown = answer(&gate, &parts).await;
    assert_eq!(shown.status, 503);
    assert_eq!(header(&shown, "location"), None);
}

#[tokio::test]
async fn cookies_of_a_handshake_that_ended_signed_out_go_along_to_sign_in() {
    let directives =
        json!({ "directives": ["__client_uat=0; Path=/", "__session=; Path=/; Max-Age=0"] });
    let backend = answering("GET", "/v1/clients/handshake_payload", 200, &directives);
    let gate = gate(config(live()), backend);
    let parts = document("/dashboard", &[("cookie", "__clerk_handshake_nonce=n")]);
    let sent = answer(&gate, &parts).await;
    assert_eq!(sent.status, 307);
    assert!(header(&sent, "location").unwrap().contains("/sign-in?"));
    assert_eq!(sent.headers.get_all("set-cookie").iter().count(), 2);
    assert_eq!(
        sent.headers.get_all("x-clerk-auth-status").iter().count(),
        1
    );
}

#[test]
fn a_pattern_that_cannot_be_used_stops_the_start() {
    let paths = clerk_auth::gate::Paths {
        public: &["/sign-in*"],
        ..PATHS
    };
    assert!(Gate::new(clerk(config(live()), unreachable()), &paths).is_err());
}
