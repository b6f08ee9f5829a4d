//! `verify --batch` says of each token what `verify` says of it alone, also of one that it has seen before.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use super::{documents, fed};
use crate::support::Sandbox;

fn cases(file: &str) -> Value {
    let path = format!("{}/tests/fixtures/cases/{file}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// A recorded case, as options of the command line.
fn options(case: &Value) -> Option<String> {
    let list = |value: &Value| match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(list) => list
            .iter()
            .map(|text| text.as_str().unwrap().to_owned())
            .collect(),
        _ => Vec::new(),
    };
    let mut options = vec![format!("--at={}", case["now_ms"].as_f64()? / 1000.0)];
    options.push(format!(
        "--jwt-key=@{}.pem",
        case["key"]["fixture"].as_str()?
    ));
    for (name, value) in case["options"].as_object()? {
        let name = match name.as_str() {
            "audience" => "audience",
            "authorized_parties" => "authorized-party",
            "issuer" => "issuer",
            "clock_skew_ms" => {
                options.push(format!("--leeway={}ms", value.as_i64()?));
                continue;
            }
            _ => return None,
        };
        let list = list(value);
        // The command line takes no condition that nothing can meet.
        if list
            .iter()
            .any(|text| text.is_empty() || text.ends_with('/'))
        {
            return None;
        }
        options.extend(list.iter().map(|text| format!("--{name}={text}")));
    }
    Some(options.join("\n"))
}

fn with_keys() -> Sandbox {
    let sandbox = Sandbox::new();
    for (name, key) in cases("fixtures.json")["keys"].as_object().unwrap() {
        let pem = key["pem"].as_str().unwrap();
        fs::write(sandbox.path(&format!("{name}.pem")), pem).unwrap();
    }
    sandbox
}

/// What a batch says of each token, as verdict and reason.
fn batch(sandbox: &Sandbox, options: &str, tokens: &[&str]) -> Vec<(String, String)> {
    let mut cli = sandbox.cli("token verify --batch --json");
    for option in options.lines() {
        cli = cli.arg(option);
    }
    let output = fed(cli.spawn(), tokens.join("\n").as_bytes());
    let said = String::from_utf8(output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let answer = |document: &Value| (text(&document["verdict"]), text(&document["reason"]));
    documents(&said).iter().map(answer).collect()
}

/// What is said of one alone.
fn alone(sandbox: &Sandbox, options: &str, token: &str) -> (String, String) {
    let mut cli = sandbox.cli("token verify --json");
    for option in options.lines() {
        cli = cli.arg(option);
    }
    let output = fed(cli.arg(token).spawn(), b"");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let told = &document["tokens"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let reason = if told["reason"].is_null() {
        &told["problem"]["code"]
    } else {
        &told["reason"]
    };
    (text(&told["verdict"]), text(reason))
}

#[test]
fn every_recorded_token_has_the_verdict_that_it_has_alone() {
    let sandbox = with_keys();
    let recorded = cases("jwt-verify.json");
    let mut by_options: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for case in recorded["cases"].as_array().unwrap() {
        let token = case["token"].as_str().unwrap();
        // An empty line is a result of its own; alone it is a mistake.
        if !token.trim().is_empty()
            && let Some(options) = options(case)
        {
            by_options.entry(options).or_default().push(token);
        }
    }
    let mut compared = 0;
    for (options, tokens) in &by_options {
        // Twice, so that each is answered from memory too.
        let twice = [&tokens[..], &tokens[..]].concat();
        let together = batch(&sandbox, options, &twice);
        for (number, token) in twice.iter().enumerate() {
            if number < tokens.len() {
                assert_eq!(
                    together[number],
                    alone(&sandbox, options, token),
                    "{options}\n{token}"
                );
            } else {
                assert_eq!(together[number], together[number - tokens.len()]);
            }
            compared += 1;
        }
    }
    assert!(compared > 200, "{compared}");
}

/// A valid token of the recorded ones, and the options with which it is.
fn valid() -> (String, &'static str) {
    let recorded = cases("jwt-verify.json");
    let first = recorded["cases"][0]["token"].as_str().unwrap().to_owned();
    (first, "--at=1772541296\n--jwt-key=@alpha.pem")
}

#[test]
fn a_known_token_does_not_hide_another_with_the_same_end() {
    let sandbox = with_keys();
    let (token, options) = valid();
    let parts: Vec<_> = token.split('.').collect();
    // The signature of the one on the claims of another.
    let other = super::token(&json!({ "sub": "user_2q7pippin", "exp": 1_772_541_346, "v": 2 }));
    let other: Vec<_> = other.split('.').collect();
    let forged = format!("{}.{}.{}", parts[0], other[1], parts[2]);
    let tokens = [&token, &token, &forged, &token, &forged, &forged, &token].map(String::as_str);
    let verdicts = batch(&sandbox, options, &tokens);
    let verdicts: Vec<_> = verdicts
        .iter()
        .map(|(verdict, _)| verdict.as_str())
        .collect();
    assert_eq!(
        verdicts,
        [
            "valid", "valid", "invalid", "valid", "invalid", "invalid", "valid"
        ]
    );
}

#[test]
fn the_claims_of_a_token_are_told_when_its_signature_is_good() {
    let sandbox = with_keys();
    let (token, _) = valid();
    let told = |options: &str, token: &str| {
        let words = format!("token verify --batch --jwt-key @alpha.pem {options}");
        let output = fed(sandbox.cli(&words).spawn(), token.as_bytes());
        String::from_utf8(output.stdout).unwrap()
    };
    let claims = "user_2q7pippin\tsess_2q7orchard\t1772541346";
    assert_eq!(
        told("--at 1772541296", &token),
        format!("valid\tsession\t1\t{claims}\n")
    );
    assert_eq!(
        told("--at 1772541999", &token),
        format!("invalid\ttoken-expired\t1\t{claims}\n")
    );
    assert_eq!(
        told("--at 1772541296 --issuer https://a.example", &token),
        format!(
            "invalid\ttoken-invalid-issuer\t1\t{claims}\tInvalid JWT issuer claim (iss) \
             \"https://clerk.orchard.example\". Expected \"https://a.example\".\n"
        )
    );
    let forged = token.replace(".G6y-", ".H6y-");
    assert_eq!(
        told("--at 1772541296", &forged),
        "invalid\ttoken-invalid-signature\t1\t-\t-\t-\tJWT signature is invalid.\n"
    );
    assert_eq!(
        told("", "ak_2q7OrchardOrchardOrchard"),
        "unknown\tonly-clerk-knows\t1\t-\t-\t-\n"
    );
}

#[test]
fn without_a_key_nothing_is_verified() {
    let sandbox = with_keys();
    let refused = |words: &str, status: i32, error: &str| {
        let cli = sandbox.cli(&format!("token verify --batch {words}"));
        cli.status(status).stdin("x\n").stderr(error).run();
    };
    refused(
        "",
        3,
        "error: no token could be verified\n  because: there is no key to verify with\n  help: this is no \
         project's folder: run it in your app's, where the keys are, or pass --jwt-key or --jwks\n",
    );
    refused(
        "--jwt-key -",
        2,
        "error: the key and the tokens cannot both come from standard input\n  help: name a file for one of them, as \
         @FILE\n",
    );
}

#[test]
fn keys_are_fetched_once_for_all() {
    use std::io::{Read as _, Write as _};
    let fixtures = cases("fixtures.json");
    let set = json!({ "keys": fixtures["keys"].as_object().unwrap().iter().map(|(_, key)| {
        let mut jwk = key["jwk"].clone();
        jwk["kid"] = key["kid"].clone();
        jwk
    }).collect::<Vec<_>>() });
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let length = stream.read(&mut request).unwrap();
        let body = set.to_string();
        let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length:";
        write!(stream, "{head} {}\r\n\r\n{body}", body.len()).unwrap();
        // No second one is answered: the listener ends here.
        String::from_utf8_lossy(&request[..length])
            .lines()
            .next()
            .unwrap()
            .to_owned()
    });
    let sandbox = Sandbox::new();
    let (token, _) = valid();
    let unknown = {
        let header =
            json!({ "alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": "ins_unknown", "typ": "JWT" });
        use base64::Engine as _;
        let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(header.to_string());
        format!("{header}.{}", token.split_once('.').unwrap().1)
    };
    let options = format!("--at=1772541296\n--jwks={origin}");
    let said = batch(&sandbox, &options, &[&token, &unknown, &token]);
    let expected = [
        ("valid", ""),
        ("invalid", "jwk-kid-mismatch"),
        ("valid", ""),
    ];
    assert_eq!(
        said,
        expected.map(|(verdict, reason)| (verdict.to_owned(), reason.to_owned()))
    );
    assert_eq!(
        server.join().unwrap(),
        "GET /.well-known/jwks.json HTTP/1.1"
    );
}
