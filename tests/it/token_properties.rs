//! Whatever is pasted: nothing panics, what is wrong is found exactly where the core refuses, tokens are found in any
//! surroundings, and nothing in a claim reaches a screen as a control character.

use std::num::NonZeroUsize;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_auth::time::UnixMillis;
use clerk_auth::token::decode;
use clerk_rs_cli::inspect::batch::{Batch, Decoder, Form, Style};
use clerk_rs_cli::inspect::examine;
use clerk_rs_cli::inspect::explain::explain;
use clerk_rs_cli::inspect::kind::Token;
use clerk_rs_cli::inspect::paste;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const NAMES: &[&str] = &[
    "sub",
    "sid",
    "sts",
    "exp",
    "iat",
    "nbf",
    "iss",
    "azp",
    "aud",
    "jti",
    "v",
    "o",
    "fea",
    "pla",
    "fva",
    "act",
    "org_id",
    "org_slug",
    "org_role",
    "org_permissions",
    "handshake",
    "dev",
    "st",
    "iid",
    "scp",
    "scope",
    "client_id",
    "scopes",
    "alg",
    "kid",
    "typ",
    "cat",
    "id",
    "slg",
    "rol",
    "per",
    "fpm",
    "any",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (1_700_000_000_i64..1_800_000_000).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[ou]{1,2}:[a-z]{1,4}(,[ou]:[a-z]{1,4}){0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            object(inner),
        ]
    })
}

fn object(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        prop::sample::select(NAMES).prop_map(str::to_owned),
        any::<String>()
    ];
    prop::collection::vec((name, value), 0..12)
        .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>()))
}

fn token() -> impl Strategy<Value = String> {
    (object(value()), object(value()), 0_usize..300).prop_map(|(header, claims, length)| {
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let (header, claims) = (header.to_string(), claims.to_string());
        format!(
            "{}.{}.{}",
            part(header.as_bytes()),
            part(claims.as_bytes()),
            part(&vec![7; length])
        )
    })
}

/// A token as the RSA key of an instance signs it.
fn signed() -> impl Strategy<Value = String> {
    object(value()).prop_map(|claims| {
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let header = json!({ "alg": "RS256", "kid": "ins_1" }).to_string();
        format!(
            "{}.{}.{}",
            part(header.as_bytes()),
            part(claims.to_string().as_bytes()),
            part(&[7; 256])
        )
    })
}

fn is_seen(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
}

fn says_only_what_can_be_seen(text: &str) -> Result<(), TestCaseError> {
    for found in paste::find(text).tokens {
        let token = Token::of(found);
        let explained = explain(&token, UnixMillis(1_772_541_296_000));
        for row in explained.rows {
            prop_assert!(is_seen(&row.value) && is_seen(&row.note), "{row:?}");
        }
        for note in explained.notes {
            prop_assert!(is_seen(&note.text), "{note:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_can_be_pasted(text in any::<String>()) {
        says_only_what_can_be_seen(&text)?;
        let looks_like_one = format!("eyJ{text}.{text}.{text} __session={text} \"name\":\"{text}\",\"value\":\"eyJ");
        says_only_what_can_be_seen(&looks_like_one)?;
    }

    #[test]
    fn any_claims_can_be_explained(token in token()) {
        says_only_what_can_be_seen(&token)?;
    }

    #[test]
    fn a_fault_is_found_exactly_where_the_core_refuses(
        token in token(), at in any::<prop::sample::Index>(), replacement in "[A-Za-z0-9_.+/= \u{2026}-]{0,2}",
    ) {
        prop_assert_eq!(examine::jwt(&token).is_none(), decode(&token).is_ok());
        let at = at.index(token.len());
        let damaged = format!("{}{replacement}{}", &token[..at], &token[at + 1..]);
        prop_assert_eq!(examine::jwt(&damaged).is_none(), decode(&damaged).is_ok(), "{}", damaged);
    }

    #[test]
    fn a_token_is_found_in_any_surroundings(
        token in signed(), before in "[^\\\\%.=A-Za-z0-9_-]{0,20}", after in "[^=./+*$!?~^#@:A-Za-z0-9_-]{0,20}", width in 20_usize..200,
    ) {
        let lines: Vec<_> = token.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
        for pasted in [token.clone(), lines.join("\n"), lines.join("\r\n  "), lines.join("\\\n")] {
            let text = format!("{before} {pasted}{after}");
            let tokens = paste::find(&text).tokens;
            prop_assert_eq!(&tokens[0].token, &token, "{:?}", text);
        }
    }

    #[test]
    fn a_token_is_found_in_any_wrapping(
        token in signed(), noise in "[^eE\\\\%&#\n\r]{0,30}", wrapping in prop::sample::select(WRAPPINGS), mark in prop::sample::select(MARKS),
        count in 1_usize..4,
    ) {
        let (claims, _) = token.rsplit_once('.').unwrap();
        let taken_out = format!("{claims}.{mark}");
        for token in [&token, &taken_out] {
            let (before, after) = wrapping;
            let line = format!("{noise} {before}{token}{after}\n");
            let found = &paste::find(&line).tokens[0];
            prop_assert_eq!(&found.token, token, "{:?}", line);
            let said = scanned(&line.repeat(count));
            let place = line.find(token.as_str()).unwrap() + 1;
            let places: Vec<_> = said.lines().map(|line| line.split('\t').nth(2).unwrap().to_owned()).collect();
            let expected: Vec<_> = (1..=count).map(|line| format!("{line}:{place}")).collect();
            prop_assert_eq!(places, expected, "{:?}", line);
            prop_assert!(said.lines().all(|line| line.starts_with("unverified\t")), "{}", said);
        }
    }

    #[test]
    fn any_bytes_can_be_scanned(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "(eyJ|[.\\\\\"%&;x2#\\[\u{200b}\u{1b}m=]){0,60}") {
        let bytes = [b"eyJhbGciOiJub25lIn0.e30.", &bytes[..], b" ", text.as_bytes()].concat();
        scan_bytes(bytes);
        paste::find(&text);
    }
}

/// What stands in the place of signatures.
const MARKS: &[&str] = &[
    "[REDACTED]",
    "***",
    "<redacted>",
    "\u{2026}",
    "...",
    "xxxx",
    "[FILTERED]",
    "{signature}",
    "REDACTED",
    "CB6pE7...",
    "CB6pE7[REDACTED]",
    "${SIGNATURE}",
];

/// What stands before and behind a token.
const WRAPPINGS: &[(&str, &str)] = &[
    ("", ""),
    ("\"", "\""),
    ("\\x22", "\\x22"),
    ("\\\"", "\\\""),
    ("\\u0022", "\\u0022"),
    ("%22", "%22"),
    ("&quot;", "&quot;"),
    ("\u{1b}[32m", "\u{1b}[0m"),
    ("[", "]"),
    ("token", " "),
    ("Bearer=", ";"),
    ("session=", "; Path=/"),
    ("'", "',"),
    ("{\"jwt\":\"", "\"}"),
    ("%7B%22jwt%22%3A%22", "%22%7D"),
    ("\u{201c}", "\u{201d}"),
    ("`", "`"),
    ("#012", "#012"),
];

/// What `token decode --batch --scan` says of a text.
fn scanned(text: &str) -> String {
    scan_bytes(text.as_bytes().to_vec())
}

fn scan_bytes(bytes: Vec<u8>) -> String {
    let output = Shared::default();
    let batch = Batch {
        input: std::io::Cursor::new(bytes),
        output: output.clone(),
        form: Form::Scan,
        style: Style::Text,
        judge: Decoder::new(Style::Text),
        jobs: NonZeroUsize::MIN,
        clock: Arc::new(|| UnixMillis(0)),
        watch: Box::new(|_| ()),
    };
    let (sender, inbox) = channel();
    let outcome = batch.run(&sender, &inbox);
    assert!(outcome.write_error.is_none());
    String::from_utf8(output.0.lock().unwrap().clone()).unwrap()
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
