//! The checks by name, and their order for each kind of token (`request-authentication.md` sections 4.2, 6.8 and
//! 9.3).

#[cfg(feature = "machines")]
use super::claims::oauth_audience;
use super::claims::{audience, authorized_party, issuer, subject};
use super::class::{
    algorithm, category, handshake_category, key_use, session_class, session_type, signature,
};
#[cfg(feature = "machines")]
use super::class::{m2m_category, oauth_type};
use super::dates::{expiry, issued_at, not_before};
use super::facts::{Facts, Outcome, Verdict};

/// One check of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Check {
    /// Category and subject are those of a user's session. This check is ours; the reference's verifier has none.
    SessionClass,
    /// The category is not that of machine-to-machine tokens.
    Category,
    /// The category is that of machine-to-machine tokens, or absent.
    #[cfg(feature = "machines")]
    M2mCategory,
    /// The category is one that handshake tokens may have.
    HandshakeCategory,
    /// `typ` is absent or `JWT`.
    Type,
    /// `typ` is that of OAuth access tokens.
    #[cfg(feature = "machines")]
    OAuthType,
    /// `alg` is RS256, RS384 or RS512.
    Algorithm,
    /// The key may be used for that `alg`.
    KeyUse,
    /// The signature is right.
    Signature,
    /// `sub` is a text.
    Subject,
    /// `aud`, if the policy has a list.
    Audience,
    /// `aud` by the stricter rule for OAuth access tokens.
    #[cfg(feature = "machines")]
    OAuthAudience,
    /// `azp`, if the policy has a list.
    AuthorizedParty,
    /// `iss`, if the policy has a list.
    Issuer,
    /// `exp` is there and has not passed.
    Expiry,
    /// `exp` has not passed, if there is one.
    OptionalExpiry,
    /// `nbf` has come, if there is one.
    NotBefore,
    /// `iat` has come, if there is one.
    IssuedAt,
}

impl Check {
    /// Checks 2 and 4 to 14 of section 4.2.
    pub const SESSION: [Self; 12] = [
        Self::Category,
        Self::Type,
        Self::Algorithm,
        Self::KeyUse,
        Self::Signature,
        Self::Subject,
        Self::Audience,
        Self::AuthorizedParty,
        Self::Issuer,
        Self::Expiry,
        Self::NotBefore,
        Self::IssuedAt,
    ];
    /// Section 6.8 step 3, and the dates.
    pub const HANDSHAKE: [Self; 8] = [
        Self::Type,
        Self::Algorithm,
        Self::HandshakeCategory,
        Self::KeyUse,
        Self::Signature,
        Self::OptionalExpiry,
        Self::NotBefore,
        Self::IssuedAt,
    ];
    /// Section 9.3, machine-to-machine tokens.
    #[cfg(feature = "machines")]
    pub const M2M: [Self; 10] = [
        Self::M2mCategory,
        Self::Type,
        Self::Algorithm,
        Self::KeyUse,
        Self::Signature,
        Self::Subject,
        Self::Audience,
        Self::Expiry,
        Self::NotBefore,
        Self::IssuedAt,
    ];
    /// Section 9.3, OAuth access tokens.
    #[cfg(feature = "machines")]
    pub const OAUTH: [Self; 9] = [
        Self::OAuthType,
        Self::Algorithm,
        Self::KeyUse,
        Self::Signature,
        Self::Subject,
        Self::OAuthAudience,
        Self::Expiry,
        Self::NotBefore,
        Self::IssuedAt,
    ];

    /// Makes the check.
    ///
    /// # Errors
    /// The refusal, if the check fails.
    pub fn run(self, facts: &Facts<'_>) -> Verdict {
        match self {
            Self::SessionClass => session_class(facts.token),
            Self::Category => category(facts.token).map(|()| Outcome::Passed),
            #[cfg(feature = "machines")]
            Self::M2mCategory => m2m_category(facts.token),
            Self::HandshakeCategory => handshake_category(facts.token),
            Self::Type => session_type(facts.token),
            #[cfg(feature = "machines")]
            Self::OAuthType => oauth_type(facts.token),
            Self::Algorithm => algorithm(facts.token).map(|_| Outcome::Passed),
            Self::KeyUse => key_use(facts),
            Self::Signature => signature(facts),
            Self::Subject => subject(facts.token),
            Self::Audience => audience(facts),
            #[cfg(feature = "machines")]
            Self::OAuthAudience => oauth_audience(facts),
            Self::AuthorizedParty => authorized_party(facts),
            Self::Issuer => issuer(facts),
            Self::Expiry => expiry(facts),
            Self::OptionalExpiry if !facts.token.has_claim("exp") => Ok(Outcome::NotAsked),
            Self::OptionalExpiry => expiry(facts),
            Self::NotBefore => not_before(facts),
            Self::IssuedAt => issued_at(facts),
        }
    }
}
