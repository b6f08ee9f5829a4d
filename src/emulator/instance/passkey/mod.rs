//! Passkeys: keys that a device keeps for its owner and uses for one host alone (Web Authentication, level 3). What is
//! kept of them, and the challenges that a browser answers with them.

pub mod cbor;
pub mod key;
pub mod proof;
mod refusal;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::Refusal;
use key::PublicKey;
pub use refusal::PasskeyRefusal;

const CHALLENGE_LIFE_MS: i64 = 10 * 60 * 1000;
/// In bytes.
pub(super) const CHALLENGE_LENGTH: usize = 32;
/// As Clerk has it.
pub(super) const MAX_PASSKEYS: usize = 10;

/// A passkey of a user.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Passkey {
    pub id: String,
    pub name: String,
    /// The challenge whose answer makes it known.
    pub challenge: Challenge,
    /// Absent until the challenge is answered.
    pub credential: Option<Credential>,
    pub last_used_at: Option<UnixMillis>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

/// The device's description of the key that it made.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Credential {
    /// In base64url.
    pub id: String,
    pub key: PublicKey,
    /// Grows with each use; a copy of the key would fall behind. Some devices keep it at 0.
    pub counter: u32,
    /// The host that it is for.
    pub party: String,
}

/// The bytes that a browser is asked to have signed.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Challenge {
    /// In base64url.
    pub text: String,
    /// The dev browser that was asked.
    browser: String,
    /// The origin of the page that asked, and its host.
    origin: String,
    pub party: String,
    pub outcome: Outcome,
    pub expire_at: UnixMillis,
}

/// The outcome of a challenge.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Pending,
    Verified,
    Failed,
}

impl Challenge {
    /// A challenge for a page of this origin.
    ///
    /// # Errors
    /// [`PasskeyRefusal::NoName`] when the page has no host that a passkey could belong to.
    pub(super) fn new(
        bytes: [u8; CHALLENGE_LENGTH],
        browser: &str,
        origin: Option<&str>,
        now: UnixMillis,
    ) -> Result<Self, PasskeyRefusal> {
        let url = origin.and_then(|origin| Url::parse(origin).ok());
        let party = match url.as_ref().and_then(Url::host) {
            Some(Host::Domain(name)) => name.to_owned(),
            _ => return Err(PasskeyRefusal::NoName),
        };
        Ok(Self {
            text: URL_SAFE_NO_PAD.encode(bytes),
            browser: browser.to_owned(),
            origin: origin.unwrap_or_default().to_owned(),
            party,
            outcome: Outcome::Pending,
            expire_at: UnixMillis(now.0 + CHALLENGE_LIFE_MS),
        })
    }

    /// Uses it up: whatever comes of the answer, there is no second one.
    ///
    /// # Errors
    /// A [`Refusal`] when it was used up before, is too old, or another browser was asked.
    pub(super) fn spend(&mut self, browser: &str, now: UnixMillis) -> Result<Self, Refusal> {
        if self.outcome != Outcome::Pending || self.browser != browser {
            return Err(Refusal::NotPrepared);
        }
        if now >= self.expire_at {
            return Err(Refusal::VerificationExpired);
        }
        let asked = self.clone();
        self.outcome = Outcome::Failed;
        Ok(asked)
    }

    /// Clerk's word.
    pub fn status(&self, now: UnixMillis) -> &'static str {
        match self.outcome {
            Outcome::Pending if now >= self.expire_at => "expired",
            Outcome::Pending => "unverified",
            Outcome::Verified => "verified",
            Outcome::Failed => "failed",
        }
    }
}

/// The name under which devices keep a user: it says nothing about them, and is short enough whatever the id is.
pub fn handle(user_id: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, user_id.as_bytes()))
}
