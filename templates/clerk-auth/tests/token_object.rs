//! A token's members are read where they stand. That must never say anything else than the object built as a whole.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_auth::token::{Unverified, decode};
use proptest::prelude::*;
use serde_json::{Map, Value};

fn token(header: &[u8], payload: &[u8]) -> Option<Unverified> {
    let part = |bytes| URL_SAFE_NO_PAD.encode(bytes);
    decode(&format!("{}.{}.", part(header), part(payload))).ok()
}

/// The reference: the whole text by serde_json.
fn built(payload: &[u8]) -> Option<Map<String, Value>> {
    let payload = payload.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(payload);
    serde_json::from_str(&String::from_utf8_lossy(payload)).ok()
}

fn agrees(payload: &[u8]) {
    let shown = String::from_utf8_lossy(payload);
    let expected = built(payload);
    let found = token(b"{}", payload);
    assert_eq!(found.is_some(), expected.is_some(), "{shown}");
    assert_eq!(token(payload, b"{}").is_some(), expected.is_some());
    let (Some(found), Some(expected)) = (found, expected) else {
        return;
    };
    let names = expected.keys().map(String::as_str);
    for name in names.chain(["", "sub", "absent"]) {
        let value = expected.get(name);
        let text = value.and_then(Value::as_str);
        assert_eq!(found.claim_str(name), text, "{name} of {shown}");
        assert_eq!(found.has_claim(name), value.is_some(), "{name} of {shown}");
        let whole = found.claim_i64(name);
        assert_eq!(
            whole.is_some(),
            value.is_some_and(Value::is_number),
            "{shown}"
        );
        if let Some(number) = value.and_then(Value::as_i64) {
            assert_eq!(whole, Some(number), "{name} of {shown}");
        }
    }
    assert_eq!(found.claims(), &expected, "{shown}");
    let header = token(payload, b"{}").unwrap();
    assert_eq!(header.header(), &expected);
    assert_eq!(header.has_header("sub"), expected.contains_key("sub"));
    let sub = expected.get("sub").and_then(Value::as_str);
    assert_eq!(header.header_str("sub"), sub);
}

#[test]
fn odd_objects_are_read_as_their_whole_is() {
    let nested = |depth| format!(r#"{{"a":{}1{}}}"#, "[".repeat(depth), "]".repeat(depth));
    for payload in [
        r#"{"sub":"a","sub":"b"}"#,
        r#"{"sub":"a","sub":null}"#,
        r#"{"sub":null,"sub":"b"}"#,
        r#"{"sub":"a","s\u0075b":"b"}"#,
        r#"{"s\u0075b":"a","sub":"b"}"#,
        r#"{"s\u0075b":"\u0061\n","exp":1}"#,
        r#"{"sub":"\ud83d\ude00"}"#,
        r#"{"sub":"\ud83d"}"#,
        r#"{"a":{"b":["\ud83d"]},"sub":"x"}"#,
        r#"{"a":{"\ud83d":1},"sub":"x"}"#,
        r#"{"sub":"\x"}"#,
        r#"{"exp":1e999}"#,
        r#"{"a":[1e999],"exp":1}"#,
        r#"{"exp":18446744073709551615,"iat":-9223372036854775808,"nbf":99999999999999999999999}"#,
        r#"{"exp":1.9,"iat":-0.0,"nbf":-1.9e3}"#,
        r#"{"exp":01}"#,
        r#"{"exp":1.}"#,
        r#"{"exp":+1}"#,
        r#"{"":"empty name"}"#,
        r#" { "sub" : "a" } "#,
        r#"{"sub":"a"} x"#,
        r#"{"sub":"a",}"#,
        r#"{"sub" "a"}"#,
        r#"{sub:"a"}"#,
        r#"{1:"a"}"#,
        r#"{"sub":tru}"#,
        r#"{"sub":true,"a":false,"b":null,"c":[],"d":{}}"#,
        r#"{"sub":"a"#,
        r#"{"$serde_json::private::Number":"1"}"#,
        r#"{"a":{"$serde_json::private::Number":"1"},"b":{"$serde_json::private::RawValue":"1"}}"#,
        "{\"sub\":\"a\nb\"}",
        "{\"sub\":\"a\u{0}b\"}",
        "{\"sub\":\"ä€😀\",\"ä\":\"ö\"}",
        "\u{feff}{\"sub\":\"a\"}",
        "\u{feff}\u{feff}{\"sub\":\"a\"}",
        "[]",
        "null",
        "\"sub\"",
        "7",
        "",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain((124..=130).map(nested))
    {
        agrees(payload.as_bytes());
    }
    agrees(b"{\"sub\":\"a\xFF\",\"\xFE\":\"b\"}");
    agrees(b"{\"sub\":\"a\xFF\",\"\xEF\xBF\xBD\":\"b\"}");
}

#[test]
fn a_thousand_members_are_found() {
    let list: Map<String, Value> = (0..1000).map(|n| (format!("m{n}"), n.into())).collect();
    agrees(Value::from(list).to_string().as_bytes());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Pieces of JSON in any order: much of it is broken, some of it is not.
    #[test]
    fn pieces_of_json_are_read_as_their_whole_is(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "{", "}", "[", "]", ",", ":", "\"sub\":", "\"exp\":", "\"a\"", "\"s\\u0075b\":", "1", "-2.5e3", "1e999",
                "null", "true", " ", "\"\\ud800\"", "\"\\\"\"", "\"ü\"", "\u{1}", "\"b\":{\"c\":[1,{}]}",
            ]),
            0..8,
        ),
    ) {
        agrees(pieces.concat().as_bytes());
        agrees(format!("{{{}}}", pieces.concat()).as_bytes());
        agrees(format!("{{{}}}", pieces.join(",")).as_bytes());
    }

    #[test]
    fn members_of_all_kinds_are_read_as_their_whole_is(
        members in prop::collection::vec(
            ("sub|exp|iat|[a-c\\\\\"ü]{0,3}", prop_oneof![
                any::<i64>().prop_map(Value::from), any::<u64>().prop_map(Value::from), any::<f64>().prop_map(Value::from),
                "\\PC{0,8}|.{0,4}".prop_map(Value::from), Just(Value::Null), Just(serde_json::json!([{"sub": "x"}])),
            ]),
            0..10,
        ),
    ) {
        // Not a map: names may come twice.
        let member = |(name, value): &(String, Value)| format!("{}:{value}", Value::from(name.as_str()));
        let members: Vec<String> = members.iter().map(member).collect();
        agrees(format!("{{{}}}", members.join(",")).as_bytes());
    }

    #[test]
    fn any_bytes_are_read_as_their_whole_is(bytes in any::<Vec<u8>>()) {
        agrees(&bytes);
        agrees(&[b"{\"sub\":\"".as_slice(), &bytes, b"\"}"].concat());
    }
}
