//! The reason why a delivery is refused, as exactly as it can be told. The core decides; here its answer is looked into.

use clerk_auth::time::UnixMillis;
use clerk_auth::webhooks::{self, SIGNATURE_HEADER, TIMESTAMP_HEADER, WebhookError};
use http::{HeaderMap, HeaderValue};
use serde::Serialize;
use serde_json::Value;

use super::delivery::Delivery;
use super::secrets::Known;
use crate::escape::visible;
use crate::inspect::clock;
use crate::keyring::problem::Problem;

/// More signatures than Clerk ever sends. Strangers may send any number; the core looks at all of them.
const SHOWN: usize = 16;

/// One of the signatures in the header.
#[derive(Debug, Serialize)]
pub struct Signature {
    pub version: String,
    pub fits: bool,
    /// The secret that made it.
    pub secret: Option<String>,
}

/// The worth of each signature, whatever the time.
pub fn signatures(delivery: &Delivery, secrets: &[Known]) -> Vec<Signature> {
    let header = delivery.headers.get(SIGNATURE_HEADER);
    let header = header.and_then(|value| value.to_str().ok());
    let parts = header.unwrap_or_default().split(' ');
    let parts = parts.filter(|part| !part.is_empty()).take(SHOWN);
    let signatures = parts.map(|part| {
        let mut headers = delivery.headers.clone();
        if let Ok(value) = HeaderValue::from_str(part) {
            headers.insert(SIGNATURE_HEADER, value);
        }
        let made_by = |known: &&Known| is_signed(&headers, &delivery.body, [*known]);
        let secret = secrets.iter().find(made_by);
        let version = part.split_once(',').map_or("", |(version, _)| version);
        Signature {
            version: visible(version).into_owned(),
            fits: secret.is_some(),
            secret: secret.map(|known| known.origin.clone()),
        }
    });
    signatures.collect()
}

/// True if the signature is right, however old the delivery.
fn is_signed<'a>(
    headers: &HeaderMap,
    body: &[u8],
    secrets: impl IntoIterator<Item = &'a Known>,
) -> bool {
    let Some(then) = moment(headers) else {
        return false;
    };
    let secrets: Vec<_> = secrets
        .into_iter()
        .map(|known| known.secret.clone())
        .collect();
    let verdict = webhooks::verify(headers, body, &secrets, then);
    matches!(verdict, Ok(_) | Err(WebhookError::Body(_)))
}

/// When it was sent, according to its header.
pub fn moment(headers: &HeaderMap) -> Option<UnixMillis> {
    let text = headers.get(TIMESTAMP_HEADER)?.to_str().ok()?;
    let seconds: i64 = text.parse().ok()?;
    Some(UnixMillis(seconds.checked_mul(1000)?))
}

/// The refusal in words.
pub fn problem(error: WebhookError, delivery: &Delivery, secrets: &[Known]) -> Problem {
    match error {
        WebhookError::Header(name) => of_header(name, &delivery.headers),
        WebhookError::Timestamp { seconds } => of_time(seconds, delivery, secrets),
        WebhookError::Signature => of_signature(delivery, secrets),
        WebhookError::Body(why) => Problem::new(
            "body-no-event",
            format!("the signature is right, but {why}"),
        )
        .help("an app answers this with 400; Clerk's own bodies are JSON with a `type`"),
    }
}

fn of_header(name: &'static str, headers: &HeaderMap) -> Problem {
    let said = match headers.get(name).map(HeaderValue::to_str) {
        None => return Problem::new("header-missing", format!("there is no header {name}"))
            .help("every delivery has svix-id, svix-timestamp and svix-signature; does a proxy drop them?"),
        Some(Ok("")) => "is empty".to_owned(),
        Some(Ok(text)) => format!("is no number of seconds: {text}"),
        Some(Err(_)) => "holds bytes that are no plain text".to_owned(),
    };
    Problem::new("header-unreadable", format!("the header {name} {said}"))
        .help("take it over as it came")
}

fn of_time(age: i64, delivery: &Delivery, secrets: &[Known]) -> Problem {
    let is_signed = is_signed(&delivery.headers, &delivery.body, secrets);
    let beside = match is_signed {
        true => "the signature is right",
        false => "the signature does not fit either",
    };
    let seconds = moment(&delivery.headers).map_or(0, UnixMillis::seconds);
    if clock::is_in_milliseconds(seconds) {
        let message = format!("the timestamp counts milliseconds, it is to be seconds; {beside}");
        return Problem::new("timestamp-in-milliseconds", message)
            .help(&format!("write {}", seconds / 1000));
    }
    let off = clock::span(age);
    if age > 0 {
        let message =
            format!("it was sent {off} ago, and after 5 minutes it could be a replay; {beside}");
        return Problem::new("timestamp-too-old", message).help(
            "to judge a saved delivery, name its time with --at; if it has just come, this machine's clock is fast",
        );
    }
    let message = format!("it was sent {off} in the future, and 5 minutes are allowed; {beside}");
    Problem::new("timestamp-in-future", message)
        .help("is this machine's clock slow? Else the sender's is fast")
}

fn of_signature(delivery: &Delivery, secrets: &[Known]) -> Problem {
    let header = delivery.headers.get(SIGNATURE_HEADER);
    let header = header.and_then(|value| value.to_str().ok());
    let mut parts = header.unwrap_or_default().split(' ');
    if !parts.any(|part| part.starts_with("v1,")) {
        return Problem::new(
            "signature-unknown",
            "no signature begins with `v1,`, the one version that counts",
        )
        .help("take the whole header over as it came");
    }
    if let Some((how, mended)) = mended(delivery, secrets) {
        let message = format!("no signature fits this body, but one fits it {how}");
        let help = format!(
            "sign and check the {} bytes that came, before anything reads or rewrites them",
            mended.len()
        );
        return Problem::new("body-changed", message).help(&help);
    }
    let of = match secrets {
        [one] => format!("the secret from {} made none of the signatures", one.origin),
        all => format!(
            "none of the {} secrets made any of the signatures",
            all.len()
        ),
    };
    Problem::new("signature-mismatch", of).help(
        "each endpoint in the Dashboard has its own secret: check that this one belongs to the endpoint that sent it. If it \
         does, the id, the timestamp or the body was changed on the way",
    )
}

/// The body as it was before something usual happened to it, if it is signed like that.
fn mended(delivery: &Delivery, secrets: &[Known]) -> Option<(&'static str, Vec<u8>)> {
    let body = delivery.body.as_slice();
    let without_end = body.strip_suffix(b"\n").unwrap_or(body);
    let without_end = without_end.strip_suffix(b"\r").unwrap_or(without_end);
    let unix = replaced(body, b"\r\n", b"\n");
    let value: Option<Value> = serde_json::from_slice(body).ok();
    let json = |text: fn(&Value) -> serde_json::Result<String>| {
        let text = value.as_ref().and_then(|value| text(value).ok());
        text.unwrap_or_default().into_bytes()
    };
    let all = [
        ("without the line break at its end", without_end.to_vec()),
        ("with a line break at its end", [body, b"\n"].concat()),
        ("with line breaks of one character", unix.clone()),
        (
            "with line breaks of two characters",
            replaced(&unix, b"\n", b"\r\n"),
        ),
        (
            "without the mark before it that some editors write",
            body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).to_vec(),
        ),
        (
            "written without white space, so it was laid out anew",
            json(serde_json::to_string),
        ),
        (
            "laid out in lines, so it was packed",
            json(serde_json::to_string_pretty),
        ),
    ];
    all.into_iter()
        .find(|(_, body)| is_signed(&delivery.headers, body, secrets))
}

fn replaced(body: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = memchr::memmem::find(rest, from) {
        let (before, behind) = rest.split_at(at);
        result.extend_from_slice(before);
        result.extend_from_slice(to);
        rest = behind.strip_prefix(from).unwrap_or_default();
    }
    result.extend_from_slice(rest);
    result
}
