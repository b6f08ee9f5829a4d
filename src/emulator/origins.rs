//! Decides who may talk to the emulator: pages and servers on this machine. `Host` keeps out foreign names that resolve
//! to loopback, `Origin` keeps out foreign pages, and the same rule bounds every `redirect_url`
//! (`frontend-api.md` section 5.5).

use std::net::SocketAddr;

use http::header::{HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use url::{Host, Url};

/// The address at which the browser reaches the app that forwards.
pub const PROXY_URL: HeaderName = HeaderName::from_static("clerk-proxy-url");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// The origins that are welcome: everything on loopback, and those named.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    named: Vec<String>,
}

/// A request comes from, or was sent to, somewhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// The `Host` is not one of this machine.
    Host,
    Origin,
}

impl Origins {
    /// Loopback, and these origins (`scheme://host[:port]`); what is no origin counts for nothing.
    pub fn new<'a>(named: impl IntoIterator<Item = &'a str>) -> Self {
        let parsed = named.into_iter().filter_map(|text| Url::parse(text).ok());
        Self {
            named: parsed
                .map(|url| url.origin().ascii_serialization())
                .collect(),
        }
    }

    /// True if a browser may be sent to an absolute URL.
    pub fn allow(&self, url: &Url) -> bool {
        let web = matches!(url.scheme(), "http" | "https");
        let plain = url.username().is_empty() && url.password().is_none();
        let named = || self.named.contains(&url.origin().ascii_serialization());
        web && plain && (url.host().is_some_and(|host| is_loopback(&host)) || named())
    }

    /// The origin of a request, if it names one.
    ///
    /// # Errors
    /// [`Foreign`] when it comes from, or was meant for, somewhere else.
    pub fn check(&self, headers: &HeaderMap) -> Result<Option<String>, Foreign> {
        let host = text_of(headers, &HOST)?.ok_or(Foreign::Host)?;
        // A forwarding app names the host it was asked by, and a foreign name may lead to this machine as well.
        let forwarded = text_of(headers, &FORWARDED_HOST)?;
        if ![Some(host), forwarded]
            .into_iter()
            .flatten()
            .all(|name| self.knows_host(name))
        {
            return Err(Foreign::Host);
        }
        if let Some(text) = text_of(headers, &PROXY_URL)?
            && !Url::parse(text).is_ok_and(|url| self.allow(&url))
        {
            return Err(Foreign::Host);
        }
        let Some(origin) = only(headers, &ORIGIN).map_err(|()| Foreign::Origin)? else {
            return Ok(None);
        };
        let text = origin.to_str().map_err(|_| Foreign::Origin)?;
        let url = Url::parse(text).map_err(|_| Foreign::Origin)?;
        let is_origin = url.origin().ascii_serialization() == text;
        if is_origin && self.allow(&url) {
            Ok(Some(text.to_owned()))
        } else {
            Err(Foreign::Origin)
        }
    }

    fn knows_host(&self, host: &str) -> bool {
        // So nearly every server names it: then there is no URL to take apart with each request.
        let address = host.parse::<SocketAddr>();
        address.is_ok_and(|address| address.ip().is_loopback())
            || Url::parse(&format!("http://{host}/"))
                .is_ok_and(|url| url.path() == "/" && self.is_known_host(&url))
    }

    fn is_known_host(&self, host: &Url) -> bool {
        let named = |origin: &String| Url::parse(origin).is_ok_and(|url| url.host() == host.host());
        self.allow(host) || self.named.iter().any(named)
    }
}

fn text_of<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Foreign> {
    let value = only(headers, name).map_err(|()| Foreign::Host)?;
    value
        .map(|value| value.to_str().map_err(|_| Foreign::Host))
        .transpose()
}

/// The one header of this name. Two leave open which one counts, and nobody honest sends them.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a HeaderValue>, ()> {
    let mut all = headers.get_all(name).iter();
    let first = all.next();
    if all.next().is_some() {
        Err(())
    } else {
        Ok(first)
    }
}

pub fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}
