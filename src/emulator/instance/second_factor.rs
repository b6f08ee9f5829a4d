//! Second factors: an authenticator app (RFC 6238), and backup codes for the day on which it is lost.

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::Refusal;

/// As every authenticator app takes them unasked: a new code of six digits each 30 seconds.
const STEP_SECONDS: i64 = 30;
/// In bytes.
pub(super) const SECRET_LENGTH: usize = 20;
pub(super) const BACKUP_CODES: usize = 10;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The second factors of a user.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct SecondFactors {
    pub totp: Option<Totp>,
    /// Hashes of those that were not used.
    pub backup_codes: Vec<String>,
    pub enabled_at: Option<UnixMillis>,
    pub disabled_at: Option<UnixMillis>,
}

/// An authenticator app.
#[derive(Clone, Deserialize, Serialize)]
pub struct Totp {
    /// `totp_…`
    pub id: String,
    /// In base 32, as the app takes it.
    pub secret: String,
    /// True once a code of it came back.
    pub verified: bool,
    /// The step of the last code: each is good once.
    last_step: i64,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

impl std::fmt::Debug for Totp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Totp(…)")
    }
}

impl Totp {
    pub(super) fn new(secret: String, id: String, verified: bool, now: UnixMillis) -> Self {
        Self {
            id,
            secret,
            verified,
            last_step: 0,
            created_at: now,
            updated_at: now,
        }
    }

    /// Compares `code` with the one of this moment and its neighbours, because clocks differ; a match uses it up.
    pub(super) fn takes(&mut self, code: &str, now: UnixMillis) -> bool {
        let Some(secret) = from_base32(&self.secret) else {
            return false;
        };
        let step = now.seconds() / STEP_SECONDS;
        let matching = (step - 1..=step + 1)
            .find(|step| *step > self.last_step && code_of(&secret, *step) == code);
        if let Some(step) = matching {
            self.last_step = step;
        }
        matching.is_some()
    }
}

/// The code of a step (RFC 4226 section 5.3).
fn code_of(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag[tag.len() - 1] & 0xf);
    let part = tag[offset..offset + 4].iter();
    let number = part.fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

pub(super) fn to_base32(bytes: &[u8]) -> String {
    let mut text = String::new();
    let (mut bits, mut length) = (0_u32, 0);
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        length += 8;
        while length >= 5 {
            length -= 5;
            text.push(char::from(BASE32[(bits >> length & 31) as usize]));
        }
        bits &= (1 << length) - 1;
    }
    text
}

fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut length) = (0_u32, 0);
    for c in text.trim_end_matches('=').bytes() {
        let c = c.to_ascii_uppercase();
        let value = BASE32.iter().position(|known| *known == c)?;
        bits = bits << 5 | u32::try_from(value).ok()?;
        length += 5;
        if length >= 8 {
            length -= 8;
            bytes.push(u8::try_from(bits >> length).ok()?);
            bits &= (1 << length) - 1;
        }
    }
    Some(bytes)
}

pub(super) fn hash(code: &str) -> String {
    let hash = digest::digest(&digest::SHA256, code.trim().as_bytes());
    STANDARD_NO_PAD.encode(hash)
}

impl SecondFactors {
    /// What a server brings along from elsewhere.
    ///
    /// # Errors
    /// [`Refusal::ParamValue`] when the secret is none, or there are too many codes; then nothing has changed.
    pub(super) fn take_over(
        &mut self,
        secret: Option<String>,
        codes: &[String],
        id: String,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        if codes.len() > 2 * BACKUP_CODES {
            return Err(Refusal::ParamValue("backup_codes"));
        }
        if let Some(secret) = secret {
            let fits = from_base32(&secret).is_some_and(|bytes| (10..=64).contains(&bytes.len()));
            if !fits {
                return Err(Refusal::ParamValue("totp_secret"));
            }
            self.totp = Some(Totp::new(secret, id, true, now));
            self.enabled_at = Some(now);
        }
        if !codes.is_empty() {
            self.backup_codes = codes.iter().map(|code| hash(code)).collect();
        }
        Ok(())
    }

    pub fn has_totp(&self) -> bool {
        self.totp.as_ref().is_some_and(|totp| totp.verified)
    }

    pub(super) fn note_change(&mut self, has_any: bool, now: UnixMillis) {
        if has_any {
            self.enabled_at = self.enabled_at.or(Some(now));
        } else {
            (self.enabled_at, self.disabled_at) = (None, Some(now));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, the last six digits of each.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_of(secret, seconds / STEP_SECONDS), code);
        }
    }

    #[test]
    fn what_is_refused_changes_nothing() {
        let mut factors = SecondFactors::default();
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned();
        let codes = vec![String::new(); 2 * BACKUP_CODES + 1];
        let refused = factors.take_over(Some(secret), &codes, "totp_1".to_owned(), UnixMillis(1));
        assert_eq!(refused, Err(Refusal::ParamValue("backup_codes")));
        assert!(!factors.has_totp() && factors.enabled_at.is_none());
    }

    #[test]
    fn a_secret_survives_base_32_and_a_code_is_good_once() {
        let secret = b"12345678901234567890";
        let text = to_base32(secret);
        assert_eq!(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(from_base32(&text).as_deref(), Some(&secret[..]));
        assert_eq!(from_base32("0189"), None);
        let now = UnixMillis::from_seconds(59);
        let mut totp = Totp::new(text, "totp_1".to_owned(), true, now);
        assert!(!totp.takes("287083", now));
        assert!(totp.takes("287082", now));
        assert!(!totp.takes("287082", now));
    }
}
