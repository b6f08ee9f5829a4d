//! The keys: there, well-formed, and fitting each other, as far as can be told without asking. `keys check` and
//! `env check` both have this judgement; with answers of Clerk's it is told in their light.

use clerk_auth::config::PUBLISHABLE_KEY_NAMES;
use clerk_auth::public_key::PublicKey;

mod one;

pub use one::odd;

use super::{exposure, lines, online, references};
use crate::check::facts::Facts;
use crate::error::Explain as _;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::keyring::answers::Answers;
use crate::keyring::keys::Keys;
use crate::keyring::sources::{Candidate, Origin, SECRET_KEY, Sources};
use crate::project::judge;
use crate::project::keys::shape;
use crate::project::keys::{self, Slot};
use crate::project::manifest::Secret;
use crate::project::shown::masked;
use crate::project::variables::{Found, Place, Variables};

const PUBLISHABLE_KEY: &str = "CLERK_PUBLISHABLE_KEY";
const REFERENCE: &str = "set it in a line above, or put the key itself there";

/// The keys of one package, or those that were given in place of a project's.
pub struct KeyFacts<'a> {
    /// The texts that should be keys.
    pub sources: &'a Sources,
    /// Where they come from.
    pub variables: &'a Variables<'a>,
    /// The app's need for a secret key.
    pub need: Secret,
    /// The package's path below the root.
    pub below: String,
    /// Clerk's answers about them.
    pub answers: Option<&'a Answers>,
}

/// The keys of every package in which somebody speaks of Clerk. That nothing is known of a pair, or that a key which
/// nobody needs is not set, is no news here.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let packages = facts.readable().flat_map(|(package, variables)| {
        let sources = package.keys(variables);
        let is_set = |name: &&str| {
            let mut places = variables.all(name).into_iter();
            places.any(|found| package.owns(&found.place))
        };
        let mut names = PUBLISHABLE_KEY_NAMES.iter().chain([&SECRET_KEY]);
        let is_told = package.need != Secret::Unknown || names.any(is_set);
        let keys = KeyFacts {
            sources: &sources,
            variables,
            need: package.need,
            below: package.below(),
            answers: None,
        };
        let findings = if is_told { keys.check() } else { Vec::new() };
        let is_server = package.has_rust();
        findings
            .into_iter()
            .filter(move |finding| match finding.id {
                Id::PairNotCompared | Id::JwtKeyMissing | Id::PublicSecret => false,
                Id::SecretKeyMissing => is_server || finding.verdict != Verdict::Skipped,
                _ => true,
            })
    });
    packages.collect()
}

impl KeyFacts<'_> {
    /// The findings about each key and the pair.
    pub fn check(&self) -> Vec<Finding> {
        let keys = Keys::of(self.sources);
        let mut findings = self.publishable();
        findings.extend(self.secret(&keys));
        findings.extend(exposure::public_keys(self.variables));
        if let Some(answers) = self.answers {
            findings.extend(online::asked(answers));
        }
        findings.extend(self.pair(&keys));
        findings.extend(self.jwt());
        findings.extend(self.machine());
        findings
            .into_iter()
            .map(|finding| finding.of(&self.below))
            .collect()
    }

    fn publishable(&self) -> Vec<Finding> {
        let Some((first, others)) = self.sources.publishable.split_first() else {
            return self.no_publishable().into_iter().collect();
        };
        let place = self.place(first, PUBLISHABLE_KEY);
        let own = match shape::publishable(&first.value) {
            Ok(key) => one::publishable(&key).value(masked(key.as_str())),
            Err(why) => one::malformed(Slot::Publishable, &first.value, &why),
        };
        let own = self.or_reference(first, own);
        let others = others.iter().filter(|other| other.value != first.value);
        let others = others.map(|other| match shape::publishable(&other.value) {
            // With two keys, whoever signs in at the front end is a stranger to the server.
            Ok(_) => {
                let detail = format!(
                    "differs from {} ({})",
                    first.name,
                    self.shown(&first.origin)
                );
                let name = visible(&other.name);
                let finding = Finding::new(Id::TwinsDiffer, Verdict::No, name, detail);
                self.or_reference(other, finding.help("make both equal"))
                    .place(self.shown(&other.origin))
            }
            Err(why) => {
                let finding = one::malformed(Slot::Publishable, &other.value, &why);
                self.or_reference(other, finding)
                    .place(self.place(other, PUBLISHABLE_KEY))
            }
        });
        let mut findings: Vec<_> = std::iter::once(own.place(place)).chain(others).collect();
        findings.extend(
            PUBLISHABLE_KEY_NAMES
                .iter()
                .filter_map(|name| self.lost(name)),
        );
        findings
    }

    fn no_publishable(&self) -> Option<Finding> {
        let is_needed = self.need != Secret::Unknown || self.sources.jwt.is_none();
        let verdict = match is_needed && !self.sources.is_given {
            true => Verdict::No,
            false => Verdict::Skipped,
        };
        // Under the name that it is set to nothing by.
        let is_set = |name: &&str| !self.variables.all(name).is_empty();
        let name = PUBLISHABLE_KEY_NAMES.into_iter().find(is_set);
        let name = name.unwrap_or(PUBLISHABLE_KEY);
        self.missing(Id::PublishableKeyMissing, verdict, name)
    }

    fn secret(&self, keys: &Keys) -> Option<Finding> {
        let Some(candidate) = &self.sources.secret else {
            return self.no_secret();
        };
        let finding = match shape::secret(&candidate.value) {
            Ok(key) => {
                let finding = one::secret(&key, keys.are_local());
                match self.answers {
                    Some(answers) => online::acceptance(answers, finding),
                    None => finding,
                }
            }
            Err(why) => one::malformed(Slot::Secret, &candidate.value, &why),
        };
        let finding = self.or_reference(candidate, finding);
        Some(finding.place(self.place(candidate, SECRET_KEY)))
    }

    fn no_secret(&self) -> Option<Finding> {
        if let Some(old) = &self.sources.old_secret
            && self.need != Secret::Needed
        {
            let detail = "CLERK_API_KEY is the old name of CLERK_SECRET_KEY, which is not set";
            let finding = Finding::new(Id::SecretKeyOldName, Verdict::Warn, "secret", detail);
            return Some(
                finding
                    .place(self.place(old, "CLERK_API_KEY"))
                    .help("rename it"),
            );
        }
        let verdict = match self.need {
            Secret::Needed if !self.sources.is_given => Verdict::No,
            _ => Verdict::Skipped,
        };
        self.missing(Id::SecretKeyMissing, verdict, SECRET_KEY)
    }

    /// Not set, or set to nothing, which hides what weaker places say. What a malformed line would have set is told
    /// with that line.
    fn missing(&self, id: Id, verdict: Verdict, name: &str) -> Option<Finding> {
        let places = self.variables.all(name);
        let is_elsewhere = places.first().is_some_and(|found| !found.value.is_empty());
        if is_elsewhere || lines::is_lost(self.variables, name) {
            return None;
        }
        let subject = if name == SECRET_KEY {
            "secret"
        } else {
            "publishable"
        };
        let shown = |index: usize| {
            places
                .get(index)
                .map(|found| self.shown(&Origin::Variable(found.place.clone())))
        };
        let detail = match (shown(0), shown(1)) {
            (None, _) if verdict == Verdict::Skipped && name == SECRET_KEY => {
                "not set; only an API that does no more than check tokens can do without".to_owned()
            }
            (None, _) => {
                format!("{name} is not set, neither in the environment nor in .env.local or .env")
            }
            (Some(_), None) => format!("{name} is set to nothing"),
            (Some(_), Some(hidden)) => format!("{name} is set to nothing, and that hides {hidden}"),
        };
        let mut finding = Finding::new(id, verdict, subject, detail);
        finding.place = shown(0).or_else(|| (!self.below.is_empty()).then(|| self.below.clone()));
        if let Some(found) = places.first()
            && let Some(reference) = references::first(found)
        {
            finding.id = Id::ReferenceUnset;
            finding.verdict = match verdict {
                Verdict::Skipped => Verdict::Warn,
                verdict => verdict,
            };
            finding.detail = format!(
                "{name} comes to nothing: {}",
                references::unset(reference, found, self.variables)
            );
            return Some(finding.help(references::help(reference, found, REFERENCE)));
        }
        if verdict == Verdict::No {
            finding.help = Some(
                "`clerk-rs env set --keys local` makes a pair for the emulator, --keys paste takes yours"
                    .to_owned(),
            );
        }
        Some(finding)
    }

    fn pair(&self, keys: &Keys) -> Option<Finding> {
        let (publishable, secret) = (keys.publishable.as_ref()?, keys.secret.as_ref()?);
        if let Err(error) = keys::pair(publishable, secret) {
            let because = error.explain().because.unwrap_or_default();
            let detail = format!("{error}: {because}");
            let help = "copy both from one page: Clerk's dashboard, API keys; \
                        `clerk-rs env set --keys paste` takes both at once";
            let finding = Finding::new(Id::KeysMixed, Verdict::No, "pair", detail).help(help);
            let candidate = self.sources.secret.as_ref()?;
            return Some(finding.place(self.place(candidate, SECRET_KEY)));
        }
        if let Some(answers) = self.answers {
            return Some(online::pair(answers, self.sources, publishable));
        }
        let kind = publishable.instance_type().as_str();
        let detail = format!("both are for {kind}; --online asks whether they are of one instance");
        Some(Finding::new(
            Id::PairNotCompared,
            Verdict::Skipped,
            "pair",
            detail,
        ))
    }

    fn jwt(&self) -> Option<Finding> {
        const SUBJECT: &str = "JWT key";
        let Some(candidate) = &self.sources.jwt else {
            if let Some(lost) = self.lost("CLERK_JWT_KEY") {
                return Some(lost);
            }
            let detail = "not set (fine: keys are fetched)";
            return Some(Finding::new(
                Id::JwtKeyMissing,
                Verdict::Skipped,
                SUBJECT,
                detail,
            ));
        };
        let found = Found::written("CLERK_JWT_KEY", &candidate.value);
        let refused = judge::found(&found, self.variables);
        let finding = match (refused, PublicKey::from_pem(&candidate.value)) {
            (None, Ok(key)) => {
                let detail = format!("RSA, {} bits", key.bits());
                let finding = Finding::new(Id::JwtKey, Verdict::Ok, SUBJECT, detail);
                match self.answers {
                    Some(answers) => online::jwt(answers, &key, finding),
                    None => finding,
                }
            }
            (Some(problem), _) => {
                let finding =
                    Finding::new(Id::JwtKeyMalformed, Verdict::No, SUBJECT, problem.detail);
                finding.help(problem.help)
            }
            (None, Err(why)) => {
                let detail = visible(&why.to_string()).into_owned();
                Finding::new(Id::JwtKeyMalformed, Verdict::No, SUBJECT, detail)
            }
        };
        let finding = self.or_reference(candidate, finding);
        Some(finding.place(self.place(candidate, "CLERK_JWT_KEY")))
    }

    fn machine(&self) -> Option<Finding> {
        let Some(candidate) = &self.sources.machine else {
            return self.lost("CLERK_MACHINE_SECRET_KEY");
        };
        let finding = match shape::machine(&candidate.value) {
            Ok(_) => {
                // The prefix has three meanings, so nothing more is certain.
                let detail = "begins like one (ak_); only using it shows more";
                let subject = Slot::Machine.subject();
                let finding = Finding::new(Id::MachineSecretKey, Verdict::Ok, subject, detail);
                finding.value(masked(&candidate.value))
            }
            Err(why) => one::malformed(Slot::Machine, &candidate.value, &why),
        };
        let finding = self.or_reference(candidate, finding);
        Some(finding.place(self.place(candidate, "CLERK_MACHINE_SECRET_KEY")))
    }

    /// A key that lost a part through a reference is told by that, even if the rest of it looks like one.
    fn or_reference(&self, candidate: &Candidate, finding: Finding) -> Finding {
        let is_variable = matches!(candidate.origin, Origin::Variable(_));
        let found = self.variables.all(&candidate.name).into_iter().next();
        let finding = one::brought(candidate, finding);
        let Some(found) = found.filter(|_| is_variable) else {
            return finding;
        };
        let Some(reference) = references::first(&found) else {
            return finding;
        };
        Finding {
            id: Id::ReferenceUnset,
            verdict: match finding.verdict {
                Verdict::Ok => Verdict::Warn,
                verdict => verdict,
            },
            detail: references::unset(reference, &found, self.variables),
            fault: None,
            ..finding
        }
        .help(references::help(reference, &found, REFERENCE))
    }

    /// A key that can do without, but was to be set and comes to nothing.
    fn lost(&self, name: &str) -> Option<Finding> {
        let found = self.variables.all(name).into_iter().next()?;
        let found = Some(found).filter(|found| found.value.is_empty())?;
        let place = self.shown(&Origin::Variable(found.place.clone()));
        Some(references::warning(&found, self.variables)?.place(place))
    }

    /// Where a key stands, with the variable's name where that is not the one everybody expects.
    fn place(&self, candidate: &Candidate, expected: &str) -> String {
        let shown = self.shown(&candidate.origin);
        match &candidate.origin {
            Origin::Variable(_) if candidate.name != expected => {
                format!("{shown} ({})", candidate.name)
            }
            _ => shown,
        }
    }

    fn shown(&self, origin: &Origin) -> String {
        match origin {
            Origin::Variable(Place::File { .. }) => format!("{}{origin}", self.below),
            _ => origin.to_string(),
        }
    }
}
