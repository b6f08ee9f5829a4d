//! `clerk-rs token verify`: the reference's verdict through the command line, every source of the key, every word.

use std::fs;
use std::path::Path;
use std::thread;

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::Sandbox;
use crate::support::clerk::{Clerk, LIVE};

/// What is done instead of the recorded result. The numbers are those of `security.md`.
const DEVIATIONS: &[(&str, &str)] = &[
    ("pem-escaped-newlines", "valid"),                      // 9
    ("pem-pkcs1", "valid"),                                 // 9
    ("pem-4096", "valid"),                                  // 9
    ("pem-garbage", "bad-jwt-key"), // 9: the key is refused before any token
    ("cat-template", "token-invalid"), // 10: it is verified as a session token
    ("cat-unknown", "token-invalid"), // 10
    ("sub-mch", "token-invalid"),   // 10
    ("exp-beyond-date-range", "token-verification-failed"), // 11
    ("nbf-beyond-date-range", "token-verification-failed"), // 11
    ("payload-null", "token-invalid"), // 12
    ("header-null", "token-invalid"), // 12
    ("payload-array", "token-invalid"), // 12
    // Of the command line: white space around a pasted token is no part of it, and nothing is no token.
    ("form-leading-space", "valid"),
    // What is asked for is compared, or it is an error to ask.
    ("aud-absent", "token-verification-failed"),
    ("aud-empty-list", "token-verification-failed"),
    ("aud-empty-string", "token-verification-failed"),
    ("aud-object", "token-verification-failed"),
    ("aud-mixed-list", "token-verification-failed"),
    ("aud-empty-option", "bad-condition"),
    ("issuer-empty", "bad-condition"),
    ("issuer-trailing-slash", "bad-condition"),
    ("form-empty", "token-empty"),
];

fn cases(name: &str) -> Value {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/cases/{name}.json"));
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

fn fixture_pem(name: &str) -> String {
    cases("fixtures")["keys"][name]["pem"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn case(id: &str) -> Value {
    let cases = cases("jwt-verify");
    let found = cases["cases"]
        .as_array()
        .unwrap()
        .iter()
        .find(|case| case["id"] == id);
    found.unwrap().clone()
}

fn token(id: &str) -> String {
    case(id)["token"].as_str().unwrap().to_owned()
}

/// Runs a case through the command line; the exit code and the document.
fn run(case: &Value) -> (i32, Value) {
    let sandbox = Sandbox::new();
    let now = case["now_ms"].as_i64().unwrap();
    let mut cli = sandbox
        .cli("token verify --json --as session --at")
        .arg(&format!("{}.{:03}", now / 1000, now % 1000))
        .arg(case["token"].as_str().unwrap());
    let flags = [
        ("audience", "--audience"),
        ("authorized_parties", "--authorized-party"),
        ("issuer", "--issuer"),
    ];
    for (option, flag) in flags {
        let value = &case["options"][option];
        let one = value.as_str().map(|text| vec![json!(text)]);
        for text in one.as_ref().or(value.as_array()).into_iter().flatten() {
            cli = cli.arg(&format!("{flag}={}", text.as_str().unwrap()));
        }
    }
    if let Some(skew) = case["options"]["clock_skew_ms"].as_i64() {
        cli = cli.arg(&format!("--leeway={skew}ms"));
    }
    let key = &case["key"];
    if let Some(fixture) = key["fixture"].as_str() {
        cli = cli.arg("--jwt-key").arg(&fixture_pem(fixture));
    } else if let Some(pem) = key["pem"].as_str() {
        cli = cli.arg("--jwt-key").arg(pem);
    }
    let clerk = Clerk::new();
    if key["jwks"].is_object() {
        let reply = &key["jwks"]["reply"];
        let status = reply["status"].as_u64().unwrap_or(200);
        let answer = ResponseTemplate::new(u16::try_from(status).unwrap());
        let body = match &reply["body"] {
            Value::String(text) => text.clone(),
            body => body.to_string(),
        };
        clerk.get("/v1/jwks", answer.set_body_raw(body, "application/json"));
        let url = if reply["network_error"] == true {
            "http://127.0.0.1:9".to_owned()
        } else {
            clerk.url()
        };
        let secret = key["jwks"]["secret_key"].as_str().unwrap();
        cli = cli
            .var("CLERK_SECRET_KEY", secret)
            .var("CLERK_API_URL", &url);
    }
    let output = cli.output();
    let document = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{}: {error}: {output:?}", case["id"]));
    (output.status.code().unwrap(), document)
}

/// What the document says in one word: `valid`, a reason, or why nothing could be found out.
fn word(document: &Value) -> String {
    let code = &document["error"]["code"];
    let token = &document["tokens"][0];
    let word = [code, &token["reason"], &token["verdict"]]
        .into_iter()
        .find_map(|value| value.as_str());
    word.unwrap().to_owned()
}

fn check(case: &Value) -> Result<(), String> {
    let id = case["id"].as_str().unwrap();
    let (exit, document) = run(case);
    let said = word(&document);
    let expect = &case["expect"];
    let recorded = match (&expect["ok"], &expect["reason"]) {
        (Value::Bool(true), _) => "valid",
        (_, Value::String(reason)) => reason,
        // The reference fails in another way: nothing is known.
        _ => "key-set-unavailable",
    };
    let deviation = DEVIATIONS.iter().find(|(name, _)| *name == id);
    if deviation.is_some() && said == recorded {
        return Err(format!("{id} deviates no more"));
    }
    let expected = deviation.map_or(recorded, |(_, word)| word);
    let code = match expected {
        "valid" => 0,
        "bad-jwt-key" | "token-empty" | "bad-condition" => 2,
        "jwk-failed-to-resolve"
        | "jwk-remote-failed-to-load"
        | "secret-key-invalid"
        | "key-set-unavailable" => 3,
        _ => 1,
    };
    let mut wrong = Vec::new();
    if said != expected || exit != code {
        wrong.push(format!(
            "{said} with exit code {exit} instead of {expected} with {code}"
        ));
    }
    let token = &document["tokens"][0];
    if expected == "valid" && deviation.is_none() && token["claims"] != expect["claims"] {
        wrong.push(format!("claims {}", token["claims"]));
    }
    if code == 1
        && deviation.is_none()
        && expect["message_exact"] == true
        && token["message"] != expect["message"]
    {
        wrong.push(format!("message {}", token["message"]));
    }
    // The list of checks must tell the same story as the verdict.
    let checks = token["checks"].as_array().cloned().unwrap_or_default();
    let failed = checks.iter().any(|check| check["verdict"] == "no");
    let is_key_unknown = matches!(said.as_str(), "jwk-kid-mismatch");
    if (code == 0 && failed) || (code == 1 && !checks.is_empty() && !failed && !is_key_unknown) {
        wrong.push(format!("checks {checks:?}"));
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("{id}: {}", wrong.join("; ")))
    }
}

#[test]
fn all_recorded_cases_have_the_references_verdict() {
    let all = cases("jwt-verify");
    let all = all["cases"].as_array().unwrap();
    assert_eq!(all.len(), 147);
    // Those that wait for a key server, at once; the rest share two threads.
    let (asking, local): (Vec<_>, Vec<_>) =
        all.iter().partition(|case| case["key"]["jwks"].is_object());
    let halves = local.chunks(local.len().div_ceil(2)).map(<[_]>::to_vec);
    let shares: Vec<Vec<&Value>> = asking
        .into_iter()
        .map(|case| vec![case])
        .chain(halves)
        .collect();
    let wrong: Vec<String> = thread::scope(|scope| {
        let threads: Vec<_> = shares
            .into_iter()
            .map(|share| {
                scope.spawn(move || {
                    share
                        .into_iter()
                        .filter_map(|case| check(case).err())
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const NOW: &str = "--at 1772541538";
/// While it is good.
const THEN: &str = "--at 1772541300";

/// A sandbox whose working folder has the fixture's key in `alpha.pem`, and a key set in `jwks.json`.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("alpha.pem"), fixture_pem("alpha")).unwrap();
    let set = json!({ "keys": [cases("fixtures")["keys"]["alpha"]["jwk"]] });
    fs::write(sandbox.path("jwks.json"), set.to_string()).unwrap();
    fs::write(sandbox.path("token"), token("valid-v2")).unwrap();
    sandbox
}

#[test]
fn an_expired_token_is_told_check_by_check() {
    let expected = "\
\u{20} \u{2717} Not valid: token-expired

  \u{2713} shape         three parts, JSON
  \u{2713} class         session token
  \u{2713} type          JWT
  \u{2713} algorithm     RS256
  \u{2713} key           ins_alpha; from --jwt-key, alpha.pem
  \u{2713} signature
  \u{2713} subject       user_2q7pippin
  \u{2013} app           https://orchard.example; not compared (--authorized-party)
  \u{2013} issuer        https://clerk.orchard.example; not compared (--issuer)
  \u{2717} expiry        2026-03-03 12:35:46 UTC, 3 min 12 s ago; 5 s leeway
  \u{2713} not before    2026-03-03 12:34:36 UTC, 4 min 22 s ago; 5 s leeway
  \u{2713} issued at     2026-03-03 12:34:46 UTC, 4 min 12 s ago; 5 s leeway

  Session tokens live 60 s and are refreshed by the browser. Ask for a fresh
  one:
  await Clerk.session.getToken()
";
    sandbox()
        .cli(&format!("token verify @token --jwt-key @alpha.pem {NOW}"))
        .status(1)
        .stdout(expected)
        .run();
}

#[test]
fn everything_that_is_wrong_is_told_not_only_the_first() {
    let sandbox = sandbox();
    let said = sandbox
        .cli("token verify @token --jwt-key @alpha.pem --audience api --issuer https://other.example --at 2030-01-01")
        .arg("--authorized-party=https://a.example")
        .status(1)
        .any_stdout()
        .run();
    for line in [
        "  \u{2717} Not valid: token-invalid-authorized-parties\n",
        "  \u{2717} app           https://orchard.example; https://a.example\n",
        "  \u{2717} issuer        https://clerk.orchard.example; https://other.example\n",
        "  \u{2717} expiry        2026-03-03 12:35:46 UTC, 3 y ",
        "  \u{2713} signature\n",
        "  Its origin is https://orchard.example; accepted is https://a.example. If that\n  page is yours, add its origin to --authorized-party.\n",
    ] {
        assert!(said.contains(line), "{line} is not in\n{said}");
    }
}

#[test]
fn a_good_token_is_exit_0() {
    let sandbox = sandbox();
    let cli = sandbox.cli("token verify @token --jwt-key @alpha.pem --at 1772541296");
    let said = cli.any_stdout().run();
    assert!(
        said.starts_with("  \u{2713} Valid: session token, user_2q7pippin\n"),
        "{said}"
    );
}

#[test]
fn the_key_is_taken_by_rank_and_said_where_from() {
    let sandbox = sandbox();
    let pem = fixture_pem("alpha");
    let clerk = Clerk::new();
    let set: Value = serde_json::from_str(&sandbox.read("jwks.json")).unwrap();
    let answer = || ResponseTemplate::new(200).set_body_json(&set);
    clerk.get("/v1/jwks", answer());
    clerk.get("/.well-known/jwks.json", answer());
    clerk.get("/elsewhere", answer());
    let publishable = format!("CLERK_PUBLISHABLE_KEY={LIVE}\n");
    let secret = "CLERK_SECRET_KEY=sk_live_2q7hidden\n";
    let api = format!("CLERK_API_URL={}\nCLERK_FAPI_URL={0}\n", clerk.url());
    let (host, url) = (clerk.host(), clerk.url());
    for (env, flags, origin) in [
        (
            String::new(),
            "--jwt-key @alpha.pem".to_owned(),
            "--jwt-key, alpha.pem".to_owned(),
        ),
        (
            String::new(),
            "--jwks jwks.json".to_owned(),
            "--jwks, jwks.json".to_owned(),
        ),
        (
            String::new(),
            format!("--jwks {url}"),
            format!("--jwks, {url}"),
        ),
        (
            String::new(),
            format!("--jwks {url}/elsewhere"),
            format!("--jwks, {url}/elsewhere"),
        ),
        (
            format!("{publishable}{secret}{api}CLERK_JWT_KEY=\"{pem}\"\n"),
            String::new(),
            "CLERK_JWT_KEY, .env:5".to_owned(),
        ),
        (
            format!("{publishable}{secret}{api}"),
            String::new(),
            format!("{host} (CLERK_SECRET_KEY, .env:2)"),
        ),
        (
            format!("{publishable}{api}"),
            String::new(),
            format!("{host} (CLERK_PUBLISHABLE_KEY, .env:1)"),
        ),
        (
            format!("{publishable}{secret}{api}"),
            "--jwks jwks.json".to_owned(),
            "--jwks, jwks.json".to_owned(),
        ),
    ] {
        fs::write(sandbox.path(".env"), env).unwrap();
        let cli = sandbox.cli(&format!(
            "token verify @token --json --at 1772541296 {flags}"
        ));
        let text = cli.any_stdout().run();
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["key"], origin, "{text}");
        assert!(!text.contains("hidden"), "{text}");
    }
    let asked: Vec<_> = clerk
        .asked()
        .iter()
        .map(|request| request.url.path().to_owned())
        .collect();
    assert_eq!(
        asked,
        [
            "/.well-known/jwks.json",
            "/elsewhere",
            "/v1/jwks",
            "/.well-known/jwks.json"
        ]
    );
}

#[test]
fn the_issuer_is_compared_with_the_projects_key_and_the_app_with_the_projects_list() {
    let sandbox = sandbox();
    let env = format!(
        "CLERK_PUBLISHABLE_KEY={LIVE}\nCLERK_AUTHORIZED_PARTIES='https://a.example, https://orchard.example'\n"
    );
    fs::write(sandbox.path(".env"), env).unwrap();
    let verify = |more: &str| {
        let cli = sandbox.cli(&format!(
            "token verify @token --jwks jwks.json --at 1772541296 {more}"
        ));
        cli.any_stdout().run()
    };
    let said = verify("");
    for line in [
        "  \u{2713} app           https://orchard.example\n",
        "  \u{2713} issuer        https://clerk.orchard.example; that of CLERK_PUBLISHABLE_KEY",
    ] {
        assert!(said.contains(line), "{line} is not in\n{said}");
    }
    fs::write(
        sandbox.path(".env"),
        format!("CLERK_PUBLISHABLE_KEY={}\n", crate::support::clerk::TEST),
    )
    .unwrap();
    let said = verify("");
    assert!(
        said.contains("  ! issuer        https://clerk.orchard.example; CLERK_PUBLISHABLE_KEY"),
        "{said}"
    );
}

/// A token that named the place of its own key had it fetched and believed by other tools.
#[test]
fn no_address_in_a_token_is_asked() {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let clerk = Clerk::new();
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let url = clerk.url();
    let header = json!({ "alg": "RS256", "kid": "ins_evil", "jku": format!("{url}/k"), "x5u": url, "iss": url });
    let claims = json!({ "iss": url, "azp": url, "aud": url, "sub": "user_1", "sid": "sess_1", "exp": 4_000_000_000_u64 });
    let token = format!(
        "{}.{}.{}",
        part(header),
        part(claims),
        URL_SAFE_NO_PAD.encode([1; 256])
    );
    let sandbox = sandbox();
    let text = sandbox
        .cli("token verify --json")
        .arg(&token)
        .status(3)
        .any_stdout()
        .run();
    assert_eq!(
        word(&serde_json::from_str(&text).unwrap()),
        "jwk-failed-to-resolve"
    );
    let text = sandbox
        .cli("token verify --json --jwks jwks.json")
        .arg(&token)
        .status(1)
        .any_stdout()
        .run();
    assert_eq!(
        word(&serde_json::from_str(&text).unwrap()),
        "jwk-kid-mismatch"
    );
    assert!(clerk.asked().is_empty());
}

#[test]
fn not_knowing_is_exit_3_with_what_can_still_be_told() {
    let sandbox = sandbox();
    let said = sandbox
        .cli(&format!("token verify @token {THEN}"))
        .status(3)
        .any_stdout()
        .run();
    for line in [
        "  ? Could not find out: there is no key to verify with\n",
        "  \u{2013} key           ins_alpha; no key at hand\n",
        "  \u{2013} signature     not checked\n",
        "  \u{2713} expiry  ",
        "  help: this is no project's folder: ",
    ] {
        assert!(said.contains(line), "{line} is not in\n{said}");
    }
    let offline = sandbox
        .cli(&format!("--offline token verify @token {THEN}"))
        .var("CLERK_PUBLISHABLE_KEY", LIVE);
    let said = offline.status(3).any_stdout().run();
    let first = "  ? Could not find out: clerk.orchard.example (CLERK_PUBLISHABLE_KEY,\n  environment) was not asked: --offline\n";
    assert!(said.starts_with(first), "{said}");
    // Whatever the key is, its time is over.
    let said = sandbox.cli(&format!("token verify @token {NOW}"));
    let said = said.status(1).any_stdout().run();
    assert!(
        said.starts_with("  \u{2717} Not valid: token-expired\n"),
        "{said}"
    );
    assert!(
        said.contains("  \u{2013} signature     not checked\n"),
        "{said}"
    );
}

#[test]
fn a_key_that_cannot_be_used_is_exit_2() {
    let sandbox = sandbox();
    fs::write(sandbox.path("empty.json"), "{}").unwrap();
    for (flags, message) in [
        (
            "--jwt-key nonsense!",
            "error: the JWT key (--jwt-key) cannot be used\n  because: there is no BEGIN line in it, and it is not base64 of a key\n  help: give the PEM text from Clerk's dashboard (API keys, JWT public key), or @FILE\n",
        ),
        (
            "--jwks empty.json",
            "error: the key set (--jwks, empty.json) cannot be used\n  because: there is no list `keys` with a key in it\n  help: it is what an instance serves at /.well-known/jwks.json\n",
        ),
        (
            "--jwks ftp://x.example/",
            "error: --jwks names no file and no address that can be asked\n  help: write it as https://host/path; http is for this machine alone\n",
        ),
        (
            "--jwks http://x.example/",
            "error: --jwks names no file and no address that can be asked\n  help: write it as https://host/path; http is for this machine alone\n",
        ),
        (
            "--leeway soon",
            "error: --leeway does not name a span of time\n  help: write a number with ms, s, m, h or d behind it; alone it counts seconds\n",
        ),
    ] {
        sandbox
            .cli(&format!("token verify @token {flags}"))
            .status(2)
            .stderr(message)
            .run();
    }
}

#[test]
fn opaque_tokens_are_left_to_clerk_and_do_not_spoil_a_paste() {
    let sandbox = sandbox();
    let expected = "  ? Not verified: it is opaque: only Clerk can verify it (API key, machine\n  secret key or workspace key)\n\n  help: `clerk-rs keys verify` asks Clerk\n";
    sandbox
        .cli("token verify ak_0123 --jwt-key @alpha.pem")
        .status(3)
        .stdout(expected)
        .run();
    sandbox
        .cli("token verify sk_live_hidden --jwt-key @alpha.pem")
        .status(1)
        .any_stdout()
        .run();
    let paste = format!("__session={}; __clerk_db_jwt=dvb_2q7", token("valid-v2"));
    let cli = sandbox
        .cli("token verify - --json --jwt-key @alpha.pem --at 1772541296")
        .stdin(&paste);
    let document: Value = serde_json::from_str(&cli.any_stdout().run()).unwrap();
    assert_eq!(document["tokens"][1]["verdict"], "unknown");
    // One bad token of several is a no.
    let paste = format!("{}\n{}", token("valid-v2"), token("signature-tampered"));
    let cli = sandbox
        .cli("token verify - --json --jwt-key @alpha.pem --at 1772541296")
        .stdin(&paste);
    let document: Value = serde_json::from_str(&cli.status(1).any_stdout().run()).unwrap();
    assert_eq!(document["tokens"][0]["verdict"], "valid");
    assert_eq!(document["tokens"][1]["reason"], "token-invalid-signature");
}
