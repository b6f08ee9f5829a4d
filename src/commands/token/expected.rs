//! Conditions on a token beyond a good signature: from the command line, and from the project.

use clap::Args;
use clerk_auth::config::{self, check_issuer_entry, check_origin_entry, explain};
use clerk_auth::keys::PublishableKey;
use clerk_auth::verify::Policy;
use url::Url;

use crate::commands::moment;
use crate::error::{Error, Exit, Explain, Explanation};
use crate::escape::visible;
use crate::inspect::class::Condition;
use crate::inspect::demands::Demands;
use crate::project::judge;
use crate::project::manifest::Secret;
use crate::project::shown::{COMPOSED, harmless};
use crate::project::variables::Variables;

const PARTIES: &str = "CLERK_AUTHORIZED_PARTIES";
const ABSENT: &str = "CLERK_ACCEPT_ABSENT_AZP";

/// The conditions on the command line.
#[derive(Args, Debug)]
pub struct Conditions {
    /// Accept this origin of a front end in `azp`; repeat it for more [default: CLERK_AUTHORIZED_PARTIES]
    #[arg(long, value_name = "ORIGIN")]
    authorized_party: Vec<String>,

    /// Accept this audience in `aud`, which must then be there; repeat it for more
    #[arg(long, value_name = "TEXT")]
    audience: Vec<String>,

    /// Accept this issuer in `iss`; repeat it for more
    #[arg(long, value_name = "URL")]
    issuer: Vec<String>,

    /// How far two clocks may differ: 5s, 500ms, 1m
    #[arg(
        long,
        value_name = "SPAN",
        default_value = "5s",
        allow_hyphen_values = true
    )]
    leeway: String,
}

impl Conditions {
    /// True if origins were given, so that the project's do not matter.
    pub const fn name_parties(&self) -> bool {
        !self.authorized_party.is_empty()
    }
}

/// A condition that no token can ever meet.
#[derive(Debug, thiserror::Error)]
#[error("{origin}: {problem}")]
pub struct ConditionError {
    /// The option, or the variable with its place.
    origin: String,
    problem: String,
    remedy: String,
    exit: Exit,
}

impl Explain for ConditionError {
    fn explain(&self) -> Explanation {
        Explanation {
            exit: self.exit,
            ..Explanation::usage("bad-condition").help(&*self.remedy)
        }
    }
}

/// An issuer of the project's own tokens.
#[derive(Debug)]
pub struct OwnIssuer {
    /// The issuer, or only its path if the host is not written down.
    url: String,
    /// The variable that names it, and its place.
    pub place: String,
    /// True if a reference brings a part of it from the environment into a file.
    is_composed: bool,
}

/// All conditions.
pub struct Expected {
    /// The demands that decide.
    pub demands: Demands,
    /// The origin of the authorised parties.
    pub parties_origin: String,
    /// The authorised parties as they may be shown.
    pub parties_shown: Vec<String>,
    /// The issuers of the project's own tokens, the likeliest first.
    pub own_issuers: Vec<OwnIssuer>,
}

impl Expected {
    /// Reads the conditions; where they say nothing, the project's count.
    ///
    /// # Errors
    /// A condition that no token can meet.
    pub fn of(conditions: &Conditions, variables: &Variables<'_>) -> Result<Self, Error> {
        for (condition, list) in [
            (Condition::AuthorizedParty, &conditions.authorized_party),
            (Condition::Audience, &conditions.audience),
            (Condition::Issuer, &conditions.issuer),
        ] {
            for text in list {
                check(condition, text)?;
            }
        }
        let is_named = !conditions.authorized_party.is_empty();
        check_project(variables, is_named)?;
        let set = variables.get(PARTIES).filter(|_| !is_named);
        let is_composed = set.as_ref().is_some_and(|found| found.is_composed);
        let (authorized_parties, parties_origin) = match set {
            Some(found) => {
                let origin = format!("{}, {}", found.name, found.place);
                let list = found.value.split(',').map(|text| text.trim().to_owned());
                (list.filter(|text| !text.is_empty()).collect(), origin)
            }
            None => (
                conditions.authorized_party.clone(),
                Condition::AuthorizedParty.flag().to_owned(),
            ),
        };
        let policy = Policy {
            audience: conditions.audience.clone(),
            authorized_parties,
            issuers: conditions.issuer.clone(),
            clock_skew_ms: moment::span(&conditions.leeway, "--leeway")?,
            accept_absent_azp: !is_named && is_on(variables, ABSENT),
        };
        let parties_shown = match is_composed && !policy.authorized_parties.is_empty() {
            true => vec![COMPOSED.to_owned()],
            false => policy.authorized_parties.clone(),
        };
        Ok(Self {
            demands: Demands::new(policy, !is_named)
                .hiding_parties(is_composed.then_some(COMPOSED)),
            parties_origin,
            parties_shown,
            own_issuers: own_issuers(variables),
        })
    }
}

/// A switch as the app reads it.
fn is_on(variables: &Variables<'_>, name: &str) -> bool {
    let found = variables.get(name);
    found.is_some_and(|found| config::is_on(&found.value))
}

/// Behind a proxy Clerk's tokens name the proxy as issuer, for a satellite the satellite's own host.
fn own_issuers(variables: &Variables<'_>) -> Vec<OwnIssuer> {
    let place = |name: &str| {
        let found = variables.get(name)?;
        let place = format!("{} ({})", found.name, found.place);
        Some((found.value, place, found.is_composed))
    };
    let proxy = place("CLERK_PROXY_URL").and_then(|(url, place, is_composed)| {
        let url = url.trim_end_matches('/').to_owned();
        (!url.is_empty()).then_some(OwnIssuer {
            url,
            place,
            is_composed,
        })
    });
    let domain = place("CLERK_DOMAIN").filter(|_| is_on(variables, "CLERK_IS_SATELLITE"));
    let satellite = domain.map(|(domain, place, is_composed)| OwnIssuer {
        url: format!("https://clerk.{domain}"),
        place,
        is_composed,
    });
    let publishable = variables.publishable_keys().into_iter().next();
    let publishable = publishable.and_then(|found| {
        let key = PublishableKey::parse(&found.value).ok()?;
        Some(OwnIssuer {
            url: format!("https://{}", key.frontend_api_host()),
            place: format!("{} ({})", found.name, found.place),
            is_composed: found.is_composed,
        })
    });
    [proxy, satellite, publishable]
        .into_iter()
        .flatten()
        .collect()
}

/// The part of an issuer that is known to be the project's.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Likeness {
    /// The whole issuer.
    Same,
    /// Only its path: the host is whatever the app runs on.
    Path,
}

impl OwnIssuer {
    /// Compares it with an issuer, as far as it is written down.
    pub fn likeness(&self, issuer: &str) -> Option<Likeness> {
        let is_same_path = || Url::parse(issuer).is_ok_and(|url| url.path() == self.url);
        if self.is_path() {
            return is_same_path().then_some(Likeness::Path);
        }
        (self.url == issuer).then_some(Likeness::Same)
    }

    /// True if only its path is written down.
    pub fn is_path(&self) -> bool {
        self.url.starts_with('/')
    }

    /// The name for people.
    pub fn shown(&self) -> String {
        let shown = harmless(&self.url);
        match self.is_path() {
            _ if self.is_composed => COMPOSED.to_owned(),
            true => format!("the path {shown}"),
            false => shown,
        }
    }
}

/// # Errors
/// Nothing can ever match it.
fn check(condition: Condition, text: &str) -> Result<(), ConditionError> {
    let flag = condition.flag();
    let refused = |problem: &str, remedy: String| {
        Err(ConditionError {
            origin: flag.to_owned(),
            problem: problem.to_owned(),
            remedy,
            exit: Exit::Usage,
        })
    };
    if text.is_empty() {
        let remedy = format!(
            "leave it out, or say which `{}` is accepted",
            condition.claim()
        );
        return refused("it is empty", remedy);
    }
    if condition != Condition::Audience && text.contains(',') {
        let each: Vec<_> = text
            .split(',')
            .map(|one| format!("{flag} {}", one.trim()))
            .collect();
        return refused(
            "it takes one value each time",
            format!("write {}", visible(&each.join(" "))),
        );
    }
    let entry = match condition {
        Condition::AuthorizedParty => {
            check_origin_entry(text).map_err(|refusal| explain(PARTIES, text, &refusal))
        }
        Condition::Issuer => check_issuer_entry(text),
        Condition::Audience => Ok(()),
    };
    match entry {
        Ok(()) => Ok(()),
        Err(refusal) => refused(&visible(&refusal.to_string()), refusal.remedy),
    }
}

/// The project's own part: an app must accept the variables that are used here.
fn check_project(variables: &Variables<'_>, is_named: bool) -> Result<(), ConditionError> {
    if is_named {
        return Ok(());
    }
    let problems = judge::problems(variables, Secret::Optional).into_iter();
    let mut own = problems.filter(|problem| [PARTIES, ABSENT].contains(&problem.name.as_str()));
    let Some(problem) = own.next() else {
        return Ok(());
    };
    let place = problem.place.map(|place| format!(", {place}"));
    Err(ConditionError {
        origin: format!("{}{}", problem.name, place.unwrap_or_default()),
        problem: problem.detail,
        remedy: problem.help,
        exit: Exit::Failed,
    })
}
