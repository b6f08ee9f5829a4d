//! Whether a token is valid, and check by check why: all that can be told, not only the first failure. The verdict is
//! the core's, in the reference's order; the list of checks explains it.

use clerk_auth::error::{Reason, TokenError};
use clerk_auth::public_key::PublicKey;
use clerk_auth::time::UnixMillis;
use clerk_auth::token::{Unverified, decode};
use clerk_auth::verify::{
    Check, Facts, MachineJwt, Outcome, Policy, Verified, check_category, verify, verify_handshake,
    verify_machine,
};

use super::kind::{Kind, Token};

/// As what a token is verified.
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
}

impl Class {
    /// The class that a token of this kind is verified as; nothing for what can only be verified by Clerk, or not at all.
    pub const fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::SessionV1 | Kind::SessionV2 | Kind::OtherJwt | Kind::NoToken => {
                Some(Self::Session)
            }
            Kind::Template | Kind::IdToken => Some(Self::Template),
            Kind::Handshake => Some(Self::Handshake),
            Kind::M2m => Some(Self::M2m),
            Kind::OAuth => Some(Self::Oauth),
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
        }
    }

    /// The same in a word for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Template => "template",
            Self::Handshake => "handshake",
            Self::M2m => "m2m",
            Self::Oauth => "oauth",
        }
    }

    const fn checks(self) -> &'static [Check] {
        match self {
            Self::Session | Self::Template => &Check::SESSION,
            Self::Handshake => &Check::HANDSHAKE,
            Self::M2m => &Check::M2M,
            Self::Oauth => &Check::OAUTH,
        }
    }
}

/// Why there is no key.
#[derive(Clone, Debug)]
pub enum NoKey {
    /// The key set was had, and the key is not in it: a verdict on the token.
    Refused(TokenError),
    /// Nothing is known.
    Unknown,
}

/// The verdict on one token.
#[derive(Debug)]
pub struct Judged {
    /// As what it was verified.
    pub class: Class,
    /// The verdict.
    pub verdict: Verdict,
    /// Every check that was made, in order; none when the token cannot be decoded.
    pub checks: Vec<Made>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Valid.
    Yes,
    /// Not valid.
    No(TokenError),
    /// It could not be found out, for want of a key.
    Unknown,
}

/// A check and its result.
#[derive(Clone, Debug)]
pub struct Made {
    /// Which.
    pub check: Check,
    /// What came of it.
    pub result: Result<Outcome, TokenError>,
    /// It could not be made, because what it needs is missing or was refused.
    pub is_skipped: bool,
}

/// What an app asks, and when.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// As what.
    pub class: Class,
    /// Beyond a good signature.
    pub policy: &'a Policy,
    /// At which moment.
    pub now: UnixMillis,
}

/// The class check, which needs no key and comes before one is looked for.
///
/// # Errors
/// The refusal.
pub fn before_key(token: &Token, class: Class) -> Result<Unverified, TokenError> {
    let jwt = decode(&token.found.token)?;
    check_class(&jwt, class)?;
    Ok(jwt)
}

/// The same for a token that is decoded.
///
/// # Errors
/// The refusal.
pub fn check_class(jwt: &Unverified, class: Class) -> Result<(), TokenError> {
    match class {
        Class::Session | Class::Template => check_category(jwt),
        Class::Handshake | Class::M2m | Class::Oauth => Ok(()),
    }
}

/// Judges a token that could not even be decoded, or is of a class that no key is asked for.
pub fn refused(token: &Token, question: Question<'_>, error: TokenError) -> Judged {
    let checks = match decode(&token.found.token) {
        Ok(jwt) => made(&facts(&jwt, None, question), question.class),
        Err(_) => Vec::new(),
    };
    Judged {
        class: question.class,
        verdict: Verdict::No(error),
        checks,
    }
}

/// Judges a token with a key, or without one.
pub fn judge(jwt: &Unverified, key: Result<&PublicKey, NoKey>, question: Question<'_>) -> Judged {
    let checks = made(
        &facts(jwt, key.as_ref().ok().copied(), question),
        question.class,
    );
    let verdict = match key {
        Ok(key) => match verified(jwt, key, question) {
            Ok(_) => Verdict::Yes,
            Err(error) => Verdict::No(error),
        },
        Err(NoKey::Refused(error)) => Verdict::No(error),
        Err(NoKey::Unknown) => Verdict::Unknown,
    };
    Judged {
        class: question.class,
        verdict,
        checks,
    }
}

const fn facts<'a>(
    jwt: &'a Unverified,
    key: Option<&'a PublicKey>,
    question: Question<'a>,
) -> Facts<'a> {
    Facts {
        token: jwt,
        key,
        policy: question.policy,
        now: question.now,
    }
}

/// The verdict alone.
///
/// # Errors
/// The first check that fails, in the reference's order.
pub fn verified(
    jwt: &Unverified,
    key: &PublicKey,
    question: Question<'_>,
) -> Result<Verified, TokenError> {
    let Question { class, policy, now } = question;
    match class {
        Class::Session => {
            Check::SessionClass.run(&facts(jwt, Some(key), question))?;
            verify(jwt, key, policy, now)
        }
        Class::Template => verify(jwt, key, policy, now),
        Class::Handshake => verify_handshake(jwt, key, policy, now),
        Class::M2m => verify_machine(jwt, key, MachineJwt::M2m, policy, now),
        Class::Oauth => verify_machine(jwt, key, MachineJwt::OAuth, policy, now),
    }
}

fn made(facts: &Facts<'_>, class: Class) -> Vec<Made> {
    let first = (class == Class::Session).then_some(Check::SessionClass);
    let all = first.into_iter().chain(class.checks().iter().copied());
    // What the class check of sessions says includes what the category check says.
    let all = all.filter(|check| first.is_none() || *check != Check::Category);
    all.map(|check| {
        let result = check.run(facts);
        let lacks_key = facts.key.is_none() && matches!(check, Check::KeyUse | Check::Signature);
        let lacks_algorithm = check != Check::Algorithm
            && result
                .as_ref()
                .is_err_and(|error| error.reason == Reason::TokenInvalidAlgorithm);
        Made {
            check,
            result,
            is_skipped: lacks_key || lacks_algorithm,
        }
    })
    .collect()
}
