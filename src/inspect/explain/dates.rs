//! The dates of a token in words.

use clerk_auth::time::UnixMillis;
use serde_json::{Map, Value};

use super::rows::{Rows, plain};
use crate::inspect::clock;

/// One of a token's dates.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DateClaim {
    /// The token's end.
    Expiry,
    /// The moment from which it counts.
    NotBefore,
    /// The moment it was made.
    IssuedAt,
}

impl DateClaim {
    pub const ALL: [Self; 3] = [Self::Expiry, Self::IssuedAt, Self::NotBefore];

    /// The name of the claim.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Expiry => "exp",
            Self::NotBefore => "nbf",
            Self::IssuedAt => "iat",
        }
    }

    const fn label(self, is_over: bool) -> &'static str {
        match (self, is_over) {
            (Self::Expiry, true) => "expired",
            (Self::Expiry, false) => "expires",
            (Self::NotBefore, _) => "not before",
            (Self::IssuedAt, _) => "issued",
        }
    }
}

/// A date claim that can be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Date {
    /// Seconds since the epoch, fractions cut.
    pub seconds: i64,
}

impl Date {
    /// The claim, if it is a number.
    pub fn of(claims: &Map<String, Value>, claim: DateClaim) -> Option<Self> {
        let number = claims.get(claim.name())?.as_number()?;
        #[allow(
            clippy::cast_possible_truncation,
            reason = "a float's fraction is cut, its excess saturates"
        )]
        let cut = |float: f64| float as i64;
        let seconds = number.as_i64().or_else(|| number.as_f64().map(cut))?;
        Some(Self { seconds })
    }

    /// True if it looks like milliseconds.
    pub fn is_in_milliseconds(self) -> bool {
        clock::is_in_milliseconds(self.seconds)
    }
}

/// A sentence about dates that look like milliseconds.
pub fn milliseconds(claims: &Map<String, Value>) -> Option<String> {
    let in_milliseconds = DateClaim::ALL
        .into_iter()
        .filter(|claim| Date::of(claims, *claim).is_some_and(Date::is_in_milliseconds));
    let names: Vec<_> = in_milliseconds.map(DateClaim::name).collect();
    (!names.is_empty()).then(|| {
        format!(
            "{} seem to be milliseconds; claims count seconds.",
            names.join(", ")
        )
    })
}

/// One row for each date that is there.
pub fn rows(rows: &mut Rows<'_>, now: UnixMillis) {
    for claim in DateClaim::ALL {
        let Some(value) = rows.take(claim.name()) else {
            if claim == DateClaim::Expiry {
                rows.push("expires", "not said", "no exp");
            }
            continue;
        };
        let Some(date) = Date::of(rows.claims, claim) else {
            let note = format!("{}, which should be a number", claim.name());
            rows.push(claim.label(false), plain(value), note);
            continue;
        };
        let Some(utc) = clock::utc(date.seconds) else {
            let note = format!("{}, which no date can hold", claim.name());
            rows.push(claim.label(false), plain(value), note);
            continue;
        };
        let mut note = String::with_capacity(64);
        note.push_str(claim.name());
        note.push(' ');
        note.push_str(&utc);
        if claim == DateClaim::Expiry
            && let Some(issued) = Date::of(rows.claims, DateClaim::IssuedAt)
        {
            let life = clock::span(date.seconds.saturating_sub(issued.seconds));
            note.push_str("; lives ");
            note.push_str(&life);
        }
        if date.is_in_milliseconds() {
            note.push_str("; were milliseconds meant?");
        }
        let is_over = date.seconds <= now.seconds();
        rows.push(
            claim.label(is_over),
            clock::relative(date.seconds, now),
            note,
        );
    }
}
