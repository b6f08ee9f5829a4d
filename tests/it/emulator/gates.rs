//! Who may ask at all: names, origins, keys; and that nobody can make the emulator fall over.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clerk_rs_cli::emulator::instance::Random;
use clerk_rs_cli::emulator::instance::random::SystemRandom;
use clerk_rs_cli::emulator::{Emulator, Face, Route, routes_of};

use tokio::net::TcpStream;

use super::world::{Answer, PAGE, SECRET, World, options};

#[tokio::test]
async fn a_foreign_name_for_this_machine_is_refused() {
    let world = World::new().await;
    for host in [
        "evil.example",
        "localhost.evil.example",
        "10.0.0.1:4400",
        "localhost/x",
        "localhost@evil.example",
        "a b",
        "127.0.0.1.evil.example",
        "localhost.",
        "[::2]:4400",
        "localhost\r\nHost: evil.example",
        "",
    ] {
        let request =
            format!("GET /v1/environment HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        assert_eq!(world.raw(&request).await.status, 400, "{host}");
    }
    for host in [
        "localhost",
        "127.0.0.1:1",
        "[::1]:4400",
        "app.localhost:3000",
    ] {
        let request =
            format!("GET /v1/environment HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        assert_eq!(world.raw(&request).await.status, 200, "{host}");
    }
    let without = world.raw("GET /v1/health HTTP/1.0\r\n\r\n").await;
    without.fails_as(400, "host_invalid", None);
}

#[tokio::test]
async fn a_foreign_page_is_refused_and_reads_nothing() {
    let world = World::new().await;
    for origin in [
        "https://evil.example",
        "null",
        "http://localhost.evil.example",
        "http://localhost:3000/",
        "file://",
        "https://127.0.0.1.evil.example",
        "http://localhost:3000\r\nOrigin: https://evil.example",
        "http://user@localhost:3000",
        "chrome-extension://localhost",
    ] {
        let answer = world
            .send(
                "POST",
                "/v1/dev_browser",
                &format!("Origin: {origin}\r\n"),
                &[],
            )
            .await;
        answer.fails_as(400, "origin_invalid", None);
        assert_eq!(
            answer.header("access-control-allow-origin"),
            None,
            "{origin}"
        );
    }
}

#[tokio::test]
async fn a_page_of_this_machine_may_read_the_frontend_api_and_only_that() {
    let world = World::new().await;
    let origin = format!("Origin: {PAGE}\r\n");
    let made = world.send("POST", "/v1/dev_browser", &origin, &[]).await;
    assert_eq!(made.header("access-control-allow-origin"), Some(PAGE));
    assert_eq!(
        made.header("access-control-allow-credentials"),
        Some("true")
    );
    let ask = format!(
        "{origin}Access-Control-Request-Method: PATCH\r\nAccess-Control-Request-Headers: authorization\r\n"
    );
    let allowed = world.send("OPTIONS", "/v1/client", &ask, &[]).await;
    assert_eq!(allowed.status, 204);
    assert_eq!(
        allowed.header("access-control-allow-headers"),
        Some("authorization")
    );
    assert_eq!(made.header("x-content-type-options"), Some("nosniff"));
    let key = format!("{ask}Authorization: Bearer {SECRET}\r\n");
    for (method, headers) in [("OPTIONS", &ask), ("GET", &ask), ("GET", &key)] {
        for path in ["/__emulator/outbox", "/"] {
            tells_pages_nothing(&world.send(method, path, headers, &[]).await, path);
        }
        for path in ["/v1/users/user_1", "/v1/jwks", "/v1/client", "/"] {
            tells_pages_nothing(&world.backend(method, path, headers, "").await, path);
        }
    }
}

#[track_caller]
fn tells_pages_nothing(answer: &Answer, path: &str) {
    let head = answer.head.to_lowercase();
    assert!(!head.contains("access-control-"), "{path}: {head}");
    let embedding = answer.header("cross-origin-resource-policy");
    assert_eq!(embedding, Some("same-origin"), "{path}");
}

/// An app may listen on all interfaces, so that a phone can open it; the mails and users are not for everybody there.
#[tokio::test]
async fn what_is_for_the_developer_does_not_go_through_the_app() {
    let world = World::new().await;
    let proxied = "Clerk-Proxy-Url: http://localhost:3000/__clerk\r\n";
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/__emulator/state"),
        ("GET", "/__emulator/outbox"),
        ("GET", "/__emulator/events/"),
        ("POST", "/__emulator/reset"),
    ] {
        assert_eq!(world.send(method, path, "", &[]).await.status, 200);
        // Whatever passes it on, and however little it says of that.
        let below = format!("/__clerk{path}");
        for (path, headers) in [
            (below.as_str(), proxied),
            (&below, ""),
            (path, "X-Forwarded-For: 127.0.0.1\r\n"),
            (path, "X-Forwarded-Host: localhost:3000\r\n"),
            (path, "Forwarded: for=127.0.0.1\r\n"),
        ] {
            let refused = world.send(method, path, headers, &[]).await;
            refused.fails_as(403, "not_through_proxy", None);
        }
    }
    let form = world
        .send("GET", "/__clerk/__emulator/sign-in", proxied, &[])
        .await;
    assert_eq!(form.status, 200);
    let outbox = format!("<a href=\"http://localhost:{}/\">", world.port());
    assert!(form.body.contains(&outbox), "{}", form.body);
}

/// Such a page could read no answer, and what it asked for would be done all the same.
#[tokio::test]
async fn a_page_of_another_program_on_this_machine_changes_nothing() {
    let world = World::new().await;
    world.signed_in().await;
    let state = world.send("GET", "/__emulator/export", "", &[]).await.body;
    for origin in [PAGE, "http://127.0.0.1:4400", "http://app.localhost:8888"] {
        let origin = format!("Origin: {origin}\r\n");
        for (method, path) in [
            ("POST", "/__emulator/reset"),
            ("POST", "/__emulator/import"),
            ("POST", "/__emulator/seed"),
            ("POST", "/__emulator/clock"),
            ("POST", "/__emulator/tokens"),
            ("POST", "/__emulator/worlds"),
            ("POST", "/__emulator/faults?_method=DELETE"),
            ("GET", "/__emulator/outbox"),
            ("GET", "/"),
        ] {
            let form = [("move", "+1h"), ("azp", "absent")];
            let refused = world.send(method, path, &origin, &form).await;
            refused.fails_as(403, "not_from_pages", None);
        }
    }
    let after = world.send("GET", "/__emulator/export", "", &[]).await.body;
    assert_eq!(after, state);
    let own = format!("Origin: http://localhost:{}\r\n", world.port());
    let reset = world.send("POST", "/__emulator/reset", &own, &[]).await;
    assert_eq!(reset.status, 200);
}

/// A page of somebody else whose name leads to this machine reaches the emulator through the app as well.
#[tokio::test]
async fn a_forwarded_request_counts_by_the_name_under_which_it_came() {
    let world = World::new().await;
    for (headers, status) in [
        ("Clerk-Proxy-Url: http://evil.example:3000/__clerk", 400),
        ("Clerk-Proxy-Url: nonsense", 400),
        ("X-Forwarded-Host: evil.example:3000", 400),
        (
            "X-Forwarded-Host: localhost:3000\r\nX-Forwarded-Host: evil.example",
            400,
        ),
        ("X-Forwarded-Host: localhost, evil.example", 400),
        (
            "X-Forwarded-Host: app.localhost:3000\r\nClerk-Proxy-Url: http://app.localhost:3000/__clerk",
            200,
        ),
    ] {
        for path in ["/__clerk/v1/environment", "/__clerk/__emulator/sign-in"] {
            let answer = world
                .send("GET", path, &format!("{headers}\r\n"), &[])
                .await;
            assert_eq!(answer.status, status, "{headers} {path}");
        }
    }
}

/// Two projects, and the second's emulator on the port that the first one's `.env` names.
#[tokio::test]
async fn an_app_of_another_project_is_refused_before_anybody_signs_up() {
    let mut options = options();
    options.application_name = "orchard é".to_owned();
    let world = World::with(options).await;
    for (key, status) in [("sk_test_anothers", 403), (SECRET, 200)] {
        let key = format!("Clerk-Secret-Key: {key}\r\n");
        for path in ["/__clerk/v1/environment", "/__clerk/__emulator/sign-in"] {
            let answer = world.send("GET", path, &key, &[]).await;
            assert_eq!(answer.status, status, "{path}");
        }
    }
    let other = "Clerk-Secret-Key: sk_test_anothers\r\n";
    let refused = world.send("POST", "/v1/dev_browser", other, &[]).await;
    refused.fails_as(403, "emulator_of_another_project", None);
    assert_eq!(refused.header("x-clerk-emulator"), Some("orchard ?"));
    let other = "Authorization: Bearer sk_test_anothers\r\n";
    let refused = world.backend("GET", "/v1/jwks", other, "").await;
    refused.fails_as(401, "clerk_key_invalid", None);
    assert_eq!(refused.header("x-clerk-emulator"), Some("orchard ?"));
}

/// The same paths exist in both APIs.
#[tokio::test]
async fn the_address_and_not_the_path_or_the_key_tells_the_api() {
    let world = World::new().await;
    for path in [
        "/v1/jwks",
        "/v1/users/user_1",
        "/v1/client",
        "/v1/sessions/s/revoke",
        "/__emulator/outbox",
        "/",
        "/nothing",
    ] {
        let missing = world.backend("GET", path, "", "").await;
        missing.fails_as(401, "authorization_header_format_invalid", None);
        let other = "Authorization: Bearer sk_test_other\r\n";
        let wrong = world.backend("GET", path, other, "").await;
        wrong.fails_as(401, "clerk_key_invalid", None);
    }
    for path in [
        "/v1/client",
        "/v1/environment",
        "/v1/dev_browser",
        "/__clerk/v1/jwks",
        "/__emulator/outbox",
        "/",
    ] {
        let absent = world.server("GET", path).await;
        absent.fails_as(404, "resource_not_found", None);
    }
    assert_eq!(world.server("GET", "/v1/jwks").await.status, 200);
    let absent = world.send("GET", "/v1/jwks", "", &[]).await;
    absent.fails_as(404, "resource_not_found", None);
}

/// An `.env` from the time when the emulator had one address.
#[tokio::test]
async fn a_server_that_asks_the_wrong_address_learns_which_variable_to_change() {
    let world = World::new().await;
    let (_, session) = world.signed_in().await;
    for key in [SECRET, "sk_test_anothers", "ak_machine"] {
        let key = format!("Authorization: Bearer {key}\r\n");
        for path in [
            "/v1/jwks".to_owned(),
            "/v1/users".to_owned(),
            format!("/v1/sessions/{session}"),
            "/__clerk/v1/organizations".to_owned(),
            "/api_keys/verify".to_owned(),
            "/v1/environment".to_owned(),
        ] {
            let refused = world.send("GET", &path, &key, &[]).await;
            refused.fails_as(421, "backend_api_elsewhere", None);
            let words = &refused.json()["errors"][0]["long_message"];
            assert!(words.as_str().unwrap().contains("CLERK_API_URL"), "{words}");
        }
    }
    // A page's own token is no key of a server.
    let token = "Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln\r\n";
    let answer = world.send("GET", "/v1/environment", token, &[]).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_family_that_kits_ask_without_a_version_answers_both_ways() {
    let world = World::new().await;
    for (path, field) in [
        ("/api_keys/verify", "secret"),
        ("/m2m_tokens/verify", "token"),
        ("/oauth_applications/access_tokens/verify", "access_token"),
    ] {
        let body = format!("{{\"{field}\":\"unknown\"}}");
        for path in [path.to_owned(), format!("/v1{path}"), format!("/{path}/")] {
            let unknown = world.server_sends("POST", &path, &body).await;
            unknown.fails_as(404, "resource_not_found", None);
            let empty = world.server_sends("POST", &path, "").await;
            empty.fails_as(422, "form_param_missing", Some(field));
        }
    }
}

#[tokio::test]
async fn a_body_that_production_would_refuse_is_refused_by_the_name_of_its_field() {
    let world = World::new().await;
    let path = "/v1/api_keys/verify";
    for (body, status, code, param) in [
        (
            "{\"secret\":\"a\",\"x\":1}",
            422,
            "form_param_unknown",
            Some("x"),
        ),
        (
            "{\"secret\":1}",
            422,
            "form_param_type_invalid",
            Some("secret"),
        ),
        ("{\"secret\"", 400, "request_body_invalid", None),
        ("[]", 400, "request_body_invalid", None),
    ] {
        let refused = world.server_sends("POST", path, body).await;
        refused.fails_as(status, code, param);
        let trace = &refused.json()["clerk_trace_id"];
        assert_eq!(trace.as_str().unwrap().len(), 32, "{body}");
    }
    let form = format!(
        "Authorization: Bearer {SECRET}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    );
    let refused = world.backend("POST", path, &form, "secret=a").await;
    refused.fails_as(415, "unsupported_content_type", None);
}

#[tokio::test]
async fn a_version_of_the_api_is_one_of_three() {
    let world = World::new().await;
    let key = format!("Authorization: Bearer {SECRET}\r\n");
    for (version, status) in [
        ("2025-04-10", 200),
        ("2025-11-10", 200),
        ("2026-05-12", 200),
        ("2026-05-13", 400),
        ("v1", 400),
        ("", 400),
    ] {
        let head = format!("{key}Clerk-API-Version: {version}\r\n");
        let by_head = world.backend("GET", "/v1/jwks", &head, "").await;
        let path = format!("/v1/jwks?__clerk_api_version={version}");
        let by_query = world.backend("GET", &path, &key, "").await;
        assert_eq!(
            (by_head.status, by_query.status),
            (status, status),
            "{version}"
        );
        let both = world.backend("GET", &path, &head, "").await;
        both.fails_as(400, "api_version_invalid", None);
    }
}

/// An organization can be asked for by its slug, and kits encode what is not plain in it.
#[tokio::test]
async fn a_servers_path_is_decoded_for_the_handler_alone() {
    let world = World::new().await;
    for path in [
        "/v1/users/a%20b",
        "/v1/%75sers/x",
        "/v1/users/%ff",
        "/v1/users%2Fx",
    ] {
        let absent = world.server("GET", path).await;
        absent.fails_as(404, "resource_not_found", None);
    }
    let (_, session) = world.signed_in().await;
    let encoded = session.replace('_', "%5F");
    let found = world
        .server("GET", &format!("/v1/sessions/{encoded}"))
        .await;
    assert_eq!(found.json()["id"], session.as_str());
}

/// The list says what the emulator can do; the document of it is made of that.
#[tokio::test]
async fn what_is_listed_is_answered_and_nothing_is_listed_twice() {
    let world = World::new().await;
    for face in [Face::Frontend, Face::Backend] {
        let routes = routes_of(face);
        for (at, Route { method, path }) in routes.iter().enumerate() {
            assert!(!routes[..at].contains(&Route { method, path }), "{path}");
            let path = path.replace(['{', '}'], "");
            let answer = match face {
                Face::Frontend => world.send(method, &path, "", &[]).await,
                Face::Backend => world.server(method, &path).await,
            };
            assert!(!answer.body.contains("not emulated"), "{method} {path}");
        }
    }
    let jwks = Route {
        method: "GET",
        path: "/v1/jwks",
    };
    assert!(routes_of(Face::Backend).contains(&jwks));
    assert!(!routes_of(Face::Frontend).contains(&jwks));
}

#[tokio::test]
async fn what_is_not_emulated_is_said_and_noted() {
    let world = World::new().await;
    world
        .send("GET", "/v1/client/passkeys?secret=1", "", &[])
        .await
        .fails_as(404, "resource_not_found", None);
    world
        .send("PUT", "/v1/environment", "", &[])
        .await
        .fails_as(404, "resource_not_found", None);
    for path in [
        "/v1/client/sessions/%ff%fe",
        "/v1/%6Awks",
        "/v1//jwks",
        "/__clerk/__clerk/v1/jwks",
        "/__clerk/../v1/jwks",
        "/npm/@clerk/ui@1/dist/..%2f..%2fetc%2fpasswd",
    ] {
        world
            .send("GET", path, "", &[])
            .await
            .fails_as(404, "resource_not_found", None);
    }
    let events = world
        .send("GET", "/__emulator/events", "", &[])
        .await
        .json();
    let event = &events["events"][0];
    assert_eq!(
        (&event["path"], &event["note"]),
        (&"/v1/client/passkeys".into(), &"not emulated".into())
    );
}

/// Panics when it is asked to.
struct Moody(AtomicBool);

impl Random for Moody {
    fn fill(&self, bytes: &mut [u8]) {
        assert!(
            !self.0.swap(false, Ordering::SeqCst),
            "no random bytes today (this panic is part of a test)"
        );
        SystemRandom.fill(bytes);
    }
}

#[tokio::test]
async fn a_handler_that_panics_ends_its_answer_only() {
    let mut options = options();
    let moody = Arc::new(Moody(AtomicBool::new(false)));
    options.random = Arc::clone(&moody) as Arc<dyn Random>;
    let world = World::with(options).await;
    moody.0.store(true, Ordering::SeqCst);
    // It panics while it holds the lock of the instance.
    world
        .send("POST", "/v1/dev_browser", "", &[])
        .await
        .fails_as(500, "internal_clerk_error", None);
    assert_eq!(
        world.send("POST", "/v1/dev_browser", "", &[]).await.status,
        200
    );
}

#[tokio::test]
async fn both_loopback_families_have_the_ports_and_a_stop_frees_them() {
    let world = World::new().await;
    let port = world.port();
    for port in [port, world.backend_port()] {
        assert!(TcpStream::connect(("127.0.0.1", port)).await.is_ok());
        if std::net::TcpListener::bind("[::1]:0").is_ok() {
            assert!(TcpStream::connect(("::1", port)).await.is_ok());
        }
        for is_backend in [false, true] {
            let mut taken = options();
            *if is_backend {
                &mut taken.backend_port
            } else {
                &mut taken.port
            } = port;
            let refused = Emulator::start(taken).await.err().unwrap();
            assert_eq!(refused.to_string(), format!("port {port} is taken"));
        }
    }
    // A connection that never says anything does not hold the stop up for long.
    let _silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let backend_port = world.backend_port();
    world.stop().await;
    for port in [port, backend_port] {
        assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
    }
}
