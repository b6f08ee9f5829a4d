//! The classes of JWTs that can be verified here, and the checks for each.

use clerk_auth::token::Unverified;
use clerk_auth::verify::Check;

use super::kind::Kind;

/// The class to verify a token as.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum Class {
    /// A session token, as routes of an app accept it
    Session,
    /// A token from a JWT template
    Template,
    /// A handshake token
    Handshake,
    /// A machine-to-machine token
    M2m,
    /// An OAuth access token
    Oauth,
    /// An OpenID ID token
    IdToken,
}

impl Class {
    /// The class for a token of this kind; `None` if only Clerk can verify it, or nobody can.
    pub const fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::SessionV1 | Kind::SessionV2 | Kind::OtherJwt | Kind::NoToken => {
                Some(Self::Session)
            }
            Kind::Template => Some(Self::Template),
            Kind::Handshake => Some(Self::Handshake),
            Kind::M2m => Some(Self::M2m),
            Kind::OAuth => Some(Self::Oauth),
            Kind::IdToken => Some(Self::IdToken),
            _ => None,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Session => "session token",
            Self::Template => "token from a JWT template",
            Self::Handshake => "handshake token",
            Self::M2m => "machine-to-machine token",
            Self::Oauth => "OAuth access token",
            Self::IdToken => "OpenID ID token",
        }
    }

    /// `an OAuth access token`
    pub fn with_article(self) -> String {
        let article = if self.name().starts_with('O') {
            "an"
        } else {
            "a"
        };
        format!("{article} {}", self.name())
    }

    /// The same in a word for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Template => "template",
            Self::Handshake => "handshake",
            Self::M2m => "m2m",
            Self::Oauth => "oauth",
            Self::IdToken => "id-token",
        }
    }

    /// True if such tokens have the claim of a condition.
    pub const fn has(self, condition: Condition) -> bool {
        match self {
            Self::Session | Self::Template => true,
            Self::M2m | Self::Oauth | Self::IdToken => {
                !matches!(condition, Condition::AuthorizedParty)
            }
            Self::Handshake => false,
        }
    }

    /// All checks, in order: the core's, and the issuer where the core does not compare it.
    pub fn checks(self) -> Vec<Check> {
        let mut checks = match self {
            Self::Session | Self::Template | Self::IdToken => Check::SESSION.to_vec(),
            Self::Handshake => Check::HANDSHAKE.to_vec(),
            Self::M2m => Check::M2M.to_vec(),
            Self::Oauth => Check::OAUTH.to_vec(),
        };
        match self {
            // The class check of sessions includes the category check.
            Self::Session => checks[0] = Check::SessionClass,
            Self::IdToken => checks.retain(|check| *check != Check::AuthorizedParty),
            Self::M2m | Self::Oauth => {
                let at = checks.iter().position(|check| *check == Check::Expiry);
                checks.insert(at.unwrap_or(checks.len()), Check::Issuer);
            }
            Self::Template | Self::Handshake => {}
        }
        checks
    }

    /// The checks that the core's verdict does not include, or not as strictly.
    pub const fn added(self) -> &'static [Check] {
        match self {
            Self::Session | Self::Template | Self::IdToken => &[Check::Audience],
            Self::M2m => &[Check::Audience, Check::Issuer],
            Self::Oauth => &[Check::Issuer],
            Self::Handshake => &[],
        }
    }
}

/// A claim that somebody wants compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Condition {
    /// `azp`
    AuthorizedParty,
    /// `aud`
    Audience,
    /// `iss`
    Issuer,
}

impl Condition {
    /// The option that asks for it.
    pub const fn flag(self) -> &'static str {
        match self {
            Self::AuthorizedParty => "--authorized-party",
            Self::Audience => "--audience",
            Self::Issuer => "--issuer",
        }
    }

    /// The claim it compares.
    pub const fn claim(self) -> &'static str {
        match self {
            Self::AuthorizedParty => "azp",
            Self::Audience => "aud",
            Self::Issuer => "iss",
        }
    }

    /// A word for what the claim names.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::AuthorizedParty => "origin",
            Self::Audience => "audience",
            Self::Issuer => "issuer",
        }
    }

    /// The reason why this token, verified as this class, cannot meet the condition.
    pub fn not_for(self, class: Class, token: &Unverified) -> String {
        let (flag, class_name) = (self.flag(), class.with_article());
        let why = self.silence(class, token);
        format!("{flag} does not apply to {class_name}: {why}")
    }

    /// The same for a token that only Clerk can read.
    pub fn not_for_opaque(self) -> String {
        format!(
            "{} does not apply to a token that only Clerk can read",
            self.flag()
        )
    }

    /// The reason why the claim is not compared.
    pub fn silence(self, class: Class, token: &Unverified) -> String {
        let claim = self.claim();
        if !token.has_claim(claim) {
            format!("it has no `{claim}`")
        } else if class == Class::IdToken && self == Self::AuthorizedParty {
            "its `azp` is a client id, no origin".to_owned()
        } else {
            format!("its `{claim}` is not compared for this kind")
        }
    }
}
