//! Explains why a token was refused and what to do, with the measured facts.

use clerk_auth::error::{Reason, TokenError};
use clerk_auth::time::UnixMillis;
use clerk_auth::token::Unverified;
use clerk_auth::verify::Check;
use serde_json::Value;

use super::expected::Expected;
use super::outcome::Outcome;
use crate::escape::visible;
use crate::inspect::class::{Class, Condition};
use crate::inspect::clock;
use crate::inspect::explain::{milliseconds, plain};
use crate::inspect::judge::{Judged, Made};
use crate::inspect::kind::Kind;
use crate::inspect::near::difference;
use crate::keyring::ring::Ring;

/// The most names of keys to list; more are only counted.
const MOST_NAMES: usize = 8;

/// Clocks set by hand differ by an hour at most. Beyond that something else is wrong.
const MOST_DIFFERENCE: i64 = 60 * 60;

/// The sentences. Empty if the list of checks says everything.
pub fn of(
    outcome: &Outcome,
    expected: &Expected,
    keys: Option<&Ring>,
    now: UnixMillis,
) -> Vec<String> {
    let Some((judged, jwt)) = outcome.judged.as_ref().zip(outcome.jwt()) else {
        return Vec::new();
    };
    let kind = outcome.token.kind;
    let mut told: Vec<_> = milliseconds(jwt.claims()).into_iter().collect();
    match outcome.refusal() {
        None => told.extend(pending(kind, judged, jwt)),
        Some(error) => match error.reason {
            Reason::JwkKidMismatch => told.push(unknown_key(jwt, keys)),
            Reason::TokenInvalidAlgorithm => told.push(algorithm(jwt)),
            Reason::TokenExpired if kind.is_session() => told.extend([
                "Session tokens live 60 s and are refreshed by the browser. Ask for a fresh one:"
                    .to_owned(),
                "await Clerk.session.getToken()".to_owned(),
            ]),
            Reason::TokenNotActiveYet | Reason::TokenIatInTheFuture if told.is_empty() => {
                told.push(early(jwt, now));
            }
            _ => {
                let check = failed(judged, error);
                told.extend(check.and_then(|check| by_check(check, kind, judged, jwt, expected)));
            }
        },
    }
    if kind == Kind::OtherJwt && judged.class == Class::Session {
        told.push(
            "It is none of the kinds of JWT that Clerk issues. An app takes such a one for a session token, so it was \
             verified as that."
                .to_owned(),
        );
    }
    told
}

/// A token that is not valid yet.
fn early(jwt: &Unverified, now: UnixMillis) -> String {
    let from = ["nbf", "iat"]
        .into_iter()
        .filter_map(|name| jwt.claim_i64(name))
        .max();
    let ahead = from.map_or(0, |from| from.saturating_sub(now.seconds()));
    if ahead <= MOST_DIFFERENCE {
        return "The clocks of Clerk and of this machine differ: set this one's, or pass --leeway."
            .to_owned();
    }
    format!(
        "Its time begins in {}, which is more than clocks differ: its dates are wrong, or the moment that it is verified at \
         is.",
        clock::span(ahead)
    )
}

fn pending(kind: Kind, judged: &Judged, jwt: &Unverified) -> Option<String> {
    let is_pending = kind.is_session() && jwt.claim_str("sts") == Some("pending");
    (judged.verdict.is_ok() && is_pending).then(|| {
        "It is pending: a task is left to do, so it does not count as signed in.".to_owned()
    })
}

/// The check behind the verdict: for machine tokens the reference has one reason for nearly all checks.
fn failed(judged: &Judged, error: &TokenError) -> Option<Check> {
    let is_it = |made: &&Made| {
        let refusal = made.result.as_ref().err();
        refusal.is_some_and(|refusal| refusal.message == error.message)
    };
    judged.checks.iter().find(is_it).map(|made| made.check)
}

fn by_check(
    check: Check,
    kind: Kind,
    judged: &Judged,
    jwt: &Unverified,
    expected: &Expected,
) -> Option<String> {
    let policy = expected.demands.all();
    let told = match check {
        Check::Signature => return Some(signature(judged)),
        Check::AuthorizedParty => {
            compared(jwt, Condition::AuthorizedParty, &expected.parties_shown)
        }
        Check::Issuer => compared(jwt, Condition::Issuer, &policy.issuers),
        Check::Audience | Check::OAuthAudience => {
            compared(jwt, Condition::Audience, &policy.audience)
        }
        _ => return None,
    };
    let more = match check {
        Check::AuthorizedParty if is_absent(jwt, "azp") => kind.is_session().then(|| {
            "It was made on the server, or when the browser went to a page. CLERK_ACCEPT_ABSENT_AZP=true lets an app accept \
             such tokens."
                .to_owned()
        }),
        Check::AuthorizedParty if kind != Kind::OtherJwt => Some(format!(
            "If that page is yours, add its origin to {}.",
            expected.parties_origin
        )),
        Check::Audience if is_absent(jwt, "aud") => match kind {
            kind if kind.is_session() => Some(
                "Session tokens of Clerk's have none by themselves; a JWT template or a custom claim adds one.".to_owned(),
            ),
            Kind::Template => Some("Its JWT template can add one.".to_owned()),
            _ => None,
        },
        _ => None,
    };
    Some(
        std::iter::once(told)
            .chain(more)
            .collect::<Vec<_>>()
            .join(" "),
    )
}

fn is_absent(jwt: &Unverified, claim: &str) -> bool {
    let value = jwt.claims().get(claim);
    value.is_none_or(|value| value.is_null() || value == "")
}

/// Both sides, and the difference to the nearest.
fn compared(jwt: &Unverified, condition: Condition, wanted: &[String]) -> String {
    let (what, claim) = (condition.noun(), condition.claim());
    let Some(value) = jwt.claims().get(claim).filter(|_| !is_absent(jwt, claim)) else {
        return format!("It names no {what} (`{claim}`).");
    };
    let (start, has): (_, Vec<_>) = match value {
        Value::String(text) => ("Its", vec![text.as_str()]),
        Value::Array(list) => ("An", list.iter().filter_map(Value::as_str).collect()),
        _ => return format!("Its {what} is {}, which is no text.", plain(value)),
    };
    let near = has.into_iter().find_map(|has| {
        let mut wanted = wanted.iter();
        wanted.find_map(|one| Some((has, one, difference(has, one)?)))
    });
    match near {
        Some((has, one, what_differs)) => format!(
            "{start} {what} is {}, and {} is accepted: what differs is {what_differs}.",
            visible(has),
            visible(one)
        ),
        None => format!(
            "Its {what} is {}; accepted is {}.",
            plain(value),
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
    let cause = what_differs(jwt.header_str("kid"), &names);
    format!("{own}; those of the key set ({origin}) are: {held}. {cause}")
}

/// The difference between the token's key and one of these, if it is one small thing.
fn what_differs(kid: Option<&str>, names: &[impl AsRef<str>]) -> &'static str {
    let Some(kid) = kid.filter(|kid| !kid.is_empty()) else {
        return "Clerk's tokens name theirs (`kid` in the header): the name was lost, or another issuer made this one.";
    };
    let one = |name: &str| {
        if name.eq_ignore_ascii_case(kid) {
            Some("What differs is the letter case.")
        } else if name.trim() == kid.trim() {
            Some("What differs is white space around it.")
        } else if name.starts_with(kid) || name.ends_with(kid) {
            Some("The name in the token was cut.")
        } else if kid.starts_with(name) || kid.ends_with(name) {
            Some("Something was added to the name in the token.")
        } else {
            None
        }
    };
    let mut near = names.iter().filter_map(|name| one(name.as_ref()));
    near.next()
        .unwrap_or("The token is of another instance than the key set, or of an older key.")
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
