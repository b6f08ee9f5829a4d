//! `clerk-rs token mint`: tokens for tests, signed with a local key only.

use std::fs;

use serde_json::{Value, json};

use crate::support::Sandbox;
use crate::support::clerk::LIVE;

const LOCAL: &str = "pk_test_ZW11bGF0b3ItMDEyMzQ1NjcubG9jYWxob3N0LmNsZXJrLmFjY291bnRzLmRldiQ";
const AT: &str = "--at 1772541296";

/// A sandbox whose working folder has local keys.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    fs::write(
        sandbox.path(".env"),
        format!("CLERK_PUBLISHABLE_KEY={LOCAL}\n"),
    )
    .unwrap();
    sandbox
}

/// The session of a minted token as `verify` reads it, and the claims.
#[track_caller]
fn verified(sandbox: &Sandbox, mint: &str) -> (Value, Value) {
    let token = sandbox
        .cli(&format!("token mint {AT} {mint}"))
        .any_stdout()
        .run();
    let cli = sandbox
        .cli(&format!("token verify - --json {AT}"))
        .stdin(&token);
    let document: Value = serde_json::from_str(&cli.any_stdout().run()).unwrap();
    let token = &document["tokens"][0];
    assert_eq!(token["verdict"], "valid", "{document}");
    (token["session"].clone(), token["claims"].clone())
}

#[test]
fn a_minted_token_is_valid_in_its_project() {
    let sandbox = sandbox();
    let (session, claims) = verified(&sandbox, "");
    assert_eq!(session["user_id"], "user_test");
    assert_eq!(session["session_status"], "active");
    assert_eq!(session["org_id"], Value::Null);
    assert_eq!(
        claims["iss"],
        "https://emulator-01234567.localhost.clerk.accounts.dev"
    );
    assert_eq!(claims["exp"], 1_772_541_356);
    assert_eq!(claims["iat"], 1_772_541_296);
    assert_eq!(claims["nbf"], 1_772_541_286);
    // The same key the next time.
    assert_eq!(sandbox.tree(), [".clerk/", ".clerk/emulator.json", ".env"]);
    verified(&sandbox, "");
}

#[test]
fn organization_and_permissions_come_out_as_they_went_in() {
    let sandbox = sandbox();
    let flags = "--user user_1 --session sess_1 --org org_1 --org-slug acme --role org:admin --permission invoices:read \
                 --permission org:teams:manage --permission teams:read --authorized-party http://localhost:3000";
    let wanted = json!(["org:invoices:read", "org:teams:manage", "org:teams:read"]);
    for version in ["1", "2"] {
        let (session, claims) = verified(&sandbox, &format!("{flags} --session-version {version}"));
        let mut permissions: Vec<_> = session["org_permissions"].as_array().unwrap().clone();
        permissions.sort_by_key(Value::to_string);
        assert_eq!(Value::from(permissions), wanted, "version {version}");
        assert_eq!(session["user_id"], "user_1");
        assert_eq!(session["session_id"], "sess_1");
        assert_eq!(session["org_id"], "org_1");
        assert_eq!(session["org_slug"], "acme");
        assert_eq!(session["org_role"], "org:admin");
        assert_eq!(claims["azp"], "http://localhost:3000");
        assert_eq!(claims.get("v").is_some(), version == "2");
        assert_eq!(claims.get("org_permissions").is_some(), version == "1");
    }
}

#[test]
fn features_plans_and_any_claim() {
    let sandbox = sandbox();
    let flags = "--org org_1 --permission invoices:read --feature u:theme --feature invoices --feature teams --plan pro --pending \
                 --claim seats=5 --claim plan=pro --claim sub=user_9 --claim nothing=null";
    let (session, claims) = verified(&sandbox, flags);
    assert_eq!(claims["fea"], "o:invoices,u:theme,o:teams");
    assert_eq!(claims["pla"], "o:pro");
    assert_eq!(claims["seats"], 5);
    assert_eq!(claims["plan"], "pro");
    assert_eq!(claims["nothing"], Value::Null);
    assert_eq!(session["user_id"], "user_9");
    assert_eq!(session["session_status"], "pending");
    assert_eq!(session["org_permissions"], json!(["org:invoices:read"]));
}

#[test]
fn it_can_be_expired_already() {
    let sandbox = sandbox();
    let token = sandbox
        .cli("token mint --expires-in -1m")
        .any_stdout()
        .run();
    let cli = sandbox.cli("token verify - --json").stdin(&token);
    let document: Value = serde_json::from_str(&cli.status(1).any_stdout().run()).unwrap();
    assert_eq!(document["tokens"][0]["reason"], "token-expired");
}

#[test]
fn a_private_key_of_ones_own_signs_too() {
    use aws_lc_rs::encoding::AsDer as _;
    use aws_lc_rs::encoding::Pkcs8V1Der;
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::KeyPair as _;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let pem = |label: &str, der: &[u8]| {
        format!(
            "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
            STANDARD.encode(der)
        )
    };
    let private: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    let public = pair.public_key().as_der().unwrap();
    let sandbox = Sandbox::new();
    fs::write(
        sandbox.path("key.pem"),
        pem("PRIVATE KEY", private.as_ref()),
    )
    .unwrap();
    fs::write(
        sandbox.path("public.pem"),
        pem("PUBLIC KEY", public.as_ref()),
    )
    .unwrap();
    let token = sandbox
        .cli("token mint --key key.pem --kid ins_mine --issuer https://i.example")
        .any_stdout()
        .run();
    let cli = sandbox
        .cli("token verify - --jwt-key @public.pem --issuer https://i.example --json")
        .stdin(&token);
    let document: Value = serde_json::from_str(&cli.any_stdout().run()).unwrap();
    assert_eq!(document["tokens"][0]["header"]["kid"], "ins_mine");
    for (name, text, why) in [
        (
            "public.pem",
            None,
            "it is a public key, which signs nothing",
        ),
        (
            "none.pem",
            Some("nothing".to_owned()),
            "there is no PEM block in it",
        ),
        (
            "cut.pem",
            Some("-----BEGIN PRIVATE KEY-----\nabc".to_owned()),
            "it was cut off",
        ),
        (
            "locked.pem",
            Some(pem("ENCRYPTED PRIVATE KEY", b"x")),
            "it is encrypted with a password",
        ),
        (
            "other.pem",
            Some(pem("EC PRIVATE KEY", b"x")),
            "it is no RSA private key",
        ),
        (
            "odd.pem",
            Some(pem("PRIVATE KEY", b"x")),
            "it is no RSA key of 2048 bits or more",
        ),
    ] {
        if let Some(text) = text {
            fs::write(sandbox.path(name), text).unwrap();
        }
        let expected = format!(
            "error: the private key in {name} cannot be used\n  because: {why}\n  \
             help: `openssl genrsa -out key.pem 2048` makes one\n"
        );
        sandbox
            .cli(&format!("token mint --key {name}"))
            .status(2)
            .stderr(&expected)
            .run();
    }
}

#[test]
fn without_a_local_key_nothing_is_signed() {
    let sandbox = Sandbox::new();
    let help = "  help: run it in a project with local keys; `clerk-rs init my-app` makes one. --key FILE signs with an RSA key of yours\n";
    let none = format!(
        "error: there is no local key to sign with\n  \
         because: no publishable key is set in the environment, .env.local or .env\n{help}"
    );
    sandbox.cli("token mint").status(2).stderr(&none).run();
    let real = format!(
        "error: there is no local key to sign with\n  \
         because: the project's keys are those of the Clerk instance clerk.orchard.example\n{help}"
    );
    sandbox
        .cli("token mint")
        .var("CLERK_PUBLISHABLE_KEY", LIVE)
        .status(2)
        .stderr(&real)
        .run();
    assert!(sandbox.tree().is_empty());
    fs::write(sandbox.path("Cargo.toml"), "[package]\nname = \"a\"\n").unwrap();
    let in_project = none.replace(
        "run it in a project with local keys; `clerk-rs init my-app` makes one",
        "`clerk-rs env set --keys local` gives the project local keys",
    );
    sandbox
        .cli("token mint")
        .status(2)
        .stderr(&in_project)
        .run();
}

/// A key or an issuer could stand in that line.
#[test]
fn nothing_is_signed_beside_a_line_that_cannot_be_read() {
    let sandbox = sandbox();
    let env = fs::read_to_string(sandbox.path(".env")).unwrap();
    fs::write(sandbox.path(".env"), format!("{env}CLERK_API_URL='x\n")).unwrap();
    let said = sandbox
        .cli("token mint --json")
        .status(3)
        .any_stderr()
        .any_stdout()
        .run();
    assert!(said.contains(".env"), "{said}");
    assert!(!said.contains("eyJ"), "{said}");
}

#[test]
fn what_no_token_can_say_is_refused() {
    let sandbox = sandbox();
    for (flags, message) in [
        (
            "--claim plan",
            "error: --claim plan has no value\n  help: write it as --claim plan=pro or --claim 'seats=5'\n",
        ),
        (
            "--org o --permission x",
            "error: --permission x is no permission\n  help: write it as invoices:read or org:invoices:read\n",
        ),
        (
            "--session-version 1 --plan pro",
            "error: --plan is not in tokens of version 1\n  help: leave it out, or take --session-version 2\n",
        ),
        (
            "--expires-in soon",
            "error: --expires-in does not name a span of time\n  help: write a number with ms, s, m, h or d behind it; alone it counts seconds\n",
        ),
    ] {
        sandbox
            .cli(&format!("token mint {flags}"))
            .status(2)
            .stderr(message)
            .run();
    }
    let many: Vec<_> = (0..129)
        .map(|at| format!("--permission f:p{at:03}"))
        .collect();
    let packed =
        "error: so many permissions cannot be packed\n  help: 128 different names are the most\n";
    sandbox
        .cli(&format!("token mint --org o {}", many.join(" ")))
        .status(2)
        .stderr(packed)
        .run();
}
