use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clerk_auth::time::UnixMillis;
use clerk_auth::webhooks::{
    ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, WebhookError, WebhookSecret, verify,
};
use http::{HeaderMap, HeaderValue};

use super::{NOW, parts};

/// A secret without its prefix ␞ an id ␞ a timestamp ␞ signatures ␞ a body. `{}` among the signatures stands for the right one.
pub fn webhook(input: &[u8]) {
    let [secret, id, timestamp, signatures, body] = parts(input);
    let text = format!("whsec_{}", String::from_utf8_lossy(secret));
    let key = STANDARD.decode(secret).ok().filter(|key| !key.is_empty());
    let secret = WebhookSecret::parse(&text).ok();
    assert_eq!(secret.is_some(), key.is_some(), "{text}");
    let (Some(secret), Some(key)) = (secret, key) else {
        return;
    };

    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let tag = hmac::sign(&key, &[id, b".", timestamp, b".", body].concat());
    let right = format!("v1,{}", STANDARD.encode(tag));
    let signatures = String::from_utf8_lossy(signatures).replace("{}", &right);
    let checked = |signatures: &str, body: &[u8]| {
        let values = [id, timestamp, signatures.as_bytes()].map(HeaderValue::from_bytes);
        let mut headers = HeaderMap::new();
        for (name, value) in [ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER]
            .into_iter()
            .zip(values)
        {
            headers.insert(name, value.ok()?);
        }
        Some(verify(&headers, body, std::slice::from_ref(&secret), NOW))
    };
    // An `Err` about the body is a yes to the signature.
    let is_signed = |signatures: &str, body: &[u8]| {
        matches!(
            checked(signatures, body),
            Some(Ok(_) | Err(WebhookError::Body(_)))
        )
    };
    let names_it = signatures.split(' ').any(|signature| signature == right);
    let seconds = std::str::from_utf8(timestamp)
        .ok()
        .and_then(|it| it.parse::<i64>().ok());
    let is_recent = seconds.is_some_and(|it| NOW.seconds().abs_diff(it) <= 300);
    let is_visible =
        |bytes: &[u8]| !bytes.is_empty() && bytes.iter().all(|b| matches!(b, b'\t' | b' '..=b'~'));
    let can_be = is_recent && is_visible(id) && is_visible(signatures.as_bytes());
    assert_eq!(
        is_signed(&signatures, body),
        can_be && names_it,
        "{signatures:?}"
    );
    if can_be && let Some(seconds) = seconds {
        // Ours are made alike, but for timestamps with a `+` or zeros in front.
        let is_plain = seconds.to_string().as_bytes() == timestamp;
        let id = std::str::from_utf8(id).unwrap();
        assert_eq!(secret.sign(id, seconds, body) == right, is_plain);
        assert!(is_signed(&right, body));
        assert!(!is_signed(&right, &[body, b" "].concat()));
        assert!(body.is_empty() || !is_signed(&right, &body[1..]));
    }
    if let Some(Ok(event)) = checked(&right, body) {
        assert_eq!(
            event.raw,
            serde_json::from_slice::<serde_json::Value>(body).unwrap()
        );
        assert_eq!(event.raw["type"], *event.kind);
        assert_eq!(
            event.timestamp,
            event.raw["timestamp"].as_i64().map(UnixMillis)
        );
    }
}
