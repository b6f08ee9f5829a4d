//! Keys for `token verify` in every shape that people paste: read where that is safe, named otherwise, never repeated.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::Sandbox;
use crate::support::clerk::{Clerk, Signer, json_answer};

const SECRET: &str = "sk_live_2q7hidden2q7hidden2q7hidden";

fn token(signer: &Signer) -> String {
    signer.token(
        &json!({ "alg": "RS256", "kid": "ins_1", "typ": "JWT", "cat": "cl_B7d4PD111AAA" }),
        &json!({ "sub": "user_1", "exp": 1_790_000_060, "iat": 1_790_000_000 }),
    )
}

fn run(sandbox: &Sandbox, flag: &str, value: &str, status: i32) -> Value {
    let cli = sandbox.cli("token verify @token --json --at 1790000010");
    let said = cli.arg(flag).arg(value).status(status).any_stdout().run();
    assert!(!said.contains("hidden"), "{said}");
    serde_json::from_str(&said).unwrap()
}

fn world() -> (Sandbox, Signer) {
    let (sandbox, signer) = (Sandbox::new(), Signer::new("ins_1"));
    fs::write(sandbox.path("token"), token(&signer)).unwrap();
    (sandbox, signer)
}

#[test]
fn a_key_is_read_in_every_shape_by_either_option() {
    let (sandbox, signer) = world();
    let (pem, set) = (signer.pem(), signer.key_set());
    let jwk = &set["keys"][0];
    let mut nameless = jwk.clone();
    nameless.as_object_mut().unwrap().remove("kid");
    let base64 = |text: &str| STANDARD.encode(text);
    let shapes = [
        pem.clone(),
        pem.replace('\n', "\\n"),
        format!("\u{feff}{pem}\r\n"),
        base64(&pem),
        base64(&base64(&pem)),
        URL_SAFE_NO_PAD.encode(&pem),
        json!(pem).to_string(),
        set.to_string(),
        format!("{set:#}"),
        base64(&set.to_string()),
        jwk.to_string(),
        nameless.to_string(),
        json!([jwk]).to_string(),
        json!({ "jwks": set }).to_string(),
    ];
    for shape in shapes {
        fs::write(sandbox.path("key"), &shape).unwrap();
        for (flag, value) in [
            ("--jwt-key", "@key"),
            ("--jwt-key", "key"),
            ("--jwks", "key"),
            ("--jwks", "@key"),
            ("--jwt-key", &shape),
        ] {
            let said = run(&sandbox, flag, value, 0);
            assert_eq!(said["ok"], true, "{flag} {value}: {said}");
        }
    }
    run(&sandbox, "--jwks", &set.to_string(), 0);
    run(&sandbox, "--jwks", &pem, 0);
}

#[test]
fn what_is_no_public_key_is_named() {
    let (sandbox, signer) = world();
    let private = json!({ "kty": "RSA", "kid": "x", "n": "AQAB", "e": "AQAB", "d": "hidden" });
    let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
    for (text, words) in [
        (SECRET.to_owned(), "secret key"),
        (STANDARD.encode(SECRET), "base64 of a secret key"),
        ("pk_test_YnJhdmUk".to_owned(), "publishable key"),
        ("whsec_hidden".to_owned(), "webhook"),
        (token(&signer), "token (JWT)"),
        ("ssh-rsa AAAAhidden me@here".to_owned(), "SSH"),
        ("<!doctype html><html>hidden</html>".to_owned(), "web page"),
        (private.to_string(), "private key"),
        (json!({ "keys": [private] }).to_string(), "private key"),
        (certificate.to_owned(), "CERTIFICATE"),
        ("{\"keys\": [".to_owned(), "not JSON"),
        ("{}".to_owned(), "no list `keys`"),
        ("keys/public.pem".to_owned(), "the path of a file"),
        (
            json!({ "issuer": "https://x.example", "jwks_uri": "https://x.example/jwks" })
                .to_string(),
            "OpenID configuration",
        ),
    ] {
        let said = run(&sandbox, "--jwt-key", &text, 2);
        let told = said["error"]["message"].as_str().unwrap();
        assert!(told.contains(words), "{words}: {said}");
        fs::write(sandbox.path("key"), &text).unwrap();
        let said = run(&sandbox, "--jwks", "key", 2);
        let told = said["error"]["message"].as_str().unwrap();
        assert!(told.contains(words), "{words}: {said}");
        // A key set was asked for.
        assert!(!told.contains("not a PEM public key"), "{said}");
    }
}

#[test]
fn an_address_is_asked_and_another_document_there_is_named() {
    let (sandbox, signer) = world();
    let clerk = Clerk::new();
    clerk.get("/keys", json_answer(200, &signer.key_set()));
    let configuration = json!({ "issuer": "x", "jwks_uri": format!("{}/keys", clerk.url()) });
    clerk.get("/configuration", json_answer(200, &configuration));
    for flag in ["--jwks", "--jwt-key"] {
        run(&sandbox, flag, &format!("{}/keys", clerk.url()), 0);
    }
    let said = run(
        &sandbox,
        "--jwks",
        &format!("{}/configuration", clerk.url()),
        3,
    );
    let told = said["error"].to_string();
    assert!(
        told.contains("OpenID configuration") && told.contains("/keys"),
        "{told}"
    );
}

/// Of the variable no more is read than the app reads.
#[test]
fn the_variable_is_read_as_the_app_reads_it() {
    let (sandbox, signer) = world();
    let run = |value: &str, status: i32| {
        let cli = sandbox.cli("token verify @token --json --at 1790000010");
        let cli = cli.var("CLERK_JWT_KEY", value).status(status);
        let said = cli.any_stdout().run();
        serde_json::from_str::<Value>(&said).unwrap()
    };
    run(&signer.pem(), 0);
    let said = run(&signer.key_set().to_string(), 2);
    assert!(said["error"].to_string().contains("JWKS"), "{said}");
}
