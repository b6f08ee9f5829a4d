//! A token taken apart and not yet believed: three parts, base64, JSON (`request-authentication.md` section 4.1).

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use memchr::memchr_iter;
use serde_json::{Map, Number, Value};

use crate::error::{Reason, TokenError};
use crate::object::Object;
use crate::time::UnixMillis;

/// Clerk's token categories, the header member `cat` (section 4.5).
pub mod category {
    /// A session token or a handshake token.
    pub const SESSION: &str = "cl_B7d4PD111AAA";
    /// A token made from a JWT template.
    pub const TEMPLATE: &str = "cl_B7d4PD222AAA";
    /// A machine-to-machine token.
    pub const M2M: &str = "cl_B7d4PD333AAA";
    /// A token whose category says nothing.
    pub const IGNORE: &str = "cl_I7d4PD111III";
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A decoded token that nobody has verified: anybody could have written it. Cloning is cheap.
#[derive(Clone)]
pub struct Unverified(Arc<Parts>);

struct Parts {
    raw: String,
    /// The length of the signed part of `raw`.
    signed_length: usize,
    signature: Vec<u8>,
    header: Object,
    claims: Object,
}

/// Takes a token apart.
///
/// # Errors
/// `token-invalid` if it does not have three parts, if a part is not base64, or if header or payload is not a JSON
/// object. The reference accepts other JSON values here and fails later, in stranger ways.
pub fn decode(token: &str) -> Result<Unverified, TokenError> {
    let mut dots = memchr_iter(b'.', token.as_bytes());
    let (Some(first), Some(second), None) = (dots.next(), dots.next(), dots.next()) else {
        return Err(malformed(
            "Invalid JWT form. A JWT consists of three parts separated by dots.",
        ));
    };
    let (header, payload, signature) = (
        &token[..first],
        &token[first + 1..second],
        &token[second + 1..],
    );
    let decoded = (object(header), object(payload), base64(signature));
    let (Some(header_object), Some(claims), Some(signature)) = decoded else {
        return Err(malformed(
            "Invalid JWT form. The header, payload, or signature could not be decoded.",
        ));
    };
    Ok(Unverified(Arc::new(Parts {
        raw: token.to_owned(),
        signed_length: second,
        signature,
        header: header_object,
        claims,
    })))
}

impl Unverified {
    /// The token as received.
    pub fn raw(&self) -> &str {
        &self.0.raw
    }

    /// The text that was signed: the first two parts as received.
    pub fn signed_text(&self) -> &str {
        &self.0.raw[..self.0.signed_length]
    }

    /// The signature's bytes; it may be empty.
    pub fn signature(&self) -> &[u8] {
        &self.0.signature
    }

    /// The header, built at the first call.
    pub fn header(&self) -> &Map<String, Value> {
        self.0.header.map()
    }

    /// The payload, built at the first call. Of two members with one name the last counts.
    pub fn claims(&self) -> &Map<String, Value> {
        self.0.claims.map()
    }

    /// A header member, if it is a text.
    pub fn header_str(&self, name: &str) -> Option<&str> {
        self.0.header.text(name)
    }

    /// True if the header has such a member.
    pub fn has_header(&self, name: &str) -> bool {
        self.0.header.contains(name)
    }

    /// A claim, if it is a text.
    pub fn claim_str(&self, name: &str) -> Option<&str> {
        self.0.claims.text(name)
    }

    /// True if there is such a claim, whatever it is.
    pub fn has_claim(&self, name: &str) -> bool {
        self.0.claims.contains(name)
    }

    /// A claim, if it is a number; fractions are cut off.
    pub fn claim_i64(&self, name: &str) -> Option<i64> {
        self.claim_number(name).map(whole)
    }

    /// A claim, if it is a number.
    pub fn claim_number(&self, name: &str) -> Option<&Number> {
        self.0.claims.number(name)
    }

    /// A claim that counts seconds since the epoch.
    pub(crate) fn claim_moment(&self, name: &str) -> Option<UnixMillis> {
        self.claim_i64(name).map(UnixMillis::from_seconds)
    }

    /// The id of the key that, so the token says, signed it.
    pub fn kid(&self) -> Option<&str> {
        self.header_str("kid")
    }

    /// True if the header names a category that no session token has: anything but session and ignore.
    pub fn has_non_session_category(&self) -> bool {
        let is_session = matches!(
            self.header_str("cat"),
            Some(category::SESSION | category::IGNORE)
        );
        !is_session && self.has_header("cat")
    }

    /// True if the subject is a machine.
    pub fn is_of_machine(&self) -> bool {
        let is_machine = |sub: &str| sub.starts_with("mch_");
        self.claim_str("sub").is_some_and(is_machine)
    }

    /// True if the type is that of OAuth access tokens.
    pub fn is_of_oauth(&self) -> bool {
        let kind = self.header_str("typ");
        matches!(kind, Some("at+jwt" | "application/at+jwt"))
    }

    /// True if a session may have such a token, by its category, subject and type (`security.md` rule 10). A machine's
    /// is told by these only if it has the shape of a JWT, as in the reference.
    pub fn is_of_session(&self) -> bool {
        let is_foreign = (self.is_of_machine() || self.is_of_oauth()) && has_jwt_shape(self.raw());
        !is_foreign && !self.has_non_session_category()
    }
}

/// Three non-empty parts of URL-safe base64 without padding.
pub fn has_jwt_shape(token: &str) -> bool {
    let is_part = |part: &str| {
        let in_alphabet = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        !part.is_empty() && part.bytes().all(in_alphabet)
    };
    token.split('.').count() == 3 && token.split('.').all(is_part)
}

impl fmt::Debug for Unverified {
    /// Shows names only: values are somebody's data, and the token is a credential.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unverified")
            .field("kid", &self.kid())
            .finish_non_exhaustive()
    }
}

/// A number without its fraction. One that no `i64` can hold becomes the smallest or largest, which no date check
/// accepts.
fn whole(number: &Number) -> i64 {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "`as` from a float cuts towards zero and saturates, which is what is wanted"
    )]
    let cut = |float: f64| float as i64;
    number
        .as_i64()
        .unwrap_or_else(|| number.as_f64().map_or(i64::MAX, cut))
}

fn malformed(message: &str) -> TokenError {
    TokenError::new(Reason::TokenInvalid, message)
}

/// URL-safe base64 with any number of `=` behind it; left-over bits must be zero.
fn base64(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()
}

/// A part that holds a JSON object, read as the reference reads it: a byte order mark is skipped and bytes that are
/// not UTF-8 are replaced.
fn object(part: &str) -> Option<Object> {
    let mut bytes = base64(part)?;
    if bytes.starts_with(BYTE_ORDER_MARK) {
        bytes.drain(..BYTE_ORDER_MARK.len());
    }
    let replaced = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let text = String::from_utf8(bytes).unwrap_or_else(|error| replaced(error.as_bytes()));
    Object::read(text)
}
