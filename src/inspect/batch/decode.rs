//! Decodes each token; nothing is verified.

use base64_simd::{Out, URL_SAFE_NO_PAD};
use clerk_auth::error::Reason;
use clerk_auth::time::UnixMillis;
use clerk_auth::token::{Unverified, category};
use clerk_auth::token_type::TokenType;
use memchr::memchr_iter;

use super::Judge;
use super::line::{Details, Style};
use super::plain::{self, Plain};
use super::result::{Answer, reason};
use crate::inspect::kind::{Form, Kind, Token};
use crate::inspect::paste::Found;
use crate::inspect::signature::{self, Signature};

/// A longer header is not remembered.
const LONGEST_HEADER: usize = 1024;

/// Decodes tokens. Nearly all tokens of an input have the same header and a payload that can be read quickly; the core
/// reads all others.
#[derive(Clone)]
pub struct Decoder {
    style: Style,
    /// A header, in base64, of session tokens, unless the claims say something else.
    session_header: Vec<u8>,
    /// The shortest signature of its algorithm.
    shortest_signature: usize,
    payload: Vec<u8>,
}

impl Decoder {
    /// A decoder that writes the ends of lines in `style`.
    pub fn new(style: Style) -> Self {
        Self {
            style,
            session_header: Vec::new(),
            shortest_signature: 0,
            payload: Vec::new(),
        }
    }

    /// The answer of [`Self::look_at`], but faster, for everyday tokens.
    fn glance_at(&mut self, bytes: &[u8], details: &mut Vec<u8>) -> Option<Answer> {
        let mut dots = memchr_iter(b'.', bytes);
        let (first, second) = (dots.next()?, dots.next()?);
        let (payload, signature) = (&bytes[first + 1..second], &bytes[second + 1..]);
        if bytes[..first] != self.session_header || URL_SAFE_NO_PAD.check(signature).is_err() {
            return None;
        }
        // This may be `xxxx` in the place of a signature.
        if signature.len() < self.shortest_signature || signature[..4] == signature[4..8] {
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

    fn look_at(&mut self, token: &Token, details: &mut Vec<u8>) -> Answer {
        let message = message(token);
        let mut told = Details {
            message: &message,
            ..Details::default()
        };
        let Form::Jwt(jwt) = &token.form else {
            self.style.details(details, &told);
            return undecoded(token);
        };
        self.remember(jwt);
        told = Details {
            message: &message,
            ..Details::of(jwt)
        };
        self.style.details(details, &told);
        Answer::unverified(token.kind.as_str())
    }

    fn remember(&mut self, token: &Unverified) {
        let is_session = token.header_str("cat") == Some(category::SESSION)
            && TokenType::of_machine_jwt(token).is_none();
        let header = token.raw().split('.').next().unwrap_or_default();
        let shortest = token.header_str("alg").and_then(signature::shortest);
        if let Some(shortest) = shortest.filter(|_| is_session && header.len() <= LONGEST_HEADER) {
            self.shortest_signature = shortest;
            self.session_header.clear();
            self.session_header.extend_from_slice(header.as_bytes());
        }
    }
}

/// The answer for a token that the core does not decode.
pub fn undecoded(token: &Token) -> Answer {
    match &token.form {
        Form::Broken(fault) if fault.is_absence() => Answer::none(reason::NO_TOKEN),
        // The signature of a JWT is not base64 any more.
        Form::Broken(_) | Form::Jwt(_) => Answer::invalid(Reason::TokenInvalid.as_str()),
        _ if token.kind.is_token() => Answer::unverified(token.kind.as_str()),
        // A key, say, in the place of a token.
        _ => Answer::invalid(token.kind.as_str()),
    }
}

/// The reason why it is not a token, or what had to be left out to read it.
pub fn message(token: &Token) -> String {
    match (&token.form, &token.signature) {
        (Form::Broken(fault), _) if fault.is_absence() => {
            format!("{fault}; {}", fault.help().unwrap_or_default())
        }
        (Form::Broken(fault), _) => fault.to_string(),
        (_, Signature::TakenOut(text)) => signature::told(text),
        (_, Signature::Cut(has, whole)) => signature::told_cut(*has, *whole),
        _ if token.found.hidden.count > 0 || token.found.was_encoded => {
            format!("left out: {}", token.found.inside().join(", "))
        }
        _ => String::new(),
    }
}

impl Judge for Decoder {
    const BLOCK: usize = 256 * 1024;

    fn judge(&mut self, text: &[u8], _: UnixMillis, details: &mut Vec<u8>) -> Answer {
        match self.glance_at(text, details) {
            Some(answer) => answer,
            // Bytes that are not UTF-8 are replaced by a character that no token has.
            None => {
                let token = Token::of(Found::bare(&String::from_utf8_lossy(text)));
                self.look_at(&token, details)
            }
        }
    }

    fn judge_found(&mut self, token: &Token, _: UnixMillis, details: &mut Vec<u8>) -> Answer {
        self.look_at(token, details)
    }
}

/// The claims that decide about the kind of a token with a session's header, and those that are shown.
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
            // These are odd, or mark another kind of token.
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
