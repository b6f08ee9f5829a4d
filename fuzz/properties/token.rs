use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_auth::keys::InstanceType::Production;
use clerk_auth::testing::TestKeys;
use clerk_auth::token::{Unverified, category, decode};
use clerk_auth::verify::{self, MachineJwt, Policy};
use clerk_rs_cli::inspect::explain::explain;
use clerk_rs_cli::inspect::kind::Token;
use clerk_rs_cli::inspect::{examine, paste};
use serde_json::{Map, Value, json};

use super::{NOW, keys, parts, texts};

/// A pasted text ␞ claims ␞ a number that says which character of a signed token is changed. Text and claims are also
/// taken for what header and payload hold.
pub fn token(input: &[u8]) {
    let [text, claims, at] = texts(input);
    decodes_as_read_plainly(&text);
    says_only_what_can_be_seen(&text);
    let [header, payload, _] = parts(input).map(|part| URL_SAFE_NO_PAD.encode(part));
    let built = format!("{header}.{payload}.{}", "A".repeat(342));
    decodes_as_read_plainly(&built);
    says_only_what_can_be_seen(&built);
    if let Ok(claims @ Value::Object(_)) = serde_json::from_str(&claims) {
        is_believed_as_signed_only(&claims, &at);
    }
}

fn decodes_as_read_plainly(text: &str) {
    let (read, plain) = (decode(text), plainly(text));
    assert_eq!(read.is_ok(), plain.is_some(), "{text:?}");
    assert_eq!(read.is_ok(), examine::jwt(text).is_none(), "{text:?}");
    let (Ok(token), Some([header, claims])) = (read, plain) else {
        return;
    };
    assert_eq!(token.raw(), text);
    assert_eq!(token.signed_text(), text.rsplit_once('.').unwrap().0);
    assert_eq!((token.header(), token.claims()), (&header, &claims));
    for (name, value) in &header {
        assert!(token.has_header(name));
        assert_eq!(token.header_str(name), value.as_str(), "{name:?}");
    }
    for (name, value) in &claims {
        assert!(token.has_claim(name));
        assert_eq!(token.claim_str(name), value.as_str(), "{name:?}");
        assert_eq!(token.claim_number(name), value.as_number(), "{name:?}");
    }
    assert!(!is_verified_by_anybody(&token), "{text:?}");
}

/// Header and payload as the crates for base64 and JSON alone read them.
fn plainly(text: &str) -> Option<[Map<String, Value>; 2]> {
    let decoded: Option<Vec<_>> = text
        .split('.')
        .map(|part| URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok())
        .collect();
    let [header, payload, _]: [Vec<u8>; 3] = decoded?.try_into().ok()?;
    let object = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
        serde_json::from_str(&text).ok()
    };
    Some([object(&header)?, object(&payload)?])
}

fn is_verified_by_anybody(token: &Unverified) -> bool {
    let (key, policy) = (keys(Production).public_key(), Policy::default());
    let machine = |kind| verify::verify_machine(token, key, kind, &policy, NOW).is_ok();
    verify::inspect(token, key, &policy, NOW);
    verify::verify(token, key, &policy, NOW).is_ok()
        || verify::verify_session_token(token.raw(), key, &policy, NOW).is_ok()
        || verify::verify_handshake(token, key, &policy, NOW).is_ok()
        || machine(MachineJwt::M2m)
        || machine(MachineJwt::OAuth)
}

fn says_only_what_can_be_seen(text: &str) {
    for found in paste::find(text).tokens {
        let explained = explain(&Token::of(found), NOW);
        for row in explained.rows {
            assert!(is_seen(&row.value) && is_seen(&row.note), "{row:?}");
        }
        for note in explained.notes {
            assert!(is_seen(&note.text), "{note:?}");
        }
    }
}

/// True if a terminal shows all of a text and obeys none of it.
pub fn is_seen(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
}

fn is_believed_as_signed_only(claims: &Value, at: &str) {
    let header =
        json!({ "alg": "RS256", "cat": category::SESSION, "kid": TestKeys::KID, "typ": "JWT" });
    let token = keys(Production).sign(&header, claims);
    let decoded = decode(&token).unwrap();
    // Written and read once: the last digit of a fraction may change.
    let read: Value = serde_json::from_str(&claims.to_string()).unwrap();
    assert_eq!(decoded.header(), header.as_object().unwrap());
    assert_eq!(decoded.claims(), read.as_object().unwrap());

    let at = at
        .bytes()
        .fold(0_usize, |at, byte| at.wrapping_mul(31) + usize::from(byte));
    let at = at % token.len();
    let (before, after) = (&token[..at], &token[at + 1..]);
    let other = if token[at..].starts_with('B') {
        'C'
    } else {
        'B'
    };
    if let Ok(changed) = decode(&format!("{before}{other}{after}")) {
        assert!(!is_verified_by_anybody(&changed), "{at}");
    }
    // What hangs on the signature alone is believed.
    let dates = json!({ "sub": "user_1", "iat": NOW.seconds(), "nbf": NOW.seconds(), "exp": NOW.seconds() + 60 });
    let mut good = claims.clone();
    good.as_object_mut()
        .unwrap()
        .extend(dates.as_object().unwrap().clone());
    let good = decode(&keys(Production).sign(&header, &good)).unwrap();
    assert!(
        verify::verify(
            &good,
            keys(Production).public_key(),
            &Policy::default(),
            NOW
        )
        .is_ok()
    );
}
