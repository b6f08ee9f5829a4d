//! Checks in words: each with the value it looked at, the rule, and the result.

use clerk_auth::error::Reason;
use clerk_auth::time::UnixMillis;
use clerk_auth::token::Unverified;
use clerk_auth::verify::{Check, Outcome};
use serde_json::{Value, json};

use super::expected::{Expected, Likeness, OwnIssuer};
use crate::finding::Verdict;
use crate::inspect::class::{Class, Condition};
use crate::inspect::clock;
use crate::inspect::explain::plain;
use crate::inspect::judge::{Judged, Made};
use crate::output::findings::Row;

/// Everything known besides the token.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The conditions.
    pub expected: &'a Expected,
    pub now: UnixMillis,
    /// The origin of the key.
    pub key_origin: Option<&'a str>,
}

#[derive(Debug)]
pub struct Line {
    id: &'static str,
    subject: &'static str,
    verdict: Verdict,
    value: String,
    rule: String,
    reason: Option<Reason>,
    message: Option<String>,
    /// True if there is nothing more to say once the rule is kept.
    is_plain: bool,
}

impl Line {
    fn plain(id: &'static str, subject: &'static str, verdict: Verdict, value: &str) -> Self {
        Self {
            id,
            subject,
            verdict,
            value: value.to_owned(),
            rule: String::new(),
            reason: None,
            message: None,
            is_plain: true,
        }
    }

    /// As a line of the screen.
    pub fn row(&self) -> Row<'_> {
        let rule = match self.verdict {
            Verdict::Ok if self.is_plain => "",
            _ => &self.rule,
        };
        let parts = [self.value.as_str(), rule];
        let detail: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Row {
            verdict: self.verdict,
            subject: self.subject,
            value: None,
            place: None,
            detail: detail.join("; ").into(),
            help: None,
        }
    }

    /// As data, with the reference's own sentence.
    pub fn data(&self) -> Value {
        json!({
            "check": self.id,
            "verdict": self.verdict,
            "value": self.value,
            "rule": self.rule,
            "reason": self.reason.map(Reason::as_str),
            "message": self.message,
        })
    }
}

/// All checks of a token that could be decoded.
pub fn lines(judged: &Judged, jwt: &Unverified, scene: Scene<'_>) -> Vec<Line> {
    let shape = Line::plain("shape", "shape", Verdict::Ok, "three parts, JSON");
    let made = judged.checks.iter();
    let made = made.filter_map(|made| line(made, judged.class, jwt, scene));
    let mut lines: Vec<_> = std::iter::once(shape).chain(made).collect();
    lines.extend(unfit(judged.class, jwt, scene));
    lines
}

/// Conditions about claims that such a token does not have.
fn unfit(class: Class, jwt: &Unverified, scene: Scene<'_>) -> impl Iterator<Item = Line> {
    let policy = scene.expected.demands.all();
    let asked = [
        (
            Condition::AuthorizedParty,
            &policy.authorized_parties,
            "authorized-party",
            "app",
        ),
        (
            Condition::Audience,
            &policy.audience,
            "audience",
            "audience",
        ),
        (Condition::Issuer, &policy.issuers, "issuer", "issuer"),
    ];
    let asked = asked
        .into_iter()
        .filter(move |(condition, wanted, ..)| !wanted.is_empty() && !class.has(*condition));
    asked.map(move |(condition, _, id, subject)| {
        let origin = match condition {
            Condition::AuthorizedParty => &scene.expected.parties_origin,
            _ => condition.flag(),
        };
        let value = format!("not compared ({origin}): {}", condition.silence(class, jwt));
        Line::plain(id, subject, Verdict::Skipped, &value)
    })
}

fn line(made: &Made, class: Class, jwt: &Unverified, scene: Scene<'_>) -> Option<Line> {
    let policy = scene.expected.demands.all();
    let (id, subject) = name(made.check);
    let claim = |name: &str| jwt.claims().get(name).map(plain);
    let (value, rule) = match made.check {
        Check::Type | Check::OAuthType | Check::Algorithm => of_header(made.check, jwt),
        Check::KeyUse => key(made, jwt, scene),
        Check::Signature if made.is_skipped => (String::new(), "not checked".to_owned()),
        Check::Signature => (
            String::new(),
            "must be the key's over the first two parts".to_owned(),
        ),
        Check::Subject => (
            claim("sub").unwrap_or_else(|| "absent".to_owned()),
            on_failure(made, "must be a text"),
        ),
        Check::Audience | Check::OAuthAudience => {
            let wanted = &policy.audience;
            compared(claim("aud"), wanted, "--audience")?
        }
        Check::AuthorizedParty => {
            let wanted = &scene.expected.parties_shown;
            let (value, rule) = compared(claim("azp"), wanted, "--authorized-party")?;
            (
                value,
                rule.replace("--authorized-party", &scene.expected.parties_origin),
            )
        }
        Check::Issuer => issuer(jwt, claim("iss"), scene)?,
        Check::Expiry | Check::OptionalExpiry => date(made, jwt, scene, "exp"),
        Check::NotBefore => date(made, jwt, scene, "nbf"),
        Check::IssuedAt => date(made, jwt, scene, "iat"),
        _ => self::class(made, jwt, class),
    };
    let error = made.result.as_ref().err().filter(|_| !made.is_skipped);
    Some(Line {
        id,
        subject,
        verdict: verdict(made, jwt, scene),
        value,
        rule,
        reason: error.map(|error| error.reason),
        message: error.map(|error| error.message.clone()),
        is_plain: !matches!(id, "key" | "issuer" | "expiry" | "not-before" | "issued-at"),
    })
}

fn verdict(made: &Made, jwt: &Unverified, scene: Scene<'_>) -> Verdict {
    match &made.result {
        _ if made.is_skipped => Verdict::Skipped,
        Ok(Outcome::Passed) => Verdict::Ok,
        // An absent type or category is fine. An issuer is compared even if nobody asked for it.
        Ok(Outcome::NotAsked) => match made.check {
            Check::Type | Check::M2mCategory => Verdict::Ok,
            Check::Issuer => match &*scene.expected.own_issuers {
                [] => Verdict::Skipped,
                _ => match own_issuer(jwt, scene) {
                    Some((_, Likeness::Same)) => Verdict::Ok,
                    Some((_, Likeness::Path)) => Verdict::Skipped,
                    None => Verdict::Warn,
                },
            },
            _ => Verdict::Skipped,
        },
        Err(_) => Verdict::No,
    }
}

const fn name(check: Check) -> (&'static str, &'static str) {
    match check {
        Check::Type | Check::OAuthType => ("type", "type"),
        Check::Algorithm => ("algorithm", "algorithm"),
        Check::KeyUse => ("key", "key"),
        Check::Signature => ("signature", "signature"),
        Check::Subject => ("subject", "subject"),
        Check::Audience | Check::OAuthAudience => ("audience", "audience"),
        Check::AuthorizedParty => ("authorized-party", "app"),
        Check::Issuer => ("issuer", "issuer"),
        Check::Expiry | Check::OptionalExpiry => ("expiry", "expiry"),
        Check::NotBefore => ("not-before", "not before"),
        Check::IssuedAt => ("issued-at", "issued at"),
        _ => ("class", "class"),
    }
}

fn on_failure(made: &Made, rule: &str) -> String {
    if made.result.is_err() {
        rule.to_owned()
    } else {
        String::new()
    }
}

fn of_header(check: Check, jwt: &Unverified) -> (String, String) {
    let (member, rule) = match check {
        Check::Type => ("typ", "JWT or absent"),
        Check::OAuthType => ("typ", "at+jwt or application/at+jwt"),
        _ => ("alg", "RS256, RS384 or RS512"),
    };
    let value = jwt.header().get(member).map(plain);
    (
        value.unwrap_or_else(|| "absent".to_owned()),
        rule.to_owned(),
    )
}

fn class(made: &Made, jwt: &Unverified, class: Class) -> (String, String) {
    let category = jwt.header().get("cat").map(plain);
    let category = category.unwrap_or_else(|| "no category".to_owned());
    match &made.result {
        Ok(_) => (class.name().to_owned(), category),
        Err(error) => (category, format!("{} ({})", error.message, class.name())),
    }
}

fn key(made: &Made, jwt: &Unverified, scene: Scene<'_>) -> (String, String) {
    let kid = jwt
        .header()
        .get("kid")
        .map(plain)
        .unwrap_or_else(|| "unnamed".to_owned());
    match (scene.key_origin, &made.result) {
        (Some(origin), Ok(_)) => (kid, format!("from {origin}")),
        (Some(origin), Err(error)) if !made.is_skipped => {
            (kid, format!("from {origin}: {}", error.message))
        }
        _ => (kid, "no key at hand".to_owned()),
    }
}

/// Says nothing about a claim that is absent and that nobody asked for.
fn compared(claim: Option<String>, wanted: &[String], flag: &str) -> Option<(String, String)> {
    let wanted: Vec<_> = wanted
        .iter()
        .filter(|text| !text.is_empty())
        .map(String::as_str)
        .collect();
    if wanted.is_empty() {
        return claim.map(|claim| (claim, format!("not compared ({flag})")));
    }
    let claim = claim.unwrap_or_else(|| "absent".to_owned());
    Some((claim, format!("{} ({flag})", wanted.join(" or "))))
}

/// The project's issuer that the token names, and how certain that is.
fn own_issuer<'a>(jwt: &Unverified, scene: Scene<'a>) -> Option<(&'a OwnIssuer, Likeness)> {
    let issuer = jwt.claim_str("iss")?;
    let mut own = scene.expected.own_issuers.iter();
    own.find_map(|own| Some((own, own.likeness(issuer)?)))
}

fn issuer(jwt: &Unverified, claim: Option<String>, scene: Scene<'_>) -> Option<(String, String)> {
    let wanted = &scene.expected.demands.all().issuers;
    let own = &scene.expected.own_issuers;
    // A path alone is not an issuer.
    let likeliest = own.iter().find(|own| !own.is_path()).or(own.first());
    match (likeliest, &claim) {
        (Some(likeliest), Some(issuer)) if wanted.is_empty() => {
            let rule = match own_issuer(jwt, scene) {
                Some((own, Likeness::Same)) => format!("that of {}", own.place),
                Some((own, Likeness::Path)) => format!(
                    "its path is that of {}; the host is not written down",
                    own.place
                ),
                None => format!(
                    "{} stands for {}; compared only with --issuer",
                    likeliest.place,
                    likeliest.shown()
                ),
            };
            Some((issuer.clone(), rule))
        }
        _ => compared(claim, wanted, "--issuer"),
    }
}

fn date(made: &Made, jwt: &Unverified, scene: Scene<'_>, claim: &str) -> (String, String) {
    let Some(value) = jwt.claims().get(claim) else {
        return ("absent".to_owned(), on_failure(made, "required"));
    };
    let Some(seconds) = jwt.claim_i64(claim) else {
        return (plain(value), "must be a number".to_owned());
    };
    let leeway = leeway(scene.expected.demands.all().clock_skew_ms);
    match clock::utc(seconds) {
        Some(utc) => (
            format!("{utc}, {}", clock::relative(seconds, scene.now)),
            leeway,
        ),
        None => (plain(value), "no date is that far away".to_owned()),
    }
}

fn leeway(millis: i64) -> String {
    if millis % 1000 == 0 {
        let sign = if millis < 0 { "-" } else { "" };
        format!("{sign}{} leeway", clock::span(millis / 1000))
    } else {
        format!("{millis} ms leeway")
    }
}
