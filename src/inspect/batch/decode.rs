//! What each token says of itself, not verified.

use base64_simd::{Out, URL_SAFE_NO_PAD};
use clerk_auth::error::Reason;
use clerk_auth::time::UnixMillis;
use clerk_auth::token::{Unverified, category, decode};
use clerk_auth::token_type::TokenType;
use memchr::memchr_iter;

use super::Judge;
use super::line::{Details, Style};
use super::plain::{self, Plain};
use super::result::Answer;
use crate::inspect::kind::{self, Form, Kind, Token};
use crate::inspect::paste::Found;

/// A longer header is not remembered.
const LONGEST_HEADER: usize = 1024;

/// Decodes. Nearly all tokens of an input have one and the same header and a payload that is quickly read; all others
/// are the core's.
#[derive(Clone)]
pub struct Decoder {
    style: Style,
    /// A header, in base64, that says "session token" unless the claims say something else.
    session_header: Vec<u8>,
    payload: Vec<u8>,
}

impl Decoder {
    /// The ends of lines are made in `style`.
    pub fn new(style: Style) -> Self {
        Self {
            style,
            session_header: Vec::new(),
            payload: Vec::new(),
        }
    }

    /// The same answer as [`Self::look_at`] has, for the tokens of every day.
    fn glance_at(&mut self, bytes: &[u8], details: &mut Vec<u8>) -> Option<Answer> {
        let mut dots = memchr_iter(b'.', bytes);
        let (first, second) = (dots.next()?, dots.next()?);
        let (payload, signature) = (&bytes[first + 1..second], &bytes[second + 1..]);
        if bytes[..first] != self.session_header || URL_SAFE_NO_PAD.check(signature).is_err() {
            return None;
        }
        if self.payload.len() < payload.len() {
            self.payload.resize(payload.len(), 0);
        }
        let out = Out::from_slice(&mut self.payload);
        let decoded = URL_SAFE_NO_PAD.decode(payload, out).ok()?;
        let mut claims = Claims::default();
        plain::members(decoded, |name, value| claims.add(name, value))?;
        let kind = claims.session_kind()?;
        self.style.details(details, &claims.details);
        Some(Answer::unverified(kind.as_str()))
    }

    fn look_at(&mut self, text: &str, details: &mut Vec<u8>) -> Answer {
        let Ok(token) = decode(text) else {
            let (answer, message) = opaque(text);
            let told = Details {
                message: &message,
                ..Details::default()
            };
            self.style.details(details, &told);
            return answer;
        };
        self.remember(&token);
        self.style.details(details, &Details::of(&token));
        Answer::unverified(kind::of_jwt(&token, "").as_str())
    }

    fn remember(&mut self, token: &Unverified) {
        let is_session = token.header_str("cat") == Some(category::SESSION)
            && TokenType::of_machine_jwt(token).is_none();
        let header = token.raw().split('.').next().unwrap_or_default();
        if is_session && header.len() <= LONGEST_HEADER {
            self.session_header.clear();
            self.session_header.extend_from_slice(header.as_bytes());
        }
    }
}

/// What is said of a text that is no JWT, and why it is none if it should be one.
pub fn opaque(text: &str) -> (Answer, String) {
    let token = Token::of(Found::bare(text));
    match token.form {
        Form::Broken(fault) => {
            let answer = Answer::invalid(Reason::TokenInvalid.as_str());
            (answer, fault.to_string())
        }
        _ if token.kind.is_token() => (Answer::unverified(token.kind.as_str()), String::new()),
        // A key, say, in the place of a token.
        _ => (Answer::invalid(token.kind.as_str()), String::new()),
    }
}

impl Judge for Decoder {
    const BLOCK: usize = 256 * 1024;

    fn judge(&mut self, text: &[u8], _: UnixMillis, details: &mut Vec<u8>) -> Answer {
        match self.glance_at(text, details) {
            Some(answer) => answer,
            // Bytes that are no UTF-8 are replaced, by what no token has.
            None => self.look_at(&String::from_utf8_lossy(text), details),
        }
    }
}

/// What decides about the kind of a token with a session's header, and what is shown of it.
#[derive(Default)]
struct Claims<'a> {
    details: Details<'a>,
    version: Option<Plain<'a>>,
    is_special: bool,
}

impl<'a> Claims<'a> {
    /// Of two members with one name the last counts.
    fn add(&mut self, name: &'a [u8], value: Plain<'a>) {
        match (name, value) {
            (b"sub", Plain::Text(text)) => self.details.user = str::from_utf8(text).ok(),
            (b"sid", Plain::Text(text)) => self.details.session = str::from_utf8(text).ok(),
            (b"exp", Plain::Number(seconds)) => self.details.expires = Some(seconds),
            (b"v", version) => self.version = Some(version),
            // Odd, or the mark of another kind.
            (
                b"sub" | b"sid" | b"exp" | b"handshake" | b"dev" | b"rotating_token" | b"st"
                | b"at_hash" | b"c_hash" | b"nonce" | b"auth_time",
                _,
            ) => self.is_special = true,
            _ => {}
        }
    }

    fn session_kind(&self) -> Option<Kind> {
        let is_machine = self
            .details
            .user
            .is_some_and(|user| user.starts_with("mch_"));
        match self.version {
            _ if self.is_special || is_machine => None,
            Some(Plain::Number(2)) => Some(Kind::SessionV2),
            _ => Some(Kind::SessionV1),
        }
    }
}
