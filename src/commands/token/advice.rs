//! Why a token was refused and what to do, in sentences that name what was measured.

use clerk_auth::error::{Reason, TokenError};
use clerk_auth::token::Unverified;
use clerk_auth::verify::Check;

use super::expected::Expected;
use super::outcome::Outcome;
use crate::escape::visible;
use crate::inspect::explain::plain;
use crate::inspect::judge::{Judged, Made};
use crate::inspect::near::difference;
use crate::keyring::ring::Ring;

/// More names of keys are counted.
const MOST_NAMES: usize = 8;

/// The sentences; none where the list of checks says all.
pub fn of(outcome: &Outcome, expected: &Expected, keys: Option<&Ring>) -> Vec<String> {
    let Some((judged, jwt)) = outcome.judged.as_ref().zip(outcome.jwt()) else {
        return Vec::new();
    };
    let Some(error) = outcome.refusal() else {
        return pending(outcome, judged, jwt).into_iter().collect();
    };
    match error.reason {
        Reason::JwkKidMismatch => vec![unknown_key(jwt, keys)],
        Reason::TokenInvalidAlgorithm => vec![algorithm(jwt)],
        Reason::TokenExpired if outcome.token.kind.is_session() => vec![
            "Session tokens live 60 s and are refreshed by the browser. Ask for a fresh one:"
                .to_owned(),
            "await Clerk.session.getToken()".to_owned(),
        ],
        Reason::TokenNotActiveYet | Reason::TokenIatInTheFuture => vec![
            "The clocks of Clerk and of this machine differ: set this one's, or pass --leeway."
                .to_owned(),
        ],
        _ => failed(judged, error)
            .and_then(|check| by_check(check, judged, jwt, expected))
            .into_iter()
            .collect(),
    }
}

fn pending(outcome: &Outcome, judged: &Judged, jwt: &Unverified) -> Option<String> {
    let is_pending = outcome.token.kind.is_session() && jwt.claim_str("sts") == Some("pending");
    (judged.verdict.is_ok() && is_pending).then(|| {
        "It is pending: a task is left to do, so it does not count as signed in.".to_owned()
    })
}

/// The check that the verdict is of: for machine tokens the reference has one reason for nearly all.
fn failed(judged: &Judged, error: &TokenError) -> Option<Check> {
    let is_it = |made: &&Made| {
        let refusal = made.result.as_ref().err();
        refusal.is_some_and(|refusal| refusal.message == error.message)
    };
    judged.checks.iter().find(is_it).map(|made| made.check)
}

fn by_check(
    check: Check,
    judged: &Judged,
    jwt: &Unverified,
    expected: &Expected,
) -> Option<String> {
    let policy = expected.demands.all();
    Some(match check {
        Check::Signature => signature(judged),
        Check::AuthorizedParty => {
            let Some(azp) = claim(jwt, "azp") else {
                return Some(
                    "It names no origin (`azp`): it was made on the server, or when the browser went to a page. \
                     CLERK_ACCEPT_ABSENT_AZP=true lets an app accept such tokens."
                        .to_owned(),
                );
            };
            let other = compared("origin", &azp, &policy.authorized_parties);
            format!("{other} If that page is yours, add its origin to {}.", expected.parties_origin)
        }
        Check::Issuer => match claim(jwt, "iss") {
            Some(issuer) => compared("issuer", &issuer, &policy.issuers),
            None => "It names no issuer (`iss`).".to_owned(),
        },
        Check::Audience | Check::OAuthAudience => match claim(jwt, "aud") {
            Some(audience) => compared("audience", &audience, &policy.audience),
            None => "It names no audience (`aud`). Session tokens of Clerk's have none by themselves; a JWT template or a \
                     custom claim adds one."
                .to_owned(),
        },
        _ => return None,
    })
}

fn claim(jwt: &Unverified, name: &str) -> Option<String> {
    let value = jwt.claims().get(name).map(plain);
    value.filter(|text| !text.is_empty())
}

/// Both sides, and what keeps the nearest from being the same.
fn compared(what: &str, has: &str, wanted: &[String]) -> String {
    let near = wanted
        .iter()
        .find_map(|one| Some((one, difference(has, one)?)));
    match near {
        Some((one, what_differs)) => format!(
            "Its {what} is {has}, and {} is accepted: what differs is {what_differs}.",
            visible(one)
        ),
        None => format!(
            "Its {what} is {has}; accepted is {}.",
            visible(&wanted.join(" or "))
        ),
    }
}

fn signature(judged: &Judged) -> String {
    match judged.signature_length {
        Some((0, _)) => {
            "There is no signature: it was taken out, or the token never had one.".to_owned()
        }
        Some((has, wants)) if has < wants => format!(
            "The signature has {has} bytes, and those of this key have {wants}: the end of the token is missing, or it is \
             signed with another key."
        ),
        Some((has, wants)) => format!(
            "The signature has {has} bytes, and those of this key have {wants}: something was added to the token, or it is \
             signed with another key."
        ),
        None => "It was changed, or it is signed with another instance's key: `clerk-rs keys check --online` says \
                 whether the project's keys belong together."
            .to_owned(),
    }
}

fn unknown_key(jwt: &Unverified, keys: Option<&Ring>) -> String {
    let own = match jwt.header().get("kid") {
        Some(kid) => format!("The token names the key {}", plain(kid)),
        None => "The token names no key".to_owned(),
    };
    let Some(ring) = keys else {
        return format!("{own}.");
    };
    let names = ring.names();
    let mut shown: Vec<_> = names
        .iter()
        .take(MOST_NAMES)
        .map(|name| visible(name))
        .collect();
    if names.len() > MOST_NAMES {
        shown.push(format!("{} more", names.len() - MOST_NAMES).into());
    }
    let held = match shown.is_empty() {
        true => "none".to_owned(),
        false => shown.join(", "),
    };
    let origin = visible(&ring.origin);
    let cause = match jwt.header().contains_key("kid") {
        true => "The token is from another instance than the key set.",
        false => "Every token of Clerk's names one: this is another issuer's.",
    };
    format!("{own}; those of the key set ({origin}) are: {held}. {cause}")
}

fn algorithm(jwt: &Unverified) -> String {
    let name = jwt.header().get("alg").map(plain).unwrap_or_default();
    match jwt.header_str("alg") {
        Some("HS256" | "HS384" | "HS512") => format!(
            "{name} signs with a shared secret: no public key can verify it. Clerk signs with RS256; a JWT template with a \
             signing key of its own makes such tokens, and whoever has that secret verifies them."
        ),
        Some("none" | "None" | "NONE") | None => {
            "It is not signed: anybody can write such a token.".to_owned()
        }
        Some("RS256" | "RS384" | "RS512") => String::new(),
        Some(_) => format!(
            "{name} is no algorithm of Clerk's, which signs with RS256: the token is another issuer's."
        ),
    }
}
