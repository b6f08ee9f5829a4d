//! App, `env check`, `env set`, `keys check` and `dev` each said something else about the same file: "All is right" for
//! what the app refuses to start with, and the reverse. Of a value that the app reads, all of them must agree.

use std::collections::HashMap;
use std::fs;

use clerk_auth::config::{Config, Listen};
use clerk_auth::env_files;
use clerk_rs_cli::check::facts::Facts;
use clerk_rs_cli::check::rules::keys::KeyFacts;
use clerk_rs_cli::check::{guard, rules};
use clerk_rs_cli::finding::{Finding, Verdict};
use clerk_rs_cli::keyring::sources::{Given, Sources};
use clerk_rs_cli::project::judge;
use clerk_rs_cli::project::manifest::Secret;
use clerk_rs_cli::project::settings::Settings;
use clerk_rs_cli::project::variables::Variables;
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::Sandbox;
use crate::support::clerk::SECRET;

const KEY: &str = "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk";
/// What a variable of a shape of its own is tried with, good and bad, beside what all are tried with.
const TELLING: &[&str] = &[
    "true",
    "FALSE",
    "yes",
    "0",
    "80",
    "70000",
    "-1",
    "/",
    "/sign-in",
    "//evil.example",
    "/__clerk",
    "https://a.example",
    "https://a.example/",
    "https://a.example/__clerk",
    "http://a.example",
    "http://127.0.0.1:4400",
    "https://*.a.example",
    "tauri://localhost",
    "a.example",
    "localhost",
    "localhost:3000",
    "127.0.0.1",
    "::1",
    "v1",
    "v1,whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
    "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
    "whsec_xxx",
    "hello",
    ",",
    "/orgs/:slug",
    "/orgs/:slug/*",
    "ak_0123456789abcdefghij",
    "ak_0123456789abcdef0123456789abcdef",
    "sk_test_bar",
    "sk_test_0a1b2c3d4e5f6g7h8i9j",
    "sk_live_0a1b2c3d4e5f6g7h8i9j",
    "sk_test_0a1b2c3d4e5f6g7h8i9",
    "test_0a1b2c3d4e5f6g7h8i9j",
    "c2tfdGVzdF9NYWRlVXBGb3JUZXN0c09ubHlNYWRlVXBGb3JUZXN0c09ubHkwMDAwMDA=",
    KEY,
    "pk_test_foo",
    "pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA",
    "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk=",
    "pk_test_ZW11bGF0b3ItMDEyMzQ1NjcubG9jYWxob3N0LmNsZXJrLmFjY291bnRzLmRldiQ",
    "{\"keys\":[]}",
    "./public.pem",
    "changeme",
    "a b",
];

/// What `keys check` is about.
const KEYS: &[&str] = &[
    "CLERK_PUBLISHABLE_KEY",
    "CLERK_SECRET_KEY",
    "CLERK_JWT_KEY",
    "CLERK_MACHINE_SECRET_KEY",
];
/// Where a secret belongs.
const SECRETS: &[&str] = &[
    "CLERK_SECRET_KEY",
    "CLERK_MACHINE_SECRET_KEY",
    "CLERK_WEBHOOK_SIGNING_SECRET",
    "CLERK_ENCRYPTION_KEY",
    "CLERK_PLATFORM_API_KEY",
    "CLERK_API_KEY",
];

/// The names of the page in the docs.
fn documented() -> Vec<String> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/environment.md");
    let page = fs::read_to_string(page).unwrap();
    let rows = page.lines().filter_map(|line| {
        let (name, _) = line.strip_prefix("| `")?.split_once('`')?;
        (name.starts_with("CLERK_") || matches!(name, "HOST" | "PORT")).then(|| name.to_owned())
    });
    let names: Vec<_> = rows.collect();
    assert!(names.len() > 40, "{names:?}");
    names
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(TELLING).prop_map(str::to_owned),
        1 => (select(TELLING), select(vec![" ", "/", ",", "x", "=", "#", "*", "\u{e9}"]))
            .prop_map(|(text, end)| format!("{text}{end}")),
        1 => (select(TELLING), select(TELLING)).prop_map(|(one, other)| format!("{one},{other}")),
        1 => "[a-z0-9:/._,-]{1,12}",
    ]
}

/// Who says no to a value, each by its own way in.
struct Verdicts {
    app: bool,
    judge: bool,
    env_check: bool,
    env_set: bool,
    keys_check: bool,
    dev: bool,
}

fn nobody(_: &str) -> Option<String> {
    None
}

fn verdicts(name: &str, value: &str) -> Verdicts {
    // With all that a satellite needs, so that the switch for it wants nothing else.
    let base = HashMap::from([
        ("CLERK_PUBLISHABLE_KEY", KEY),
        ("CLERK_SECRET_KEY", SECRET),
        ("CLERK_DOMAIN", "cider.example"),
        ("CLERK_SIGN_IN_URL", "https://orchard.example/sign-in"),
    ]);
    let others = base.iter().filter(|(other, _)| **other != name);
    let lines: String = others
        .map(|(name, value)| format!("{name}={value}\n"))
        .collect();
    let sandbox = Sandbox::new();
    let folder = sandbox.path("");
    fs::create_dir_all(sandbox.path("src")).unwrap();
    fs::write(sandbox.path("Cargo.toml"), "[package]\nname = \"x\"\n").unwrap();
    fs::write(sandbox.path(".env"), &lines).unwrap();
    let before = Variables::read(&folder, nobody).unwrap();
    let env_set = guard::check(name, value, &before).is_err();
    fs::write(
        sandbox.path(".env"),
        format!("{lines}{name}='{}'\n", value.replace('\'', "")),
    )
    .unwrap();
    let source = env_files::Variables::read(&folder, nobody).unwrap();
    let variables = Variables::read(&folder, nobody).unwrap();
    let facts = Facts::read(&folder, Vec::new(), &nobody);
    let is_wrong = |findings: Vec<Finding>| findings.iter().any(|it| it.verdict == Verdict::No);
    let keys = KeyFacts {
        sources: &Sources::find(Given::default(), &variables),
        variables: &variables,
        need: Secret::Optional,
        below: String::new(),
        answers: None,
    };
    let settings = Settings::read(&folder, nobody).unwrap();
    Verdicts {
        app: Config::api_from_variables(&source).is_err()
            || Listen::from_variables(&source).is_err(),
        judge: !judge::problems(&variables, Secret::Optional).is_empty(),
        env_check: is_wrong(rules::check(&facts)),
        env_set,
        keys_check: is_wrong(keys.check()),
        dev: settings.instance().is_err() || settings.port().is_err() || settings.host().is_err(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_who_know_a_variable_agree(name in select(documented()), value in value()) {
        let value = value.trim_matches(['\'', ' ']).to_owned();
        prop_assume!(!value.is_empty());
        let said = verdicts(&name, &value);
        if said.app {
            prop_assert!(said.judge && said.env_check && said.env_set, "{} refuses {}: judge {}, env check {}, env set {}", name, value, said.judge, said.env_check, said.env_set);
        }
        // What the app does not read may be wrong all the same; then all others say so.
        prop_assert!(said.judge == said.env_check || is_secret_shown(&name, &value), "{}={}: judge {}, env check {}", name, value, said.judge, said.env_check);
        prop_assert_eq!(said.env_check, said.env_set, "{}={}: env check, env set", name, value);
        if KEYS.contains(&name.as_str()) {
            prop_assert_eq!(said.keys_check, said.app, "{}={}: keys check, app", name, value);
        }
        if matches!(name.as_str(), "CLERK_PUBLISHABLE_KEY" | "CLERK_SECRET_KEY" | "HOST" | "PORT") {
            prop_assert!(said.dev == said.app || is_local(&value), "{}={}: dev {}", name, value, said.dev);
        }
    }
}

/// A secret where everybody sees it is wrong whatever the app makes of it.
fn is_secret_shown(name: &str, value: &str) -> bool {
    let is_secret = ["sk_", "whsec_", "ak_"]
        .iter()
        .any(|mark| value.contains(mark));
    is_secret && !SECRETS.contains(&name)
}

/// A key of the emulator wants more of `dev` than others.
fn is_local(value: &str) -> bool {
    value.starts_with("pk_test_ZW11bGF0b3It")
}

/// A list that the app refuses decides about no token, and one that it accepts is blamed for none.
#[test]
fn the_policy_of_token_verify_is_the_app_s() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("src")).unwrap();
    fs::write(sandbox.path("Cargo.toml"), "[package]\nname = \"x\"\n").unwrap();
    for value in TELLING {
        let parties = |name: &str| match name {
            "CLERK_PUBLISHABLE_KEY" => Some(KEY.to_owned()),
            "CLERK_AUTHORIZED_PARTIES" => Some((*value).to_owned()),
            _ => None,
        };
        let is_refused = Config::api_from_variables(&parties).is_err();
        fs::write(
            sandbox.path(".env"),
            format!("CLERK_AUTHORIZED_PARTIES='{value}'\n"),
        )
        .unwrap();
        let verify = sandbox.cli("token verify --offline --json eyJhbGciOiJSUzI1NiJ9.e30.c2ln");
        let said = verify.status(3).any_stdout().run();
        assert_eq!(
            said.contains("\"bad-condition\""),
            is_refused,
            "{value}: {said}"
        );
    }
}

/// The rows of the reports, through the binary.
#[test]
fn what_the_app_refuses_is_neither_right_nor_written() {
    for (name, value, why) in [
        (
            "CLERK_WEBHOOK_SIGNING_SECRET",
            "v1,whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
            "version in front of a signature",
        ),
        ("CLERK_SECRET_KEY", "sk_test_bar", "placeholder"),
        ("PORT", "70000", "is not a port number"),
        (
            "CLERK_PROXY_URL",
            "/",
            "is no path that a proxy could have to itself",
        ),
        (
            "CLERK_AUTHORIZED_PARTIES",
            "https://*.example.org",
            "a wildcard",
        ),
        ("CLERK_JWT_KEY", "{\"keys\":[]}", "a key set in JSON"),
    ] {
        let sandbox = Sandbox::new();
        fs::create_dir(sandbox.path("src")).unwrap();
        fs::write(sandbox.path("Cargo.toml"), "[package]\nname = \"x\"\n").unwrap();
        fs::write(sandbox.path("value"), value).unwrap();
        let good = format!("CLERK_PUBLISHABLE_KEY={KEY}\nCLERK_SECRET_KEY={SECRET}\n");
        fs::write(sandbox.path(".env"), &good).unwrap();
        let set = sandbox.cli("env set --json").arg(name).arg("@value");
        let said = set.status(2).any_stdout().run();
        assert!(said.contains(why), "{why} is not in {said}");
        assert_eq!(sandbox.read(".env"), good);
        fs::write(sandbox.path(".env"), format!("{good}{name}='{value}'\n")).unwrap();
        let said = sandbox.cli("env check --json").status(1).any_stdout().run();
        assert!(said.contains(why), "{why} is not in {said}");
    }
}
