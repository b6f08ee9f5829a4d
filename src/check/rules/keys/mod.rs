//! The keys: there, well-formed, and fitting each other, as far as can be told without asking. `keys check` and
//! `env check` both have this judgement; with answers of Clerk's it is told in their light.

use clerk_auth::env_files::Reference;
use clerk_auth::public_key::PublicKey;

mod one;

use super::values::unset;
use super::{exposure, lines, online};
use crate::check::facts::Facts;
use crate::error::Explain as _;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::keyring::answers::Answers;
use crate::keyring::keys::Keys;
use crate::keyring::sources::{Candidate, Origin, SECRET_KEY, Sources};
use crate::project::app::Secret;
use crate::project::judge;
use crate::project::keys::shape;
use crate::project::keys::{self, Slot};
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
    /// Whether the app needs a secret key.
    pub need: Secret,
    /// The package's path below the root.
    pub below: String,
    /// What Clerk says of them.
    pub answers: Option<&'a Answers>,
}

/// The keys of every package in which somebody speaks of Clerk. That nothing is known of a pair, or that a key which
/// nobody needs is not set, is no news here.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let packages = facts.readable().flat_map(|(package, variables)| {
        let sources = package.keys(variables);
        let is_told = !sources.publishable.is_empty()
            || sources.secret.is_some()
            || package.need != Secret::Unknown;
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
    /// What is to be said of each key and of the pair.
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
            Err(why) => {
                self.or_reference(first, one::malformed(Slot::Publishable, &first.value, &why))
            }
        };
        let others = others.iter().filter(|other| other.value != first.value);
        let others = others.map(|other| match shape::publishable(&other.value) {
            // With two keys, whoever signs in at the front end is a stranger to the server.
            Ok(_) => {
                let detail = format!(
                    "differs from {} ({})",
                    first.name,
                    self.shown(&first.origin)
                );
                Finding::new(Id::TwinsDiffer, Verdict::No, visible(&other.name), detail)
                    .place(self.shown(&other.origin))
                    .help("make both equal")
            }
            Err(why) => one::malformed(Slot::Publishable, &other.value, &why)
                .place(self.place(other, PUBLISHABLE_KEY)),
        });
        std::iter::once(own.place(place)).chain(others).collect()
    }

    fn no_publishable(&self) -> Option<Finding> {
        let is_needed = self.need != Secret::Unknown || self.sources.jwt.is_none();
        let verdict = match is_needed && !self.sources.is_given {
            true => Verdict::No,
            false => Verdict::Skipped,
        };
        self.missing(Id::PublishableKeyMissing, verdict, PUBLISHABLE_KEY)
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
            Err(why) => self.or_reference(
                candidate,
                one::malformed(Slot::Secret, &candidate.value, &why),
            ),
        };
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
        if is_elsewhere || lines::lost(self.variables).contains(name) {
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
        if let Some(reference) = self.reference(name) {
            finding.id = Id::ReferenceUnset;
            finding.verdict = match verdict {
                Verdict::Skipped => Verdict::Warn,
                verdict => verdict,
            };
            finding.detail = format!(
                "{name} comes to nothing: {}",
                unset(&reference, self.variables)
            );
            return Some(finding.help(REFERENCE));
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
            return Some(Finding::new(Id::KeysMixed, Verdict::No, "pair", detail).help(help));
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
                self.or_reference(candidate, finding.help(problem.help))
            }
            (None, Err(why)) => {
                let detail = visible(&why.to_string()).into_owned();
                Finding::new(Id::JwtKeyMalformed, Verdict::No, SUBJECT, detail)
            }
        };
        Some(finding.place(self.place(candidate, "CLERK_JWT_KEY")))
    }

    fn machine(&self) -> Option<Finding> {
        let candidate = self.sources.machine.as_ref()?;
        let finding = match shape::machine(&candidate.value) {
            Ok(_) => {
                // The prefix has three meanings, so nothing more is certain.
                let detail = "begins like one (ak_); only using it shows more";
                let subject = Slot::Machine.subject();
                let finding = Finding::new(Id::MachineSecretKey, Verdict::Ok, subject, detail);
                finding.value(masked(&candidate.value))
            }
            Err(why) => self.or_reference(
                candidate,
                one::malformed(Slot::Machine, &candidate.value, &why),
            ),
        };
        Some(finding.place(self.place(candidate, "CLERK_MACHINE_SECRET_KEY")))
    }

    /// A key that a reference spoilt is told by that.
    fn or_reference(&self, candidate: &Candidate, finding: Finding) -> Finding {
        let is_variable = matches!(candidate.origin, Origin::Variable(_));
        match self.reference(&candidate.name).filter(|_| is_variable) {
            Some(reference) => Finding {
                id: Id::ReferenceUnset,
                detail: unset(&reference, self.variables),
                fault: None,
                ..finding
            }
            .help(REFERENCE),
            None => finding,
        }
    }

    /// What a variable refers to and gets nothing from.
    fn reference(&self, name: &str) -> Option<Reference> {
        let first = self.variables.all(name).into_iter().next()?;
        first.references.into_iter().next()
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
