//! Where people are led after they signed in, up or out.

use url::Url;

use super::Config;
use super::addresses::page;
use super::host::is_loopback;
use super::problem::Refusal;
use super::variables::Reader;

/// Where people are led, each by a path or an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Destinations {
    /// After signing in.
    pub sign_in: Destination,
    /// After signing up.
    pub sign_up: Destination,
    /// After signing out.
    pub sign_out: Option<String>,
    /// To join the waitlist: any page, as that of sign-in.
    #[cfg(any(feature = "site", feature = "tool"))]
    pub waitlist: Option<String>,
}

/// Where one way in leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Destination {
    /// Always.
    pub force: Option<String>,
    /// For those who wanted nothing else.
    pub fallback: Option<String>,
}

impl Destination {
    /// The destination of somebody who wanted this; the start page if nothing says otherwise.
    pub fn after<'a>(&'a self, wanted: Option<&'a str>) -> &'a str {
        let force = self.force.as_deref();
        let fallback = self.fallback.as_deref();
        force.or(wanted).or(fallback).unwrap_or("/")
    }
}

impl Reader<'_> {
    pub(super) fn destinations(&mut self, config: &Config) -> Destinations {
        let mut read = |name| self.value(name, |text| destination(text, config));
        Destinations {
            sign_in: Destination {
                force: read("CLERK_SIGN_IN_FORCE_REDIRECT_URL"),
                fallback: read("CLERK_SIGN_IN_FALLBACK_REDIRECT_URL"),
            },
            sign_up: Destination {
                force: read("CLERK_SIGN_UP_FORCE_REDIRECT_URL"),
                fallback: read("CLERK_SIGN_UP_FALLBACK_REDIRECT_URL"),
            },
            sign_out: read("CLERK_AFTER_SIGN_OUT_URL"),
            #[cfg(any(feature = "site", feature = "tool"))]
            waitlist: self.value("CLERK_WAITLIST_URL", page),
        }
    }
}

/// A path, or an address of an origin that belongs to this app by what else is configured (`security.md` rule 4).
fn destination(text: &str, config: &Config) -> Result<String, Refusal> {
    let text = page(text)?;
    let Ok(url) = Url::parse(&text) else {
        return Ok(text);
    };
    let origin = url.origin().ascii_serialization();
    let proxy = config
        .proxy_url
        .as_deref()
        .and_then(|url| Url::parse(url).ok());
    let is_ours = config.allowed_redirect_origins.contains(&origin)
        || config.authorized_parties.contains(&origin)
        || proxy.is_some_and(|proxy| proxy.origin() == url.origin())
        || (config.is_development() && is_loopback(&url));
    if is_ours {
        return Ok(text);
    }
    let remedy = "write a path, or list its origin in CLERK_ALLOWED_REDIRECT_ORIGINS";
    Err(Refusal::malformed("leads to another site", remedy).about(&text))
}
