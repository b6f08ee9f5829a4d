//! The choice between two sets of session cookies (`request-authentication.md` section 3.3).

use std::borrow::Cow;

use serde_json::Value;

use super::Cookies;
use crate::keys::PublishableKey;
use crate::time::UnixMillis;
use crate::token::{Unverified, decode};

/// The cookies of a session, from one set: the suffixed or the unsuffixed (section 3.3). Empty values are absent.
#[derive(Clone, Default)]
pub struct SessionCookies<'a> {
    /// True if the suffixed set was chosen.
    pub suffixed: bool,
    /// `__session`
    pub session: Option<Cow<'a, str>>,
    /// `__client_uat`
    pub client_uat: Option<Cow<'a, str>>,
    /// `__clerk_db_jwt`
    pub dev_browser: Option<Cow<'a, str>>,
}

/// The facts about an unverified token that the choice needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peek {
    issuer: Issuer,
    issued: f64,
    expires: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Issuer {
    Absent,
    Own,
    Foreign,
}

impl Peek {
    /// Looks at a decoded token; `host` is the Frontend API host that the instance issues tokens under.
    pub fn of(token: &Unverified, host: &str) -> Self {
        let number = |name| token.claim_number(name)?.as_f64();
        Self {
            issuer: issuer(token, host),
            issued: number("iat").unwrap_or(0.0),
            expires: number("exp"),
        }
    }

    /// True if the token names this instance as its issuer.
    pub fn is_own(&self) -> bool {
        self.issuer == Issuer::Own
    }

    /// Looks into a token; `None` if it does not decode.
    pub fn of_token(token: &str, host: &str) -> Option<Self> {
        Some(Self::of(&decode(token).ok()?, host))
    }
}

impl<'a> SessionCookies<'a> {
    /// Chooses once for all cookies of the session. Nothing is verified here.
    ///
    /// `peek` looks into a token: [`Peek::of_token`] with the host that the instance issues tokens under (the one in
    /// the key, or `clerk.<domain>` for a satellite in production, never a proxy), or an answer from memory.
    pub fn choose(
        cookies: &Cookies<'a>,
        key: &PublishableKey,
        now: UnixMillis,
        peek: &dyn Fn(&str) -> Option<Peek>,
    ) -> Self {
        let names = key.cookie_names();
        let plain = Self {
            suffixed: false,
            session: cookies.non_empty("__session"),
            client_uat: cookies.non_empty("__client_uat"),
            dev_browser: None,
        };
        let suffixed = Self {
            suffixed: true,
            session: cookies.non_empty(&names.session),
            client_uat: cookies.non_empty(&names.client_uat),
            dev_browser: None,
        };
        let (mut chosen, dev_browser) =
            if suffixed_counts(&plain, &suffixed, key.is_development(), now, peek) {
                (suffixed, names.dev_browser.as_str())
            } else {
                (plain, "__clerk_db_jwt")
            };
        chosen.dev_browser = cookies.non_empty(dev_browser);
        chosen
    }
}

/// Section 3.3, rule by rule.
fn suffixed_counts(
    plain: &SessionCookies<'_>,
    suffixed: &SessionCookies<'_>,
    development: bool,
    now: UnixMillis,
    peek: &dyn Fn(&str) -> Option<Peek>,
) -> bool {
    let mut plain_issued = 0.0;
    if let Some(token) = &plain.session {
        match peek(token) {
            None => return false,
            Some(seen) => match seen.issuer {
                Issuer::Absent => return false,
                Issuer::Foreign => return true,
                Issuer::Own => plain_issued = seen.issued,
            },
        }
    }
    if suffixed.session.is_none() && suffixed.client_uat.is_none() {
        return false;
    }
    let signed_out = |cookies: &SessionCookies<'_>| cookies.client_uat.as_deref() == Some("0");
    let seen = suffixed.session.as_deref().and_then(peek);
    let issued = seen.map_or(0.0, |seen| seen.issued);
    if !signed_out(suffixed) && !signed_out(plain) && plain_issued > issued {
        return false;
    }
    if signed_out(suffixed) && !signed_out(plain) {
        return false;
    }
    #[allow(clippy::cast_precision_loss, reason = "seconds fit a float for ages")]
    let expired = seen
        .and_then(|seen| seen.expires)
        .is_some_and(|expires| expires <= now.seconds() as f64);
    if development && !signed_out(suffixed) && signed_out(plain) && expired {
        return false;
    }
    suffixed.client_uat.is_some() || suffixed.session.is_none()
}

/// Compares an `iss` with a host, after removing every `http://` and `https://` in any letter case.
fn issuer(token: &Unverified, host: &str) -> Issuer {
    match token.claim_str("iss") {
        Some("") => Issuer::Absent,
        Some(iss) if is_host_of(iss, host) => Issuer::Own,
        Some(_) => Issuer::Foreign,
        None => match token.claims().get("iss") {
            None | Some(Value::Null | Value::Bool(false)) => Issuer::Absent,
            Some(Value::Number(number)) if number.as_f64() == Some(0.0) => Issuer::Absent,
            Some(_) => Issuer::Foreign,
        },
    }
}

fn is_host_of(iss: &str, host: &str) -> bool {
    // Clerk's own form needs no copy.
    if iss.strip_prefix("https://") == Some(host) {
        return true;
    }
    let mut rest = iss;
    let mut bare = String::new();
    while let Some(first) = rest.chars().next() {
        if let Some(after) = without_scheme(rest) {
            rest = after;
        } else {
            bare.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    bare == host
}

fn without_scheme(text: &str) -> Option<&str> {
    ["https://", "http://"].into_iter().find_map(|scheme| {
        let start = text.get(..scheme.len())?;
        start
            .eq_ignore_ascii_case(scheme)
            .then(|| &text[scheme.len()..])
    })
}
