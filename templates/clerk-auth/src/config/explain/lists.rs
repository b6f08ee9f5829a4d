//! The tool's words for lists of origins and issuers that are written as other programs write them.

use std::net::Ipv6Addr;

use url::Url;

use crate::config::entries::{check_origin_entry, is_slip, web_origin, web_url_of_name};
use crate::config::host::{is_host, is_loopback, is_port};
use crate::config::problem::{Refusal, may_be_shown};

const AS_ORIGIN: &str = "write it as https://host";

/// The words for the list, or else for the entry that was refused.
pub(super) fn origins(text: &str, refusal: &Refusal) -> Option<Refusal> {
    let is_it = |item: &&str| check_origin_entry(item).is_err_and(|own| own == *refusal);
    let items: Vec<&str> = text.split(',').map(str::trim).collect();
    let item = || {
        let at = items.iter().position(is_it)?;
        let mut refusal = origin(items[at]);
        // Nobody sees which one it is.
        if refusal.part.is_none() && items.len() > 1 {
            refusal.problem += &format!(" (entry {})", at + 1);
        }
        Some(refusal)
    };
    // A list without commas falls into odd pieces, which nobody wrote.
    separators(text, check_origin_entry).or_else(item)
}

/// The words for a refused origin.
fn origin(text: &str) -> Refusal {
    if let Some(problem) = never_matches(text) {
        let remedy = "list each origin by itself, such as https://host";
        return Refusal::malformed(format!("is no origin: {problem}"), remedy).about(text);
    }
    let refused = |problem: &str, candidate: Option<String>| {
        let remedy = offered(text, candidate, check_origin_entry);
        Refusal::malformed(problem, remedy).about(text)
    };
    let Some((scheme, rest)) = text.split_once("://") else {
        let (problem, candidate) = without_scheme(text);
        return refused(&format!("is not an origin: {problem}"), candidate);
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let lower = scheme.to_ascii_lowercase();
    match lower.as_str() {
        "http" | "https" => {
            let problem = match rest {
                _ if rest.contains(['?', '#']) => "is not an origin: something follows the host",
                _ if host.len() < rest.len() => "is not an origin: a slash follows the host",
                _ if text.contains(char::is_uppercase) => {
                    "is not an origin: it has capital letters"
                }
                _ => "is not an origin",
            };
            refused(problem, web_origin(text))
        }
        "ws" | "wss" => refused(
            "is not an origin that a page can have",
            Some(format!("http{}://{host}", &lower["ws".len()..])),
        ),
        "ftp" | "file" | "data" | "blob" | "javascript" => {
            refused("is not an origin that a page can have", None)
        }
        _ if is_slip(&lower) => refused(
            "is not an origin: its scheme looks like a slip of http or https",
            Some(format!("https://{host}")),
        ),
        _ if rest.is_empty() => refused("is not an origin: no host follows ://", None),
        _ => refused("is not an origin", Some(format!("{lower}://{host}"))),
    }
}

/// Accepts an issuer as tokens name it: a URL, with a path if there is a proxy.
///
/// # Errors
/// The reason why the text would never match.
pub fn check_issuer_entry(text: &str) -> Result<(), Refusal> {
    if let Some(refusal) = separators(text, check_issuer_entry) {
        return Err(refusal);
    }
    if let Some(problem) = never_matches(text) {
        let remedy = "list each issuer by itself, such as https://host";
        return Err(Refusal::malformed(format!("is no issuer: {problem}"), remedy).about(text));
    }
    let refused = |problem: &str, candidate: Option<String>| {
        let remedy = offered(text, candidate, check_issuer_entry);
        Err(Refusal::malformed(problem, remedy).about(text))
    };
    if !text.contains("://") {
        let (problem, candidate) = without_scheme(text);
        return refused(
            &format!("is not an issuer, which is a URL: {problem}"),
            candidate,
        );
    }
    let Some(mut url) = web_url_of_name(text) else {
        return refused("is not an issuer, which is a URL", None);
    };
    url.set_query(None);
    url.set_fragment(None);
    let plain = url.as_str().trim_end_matches('/');
    if plain == text {
        return Ok(());
    }
    refused("is not an issuer as tokens name it", Some(plain.to_owned()))
}

const QUOTES: &[char] = &[
    '"', '\'', '`', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}',
];

/// Elsewhere lists are written as JSON, in quotes or with semicolons. Here only a comma separates.
/// The refusal names the characters that are too much, and the list without them if that is right.
fn separators(text: &str, check: impl Fn(&str) -> Result<(), Refusal>) -> Option<Refusal> {
    let what = other_separator(text)?;
    let items = items(text);
    let is_right =
        |item: &&str| other_separator(item).is_none() && check(item).is_ok() && may_be_shown(item);
    let remedy = "separate with commas, without brackets, quotes or blanks";
    let remedy = match !items.is_empty() && items.iter().all(is_right) {
        true => format!("{remedy}: {}", items.join(",")),
        false => remedy.to_owned(),
    };
    Some(Refusal::malformed(what, remedy))
}

fn other_separator(text: &str) -> Option<&'static str> {
    let has_blank = |item: &str| item.trim().contains(char::is_whitespace);
    if is_in_brackets(text) {
        Some("is a list in brackets")
    } else if text.contains(QUOTES) {
        Some("has quotes in it")
    } else if text.contains([';', '|']) {
        Some("is not separated by commas")
    } else if text.split(',').any(has_blank) {
        Some("has a blank in it")
    } else {
        None
    }
}

/// The items of a list, however it is written.
fn items(text: &str) -> Vec<&str> {
    let is_around = |c: char| QUOTES.contains(&c) || matches!(c, '[' | '{' | '(' | ')' | '}');
    let pieces = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|'));
    pieces
        .map(|piece| {
            let piece = piece.trim_matches(is_around);
            // An IPv6 address has brackets of its own.
            let is_of_list = piece.matches(']').count() > piece.matches('[').count();
            let bare = piece.strip_suffix(']').filter(|_| is_of_list);
            bare.unwrap_or(piece).trim_matches(is_around)
        })
        .filter(|piece| !piece.is_empty())
        .collect()
}

/// `[https://a, https://b]`, but not `[::1]:3000`.
fn is_in_brackets(text: &str) -> bool {
    let inner = text
        .strip_prefix('[')
        .and_then(|rest| rest.split(']').next());
    let is_list = inner.is_some_and(|inner| inner.parse::<Ipv6Addr>().is_err());
    is_list || text.starts_with(['{', '(']) || (text.ends_with(']') && !text.contains('['))
}

/// Values that other programs understand, and patterns, which nobody expands here.
fn never_matches(text: &str) -> Option<&'static str> {
    const NO_VALUES: [&str; 7] = ["null", "undefined", "none", "nil", "true", "false", "any"];
    if text.contains('*') {
        return Some("a wildcard is compared like any other character, and matches nothing");
    }
    let is_no_value = NO_VALUES.iter().any(|word| text.eq_ignore_ascii_case(word));
    is_no_value.then_some("it names no host")
}

/// The remedy. An address is offered only if it is right itself, and may be shown.
fn offered(
    text: &str,
    candidate: Option<String>,
    check: impl Fn(&str) -> Result<(), Refusal>,
) -> String {
    let is_right = |candidate: &String| {
        candidate != text && check(candidate).is_ok() && may_be_shown(candidate)
    };
    match candidate.filter(is_right) {
        Some(candidate) => format!("write it as {candidate}"),
        None => AS_ORIGIN.to_owned(),
    }
}

/// The problem of a text without `://`, and what was probably meant.
fn without_scheme(text: &str) -> (&'static str, Option<String>) {
    let text = text.to_ascii_lowercase();
    for scheme in ["https", "http"] {
        let Some(rest) = text.strip_prefix(scheme) else {
            continue;
        };
        let bare = rest.trim_start_matches([':', '/', '\\', ';']);
        let is_port = bare.bytes().all(|byte| byte.is_ascii_digit());
        if bare.len() < rest.len() && !is_port {
            return (
                "its scheme is not followed by ://",
                Some(format!("{scheme}://{bare}")),
            );
        }
    }
    let host = text.trim_start_matches('/').split(['/', '?', '#']).next();
    let host = host.unwrap_or_default();
    let url = Url::parse(&format!("http://{host}")).ok();
    let is_local = url.as_ref().is_some_and(is_loopback);
    let has_dot = host.contains('.') && is_host(host);
    let port = host.rsplit_once(':').map_or("", |(_, port)| port);
    match (is_local, has_dot) {
        _ if !is_port(port) && !port.is_empty() => ("what follows : is no port", None),
        (true, _) => ("its scheme is missing", Some(format!("http://{host}"))),
        (false, true) => ("its scheme is missing", Some(format!("https://{host}"))),
        (false, false) => ("it has neither a scheme nor a host", None),
    }
}
