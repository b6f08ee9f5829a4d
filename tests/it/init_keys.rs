//! Where the keys come from, that they are checked before anything is written, and that a
//! secret one is never shown.

use std::fs;

use crate::support::Sandbox;

const LIVE: &str = "pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA";
const TEST: &str = "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk";
const SECRET: &str = "sk_live_2q7OrchardOrchardOrchard4711";

#[track_caller]
fn variables(sandbox: &Sandbox) -> Vec<String> {
    let text = sandbox.read("my-app/.env");
    text.lines()
        .filter(|line| line.contains('=') && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn local_keys_come_with_the_emulators_address() {
    let sandbox = Sandbox::new();
    sandbox.cli("init my-app --no-git -q").run();
    let variables = variables(&sandbox);
    let value = |name: &str| {
        let line = variables
            .iter()
            .find_map(|line| line.strip_prefix(&format!("{name}=")));
        line.unwrap_or_else(|| panic!("{name} is not in {variables:?}"))
            .trim_matches('"')
            .to_owned()
    };
    let key = clerk_auth::keys::PublishableKey::parse(&value("CLERK_PUBLISHABLE_KEY")).unwrap();
    assert!(key.is_local_emulator() && !key.has_padding_or_white_space());
    assert_eq!(value("CLERK_SECRET_KEY").len(), "sk_test_".len() + 40);
    assert_eq!(value("CLERK_API_URL"), "http://127.0.0.1:4401");
    assert_eq!(value("CLERK_FAPI_URL"), "http://127.0.0.1:4400");
    assert_eq!(value("CLERK_PROXY_URL"), "/__clerk");
    assert_eq!(variables.len(), 5);
}

#[test]
fn with_webhooks_local_keys_come_with_a_secret_that_the_app_accepts() {
    let sandbox = Sandbox::new();
    let mut secrets = Vec::new();
    for name in ["one", "two"] {
        let words = format!("init {name} --no-git --with webhooks");
        let said = sandbox.cli(&words).any_stdout().run();
        assert!(!said.contains("whsec_"), "{said}");
        let text = sandbox.read(&format!("{name}/.env"));
        let mut lines = text.lines();
        let secret = lines.find_map(|line| line.strip_prefix("CLERK_WEBHOOK_SIGNING_SECRET="));
        let secret = secret.unwrap_or_else(|| panic!("{text}")).to_owned();
        assert!(clerk_auth::webhooks::WebhookSecret::parse(&secret).is_ok());
        secrets.push(secret);
    }
    assert_ne!(secrets[0], secrets[1]);
    let dry = "init three --no-git --with webhooks --dry-run --json";
    let plan = sandbox.cli(dry).any_stdout().run();
    let mut values = plan.split("SIGNING_SECRET=whsec_").skip(1);
    // `.env.example` has the beginning alone.
    let is_masked = |rest: &str| rest.starts_with("...") || rest.starts_with("\\n");
    assert!(values.all(is_masked), "{plan}");
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_secret_key() {
    let sandbox = Sandbox::new();
    for (words, path) in [
        ("init my-app --no-git -q", "my-app"),
        ("init here --no-git -q", "here"),
    ] {
        if path == "here" {
            fs::create_dir(sandbox.path("here")).unwrap();
        }
        sandbox.cli(words).run();
        assert_eq!(
            crate::support::mode(&sandbox.path(path).join(".env")),
            0o600
        );
        assert_eq!(
            crate::support::mode(&sandbox.path(path).join("Cargo.toml")) & 0o400,
            0o400
        );
    }
}

#[test]
fn keys_of_an_instance_are_written_without_an_address() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("key"), format!("{SECRET}\n")).unwrap();
    let words = format!("init my-app --no-git --publishable-key {LIVE} --secret-key-file key");
    let said = sandbox.cli(&words).any_stdout().run();
    assert!(
        said.ends_with("  The keys are in .env, which git ignores.\n"),
        "{said}"
    );
    assert!(!said.contains(SECRET));
    let expected = [
        format!("CLERK_PUBLISHABLE_KEY={LIVE}"),
        format!("CLERK_SECRET_KEY={SECRET}"),
    ];
    assert_eq!(variables(&sandbox), expected);
    assert!(
        sandbox
            .read("my-app/.gitignore")
            .lines()
            .any(|line| line == "/.env" || line == ".env")
    );
}

#[test]
fn the_secret_key_can_come_from_standard_input() {
    let sandbox = Sandbox::new();
    let words = format!("init my-app --no-git -q --publishable-key {LIVE} --secret-key-file -");
    sandbox.cli(&words).stdin(&format!("{SECRET}\r\n")).run();
    assert!(sandbox.read("my-app/.env").contains(SECRET));
}

#[test]
fn an_api_needs_no_secret_key() {
    let sandbox = Sandbox::new();
    sandbox
        .cli(&format!(
            "init my-app --no-git -q --template api --publishable-key {LIVE}"
        ))
        .run();
    assert_eq!(
        variables(&sandbox),
        [format!("CLERK_PUBLISHABLE_KEY={LIVE}")]
    );
}

#[test]
fn keys_in_the_environment_are_checked_and_not_written() {
    let sandbox = Sandbox::new();
    let cli = |words: &str| {
        sandbox
            .cli(words)
            .var("CLERK_PUBLISHABLE_KEY", LIVE)
            .var("CLERK_SECRET_KEY", SECRET)
    };
    cli("init my-app --no-git -q --keys env").run();
    assert!(!sandbox.path("my-app/.env").exists());
    sandbox
        .cli("init other --no-git --keys env")
        .var("CLERK_PUBLISHABLE_KEY", LIVE)
        .status(2)
        .stderr(
            "error: CLERK_SECRET_KEY is not set\n  help: set CLERK_SECRET_KEY and run it again, or take \
             --keys paste or --keys local\n",
        )
        .run();
    sandbox
        .cli("init other --no-git --keys env")
        .var("CLERK_PUBLISHABLE_KEY", TEST)
        .var("CLERK_SECRET_KEY", SECRET)
        .status(2)
        .stderr(
            "error: the two keys belong to different instances\n  because: pk_test_ is for development, \
             sk_live_ for production\n  help: copy both from one page of Clerk's dashboard, API keys\n",
        )
        .run();
    assert!(!sandbox.path("other").exists());
}

#[test]
fn a_bad_key_is_refused_before_anything_is_written_and_a_secret_one_not_repeated() {
    let sandbox = Sandbox::new();
    for (public, secret, code) in [
        (SECRET, SECRET, "bad-publishable-key"),
        (LIVE, LIVE, "bad-secret-key"),
        (LIVE, "sk_live_2q7Orchard Orchard", "bad-secret-key"),
        (LIVE, "2q7OrchardOrchardOrchard4711", "bad-secret-key"),
        (LIVE, "", "bad-secret-key"),
        (&LIVE[..30], SECRET, "bad-publishable-key"),
        (TEST, SECRET, "keys-mixed"),
    ] {
        let words = format!("init my-app --json --publishable-key {public} --secret-key-file -");
        let said = sandbox
            .cli(&words)
            .stdin(secret)
            .status(2)
            .any_stdout()
            .run();
        assert!(said.contains(&format!("\"code\": \"{code}\"")), "{said}");
        assert!(!said.contains("2q7Orchard"), "{said}");
    }
    assert_eq!(sandbox.tree(), [""; 0]);
}

#[test]
fn flags_that_contradict_each_other_are_refused() {
    let sandbox = Sandbox::new();
    sandbox
        .cli(&format!("init my-app --keys local --publishable-key {LIVE}"))
        .status(2)
        .stderr("error: --publishable-key goes with --keys paste only\n  help: leave one of the two out\n")
        .run();
    sandbox
        .cli("init my-app --keys env --secret-key-file x")
        .status(2)
        .stderr("error: --secret-key-file goes with --keys paste only\n  help: leave one of the two out\n")
        .run();
}

#[test]
fn a_missing_key_is_named_where_nobody_can_be_asked() {
    let sandbox = Sandbox::new();
    for words in ["init my-app --keys paste", "init my-app --keys paste --yes"] {
        sandbox
            .cli(words)
            .status(2)
            .stderr(
                "error: the publishable key is missing\n  because: there is no terminal to ask on\n  \
                 help: pass --publishable-key PK\n",
            )
            .run();
    }
}

#[test]
fn a_key_file_that_is_none_is_refused() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("long"), "x".repeat(5000)).unwrap();
    fs::write(sandbox.path("binary"), b"\xfe\x00\x80").unwrap();
    for name in ["long", "binary"] {
        let words = format!("init my-app --publishable-key {LIVE} --secret-key-file {name}");
        let stderr = format!(
            "error: the secret key from {name} cannot be used\n  because: it is no text, or longer than 4096 \
             bytes\n  help: it must hold the secret key and nothing else\n"
        );
        sandbox.cli(&words).status(2).stderr(&stderr).run();
    }
    let words = format!("init my-app --publishable-key {LIVE} --secret-key-file absent");
    let stderr = "error: could not read the secret key from absent\n  because: there is no such file\n  \
         help: check the path; it counts from the working folder\n";
    sandbox.cli(&words).status(3).stderr(stderr).run();
}

/// `--dry-run` output lands in build logs.
#[test]
fn a_dry_run_masks_the_secret_key() {
    let sandbox = Sandbox::new();
    for json in ["", " --json"] {
        let words =
            format!("init my-app --dry-run --publishable-key {LIVE} --secret-key-file -{json}");
        let said = sandbox.cli(&words).stdin(SECRET).any_stdout().run();
        assert!(said.contains("CLERK_SECRET_KEY=sk_live_..."), "{said}");
        assert!(!said.contains("2q7Orchard"), "{said}");
    }
}
