//! Adds a line to the app's pages: a script that reloads the page. Only whole documents for browsers get it, never
//! fragments, compressed answers, or answers without a body.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use http::header::{
    ACCEPT, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, Entry,
    HeaderMap, HeaderValue,
};
use http::response::Parts;
use http::{Method, Request, Response, StatusCode};
use hyper::body::{Body as _, Bytes, Frame};

use super::held::Held;
use super::pages;

/// The most bytes to read before it is clear if an answer is a document.
const START: usize = 1024;

/// True if the browser wants a whole page to show.
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text("hx-request").is_some() {
        return false;
    }
    match text("sec-fetch-dest") {
        Some(destination) => destination == "document",
        // Browsers leave the header out if the address is neither https nor this machine's.
        None => text(ACCEPT.as_str()).is_some_and(|accepted| accepted.contains("text/html")),
    }
}

/// The parts of a request that decide if a script may be added to the answer.
pub(super) struct Asked {
    is_page: bool,
    is_head: bool,
}

impl Asked {
    pub fn of<B>(request: &Request<B>) -> Self {
        Self {
            is_page: is_wanted(request.headers()),
            is_head: request.method() == Method::HEAD,
        }
    }

    /// True if the answer may be a document.
    pub fn may_show(&self, answer: &Parts) -> bool {
        let coding = answer.headers.get(CONTENT_ENCODING);
        let is_html = is_of_type(&answer.headers, "text/html");
        let is_plain = coding.is_none_or(|coding| coding == "identity");
        let is_whole = !matches!(
            answer.status,
            StatusCode::NO_CONTENT
                | StatusCode::RESET_CONTENT
                | StatusCode::PARTIAL_CONTENT
                | StatusCode::NOT_MODIFIED
        );
        self.is_page && is_html && is_plain && is_whole
    }
}

/// True if the answer goes on for as long as somebody listens.
pub(super) fn is_event_stream(headers: &HeaderMap) -> bool {
    is_of_type(headers, "text/event-stream")
}

fn is_of_type(headers: &HeaderMap, wanted: &str) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case(wanted)
    })
}

/// The answer, with the script added at the end if it is a document.
pub(super) async fn with_script(
    mut parts: Parts,
    mut body: Held,
    asked: &Asked,
    version: &str,
) -> Response<Body> {
    if asked.is_head {
        // Nobody knows the new length, and a wrong one would be worse than none.
        parts.headers.remove(CONTENT_LENGTH);
        return Response::from_parts(parts, Body::new(body));
    }
    let mut before = VecDeque::new();
    let is_document = starts_a_document(&mut body, &mut before).await;
    if is_document {
        admit_script(&mut parts.headers);
    }
    let tag = is_document.then(|| tag(&parts.headers, version));
    let behind = tag.filter(|tag| makes_room(&mut parts.headers, tag));
    let body = Longer {
        before,
        body,
        behind,
    };
    Response::from_parts(parts, Body::new(body))
}

/// Says that the document is longer by the tag. No number is large enough for some lengths that an app may claim.
fn makes_room(headers: &mut HeaderMap, tag: &Bytes) -> bool {
    let length = headers.get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let Some(length) = length else {
        return true;
    };
    let Some(longer) = length.checked_add(tag.len() as u64) else {
        return false;
    };
    headers.insert(CONTENT_LENGTH, HeaderValue::from(longer));
    true
}

/// Reads until it is clear if a document begins here. What was read is in `before`.
async fn starts_a_document(
    body: &mut Held,
    before: &mut VecDeque<Result<Frame<Bytes>, hyper::Error>>,
) -> bool {
    let mut start = Vec::new();
    loop {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
        let is_over = frame.is_none();
        if let Some(frame) = frame {
            let data = frame.as_ref().ok().and_then(Frame::data_ref);
            start.extend(data.into_iter().flatten().take(START - start.len()));
            let is_last = data.is_none();
            before.push_back(frame);
            if is_last {
                return begins(&start).unwrap_or(false);
            }
        }
        match begins(&start) {
            Some(answer) => return answer,
            None if is_over || start.len() == START => return false,
            None => {}
        }
    }
}

/// True if this is the beginning of a document, `None` while there is too little to tell.
fn begins(start: &[u8]) -> Option<bool> {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let start = start.trim_ascii_start();
    let mut is_open = start.is_empty();
    for word in [&b"<!doctype html"[..], b"<html"] {
        let length = word.len().min(start.len());
        if start[..length].eq_ignore_ascii_case(&word[..length]) {
            if length == word.len() {
                return Some(true);
            }
            is_open = true;
        }
    }
    if is_open { None } else { Some(false) }
}

/// The line to add. If the page's policy asks for a nonce, it has that.
fn tag(headers: &HeaderMap, version: &str) -> Bytes {
    let policy = headers.get(CONTENT_SECURITY_POLICY);
    let nonce = policy
        .and_then(|policy| {
            policy
                .to_str()
                .ok()?
                .split("'nonce-")
                .nth(1)?
                .split('\'')
                .next()
        })
        .filter(|nonce| {
            nonce
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"+/=-_".contains(&b))
        });
    let nonce = nonce.map_or_else(String::new, |nonce| format!(" nonce=\"{nonce}\""));
    let address = pages::script_address(version);
    Bytes::from(format!(
        "\n<script src=\"{address}\" async{nonce}></script>\n"
    ))
}

/// Allows the script on pages whose policy allows nothing, such as the core's error page: it would stand there until
/// somebody reloads it, although what it complains about is mended. A policy that names scripts stays as it is.
fn admit_script(headers: &mut HeaderMap) {
    let Entry::Occupied(mut policies) = headers.entry(CONTENT_SECURITY_POLICY) else {
        return;
    };
    for policy in policies.iter_mut() {
        let Some(text) = policy.to_str().ok().filter(|text| allows_nothing(text)) else {
            continue;
        };
        let longer = format!("{text}; script-src 'self'; connect-src 'self'");
        if let Ok(longer) = HeaderValue::from_str(&longer) {
            *policy = longer;
        }
    }
}

fn allows_nothing(policy: &str) -> bool {
    let directives = policy
        .split(';')
        .map(str::trim)
        .map(str::to_ascii_lowercase);
    let directives: Vec<_> = directives.collect();
    let is_about = |what: &str| directives.iter().any(|one| one.starts_with(what));
    let is_closed = directives.iter().any(|one| one == "default-src 'none'");
    is_closed && !is_about("script-src") && !is_about("connect-src") && !is_about("sandbox")
}

/// A body with a script at its end.
struct Longer {
    before: VecDeque<Result<Frame<Bytes>, hyper::Error>>,
    body: Held,
    behind: Option<Bytes>,
}

impl Longer {
    /// Trailers come after the script.
    fn next(&mut self, frame: Frame<Bytes>) -> Frame<Bytes> {
        if frame.is_data() {
            return frame;
        }
        match self.behind.take() {
            Some(behind) => {
                self.before.push_front(Ok(frame));
                Frame::data(behind)
            }
            None => frame,
        }
    }
}

impl hyper::body::Body for Longer {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let next = match self.before.pop_front() {
            Some(frame) => Some(frame),
            None => match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Ready(frame) => frame,
                Poll::Pending => return Poll::Pending,
            },
        };
        Poll::Ready(match next {
            Some(Ok(frame)) => Some(Ok(self.next(frame))),
            Some(error) => Some(error),
            None => self.behind.take().map(|behind| Ok(Frame::data(behind))),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_told_by_how_it_begins() {
        for (start, expected) in [
            ("<!doctype html><p>", Some(true)),
            ("\u{feff} \n<!DOCTYPE HTML>", Some(true)),
            ("<html lang=\"en\">", Some(true)),
            ("<!doct", None),
            ("<", None),
            ("", None),
            ("<div>a fragment</div>", Some(false)),
            ("<!doctype svg", Some(false)),
            ("{\"html\":1}", Some(false)),
        ] {
            assert_eq!(begins(start.as_bytes()), expected, "{start}");
        }
    }

    #[test]
    fn a_length_that_cannot_grow_stays() {
        let tag = Bytes::from_static(b"<script>");
        for (length, is_longer, longer) in [
            (None, true, None),
            (Some(15), true, Some(23)),
            (Some(u64::MAX - 5), false, Some(u64::MAX - 5)),
        ] {
            let headers_of = |length: Option<u64>| {
                let length = length.map(|length| (CONTENT_LENGTH, HeaderValue::from(length)));
                HeaderMap::from_iter(length)
            };
            let mut headers = headers_of(length);
            assert_eq!(makes_room(&mut headers, &tag), is_longer);
            assert_eq!(headers, headers_of(longer));
        }
    }

    /// Somebody mended a template and looked at its error for a while.
    #[test]
    fn only_a_page_that_may_load_nothing_is_allowed_the_script() {
        let with = |policy: &'static str| {
            let mut headers = HeaderMap::new();
            headers.append(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
            headers.append(
                CONTENT_SECURITY_POLICY,
                HeaderValue::from_static("img-src *"),
            );
            admit_script(&mut headers);
            let policies = headers.get_all(CONTENT_SECURITY_POLICY).iter();
            let policies: Vec<_> = policies.map(|policy| policy.to_str().unwrap()).collect();
            assert_eq!(policies[1], "img-src *");
            policies[0].to_owned()
        };
        for closed in [
            "default-src 'none'",
            "Default-Src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
        ] {
            let expected = format!("{closed}; script-src 'self'; connect-src 'self'");
            assert_eq!(with(closed), expected);
        }
        for other in [
            "default-src 'none'; script-src 'nonce-abc'",
            "default-src 'none'; script-src-elem https://x.example",
            "default-src 'none'; connect-src 'none'",
            "default-src 'none'; sandbox",
            "default-src 'self'",
            "style-src 'none'",
        ] {
            assert_eq!(with(other), other);
        }
    }

    #[test]
    fn the_script_has_the_nonce_of_the_pages_policy_and_nothing_else_from_there() {
        let with = |policy: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
            String::from_utf8_lossy(&tag(&headers, "r-1")).into_owned()
        };
        assert!(with("script-src 'self' 'nonce-a+/_-b=='").contains(" nonce=\"a+/_-b==\">"));
        for policy in ["script-src 'self'", "script-src 'nonce-a\"><b'", "'nonce-"] {
            let tag = with(policy);
            assert!(
                tag.ends_with("?r-1\" async></script>\n") || tag.contains("nonce=\"\""),
                "{tag}"
            );
        }
    }
}
