//! One rule: what it does, and to which requests.

use std::time::Duration;

use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};

use super::{End, Twist};
use crate::emulator::face::Face;

/// In milliseconds.
const LONGEST_DELAY: u64 = 60_000;
/// In characters.
const MAX_TEXT: usize = 200;
/// A day, in seconds.
const MAX_SKEW: i64 = 86_400;
/// So long that a browser keeps no cookie of it.
const LENGTH: usize = 4_096;
const LENGTHS: std::ops::RangeInclusive<usize> = 1_000..=32_768;
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/// A site that no app is.
const PARTY: &str = "https://wrong-party.example";

/// A fault that somebody asked for.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    #[serde(default)]
    pub kind: Kind,
    /// The address that is asked; either one if it is absent, as with the next two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<Face>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// With `*` for one segment, and `**` at the end for all that follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// How often it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// In milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// In seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// Of the kind `wrong_azp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub azp: Option<String>,
    /// Of the kind `large_token`, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<usize>,
    /// Of the kind `skew`, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<i64>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An answer with a status, or only a delay.
    #[default]
    Answer,
    /// The connection is closed without an answer.
    Drop,
    /// The Backend API takes the secret key no more.
    RevokedKey,
    /// Another key signs, and the key set has that one alone.
    RotatedKey,
    /// Session tokens are for another site.
    WrongAzp,
    /// Session tokens are as long as a cookie may be.
    LargeToken,
    /// Session tokens come from a clock that is wrong.
    Skew,
}

impl Kind {
    /// True if it is about requests, and not about tokens.
    fn is_of_requests(self) -> bool {
        matches!(self, Self::Answer | Self::Drop | Self::RevokedKey)
    }
}

impl Rule {
    /// # Errors
    /// The name of a field that cannot be meant so; `wanted` says what it may be.
    pub fn check(&self) -> Result<(), &'static str> {
        let of = self.kind;
        let is_method = |text: &String| METHODS.contains(&text.as_str());
        let is_short = |text: &String| text.chars().count() <= MAX_TEXT;
        let statuses = |status: u16| matches!(status, 400..=599);
        let answers = of == Kind::Answer;
        let checks = [
            ("api", self.api.is_none() || answers || of == Kind::Drop),
            ("method", self.method.as_ref().is_none_or(is_method)),
            ("method", self.method.is_none() || of.is_of_requests()),
            (
                "path",
                self.path
                    .as_ref()
                    .is_none_or(|path| is_pattern(path) && is_short(path)),
            ),
            ("path", self.path.is_none() || of.is_of_requests()),
            ("count", self.count != Some(0)),
            ("count", self.count.is_none() || of != Kind::RotatedKey),
            (
                "delay",
                self.delay.is_none_or(|delay| delay <= LONGEST_DELAY),
            ),
            ("delay", self.delay.is_none() || of.is_of_requests()),
            ("status", self.status.is_none_or(statuses)),
            ("status", self.status.is_none() || answers),
            (
                "status",
                !answers || self.status.is_some() || self.delay.is_some(),
            ),
            (
                "retry_after",
                self.retry_after.is_none() || self.status.is_some(),
            ),
            ("azp", self.azp.as_ref().is_none_or(is_short)),
            ("azp", self.azp.is_none() || of == Kind::WrongAzp),
            (
                "length",
                self.length.is_none_or(|length| LENGTHS.contains(&length)),
            ),
            ("length", self.length.is_none() || of == Kind::LargeToken),
            ("seconds", self.seconds.is_some() == (of == Kind::Skew)),
            (
                "seconds",
                self.seconds
                    .is_none_or(|by| (-MAX_SKEW..=MAX_SKEW).contains(&by)),
            ),
        ];
        let mut wrong = checks.into_iter().filter(|(_, is_right)| !is_right);
        wrong.next().map_or(Ok(()), |(field, _)| Err(field))
    }

    pub(super) fn fits(&self, face: Face, method: &Method, path: &str) -> bool {
        let api = match self.kind {
            Kind::RevokedKey => Some(Face::Backend),
            _ => self.api,
        };
        self.kind.is_of_requests()
            && api.is_none_or(|api| api == face)
            && self
                .method
                .as_ref()
                .is_none_or(|wanted| method == wanted.as_str())
            && self
                .path
                .as_ref()
                .is_none_or(|pattern| is_like(path, pattern))
    }

    pub(super) fn delay(&self) -> Duration {
        Duration::from_millis(self.delay.unwrap_or(0))
    }

    pub(super) fn end(&self) -> Option<End> {
        match self.kind {
            Kind::Drop => Some(End::Drop),
            Kind::RevokedKey => Some(End::KeyRevoked),
            _ => Some(End::Answer {
                status: StatusCode::from_u16(self.status?).ok()?,
                retry_after: self.retry_after,
            }),
        }
    }

    /// Changes what is different about a token, and answers whether it is about tokens.
    pub(super) fn twists(&self, twist: &mut Twist) -> bool {
        match self.kind {
            Kind::WrongAzp => {
                let party = self.azp.as_deref().unwrap_or(PARTY);
                twist.authorized_party = Some(party.to_owned());
            }
            Kind::LargeToken => twist.length = Some(self.length.unwrap_or(LENGTH)),
            Kind::Skew => twist.skew += self.seconds.unwrap_or_default(),
            _ => return false,
        }
        true
    }
}

/// What a field may be, in the words of [`Rule::check`].
pub(in crate::emulator) fn wanted(field: &str) -> &'static str {
    match field {
        "api" => "`frontend` or `backend`, of the kinds answer and drop",
        "method" => "GET, POST, PUT, PATCH or DELETE, of the kinds answer, drop and revoked_key",
        "path" => "as /v1/users/* or /v1/**, of the kinds answer, drop and revoked_key",
        "count" => "1 or more, of all kinds but rotated_key",
        "delay" => "0 to 60000 in ms, of the kinds answer, drop and revoked_key",
        "status" => "400 to 599, of the kind answer, which wants it unless there is a delay",
        "retry_after" => "in s, beside a status",
        "azp" => "an origin of at most 200 characters, of the kind wrong_azp",
        "length" => "1000 to 32768 in bytes, of the kind large_token",
        "seconds" => "-86400 to 86400, of the kind skew, which wants it",
        _ => "another",
    }
}

fn is_pattern(text: &str) -> bool {
    text.starts_with('/')
        && text
            .trim_end_matches("/**")
            .split('/')
            .all(|part| part != "**")
}

/// True if the path fits the pattern.
pub(in crate::emulator) fn is_like(path: &str, pattern: &str) -> bool {
    let (pattern, has_rest) = match pattern.strip_suffix("/**") {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = path.split('/');
    for wanted in pattern.split('/') {
        match parts.next() {
            Some(part) if wanted == "*" || wanted == part => {}
            _ => return false,
        }
    }
    has_rest || parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_whole_segments() {
        for (pattern, path, fits) in [
            ("/v1/users", "/v1/users", true),
            ("/v1/users", "/v1/users/a", false),
            ("/v1/users/*", "/v1/users/a", true),
            ("/v1/users/*", "/v1/users", false),
            ("/v1/users/*", "/v1/users/a/ban", false),
            ("/v1/**", "/v1/users/a/ban", true),
            ("/v1/users/**", "/v1/users", true),
            ("/v1/users/**", "/v1/usersx", false),
            ("/**", "/anything", true),
            ("/", "/", true),
        ] {
            assert_eq!(is_like(path, pattern), fits, "{pattern} {path}");
        }
        assert!(is_pattern("/v1/*/x/**") && !is_pattern("/v1/**/x") && !is_pattern("v1"));
    }
}
