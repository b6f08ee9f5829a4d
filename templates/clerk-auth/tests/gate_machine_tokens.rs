//! Tokens of programs at the door: for whom and for what they were made, and what attackers try
//! (`security.md` rules 10 and 21).
#![cfg(all(feature = "machines", feature = "testing"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::Tokens;
use clerk_auth::config::Config;
use clerk_auth::keys::MachineSecretKey;
use clerk_auth::token_type::TokenType;
use serde_json::json;
use support::programs::{Door, HERE, METADATA, OWN, bearer, settings};
use support::stage::{NOW, config, connection, live, request, user};

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
