//! Cookies of a request: reading them, choosing the suffixed or the unsuffixed set, the numbers in them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_auth::cookies::{Cookies, Peek, SessionCookies, client_uat, redirect_count};
use clerk_auth::keys::PublishableKey;
use clerk_auth::time::UnixMillis;
use http::{HeaderMap, HeaderValue, header::COOKIE};
use serde_json::{Value, json};

const LIVE: &str = "pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA";
const DEVELOPMENT: &str = "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk";
const NOW: i64 = 1_772_541_296;

fn token(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2ln", part(&json!({"alg": "RS256"})), part(claims))
}

/// A token of the key's own instance.
fn own(key: &PublishableKey, iat: i64, exp: i64) -> String {
    let iss = format!("https://{}", key.frontend_api_host());
    token(&json!({"iss": iss, "iat": iat, "exp": exp}))
}

type Pairs<'a> = &'a [(&'a str, &'a str)];

/// Whether the suffixed set is chosen; names with a `+` get the suffix of the key.
#[track_caller]
fn suffixed(key: &PublishableKey, cookies: Pairs<'_>) -> bool {
    let pair = |(name, value): &(&str, &str)| match name.strip_suffix('+') {
        Some(name) => format!("{name}_{}={value}", key.cookie_suffix()),
        None => format!("{name}={value}"),
    };
    let header = cookies.iter().map(pair).collect::<Vec<_>>().join("; ");
    let cookies = Cookies::parse([header.as_str()]);
    let peek = |token: &str| Peek::of_token(token, key.frontend_api_host());
    SessionCookies::choose(&cookies, key, UnixMillis::from_seconds(NOW), &peek).suffixed
}

#[test]
fn each_rule_of_the_choice_decides_in_its_turn() {
    let live = &PublishableKey::parse(LIVE).unwrap();
    let development = &PublishableKey::parse(DEVELOPMENT).unwrap();
    let (old, new) = (own(live, NOW - 60, NOW), own(live, NOW, NOW + 60));
    let foreign = token(&json!({"iss": "https://clerk.other.example"}));
    let (s, su, u, uu) = ("__session", "__session+", "__client_uat", "__client_uat+");
    let rules: &[(&str, bool, Pairs<'_>)] = &[
        ("1: not a token", false, &[(s, "x"), (su, &new), (uu, "5")]),
        (
            "1: no issuer",
            false,
            &[(s, &token(&json!({}))), (su, &new), (uu, "5")],
        ),
        (
            "1: empty issuer",
            false,
            &[(s, &token(&json!({"iss": ""}))), (su, &new), (uu, "5")],
        ),
        (
            "1: issuer zero",
            false,
            &[(s, &token(&json!({"iss": 0}))), (su, &new), (uu, "5")],
        ),
        (
            "1: payload is null",
            false,
            &[(s, &token(&Value::Null)), (su, &new), (uu, "5")],
        ),
        ("2: foreign issuer", true, &[(s, &foreign)]),
        (
            "2: issuer is a number",
            true,
            &[(s, &token(&json!({"iss": 5})))],
        ),
        (
            "2: trailing slash",
            true,
            &[(s, &token(&json!({"iss": "https://clerk.orchard.example/"})))],
        ),
        (
            "2: scheme in any case",
            false,
            &[(
                s,
                &token(&json!({"iss": "hTTp://HTTPS://clerk.orchard.example"})),
            )],
        ),
        ("3: nothing suffixed", false, &[(s, &new), (u, "5")]),
        ("3: nothing at all", false, &[]),
        ("3: empty is absent", false, &[(su, ""), (uu, "")]),
        (
            "4: unsuffixed is newer",
            false,
            &[(s, &new), (u, "5"), (su, &old), (uu, "5")],
        ),
        (
            "4: an absent client_uat is not 0",
            false,
            &[(s, &new), (su, &old)],
        ),
        (
            "4: an undecodable suffixed counts as old",
            false,
            &[(s, &new), (u, "5"), (su, "x"), (uu, "5")],
        ),
        (
            "4: equally old",
            true,
            &[(s, &new), (u, "5"), (su, &new), (uu, "5")],
        ),
        (
            "5: signed out under the suffix",
            false,
            &[(su, &new), (uu, "0"), (u, "5")],
        ),
        ("5: absent is not 0", false, &[(su, &new), (uu, "0")]),
        (
            "5: both signed out",
            true,
            &[(su, &new), (uu, "0"), (u, "0")],
        ),
        ("5: only the text 0 is 0", true, &[(su, &new), (uu, "00")]),
        (
            "6: not in production",
            true,
            &[(su, &old), (uu, "5"), (u, "0")],
        ),
        ("7: session without client_uat", false, &[(su, &new)]),
        ("7: client_uat without session", true, &[(uu, "5")]),
        ("8: suffixed", true, &[(su, &new), (uu, "5")]),
    ];
    for (rule, expected, cookies) in rules {
        assert_eq!(suffixed(live, cookies), *expected, "{rule}");
    }
    let expired = own(development, NOW - 60, NOW);
    let fresh = own(development, NOW - 60, NOW + 1);
    assert!(
        !suffixed(development, &[(su, &expired), (uu, "5"), (u, "0")]),
        "6: expired"
    );
    assert!(
        suffixed(development, &[(su, &fresh), (uu, "5"), (u, "0")]),
        "6: fresh"
    );
    assert!(
        suffixed(development, &[(su, "x"), (uu, "5"), (u, "0")]),
        "6: undecodable"
    );
    assert!(
        suffixed(development, &[(su, &expired), (uu, "5"), (u, "5")]),
        "6: signed in"
    );
}

#[test]
fn one_choice_goes_for_all_cookies_of_the_session() {
    let key = PublishableKey::parse(LIVE).unwrap();
    let header = "__session_kG9GMtVv=a; __client_uat_kG9GMtVv=5; __clerk_db_jwt_kG9GMtVv=; \
                  __session_T8c2ob43=b; __client_uat=7; __clerk_db_jwt=d";
    let cookies = Cookies::parse([header]);
    let chosen = SessionCookies::choose(&cookies, &key, UnixMillis(0), &|_| None);
    assert!(chosen.suffixed);
    assert_eq!(chosen.session.as_deref(), Some("a"));
    assert_eq!(chosen.client_uat.as_deref(), Some("5"));
    assert_eq!(
        chosen.dev_browser, None,
        "an empty one does not fall back to the other set"
    );
}

#[test]
fn header_lines_are_joined_and_foreign_bytes_lose_nothing() {
    let mut headers = HeaderMap::new();
    headers.append(
        COOKIE,
        HeaderValue::from_bytes(b"odd=\xFF\xFE; __session=a").unwrap(),
    );
    headers.append(
        COOKIE,
        HeaderValue::from_static("__client_uat=5; __session=second"),
    );
    let cookies = Cookies::parse(headers.get_all(COOKIE));
    assert_eq!(cookies.get("odd").unwrap(), "\u{ff}\u{fe}");
    assert_eq!(cookies.get("__session").unwrap(), "a");
    assert_eq!(cookies.get("__client_uat").unwrap(), "5");
    assert_eq!(cookies.get("__SESSION"), None);
}

#[test]
fn client_uat_is_read_like_the_reference_reads_numbers() {
    for (text, number) in [
        ("", 0),
        ("5", 5),
        (" \t\n12abc", 12),
        ("9.9", 9),
        ("abc", 0),
        ("-3", -3),
        ("+3", 3),
        ("+-3", 0),
        ("0x10", 16),
        ("0Xff", 255),
        ("0x", 0),
        ("-0x1", -1),
        ("99999999999999999999999", i64::MAX),
        ("-99999999999999999999999", -i64::MAX),
        ("\u{0663}", 0),
    ] {
        assert_eq!(client_uat(text), number, "{text:?}");
    }
}

#[test]
fn the_redirect_count_is_the_whole_text_or_nothing() {
    for (text, number) in [
        ("", 0),
        ("3", 3),
        (" 3 ", 3),
        ("3x", 0),
        ("2.9", 2),
        ("1e1", 10),
        ("-1", 0),
        ("-1e400", 0),
        ("NaN", 0),
        ("99999999999999999999999", i64::MAX),
    ] {
        assert_eq!(redirect_count(text), number, "{text:?}");
    }
}
