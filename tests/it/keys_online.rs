//! What Clerk says of keys, and each reason why nothing could be found out, over real HTTP. Text and JSON are compared
//! word by word; no answer of a server may be taken for "the key is wrong" unless Clerk said so.

use std::fs;

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::Sandbox;
use crate::support::clerk::{Clerk, SECRET, Signer, TEST, json_answer, refusal};

const ID: &str = "ins_2q7brave";
const OWN: &str = "https://brave-otter-7.clerk.accounts.dev";

/// The screen, ports made equal.
fn plain(clerk: &Clerk, text: &str) -> String {
    text.replace(&clerk.host(), "127.0.0.1:12345")
}

#[track_caller]
fn asked(clerk: &Clerk, status: i32) -> (String, Value) {
    let sandbox = Sandbox::new();
    let text = clerk
        .cli(&sandbox, "keys check --online")
        .status(status)
        .any_stdout()
        .run();
    let json = clerk
        .cli(&sandbox, "keys check --online --json")
        .status(status)
        .any_stdout()
        .run();
    assert!(
        !json.contains(SECRET) && !text.contains(SECRET),
        "{json}{text}"
    );
    let json = serde_json::from_str(&plain(clerk, &json)).unwrap();
    (plain(clerk, &text), json)
}

/// The same where the key server, which never had the secret, gives no answer.
#[track_caller]
fn asked_without_key_server(clerk: &Clerk, status: i32) -> (String, Value) {
    let sandbox = Sandbox::new();
    let run = |words| {
        let cli = clerk
            .cli(&sandbox, words)
            .var("CLERK_FAPI_URL", "http://127.0.0.1:9");
        let said = cli.status(status).any_stdout().run();
        assert!(!said.contains(SECRET), "{said}");
        plain(clerk, &said)
    };
    let json = serde_json::from_str(&run("keys check --online --json")).unwrap();
    (run("keys check --online"), json)
}

fn find<'a>(json: &'a Value, subject: &str) -> &'a Value {
    let findings = json["findings"].as_array().unwrap();
    let found = findings
        .iter()
        .find(|finding| finding["subject"] == subject);
    found.unwrap_or_else(|| panic!("{subject} is not in {json:#}"))
}

#[test]
fn a_pair_of_one_instance_is_proved() {
    let signer = Signer::new(ID);
    let clerk = Clerk::of(&signer, OWN);
    let sandbox = Sandbox::new();
    let text = clerk
        .cli(&sandbox, "keys check --online")
        .var("CLERK_JWT_KEY", &signer.pem())
        .any_stdout()
        .run();
    assert_eq!(
        plain(&clerk, &text),
        "  ✓ publishable   pk_test_…ZXYk   environment\n\
         \x20                 development, brave-otter-7.clerk.accounts.dev\n\
         \x20 ✓ secret        sk_test_…x9Qf   environment   accepted by 127.0.0.1:12345\n\
         \x20 ✓ key server    127.0.0.1:12345 answers\n\
         \x20 ✓ instance      ins_2q7brave, development, brave-otter-7.clerk.accounts.dev\n\
         \x20 ✓ pair          both keys are of ins_2q7brave\n\
         \x20 ✓ JWT key                       environment   that of ins_2q7brave\n"
    );
    for request in clerk.asked() {
        let key = request
            .headers
            .get("authorization")
            .map(|value| value.to_str().unwrap());
        match request.url.path() {
            "/.well-known/jwks.json" => assert_eq!(key, None, "a public place got the secret key"),
            _ => assert_eq!(key, Some(&*format!("Bearer {SECRET}"))),
        }
    }
}

#[test]
fn a_pair_of_two_instances_is_told_with_both_ids() {
    let (own, other) = (Signer::new(ID), Signer::new("ins_2r1other"));
    let clerk = Clerk::of(&own, "https://calm-fox-12.clerk.accounts.dev");
    let public = Clerk::of(&other, OWN);
    let sandbox = Sandbox::new();
    fs::write(sandbox.path(".env"), "CLERK_SECRET_KEY=sk_test_other\n").unwrap();
    let cli = |words| {
        let cli = clerk
            .cli(&sandbox, words)
            .var("CLERK_FAPI_URL", &public.url());
        cli.var("CLERK_JWT_KEY", &own.pem()).status(1).any_stdout()
    };
    let text = cli("keys check --online").run();
    let text = text.replace(&public.host(), "127.0.0.1:54321");
    assert_eq!(
        plain(&clerk, &text),
        "  ✓ publishable   pk_test_…ZXYk   environment\n\
         \x20                 development, brave-otter-7.clerk.accounts.dev\n\
         \x20 ✓ secret        sk_test_…x9Qf   environment   accepted by 127.0.0.1:12345\n\
         \x20 ✓ key server    127.0.0.1:54321 answers\n\
         \x20 ✓ instance      ins_2q7brave, development, calm-fox-12.clerk.accounts.dev\n\
         \x20 ✗ pair          the two keys belong to different instances\n\
         \x20                 publishable: ins_2r1other   secret: ins_2q7brave\n\
         \x20                 help: copy both from one page: Clerk's dashboard, API keys;\n\
         \x20                       environment wins over .env:1\n\
         \x20 ✗ JWT key                       environment\n\
         \x20                 it is not the key that ins_2r1other signs with\n\
         \x20                 help: copy it again from the page where the other keys are:\n\
         \x20                       Clerk's dashboard, API keys; or remove it\n"
    );
    let json: Value = serde_json::from_str(&cli("keys check --online --json").run()).unwrap();
    assert_eq!(find(&json, "pair")["id"], "pair-of-two-instances");
    assert_eq!(find(&json, "JWT key")["id"], "jwt-key-of-another-instance");
    assert_eq!(json["ok"], false);
    assert!(json.get("error").is_none(), "a no is no error");
}

#[test]
fn one_name_with_two_signing_keys_is_somebody_in_between() {
    let (own, other) = (Signer::new(ID), Signer::new(ID));
    let clerk = Clerk::of(&own, OWN);
    let public = Clerk::of(&other, OWN);
    let sandbox = Sandbox::new();
    let json = clerk
        .cli(&sandbox, "keys check --online --json")
        .var("CLERK_FAPI_URL", &public.url())
        .status(1)
        .any_stdout()
        .run();
    let json: Value = serde_json::from_str(&json).unwrap();
    let found = find(&json, "pair");
    assert_eq!(found["id"], "pair-other-key");
    assert_eq!(
        found["detail"],
        "both keys name ins_2q7brave, but the key server has another signing key under that name than Clerk"
    );
}

#[test]
fn without_the_key_server_the_domains_tell() {
    for (domain, status, id) in [
        (OWN, 3, "pair"),
        ("https://clerk.other.example", 1, "pair-of-two-instances"),
    ] {
        let clerk = Clerk::of(&Signer::new(ID), domain);
        let public = Clerk::new();
        public.get(
            "/.well-known/jwks.json",
            refusal(500, "internal_clerk_error"),
        );
        let sandbox = Sandbox::new();
        let json = clerk
            .cli(&sandbox, "keys check --online --json")
            .var("CLERK_FAPI_URL", &public.url())
            .status(status)
            .any_stdout()
            .run();
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(find(&json, "pair")["id"], id);
        assert_eq!(find(&json, "key server")["verdict"], "unknown");
    }
}

/// Each answer that is none: exit code, id, sentence and advice, as JSON and on the screen.
#[test]
fn each_answer_to_the_secret_key_has_a_sentence_of_its_own() {
    let page = || {
        ResponseTemplate::new(200).set_body_raw("<!doctype html><title>Hotel</title>", "text/html")
    };
    let host = "127.0.0.1:12345";
    let address = "check CLERK_API_URL and CLERK_API_VERSION";
    let sign_in =
        "this network may want a sign-in first: open any page in a browser; else check the address";
    let between = "a proxy or firewall may stand between; nothing is known of the key";
    for (answer, status, id, detail, help) in [
        (
            refusal(401, "clerk_key_invalid"),
            1,
            "refused",
            format!("{host} does not recognise this key (401 clerk_key_invalid, trace 0a1b2c)"),
            "copy the secret key again from Clerk's dashboard, API keys; it may have been replaced or deleted there",
        ),
        (
            refusal(403, "authorization_invalid"),
            1,
            "forbidden",
            format!(
                "{host} knows this key, but does not allow it to do this (403 authorization_invalid, trace 0a1b2c)"
            ),
            "take a secret key of the instance with all rights, from Clerk's dashboard, API keys",
        ),
        (
            refusal(404, "resource_not_found"),
            3,
            "not-found",
            format!("{host} has nothing at this path (404 resource_not_found, trace 0a1b2c)"),
            address,
        ),
        (
            refusal(410, "operation_deprecated"),
            3,
            "gone",
            format!(
                "{host} does not offer this call any more (410 operation_deprecated, trace 0a1b2c)"
            ),
            "a newer version of clerk-rs may know the new one",
        ),
        (
            refusal(422, "form_param_unknown"),
            3,
            "unprocessable",
            format!(
                "{host} understood the request and refused it (422 form_param_unknown, trace 0a1b2c)"
            ),
            "what it says in brackets is Clerk's own reason",
        ),
        (
            refusal(429, "too_many_requests").insert_header("retry-after", "7"),
            3,
            "rate-limited",
            format!(
                "{host} asks to wait for 7 s: too many requests (429 too_many_requests, trace 0a1b2c)"
            ),
            "try again in 7 s",
        ),
        (
            refusal(429, "too_many_requests"),
            3,
            "rate-limited",
            format!("{host} asks to wait: too many requests (429 too_many_requests, trace 0a1b2c)"),
            "try again in a minute",
        ),
        (
            refusal(503, "service_unavailable"),
            3,
            "clerk-fault",
            format!("{host} has a fault of its own (503 service_unavailable, trace 0a1b2c)"),
            "try again later; https://status.clerk.com tells about outages",
        ),
        (
            refusal(418, "teapot"),
            3,
            "unexpected-answer",
            format!("{host} answered 418, which was not expected (418 teapot, trace 0a1b2c)"),
            address,
        ),
        (
            page(),
            3,
            "captive-portal",
            format!("a web page came in place of {host}'s answer"),
            sign_in,
        ),
        (
            ResponseTemplate::new(200).set_body_string("OK"),
            3,
            "not-clerk",
            format!("{host} answered with something that is not JSON"),
            address,
        ),
        (
            json_answer(200, &json!({ "hello": 1 })),
            3,
            "not-clerk",
            format!("{host} answered with something that is not a key set"),
            address,
        ),
        (
            ResponseTemplate::new(302).insert_header("location", "http://login.hotel.example/"),
            3,
            "redirected",
            format!("{host} answered 302, a redirect, which is not followed"),
            sign_in,
        ),
        (
            ResponseTemplate::new(401).set_body_string("no"),
            3,
            "not-clerk",
            format!("something between here and {host} answered 401, not Clerk"),
            between,
        ),
        (
            ResponseTemplate::new(502).set_body_string("<h1>Bad gateway</h1>"),
            3,
            "not-clerk",
            format!("something between here and {host} answered 502, not Clerk"),
            between,
        ),
        (
            ResponseTemplate::new(407),
            3,
            "proxy-failed",
            format!("the proxy in front of {host} asks for a name and password (407)"),
            "put them into HTTPS_PROXY, as http://name:password@host:port",
        ),
    ] {
        let signer = Signer::new(ID);
        let clerk = Clerk::new();
        clerk.get("/v1/jwks", answer);
        clerk.get(
            "/.well-known/jwks.json",
            json_answer(200, &signer.key_set()),
        );
        let (text, json) = asked(&clerk, status);
        let found = find(&json, "secret");
        assert_eq!(found["id"], format!("secret-key-{id}"), "{json:#}");
        assert_eq!(found["detail"], detail);
        assert_eq!(found["help"], help);
        assert_eq!(found["verdict"], if status == 1 { "no" } else { "unknown" });
        assert_eq!(
            json["error"]["message"],
            if status == 1 {
                Value::Null
            } else {
                detail.clone().into()
            }
        );
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let symbol = if status == 1 { '✗' } else { '?' };
        let said =
            format!("{symbol} secret sk_test_…x9Qf environment {detail} help: {help} ✓ key server");
        assert!(words(&text).contains(&words(&said)), "{said}\n{text}");
        let pair = find(&json, "pair");
        assert_eq!(pair["verdict"], "skipped");
        assert_eq!(
            pair["detail"],
            "not compared: one of the two sides gave no answer"
        );
    }
}

#[test]
fn a_host_that_clerk_does_not_know_is_a_wrong_publishable_key() {
    let signer = Signer::new(ID);
    let clerk = Clerk::new();
    clerk.get("/v1/jwks", json_answer(200, &signer.key_set()));
    clerk.get("/.well-known/jwks.json", refusal(400, "host_invalid"));
    let (text, json) = asked(&clerk, 1);
    let found = find(&json, "key server");
    assert_eq!(found["id"], "key-server-host-unknown");
    assert_eq!(
        found["detail"],
        "Clerk knows no instance at 127.0.0.1:12345 (400 host_invalid, trace 0a1b2c)"
    );
    assert!(
        text.contains("✗ key server    Clerk knows no instance at 127.0.0.1:12345"),
        "{text}"
    );
}

#[test]
fn a_server_that_repeats_the_secret_key_does_not_get_it_onto_the_screen() {
    let clerk = Clerk::of(&Signer::new(SECRET), &format!("https://{SECRET}.example"));
    let (text, json) = asked_without_key_server(&clerk, 1);
    assert!(text.contains("✓ instance      ..., development"), "{text}");
    assert_eq!(find(&json, "instance")["verdict"], "ok");
    let clerk = Clerk::new();
    clerk.get(
        "/v1/jwks",
        json_answer(500, &json!({})).insert_header("clerk-trace-id", SECRET),
    );
    let (text, _) = asked_without_key_server(&clerk, 3);
    assert!(text.contains("(500, trace ...)"), "{text}");
}

/// A server may say anything.
#[test]
fn what_a_server_says_is_harmless_on_a_terminal_and_repeats_no_secret() {
    let evil = "\u{1b}]0;owned\u{7}\u{202e}";
    let error = json!({ "code": format!("{SECRET}{evil}"), "message": evil });
    let body = json!({ "errors": [error], "clerk_trace_id": evil.repeat(9) }).to_string();
    // The same text to whoever reads JSON.
    let body = body.replace("sk_test", "\\u0073k_test");
    let answer = ResponseTemplate::new(500).set_body_string(body);
    let clerk = Clerk::new();
    clerk.get("/v1/jwks", answer.insert_header("cf-ray", SECRET));
    let signer = Signer::new(&evil.repeat(30));
    clerk.get(
        "/.well-known/jwks.json",
        json_answer(200, &signer.key_set()),
    );
    let (text, json) = asked(&clerk, 3);
    assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text:?}");
    let detail = find(&json, "secret")["detail"].as_str().unwrap();
    assert!(
        detail.contains("500 ...\\u{1b}]0;owned\\u{7}\\u{202e}, trace \\u{1b}"),
        "{detail}"
    );
    assert!(detail.len() < 300, "{detail}");
}

#[test]
fn the_secret_key_goes_only_where_the_user_sends_it() {
    let clerk = Clerk::of(&Signer::new(ID), OWN);
    let sandbox = Sandbox::new();
    // A project that somebody cloned names a server of its own.
    fs::write(
        sandbox.path(".env"),
        "CLERK_API_URL=https://api.evil.example\n",
    )
    .unwrap();
    let cli = |words: &str| {
        sandbox
            .cli(words)
            .var("CLERK_PUBLISHABLE_KEY", TEST)
            .var("CLERK_SECRET_KEY", SECRET)
            .var("CLERK_FAPI_URL", &clerk.url())
    };
    let text = cli("keys check --online").status(3).any_stdout().run();
    let expected = "  ? address                       .env:1\n\
                    \x20                 nothing secret was sent: CLERK_API_URL names api.evil.example,\n\
                    \x20                 which is not Clerk's, and the secret is not from that file\n\
                    \x20                 help: if you trust it, name it yourself with --api-url\n";
    assert!(text.contains(expected), "{text}");
    cli(&format!("keys check --online --api-url {}", clerk.url()))
        .any_stdout()
        .run();
    for address in [
        "http://api.clerk.com",
        "ftp://127.0.0.1",
        "https://name:password@api.clerk.com",
        "api.clerk.com",
        "https://",
        "https://api.clerk.com?x",
        "http://127.0.0.1.evil.example",
        "http://localhost@evil.example",
        "http://evil.localhost",
    ] {
        let json = cli("keys check --online --json")
            .arg("--api-url")
            .arg(address)
            .status(1)
            .any_stdout()
            .run();
        assert!(!json.contains("password"), "{json}");
        let json: Value = serde_json::from_str(&json).unwrap();
        let found = find(&json, "address");
        assert_eq!(found["id"], "api-url-bad", "{address}");
        assert_eq!(
            found["detail"],
            "--api-url is no address that a key may be sent to"
        );
        assert_eq!(
            found["help"],
            "write it as https://host; http is for this machine alone"
        );
    }
}

#[test]
fn offline_asks_this_machine_only() {
    let signer = Signer::new(ID);
    let clerk = Clerk::of(&signer, OWN);
    let sandbox = Sandbox::new();
    clerk
        .cli(&sandbox, "keys check --online --offline")
        .any_stdout()
        .run();
    assert_eq!(clerk.asked().len(), 4);
    let said = sandbox
        .cli("keys check --online --offline")
        .var("CLERK_PUBLISHABLE_KEY", TEST)
        .var("CLERK_SECRET_KEY", SECRET)
        .any_stdout()
        .run();
    assert!(
        said.contains("  – online        api.clerk.com was not asked (--offline)\n"),
        "{said}"
    );
}

#[test]
fn a_version_that_is_a_date_is_told() {
    let clerk = Clerk::of(&Signer::new(ID), OWN);
    let sandbox = Sandbox::new();
    let json = clerk
        .cli(&sandbox, "keys check --online --json")
        .var("CLERK_API_VERSION", "2026-05-12")
        .status(1)
        .any_stdout()
        .run();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(find(&json, "address")["id"], "api-version-bad");
}

/// The pair that `init` makes, against the emulator that it is for.
#[test]
fn the_emulator_accepts_its_own_pair() {
    use clerk_auth::keys::{PublishableKey, SecretKey};
    use clerk_rs_cli::emulator::instance::random::SystemRandom;
    use clerk_rs_cli::emulator::keys::InstanceKeys;
    use clerk_rs_cli::emulator::{Emulator, Options};

    let sandbox = Sandbox::new();
    sandbox.cli("init my-app --no-git -q").run();
    let env = sandbox.read("my-app/.env");
    let value = |name: &str| {
        let line = env
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name}=")));
        line.unwrap().trim_matches('"').to_owned()
    };
    let publishable = PublishableKey::parse(&value("CLERK_PUBLISHABLE_KEY")).unwrap();
    let host = publishable.frontend_api_host().to_owned();
    let secret = SecretKey::new(value("CLERK_SECRET_KEY")).unwrap();
    let keys = InstanceKeys::generate(&SystemRandom).unwrap();
    let id = keys.instance_id().to_owned();
    let (ready, addresses) = std::sync::mpsc::channel();
    let (done, ended) = tokio::sync::oneshot::channel::<()>();
    let served = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let emulator = Emulator::start(Options::new(publishable, secret, keys))
                .await
                .unwrap();
            let addresses = (emulator.backend_url(), emulator.frontend_url());
            ready.send(addresses).unwrap();
            let _ = ended.await;
            emulator.stop().await;
        });
    });
    let (api, fapi) = addresses.recv().unwrap();
    let run = |secret: &str, status| {
        let cli = sandbox
            .cli("keys check --online")
            .folder(&sandbox.path("my-app"))
            .var("CLERK_API_URL", &api)
            .var("CLERK_FAPI_URL", &fapi)
            .var("CLERK_SECRET_KEY", secret);
        cli.status(status).any_stdout().run()
    };
    let said = run(&value("CLERK_SECRET_KEY"), 0);
    assert!(
        said.contains(&format!("  ✓ pair          both keys are of {id}\n")),
        "{said}"
    );
    assert!(
        said.contains(&format!("{id}, development,")) && said.contains(&host),
        "{said}"
    );
    let said = run(SECRET, 1);
    assert!(said.contains("does not recognise this key (401"), "{said}");
    for (token, what) in [
        ("ak_1", "API key"),
        ("mt_1", "machine-to-machine token"),
        ("oat_1", "OAuth access token"),
    ] {
        let cli = sandbox
            .cli(&format!("keys verify {token}"))
            .folder(&sandbox.path("my-app"))
            .var("CLERK_API_URL", &api);
        let said = cli.status(1).any_stdout().run();
        let expected = format!("knows no such {what} in this instance\n");
        assert!(said.ends_with(&expected), "{said}");
    }
    drop(done);
    served.join().unwrap();
}
