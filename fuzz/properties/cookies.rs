use std::cell::LazyCell;
use std::sync::Arc;

use bytes::Bytes;
use clerk_auth::authenticate::Clerk;
use clerk_auth::config::Config;
use clerk_auth::cookies::Cookies;
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use clerk_auth::gate::{Admission, AnswerBody, Gate, Paths};
use clerk_auth::keys::InstanceType;
use clerk_auth::public_url::Connection;
use clerk_auth::testing::TestKeys;
use http::request::Parts;
use tokio::runtime::Runtime;
use url::Url;

use super::{NOW, keys, parts};

const APP: &str = "https://app.example";
const KINDS: [InstanceType; 2] = [InstanceType::Production, InstanceType::Development];

/// Two lines of cookies ␞ ␞ the target of the request ␞ where it says it comes from. `{0}` and `{1}` stand for fresh session
/// tokens of two instances, `{2}` and `{3}` for some that are over.
pub fn cookies(input: &[u8]) {
    let [one, other, target, from] = parts(input);
    are_read_as_if_by_hand([one, other]);
    if let Some(request) = request([one, other], target, from) {
        lets_in_nobody_and_leads_nowhere(&request);
    }
}

fn are_read_as_if_by_hand(lines: [&[u8]; 2]) {
    let cookies = Cookies::parse(lines);
    let pairs: Vec<_> = lines
        .iter()
        .flat_map(|line| line.split(|byte| *byte == b';'))
        .filter_map(|piece| {
            let at = piece.iter().position(|byte| *byte == b'=')?;
            Some((trimmed(&piece[..at]), trimmed(&piece[at + 1..])))
        })
        .collect();
    let sizes: Vec<_> = cookies.sizes().collect();
    assert_eq!(sizes.len(), pairs.len());
    for ((name, value), (read, size)) in pairs.iter().zip(sizes) {
        assert_eq!((&*text(name), name.len() + value.len()), (&*read, size));
        let Ok(name) = std::str::from_utf8(name) else {
            continue;
        };
        let own = pairs.iter().filter(|(own, _)| *own == name.as_bytes());
        let values: Vec<_> = own.map(|(_, value)| decoded(value)).collect();
        assert_eq!(
            cookies.get(name).as_deref(),
            values.first().map(String::as_str)
        );
        assert!(cookies.all(name).eq(values));
    }
}

fn trimmed(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

fn text(bytes: &[u8]) -> String {
    let each = |_| bytes.iter().copied().map(char::from).collect();
    String::from_utf8(bytes.to_vec()).unwrap_or_else(each)
}

fn decoded(value: &[u8]) -> String {
    let (mut rest, mut decoded) = (value, Vec::new());
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            decoded.push(*first);
            continue;
        }
        let digit = |at: usize| char::from(*after.get(at)?).to_digit(16);
        let (Some(high), Some(low)) = (digit(0), digit(1)) else {
            return text(value);
        };
        decoded.push((high * 16 + low) as u8);
        rest = &after[2..];
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text(value))
}

fn request(cookies: [&[u8]; 2], target: &[u8], from: &[u8]) -> Option<Parts> {
    let mut builder = http::Request::builder()
        .uri(target)
        .header("sec-fetch-dest", "document");
    for line in cookies {
        let mut line = String::from_utf8_lossy(line).into_owned();
        for (at, token) in tokens().iter().enumerate() {
            line = line.replace(&format!("{{{at}}}"), token);
        }
        builder = builder.header("cookie", line.into_bytes());
    }
    for name in ["referer", "origin", "x-forwarded-host", "hx-current-url"] {
        builder = builder.header(name, from);
    }
    if from.starts_with(b"h") {
        builder = builder.header("hx-request", "true");
    }
    Some(builder.body(()).ok()?.into_parts().0)
}

/// Fresh ones of both instances, and such as are over.
fn tokens() -> Vec<String> {
    let made = |at| move |kind| keys(kind).user("user_1").at(at).token();
    let late = clerk_auth::time::UnixMillis(NOW.0 - 600_000);
    [KINDS.map(made(NOW)), KINDS.map(made(late))].concat()
}

/// A Clerk that nobody reaches.
struct Nobody;

impl Fetch for Nobody {
    fn fetch(
        &self,
        _: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, FetchError>> {
        Box::pin(async { Err(FetchError::TimedOut) })
    }
}

fn gate(keys: &TestKeys) -> Gate {
    let config = Config {
        secret_key: Some(keys.secret_key().clone()),
        jwt_key: Some(keys.public_key().clone()),
        sign_in_url: Some("/sign-in".to_owned()),
        ..Config::new(keys.publishable_key().clone())
    };
    let paths = Paths {
        public: &["/", "/sign-in/:path*"],
        data: &["/api/:path*"],
        ..Paths::PROTECTED
    };
    let clerk = Clerk::new(config, Arc::new(Nobody), Arc::new(|| NOW)).unwrap();
    Gate::new(clerk, &paths).unwrap()
}

thread_local! {
    static GATES: LazyCell<(Runtime, [Gate; 2], Vec<String>)> = const { LazyCell::new(|| {
        // Waiting costs no time.
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        (runtime, KINDS.map(|kind| gate(keys(kind))), tokens())
    }) };
}

fn lets_in_nobody_and_leads_nowhere(request: &Parts) {
    let connection = Connection {
        scheme: "https",
        host: Some("app.example"),
    };
    GATES.with(|all| {
        let (runtime, gates, tokens) = &**all;
        for ((kind, gate), own) in KINDS.into_iter().zip(gates).zip(tokens) {
            let admission = match gate.admit_at_once(request, connection) {
                Ok(admission) => admission,
                Err(undecided) => {
                    runtime.block_on(gate.admit_later(undecided, request, connection))
                }
            };
            let headers = match &admission {
                Admission::WithoutAuth => continue,
                Admission::Pass { visitor, headers } => {
                    if let Some(session) = visitor.session() {
                        assert_eq!(session.token(), own);
                    }
                    headers
                }
                Admission::Answer(answer) => {
                    if let AnswerBody::Page(problem) = &answer.body {
                        let secret = keys(kind).secret_key().expose();
                        assert!(!format!("{problem:?}").contains(secret));
                    }
                    &answer.headers
                }
            };
            for name in ["location", "hx-redirect"] {
                for value in headers.get_all(name) {
                    stays(value.to_str().unwrap(), keys(kind));
                }
            }
        }
    });
}

/// A browser is sent to the app, its instance, or in development to this machine; so is the way back in the address.
fn stays(address: &str, keys: &TestKeys) {
    let url = Url::parse(APP).unwrap().join(address).unwrap();
    let origin = url.origin().ascii_serialization();
    let local = ["http://localhost", "https://localhost"];
    let is_local = local.iter().any(|start| origin.starts_with(start));
    let is_own = origin == APP || origin == keys.issuer();
    assert!(
        is_own || is_local && keys.publishable_key().is_development(),
        "{address}"
    );
    for (name, value) in url.query_pairs() {
        if name == "redirect_url" {
            stays(&value, keys);
        }
    }
}
