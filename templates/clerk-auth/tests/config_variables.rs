//! A wrong environment is reported in one go, each problem with the variable and the way out.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::collections::HashMap;

use clerk_auth::config::{Config, ConfigError};
use support::stage::{development, live};

fn read(pairs: &[(&str, &str)]) -> Result<Config, Vec<ConfigError>> {
    let map: HashMap<&str, &str> = pairs.iter().copied().collect();
    Config::from_variables(&|name: &str| map.get(name).map(|value| (*value).to_owned()))
}

/// A good environment with some of it replaced; an empty text removes.
fn good_but(changes: &[(&str, &str)]) -> Result<Config, Vec<ConfigError>> {
    let mut pairs = vec![
        ("CLERK_PUBLISHABLE_KEY", live().publishable_key().as_str()),
        ("CLERK_SECRET_KEY", live().secret_key().expose()),
    ];
    pairs.extend(changes);
    read(&pairs)
}

/// The variables named as wrong.
fn blamed(result: Result<Config, Vec<ConfigError>>) -> Vec<&'static str> {
    let problems = result.err().unwrap_or_default();
    for problem in &problems {
        assert!(
            !problem.refusal.problem.is_empty() && !problem.refusal.remedy.is_empty(),
            "{problem:?}"
        );
    }
    problems.iter().map(|problem| problem.variable).collect()
}

#[test]
fn a_good_environment_is_read_in_full() {
    let config = good_but(&[
        ("CLERK_JWT_KEY", live().jwt_key()),
        ("CLERK_API_URL", "https://api.orchard.example/"),
        (
            "CLERK_AUTHORIZED_PARTIES",
            "https://orchard.example, http://localhost:3000",
        ),
        ("CLERK_ACCEPT_ABSENT_AZP", "TRUE"),
        ("CLERK_TRUST_PROXY_HEADERS", "1"),
        ("CLERK_SATELLITE_AUTO_SYNC", "0"),
        ("CLERK_PROXY_URL", "/__clerk"),
        ("CLERK_SIGN_IN_URL", "/sign-in"),
        (
            "CLERK_ORGANIZATION_PATTERNS",
            "/orgs/:slug, /orgs/:slug/(.*)",
        ),
    ])
    .unwrap();
    assert_eq!(config.api_url, "https://api.orchard.example");
    assert_eq!(
        config.authorized_parties,
        ["https://orchard.example", "http://localhost:3000"]
    );
    assert!(config.accept_absent_azp && config.trust_proxy_headers && !config.satellite_auto_sync);
    assert!(config.jwt_key.is_some());
    assert_eq!(config.organization_patterns.len(), 2);
}

#[test]
fn everything_that_is_wrong_is_named_at_once() {
    let result = read(&[
        ("CLERK_SECRET_KEY", "pk_test_abc"),
        (
            "CLERK_JWT_KEY",
            "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
        ),
        ("CLERK_API_URL", "api.clerk.com"),
        ("CLERK_API_VERSION", "2026-05-12"),
        ("CLERK_AUTHORIZED_PARTIES", "https://orchard.example/"),
        ("CLERK_ORGANIZATION_PATTERNS", "/orgs/:slug/*"),
        ("CLERK_IS_SATELLITE", "yes"),
        ("CLERK_PROXY_URL", "//evil.example"),
    ]);
    let mut named = blamed(result);
    named.sort_unstable();
    assert_eq!(
        named,
        [
            "CLERK_API_URL",
            "CLERK_API_VERSION",
            "CLERK_AUTHORIZED_PARTIES",
            "CLERK_IS_SATELLITE",
            "CLERK_JWT_KEY",
            "CLERK_ORGANIZATION_PATTERNS",
            "CLERK_PROXY_URL",
            "CLERK_PUBLISHABLE_KEY",
            "CLERK_SECRET_KEY",
        ]
    );
}

#[test]
fn a_pattern_of_organizations_begins_with_a_slash() {
    let problems = good_but(&[("CLERK_ORGANIZATION_PATTERNS", "orgs/:slug")]).unwrap_err();
    let told = problems[0].to_string();
    assert!(told.contains("write `/orgs/:slug`"), "{told}");
}

#[test]
fn keys_that_are_no_keys_are_told_apart() {
    let problem = |name: &str, value: &str| {
        let problems = good_but(&[(name, value)]).unwrap_err();
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems[0].to_string()
    };
    assert!(problem("CLERK_PUBLISHABLE_KEY", "sk_live_abcdefghijklmnop").contains("swapped"));
    assert!(problem("CLERK_SECRET_KEY", live().publishable_key().as_str()).contains("swapped"));
    assert!(problem("CLERK_SECRET_KEY", "sk_test_...").contains("placeholder"));
    for text in ["pk_test_YOUR_KEY", "<your key>", "${CLERK_KEY}"] {
        assert!(problem("CLERK_PUBLISHABLE_KEY", text).contains("placeholder"));
        assert!(
            problem("CLERK_SECRET_KEY", text).contains("placeholder") || text.starts_with("pk_")
        );
    }
    assert!(problem("CLERK_PUBLISHABLE_KEY", "pk_live_!!!").contains("CLERK_PUBLISHABLE_KEY"));
    assert!(problem("CLERK_SECRET_KEY", "sk_live_abc def").contains("paste it again"));
    assert!(
        problem("CLERK_SECRET_KEY", development().secret_key().expose())
            .contains("belongs to a test instance")
    );
}

#[test]
fn no_problem_repeats_a_secret() {
    let secret = "sk_live_abcdefghijklmnop";
    for (name, value) in [
        ("CLERK_PUBLISHABLE_KEY", secret.to_owned()),
        ("CLERK_SECRET_KEY", format!("{secret} ")),
        ("CLERK_MACHINE_SECRET_KEY", format!(" {secret}")),
        ("CLERK_JWT_KEY", secret.to_owned()),
    ] {
        let problems = good_but(&[(name, &value)]).unwrap_err();
        assert!(
            !format!("{problems:?}").contains("abcdefgh"),
            "{problems:?}"
        );
    }
    let config = good_but(&[]).unwrap();
    let printed = format!("{config:?}");
    assert!(!printed.contains(live().secret_key().expose()), "{printed}");
}

#[test]
fn a_pem_in_every_usual_spelling_is_read() {
    let pem = live().jwt_key();
    for spelling in [
        pem.to_owned(),
        pem.replace('\n', "\\n"),
        pem.replace('\n', "\r\n"),
    ] {
        assert!(
            good_but(&[("CLERK_JWT_KEY", &spelling)]).is_ok(),
            "{spelling}"
        );
    }
}

#[test]
fn a_front_ends_name_of_the_publishable_key_counts_but_must_not_differ() {
    let key = live().publishable_key().as_str();
    let secret = ("CLERK_SECRET_KEY", live().secret_key().expose());
    assert!(read(&[("VITE_CLERK_PUBLISHABLE_KEY", key), secret]).is_ok());
    let other = development().publishable_key().as_str();
    let named = blamed(good_but(&[("VITE_CLERK_PUBLISHABLE_KEY", other)]));
    assert_eq!(named, ["VITE_CLERK_PUBLISHABLE_KEY"]);
}

#[test]
fn an_api_needs_no_secret_key() {
    let key = live().publishable_key().as_str();
    assert_eq!(
        blamed(read(&[("CLERK_PUBLISHABLE_KEY", key)])),
        ["CLERK_SECRET_KEY"]
    );
    let lookup = |name: &str| (name == "CLERK_PUBLISHABLE_KEY").then(|| key.to_owned());
    assert!(Config::api_from_variables(&lookup).is_ok());
}

#[test]
fn a_satellite_says_where_it_is() {
    let satellite = ("CLERK_IS_SATELLITE", "true");
    assert_eq!(blamed(good_but(&[satellite])), ["CLERK_DOMAIN"]);
    let domain = ("CLERK_DOMAIN", "cider.example");
    assert!(good_but(&[satellite, domain]).is_ok());
    for (page, problem) in [
        ("/sign-in", "is not a full URL"),
        (
            "https://cider.example/sign-in",
            "is a page of this satellite",
        ),
    ] {
        let refused = good_but(&[satellite, domain, ("CLERK_SIGN_IN_URL", page)]);
        let problems = refused.unwrap_err();
        assert_eq!(problems[0].variable, "CLERK_SIGN_IN_URL");
        assert!(problems[0].to_string().contains(problem), "{}", problems[0]);
    }
    let primary = ("CLERK_SIGN_IN_URL", "https://orchard.example/sign-in");
    assert!(good_but(&[satellite, domain, primary]).is_ok());
    let development = read(&[
        (
            "CLERK_PUBLISHABLE_KEY",
            development().publishable_key().as_str(),
        ),
        ("CLERK_SECRET_KEY", development().secret_key().expose()),
        ("CLERK_DOMAIN", "cider.example"),
        ("CLERK_SIGN_IN_URL", "/sign-in"),
        satellite,
    ]);
    assert_eq!(blamed(development), ["CLERK_SIGN_IN_URL"]);
}

#[test]
fn a_satellite_made_by_code_is_held_to_the_same_rules() {
    let mut config = Config::new(development().publishable_key().clone());
    config.secret_key = Some(development().secret_key().clone());
    config.is_satellite = true;
    config.domain = Some("cider.example".to_owned());
    let blamed = |config: &Config| config.check().err().map(|error| error.variable);
    assert_eq!(blamed(&config), Some("CLERK_SIGN_IN_URL"));
    config.sign_in_url = Some("/sign-in".to_owned());
    assert_eq!(blamed(&config), Some("CLERK_SIGN_IN_URL"));
    config.sign_in_url = Some("https://orchard.example/sign-in".to_owned());
    assert_eq!(blamed(&config), None);
    config.domain = None;
    assert_eq!(blamed(&config), Some("CLERK_DOMAIN"));
}

#[test]
fn what_was_refused_is_not_called_missing_as_well() {
    for (name, value) in [
        ("CLERK_PUBLISHABLE_KEY", "pk_live_!!!"),
        ("CLERK_SECRET_KEY", "sk_live_abc def"),
        ("CLERK_DOMAIN", "https://cider.example/"),
        ("CLERK_PROXY_URL", "//cider.example"),
    ] {
        let result = good_but(&[("CLERK_IS_SATELLITE", "true"), (name, value)]);
        let mut named = blamed(result);
        if !matches!(name, "CLERK_DOMAIN" | "CLERK_PROXY_URL") {
            named.retain(|name| *name != "CLERK_DOMAIN");
        }
        assert_eq!(named, [name]);
    }
}

#[test]
fn what_is_missing_is_named_first() {
    let result = read(&[("CLERK_API_URL", "api.clerk.com")]);
    let expected = ["CLERK_PUBLISHABLE_KEY", "CLERK_SECRET_KEY", "CLERK_API_URL"];
    assert_eq!(blamed(result), expected);
}

#[test]
fn a_live_app_without_authorized_parties_is_warned() {
    let warnings = good_but(&[]).unwrap().warnings();
    assert!(
        warnings
            .iter()
            .any(|warning| warning.contains("CLERK_AUTHORIZED_PARTIES"))
    );
    let listed = [("CLERK_AUTHORIZED_PARTIES", "https://orchard.example")];
    assert!(good_but(&listed).unwrap().warnings().is_empty());
}
