//! `clerk-rs token decode`: what people paste, and what they are told.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::Sandbox;

const NOW: &str = "--at 1772541538";

/// A token with a signature of the right length that nobody made.
fn token(header: &Value, claims: &Value) -> String {
    raw_token(&header.to_string(), &claims.to_string())
}

fn raw_token(header: &str, claims: &str) -> String {
    let part = |text: &[u8]| URL_SAFE_NO_PAD.encode(text);
    let signature = part(&[7; 256]);
    format!(
        "{}.{}.{signature}",
        part(header.as_bytes()),
        part(claims.as_bytes())
    )
}

fn header() -> Value {
    json!({ "alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": "ins_2q7orchard", "typ": "JWT" })
}

fn session() -> Value {
    json!({
        "azp": "https://orchard.example",
        "exp": 1_772_541_346,
        "fva": [3, -1],
        "iat": 1_772_541_286,
        "iss": "https://clerk.orchard.example",
        "nbf": 1_772_541_276,
        "sid": "sess_2q7orchard",
        "sts": "active",
        "sub": "user_2q7pippin",
        "v": 2,
        "fea": "o:invoices,o:teams,u:theme",
        "pla": "o:pro",
        "o": { "id": "org_2q7acme", "slg": "acme", "rol": "admin", "per": "read,write", "fpm": "3,1" },
        "plan": "pro",
    })
}

/// The claims of a session with more claims.
fn with(more: &Value) -> Value {
    let mut claims = session();
    let object = claims.as_object_mut().unwrap();
    object.extend(more.as_object().unwrap().clone());
    claims
}

#[track_caller]
fn decode(text: &str) -> String {
    let sandbox = Sandbox::new();
    sandbox
        .cli(&format!("token decode {NOW}"))
        .arg(text)
        .any_stdout()
        .run()
}

#[track_caller]
fn document(text: &str, status: i32) -> Value {
    let sandbox = Sandbox::new();
    let cli = sandbox.cli(&format!("token decode - --json {NOW}"));
    let text = cli.stdin(text).status(status).any_stdout().run();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[track_caller]
fn kind(text: &str) -> String {
    let document = document(text, 0);
    document["tokens"][0]["kind"].as_str().unwrap().to_owned()
}

#[test]
fn a_session_token_is_explained_claim_by_claim() {
    let expected = "\
\u{20} Session token, version 2 \u{2014} NOT VERIFIED (use `clerk-rs token verify`)

  user          user_2q7pippin        (sub)
  session       sess_2q7orchard  active  (sid, sts)
  expired       3 min 12 s ago        (exp 2026-03-03 12:35:46 UTC; lives 1 min)
  issued        4 min 12 s ago        (iat 2026-03-03 12:34:46 UTC)
  not before    4 min 22 s ago        (nbf 2026-03-03 12:34:36 UTC)
  issuer        https://clerk.orchard.example  (iss, a production instance)
  app           https://orchard.example  (azp)
  organization  acme  org_2q7acme     (o.slg, o.id)
  role          org:admin             (o.rol)
  permissions   org:invoices:read, org:invoices:write, org:teams:read
                (unpacked from fea, o.per, o.fpm)
  features      invoices (organization), teams (organization), theme (user)
                (fea)
  plans         pro (organization)    (pla)
  factors       first 3 min before it was issued, second never  (fva)
  key           ins_2q7orchard  RS256  (header kid, alg)
  category      session token         (header cat)
  type          JWT                   (header typ)
  other claims  plan: \"pro\"
";
    assert_eq!(decode(&token(&header(), &session())), expected);
}

#[test]
fn version_1_is_explained_too() {
    let claims = json!({
        "sub": "user_1", "sid": "sess_1", "exp": 1_772_541_640, "iat": 1_772_541_538, "azp": "https://a.example",
        "org_id": "org_1", "org_slug": "acme", "org_role": "org:admin", "org_permissions": ["org:a:read", "org:b:write"],
        "fpm": 3,
    });
    let said = decode(&token(&json!({ "alg": "RS256" }), &claims));
    for line in [
        "  Session token, version 1 \u{2014} NOT VERIFIED",
        "  expires       in 1 min 42 s\n",
        "  issued        now ",
        "  organization  acme  org_1           (org_slug, org_id)\n",
        "  role          org:admin             (org_role)\n",
        "  permissions   org:a:read, org:b:write  (org_permissions)\n",
        "  key           unnamed  RS256        (header alg; no kid)\n",
        "  other claims  fpm: 3\n",
    ] {
        assert!(said.contains(line), "{line}\nis not in\n{said}");
    }
}

#[test]
fn a_token_is_found_however_it_was_pasted() {
    let token = token(&header(), &session());
    let other = raw_token(r#"{"alg":"RS256"}"#, r#"{"sub":"user_2","sid":"sess_2"}"#);
    let wrapped: Vec<_> = token
        .as_bytes()
        .chunks(61)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    let (half, rest) = token.split_at(700);
    for text in [
        token.clone(),
        format!("  {token}\r\n\t "),
        format!("\"{token}\""),
        format!("'{token}'\n"),
        format!("Bearer {token}"),
        format!("Authorization: bearer {token}"),
        format!("__session={token}; __client_uat=1772541286"),
        format!("Cookie: a=b; __client_uat=0; __session_kG9GMtVv={token}"),
        format!(
            "curl 'https://x.example/api?a=1' -H 'Cookie: __session={token}' -H 'accept: */*' --compressed"
        ),
        format!("curl -b \"__session={token}\" https://x.example \\\n  -d '{{}}'"),
        format!(r#"{{"name":"__session","value":"{token}","path":"/"}}"#),
        format!(r#"{{"jwt": "{token}", "object": "token"}}"#),
        format!(r#""headers\":\"Bearer {token}\"""#),
        format!(r#"Set-Cookie: \n{token}\n"#),
        format!("https://x.example/callback?token={token}&state=1"),
        format!("https://x.example/callback%3Ftoken%3D{token}%26state"),
        format!("The token is {token}. It does not work!\nWhy\n"),
        format!("token: <{token}>, thanks"),
        wrapped.join("\n"),
        wrapped.join("\r\n"),
        wrapped.join("\n    "),
        wrapped.join("\\\n"),
        wrapped.join(" "),
        format!("Bearer {}\nCookie", wrapped.join("\n")),
        format!("{half}\n{rest}\nregards"),
        format!("{{\\x22token\\x22:\\x22{token}\\x22}}"),
        format!("{{\\\\\\\"token\\\\\\\":\\\\\\\"{token}\\\\\\\"}}"),
        format!("&quot;{token}&quot;"),
        format!("%7B%22token%22%3A%22{token}%22%7D"),
        format!("\u{1b}[32m{token}\u{1b}[0m"),
        format!("\u{201c}{token}\u{201d}"),
        format!("session{token}"),
        wrapped.join("=\r\n"),
        wrapped.join("#012"),
        wrapped.join("\\n"),
        wrapped.join("\n> "),
        format!("const t = '{}';", wrapped.join("' +\n  '")),
        format!("t = (\"{}\")", wrapped.join("\"\n     \"")),
        wrapped.join("\u{a0}"),
        wrapped.join("\u{200b}"),
    ] {
        let document = document(&text, 0);
        let tokens = document["tokens"].as_array().unwrap();
        assert_eq!(tokens.len(), 1, "{text}");
        assert_eq!(tokens[0]["claims"], session(), "{text}");
        assert_eq!(tokens[0]["bytes"], token.len(), "{text}");
    }
    let document = document(&format!("{token}\n{other}\n{token}"), 0);
    assert_eq!(document["tokens"].as_array().unwrap().len(), 2);
    assert_eq!(document["tokens"][0]["found"].as_array().unwrap().len(), 2);
    assert_eq!(
        document["tokens"][1]["found"],
        json!([{ "in": null, "line": 2, "column": 1 }])
    );
}

#[test]
fn it_comes_from_the_argument_standard_input_or_a_file() {
    let sandbox = Sandbox::new();
    let token = token(&header(), &session());
    fs::write(sandbox.path("token.txt"), &token).unwrap();
    // As PowerShell's `>` writes it.
    let wide: Vec<u8> = "\u{feff}"
        .encode_utf16()
        .chain(token.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    fs::write(sandbox.path("wide.txt"), wide).unwrap();
    let said = decode(&token);
    for cli in [
        sandbox.cli(&format!("token decode - {NOW}")).stdin(&token),
        sandbox.cli(&format!("token decode @token.txt {NOW}")),
        sandbox.cli(&format!("token decode @wide.txt {NOW}")),
    ] {
        cli.stdout(&said).run();
    }
}

#[test]
fn an_input_that_is_none_is_said_to_be_so() {
    let sandbox = Sandbox::new();
    let help = "  help: pass it, or `-` for standard input, or @FILE; it may stand in a cookie header, a `curl` line or JSON\n";
    let empty = format!("error: there is nothing in standard input\n{help}");
    sandbox.cli("token decode").status(2).stderr(&empty).run();
    sandbox
        .cli("token decode -")
        .stdin(" \"\" \n")
        .status(2)
        .stderr(&empty)
        .run();
    let unreadable =
        "error: could not read no-file\n  because: No such file or directory (os error 2)\n";
    sandbox
        .cli("token decode @no-file")
        .status(3)
        .stderr(unreadable)
        .run();
    let moment = "error: --at does not name a moment\n  \
                  help: write Unix seconds, 2026-03-03T12:34:56Z, or how far from now it is, such as -5m\n";
    sandbox
        .cli("token decode x --at noon")
        .status(2)
        .stderr(moment)
        .run();
    fs::File::create(sandbox.path("long"))
        .unwrap()
        .set_len((32 << 20) + 1)
        .unwrap();
    let long = "error: long is longer than 32 MiB\n  help: cut out the part with the token\n";
    sandbox
        .cli("token decode @long")
        .status(2)
        .stderr(long)
        .run();
}

#[test]
fn every_kind_is_told_apart() {
    let machine = json!({ "sub": "mch_2q7press", "exp": 1 });
    let of = |header: Value, claims: &Value| token(&header, claims);
    for (text, expected) in [
        (of(header(), &session()), "session-v2"),
        (
            of(json!({}), &json!({ "sid": "sess_1", "sub": "user_1" })),
            "session-v1",
        ),
        (
            of(
                json!({ "cat": "cl_B7d4PD222AAA" }),
                &json!({ "sub": "user_1" }),
            ),
            "template",
        ),
        (
            of(
                json!({}),
                &json!({ "sub": "user_1", "iss": "https://clerk.a.example" }),
            ),
            "template",
        ),
        (of(header(), &json!({ "handshake": [] })), "handshake"),
        (of(json!({}), &machine), "m2m"),
        (of(json!({ "cat": "cl_B7d4PD333AAA" }), &json!({})), "m2m"),
        (
            of(json!({ "typ": "at+jwt" }), &json!({ "sub": "user_1" })),
            "oauth",
        ),
        (
            of(
                json!({ "alg": "RS256", "typ": "JWT" }),
                &json!({ "iss": "https://clerk.a.example", "aud": "client_1", "sub": "user_1", "at_hash": "x" }),
            ),
            "id-token",
        ),
        (
            of(
                json!({}),
                &json!({ "iss": "https://a.example", "aud": ["client_1"], "sub": "user_1", "nonce": "n", "sid": "s" }),
            ),
            "id-token",
        ),
        (
            of(header(), &with(&json!({ "aud": "x", "nonce": "n" }))),
            "session-v2",
        ),
        (of(json!({}), &json!({ "dev": "dvb_1" })), "dev-browser"),
        (
            of(
                json!({}),
                &json!({ "id": "client_1", "rotating_token": "x" }),
            ),
            "client",
        ),
        (
            of(
                json!({}),
                &json!({ "iid": "ins_1", "st": "sign_in_token", "sid": "sit_1" }),
            ),
            "ticket",
        ),
        (
            of(json!({ "alg": "HS256" }), &json!({ "name": "John" })),
            "other-jwt",
        ),
        ("mt_0123456789abcdef".to_owned(), "m2m"),
        ("oat_0123456789".to_owned(), "oauth"),
        ("ak_0123456789".to_owned(), "ak"),
        ("dvb_2q7".to_owned(), "dev-browser"),
        ("1772541286-c_2q7".to_owned(), "testing"),
        ("__clerk_db_jwt_kG9GMtVv=abc".to_owned(), "dev-browser"),
        ("?__clerk_handshake_nonce=abc".to_owned(), "handshake-nonce"),
        ("__refresh_kG9GMtVv=abc; a=b".to_owned(), "refresh"),
        ("__clerk_ticket=abc".to_owned(), "ticket"),
        (
            format!("__clerk_ticket={}", of(json!({}), &json!({ "x": 1 }))),
            "ticket",
        ),
    ] {
        assert_eq!(kind(&text), expected, "{text}");
    }
    let ak = decode("ak_0123456789");
    assert!(ak.contains("cannot be told apart offline"), "{ak}");
}

#[test]
fn what_is_no_token_is_named_without_being_repeated() {
    for (text, kind) in [
        ("sk_live_hidden", "secret-key"),
        ("pk_test_hidden", "publishable-key"),
        ("whsec_hidden", "webhook-secret"),
        ("ak_00112233445566778899aabbccddeeff", "object-id"),
        ("hidden", "no-token"),
        ("all that is hidden", "no-token"),
    ] {
        let document = document(text, 1);
        assert_eq!(document["ok"], false);
        assert_eq!(document["tokens"][0]["kind"], kind, "{text}");
        assert!(!document.to_string().contains("hidden"), "{document}");
    }
}

#[test]
fn what_is_no_jwt_is_said_with_the_place() {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let header = part(r#"{"alg":"RS256"}"#);
    let claims = part(r#"{"sub":"user_1"}"#);
    let deep = part(&format!(
        "{{\"a\":{}1{}}}",
        "[".repeat(200),
        "]".repeat(200)
    ));
    for (text, said) in [
        (
            "eyJhbGci\u{2026}".to_owned(),
            "it was shortened: there is an ellipsis in it (character 9)",
        ),
        (
            "eyJhbGci...".to_owned(),
            "it was shortened: there is an ellipsis in it (character 9)",
        ),
        (
            header.clone(),
            "it is the header of a token alone: payload and signature are missing",
        ),
        (
            format!("{header}.{}", &claims[..8]),
            "it has two parts: the signature is missing",
        ),
        (
            format!("{claims}.ab"),
            "it has two parts: the header is missing",
        ),
        (
            format!("{header}.{claims}.a.b"),
            "it has 4 parts: a JWT has three, separated by dots",
        ),
        (
            format!("{header}.a.b.c.d"),
            "it has 5 parts: a JWT has three, separated by dots",
        ),
        (
            format!("{header}.{claims}.ab+d"),
            "the signature holds `+`, which is of the standard base64 alphabet (character 47)",
        ),
        (
            format!("{header}.{claims}.ab$d"),
            "the signature holds `$`, which no token has (character 47)",
        ),
        (
            format!("{header}.ab=d.abcd"),
            "the payload has `=` before its end (character 24)",
        ),
        (format!("{header}..abcd"), "the payload is empty"),
        (
            format!("{header}.{}.abcd", part("{\"sub\":\"us")),
            "the payload ends in the middle of its JSON",
        ),
        (
            format!("{header}.{}.abcd", part("{\"sub\":x}")),
            "the payload is not JSON: expected value at line 1 column 8",
        ),
        (
            format!("{header}.{}.abcd", part("[1]")),
            "the payload is a list, not a JSON object",
        ),
        (
            format!("{}.{claims}.abcd", part("null")),
            "the header is null, not a JSON object",
        ),
        (
            format!("{header}.{deep}.abcd"),
            "the payload is nested deeper than 127 levels",
        ),
        ("this is prose".to_owned(), "the text holds no token"),
    ] {
        let document = document(&text, 1);
        assert_eq!(document["tokens"][0]["fault"]["message"], said, "{text}");
    }
    let sandbox = Sandbox::new();
    sandbox
        .cli("token decode eyJhbGciOiJSUzI1NiJ9.eyJzdWIi")
        .status(1)
        .stdout(
            "  Not a JWT: it has two parts: the signature is missing\n  \
             help: it was probably cut off: copy all of it\n",
        )
        .run();
}

#[test]
fn what_should_be_noticed_is_noted() {
    let notes = |text: &str| {
        let notes = document(text, 0)["tokens"][0]["notes"].clone();
        let ids: Vec<String> = notes
            .as_array()
            .unwrap()
            .iter()
            .map(|note| note["id"].as_str().unwrap().to_owned())
            .collect();
        ids.join(" ")
    };
    let plain = token(&header(), &session());
    assert_eq!(notes(&plain), "");
    let sized = |length: usize| {
        let missing = length - token(&header(), &with(&json!({ "x": "" }))).len();
        token(
            &header(),
            &with(&json!({ "x": "y".repeat(missing * 3 / 4 + 1) })),
        )
    };
    assert_eq!(notes(&sized(3500)), "");
    assert_eq!(notes(&sized(3584)), "near-cookie-limit");
    assert_eq!(notes(&sized(4096)), "over-cookie-limit");
    let (head, tail) = plain.rsplit_once('.').unwrap();
    for (text, ids) in [
        (
            raw_token(
                r#"{"alg":"RS256"}"#,
                r#"{"sid":"s","sub":"a","sub":"b","o":{"id":1,"id":2}}"#,
            ),
            "duplicate-members",
        ),
        (
            raw_token(
                r#"{"alg":"RS256","alg":"RS256"}"#,
                r#"{"sub":"a","sid":"s"}"#,
            ),
            "duplicate-members",
        ),
        (format!("{head}."), "signature-taken-out"),
        (head.to_owned(), "signature-taken-out"),
        (
            format!(
                "{}.",
                raw_token(r#"{"alg":"none"}"#, "{}")
                    .rsplit_once('.')
                    .unwrap()
                    .0
            ),
            "unsigned",
        ),
        (format!("{head}.{}", &tail[..160]), "signature-length"),
        (
            token(
                &json!({ "alg": "HS256", "jku": "https://evil.example" }),
                &session(),
            ),
            "key-in-header shared-secret",
        ),
        (
            token(&header(), &with(&json!({ "exp": 1_772_541_346_000_u64 }))),
            "milliseconds",
        ),
        (
            token(&header(), &with(&json!({ "v": 3 }))),
            "unknown-version",
        ),
        (token(&header(), &with(&json!({ "sub": null }))), "no-user"),
        (
            raw_token(
                r#"{"alg":"RS256"}"#,
                "\u{feff}{\"sub\":\"a\",\"sid\":\"s\"}",
            ),
            "byte-order-mark",
        ),
    ] {
        assert_eq!(notes(&text), ids, "{text}");
    }
}

/// Loggers replace signatures, so that nobody can use what they wrote down.
#[test]
fn a_token_without_its_signature_is_told_and_called_so() {
    let whole = token(&header(), &session());
    let (signed, signature) = whole.rsplit_once('.').unwrap();
    for mark in [
        "[REDACTED]",
        "***",
        "<redacted>",
        "\u{2026}",
        "...",
        "xxxx",
        "[FILTERED]",
        "{signature}",
        "",
        "REDACTED",
        "[...]",
        "%5BREDACTED%5D",
    ] {
        for rest in [mark.to_owned(), format!("{}{mark}", &signature[..9])] {
            if rest.len() == mark.len() || !mark.chars().all(char::is_alphanumeric) {
                let document = document(&format!("{signed}.{rest}"), 0);
                let told = &document["tokens"][0];
                assert_eq!(told["claims"], session(), "{rest}");
                assert_eq!(told["signature_taken_out"], rest, "{rest}");
                let notes = told["notes"].as_array().unwrap();
                assert_eq!(notes[0]["id"], "signature-taken-out", "{rest}");
                assert!(!told.to_string().contains("anybody"), "{rest}");
            }
        }
    }
    let said = decode(&format!("{signed}.[REDACTED]"));
    assert!(
        said.contains(
            "  ! The signature was taken out: `[REDACTED]` stands in its place. So nobody can\n    verify this token.\n"
        ),
        "{said}"
    );
}

/// What chats, pages and terminals put into a token is named with its place, and left out.
#[test]
fn what_nobody_sees_is_named_and_left_out() {
    let whole = token(&header(), &session());
    let (half, rest) = whole.split_at(100);
    for (hidden, said) in [
        (
            "\u{200b}",
            "It holds 1 invisible character (U+200B zero-width space at character 101), left out here.",
        ),
        (
            "\u{ad}",
            "It holds 1 invisible character (U+00AD soft hyphen at character 101), left out here.",
        ),
        (
            "\u{a0}",
            "It holds 1 invisible character (U+00A0 no-break space at character 101), left out here.",
        ),
        (
            "\u{feff}",
            "It holds 1 invisible character (U+FEFF byte order mark at character 101), left out here.",
        ),
        (
            "\u{202a}\u{202c}",
            "It holds 2 invisible characters (U+202A direction mark at character 101, U+202C direction mark at character \
             102), left out here.",
        ),
        (
            "\u{1b}[0m",
            "It holds 1 mark that is no part of it (a code for colours at character 101), left out here.",
        ),
    ] {
        for text in [
            format!("{half}{hidden}{rest}"),
            format!("Bearer {half}{hidden}{rest}\n"),
        ] {
            let document = document(&text, 0);
            let told = &document["tokens"][0];
            assert_eq!(told["claims"], session(), "{text}");
            assert_eq!(told["notes"][0]["id"], "invisible-characters", "{text}");
            assert_eq!(told["notes"][0]["text"], said);
        }
    }
    for (around, said) in [("\u{200b}", Value::Null), ("\u{feff}", Value::Null)] {
        let document = document(&format!("{around}{whole}"), 0);
        assert_eq!(document["tokens"][0]["claims"], session());
        assert_eq!(document["tokens"][0]["notes"], json!([]), "{said}");
    }
    for escaped in ["\\_", "%5F", "\\u005f", "&#95;"] {
        let text = whole.replacen('_', escaped, 1).replacen("fQ.", "fQ%2E", 1);
        assert_eq!(
            document(&text, 0)["tokens"][0]["claims"],
            session(),
            "{text}"
        );
    }
}

/// The cause that is told is the one that was measured.
#[test]
fn what_was_lost_or_changed_on_the_way_is_said() {
    let whole = token(&header(), &session());
    let dash = format!(
        "{}\u{2013}{}",
        &whole[..whole.len() - 100],
        &whole[whole.len() - 99..]
    );
    let payload = whole.split_once('.').unwrap().1;
    for (text, code, said) in [
        (
            whole[2..].to_owned(),
            "start-missing",
            "the header lacks its first 2 characters",
        ),
        (
            whole[1..].to_owned(),
            "start-missing",
            "the header lacks its first character",
        ),
        (
            format!("Bearer {}", &whole[9..]),
            "start-missing",
            "the header lacks its first 9 characters",
        ),
        (
            whole[60..].to_owned(),
            "start-missing",
            "the header starts in the middle",
        ),
        (
            payload.to_owned(),
            "start-missing",
            "it has two parts: the header is missing",
        ),
        (
            dash,
            "character",
            "the signature holds `\u{2013}` (U+2013), which no token has (character 808)",
        ),
        (
            format!(
                "{}.[REDACTED].[REDACTED]",
                &whole[..whole.len() - payload.len() - 1]
            ),
            "taken-out",
            "the payload was taken out: `[REDACTED]` stands in its place (character 101)",
        ),
    ] {
        let document = document(&text, 1);
        let fault = &document["tokens"][0]["fault"];
        assert_eq!(fault["message"], said, "{text}");
        assert_eq!(fault["code"], code, "{text}");
    }
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let encrypted = format!("{}.a.b.c.d", part(r#"{"alg":"dir","enc":"A256GCM"}"#));
    let fault = &document(&encrypted, 1)["tokens"][0]["fault"];
    assert_eq!(
        fault["message"],
        "it has five parts: an encrypted token (JWE)"
    );
}

/// Whatever the bits say that base64 has to spare at that place.
#[test]
fn a_token_that_was_cut_in_its_signature_still_says_what_it_says() {
    let whole = token(&header(), &session());
    let (signed, signature) = whole.rsplit_once('.').unwrap();
    for length in [1, 2, 3, 4, 5, 19, 42, 43, 44, 170, 171, 339, 340, 341] {
        let document = document(&format!("{signed}.{}", &signature[..length]), 0);
        let told = &document["tokens"][0];
        assert_eq!(told["claims"], session(), "{length}");
        let note = &told["notes"][0];
        assert_eq!(note["id"], "signature-length", "{length}");
        let said = format!(
            "The signature was cut off: it has {length} characters and one of its algorithm has 342. So nobody can \
             verify this token."
        );
        assert_eq!(note["text"], said, "{length}");
    }
    for marks in [
        "\u{2026}(truncated)",
        "...[truncated]",
        "...\u{2026}",
        "[314 chars]",
        "<314 bytes>",
        "\u{2026}314\u{2026}dv4-",
        "[\u{2026}][redacted]",
    ] {
        let document = document(&format!("{signed}.{}{marks}", &signature[..20]), 0);
        let told = &document["tokens"][0];
        assert_eq!(told["claims"], session(), "{marks}");
        assert_eq!(told["notes"][0]["id"], "signature-taken-out", "{marks}");
        let shown = format!("{}\u{2026}{marks}", &signature[..4]);
        assert_eq!(told["signature_taken_out"], shown, "{marks}");
    }
}

/// Nobody has to count dots in it, and nothing of it is repeated.
#[test]
fn what_is_pasted_in_the_place_of_a_token_is_named() {
    let whole = token(&header(), &session());
    let (head, rest) = whole.split_once('.').unwrap();
    let (payload, _) = rest.split_once('.').unwrap();
    for (text, code, said) in [
        (
            "./token.txt",
            "path",
            "it is the path of a file, not a token",
        ),
        (
            "session.txt",
            "path",
            "it is the path of a file, not a token",
        ),
        ("/tmp/x", "path", "it is the path of a file, not a token"),
        (
            "https://happy-otter-12.clerk.accounts.dev",
            "address",
            "it is an address, not a token",
        ),
        (
            "happy-otter-12.clerk.accounts.dev",
            "address",
            "it is an address, not a token",
        ),
        (
            &session().to_string(),
            "decoded",
            "it is what a token says, decoded already",
        ),
        (
            &header().to_string(),
            "decoded",
            "it is the header of a token, decoded already",
        ),
        (
            payload,
            "part-alone",
            "it is the payload of a token alone: header and signature are missing",
        ),
        (
            head,
            "part-alone",
            "it is the header of a token alone: payload and signature are missing",
        ),
        (
            "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n",
            "key",
            "it is a key or a certificate (PEM), not a token",
        ),
        (
            "{\"keys\":[{\"kty\":\"RSA\"}]}",
            "key",
            "it is a key or a key set (JWK, JWKS), not a token",
        ),
        (
            "user_2q7pippin",
            "id",
            "it is no token but the id of a user",
        ),
        (
            "sess_2q7orchard",
            "id",
            "it is no token but the id of a session",
        ),
        (
            &whole.to_lowercase(),
            "letter-case",
            "it was a token, but its letters are all small or all capitals now, and they say different things",
        ),
        (
            "\u{1f}\u{8b}\u{8}\0\0\0",
            "compressed",
            "it is compressed (gzip)",
        ),
        (
            &format!("{}\u{1f600}{}", &whole[..60], &whole[60..]),
            "character",
            "the header holds `\u{1f600}` (U+1F600), which no token has (character 61)",
        ),
        ("{\"a\":1}", "json", "it is JSON without a token in it"),
    ] {
        let fault = &document(text, 1)["tokens"][0]["fault"];
        assert_eq!(fault["message"], said, "{text}");
        assert_eq!(fault["code"], code, "{text}");
    }
    for text in [
        "CLERK_SECRET_KEY=sk_test_orchard",
        "export CLERK_SECRET_KEY=\"sk_test_orchard\"",
        "# keys\nCLERK_SECRET_KEY=sk_test_orchard\n",
    ] {
        let document = document(text, 1);
        assert_eq!(document["tokens"][0]["kind"], "secret-key", "{text}");
        assert!(!document.to_string().contains("orchard"), "{text}");
    }
}

#[test]
fn what_was_left_out_inside_of_a_token_is_said_as_it_was() {
    let whole = token(&header(), &session());
    let wrapped = |between: &str| {
        let lines: Vec<_> = whole.as_bytes().chunks(76).collect();
        String::from_utf8(lines.join(between.as_bytes())).unwrap()
    };
    let dots = |between: &str| whole.replace('.', between);
    for (text, id, said) in [
        (wrapped("\n"), "line-breaks", "line breaks"),
        (wrapped("\r\n"), "line-breaks", "line breaks"),
        (wrapped("\n    "), "line-breaks", "line breaks and blanks"),
        (
            wrapped(" \\\n"),
            "line-breaks",
            "line breaks, blanks and `\\`",
        ),
        (wrapped("=\n"), "line-breaks", "line breaks and `=`"),
        (
            format!("> {}", wrapped("\n> ")),
            "line-breaks",
            "line breaks and `> `",
        ),
        (dots(" . "), "white-space", "blanks"),
        (dots("\t.\t"), "white-space", "tabs"),
    ] {
        let note = &document(&text, 0)["tokens"][0]["notes"][0];
        assert_eq!(note["id"], id, "{text}");
        let said = format!("There were {said} in it; they are left out.");
        assert_eq!(note["text"], said, "{text}");
    }
    let note = &document(&format!("{whole}\n{whole}\n"), 0)["tokens"][0]["notes"][0];
    assert_eq!(note["text"], "It stands 2 times in this text.");
}

/// The dots belong to the sentence.
#[test]
fn a_whole_token_in_front_of_dots_has_its_signature() {
    for alg in ["RS256", "ES256"] {
        let mut whole = token(&json!({ "alg": alg, "cat": "cl_B7d4PD111AAA" }), &session());
        if alg == "ES256" {
            let end = whole.rfind('.').unwrap() + 87;
            whole.truncate(end);
        }
        for (text, around) in [
            (format!("{whole}..."), "`...` behind"),
            (format!("{whole}.."), "`..` behind"),
            (format!("{whole}\u{2026}"), "`\u{2026}` behind"),
            (format!("({whole}...)"), "`(` in front, `...)` behind"),
            (format!("{whole}... \n"), "`...` behind"),
            (format!("{whole}."), "`.` behind"),
        ] {
            let document = document(&text, 0);
            let told = &document["tokens"][0];
            assert_eq!(told["notes"], json!([]), "{text}");
            assert_eq!(told["bytes"], whole.len(), "{text}");
            assert_eq!(document["around"], around, "{text}");
        }
    }
}

#[test]
fn a_token_that_was_taken_out_is_told_as_that() {
    for text in [
        "Bearer [REDACTED]",
        "Authorization: Bearer <redacted>",
        "[MASKED]",
        "Bearer ***",
        "****",
        "xxxxx",
        "Bearer XXXXXXXX",
        "[FILTERED]",
        "__session=[REDACTED]; a=b",
        "Cookie: a=b; __session=****",
        "__clerk_db_jwt=***",
        "{\"authorization\":\"Bearer ****\"}",
        "127.0.0.1 \"Authorization: Bearer [FILTERED]\"",
        "%5BREDACTED%5D",
        "REDACTED_TOKEN",
        "[token removed]",
        "Bearer ****abcd",
        "authorization: Sensitive",
        "\u{2022}\u{2022}\u{2022}\u{2022}",
        "${REDACTED}",
    ] {
        let fault = &document(text, 1)["tokens"][0]["fault"];
        assert_eq!(fault["code"], "absent", "{text}");
        assert_eq!(
            fault["message"],
            "there is no token: it was taken out (redacted), and a mark stands in its place",
            "{text}"
        );
    }
    for text in [
        "$TOKEN",
        "${TOKEN}",
        "{{token}}",
        "<token>",
        "Bearer <your token>",
        "[jwt]",
    ] {
        let fault = &document(text, 1)["tokens"][0]["fault"];
        assert_eq!(
            fault["message"], "there is no token: a placeholder stands in its place",
            "{text}"
        );
    }
}

#[test]
fn a_request_without_a_token_is_told_as_that() {
    let help = "nobody was signed in when the request was made, or `getToken()` was not awaited";
    for text in [
        "Bearer undefined",
        "null",
        "Authorization: Bearer null",
        "None",
        "Bearer",
        "-",
        "__session=undefined",
        "Authorization:",
        "Authorization: \"\"",
        "Authorization: Bearer",
        "Bearer \"\"",
        "Bearer%20undefined",
        "Authorization=Bearer+undefined",
        "{\"jwt\":null}",
        "{\"token\":\"\"}",
        "{\"user\":1,\"token\":null}",
        "Cookie:",
        "https://app.example.org/?__session=undefined&x=1",
        "__clerk_db_jwt=undefined",
        "curl -H 'Authorization: Bearer undefined' https://app.example.org",
    ] {
        let document = document(text, 1);
        let fault = &document["tokens"][0]["fault"];
        assert_eq!(fault["code"], "absent", "{text}");
        assert_eq!(
            fault["message"], "there is no token: there was none when this was written",
            "{text}"
        );
        assert_eq!(fault["help"], help, "{text}");
    }
    let sandbox = Sandbox::new();
    sandbox
        .cli("token decode")
        .arg("Bearer [object Promise]")
        .status(1)
        .stdout("  No token: a promise stands in its place\n  help: wait for the token: `await getToken()`\n")
        .run();
}

#[test]
fn two_tokens_are_told_as_two() {
    let (one, two) = (
        token(&header(), &session()),
        token(&header(), &with(&json!({ "sub": "user_2" }))),
    );
    for text in [
        format!("{one}{two}"),
        format!("{one} {two}"),
        format!("{one},{two}"),
        format!("{one}.{two}"),
    ] {
        let document = document(&text, 0);
        assert_eq!(document["tokens"].as_array().unwrap().len(), 2, "{text}");
        assert_eq!(document["tokens"][1]["claims"]["sub"], "user_2");
    }
}

#[test]
fn an_encoding_too_many_is_taken_off() {
    use base64::engine::general_purpose::STANDARD;
    let whole = token(&header(), &session());
    let lines = |code: String| -> String {
        let lines = code.as_bytes().chunks(76);
        lines
            .map(|line| format!("{}\n", std::str::from_utf8(line).unwrap()))
            .collect()
    };
    for text in [
        STANDARD.encode(&whole),
        URL_SAFE_NO_PAD.encode(&whole),
        STANDARD.encode(STANDARD.encode(&whole)),
        STANDARD.encode(format!("Bearer {whole}\n")),
        format!(
            "Authorization: Basic {}",
            STANDARD.encode(format!("token:{whole}"))
        ),
        lines(STANDARD.encode(&whole)),
        format!("data:\n  token: {}\n", STANDARD.encode(&whole)),
    ] {
        let document = document(&text, 0);
        assert_eq!(document["tokens"][0]["claims"], session(), "{text}");
        assert_eq!(
            document["tokens"][0]["notes"][0]["id"], "base64-around",
            "{text}"
        );
    }
}

#[test]
fn what_stood_around_a_token_is_said() {
    let whole = token(&header(), &session());
    for (text, said) in [
        (whole.clone(), Value::Null),
        (format!(" {whole}\r\n"), Value::Null),
        (
            format!("Authorization: Bearer {whole}"),
            json!("`Authorization: Bearer` in front"),
        ),
        (
            format!("\"{whole}\","),
            json!("`\"` in front, `\",` behind"),
        ),
        (
            format!("Cookie: a=hunter2; __session={whole}; c=d"),
            json!("29 characters in front, 5 characters behind"),
        ),
        (format!("{whole} {whole}"), Value::Null),
    ] {
        assert_eq!(document(&text, 0)["around"], said, "{text}");
    }
    let said = decode(&format!("Bearer {whole}"));
    assert!(
        said.ends_with("\n  Left out: `Bearer` in front.\n"),
        "{said}"
    );
}

/// 7,030 bytes are no trouble for what is sent in a header.
#[test]
fn the_limit_of_cookies_is_for_what_lives_in_one() {
    let large = |header: &Value, claims: Value| {
        let mut claims = claims;
        claims["x"] = json!("y".repeat(5000));
        document(&token(header, &claims), 0)["tokens"][0].clone()
    };
    let template = json!({ "alg": "RS256", "cat": "cl_B7d4PD222AAA" });
    for (header, claims, kind) in [
        (template, json!({ "sub": "user_1" }), "template"),
        (
            json!({ "typ": "at+jwt" }),
            json!({ "sub": "user_1" }),
            "oauth",
        ),
        (json!({ "alg": "RS256" }), json!({ "sub": "mch_1" }), "m2m"),
        (
            json!({ "alg": "RS256" }),
            json!({ "iss": "https://a", "aud": "b", "at_hash": "c" }),
            "id-token",
        ),
    ] {
        let told = large(&header, claims);
        assert_eq!(told["kind"], kind);
        assert_eq!(told["notes"], json!([]), "{kind}");
    }
    assert_eq!(
        large(&header(), session())["notes"][0]["id"],
        "over-cookie-limit"
    );
}

#[test]
fn text_of_strangers_is_harmless_on_a_screen() {
    let evil = "\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}1m\u{202e}\r\n\u{200b}";
    let claims = with(&json!({
        "sub": evil, "sid": evil, "sts": evil, "iss": evil, "azp": evil, "aud": [evil], "jti": evil, "fea": format!("o:{evil},x:{evil}"),
        "pla": evil, "act": { "sub": evil, "iss": evil }, "exp": evil, "o": { "id": evil, "slg": evil, "rol": evil, "per": evil, "fpm": "1,1", evil: 1 }, evil: evil,
    }));
    let mut head = header();
    for (name, value) in [
        ("kid", evil),
        ("alg", evil),
        ("cat", evil),
        ("typ", evil),
        (evil, evil),
    ] {
        head[name] = json!(value);
    }
    let texts = [
        token(&head, &claims),
        token(
            &header(),
            &json!({ "handshake": [format!("{evil}={evil}; {evil}"), evil] }),
        ),
        raw_token(
            "{\"alg\":\"RS256\"}",
            &format!("{{{0}:1,{0}:2}}", json!(evil)),
        ),
        format!(
            "{{\"name\":\"{evil}\",\"value\":\"dvb_0123456789abcdef\"}} {evil}=dvb_0123456789abcdef0"
        ),
        format!("eyJhbGci{evil}.a.b"),
    ];
    for text in texts {
        for flags in ["", "-v", "--color never"] {
            let sandbox = Sandbox::new();
            let cli = sandbox.cli(&format!("token decode - {flags}")).stdin(&text);
            let output = {
                let mut child = cli.spawn();
                std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes())
                    .unwrap();
                child.wait_with_output().unwrap()
            };
            let said = String::from_utf8(output.stdout).unwrap();
            let bad = said
                .chars()
                .find(|c| (c.is_control() && *c != '\n') || matches!(c, '\u{202e}' | '\u{200b}'));
            assert_eq!(bad, None, "{said:?}");
        }
    }
}

#[test]
fn huge_and_deep_payloads_are_shown_in_part_and_whole_as_data() {
    let long = token(&header(), &with(&json!({ "long": "x".repeat(2_000_000) })));
    let said = {
        let sandbox = Sandbox::new();
        sandbox
            .cli(&format!("token decode - {NOW}"))
            .stdin(&long)
            .any_stdout()
            .run()
    };
    assert!(said.len() < 4000, "{}", said.len());
    assert!(
        said.contains("(2000008 characters; --json has them all)"),
        "{said}"
    );
    let mut many = serde_json::Map::new();
    for at in 0..5000 {
        many.insert(format!("claim_{at}"), json!(at));
    }
    let said = {
        let sandbox = Sandbox::new();
        let many = token(&header(), &Value::Object(many.clone()));
        sandbox
            .cli("token decode -")
            .stdin(&many)
            .any_stdout()
            .run()
    };
    assert!(said.contains("and 4800 more; --json shows all"), "{said}");
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(120), "]".repeat(120));
    let document = document(&raw_token("{}", &deep), 0);
    assert_eq!(document["tokens"][0]["claims"].to_string(), deep);
}

#[test]
fn an_unverified_token_is_never_said_to_be_valid() {
    let fresh = with(&json!({ "exp": 1_772_541_600 }));
    let said = decode(&token(&header(), &fresh)).to_lowercase();
    assert!(said.contains("not verified"), "{said}");
    for word in ["valid ", "valid\n", "\u{2713}", "trusted", "authentic"] {
        assert!(!said.contains(word), "{word} in {said}");
    }
    let document = document(&token(&header(), &fresh), 0);
    assert_eq!(document["verified"], false);
}

#[test]
fn a_log_full_of_tokens_is_cut_and_takes_no_time() {
    let line = |at: usize| raw_token("{}", &format!("{{\"at\":{at}}}"));
    let log: Vec<String> = (0..2000).map(line).collect();
    let document = document(&log.join(" x\n"), 0);
    assert_eq!(document["tokens"].as_array().unwrap().len(), 50);
    assert_eq!(document["left_out"], 1950);
    for text in [
        "eyJx\n".repeat(200_000),
        "eyJx ".repeat(200_000),
        "eyJ.".repeat(200_000),
        "ak_0123456789abcdef0123 ".repeat(40_000),
    ] {
        let sandbox = Sandbox::new();
        let mut cli = sandbox
            .cli("token decode - --json")
            .stdin(&text)
            .any_stdout();
        if text.starts_with("eyJ") {
            cli = cli.status(1);
        }
        cli.run();
    }
}

#[test]
fn the_help_of_each_subcommand_says_what_it_is_about() {
    let sandbox = Sandbox::new();
    let all = sandbox.cli("token").any_stdout().run();
    for (name, about) in [
        (
            "decode",
            "Say what a token is and what it says, without verifying it",
        ),
        (
            "verify",
            "Say whether a token is valid, check by check, and if not why",
        ),
        (
            "mint",
            "Make a session token for tests, signed with a local key",
        ),
    ] {
        assert!(
            all.contains(&format!("  {name}  {about}\n").replace("mint  ", "mint    ")),
            "{all}"
        );
        for flag in ["-h", "--help"] {
            let help = sandbox
                .cli(&format!("token {name} {flag}"))
                .any_stdout()
                .run();
            assert!(help.starts_with(about), "{help}");
        }
    }
}

/// Without options the command tree is not built, which is most of the work of such a run.
#[test]
fn with_and_without_options_the_same_is_said() {
    let sandbox = Sandbox::new();
    let token = token(&header(), &with(&json!({ "exp": 1, "iat": 1, "nbf": 1 })));
    fs::write(sandbox.path("token"), &token).unwrap();
    for text in [
        "-",
        "@token",
        "@no-file",
        "",
        "hello",
        "--",
        "ak_0123456789",
        &token,
    ] {
        let output = |cli: crate::support::Cli<'_>| {
            let mut child = cli.spawn();
            // Who does not read it may have ended.
            let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), token.as_bytes());
            child.wait_with_output().unwrap()
        };
        let short = output(sandbox.cli("token decode").arg(text));
        let long = output(sandbox.cli("token --color never decode").arg(text));
        let ages = |text: Vec<u8>| {
            String::from_utf8(text)
                .unwrap()
                .replace(char::is_numeric, "")
        };
        assert_eq!(short.status, long.status, "{text}");
        assert_eq!(ages(short.stdout), ages(long.stdout), "{text}");
        assert_eq!(ages(short.stderr), ages(long.stderr), "{text}");
    }
}

#[test]
fn data_holds_no_control_characters_either() {
    let evil = "\u{1b}[2J\u{7f}\u{9b}1m\u{202e}\u{feff}\u{e0001}";
    let claims = with(&json!({ "evil": evil, evil: 1 }));
    let sandbox = Sandbox::new();
    let text = sandbox
        .cli("token decode - --json")
        .stdin(&token(&header(), &claims))
        .any_stdout()
        .run();
    let hidden = text
        .chars()
        .find(|c| *c != '\n' && (c.is_control() || "\u{202e}\u{feff}\u{e0001}".contains(*c)));
    assert_eq!(hidden, None, "{text}");
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["tokens"][0]["claims"], claims);
}
