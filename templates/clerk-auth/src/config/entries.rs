//! The entries of allow-lists. They are compared letter by letter with what a token or a browser says, so one that is
//! written otherwise never matches, and nobody would learn why.

use url::Url;

use super::host::{is_host, is_name, is_port};
use super::problem::Refusal;

const AS_ORIGIN: &str = "write it as https://host";

/// Whether a text is an origin as browsers send it: `scheme://host`, with a port where it is not the scheme's own. Apart
/// from web pages these are browser extensions (`chrome-extension://…`) and native shells (`capacitor://localhost`).
///
/// # Errors
/// Why it would never match.
pub fn check_origin_entry(text: &str) -> Result<(), Refusal> {
    let refused =
        |problem: &str, remedy: String| Err(Refusal::malformed(problem, remedy).about(text));
    if text.contains('*') {
        return refused(
            "is no origin: a wildcard is compared like any other character, and matches nothing",
            "list each origin by itself".to_owned(),
        );
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        let remedy = match text {
            _ if !is_host(text.trim_end_matches('/')) => AS_ORIGIN.to_owned(),
            _ if text.starts_with("localhost") || text.starts_with("127.") => {
                format!("write it as http://{}", text.trim_end_matches('/'))
            }
            _ => format!(
                "write it as https://{}",
                text.trim_end_matches('/').to_ascii_lowercase()
            ),
        };
        return refused("is not an origin: its scheme is missing", remedy);
    };
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => {}
        "ws" | "wss" | "ftp" | "file" | "data" | "blob" | "javascript" => {
            return refused(
                "is not an origin that a page can have",
                AS_ORIGIN.to_owned(),
            );
        }
        lower if scheme == lower && is_scheme(scheme) && is_app_host(rest) => return Ok(()),
        lower => {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let remedy = format!("write it as {lower}://{host}");
            return refused("is not an origin", remedy);
        }
    }
    let url = Url::parse(text)
        .ok()
        .filter(|url| url.username().is_empty() && url.password().is_none());
    match url.map(|url| url.origin().ascii_serialization()) {
        Some(origin) if origin == text => Ok(()),
        Some(origin) => refused("is not an origin", format!("write it as {origin}")),
        None => refused("is not an origin", AS_ORIGIN.to_owned()),
    }
}

/// Whether a text is an issuer as tokens name it: a URL, with a path where a proxy stands in front.
///
/// # Errors
/// Why it would never match.
pub fn check_issuer_entry(text: &str) -> Result<(), Refusal> {
    let refused =
        |problem: &str, remedy: String| Err(Refusal::malformed(problem, remedy).about(text));
    if text.contains('*') {
        return refused(
            "is no issuer: a wildcard is compared like any other character, and matches nothing",
            "list each issuer by itself".to_owned(),
        );
    }
    let url = Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none()
    });
    let Some(mut url) = url else {
        let remedy = if is_host(text.trim_end_matches('/')) {
            format!("write it as https://{}", text.trim_end_matches('/'))
        } else {
            "write it as https://host".to_owned()
        };
        return refused("is not an issuer, which is a URL", remedy);
    };
    url.set_query(None);
    url.set_fragment(None);
    let plain = url.as_str().trim_end_matches('/');
    if plain == text {
        return Ok(());
    }
    refused(
        "is not an issuer as tokens name it",
        format!("write it as {plain}"),
    )
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte)
        })
}

/// The host of an app's own scheme: a name, the id of an extension, or whatever a shell calls its bundle (`app://-`).
fn is_app_host(text: &str) -> bool {
    let (name, port) = text.split_once(':').unwrap_or((text, "0"));
    let is_short = matches!(name, "-" | ".");
    (is_short || is_name(&name.replace('_', "-"))) && is_port(port) && !port.is_empty()
}
