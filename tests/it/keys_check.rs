//! What keys say without anybody being asked: each way in which they are spoilt, in the words of the screen and in
//! those of `--json`, and never a secret in either.

use std::fs;

use serde_json::Value;

use crate::support::Sandbox;
use crate::support::clerk::{LIVE, SECRET, Signer, TEST};

const LIVE_SECRET: &str = "sk_live_2q7OrchardOrchardOrchardOrchardOrchardx9Qf";

#[track_caller]
fn checked(env: &str, status: i32, text: &str) -> Value {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path(".env"), env).unwrap();
    sandbox.cli("keys check").status(status).stdout(text).run();
    let json = sandbox
        .cli("keys check --json")
        .status(status)
        .any_stdout()
        .run();
    let hidden = ["OrchardOrchard", "hidden"];
    assert!(!hidden.iter().any(|secret| json.contains(secret)), "{json}");
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["schema"], "clerk-rs.keys-check/1");
    assert_eq!(json["ok"], status == 0);
    json
}

fn find<'a>(json: &'a Value, id: &str) -> &'a Value {
    let findings = json["findings"].as_array().unwrap();
    let found = findings.iter().find(|finding| finding["id"] == id);
    found.unwrap_or_else(|| panic!("{id} is not in {json:#}"))
}

/// A run whose text is `expected`, findings of the JWT key left out.
#[track_caller]
fn told(env: &str, status: i32, expected: &str) -> Value {
    let rest = "  – JWT key       not set (fine: keys are fetched)\n";
    checked(env, status, &format!("{expected}{rest}"))
}

#[test]
fn good_keys_are_told_with_their_places() {
    let json = told(
        &format!("\n# Clerk\nCLERK_PUBLISHABLE_KEY={LIVE}\nCLERK_SECRET_KEY={LIVE_SECRET}\n"),
        0,
        "  ✓ publishable   pk_live_…xlJA   .env:3   production, clerk.orchard.example\n\
         \x20 ✓ secret        sk_live_…x9Qf   .env:4   production\n\
         \x20 – pair          both are for production; --online asks whether they are of one\n\
         \x20                 instance\n",
    );
    let found = find(&json, "publishable-key");
    assert_eq!(found["verdict"], "ok");
    assert_eq!(found["value"], "pk_live_…xlJA");
    assert_eq!(found["place"], ".env:3");
    assert_eq!(found["detail"], "production, clerk.orchard.example");
    assert_eq!(find(&json, "secret-key")["place"], ".env:4");
    assert_eq!(find(&json, "pair-not-compared")["verdict"], "skipped");
    assert!(json.get("error").is_none());
}

#[test]
fn the_pair_that_init_makes_is_right() {
    let sandbox = Sandbox::new();
    sandbox.cli("init my-app --no-git -q").run();
    let project = sandbox.path("my-app");
    let said = sandbox
        .cli("keys check")
        .folder(&project)
        .any_stdout()
        .run();
    assert!(said.contains("local emulator, emulator-"), "{said}");
    assert!(!said.contains('✗') && !said.contains("  ! "), "{said}");
}

#[test]
fn an_unset_variable_is_named_with_what_to_do() {
    let json = told(
        "",
        1,
        "  ✗ publishable   CLERK_PUBLISHABLE_KEY is not set, neither in the environment\n\
         \x20                 nor in .env.local or .env\n\
         \x20                 help: `clerk-rs env set --keys local` makes a pair for the\n\
         \x20                       emulator, --keys paste takes yours\n\
         \x20 – secret        not set; only an API that does no more than check tokens can\n\
         \x20                 do without\n",
    );
    assert_eq!(find(&json, "publishable-key-missing")["verdict"], "no");
    assert_eq!(find(&json, "secret-key-missing")["verdict"], "skipped");
}

/// The value, the id, and the two lines under the head: each malformation of a publishable key.
#[test]
fn a_spoilt_publishable_key_is_told_with_the_place() {
    for (value, masked, id, detail) in [
        (
            format!("'{TEST} '"),
            "pk_test_…",
            "white-space",
            "position 53: “ ” (space) behind the key",
        ),
        (
            "'pk_test_YnJhdmUtb3R0 ZXI'".to_owned(),
            "pk_test_…",
            "white-space",
            "position 21: “ ” (space) inside the key; 3 characters follow",
        ),
        (
            format!("'\"{TEST}\"'"),
            "",
            "quote-inside",
            "position 1: a quote (\") is part of the value",
        ),
        (
            TEST[8..].to_owned(),
            "",
            "prefix-missing",
            "position 1: pk_test_ or pk_live_ is missing; what follows it is there (it encodes brave-otter-7.clerk.accounts.dev)",
        ),
        (
            "pk_tset_YnJhdmUtb3R0ZXI".to_owned(),
            "",
            "prefix-wrong",
            "position 5: this is not the beginning of a key",
        ),
        (
            "pk_test_YnJhdmUt-3R0ZXI".to_owned(),
            "pk_test_…",
            "url-safe-alphabet",
            "position 17: “-” is of the URL-safe alphabet; a publishable key has + and / in its place",
        ),
        (
            TEST[..TEST.len() - 8].to_owned(),
            "pk_test_…",
            "truncated",
            "it breaks off: what is there encodes “brave-otter-7.clerk.account”, without the $ at the end",
        ),
        (
            "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXY".to_owned(),
            "pk_test_…",
            "mark-missing",
            "it encodes the whole host brave-otter-7.clerk.accounts.dev, but not the $ that ends a key",
        ),
        (
            "pk_test_bG9jYWxob3N0JA".to_owned(),
            "pk_test_…",
            "no-dot",
            "what it encodes, “localhost”, is no host: it has no dot",
        ),
        (
            SECRET.to_owned(),
            "sk_test_…",
            "secret-in-publishable",
            "it is a secret key, which nobody else may see",
        ),
        (
            "test_YnJhdmUtb3R0ZXI".to_owned(),
            "",
            "legacy-form",
            "it has the form of old keys, which begin with test_ or live_",
        ),
        (
            "pk_test_...".to_owned(),
            "pk_test_…",
            "placeholder",
            "it is a placeholder out of a template",
        ),
        (
            "'<your publishable key>'".to_owned(),
            "",
            "placeholder",
            "it is a placeholder out of a template",
        ),
        (
            "pk_test_YnJhdmUt…YXYk".to_owned(),
            "pk_test_…",
            "masked-copy",
            "position 17: something is left out here, as in what a page or a log shows",
        ),
        (
            "pk_test_YnJh*".to_owned(),
            "pk_test_…",
            "bad-character",
            "position 13: “*” cannot be part of a key",
        ),
    ] {
        let sandbox = Sandbox::new();
        fs::write(
            sandbox.path(".env"),
            format!("CLERK_PUBLISHABLE_KEY={value}\n"),
        )
        .unwrap();
        let json = sandbox
            .cli("keys check --json")
            .status(1)
            .any_stdout()
            .run();
        assert!(!json.contains("Orchard"), "{json}");
        let json: Value = serde_json::from_str(&json).unwrap();
        let found = find(&json, "publishable-key-malformed");
        assert_eq!(found["fault"], id, "{value}");
        assert_eq!(found["verdict"], "no", "{value}");
        assert_eq!(found["detail"], detail, "{value}");
        assert_eq!(found["place"], ".env:1", "{value}");
        let shown = found["value"].as_str().unwrap_or_default();
        assert_eq!(shown, masked, "{value}");
        let text = sandbox.cli("keys check").status(1).any_stdout().run();
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let said = format!(
            "✗ publishable {masked} .env:1 {detail} help: {}",
            found["help"].as_str().unwrap()
        );
        assert!(words(&text).starts_with(&words(&said)), "{said}\n{text}");
    }
}

#[test]
fn a_spoilt_secret_key_is_told_and_not_repeated() {
    for (value, masked, id, detail) in [
        (
            "'sk_test_hidden '",
            "sk_test_…",
            "white-space",
            "position 15: “ ” (space) behind the key",
        ),
        (
            "'\"sk_test_hidden\"'",
            "",
            "quote-inside",
            "position 1: a quote (\") is part of the value",
        ),
        (
            "hidden",
            "",
            "prefix-wrong",
            "position 1: this is not the beginning of a key",
        ),
        (
            TEST,
            "pk_test_…",
            "publishable-in-secret",
            "it is a publishable key",
        ),
        (
            "sk_test_hid•••den",
            "sk_test_…",
            "masked-copy",
            "position 12: something is left out here, as in what a page or a log shows",
        ),
        (
            "sk_live_",
            "sk_live_…",
            "only-prefix",
            "position 9: nothing follows the prefix",
        ),
        (
            "'${CLERK}'",
            "",
            "placeholder",
            "it is a placeholder out of a template",
        ),
        (
            "ak_hidden",
            "ak_…",
            "another-thing",
            "it is an API key or a machine secret key (ak_), not a secret key",
        ),
        (
            "'Bearer sk_test_hidden'",
            "",
            "bearer-inside",
            "position 1: it begins with Bearer, which belongs to a header",
        ),
    ] {
        let env = format!("CLERK_PUBLISHABLE_KEY={TEST}\nCLERK_SECRET_KEY={value}\n");
        let sandbox = Sandbox::new();
        fs::write(sandbox.path(".env"), env).unwrap();
        let json = sandbox
            .cli("keys check --json")
            .status(1)
            .any_stdout()
            .run();
        let text = sandbox.cli("keys check").status(1).any_stdout().run();
        assert!(
            !json.contains("hid") && !text.contains("hid"),
            "{json}{text}"
        );
        let json: Value = serde_json::from_str(&json).unwrap();
        let found = find(&json, "secret-key-malformed");
        assert_eq!(found["fault"], id, "{value}");
        assert_eq!(found["detail"], detail, "{value}");
        assert_eq!(found["place"], ".env:2", "{value}");
        assert_eq!(
            found["value"].as_str().unwrap_or_default(),
            masked,
            "{value}"
        );
    }
}

#[test]
fn what_was_pasted_with_a_trailing_space_is_shown_whole() {
    told(
        &format!("CLERK_PUBLISHABLE_KEY=\"{TEST} \"\nCLERK_SECRET_KEY={SECRET}\n"),
        1,
        "  ✗ publishable   pk_test_…       .env:1\n\
         \x20                 position 53: “ ” (space) behind the key\n\
         \x20                 help: paste it again; the whole key has no white space\n\
         \x20 ✓ secret        sk_test_…x9Qf   .env:2   development\n",
    );
}

#[test]
fn swapped_keys_are_told_as_swapped() {
    told(
        &format!("CLERK_PUBLISHABLE_KEY={SECRET}\nCLERK_SECRET_KEY={TEST}\n"),
        1,
        "  ✗ publishable   sk_test_…   .env:1\n\
         \x20                 it is a secret key, which nobody else may see\n\
         \x20                 help: are the two swapped? Publishable keys end up in\n\
         \x20                       browsers: if this one has been in a page or a build,\n\
         \x20                       make a new secret key in Clerk's dashboard, API keys\n\
         \x20 ✗ secret        pk_test_…   .env:2   it is a publishable key\n\
         \x20                 help: the secret key begins with sk_test_ or sk_live_; are the\n\
         \x20                       two swapped?\n",
    );
}

#[test]
fn a_test_key_beside_a_live_one_is_no_pair() {
    let json = told(
        &format!("CLERK_PUBLISHABLE_KEY={TEST}\nCLERK_SECRET_KEY={LIVE_SECRET}\n"),
        1,
        "  ✓ publishable   pk_test_…ZXYk   .env:1\n\
         \x20                 development, brave-otter-7.clerk.accounts.dev\n\
         \x20 ✓ secret        sk_live_…x9Qf   .env:2   production\n\
         \x20 ✗ pair                          .env:2\n\
         \x20                 the two keys belong to different instances: pk_test_ is for\n\
         \x20                 development, sk_live_ for production\n\
         \x20                 help: copy both from one page: Clerk's dashboard, API keys;\n\
         \x20                       `clerk-rs env set --keys paste` takes both at once\n",
    );
    assert_eq!(find(&json, "keys-mixed")["verdict"], "no");
}

#[test]
fn a_secret_in_a_public_variable_is_the_worst() {
    let json = told(
        &format!("CLERK_PUBLISHABLE_KEY={LIVE}\nVITE_CLERK_SECRET_KEY={LIVE_SECRET}\n"),
        1,
        "  ✓ publishable   pk_live_…xlJA   .env:1   production, clerk.orchard.example\n\
         \x20 – secret        not set; only an API that does no more than check tokens can\n\
         \x20                 do without\n\
         \x20 ✗ VITE_CLERK_SECRET_KEY   sk_live_…x9Qf   .env:2\n\
         \x20                 a secret under a prefix that sends it to every browser\n\
         \x20                 help: take it out; if it was ever deployed, make a new one in\n\
         \x20                       Clerk's dashboard\n",
    );
    assert_eq!(find(&json, "public-secret")["verdict"], "no");
}

/// The app refuses to start so.
#[test]
fn two_publishable_keys_that_differ_are_a_failure() {
    let json = told(
        &format!(
            "CLERK_PUBLISHABLE_KEY={LIVE}\nVITE_CLERK_PUBLISHABLE_KEY={TEST}\nCLERK_SECRET_KEY={LIVE_SECRET}\n"
        ),
        1,
        "  ✓ publishable   pk_live_…xlJA   .env:1   production, clerk.orchard.example\n\
         \x20 ✗ VITE_CLERK_PUBLISHABLE_KEY   .env:2\n\
         \x20                 differs from CLERK_PUBLISHABLE_KEY (.env:1)\n\
         \x20                 help: make both equal\n\
         \x20 ✓ secret        sk_live_…x9Qf   .env:3   production\n\
         \x20 – pair          both are for production; --online asks whether they are of one\n\
         \x20                 instance\n",
    );
    assert_eq!(
        find(&json, "twins-differ")["subject"],
        "VITE_CLERK_PUBLISHABLE_KEY"
    );
}

#[test]
fn what_works_but_is_odd_is_a_warning() {
    for (env, id, detail) in [
        (
            format!("CLERK_PUBLISHABLE_KEY={LIVE}=="),
            "publishable-key-padding",
            "production, clerk.orchard.example\nposition 39: = (padding); it works, but the cookies have \
             other names than with the key without it",
        ),
        (
            format!("CLERK_PUBLISHABLE_KEY={}", TEST.replace("test", "live")),
            "publishable-key-live-host",
            "production, brave-otter-7.clerk.accounts.dev\npk_live_ is for production, but the host is that of a \
             development instance",
        ),
        (
            format!("CLERK_PUBLISHABLE_KEY={}", LIVE.replace("live", "test")),
            "publishable-key-test-host",
            "development, clerk.orchard.example\npk_test_ is for development, but the host is none of those that \
             Clerk gives to development instances",
        ),
        (
            format!("CLERK_PUBLISHABLE_KEY={LIVE}\nCLERK_SECRET_KEY=sk_live_shortButNotTooShort00"),
            "secret-key-short",
            "production\n29 characters; Clerk's have about 50, so it may be cut off",
        ),
        (
            format!(
                "CLERK_PUBLISHABLE_KEY={LIVE}\nCLERK_SECRET_KEY=live_0123456789012345678901234567890123456789"
            ),
            "secret-key-legacy-form",
            "it has the form of old keys, which begin with test_ or live_",
        ),
        (
            format!("CLERK_PUBLISHABLE_KEY={LIVE}\nCLERK_API_KEY=live_hidden"),
            "secret-key-old-name",
            "CLERK_API_KEY is the old name of CLERK_SECRET_KEY, which is not set",
        ),
    ] {
        let sandbox = Sandbox::new();
        fs::write(sandbox.path(".env"), format!("{env}\n")).unwrap();
        let json = sandbox.cli("keys check --json").any_stdout().run();
        let json: Value = serde_json::from_str(&json).unwrap();
        let found = find(&json, id);
        assert_eq!(
            (&found["verdict"], &found["detail"]),
            (&"warn".into(), &detail.into()),
            "{env}"
        );
        let text = sandbox.cli("keys check").any_stdout().run();
        assert!(
            text.contains("\n  ! ") || text.starts_with("  ! "),
            "{text}"
        );
    }
}

#[test]
fn a_jwt_key_is_read_or_told() {
    let pem = Signer::new("ins_1").pem();
    for (value, status, id, detail) in [
        (format!("\"{pem}\""), 0, "jwt-key", "RSA, 2048 bits"),
        (
            "\"-----BEGIN PRIVATE KEY-----hidden\"".to_owned(),
            1,
            "jwt-key-malformed",
            "it cannot be read: this is a private key; the public one belongs here",
        ),
        (
            format!("\"{}\"", &pem[..200]),
            1,
            "jwt-key-malformed",
            "it cannot be read: the decoded bytes are no RSA public key; the key may be cut off",
        ),
    ] {
        let sandbox = Sandbox::new();
        let env = format!("CLERK_PUBLISHABLE_KEY={LIVE}\nCLERK_JWT_KEY={value}\n");
        fs::write(sandbox.path(".env"), env).unwrap();
        let json = sandbox
            .cli("keys check --json")
            .status(status)
            .any_stdout()
            .run();
        assert!(!json.contains("hidden"), "{json}");
        let json: Value = serde_json::from_str(&json).unwrap();
        let found = find(&json, id);
        assert_eq!(found["detail"], detail);
        assert_eq!(found["place"], ".env:2");
    }
}

#[test]
fn a_machine_secret_key_is_never_told_with_certainty() {
    for (value, status, id, detail) in [
        (
            "ak_0123456789abcdefghij",
            0,
            "machine-secret-key",
            "begins like one (ak_); only using it shows more",
        ),
        (
            "ak_0123456789abcdef0123456789abcdef",
            1,
            "machine-secret-key-malformed",
            "it is the id of a key (ak_ and 32 hexadecimal digits), not a machine secret key",
        ),
        (
            SECRET,
            1,
            "machine-secret-key-malformed",
            "it is a secret key, not a machine secret key",
        ),
    ] {
        let sandbox = Sandbox::new();
        let env = format!("CLERK_PUBLISHABLE_KEY={LIVE}\nCLERK_MACHINE_SECRET_KEY={value}\n");
        fs::write(sandbox.path(".env"), env).unwrap();
        let json = sandbox
            .cli("keys check --json")
            .status(status)
            .any_stdout()
            .run();
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(find(&json, id)["detail"], detail);
    }
}

#[test]
fn keys_can_be_given_and_their_origin_is_told() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path(".env"), "CLERK_SECRET_KEY=hidden\n").unwrap();
    sandbox
        .cli(&format!(
            "keys check --publishable-key {LIVE} --secret-key-file -"
        ))
        .stdin(&format!("{LIVE_SECRET}\r\n"))
        .stdout(
            "  ✓ publishable   pk_live_…xlJA   --publishable-key\n\
             \x20                 production, clerk.orchard.example\n\
             \x20 ✓ secret        sk_live_…x9Qf   standard input      production\n\
             \x20 – pair          both are for production; --online asks whether they are of one\n\
             \x20                 instance\n\
             \x20 – JWT key       not set (fine: keys are fetched)\n",
        )
        .run();
    sandbox
        .cli("keys check --secret-key-file absent")
        .status(3)
        .stderr(
            "error: could not read the secret key from absent\n  because: there is no such file\n  \
             help: check the path; it counts from the working folder\n",
        )
        .run();
    let said = sandbox
        .cli("keys check")
        .var("CLERK_SECRET_KEY", SECRET)
        .status(1)
        .any_stdout()
        .run();
    assert!(
        said.contains("sk_test_…x9Qf   environment   development\n"),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn a_terminal_without_unicode_gets_ascii() {
    for (locale, is_ascii) in [("C", true), ("C.UTF-8", false), ("", false)] {
        let sandbox = Sandbox::new();
        let cli = sandbox.cli("keys check --color never").var("LANG", locale);
        let command = cli.var("CLERK_PUBLISHABLE_KEY", LIVE).command();
        let mut session = rexpect::session::spawn_command(command, Some(20_000)).unwrap();
        let said = session.exp_eof().unwrap();
        assert_eq!(said.is_ascii(), is_ascii, "{locale}: {said}");
        let ascii = "  ok publishable   pk_live_...xlJA   environment";
        assert_eq!(said.contains(ascii), is_ascii, "{locale}: {said}");
    }
}
