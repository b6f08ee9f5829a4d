//! Where people are led after signing in, up or out; and that the list of variables is the one that is read.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::collections::BTreeSet;
use std::sync::Mutex;

use clerk_auth::config::{Config, ConfigError, Listen, PUBLISHABLE_KEY_NAMES, VARIABLES};
use clerk_auth::testing::TestKeys;
use support::stage::{connection, development, document, gate, live, unreachable};

fn read(keys: &TestKeys, pairs: &[(&str, &str)]) -> Result<Config, Vec<ConfigError>> {
    Config::from_variables(&|name: &str| {
        let found = pairs.iter().find(|(known, _)| *known == name);
        match name {
            "CLERK_PUBLISHABLE_KEY" => Some(keys.publishable_key().as_str().to_owned()),
            "CLERK_SECRET_KEY" => Some(keys.secret_key().expose().to_owned()),
            _ => found.map(|(_, value)| (*value).to_owned()),
        }
    })
}

/// Where somebody who is signed in is led from this page.
fn led(pairs: &[(&str, &str)], target: &str) -> String {
    let config = Config {
        sign_in_url: Some("/sign-in".to_owned()),
        sign_up_url: Some("/sign-up".to_owned()),
        ..read(live(), pairs).unwrap()
    };
    let gate = gate(config, unreachable());
    gate.return_address(&document(target, &[]), connection())
        .or_start()
        .to_owned()
}

#[test]
fn the_variables_say_where_people_are_led() {
    const WANTED: &str = "/sign-in?redirect_url=%2Forders";
    let in_force = ("CLERK_SIGN_IN_FORCE_REDIRECT_URL", "/dashboard");
    let in_fallback = ("CLERK_SIGN_IN_FALLBACK_REDIRECT_URL", "/home");
    let up_force = ("CLERK_SIGN_UP_FORCE_REDIRECT_URL", "/welcome");
    let up_fallback = ("CLERK_SIGN_UP_FALLBACK_REDIRECT_URL", "/hello");
    for (pairs, target, place) in [
        (&[][..], "/sign-in", "/"),
        (&[], WANTED, "/orders"),
        (&[in_fallback], "/sign-in", "/home"),
        (
            &[in_fallback],
            "/sign-in?redirect_url=https%3A%2F%2Fevil.example",
            "/home",
        ),
        (&[in_fallback], WANTED, "/orders"),
        (&[in_force, in_fallback], WANTED, "/dashboard"),
        (&[in_force], "/sign-up", "/"),
        (&[up_fallback, in_force], "/sign-up", "/hello"),
        (
            &[up_fallback, in_force],
            "/sign-up/verify?redirect_url=%2Forders",
            "/orders",
        ),
        (
            &[up_force, up_fallback],
            "/sign-up?redirect_url=%2Forders",
            "/welcome",
        ),
        (&[up_force], "/sign-upx", "/"),
    ] {
        assert_eq!(led(pairs, target), place, "{pairs:?} {target}");
    }
}

#[test]
fn the_way_back_still_travels_from_sign_in_to_sign_up() {
    let forced = [("CLERK_SIGN_IN_FORCE_REDIRECT_URL", "/dashboard")];
    let gate = gate(read(live(), &forced).unwrap(), unreachable());
    let parts = document("/sign-in?redirect_url=%2Forders", &[]);
    let back = gate.return_address(&parts, connection());
    assert_eq!(back.added_to("/sign-up"), "/sign-up?redirect_url=%2Forders");
}

#[test]
fn they_lead_off_the_app_only_where_it_is_allowed() {
    const NAME: &str = "CLERK_AFTER_SIGN_OUT_URL";
    let allowed = (
        "CLERK_ALLOWED_REDIRECT_ORIGINS",
        "https://www.orchard.example",
    );
    let parties = ("CLERK_AUTHORIZED_PARTIES", "https://orchard.example");
    let proxy = ("CLERK_PROXY_URL", "https://app.orchard.example/__clerk");
    for (more, url, is_right) in [
        (&[][..], "/bye", true),
        (&[], "https://orchard.example/bye", false),
        (&[parties], "https://orchard.example/bye", true),
        (&[allowed], "https://www.orchard.example/bye?a=b", true),
        (&[proxy], "https://app.orchard.example/", true),
        (&[parties, allowed, proxy], "https://evil.example", false),
        (&[parties], "https://orchard.example.evil.example/", false),
        (&[parties], "https://orchard.example@evil.example/", false),
        (&[], "//evil.example", false),
        (&[], "javascript:alert(1)", false),
        (&[], "http://localhost:3000/bye", false),
        (&[], "bye", false),
    ] {
        let pairs = [more, &[(NAME, url)]].concat();
        match read(live(), &pairs) {
            Ok(config) => {
                assert!(is_right, "{url}");
                assert_eq!(config.destinations.sign_out.as_deref(), Some(url));
            }
            Err(problems) => {
                assert!(!is_right, "{url}: {problems:?}");
                assert_eq!(problems[0].variable, NAME);
            }
        }
    }
    let local = read(development(), &[(NAME, "http://localhost:3000/bye")]);
    assert!(local.unwrap().destinations.sign_out.is_some());
}

#[test]
fn what_is_read_is_listed_and_what_is_listed_is_read() {
    let asked = Mutex::new(BTreeSet::new());
    let source = |name: &str| {
        asked.lock().unwrap().insert(name.to_owned());
        None
    };
    Config::from_variables(&source).unwrap_err();
    Listen::from_variables(&source).unwrap();
    let listed = VARIABLES.iter().chain(&PUBLISHABLE_KEY_NAMES);
    let listed: BTreeSet<String> = listed.map(|&name| name.to_owned()).collect();
    assert_eq!(*asked.lock().unwrap(), listed);
}
