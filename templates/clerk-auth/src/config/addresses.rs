//! Addresses of Clerk's services and of the app's own pages.

use url::Url;

use super::host::{is_host, is_loopback};
use super::problem::{ProblemKind, Refusal, may_be_shown};

/// Parsers of URLs silently drop white space and control characters; whoever uses the text afterwards does not.
fn is_odd(c: char) -> bool {
    c.is_whitespace() || c.is_control() || c == '\\'
}

pub(super) fn web_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && !text.contains(is_odd);
    is_plain.then_some(url)
}

/// The base of a service's addresses, without its last slash. A gateway in front may have a path; the app itself adds
/// the version after it.
pub(super) fn service(text: &str) -> Result<String, Refusal> {
    let refused = |problem: &str, form: &str| {
        let form = Some(form).filter(|form| may_be_shown(form));
        let form = form.unwrap_or("https://host");
        Err(Refusal::malformed(problem, format!("write it as {form}")).about(text))
    };
    let base = without_version(text);
    match web_url(text) {
        Some(url) if url.query().is_none() && url.fragment().is_none() => {
            if base == text.trim_end_matches('/') {
                return Ok(base.to_owned());
            }
            refused("ends with a version, which the app adds itself", base)
        }
        Some(_) => refused("has a query or a fragment", ""),
        None if text.contains('@') => refused(
            "has a user name or a password in it, which nobody would send",
            "",
        ),
        None => refused("is not a URL", ""),
    }
}

/// The address of the Backend API.
pub(super) fn backend(text: &str) -> Result<String, Refusal> {
    let base = service(text).map_err(|mut refusal| {
        if without_version(text) != text.trim_end_matches('/') {
            refusal.remedy += "; the version belongs in CLERK_API_VERSION";
        }
        refusal
    })?;
    let has_path = |url: Url| url.host_str() == Some("api.clerk.com") && url.path() != "/";
    if web_url(&base).is_some_and(has_path) {
        let remedy = "write it as https://api.clerk.com; a version belongs in CLERK_API_VERSION";
        return Err(
            Refusal::malformed("has a path, which the app adds itself", remedy).about(text),
        );
    }
    Ok(base)
}

/// An address without the versions at its end: `/v1`.
fn without_version(text: &str) -> &str {
    let mut base = text.trim_end_matches('/');
    while let Some((rest, last)) = base.rsplit_once('/')
        && api_version(&last.to_ascii_lowercase()).is_ok()
        && rest.contains("://")
    {
        base = rest.trim_end_matches('/');
    }
    base
}

/// True if everybody on the network could read a secret sent there.
pub(super) fn is_readable_on_its_way(text: &str) -> bool {
    web_url(text).is_some_and(|url| url.scheme() == "http" && !is_loopback(&url))
}

pub(super) fn unencrypted(text: &str) -> Refusal {
    let remedy = "write it as https://; plain http is for this machine only (localhost)";
    Refusal::new(
        ProblemKind::Unencrypted,
        "is plain http: a live secret key would be readable on its way there",
        remedy,
    )
    .about(text)
}

/// A page: a URL, or a path on the app's own origin.
pub(super) fn page(text: &str) -> Result<String, Refusal> {
    // Browsers take `//host` and `/\host` for other hosts.
    let is_path = text.starts_with('/')
        && !text[1..].starts_with(['/', '\\'])
        && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    if is_path || web_url(text).is_some() {
        return Ok(text.to_owned());
    }
    let remedy = "write it as https://host/path or /path";
    Err(Refusal::malformed("is neither a URL nor a path", remedy).about(text))
}

/// The place of the Frontend API's proxy: its path and, if it is absolute, the whole address without its last slash.
pub(crate) fn proxy_place(text: &str) -> Option<(String, Option<String>)> {
    let is_path = text.starts_with('/');
    let base = Url::parse("http://app.invalid").ok()?;
    let url = if is_path {
        base.join(text).ok()?
    } else {
        web_url(text)?
    };
    let is_ours = !is_path || url.origin() == base.origin();
    if !is_ours || url.query().is_some() || url.fragment().is_some() || text.contains(is_odd) {
        return None;
    }
    let prefix = url.path().trim_end_matches('/');
    if prefix.is_empty() || prefix.contains("//") {
        return None;
    }
    let public_url = format!("{}{prefix}", url.origin().ascii_serialization());
    Some((prefix.to_owned(), (!is_path).then_some(public_url)))
}

pub(super) fn proxy(text: &str) -> Result<String, Refusal> {
    if proxy_place(text).is_some() {
        return Ok(text.to_owned());
    }
    let problem = match text {
        "/" => "is no path that a proxy could have to itself",
        _ if web_url(text).is_some() => {
            "is not the address of a proxy: it needs a path, and nothing behind it"
        }
        _ => "is neither a URL nor a path",
    };
    let remedy = "write it as /__clerk or https://host/__clerk";
    Err(Refusal::malformed(problem, remedy).about(text))
}

pub(super) fn domain(text: &str) -> Result<String, Refusal> {
    if is_host(text) {
        return Ok(text.to_owned());
    }
    let bare = web_url(text)
        .map(|url| url[url::Position::BeforeHost..url::Position::AfterPort].to_owned());
    let remedy = match bare.filter(|host| may_be_shown(&format!("https://{host}"))) {
        Some(host) => format!("write it as {host}"),
        None => "write it as app.example.com: no scheme, no path".to_owned(),
    };
    Err(Refusal::malformed("is not a host name", remedy).about(text))
}

pub(super) fn api_version(text: &str) -> Result<String, Refusal> {
    let number = text.strip_prefix('v').unwrap_or_default();
    if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    let remedy = "write v1, or remove the variable; the dated version is fixed";
    Err(Refusal::malformed("is not a path version", remedy).about(text))
}
