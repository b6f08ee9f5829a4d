//! Clerk's cookies in a request: reading the header, choosing between suffixed and unsuffixed ones, and the numbers in
//! them (`request-authentication.md` sections 2.2, 3.3 and 3.4).

use std::borrow::Cow;

use http::HeaderMap;
use http::header::COOKIE;
use percent_encoding::percent_decode;
use serde_json::{Map, Value};

use crate::keys::PublishableKey;
use crate::time::UnixMillis;
use crate::token;

/// The cookies of one request, in order, as slices of its headers. Values are decoded when asked for.
#[derive(Clone, Default)]
pub struct Cookies<'a> {
    pairs: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Cookies<'a> {
    /// Reads all `Cookie` headers; HTTP/2 may deliver them in pieces. Bytes that are not ASCII in one cookie do not
    /// lose the others.
    pub fn from_headers(headers: &'a HeaderMap) -> Self {
        let mut cookies = Self::default();
        for line in headers.get_all(COOKIE) {
            cookies.read(line.as_bytes());
        }
        cookies
    }

    /// Reads header lines.
    pub fn parse(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut cookies = Self::default();
        for line in lines {
            cookies.read(line.as_bytes());
        }
        cookies
    }

    fn read(&mut self, line: &'a [u8]) {
        for piece in line.split(|byte| *byte == b';') {
            if let Some(equals) = piece.iter().position(|byte| *byte == b'=') {
                self.pairs
                    .push((trimmed(&piece[..equals]), trimmed(&piece[equals + 1..])));
            }
        }
    }

    /// The value of the first cookie of this name, percent-decoded; as it stands when that fails. It may be empty.
    pub fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        let (_, value) = self
            .pairs
            .iter()
            .find(|(found, _)| *found == name.as_bytes())?;
        Some(decoded(value))
    }

    /// Like [`get`](Self::get), with an empty value counted as absent, as most rules want it.
    pub fn non_empty(&self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// The names, in order, repeated ones included.
    pub fn names(&self) -> impl Iterator<Item = Cow<'a, str>> {
        self.pairs.iter().map(|(name, _)| text(name))
    }
}

/// The cookies of a session, from one set: the suffixed or the unsuffixed (section 3.3). Empty values are absent.
#[derive(Clone, Default)]
pub struct SessionCookies<'a> {
    /// Whether the suffixed set was chosen.
    pub suffixed: bool,
    /// `__session`
    pub session: Option<Cow<'a, str>>,
    /// `__client_uat`
    pub client_uat: Option<Cow<'a, str>>,
    /// `__clerk_db_jwt`
    pub dev_browser: Option<Cow<'a, str>>,
}

/// What the choice needs to know of an unverified token.
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
    /// Looks at claims; `host` is the Frontend API host that the instance issues tokens under.
    pub fn of_claims(claims: &Map<String, Value>, host: &str) -> Self {
        let number = |name: &str| claims.get(name).and_then(Value::as_f64);
        Self {
            issuer: issuer(claims.get("iss"), host),
            issued: number("iat").unwrap_or(0.0),
            expires: number("exp"),
        }
    }

    /// Looks into a token; nothing when it does not decode.
    pub fn of_token(token: &str, host: &str) -> Option<Self> {
        let token = token::decode(token).ok()?;
        Some(Self::of_claims(token.claims(), host))
    }
}

impl<'a> SessionCookies<'a> {
    /// Chooses once for all cookies of the session. `host` is that of [`Peek::of_claims`]: the host in the key, or
    /// `clerk.<domain>` for a satellite in production, never a proxy. Nothing is verified here.
    ///
    /// `peek` looks into a token: [`Peek::of_token`], or an answer from memory for one seen before.
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

/// Compares an `iss` with a host, every scheme in it removed whatever its case.
fn issuer(claim: Option<&Value>, host: &str) -> Issuer {
    match claim {
        None | Some(Value::Null | Value::Bool(false)) => Issuer::Absent,
        Some(Value::Number(number)) if number.as_f64() == Some(0.0) => Issuer::Absent,
        Some(Value::String(iss)) if iss.is_empty() => Issuer::Absent,
        Some(Value::String(iss)) if is_host_of(iss, host) => Issuer::Own,
        Some(_) => Issuer::Foreign,
    }
}

fn is_host_of(iss: &str, host: &str) -> bool {
    // The form that Clerk issues needs no copy.
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

/// The number in a `__client_uat` cookie: leading white space, a sign, then digits, decimal or hexadecimal behind `0x`;
/// the rest is ignored, and no digits are 0. Numbers too large to matter are cut to the largest.
pub fn client_uat(value: &str) -> i64 {
    let text = value.trim_start_matches(is_white_space);
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let hexadecimal = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"));
    let (digits, radix) = hexadecimal.map_or((digits, 10), |digits| (digits, 16));
    let number = digits
        .chars()
        .map_while(|digit| digit.to_digit(radix))
        .fold(0_i64, |sum, digit| {
            sum.saturating_mul(i64::from(radix))
                .saturating_add(i64::from(digit))
        });
    if negative { -number } else { number }
}

/// The number in a `__clerk_redirect_count` cookie: the whole trimmed text, else 0; fractions are cut.
pub fn redirect_count(value: &str) -> i64 {
    let text = value.trim_matches(is_white_space);
    let number: f64 = text.parse().unwrap_or(0.0);
    #[allow(
        clippy::cast_possible_truncation,
        reason = "`as` from a float saturates, and NaN becomes 0"
    )]
    let count = number as i64;
    count
}

fn is_white_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{FEFF}'
}

fn trimmed(bytes: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = bytes.iter().take_while(|byte| is_blank(byte)).count();
    let rest = &bytes[start..];
    let end = rest.iter().rev().take_while(|byte| is_blank(byte)).count();
    &rest[..rest.len() - end]
}

fn decoded(value: &[u8]) -> Cow<'_, str> {
    if !value.contains(&b'%') || has_bad_escape(value) {
        return text(value);
    }
    match percent_decode(value).decode_utf8() {
        Ok(decoded) => decoded,
        Err(_) => text(value),
    }
}

/// Whether a `%` stands without two hexadecimal digits behind it.
fn has_bad_escape(value: &[u8]) -> bool {
    value.iter().enumerate().any(|(at, byte)| {
        let is_digit = |offset: usize| value.get(at + offset).is_some_and(u8::is_ascii_hexdigit);
        *byte == b'%' && !(is_digit(1) && is_digit(2))
    })
}

/// Bytes as text: UTF-8, or else one character for each byte, so that nothing is lost.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    }
}
