//! Judges a token and gives the result of every check, not just of the first that fails. The verdict is the core's, in
//! the reference's order. Conditions that the core does not know are added: none that somebody named is dropped. `token
//! verify`, its batches and `keys verify` judge here.

use clerk_auth::error::{Reason, TokenError};
use clerk_auth::public_key::PublicKey;
use clerk_auth::time::UnixMillis;
use clerk_auth::token::Unverified;
use clerk_auth::verify::{
    Check, Facts, MachineJwt, Outcome, Verified, check_category, verify, verify_handshake,
    verify_machine,
};

use super::class::{Class, Condition};
use super::demands::{Demands, audience_is_met};

/// The reason why there is no key.
#[derive(Clone, Debug)]
pub enum NoKey {
    /// The key set is known and does not hold the key, which is a verdict on the token.
    Refused(TokenError),
    /// Nothing is known.
    Unknown,
}

/// The reason why a token is not valid.
#[derive(Clone, Debug)]
pub enum No {
    /// A check refused it.
    Refused(TokenError),
    /// Nobody knows, because there is no key.
    Unknown,
    /// A condition is about a claim that such tokens do not have.
    NotForThis(Condition),
}

/// The verdict on one token.
#[derive(Debug)]
pub struct Judged {
    /// The class it was verified as.
    pub class: Class,
    pub verdict: Result<(), No>,
    /// Every check that was made, in order; empty if the token cannot be decoded.
    pub checks: Vec<Made>,
    /// The bytes of the signature, and of one by this key, if they differ.
    pub signature_length: Option<(usize, usize)>,
}

impl Judged {
    /// The refusal of a token whose time is over. It needs no key: no other check could make it valid.
    pub fn expired(&self) -> Option<&TokenError> {
        let of_time = |made: &&Made| matches!(made.check, Check::Expiry | Check::OptionalExpiry);
        let mut made = self.checks.iter().filter(of_time);
        made.find_map(|made| made.result.as_ref().err())
            .filter(|error| error.reason == Reason::TokenExpired)
    }
}

/// A check and its result.
#[derive(Clone, Debug)]
pub struct Made {
    pub check: Check,
    /// Its result.
    pub result: Result<Outcome, TokenError>,
    /// True if it could not be made, because something it needs is missing or was refused.
    pub is_skipped: bool,
}

/// The question to a token.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    pub class: Class,
    pub demands: &'a Demands,
    pub now: UnixMillis,
}

/// The checks that need no key and come before looking for one. The algorithm is among them: a key that can fit no such
/// token need not be fetched, and its name would not be the problem.
///
/// # Errors
/// The refusal.
pub fn before_key(jwt: &Unverified, question: Question<'_>) -> Result<(), TokenError> {
    let facts = facts(jwt, None, question);
    let first: &[Check] = match question.class {
        Class::Session => &[Check::SessionClass, Check::Type],
        Class::Template | Class::IdToken => {
            check_category(jwt)?;
            &[Check::Type]
        }
        Class::Handshake => &[Check::Type],
        Class::M2m | Class::Oauth => &[],
    };
    for check in first.iter().chain(&[Check::Algorithm]) {
        check.run(&facts)?;
    }
    Ok(())
}

/// The verdict. The key is fetched only if it decides.
///
/// # Errors
/// The first check that fails, in the reference's order.
pub fn verdict(
    jwt: &Unverified,
    question: Question<'_>,
    key: impl FnOnce() -> Result<PublicKey, NoKey>,
) -> Result<Verified, No> {
    before_key(jwt, question).map_err(No::Refused)?;
    let unfit = question.demands.unfit(Some(question.class));
    let key = match (key(), unfit) {
        (Ok(key), _) => key,
        (Err(NoKey::Refused(error)), _) => return Err(No::Refused(error)),
        (Err(NoKey::Unknown), Some(condition)) => return Err(No::NotForThis(condition)),
        (Err(NoKey::Unknown), None) => return Err(No::Unknown),
    };
    let verified = verified(jwt, &key, question);
    let verified = verified.map_err(|error| No::Refused(question.demands.told(error)))?;
    match unfit {
        Some(condition) => Err(No::NotForThis(condition)),
        None => Ok(verified),
    }
}

fn verified(
    jwt: &Unverified,
    key: &PublicKey,
    question: Question<'_>,
) -> Result<Verified, TokenError> {
    let Question {
        class,
        demands,
        now,
    } = question;
    let policy = demands.policy(class);
    let verified = match class {
        Class::Session | Class::Template | Class::IdToken => verify(jwt, key, policy, now)?,
        Class::Handshake => verify_handshake(jwt, key, policy, now)?,
        Class::M2m => verify_machine(jwt, key, MachineJwt::M2m, policy, now)?,
        Class::Oauth => verify_machine(jwt, key, MachineJwt::OAuth, policy, now)?,
    };
    let facts = facts(jwt, Some(key), question);
    for check in class.added() {
        run(*check, &facts)?;
    }
    Ok(verified)
}

/// The verdict with all checks, even those after the first that fails.
pub fn judge(jwt: &Unverified, question: Question<'_>, key: Result<PublicKey, NoKey>) -> Judged {
    let facts = facts(jwt, key.as_ref().ok(), question);
    let checks = question.class.checks().into_iter();
    let checks = checks.map(|check| {
        let made = made(check, &facts);
        Made {
            result: made.result.map_err(|error| question.demands.told(error)),
            ..made
        }
    });
    let lengths = facts
        .key
        .map(|key| (jwt.signature().len(), key.bits().div_ceil(8)));
    Judged {
        class: question.class,
        checks: checks.collect(),
        signature_length: lengths.filter(|(has, wants)| has != wants),
        verdict: verdict(jwt, question, || key.clone()).map(|_| ()),
    }
}

/// The verdict on a token that cannot even be decoded.
pub const fn refused(class: Class, error: TokenError) -> Judged {
    Judged {
        class,
        checks: Vec::new(),
        signature_length: None,
        verdict: Err(No::Refused(error)),
    }
}

fn facts<'a>(jwt: &'a Unverified, key: Option<&'a PublicKey>, question: Question<'a>) -> Facts<'a> {
    Facts {
        token: jwt,
        key,
        policy: question.demands.policy(question.class),
        now: question.now,
    }
}

/// Makes a check. An audience that was demanded must be there, although the reference lets a token without one pass.
fn run(check: Check, facts: &Facts<'_>) -> Result<Outcome, TokenError> {
    let outcome = check.run(facts)?;
    if check == Check::Audience {
        audience_is_met(facts.token, facts.policy)?;
    }
    Ok(outcome)
}

fn made(check: Check, facts: &Facts<'_>) -> Made {
    let result = run(check, facts);
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
}
