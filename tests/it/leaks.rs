//! What nobody may see: secrets wherever they stand in a value, and what a stranger's file takes from the environment.

use std::fs;

use clerk_rs_cli::project::names::TABLE;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::clerk::{Clerk, SECRET, Signer, TEST};
use crate::support::{Sandbox, documents};

const ENV: &str = ".env";
/// What the environment holds, and a stranger's file asks for.
const OWN: &str = "zqleakmezq99";
/// What encodes it, in capitals partly.
const ENCODED: &str = "pk_test_WnFMZWFrTWVacTk5";

fn project(env: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("Cargo.toml"), "").unwrap();
    fs::write(sandbox.path(ENV), env).unwrap();
    sandbox
}

/// All that a run says.
fn said(sandbox: &Sandbox, words: &str, variables: &[(&str, &str)], stdin: &str) -> String {
    let mut cli = sandbox.cli(words).with_programs();
    for (name, value) in variables {
        cli = cli.var(name, value);
    }
    fs::write(sandbox.path("stdin"), stdin).unwrap();
    let input = fs::File::open(sandbox.path("stdin")).unwrap();
    let output = cli.command().stdin(input).output().unwrap();
    documents::judge(&output.stdout);
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

fn secret() -> impl Strategy<Value = (&'static str, String)> {
    let prefix = prop::sample::select(vec![
        "sk_test_",
        "sk_live_",
        "whsec_",
        "ak_",
        "mt_",
        "oat_",
        "live_",
        "eyJhbGciOiJub25lIn0.e30.",
    ]);
    (prefix, "[a-zA-Z0-9]{24,40}")
}

fn around() -> impl Strategy<Value = (&'static str, &'static str)> {
    prop::sample::select(vec![
        ("", ""),
        ("Bearer ", ""),
        ("https://a.example,", ",https://b.example"),
        ("https://h.example/?k=", "&a=b"),
        ("https://h.example/", "/v1"),
        ("\u{a0}", "\u{a0}"),
        ("https://u:", "@h.example"),
        ("u:", "@h.example"),
        ("http:", ""),
        ("https://h.example/%3D", ""),
        ("true ", ""),
        ("a;", ";b"),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_secret_anywhere_in_a_value_is_never_shown(
        (prefix, tail) in secret(),
        (before, after) in around(),
    ) {
        let names = TABLE.iter().map(|known| known.name).chain(["HOST", "VITE_CLERK_DOMAIN"]);
        let lines = names.map(|name| format!("{name}=\"{before}{prefix}{tail}{after}\"\n"));
        let sandbox = project(&lines.collect::<String>());
        for words in [
            "env check", "env check --json", "env list", "env list --json", "keys check", "keys check --json",
            "env set --keys local --dry-run", "env set --keys local --dry-run --json", "token verify x.y.z",
        ] {
            let said = said(&sandbox, words, &[], "");
            for start in 0..tail.len() - 8 {
                let piece = &tail[start..start + 8];
                prop_assert!(!said.contains(piece), "{words}: {piece} of {before}{prefix}{tail}: {said}");
            }
        }
    }
}

#[test]
fn a_password_is_not_shown_with_no_scheme_in_front_either() {
    for address in [
        "u:hunter2@h.example",
        "https://u:hunter2@h.example",
        "https://u:hun/ter2@h.example",
        "//u:hunter2@h.example",
    ] {
        let env = format!(
            "CLERK_API_URL={address}\nCLERK_PROXY_URL={address}\nCLERK_AUTHORIZED_PARTIES={address}\n"
        );
        let sandbox = project(&env);
        for words in [
            "env check",
            "env list",
            "env list --json",
            "env check --json",
        ] {
            let said = said(&sandbox, words, &[], "");
            assert!(!said.contains("ter2"), "{words}: {said}");
        }
    }
}

#[test]
fn a_value_with_a_secret_inside_does_not_belong_on_the_command_line() {
    let sandbox = project("");
    for value in ["/a?k=sk_live_0123456789abcdef", "Bearer sk_test_0123456789"] {
        let cli = sandbox.cli("env set CLERK_SIGN_IN_URL").arg(value);
        let said = cli.status(2).any_stderr().run();
        assert!(!said.contains("0123"), "{said}");
    }
    assert_eq!(sandbox.read(ENV), "");
}

fn session(signer: &Signer) -> String {
    let header = json!({ "alg": "RS256", "kid": "ins_1", "typ": "JWT", "cat": "cl_B7d4PD111AAA" });
    let claims = json!({
        "exp": 1_790_000_060, "iat": 1_790_000_000, "iss": "https://a.example", "sub": "user_1", "sid": "sess_1",
        "azp": "https://other.example",
    });
    signer.token(&header, &claims)
}

#[test]
fn what_a_file_takes_from_the_environment_is_in_no_verdict() {
    let signer = Signer::new("ins_1");
    let token = session(&signer);
    for env in [
        "CLERK_PROXY_URL=x$OWN\n",
        "CLERK_PROXY_URL=https://$OWN.example\n",
        "CLERK_AUTHORIZED_PARTIES=https://$OWN.example\n",
        "CLERK_IS_SATELLITE=true\nCLERK_DOMAIN=$OWN.example\n",
        "CLERK_PUBLISHABLE_KEY=$ENCODED\n",
        "VITE_CLERK_PUBLISHABLE_KEY=$ENCODED\n",
        "CLERK_PUBLISHABLE_KEY=pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk\nVITE_CLERK_PUBLISHABLE_KEY=$ENCODED\n",
        "CLERK_SECRET_KEY=$OWN\nCLERK_MACHINE_SECRET_KEY=$OWN\nCLERK_JWT_KEY=$OWN\n",
        "CLERK_API_URL=https://$OWN.example\nCLERK_SECRET_KEY=sk_test_$OWN$OWN\n",
    ] {
        let sandbox = project(env);
        fs::write(sandbox.path("jwks.json"), signer.key_set().to_string()).unwrap();
        for words in [
            "token verify - --jwks jwks.json --at 1790000010",
            "token verify - --jwks jwks.json --at 1790000010 --json",
            "token verify - --batch --jwks jwks.json --at 1790000010",
            "token verify - --at 1790000010 --offline",
            "env check",
            "env check --json",
            "keys check",
            "keys check --json",
        ] {
            let said = said(
                &sandbox,
                words,
                &[("OWN", OWN), ("ENCODED", ENCODED)],
                &token,
            );
            let said = said.to_lowercase();
            assert!(
                !said.contains("zqleakmezq99") && !said.contains("zq99"),
                "{env}{words}: {said}"
            );
        }
    }
}

/// The refusal is still told: only what the environment brought is left out.
#[test]
fn an_origin_out_of_the_environment_still_decides() {
    let signer = Signer::new("ins_1");
    let sandbox = project("CLERK_AUTHORIZED_PARTIES=https://$OWN.example\n");
    fs::write(sandbox.path("jwks.json"), signer.key_set().to_string()).unwrap();
    let words = "token verify - --jwks jwks.json --at 1790000010 --json";
    let told = |own: &str| {
        let said = said(&sandbox, words, &[("OWN", own)], &session(&signer));
        serde_json::from_str::<Value>(&said).unwrap()
    };
    let refused = told(OWN);
    assert_eq!(
        refused["tokens"][0]["reason"],
        "token-invalid-authorized-parties"
    );
    assert!(
        refused["tokens"][0]["message"]
            .as_str()
            .unwrap()
            .contains("(refers to the environment)")
    );
    assert_eq!(told("other")["ok"], true);
}

/// A path is sent along as the secret key is.
#[test]
fn no_address_out_of_the_environment_is_asked() {
    let clerk = Clerk::of(
        &Signer::new("ins_1"),
        "https://brave-otter-7.clerk.accounts.dev",
    );
    let token = session(&Signer::new("ins_1"));
    let url = clerk.url();
    for (env, variables) in [
        (
            format!("CLERK_API_URL={url}/$OWN\n"),
            vec![("CLERK_SECRET_KEY", SECRET)],
        ),
        (
            format!("CLERK_FAPI_URL={url}/$OWN\nCLERK_PUBLISHABLE_KEY={TEST}\n"),
            vec![],
        ),
        (
            format!("CLERK_API_URL={url}\nCLERK_API_VERSION=v$NUMBER\nCLERK_SECRET_KEY={SECRET}\n"),
            vec![],
        ),
    ] {
        let sandbox = project(&env);
        let variables = [variables, vec![("OWN", OWN), ("NUMBER", "4711")]].concat();
        for words in [
            "keys check --online",
            "token verify -",
            "keys verify ak_0hidden0hidden",
        ] {
            let said = said(&sandbox, words, &variables, &token);
            assert!(
                !said.contains(OWN) && !said.contains("4711"),
                "{words}: {said}"
            );
        }
        let asked: Vec<_> = clerk
            .asked()
            .iter()
            .map(|asked| asked.url.path().to_owned())
            .collect();
        assert!(
            asked
                .iter()
                .all(|path| !path.contains(OWN) && !path.contains("4711")),
            "{env}: {asked:?}"
        );
    }
}

/// A key that a file composes of the environment is the user's: it does not go where that file says.
#[test]
fn a_secret_out_of_the_environment_goes_to_no_host_of_a_file() {
    let sandbox = project("CLERK_API_URL=https://api.evil.example\nCLERK_SECRET_KEY=$OWN_KEY\n");
    let variables = [("OWN_KEY", SECRET), ("HTTPS_PROXY", "http://127.0.0.1:9")];
    let token = session(&Signer::new("ins_1"));
    for words in [
        "keys check --online",
        "token verify - --at 1790000010",
        "keys verify ak_0hidden0hidden",
    ] {
        let said = said(&sandbox, words, &variables, &token);
        assert!(said.contains("nothing secret was sent"), "{words}: {said}");
    }
}

#[test]
fn references_that_bring_nothing_are_told_once_and_not_all() {
    let many: String = (0..400).map(|index| format!("${{N{index}}}")).collect();
    let env = format!(
        "CLERK_AUTHORIZED_PARTIES={}\nCLERK_ORGANIZATION_PATTERNS={many}\n{}",
        "$A".repeat(100_000),
        "CLERK_SIGN_IN_URL=/a\n".repeat(300),
    );
    let sandbox = project(&env);
    for words in ["env check", "env list", "env check --json"] {
        let said = said(&sandbox, words, &[], "");
        assert!(said.len() < 60_000, "{words}: {}", said.len());
        assert!(said.contains("refers to A,"), "{words}: {said}");
    }
    let listed = said(&sandbox, "env list", &[], "");
    assert!(
        listed.contains("and 397 more") && listed.contains("and 296 more"),
        "{listed}"
    );
    let checked = said(&sandbox, "env check", &[], "");
    assert!(checked.contains("N0, N1, N2 and 397 more"), "{checked}");
}

#[test]
fn no_app_accepts_a_token_behind_another_scheme() {
    let signer = Signer::new("ins_1");
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("jwks.json"), signer.key_set().to_string()).unwrap();
    let token = session(&signer);
    let words = "token verify - --jwks jwks.json --at 1790000010";
    for (text, is_told) in [
        (format!("basic {token}"), true),
        (format!("Token\t{token}\n"), true),
        (format!("Authorization: Custom {token}"), true),
        (format!("bearer {token}"), true),
        (format!("Bearer  {token}"), true),
        (format!("Bearer {token}"), false),
        (format!("Authorization: Bearer {token}"), false),
        (token.clone(), false),
        (format!("mine: {token}"), false),
    ] {
        let said = said(&sandbox, words, &[], &text);
        assert_eq!(
            said.contains("no app accepts it"),
            is_told,
            "{text}: {said}"
        );
    }
}
