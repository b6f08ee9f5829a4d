//! The entries of allow-lists. They are compared letter by letter with tokens and with what browsers send, so an entry
//! in another spelling never matches, and nobody would learn why.

use std::net::Ipv6Addr;

use url::{Host, Url};

use super::host::{is_host, is_name, is_port};
use super::problem::Refusal;

const AS_ORIGIN: &str = "write it as https://host";

/// The schemes of extensions and shells. Others are an app's own.
const APP_SCHEMES: &str =
    "chrome-extension moz-extension safari-web-extension capacitor ionic tauri app";

/// Accepts an origin as browsers send it: `scheme://host`, with a port unless it is the scheme's own. Besides web
/// pages, browser extensions (`chrome-extension://…`) and native shells (`capacitor://localhost`) have one.
///
/// # Errors
/// The reason why the text would never match.
pub fn check_origin_entry(text: &str) -> Result<(), Refusal> {
    check_separators(text, check_origin_entry)?;
    if let Some(problem) = never_matches(text) {
        let remedy = "list each origin by itself, such as https://host";
        return Err(Refusal::malformed(format!("is no origin: {problem}"), remedy).about(text));
    }
    let refused = |problem: &str, candidate: Option<String>| {
        let remedy = offered(text, candidate, check_origin_entry);
        Err(Refusal::malformed(problem, remedy).about(text))
    };
    let Some((scheme, rest)) = text.split_once("://") else {
        let (problem, candidate) = without_scheme(text);
        return refused(&format!("is not an origin: {problem}"), candidate);
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let lower = scheme.to_ascii_lowercase();
    match lower.as_str() {
        "http" | "https" => match web_origin(text) {
            Some(origin) if origin == text => Ok(()),
            origin => refused("is not an origin", origin),
        },
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
        _ if scheme == lower && is_scheme(scheme) && is_app_host(rest) => Ok(()),
        _ => refused("is not an origin", Some(format!("{lower}://{host}"))),
    }
}

/// Accepts an issuer as tokens name it: a URL, with a path if there is a proxy.
///
/// # Errors
/// The reason why the text would never match.
#[cfg(feature = "tool")]
pub fn check_issuer_entry(text: &str) -> Result<(), Refusal> {
    check_separators(text, check_issuer_entry)?;
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
    let Some(mut url) = web_url(text) else {
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
///
/// # Errors
/// The characters that are too much, and the list without them if that is right.
pub(super) fn check_separators(
    text: &str,
    check: impl Fn(&str) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let Some(what) = other_separator(text) else {
        return Ok(());
    };
    let items = items(text);
    let is_right = |item: &&str| other_separator(item).is_none() && check(item).is_ok();
    let remedy = "separate with commas, without brackets, quotes or blanks";
    let remedy = match !items.is_empty() && items.iter().all(is_right) {
        true => format!("{remedy}: {}", items.join(",")),
        false => remedy.to_owned(),
    };
    Err(Refusal::malformed(what, remedy))
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

/// The remedy. An address is offered only if it is right itself.
fn offered(
    text: &str,
    candidate: Option<String>,
    check: impl Fn(&str) -> Result<(), Refusal>,
) -> String {
    match candidate.filter(|candidate| candidate != text && check(candidate).is_ok()) {
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
    let is_local = url.as_ref().is_some_and(super::host::is_loopback);
    let has_dot = host.contains('.') && is_host(host);
    match (is_local, has_dot) {
        (true, _) => ("its scheme is missing", Some(format!("http://{host}"))),
        (false, true) => ("its scheme is missing", Some(format!("https://{host}"))),
        (false, false) => ("it has neither a scheme nor a host", None),
    }
}

/// A web URL with a possible host and no user name or password.
fn web_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_name = match url.host()? {
        Host::Domain(name) => is_name(&name.replace('_', "-")),
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    };
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none();
    (is_name && is_plain).then_some(url)
}

fn web_origin(text: &str) -> Option<String> {
    web_url(text).map(|url| url.origin().ascii_serialization())
}

/// True for `http` or `https` with one letter too many, missing, wrong or swapped.
fn is_slip(scheme: &str) -> bool {
    let is_near = |right: &str| {
        let same = |pair: &(u8, u8)| pair.0 == pair.1;
        let start = scheme.bytes().zip(right.bytes()).take_while(same).count();
        let (left, right) = (&scheme.as_bytes()[start..], &right.as_bytes()[start..]);
        let ends = left.iter().rev().zip(right.iter().rev());
        let end = ends.take_while(|(a, b)| a == b).count();
        left.len().max(right.len()) - end <= 1
    };
    let is_mixed_up = scheme.bytes().all(|byte| b"htps".contains(&byte));
    !APP_SCHEMES.split(' ').any(|known| known == scheme)
        && (is_mixed_up
            || is_near("http")
            || is_near("https")
            || matches!(scheme, "hxxp" | "hxxps"))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte)
        })
}

/// The host in an app's own scheme: a name, the id of an extension, or whatever a shell calls its bundle (`app://-`).
fn is_app_host(text: &str) -> bool {
    let (name, port) = text.split_once(':').unwrap_or((text, "0"));
    let is_short = matches!(name, "-" | ".");
    (is_short || is_name(&name.replace('_', "-"))) && is_port(port) && !port.is_empty()
}
