//! Clerk's cookies in a request: reading the header here, choosing between suffixed and unsuffixed ones in `choice`,
//! the numbers in them in `numbers` (`request-authentication.md` sections 2.2, 3.3 and 3.4).

mod choice;
mod numbers;

use std::borrow::Cow;

use http::header::COOKIE;
use memchr::memchr;
use percent_encoding::percent_decode;

use crate::head::Head;

pub use choice::{Peek, SessionCookies};
pub use numbers::{client_uat, redirect_count};

/// The cookies of one request, in order, as slices of its headers. Values are decoded when asked for.
#[derive(Clone, Default)]
pub struct Cookies<'a> {
    pairs: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Cookies<'a> {
    /// Reads all `Cookie` headers; HTTP/2 may deliver them in pieces. A cookie with bytes beyond ASCII does not spoil
    /// the others.
    pub fn of(head: &'a dyn Head) -> Self {
        let mut cookies = Self::default();
        head.lines(&COOKIE, &mut |line| cookies.read(line));
        cookies
    }

    /// Reads header lines.
    pub fn parse<L>(lines: impl IntoIterator<Item = &'a L>) -> Self
    where
        L: AsRef<[u8]> + ?Sized + 'a,
    {
        let mut cookies = Self::default();
        for line in lines {
            cookies.read(line.as_ref());
        }
        cookies
    }

    fn read(&mut self, line: &'a [u8]) {
        let mut rest = Some(line);
        while let Some(text) = rest {
            let (piece, after) = split_at(text, b';');
            if let (name, Some(value)) = split_at(piece, b'=') {
                self.pairs.push((trimmed(name), trimmed(value)));
            }
            rest = after;
        }
    }

    /// The value of the first cookie of this name, percent-decoded, or as it stands if that fails. It may be empty.
    pub fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        let (_, value) = self
            .pairs
            .iter()
            .find(|(found, _)| *found == name.as_bytes())?;
        Some(decoded(value))
    }

    /// The values of all cookies of this name, as [`get`](Self::get) gives the first.
    pub fn all(&self, name: &str) -> impl Iterator<Item = Cow<'a, str>> {
        let found = self.pairs.iter();
        let found = found.filter(move |(found, _)| *found == name.as_bytes());
        found.map(|(_, value)| decoded(value))
    }

    /// How often the browser was redirected in the last seconds (section 3.4). The largest count is taken: the app of a
    /// sibling domain can put a cookie of its own before ours.
    pub fn redirect_count(&self) -> i64 {
        let counts = self.all("__clerk_redirect_count");
        counts
            .map(|count| redirect_count(&count))
            .max()
            .unwrap_or(0)
    }

    /// Like [`get`](Self::get), but an empty value counts as absent, as most rules want it.
    pub fn non_empty(&self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// The names, in order, repeated ones included.
    pub fn names(&self) -> impl Iterator<Item = Cow<'a, str>> {
        self.pairs.iter().map(|(name, _)| text(name))
    }

    /// The names, each with the bytes that its name and value take together.
    pub fn sizes(&self) -> impl Iterator<Item = (Cow<'a, str>, usize)> {
        let sized = |(name, value): &(&'a [u8], &'a [u8])| (text(name), name.len() + value.len());
        self.pairs.iter().map(sized)
    }
}

/// Splits at the first such byte, if there is one. Two session tokens make a header of some kilobytes, which is read
/// with every request: hence the fast search.
fn split_at(bytes: &[u8], byte: u8) -> (&[u8], Option<&[u8]>) {
    match memchr(byte, bytes) {
        Some(at) => (&bytes[..at], Some(&bytes[at + 1..])),
        None => (bytes, None),
    }
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

/// True if a `%` is not followed by two hexadecimal digits.
fn has_bad_escape(value: &[u8]) -> bool {
    value.iter().enumerate().any(|(at, byte)| {
        let is_digit = |offset: usize| value.get(at + offset).is_some_and(u8::is_ascii_hexdigit);
        *byte == b'%' && !(is_digit(1) && is_digit(2))
    })
}

/// Bytes as text: UTF-8, or else one character for each byte, so that nothing gets lost.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    }
}
