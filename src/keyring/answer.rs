//! Failed calls to Clerk in words, one sentence for each cause. Only a refusal by Clerk itself is a "no"; everything
//! else is "could not be found out".

use clerk_auth::backend::ApiError;

use crate::backend::{CallError, NetworkError};
use crate::escape::visible;

/// The most characters to show of a stranger's text.
const LONGEST: usize = 80;

/// The kind of a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Call {
    /// The Backend API, with the secret key.
    Backend,
    /// The public key set of an instance.
    KeySet,
}

/// A failed call in words.
#[derive(Clone, Debug)]
pub struct Told {
    pub id: &'static str,
    /// True if Clerk said no; otherwise nothing is known.
    pub is_no: bool,
    pub detail: String,
    pub help: String,
}

/// The words for a call to `host`.
pub fn told(error: &CallError, call: Call, host: &str) -> Told {
    let host = &*visible(host);
    match error {
        CallError::Network(error) => {
            let help = network_help(error, call, host);
            unknown(
                error.code(),
                format!("could not reach {host}: {error}"),
                help,
            )
        }
        CallError::Shape(what) => unknown(
            "not-clerk",
            format!("{host} answered with something that is not {what}"),
            address_help(call),
        ),
        CallError::NotSent(why) => unknown(
            "not-sent",
            format!("{host} was not asked: {why}"),
            address_help(call),
        ),
        CallError::Answer(answer) if answer.not_json.is_some() => foreign(answer, call, host),
        CallError::Answer(answer) => by_status(answer, call, host),
    }
}

/// A piece of a stranger's text.
pub fn short(text: &str) -> String {
    let text = visible(text);
    if text.chars().count() <= LONGEST {
        return text.into_owned();
    }
    let cut: String = text.chars().take(LONGEST - 1).collect();
    format!("{cut}\u{2026}")
}

fn network_help<'a>(error: &'a NetworkError, call: Call, host: &str) -> &'a str {
    if *error == NetworkError::Refused && is_here(host) {
        return "if it is the emulator, `clerk-rs dev` starts it; else check that it runs and that the port is right";
    }
    if *error != NetworkError::NameResolution || call == Call::Backend {
        return error.help();
    }
    if host.ends_with(".clerk.accounts.dev") {
        "check the network; if that works, the development instance was deleted or the key is mistyped"
    } else {
        "check the network; if that works, the instance's DNS records are not set: Clerk's dashboard, Domains"
    }
}

/// True for a host on this machine, with a port or without.
fn is_here(host: &str) -> bool {
    let mut names = ["localhost", "127.0.0.1", "[::1]"].into_iter();
    names.any(|name| {
        let rest = host.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    })
}

fn address_help(call: Call) -> &'static str {
    match call {
        Call::Backend => "check CLERK_API_URL and CLERK_API_VERSION",
        Call::KeySet => "check CLERK_FAPI_URL and the host in the publishable key",
    }
}

/// An answer that is not JSON, from a proxy, a network's sign-in page or another server.
fn foreign(answer: &ApiError, call: Call, host: &str) -> Told {
    let status = answer.status;
    let start = answer.not_json.as_deref().unwrap_or_default();
    let is_page = start.trim_start().starts_with('<');
    let (id, detail, help) = match status {
        200..300 if is_page => (
            "captive-portal",
            format!("a web page came in place of {host}'s answer"),
            "this network may want a sign-in first: open any page in a browser; else check the address",
        ),
        200..300 => (
            "not-clerk",
            format!("{host} answered with something that is not JSON"),
            address_help(call),
        ),
        300..400 => (
            "redirected",
            format!("{host} answered {status}, a redirect, which is not followed"),
            "this network may want a sign-in first: open any page in a browser; else check the address",
        ),
        407 => (
            "proxy-failed",
            format!("the proxy in front of {host} asks for a name and password (407)"),
            "put them into HTTPS_PROXY, as http://name:password@host:port",
        ),
        _ => (
            "not-clerk",
            format!("something between here and {host} answered {status}, not Clerk"),
            "a proxy or firewall may stand between; nothing is known of the key",
        ),
    };
    unknown(id, detail, help)
}

fn by_status(answer: &ApiError, call: Call, host: &str) -> Told {
    let said = said(answer);
    match (answer.status, call) {
        (400, Call::KeySet)
            if answer
                .errors
                .iter()
                .any(|error| error.code == "host_invalid") =>
        {
            no(
                "host-unknown",
                format!("Clerk knows no instance at {host} ({said})"),
                "copy the publishable key again from Clerk's dashboard, API keys",
            )
        }
        (401, Call::Backend) => no(
            "refused",
            format!("{host} does not recognise this key ({said})"),
            "copy the secret key again from Clerk's dashboard, API keys; it may have been replaced or deleted there",
        ),
        (403, Call::Backend) => no(
            "forbidden",
            format!("{host} knows this key, but does not allow it to do this ({said})"),
            "take a secret key of the instance with all rights, from Clerk's dashboard, API keys",
        ),
        (404, _) => unknown(
            "not-found",
            format!("{host} has nothing at this path ({said})"),
            address_help(call),
        ),
        (410, _) => unknown(
            "gone",
            format!("{host} does not offer this call any more ({said})"),
            "a newer version of clerk-rs may know the new one",
        ),
        (422, _) => unknown(
            "unprocessable",
            format!("{host} understood the request and refused it ({said})"),
            "what it says in brackets is Clerk's own reason",
        ),
        (429, _) => {
            let wait = answer.retry_after.map(|wait| wait.as_secs());
            let (detail, help) = match wait {
                Some(seconds) => (
                    format!(" for {seconds} s"),
                    format!("try again in {seconds} s"),
                ),
                None => (String::new(), "try again in a minute".to_owned()),
            };
            unknown(
                "rate-limited",
                format!("{host} asks to wait{detail}: too many requests ({said})"),
                help,
            )
        }
        (500.., _) => unknown(
            "clerk-fault",
            format!("{host} has a fault of its own ({said})"),
            "try again later; https://status.clerk.com tells about outages",
        ),
        (status, _) => unknown(
            "unexpected-answer",
            format!("{host} answered {status}, which was not expected ({said})"),
            address_help(call),
        ),
    }
}

fn unknown(id: &'static str, detail: String, help: impl Into<String>) -> Told {
    Told {
        id,
        is_no: false,
        detail,
        help: help.into(),
    }
}

fn no(id: &'static str, detail: String, help: &str) -> Told {
    Told {
        id,
        is_no: true,
        detail,
        help: help.to_owned(),
    }
}

/// Status, codes, and the trace that Clerk's support asks for: `401 clerk_key_invalid, trace 0a1b`.
fn said(answer: &ApiError) -> String {
    let mut said = answer.status.to_string();
    let codes: Vec<_> = answer
        .errors
        .iter()
        .take(3)
        .map(|error| short(&error.code))
        .collect();
    if !codes.is_empty() {
        said.push(' ');
        said.push_str(&codes.join(", "));
    }
    if let Some(trace) = &answer.trace_id {
        said.push_str(", trace ");
        said.push_str(&short(trace));
    }
    said
}
