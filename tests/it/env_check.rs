//! `env check`: each finding with its words, its place and its help; and that nothing secret is repeated.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{Sandbox, made_of};

const TEST: &str = "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk";
const LIVE: &str = "pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA";
const LOCAL: &str = "pk_test_ZW11bGF0b3ItMDEyMzQ1NjcubG9jYWxob3N0LmNsZXJrLmFjY291bnRzLmRldiQ";
const SECRET: &str = "sk_test_2q7OrchardOrchardOrchardOrchard4711";

/// A Rust project with pages and these files, for their owner only.
fn project(files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("src")).unwrap();
    fs::write(sandbox.path("Cargo.toml"), made_of("web")).unwrap();
    for (name, text) in files {
        let path = sandbox.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
    }
    sandbox
}

/// A project whose keys are right, with more lines in `.env`.
fn with(lines: &str) -> Sandbox {
    project(&[(".env", &format!("{}{lines}", keys()))])
}

fn keys() -> String {
    format!("CLERK_PUBLISHABLE_KEY={TEST}\nCLERK_SECRET_KEY={SECRET}\n")
}

fn findings(sandbox: &Sandbox, status: i32) -> Vec<Value> {
    let said = sandbox
        .cli("env check --json")
        .status(status)
        .any_stdout()
        .run();
    assert!(!said.contains("Orchard"), "{said}");
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["schema"], "clerk-rs.env-check/1");
    assert_eq!(said["ok"], status != 1);
    said["findings"].as_array().unwrap().clone()
}

/// The one finding with this id.
#[track_caller]
fn finding(sandbox: &Sandbox, status: i32, id: &str) -> Value {
    let mut all = findings(sandbox, status);
    all.retain(|finding| finding["id"] == id);
    assert_eq!(all.len(), 1, "{id}: {all:?}");
    all.remove(0)
}

#[test]
fn a_project_that_is_right_is_told_so() {
    let sandbox = with("");
    sandbox
        .cli("env check")
        .stdout(
            "  All is right

  \u{2713} publishable   pk_test_\u{2026}ZXYk   .env:1
                  development, brave-otter-7.clerk.accounts.dev
  \u{2713} secret        sk_test_\u{2026}4711   .env:2   development
",
        )
        .run();
    sandbox.cli("env check -q").run();
}

/// A variable was set, listed and found right that the project never looks at.
#[test]
fn what_the_project_does_not_read_is_a_warning() {
    let lines = "CLERK_JS=https://a.example/x.js\nCLERK_UI_VERSION=1\nVITE_CLERK_JS_VERSION=5\nCLERK_KEYLESS_DISABLED=1\n";
    let sandbox = with(lines);
    let said = sandbox.cli("env check --json").any_stdout().run();
    let said: Value = serde_json::from_str(&said).unwrap();
    let found = said["findings"].as_array().unwrap().iter();
    let found: Vec<_> = found
        .filter(|finding| finding["verdict"] == "warn")
        .map(|finding| (&finding["id"], &finding["subject"], &finding["place"]))
        .collect();
    let [(id, name, place), (other_id, other, _)] = found[..] else {
        panic!("{found:?}");
    };
    assert_eq!((id, other_id), (&json!("name-of-another-kit"), id));
    assert_eq!((name, place), (&json!("CLERK_JS"), &json!(".env:3")));
    assert_eq!(other, "CLERK_UI_VERSION");
    // What a project without the core reads, we do not know.
    fs::write(sandbox.path("Cargo.toml"), "[package]\nname = \"app\"\n").unwrap();
    let said = sandbox.cli("env check").any_stdout().run();
    assert!(!said.contains("not read by this project"), "{said}");
}

#[test]
fn a_generated_project_is_right() {
    let sandbox = Sandbox::new();
    for template in ["web", "api"] {
        sandbox
            .cli(&format!(
                "init {template} --no-git -q --template {template}"
            ))
            .run();
        let said = sandbox
            .cli("env check")
            .folder(&sandbox.path(template))
            .any_stdout()
            .run();
        assert!(said.starts_with("  All is right\n"), "{said}");
    }
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The deploy advice, followed to the letter, locked every visitor out.
#[test]
fn a_list_of_parties_behind_a_proxy_asks_for_the_switch_beside_it() {
    let check = |env: &str| {
        let sandbox = project(&[(".env", env)]);
        in_one_line(&sandbox.cli("env check").any_stdout().run())
    };
    let keys = format!(
        "CLERK_PUBLISHABLE_KEY={LIVE}\nCLERK_SECRET_KEY=sk_live_2q7OrchardOrchardOrchardOrchard4711\n"
    );
    let parties = "CLERK_AUTHORIZED_PARTIES=https://orchard.example\n";
    let proxy = "CLERK_PROXY_URL=/__clerk\n";
    let switch = "CLERK_ACCEPT_ABSENT_AZP";
    let said = check(&format!("{keys}{parties}{proxy}"));
    assert!(
        said.contains(&format!("! {switch}")) && said.contains(&format!("set {switch}=true")),
        "{said}"
    );
    let said = check(&format!("{keys}{proxy}"));
    assert!(
        said.contains("! CLERK_AUTHORIZED_PARTIES") && said.contains("names this app"),
        "{said}"
    );
    for right in [
        format!("{keys}{parties}{proxy}{switch}=true\n"),
        format!("{keys}{parties}"),
        format!("{keys}CLERK_PROXY_URL=https://orchard.example/__clerk\n"),
    ] {
        let said = check(&right);
        assert!(
            !said.contains(switch) && !said.contains("names this app"),
            "{said}"
        );
    }
}

/// Setting them was called right, and changed nothing.
#[test]
fn a_variable_of_other_kits_is_called_unread() {
    let told = "not read by this project";
    let sandbox = with("CLERK_JS_VERSION=6\n");
    let said = in_one_line(&sandbox.cli("env check").any_stdout().run());
    assert!(
        said.contains("CLERK_JS_VERSION") && said.contains(told),
        "{said}"
    );
    let said = in_one_line(&sandbox.cli("env list --all").any_stdout().run());
    assert!(
        said.contains("turns the kits' telemetry off; not read by this project"),
        "{said}"
    );
    assert!(
        !said.contains("where a sign-in always leads; not read"),
        "{said}"
    );
    let said = in_one_line(&sandbox.cli("env set CLERK_UI_VERSION 1").any_stdout().run());
    assert!(said.contains(told), "{said}");
    let said = sandbox
        .cli("env set CLERK_SIGN_IN_FORCE_REDIRECT_URL /dashboard")
        .any_stdout()
        .run();
    assert!(!said.contains(told), "{said}");
}

/// What is wrong with one line more, in words and as data.
#[test]
fn a_wrong_line_is_told_with_its_place() {
    for (line, text, id) in [
        (
            "CLERK_SECRET_KEI=sk_test_2q7OrchardOrchardOrchardOrchard4711",
            "  ! CLERK_SECRET_KEI   .env:3   nothing reads it; did you mean CLERK_SECRET_KEY?
",
            "name-misspelled",
        ),
        // Advice to put something else where a secret belongs would do harm.
        (
            "CLERK_SECRET_KEI=x",
            "  ! CLERK_SECRET_KEI   .env:3   neither the app nor one of Clerk's kits reads it
",
            "name-unknown",
        ),
        (
            "CLERK_JWKS_URL=https://brave-otter-7.clerk.accounts.dev/.well-known/jwks.json",
            "  ! CLERK_JWKS_URL   .env:3
                  not read by this app; it is for back ends in Python, Go and
                  other languages
                  help: this app knows its instance by CLERK_PUBLISHABLE_KEY
",
            "name-of-another-kit",
        ),
        (
            "CLERK_WEBHOOK_SECRET=whsec_2q7OrchardOrchardOrchardOrchard4711",
            "  ! CLERK_WEBHOOK_SECRET   .env:3
                  not read by this app; it is for many webhook handlers
                  help: this app reads CLERK_WEBHOOK_SIGNING_SECRET
",
            "name-of-another-kit",
        ),
        (
            "CLERK_JWT_KEZ=x",
            "  ! CLERK_JWT_KEZ                 .env:3
                  nothing reads it; did you mean CLERK_JWT_KEY?
",
            "name-misspelled",
        ),
        (
            "CLERK_TEAM=x",
            "  ! CLERK_TEAM                    .env:3
                  neither the app nor one of Clerk's kits reads it
",
            "name-unknown",
        ),
        (
            "NEXT_PUBLIC_CLERK_AFTER_SIGN_UP_URL=/",
            "  ! NEXT_PUBLIC_CLERK_AFTER_SIGN_UP_URL   .env:3   deprecated
                  help: use NEXT_PUBLIC_CLERK_SIGN_UP_FALLBACK_REDIRECT_URL
",
            "name-deprecated",
        ),
        (
            "CLERK_API_KEY=sk_test_2q7OrchardOrchardOrchardOrchard4711",
            "  ! CLERK_API_KEY                 .env:3
                  not read by this project; other kits for Clerk read it
                  help: use CLERK_SECRET_KEY
",
            "name-of-another-kit",
        ),
        (
            "CLERK_IS_SATELLITE=on",
            "  \u{2717} CLERK_IS_SATELLITE   \u{2026}   .env:3   it counts as no
                  help: write true or false
",
            "value-malformed",
        ),
        (
            "CLERK_TELEMETRY_DISABLED=yes",
            "  \u{2717} CLERK_TELEMETRY_DISABLED   \u{2026}   .env:3   it counts as no
                  help: write true or false
",
            "value-malformed",
        ),
        (
            "CLERK_API_VERSION=2026-05-12",
            "  \u{2717} CLERK_API_VERSION   2026-05-12   .env:3   \"2026-05-12\" is not a path version
                  help: write v1, or remove the variable; the dated version is
                        fixed
",
            "value-malformed",
        ),
        (
            "CLERK_WEBHOOK_SIGNING_SECRET=whsec_xxx",
            "  \u{2717} CLERK_WEBHOOK_SIGNING_SECRET   whsec_\u{2026}   .env:3
                  it still holds a placeholder
                  help: copy it from the Clerk Dashboard, page Webhooks, the
                        endpoint's signing secret
",
            "value-malformed",
        ),
        (
            "CLERK_SIGN_IN_URL=\"/sign-in \"",
            "  \u{2717} CLERK_SIGN_IN_URL   /sign-in    .env:3   it has white space around it
                  help: take it out
",
            "value-malformed",
        ),
        (
            "VITE_CLERK_JWT_KEY=x",
            "  \u{2717} VITE_CLERK_JWT_KEY   PEM, 1 characters   .env:3
",
            "value-malformed",
        ),
        (
            "NEXT_PUBLIC_CLERK_API_URL=https://api.clerk.com",
            "  ! NEXT_PUBLIC_CLERK_API_URL   https://api.clerk.com   .env:3
                  CLERK_API_URL is read without NEXT_PUBLIC_, and by servers
                  only
                  help: call it CLERK_API_URL
",
            "prefix-unfit",
        ),
        (
            "VITE_CLERK_SECRET_KEY=sk_test_2q7OrchardOrchardOrchardOrchard4711",
            "  \u{2717} VITE_CLERK_SECRET_KEY   sk_test_\u{2026}4711   .env:3
                  a secret under a prefix that sends it to every browser
                  help: take it out; if it was ever deployed, make a new one in
                        Clerk's dashboard
",
            "public-secret",
        ),
        (
            "REACT_APP_KEY=sk_live_2q7OrchardOrchardOrchardOrchard4711",
            "  \u{2717} REACT_APP_KEY sk_live_\u{2026}4711   .env:3
                  a secret (of Clerk or Stripe) under a prefix that sends it to
                  every browser
                  help: take it out; if it was ever deployed, make a new one in
                        the dashboard of the service that it is of
",
            "public-secret",
        ),
        (
            "CLERK_SIGN_IN_URL=sk_live_2q7OrchardOrchardOrchardOrchard4711",
            "  \u{2717} CLERK_SIGN_IN_URL   sk_live_\u{2026}4711   .env:3
                  a secret in a variable that is not kept secret
                  help: move it to the variable it belongs to
",
            "secret-misplaced",
        ),
        (
            "CLERK_API_URL=http://127.0.0.1:4400",
            "  ! CLERK_API_URL http://127.0.0.1:4400   .env:3
                  leads to this machine, and the keys are not those of the
                  emulator
                  help: take it out; `clerk-rs env set --keys` switches keys and
                        addresses together
",
            "emulator-address-left",
        ),
        (
            "CLERK_API_URL=https://me:2q7Orchard@api.example",
            "  \u{2717} CLERK_API_URL \u{2026}               .env:3
                  it has a user name or a password in it, which nobody would
                  send
                  help: write it as https://host
",
            "value-malformed",
        ),
        (
            "no assignment",
            "  \u{2717} line                          .env:3
                  not of the form NAME=value: no = follows the name
                  help: write it as NAME=value
",
            "line-malformed",
        ),
        (
            "CLERK_SIGN_IN_URL='/a",
            "  \u{2717} line                          .env:3
                  not of the form NAME=value: a quote is opened and not closed
                  help: write it as CLERK_SIGN_IN_URL=\"value\"
",
            "line-malformed",
        ),
    ] {
        let sandbox = with(&format!("{line}\n"));
        let status = i32::from(text.contains('\u{2717}'));
        let said = sandbox.cli("env check").status(status).any_stdout().run();
        assert!(said.contains(text), "{line}\n{text}\nis not in\n{said}");
        assert!(!said.contains("Orchard"), "{said}");
        let found = finding(&sandbox, status, id);
        assert_eq!(found["place"], ".env:3", "{line}");
    }
}

#[test]
fn an_unset_key_is_named_with_what_sets_it() {
    let sandbox = project(&[(".env", &format!("CLERK_PUBLISHABLE_KEY={TEST}\n"))]);
    sandbox
        .cli("env check")
        .status(1)
        .stdout(
            "  1 failure

  \u{2713} publishable   pk_test_\u{2026}ZXYk   .env:1
                  development, brave-otter-7.clerk.accounts.dev
  \u{2717} secret        CLERK_SECRET_KEY is not set, neither in the environment nor in
                  .env.local or .env
                  help: `clerk-rs env set --keys local` makes a pair for the
                        emulator, --keys paste takes yours
",
        )
        .run();
    // An API that only checks session tokens does without.
    fs::write(sandbox.path("Cargo.toml"), made_of("api")).unwrap();
    let found = finding(&sandbox, 0, "secret-key-missing");
    assert_eq!(found["verdict"], "skipped");
    let sandbox = project(&[]);
    let ids: Vec<_> = findings(&sandbox, 1)
        .into_iter()
        .map(|finding| finding["id"].clone())
        .collect();
    assert_eq!(ids, ["publishable-key-missing", "secret-key-missing"]);
}

#[test]
fn a_key_that_is_set_to_nothing_hides_the_weaker_places() {
    let sandbox = project(&[(".env", &keys()), (".env.local", "CLERK_SECRET_KEY=\n")]);
    let found = finding(&sandbox, 1, "secret-key-missing");
    assert_eq!(
        found["detail"],
        "CLERK_SECRET_KEY is set to nothing, and that hides .env:2"
    );
    assert_eq!(found["place"], ".env.local:1");
}

#[test]
fn spoilt_keys_are_told_with_the_place_of_the_fault() {
    let spoilt = format!(
        "CLERK_PUBLISHABLE_KEY=\"{} {}\"\nCLERK_SECRET_KEY={TEST}\n",
        &TEST[..20],
        &TEST[20..]
    );
    let sandbox = project(&[(".env", &spoilt)]);
    let found = finding(&sandbox, 1, "publishable-key-malformed");
    let detail = found["detail"].as_str().unwrap();
    assert!(detail.contains("21"), "{detail}");
    let found = finding(&sandbox, 1, "secret-key-malformed");
    assert!(
        found["detail"]
            .as_str()
            .unwrap()
            .contains("publishable key"),
        "{found}"
    );
    let mixed = format!("CLERK_PUBLISHABLE_KEY={LIVE}\nCLERK_SECRET_KEY={SECRET}\n");
    let sandbox = project(&[(".env", &mixed)]);
    let found = finding(&sandbox, 1, "keys-mixed");
    assert_eq!(
        found["detail"],
        "the two keys belong to different instances: pk_live_ is for production, sk_test_ for development"
    );
}

#[test]
fn local_keys_want_the_emulators_addresses() {
    let file = format!(
        "CLERK_PUBLISHABLE_KEY={LOCAL}\nCLERK_SECRET_KEY={SECRET}\nCLERK_FAPI_URL=http://127.0.0.1:4400\n"
    );
    let sandbox = project(&[(".env", &file)]);
    let found = finding(&sandbox, 0, "emulator-address-missing");
    assert_eq!(found["subject"], "CLERK_API_URL");
    assert_eq!(found["help"], "clerk-rs env set --keys local");
}

/// Projects from the time when the emulator had one address for both.
#[test]
fn one_address_for_both_apis_of_the_emulator_is_told_and_mended() {
    let keys = format!("CLERK_PUBLISHABLE_KEY={LOCAL}\nCLERK_SECRET_KEY={SECRET}\n");
    let id = "emulator-addresses-equal";
    for api in ["http://127.0.0.1:4400", "http://localhost:4400/"] {
        let file = format!("{keys}CLERK_API_URL={api}\nCLERK_FAPI_URL=http://127.0.0.1:4400\n");
        let sandbox = project(&[(".env", &file)]);
        let found = finding(&sandbox, 0, id);
        assert_eq!(found["subject"], "CLERK_API_URL");
        assert_eq!(found["help"], "clerk-rs env set --keys local");
        sandbox.cli("env set --keys local").any_stdout().run();
        let mended = format!(
            "{keys}CLERK_API_URL=http://127.0.0.1:4401\nCLERK_FAPI_URL=http://127.0.0.1:4400\n"
        );
        let now = sandbox.read(".env");
        assert!(now.starts_with(&mended), "{now}");
        let found = findings(&sandbox, 0);
        assert!(found.iter().all(|found| found["id"] != id), "{found:?}");
    }
}

#[test]
fn two_files_that_disagree_are_told_with_the_winner() {
    let sandbox = project(&[
        (
            ".env",
            &format!(
                "{}CLERK_SIGN_IN_URL=/a\nCLERK_SIGN_UP_URL=/u\nCLERK_DOMAIN=b.example\nCLERK_DOMAIN=a.example\n",
                keys()
            ),
        ),
        (".env.local", "CLERK_SIGN_IN_URL=/b\nCLERK_SIGN_UP_URL=/u\n"),
    ]);
    sandbox
        .cli("env check")
        .stdout(
            "  2 warnings

  \u{2713} publishable   pk_test_\u{2026}ZXYk   .env:1
                  development, brave-otter-7.clerk.accounts.dev
  \u{2713} secret        sk_test_\u{2026}4711   .env:2         development
  ! CLERK_SIGN_IN_URL   .env.local:1
                  .env.local:1 wins over .env:3, and they differ
                  help: set it in one place only, or to the same value in all
  ! CLERK_DOMAIN                  .env:6
                  .env:6 wins over .env:5, and they differ
                  help: set it in one place only, or to the same value in all
",
        )
        .run();
    let said = sandbox
        .cli("env check")
        .var("CLERK_SIGN_IN_URL", "/c")
        .any_stdout()
        .run();
    assert!(
        said.contains("environment wins over .env.local:1 and .env:3, and they differ"),
        "{said}"
    );
}

#[test]
fn twins_and_packages_must_name_one_instance() {
    let sandbox = with(&format!(
        "VITE_CLERK_PUBLISHABLE_KEY={LIVE}\nVITE_CLERK_SIGN_IN_URL=/a\nCLERK_SIGN_IN_URL=/b\n"
    ));
    let mut found = findings(&sandbox, 1);
    found.retain(|finding| finding["id"] == "twins-differ");
    assert_eq!(
        found[0],
        json!({
            "id": "twins-differ",
            "verdict": "no",
            "subject": "VITE_CLERK_PUBLISHABLE_KEY",
            "value": null,
            "place": ".env:3",
            "detail": "differs from CLERK_PUBLISHABLE_KEY (.env:1)",
            "help": "make both equal",
        })
    );
    assert_eq!(found[1]["verdict"], "warn");
    assert_eq!(found.len(), 2);
    let sandbox = project(&[
        (".env", &keys()),
        ("web/package.json", r#"{"devDependencies":{"vite":"7"}}"#),
        (
            "web/.env.local",
            &format!("VITE_CLERK_PUBLISHABLE_KEY={LIVE}\n"),
        ),
    ]);
    let found = finding(&sandbox, 0, "packages-differ");
    assert_eq!(found["place"], "web/.env.local:1");
    assert_eq!(
        found["detail"],
        "names another instance than .env:1: sessions of one are unknown to the other"
    );
}

/// Rust, Vite, Next, Trunk, Dioxus and Leptos in one workspace.
#[test]
fn every_package_of_a_workspace_is_looked_at() {
    let sandbox = project(&[
        (".env", &keys()),
        ("vite/package.json", r#"{"devDependencies":{"vite":"7"}}"#),
        (
            "vite/.env",
            &format!("VITE_CLERK_PUBLISHABLE_KEY={TEST}\nNEXT_PUBLIC_CLERK_SIGN_IN_URL=/a\n"),
        ),
        (
            "vite/.env.production",
            "VITE_CLERK_PUBLISHABLE_KEY=pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA\n",
        ),
        (
            "next/package.json",
            r#"{"dependencies":{"next":"16","vite":"7"}}"#,
        ),
        (
            "next/.env.local",
            &format!(
                "NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY={TEST}\nCLERK_SECRET_KEY={SECRET}\nNEXT_PUBLIC_CLERK_SIGN_IN_URL=/a\n"
            ),
        ),
        ("crates/trunk/Cargo.toml", ""),
        ("crates/trunk/Trunk.toml", ""),
        (
            "crates/trunk/.env",
            &format!("TRUNK_CLERK_PUBLISHABLE_KEY={TEST}\n"),
        ),
        ("crates/leptos/Cargo.toml", ""),
        (
            "crates/leptos/src/app.rs",
            "fn x() {\n    let key = env!(\"CLERK_SECRET_KEY\");\n}\n",
        ),
        ("crates/dioxus/Cargo.toml", ""),
        (
            "crates/dioxus/src/main.rs",
            "// env!(\"CLERK_SECRET_KEY\")\nconst K: Option<&str> = option_env!(\"CLERK_API_KEY\");\n",
        ),
        ("crates/dioxus/.env.staging", "CLERK_SIGN_IN_URL=/a\n"),
        ("node_modules/x/.env", "CLERK_SECRET_KEI=1\n"),
        ("target/.env", "CLERK_SECRET_KEI=1\n"),
    ]);
    let found = findings(&sandbox, 1);
    let told: Vec<_> = found
        .iter()
        .filter(|finding| finding["verdict"] != "ok")
        .map(|finding| {
            let text = |name: &str| finding[name].as_str().unwrap_or_default();
            format!("{} {} {}", text("id"), text("subject"), text("place"))
        })
        .collect();
    assert_eq!(
        told,
        [
            "name-misspelled TRUNK_CLERK_PUBLISHABLE_KEY crates/trunk/.env:1",
            "prefix-unread NEXT_PUBLIC_CLERK_SIGN_IN_URL vite/.env:2",
            "file-not-read file crates/dioxus/.env.staging:1",
            "mode-differs VITE_CLERK_PUBLISHABLE_KEY vite/.env.production:1",
            "secret-built-in CLERK_API_KEY crates/dioxus/src/main.rs:2",
            "secret-built-in CLERK_SECRET_KEY crates/leptos/src/app.rs:2",
        ]
    );
    let detail = |id: &str| {
        let found = found.iter().find(|finding| finding["id"] == id).unwrap();
        found["detail"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        detail("name-misspelled"),
        "nothing reads it; did you mean CLERK_PUBLISHABLE_KEY?"
    );
    assert_eq!(
        detail("prefix-unread"),
        "Next.js reads names with NEXT_PUBLIC_, and this package is made with Vite"
    );
    assert_eq!(
        detail("mode-differs"),
        "in its mode it takes the place of vite/.env:1, and they differ"
    );
    assert_eq!(
        detail("secret-built-in"),
        "built into the program: whoever has the binary, or the page that loads it, has the secret"
    );
}

#[test]
fn an_example_with_a_real_secret_is_told_and_one_without_is_not() {
    let sandbox = project(&[
        (".env", &keys()),
        (
            ".env.example",
            "CLERK_SECRET_KEY=sk_test_xxxxxxxxxxxxxxxxxxxxxxxxxxxx\nCLERK_WEBHOOK_SIGNING_SECRET=whsec_\nCLERK_PUBLISHABLE_KEY=\n",
        ),
    ]);
    assert!(
        findings(&sandbox, 0)
            .iter()
            .all(|finding| finding["verdict"] == "ok")
    );
    fs::write(
        sandbox.path(".env.example"),
        format!("CLERK_SECRET_KEY={SECRET}\n"),
    )
    .unwrap();
    let found = finding(&sandbox, 1, "secret-in-example");
    assert_eq!(found["place"], ".env.example:1");
    assert_eq!(found["value"], "sk_test_\u{2026}4711");
}

#[cfg(unix)]
#[test]
fn a_mode_that_lets_others_read_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = with("");
    fs::set_permissions(sandbox.path(".env"), fs::Permissions::from_mode(0o644)).unwrap();
    let found = finding(&sandbox, 0, "file-mode");
    assert_eq!(
        found["detail"],
        "others on this machine may read it (mode 644)"
    );
    assert_eq!(found["help"], "chmod 600 .env");
    fs::write(
        sandbox.path(".env"),
        format!("CLERK_PUBLISHABLE_KEY={TEST}\n"),
    )
    .unwrap();
    fs::write(sandbox.path("Cargo.toml"), "").unwrap();
    assert!(
        findings(&sandbox, 0)
            .iter()
            .all(|finding| finding["id"] != "file-mode")
    );
}

fn git(sandbox: &Sandbox, words: &[&str]) {
    let git = Command::new("git")
        .args(["-c", "user.name=x", "-c", "user.email=x@example.com"])
        .args(words)
        .current_dir(sandbox.path(""))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .unwrap();
    assert!(git.status.success(), "{git:?}");
}

fn check_with_git(sandbox: &Sandbox, status: i32) -> String {
    sandbox
        .cli("env check")
        .with_programs()
        .status(status)
        .any_stdout()
        .run()
}

#[test]
fn git_is_asked_whether_secrets_would_be_published() {
    let sandbox = with("");
    git(&sandbox, &["init", "-q"]);
    let said = check_with_git(&sandbox, 1);
    assert!(
        said.ends_with(
            "  \u{2717} git                           .env
                  it holds secrets and is not ignored: the next `git add .`
                  takes it along
                  help: add .env to .gitignore
"
        ),
        "{said}"
    );
    fs::write(sandbox.path(".gitignore"), ".env\n").unwrap();
    let said = check_with_git(&sandbox, 0);
    assert!(
        said.ends_with(
            "  \u{2713} git                           .env     ignored, and not tracked\n"
        ),
        "{said}"
    );
    git(&sandbox, &["add", "-f", ".env"]);
    let said = check_with_git(&sandbox, 1);
    assert!(
        said.ends_with(
            "  \u{2717} git                           .env
                  it holds secrets and is tracked: each clone has them
                  help: git rm --cached .env; then make new keys in Clerk's
                        dashboard, because history keeps the old ones
"
        ),
        "{said}"
    );
    // Out of the file, but still in the index: the next commit has it.
    fs::write(
        sandbox.path(".env"),
        format!("CLERK_PUBLISHABLE_KEY={TEST}\n"),
    )
    .unwrap();
    fs::write(sandbox.path("Cargo.toml"), "").unwrap();
    let said = check_with_git(&sandbox, 0);
    assert!(
        said.ends_with(
            "  ! git           sk_test_\u{2026}4711   .env:2
                  a secret in a file that git tracks: each clone has it
                  help: make a new one in Clerk's dashboard, unless it was made
                        up for a test
"
        ),
        "{said}"
    );
    fs::write(
        sandbox.path("src/x.rs"),
        "const K: &str = \"sk_live_2q7OrchardOrchardOrchardOrchard4711\";\n",
    )
    .unwrap();
    git(&sandbox, &["add", "src/x.rs"]);
    let said = check_with_git(&sandbox, 1);
    assert!(
        said.contains("  \u{2717} git           sk_live_\u{2026}4711   src/x.rs:1\n"),
        "{said}"
    );
    assert!(!said.contains("Orchard"), "{said}");
}

#[test]
fn a_package_below_the_repository_is_asked_about_by_its_own_path() {
    let sandbox = project(&[("app/Cargo.toml", ""), ("app/.env", &keys())]);
    git(&sandbox, &["init", "-q"]);
    git(&sandbox, &["add", "-f", "app/.env"]);
    let said = sandbox
        .cli("env check")
        .folder(&sandbox.path("app"))
        .with_programs()
        .status(1)
        .any_stdout()
        .run();
    assert!(said.contains("it holds secrets and is tracked"), "{said}");
}

#[test]
fn without_git_its_checks_are_skipped_and_that_is_said() {
    let sandbox = with("");
    fs::create_dir(sandbox.path(".git")).unwrap();
    let said = sandbox.cli("env check").any_stdout().run();
    assert!(
        said.starts_with("  1 not checked\n")
            && said.ends_with(
                "  \u{2013} git           git is not installed: whether the files with secrets are
                  ignored was not checked
"
            ),
        "{said}"
    );
    let said = check_with_git(&sandbox, 0);
    assert!(
        said.contains("  \u{2013} git           git refuses: fatal: "),
        "{said}"
    );
}

/// A repository's own settings must not make a look run programs.
#[cfg(unix)]
#[test]
fn a_repository_cannot_make_a_check_run_its_programs() {
    let sandbox = with("");
    git(&sandbox, &["init", "-q"]);
    git(&sandbox, &["add", "-f", ".env"]);
    let mark = sandbox.path("ran").display().to_string();
    for (name, value) in [
        ("core.fsmonitor", format!("touch {mark}")),
        ("core.pager", format!("touch {mark}")),
        ("diff.x.textconv", format!("touch {mark}")),
        (
            "core.hooksPath",
            sandbox.path("hooks").display().to_string(),
        ),
    ] {
        git(&sandbox, &["config", name, &value]);
    }
    fs::write(sandbox.path(".gitattributes"), "* diff=x\n").unwrap();
    check_with_git(&sandbox, 1);
    assert!(!sandbox.path("ran").exists());
}

/// Names and values of a file are a stranger's words on the way to a terminal.
#[test]
fn nothing_in_a_file_reaches_the_terminal_as_a_command() {
    let sandbox = with(
        "CLERK_SIGN_IN_URL=a\u{1b}[2J\u{202e}b\nCLERK_IS_SATELLITE=\u{1b}]0;x\u{7}\nCLERK_\u{1b}[31m=x\nCLERK_FAPI_URL=\u{9b}1m\n",
    );
    fs::create_dir(sandbox.path("a\u{1b}[2Jb")).unwrap();
    fs::write(sandbox.path("a\u{1b}[2Jb/.env"), "CLERK_SECRET_KEI=x\n").unwrap();
    for words in [
        "env check",
        "env check --json",
        "env list",
        "env set CLERK_\u{1b}[2JX -",
    ] {
        let output = sandbox.cli(words).output();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(
            !said.contains(['\u{1b}', '\u{9b}', '\u{7}', '\u{202e}']),
            "{words}: {said:?}"
        );
    }
}

/// A pipe in the place of `.env` kept the tool waiting for ever.
#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_not_read() {
    let sandbox = with("");
    let made = Command::new("mkfifo")
        .arg(sandbox.path(".env.local"))
        .status();
    assert!(made.unwrap().success());
    let said = sandbox.cli("env check").status(3).any_stdout().run();
    assert!(
        said.contains(
            "  ? file          .env.local   it cannot be read: it is not a regular file\n"
        ),
        "{said}"
    );
}

/// A file of a few hundred kilobytes kept the tool busy for minutes.
#[test]
fn a_file_of_thousands_of_names_is_no_work() {
    let lines = |at: usize| format!("CLERK_{at:x}=1\n");
    let text: String = (0..15_000).map(lines).collect();
    let sandbox = with(&text);
    let found = findings(&sandbox, 0);
    assert!(found.len() > 14_000, "{}", found.len());
}

#[test]
fn a_satellite_must_know_its_domain() {
    let sandbox = with("CLERK_IS_SATELLITE=true\n");
    let mut found = findings(&sandbox, 1);
    found.retain(|finding| finding["id"] == "value-missing");
    let told: Vec<_> = found
        .iter()
        .map(|finding| finding["subject"].clone())
        .collect();
    assert_eq!(told, ["CLERK_DOMAIN", "CLERK_SIGN_IN_URL"]);
}

/// A command to copy must not hold another one.
#[cfg(unix)]
#[test]
fn advice_for_a_path_of_a_strangers_is_quoted() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = with("");
    let folder = sandbox.path("$(reboot)");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join(".env"), keys()).unwrap();
    fs::set_permissions(folder.join(".env"), fs::Permissions::from_mode(0o644)).unwrap();
    let found = finding(&sandbox, 0, "file-mode");
    assert_eq!(found["help"], "chmod 600 '$(reboot)/.env'");
}

#[test]
fn what_a_stopped_run_left_is_told() {
    let sandbox = with("");
    fs::write(sandbox.path(".clerk-rs-a1B2c3"), keys()).unwrap();
    let found = finding(&sandbox, 0, "leftover");
    assert_eq!(found["place"], ".clerk-rs-a1B2c3");
    assert_eq!(found["verdict"], "warn");
}

/// Keys that are made up for tests must not look like somebody's.
#[test]
fn a_new_project_passes_its_own_check_once_git_has_it() {
    for words in [
        "init . --template web --with orgs,webhooks,docker,github-actions --yes --no-git",
        "init . --template api --with webhooks,docker,github-actions --yes --no-git",
    ] {
        let sandbox = Sandbox::new();
        sandbox.cli(words).any_stdout().any_stderr().run();
        git(&sandbox, &["init", "-q"]);
        git(&sandbox, &["add", "-A"]);
        let said = check_with_git(&sandbox, 0);
        assert!(said.starts_with("  All is right\n"), "{words}: {said}");
    }
}

#[test]
fn host_and_port_of_an_app_that_was_there_before_are_its_own_business() {
    let sandbox = with("HOST=unix\nPORT=8080,8081\n");
    let about = |findings: &[Value]| {
        let found = findings.iter().filter(|finding| finding["verdict"] == "no");
        found
            .filter(|finding| finding["id"] == "value-malformed")
            .count()
    };
    assert_eq!(about(&findings(&sandbox, 1)), 1);
    let wired = format!("{}wired = true\n", made_of("web"));
    fs::write(sandbox.path("Cargo.toml"), wired).unwrap();
    assert_eq!(about(&findings(&sandbox, 0)), 0);
}
