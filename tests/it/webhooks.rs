//! `webhooks verify`, `sign` and `send`, from outside.

mod sends;

use std::fs;

use clerk_auth::webhooks::WebhookSecret;
use serde_json::Value;

use crate::support::Sandbox;

/// In two parts, so that no scanner of secrets takes them for real ones.
pub const SECRET: &str = concat!("whsec_", "b25seSBmb3IgdGVzdHM=");
const OTHER: &str = concat!("whsec_", "c29tZWJvZHkgZWxzZQ==");
const BODY: &[u8] = br#"{"type":"user.created","data":{"id":"user_ada"},"instance_id":"ins_1"}"#;
const THEN: i64 = 1_700_000_000;

fn signature(secret: &str, body: &[u8]) -> String {
    let secret = WebhookSecret::parse(secret).unwrap();
    secret.sign("msg_1", THEN, body)
}

/// A project with the secrets in files and a delivery that is right, in parts and whole.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let put = |name: &str, bytes: &[u8]| fs::write(sandbox.path(name), bytes).unwrap();
    put("secret", format!("{SECRET}\n").as_bytes());
    put("other", OTHER.as_bytes());
    put("body", BODY);
    put("request", &request(&signature(SECRET, BODY), BODY));
    sandbox
}

fn request(signature: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /webhooks/clerk HTTP/1.1\r\nhost: localhost:3000\r\nsvix-id: msg_1\r\nsvix-timestamp: {THEN}\r\n\
         svix-signature: {signature}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// The document of a run of `verify`.
#[track_caller]
fn verified(sandbox: &Sandbox, words: &str, status: i32) -> Value {
    let cli = sandbox.cli(&format!("webhooks verify --json {words}"));
    serde_json::from_str(&cli.status(status).any_stdout().run()).unwrap()
}

#[test]
fn a_delivery_that_clerk_signed_is_valid() {
    let sandbox = sandbox();
    sandbox
        .cli("webhooks verify request --secret-file secret --at 1700000042")
        .stdout(
            "  \u{2713} Valid: signed, and recent\n\n  event       user.created   user_ada\n  instance    ins_1\n  \
             id          msg_1\n  sent        42 s ago\n  secret      secret\n  body        70 bytes\n",
        )
        .run();
    let words = "@body --id msg_1".replace('@', "--body ");
    let words = format!(
        "{words} --timestamp {THEN} --signature {} --secret-file secret --at {THEN}",
        signature(SECRET, BODY)
    );
    let document = verified(&sandbox, &words, 0);
    assert_eq!(document["ok"], true);
    assert_eq!(document["event"]["type"], "user.created");
    assert_eq!(document["event"]["object_id"], "user_ada");
    assert_eq!(document["refusal"], Value::Null);
}

#[test]
fn the_window_is_five_minutes_either_way() {
    let sandbox = sandbox();
    for (off, status, code) in [
        (300, 0, Value::Null),
        (-300, 0, Value::Null),
        (301, 1, "timestamp-too-old".into()),
        (-301, 1, "timestamp-in-future".into()),
    ] {
        let at = THEN + off;
        let words = format!("request --secret-file secret --at {at}");
        let document = verified(&sandbox, &words, status);
        assert_eq!(document["refusal"]["code"], code, "{off}");
    }
}

#[test]
fn a_delivery_from_long_ago_says_whether_it_is_signed_at_least() {
    let sandbox = sandbox();
    sandbox
        .cli("webhooks verify request --secret-file secret --at 1700003600")
        .status(1)
        .stdout(
            "  \u{2717} Not valid: timestamp-too-old\n\n  it was sent 1 h ago, and after 5 minutes it could be a replay; the \
             signature\n  is right\n  help: to judge a saved delivery, name its time with --at; if it has just come,\n        \
             this machine's clock is fast\n\n  id          msg_1\n  sent        1 h ago\n  secret      secret\n  body        \
             70 bytes\n",
        )
        .run();
    let document = verified(&sandbox, "request --secret-file other --at 1700003600", 1);
    let message = document["refusal"]["message"].as_str().unwrap();
    assert!(
        message.ends_with("the signature does not fit either"),
        "{message}"
    );
}

#[test]
fn each_fault_has_its_own_reason() {
    let sandbox = sandbox();
    let good = signature(SECRET, BODY);
    let whole = |signature: &str, body: &[u8]| request(signature, body);
    let edited = |from: &str, to: &str| {
        let text = String::from_utf8(request(&good, BODY)).unwrap();
        text.replacen(from, to, 1).into_bytes()
    };
    let binary = b"\xff\x00\xfe";
    let pretty = serde_json::from_slice::<Value>(BODY).unwrap();
    let pretty = serde_json::to_vec_pretty(&pretty).unwrap();
    let lines = b"{\"type\":\"a\",\n\"data\":1}";
    for (saved, code) in [
        (edited("svix-id: msg_1\r\n", ""), "header-missing"),
        (
            edited("svix-timestamp: 1700000000\r\n", ""),
            "header-missing",
        ),
        (edited("svix-signature", "x-signature"), "header-missing"),
        (edited("svix-id: msg_1", "svix-id:"), "header-unreadable"),
        (edited(": 1700000000", ": soon"), "header-unreadable"),
        (
            edited(": 1700000000", ": 1700000000000"),
            "timestamp-in-milliseconds",
        ),
        (
            edited("svix-id: msg_1", "svix-id: msg_2"),
            "signature-mismatch",
        ),
        (edited(": 1700000000", ": 1700000001"), "signature-mismatch"),
        (edited("user_ada", "user_eve"), "signature-mismatch"),
        (whole("", BODY), "header-unreadable"),
        (whole("v1a,c2lnbmVk", BODY), "signature-unknown"),
        (
            whole(good.trim_start_matches("v1,"), BODY),
            "signature-unknown",
        ),
        (whole("v1,!!!", BODY), "signature-mismatch"),
        (whole(&signature(OTHER, BODY), BODY), "signature-mismatch"),
        (whole(&good, &[BODY, b"\n"].concat()), "body-changed"),
        (whole(&good, &[BODY, b"\r\n"].concat()), "body-changed"),
        (
            whole(&good, &[b"\xef\xbb\xbf", BODY].concat()),
            "body-changed",
        ),
        (whole(&good, &pretty), "body-changed"),
        (whole(&signature(SECRET, &pretty), BODY), "body-changed"),
        (
            whole(
                &signature(SECRET, lines),
                b"{\"type\":\"a\",\r\n\"data\":1}",
            ),
            "body-changed",
        ),
        (whole(&signature(SECRET, binary), binary), "body-no-event"),
        (whole(&signature(SECRET, b""), b""), "body-no-event"),
        (whole(&signature(SECRET, b"{}"), b"{}"), "body-no-event"),
    ] {
        fs::write(sandbox.path("saved"), &saved).unwrap();
        let words = format!("saved --secret-file secret --at {THEN}");
        let document = verified(&sandbox, &words, 1);
        let shown = String::from_utf8_lossy(&saved);
        assert_eq!(document["ok"], false, "{shown}");
        assert_eq!(document["refusal"]["code"], code, "{document:#}\n{shown}");
        assert_eq!(document["event"], Value::Null, "{shown}");
    }
}

#[test]
fn while_a_secret_is_replaced_either_is_enough() {
    let sandbox = sandbox();
    let both = format!(
        "v1,bm90aGluZw== {} {}",
        signature(SECRET, BODY),
        signature(OTHER, BODY)
    );
    fs::write(sandbox.path("both"), request(&both, BODY)).unwrap();
    for secrets in ["secret", "other", "other --secret-file secret"] {
        let words = format!("both --secret-file {secrets} --at {THEN}");
        assert_eq!(verified(&sandbox, &words, 0)["ok"], true, "{secrets}");
    }
    let list = format!("{OTHER}, {SECRET}\n");
    let cli = sandbox.cli(&format!(
        "webhooks verify --json request --at {THEN} --secret-file -"
    ));
    let document = cli.stdin(&list).any_stdout().run();
    let document: Value = serde_json::from_str(&document).unwrap();
    assert_eq!(
        document["signatures"][0]["secret"],
        "standard input, number 2"
    );
    let words = format!("webhooks verify --json request --at {THEN}");
    let cli = sandbox
        .cli(&words)
        .var("CLERK_WEBHOOK_SIGNING_SECRET", &format!("{OTHER},{SECRET}"));
    let document: Value = serde_json::from_str(&cli.any_stdout().run()).unwrap();
    assert_eq!(
        document["signatures"][0]["secret"],
        "CLERK_WEBHOOK_SIGNING_SECRET, number 2"
    );
}

#[test]
fn without_a_usable_secret_nothing_is_said() {
    let sandbox = sandbox();
    for (text, status, code) in [
        ("", 2, "no-webhook-secret"),
        (" \n", 2, "no-webhook-secret"),
        ("whsec_", 2, "bad-webhook-secret"),
        (concat!("whsec_", "not base64!"), 2, "bad-webhook-secret"),
        (
            concat!("sk_", "test_0123456789abcdefghijABCDEFGHIJ0123456789"),
            2,
            "bad-webhook-secret",
        ),
    ] {
        fs::write(sandbox.path("bad"), text).unwrap();
        let document = verified(&sandbox, "request --secret-file bad", status);
        assert_eq!(document["error"]["code"], code, "{text}: {document:#}");
        assert!(!document.to_string().contains("0123456789"), "{document:#}");
    }
    let document = verified(&sandbox, "request", 3);
    assert_eq!(document["error"]["code"], "no-webhook-secret");
    for (value, code) in [("", "no-webhook-secret"), ("whsec_", "bad-setting")] {
        let cli = sandbox.cli("webhooks verify request --json").status(3);
        let cli = cli.var("CLERK_WEBHOOK_SIGNING_SECRET", value);
        let document: Value = serde_json::from_str(&cli.any_stdout().run()).unwrap();
        assert_eq!(document["error"]["code"], code, "{value}");
    }
}

#[test]
fn a_secret_on_the_command_line_is_refused_and_not_repeated() {
    let sandbox = sandbox();
    for words in ["verify request", "sign body", "send user.created"] {
        let cli = sandbox.cli(&format!("webhooks {words} --json --secret-file {SECRET}"));
        let text = cli.status(2).any_stdout().run();
        assert!(text.contains("secret-on-command-line"), "{text}");
        assert!(!text.contains(SECRET), "{text}");
    }
}

#[test]
fn a_delivery_that_cannot_be_read_is_a_mistake() {
    let sandbox = sandbox();
    fs::write(sandbox.path("head"), "svix-id: msg_1\n").unwrap();
    fs::write(sandbox.path("bad"), "svix id msg_1\n\n{}").unwrap();
    for (words, status, code) in [
        ("", 2, "delivery-missing"),
        ("head", 2, "bad-delivery"),
        ("bad", 2, "bad-delivery"),
        ("body", 2, "bad-delivery"),
        ("nowhere", 3, "input-unreadable"),
        ("request --body body", 2, "usage"),
        ("- --secret-file -", 2, "usage"),
        ("--body - --headers -", 2, "usage"),
        ("request --at soon", 2, "usage"),
    ] {
        let document = verified(&sandbox, words, status);
        assert_eq!(document["error"]["code"], code, "{words}");
    }
    let only_body = verified(&sandbox, "body", 2);
    assert_eq!(
        only_body["error"]["message"],
        "body is only a body, with no headers before it"
    );
    let missing = verified(&sandbox, "nowhere", 3);
    let message = missing["error"]["message"].as_str().unwrap();
    assert!(message.ends_with(": there is no such file"), "{message}");
}

#[test]
fn what_is_signed_is_valid() {
    let sandbox = sandbox();
    for body in [BODY, b"\xff\xfe", b""] {
        fs::write(sandbox.path("body"), body).unwrap();
        let words = "webhooks sign body --secret-file other --secret-file secret --id msg_1 --at 1700000000";
        let headers = sandbox.cli(words).any_stdout().run();
        assert_eq!(
            headers,
            format!(
                "svix-id: msg_1\nsvix-timestamp: {THEN}\nsvix-signature: {} {}\n",
                signature(OTHER, body),
                signature(SECRET, body)
            )
        );
    }
    fs::write(sandbox.path("body"), BODY).unwrap();
    let headers = sandbox.cli("webhooks sign - --secret-file secret");
    let headers = headers
        .stdin(std::str::from_utf8(BODY).unwrap())
        .any_stdout()
        .run();
    fs::write(sandbox.path("headers"), headers).unwrap();
    let document = verified(
        &sandbox,
        "--headers headers --body body --secret-file secret",
        0,
    );
    assert!(document["id"].as_str().unwrap().starts_with("msg_"));
    let text = sandbox
        .cli("webhooks sign body --secret-file secret --json")
        .any_stdout()
        .run();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["headers"].as_object().unwrap().len(), 3);
    let cli = sandbox
        .cli("webhooks sign body --secret-file secret --json --id")
        .arg("a.b");
    assert!(cli.status(2).any_stdout().run().contains("--id cannot be"));
}
