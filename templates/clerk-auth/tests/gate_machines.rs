//! Tokens of programs at the door: on which paths they count, for whom they were made, and what attackers try
//! (`security.md` rules 10, 14, 18 and 20).
#![cfg(all(feature = "machines", feature = "testing"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::auth::Auth;
use clerk_auth::config::Config;
use clerk_auth::gate::{Admission, Answer, Gate, Paths};
use clerk_auth::keys::MachineSecretKey;
use clerk_auth::token_type::TokenType;
use clerk_auth::{Tokens, Visitor};
use http::request::Parts;
use serde_json::{Value, json};
use support::door::header;
use support::scripted::{Reply, Scripted};
use support::stage::{NOW, PATHS, admit, clerk, config, connection, live, request, user};

const OWN: &str = "mch_own";
const HERE: &str = "/api/machines/me";
const METADATA: &str = "resource_metadata=\"https://orchard.example/.well-known/oauth-protected-resource/api/machines/me\"";

/// What Clerk knows: a key of a user, a key of an organisation, tokens.
fn backend() -> Scripted {
    Scripted::new(|request, _| {
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        let asked = ["secret", "token", "access_token"].map(|name| body[name].as_str());
        let asked = asked.into_iter().flatten().next().unwrap();
        let found = |subject: &str, scopes: Value| {
            Reply::Json(
                200,
                json!({ "id": "x", "subject": subject, "scopes": scopes }),
            )
        };
        let mut over = json!({ "id": "x", "subject": "user_ada", "scopes": [] });
        match (request.uri().path(), asked) {
            ("/api_keys/verify", "ak_ada") => found("user_ada", json!(["reports:read"])),
            ("/api_keys/verify", "ak_acme") => found("org_acme", json!([])),
            ("/api_keys/verify", "ak_of_machine") => found("mch_own", json!(["reports:read"])),
            ("/api_keys/verify", "ak_revoked") => {
                over["revoked"] = json!(true);
                Reply::Json(200, over)
            }
            ("/api_keys/verify", "ak_expired") => {
                over["expiration"] = json!(NOW.0);
                Reply::Json(200, over)
            }
            ("/api_keys/verify", "ak_broken") => Reply::Json(500, json!({})),
            ("/api_keys/verify", "ak_often") => {
                let often = Reply::Json(429, json!({ "errors": [] }));
                Reply::Header(Box::new(often), "retry-after", "7".to_owned())
            }
            ("/api_keys/verify", "ak_not_us") => Reply::Json(401, json!({ "errors": [] })),
            ("/m2m_tokens/verify", "mt_own") => found("mch_a", json!([OWN])),
            ("/m2m_tokens/verify", "mt_other") => found("mch_a", json!(["mch_other"])),
            ("/oauth_applications/access_tokens/verify", "oat_ada") => {
                found("user_ada", json!(["profile"]))
            }
            _ => Reply::Json(404, json!({ "errors": [] })),
        }
    })
}

fn paths() -> Paths<'static> {
    Paths {
        machines: &["/api/machines/:path*", "/mcp"],
        public: &["/", "/sign-in/:path*", "/api/machines/open"],
        ..PATHS
    }
}

fn settings() -> Config {
    Config {
        machine_id: Some(OWN.to_owned()),
        ..config(live())
    }
}

struct Door {
    gate: Gate,
    clerk: Scripted,
}

impl Door {
    fn new(config: Config) -> Self {
        let asked = backend();
        let gate = Gate::new(clerk(config, asked.clone()), &paths()).unwrap();
        Self { gate, clerk: asked }
    }

    async fn admit(&self, path: &str, headers: &[(&str, &str)]) -> Admission {
        admit(&self.gate, &request("GET", path, headers)).await
    }

    async fn visitor(&self, path: &str, headers: &[(&str, &str)]) -> Visitor {
        match self.admit(path, headers).await {
            Admission::Pass { visitor, .. } => visitor,
            other => panic!("{path}: {other:?}"),
        }
    }

    async fn answer(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        match self.admit(path, headers).await {
            Admission::Answer(answer) => *answer,
            other => panic!("{path}: {other:?}"),
        }
    }

    async fn status(&self, path: &str, token: &str) -> u16 {
        match self.admit(path, &[("authorization", &bearer(token))]).await {
            Admission::Pass { .. } => 200,
            Admission::Answer(answer) => answer.status.as_u16(),
            Admission::WithoutAuth => panic!("{path} is without auth"),
        }
    }

    /// What a handler with this rule answers to the sender of the token: `200`, or a status with its challenge.
    async fn asks(&self, tokens: Tokens, path: &str, headers: &[(&str, &str)]) -> String {
        let visitor = self.visitor(path, headers).await;
        let parts: Parts = request("GET", path, headers);
        let checked = self
            .gate
            .check_caller(&tokens, &parts, connection(), Some(&visitor));
        match checked {
            Ok(_) => "200".to_owned(),
            Err(answer) => {
                let challenge = header(&answer, "www-authenticate").unwrap_or_default();
                format!("{} {challenge}", answer.status.as_u16())
            }
        }
    }
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// A good token of each kind and form.
fn tokens() -> [(String, TokenType); 6] {
    [
        ("ak_ada".to_owned(), TokenType::ApiKey),
        ("ak_acme".to_owned(), TokenType::ApiKey),
        ("mt_own".to_owned(), TokenType::M2m),
        (live().m2m_token_at("mch_a", &[OWN], NOW), TokenType::M2m),
        ("oat_ada".to_owned(), TokenType::OAuth),
        (
            live().oauth_token_at("user_ada", &["profile"], NOW),
            TokenType::OAuth,
        ),
    ]
}

#[tokio::test]
async fn tokens_of_programs_count_on_their_paths_and_nowhere_else() {
    let door = Door::new(settings());
    for (token, kind) in tokens() {
        let headers = [("authorization", &*bearer(&token))];
        for path in [HERE, "/api/machines", "/mcp", "/api/machines/open"] {
            let visitor = door.visitor(path, &headers).await;
            assert_eq!(visitor.auth.token_type(), Some(kind), "{path}");
            assert!(visitor.auth.is_authenticated());
            // A handler that asks for people sees nobody.
            assert!(matches!(visitor.person(), Auth::SignedOut), "{path}");
        }
        let asked = door.clerk.count();
        for path in ["/api/me", "/dashboard", "/mcp/x", "/api", "/healthz/"] {
            assert_eq!(door.status(path, &token).await, 401, "{path}");
        }
        let home = door.visitor("/", &headers).await;
        assert!(!home.auth.is_authenticated());
        assert_eq!(
            door.clerk.count(),
            asked,
            "Clerk is asked for no other path"
        );
    }
}

#[tokio::test]
async fn rule_18_an_odd_spelling_makes_no_path_one_for_programs() {
    let door = Door::new(settings());
    for path in [
        "/API/machines/me",
        "/api/Machines/me",
        "//api/machines/me",
        "/api//machines/me",
        "/api/machines//me",
        "/api/%6Dachines/me",
        "/api/machines/%6De",
        "/api%2Fmachines/me",
        "/api/machinesx",
        "/mcp/",
        "/MCP",
    ] {
        for (token, _) in tokens() {
            assert_eq!(door.status(path, &token).await, 401, "{path}");
        }
    }
    for path in [
        "/api/machines/../me",
        "/api/x/..%2Fmachines/me",
        "/api/machines/%2e%2e/x",
    ] {
        assert_eq!(door.status(path, "ak_ada").await, 400, "{path}");
    }
    assert_eq!(door.clerk.count(), 0);
}

#[tokio::test]
async fn a_session_counts_there_and_is_no_program() {
    let door = Door::new(settings());
    let ada = user(live());
    for headers in [
        [("cookie", ada.cookie_header())],
        [("authorization", ada.bearer())],
    ] {
        let headers = headers
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let visitor = door.visitor(HERE, &headers).await;
        assert_eq!(visitor.auth.user_id(), Some("user_2q7pippin"));
        let said = door.asks(Tokens::any(), HERE, &headers).await;
        assert!(said.starts_with("401 Bearer "), "{said}");
        // Whoever shows a cookie did not show a wrong token.
        assert_eq!(
            said.contains("invalid_token"),
            headers[0].0 == "authorization",
            "{said}"
        );
    }
}

#[tokio::test]
async fn strangers_learn_where_tokens_come_from() {
    let door = Door::new(settings());
    // Data whoever asks: a browser that opens the address is not led to sign-in.
    for (path, headers) in [(HERE, &[][..]), (HERE, &[("sec-fetch-dest", "document")])] {
        let answer = door.answer(path, headers).await;
        assert_eq!(answer.status, 401);
        let challenge = header(&answer, "www-authenticate").unwrap();
        assert_eq!(challenge, format!("Bearer {METADATA}"));
        assert_eq!(header(&answer, "cache-control"), Some("no-store"));
    }
    for wrong in [
        "ak_unknown",
        "ak_revoked",
        "ak_expired",
        "oat_unknown",
        "mt_unknown",
        "a.b.c",
        "junk",
    ] {
        let answer = door
            .answer(HERE, &[("authorization", &bearer(wrong))])
            .await;
        assert_eq!(answer.status, 401, "{wrong}");
        let challenge = header(&answer, "www-authenticate").unwrap();
        assert_eq!(
            challenge,
            format!("Bearer error=\"invalid_token\", {METADATA}"),
            "{wrong}"
        );
    }
    let answer = door.answer("/api/me", &[]).await;
    assert_eq!(header(&answer, "www-authenticate"), None);
}

#[tokio::test]
async fn rule_14_not_knowing_is_503() {
    let door = Door::new(settings());
    for (token, wait) in [("ak_broken", "5"), ("ak_often", "7"), ("ak_not_us", "5")] {
        let answer = door
            .answer(HERE, &[("authorization", &bearer(token))])
            .await;
        assert_eq!(answer.status, 503, "{token}");
        assert_eq!(header(&answer, "retry-after"), Some(wait), "{token}");
        // Public or not: a handler that wants a program cannot tell either.
        let said = door
            .asks(
                Tokens::any(),
                "/api/machines/open",
                &[("authorization", &bearer(token))],
            )
            .await;
        assert_eq!(said.trim(), "503", "{token}");
    }
    let keyless = Config {
        secret_key: None,
        secret_key_optional: true,
        ..settings()
    };
    assert_eq!(Door::new(keyless).status(HERE, "ak_ada").await, 503);
}

#[tokio::test]
async fn only_the_header_shows_a_token_and_the_first_line_of_it() {
    let door = Door::new(settings());
    let suffix = live().publishable_key().cookie_names();
    let oauth = live().oauth_token_at("user_ada", &[], NOW);
    for token in ["ak_ada", "mt_own", &oauth] {
        let cookie = format!(
            "{}={token}; {}=1; __session={token}; __client_uat=1",
            suffix.session, suffix.client_uat
        );
        let answer = door.answer(HERE, &[("cookie", &cookie)]).await;
        assert_eq!(answer.status, 401, "{token}");
    }
    assert_eq!(door.clerk.count(), 0);
    let cookie = user(live()).cookie_header();
    let both = [("cookie", &*cookie), ("authorization", "Bearer ak_unknown")];
    assert_eq!(door.answer(HERE, &both).await.status, 401);
    let both = [("cookie", &*cookie), ("authorization", "Bearer ak_ada")];
    assert!(door.visitor(HERE, &both).await.auth.machine().is_some());
    let two = [
        ("authorization", "Bearer ak_unknown"),
        ("authorization", "Bearer ak_ada"),
    ];
    assert_eq!(door.answer(HERE, &two).await.status, 401);
    for odd in [
        "Basic ak_ada",
        "bearer ak_ada",
        "Bearer  ak_ada",
        "Token ak_ada",
    ] {
        assert_eq!(
            door.answer(HERE, &[("authorization", odd)]).await.status,
            401,
            "{odd}"
        );
    }
    for query in ["?access_token=ak_ada", "?token=ak_ada"] {
        assert_eq!(
            door.answer(&format!("{HERE}{query}"), &[]).await.status,
            401
        );
    }
}

#[tokio::test]
async fn rule_21_a_token_for_another_machine_opens_nothing() {
    let jwt = |to: &[&str]| live().m2m_token_at("mch_a", to, NOW);
    let (own, other, both, none) = (
        jwt(&[OWN]),
        jwt(&["mch_other"]),
        jwt(&["mch_other", OWN]),
        jwt(&[]),
    );
    let key = || Some(MachineSecretKey::new("ak_keyOfThisMachine").unwrap());
    let id = || Some(OWN.to_owned());
    for (machine_id, machine_secret_key, token, status) in [
        (id(), None, "mt_own", 200),
        (id(), None, "mt_other", 401),
        (id(), key(), "mt_other", 401),
        (id(), None, &*own, 200),
        (id(), None, &*both, 200),
        (id(), None, &*other, 401),
        (id(), key(), &*none, 401),
        // Clerk says yes with the machine's key only to what was made for it.
        (None, key(), "mt_own", 200),
        // Nobody was asked for whom this one is.
        (None, key(), &*own, 401),
        (None, None, "mt_own", 401),
        (None, None, &*own, 401),
    ] {
        let what = format!("{machine_id:?} {} {token}", machine_secret_key.is_some());
        let door = Door::new(Config {
            machine_id,
            machine_secret_key,
            ..config(live())
        });
        assert_eq!(door.status(HERE, token).await, status, "{what}");
    }
    // A part of the name is not the name.
    for id in ["mch_ow", "mch_own2"] {
        let door = Door::new(Config {
            machine_id: Some(id.to_owned()),
            ..config(live())
        });
        assert_eq!(door.status(HERE, &own).await, 401);
    }
}

#[tokio::test]
async fn rule_21_the_key_of_a_machine_is_no_api_key() {
    assert_eq!(
        Door::new(settings()).status(HERE, "ak_of_machine").await,
        401
    );
}

#[tokio::test]
async fn forged_stale_and_huge_tokens_are_401() {
    let door = Door::new(settings());
    let good = live().oauth_token_at("user_ada", &["profile"], NOW);
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let none = json!({ "alg": "none", "typ": "at+jwt" });
    let old = clerk_auth::time::UnixMillis(NOW.0 - 3_600_000);
    for token in [
        format!("{signed}.{}", signature.chars().rev().collect::<String>()),
        format!("{signed}."),
        live().sign(
            &none,
            &json!({ "sub": "user_ada", "exp": NOW.seconds() + 60 }),
        ),
        live().oauth_token_at("user_ada", &[], old),
        live().m2m_token_at("mch_a", &[OWN], old),
        format!("ak_{}", "x".repeat(60_000)),
        format!("oat_{}", "x".repeat(60_000)),
        format!(
            "{}.{}.{}",
            "a".repeat(20_000),
            "b".repeat(20_000),
            "c".repeat(20_000)
        ),
        "ak_\u{e4}\u{f6}".to_owned(),
    ] {
        assert_eq!(door.status(HERE, &token).await, 401, "{token:.40}");
    }
    assert_eq!(
        door.clerk.count(),
        0,
        "Clerk is not asked about what it cannot have made"
    );
}

#[tokio::test]
async fn a_handler_says_which_tokens_it_takes_and_for_what() {
    let door = Door::new(settings());
    let reports = Tokens::any().scope("reports:read");
    let keys = Tokens::of(&[TokenType::ApiKey]);
    let m2m = live().m2m_token_at("mch_a", &[OWN], NOW);
    let invalid = format!("401 Bearer error=\"invalid_token\", {METADATA}");
    let lacks =
        format!("403 Bearer error=\"insufficient_scope\", scope=\"reports:read\", {METADATA}");
    for (tokens, token, said) in [
        (Tokens::any(), "ak_acme", "200"),
        (Tokens::any(), &*m2m, "200"),
        (reports, "ak_ada", "200"),
        (reports, "ak_acme", &*lacks),
        (reports, "oat_ada", &*lacks),
        (reports, &*m2m, &*lacks),
        // The machines of a machine-to-machine token are no scopes.
        (
            Tokens::any().scope(OWN),
            &*m2m,
            &*lacks.replace("reports:read", OWN),
        ),
        (keys, "ak_acme", "200"),
        (keys, "oat_ada", &*invalid),
        (keys, &*m2m, &*invalid),
        (Tokens::of(&[]), "ak_ada", &*invalid),
        (Tokens::of(&[TokenType::Session]), "ak_ada", &*invalid),
    ] {
        let headers = [("authorization", &*bearer(token))];
        assert_eq!(
            door.asks(tokens, HERE, &headers).await,
            said,
            "{tokens:?} {token}"
        );
    }
    let ada = user(live()).bearer();
    let said = door
        .asks(
            Tokens::of(&[TokenType::Session]),
            HERE,
            &[("authorization", &ada)],
        )
        .await;
    assert_eq!(
        said, invalid,
        "a person is no program, whatever a rule lists"
    );
    // Without a visitor no auth ran.
    let parts = request("GET", HERE, &[]);
    let answer = door
        .gate
        .check_caller(&Tokens::any(), &parts, connection(), None);
    assert_eq!(answer.unwrap_err().status, 500);
}

#[tokio::test]
async fn a_foreign_host_is_named_to_nobody() {
    let door = Door::new(Config {
        authorized_parties: vec!["https://orchard.example".to_owned()],
        accept_absent_azp: true,
        ..settings()
    });
    for (host, said) in [
        // The scheme of the list: a proxy in front hides it.
        ("orchard.example", &*format!("Bearer {METADATA}")),
        ("evil.example", "Bearer"),
        ("orchard.example:8080", "Bearer"),
        ("orchard.example.evil.example", "Bearer"),
    ] {
        let answer = door.answer(HERE, &[("host", host)]).await;
        assert_eq!(header(&answer, "www-authenticate"), Some(said), "{host}");
    }
}
