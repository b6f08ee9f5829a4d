//! The keys: there, well-formed, and fitting each other, as far as can be told without asking. `keys check` and
//! `env check` both have this judgement; with answers of Clerk's it is told in their light.

use clerk_auth::keys::{PublishableKey, SecretKey};
use clerk_auth::public_key::PublicKey;

use super::{exposure, lines, online};
use crate::check::facts::Facts;
use crate::error::Explain as _;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::keyring::answers::Answers;
use crate::keyring::keys::Keys;
use crate::keyring::sources::{Candidate, Origin, SECRET_KEY, Sources};
use crate::project::app::Secret;
use crate::project::keys::shape::{self, Malformed};
use crate::project::keys::{self, Slot};
use crate::project::shown::masked;
use crate::project::variables::{Place, Variables};

const PUBLISHABLE_KEY: &str = "CLERK_PUBLISHABLE_KEY";
/// Clerk's secret keys have about 50 characters; one of the emulator has 48. Nobody promises it.
const SHORT_SECRET: usize = 40;
const DEVELOPMENT_HOSTS: [&str; 5] = [
    ".clerk.accounts.dev",
    ".lcl.dev",
    ".lclstage.dev",
    ".lclclerk.com",
    ".accountsstage.dev",
];

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
            Ok(key) => describe(&key).value(masked(key.as_str())),
            Err(why) => malformed(Slot::Publishable, &first.value, &why),
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
            Err(why) => malformed(Slot::Publishable, &other.value, &why)
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
        let read = shape::secret(&candidate.value);
        let read = read.or_else(
            |why| match (&why, SecretKey::new(candidate.value.as_str())) {
                (Malformed::Legacy, Ok(key)) => Ok(key),
                _ => Err(why),
            },
        );
        let finding = match read {
            Ok(key) => {
                let finding = describe_secret(&key, keys.are_local());
                match self.answers {
                    Some(answers) => online::acceptance(answers, finding),
                    None => finding,
                }
            }
            Err(why) => malformed(Slot::Secret, &candidate.value, &why),
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
        let finding = match PublicKey::from_pem(&candidate.value) {
            Ok(key) => {
                let detail = format!("RSA, {} bits", key.bits());
                let finding = Finding::new(Id::JwtKey, Verdict::Ok, SUBJECT, detail);
                match self.answers {
                    Some(answers) => online::jwt(answers, &key, finding),
                    None => finding,
                }
            }
            Err(why) => {
                let detail = visible(&why.to_string()).into_owned();
                Finding::new(Id::JwtKeyMalformed, Verdict::No, SUBJECT, detail).help(
                    "copy the PEM public key from Clerk's dashboard, API keys, or remove the variable",
                )
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
            Err(why) => malformed(Slot::Machine, &candidate.value, &why),
        };
        Some(finding.place(self.place(candidate, "CLERK_MACHINE_SECRET_KEY")))
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

/// A key that is one: of which kind, of which host, and what is odd about it.
fn describe(key: &PublishableKey) -> Finding {
    let host = visible(key.frontend_api_host()).into_owned();
    let kind = match key.is_local_emulator() {
        true => "local emulator",
        false => key.instance_type().as_str(),
    };
    let what = format!("{kind}, {host}");
    let odd = |id, detail: &str, help: &str| {
        let detail = format!("{what}\n{detail}");
        Finding::new(id, Verdict::Warn, "publishable", detail).help(help)
    };
    const COPY: &str = "copy the key from Clerk's dashboard, API keys";
    if let Some(index) = key.as_str().find('=') {
        let detail = format!(
            "position {}: = (padding); it works, but the cookies are called otherwise than with the key without it",
            index + 1
        );
        let help = format!("{COPY}; front end and server must have the very same text");
        return odd(Id::PublishableKeyPadding, &detail, &help);
    }
    let is_development_host = DEVELOPMENT_HOSTS.iter().any(|end| host.ends_with(end));
    match (key.is_development(), is_development_host) {
        (true, false) => odd(
            Id::PublishableKeyTestHost,
            "pk_test_ is for development, but the host is none of those that Clerk gives to development instances",
            COPY,
        ),
        (false, true) => odd(
            Id::PublishableKeyLiveHost,
            "pk_live_ is for production, but the host is that of a development instance",
            COPY,
        ),
        _ => Finding::new(Id::PublishableKey, Verdict::Ok, "publishable", what),
    }
}

fn describe_secret(key: &SecretKey, is_local: bool) -> Finding {
    let text = key.expose();
    if !text.starts_with("sk_") {
        // The API may still take it; only asking tells.
        let mut finding = malformed(Slot::Secret, text, &Malformed::Legacy);
        finding.id = Id::SecretKeyLegacyForm;
        finding.verdict = Verdict::Warn;
        return finding;
    }
    let kind = match key.is_development() {
        true if is_local => "local emulator",
        true => "development",
        false => "production",
    };
    let length = text.len();
    let finding = if length < SHORT_SECRET {
        let detail =
            format!("{kind}\n{length} characters; Clerk's have about 50, so it may be cut off");
        Finding::new(Id::SecretKeyShort, Verdict::Warn, "secret", detail).help(
            "copy it again from Clerk's dashboard, API keys; `clerk-rs keys check --online` asks whether Clerk takes it",
        )
    } else {
        Finding::new(Id::SecretKey, Verdict::Ok, "secret", kind)
    };
    finding.value(masked(text))
}

/// A text that is no key of its slot. No more of it is shown than a prefix.
fn malformed(slot: Slot, text: &str, why: &Malformed) -> Finding {
    let id = match slot {
        Slot::Publishable => Id::PublishableKeyMalformed,
        Slot::Secret => Id::SecretKeyMalformed,
        Slot::Machine => Id::MachineSecretKeyMalformed,
    };
    let finding = Finding::new(id, Verdict::No, slot.subject(), why.to_string())
        .help(why.help(slot))
        .fault(why.id());
    let prefixes = ["pk_test_", "pk_live_", "sk_test_", "sk_live_", "ak_"];
    match prefixes.iter().find(|prefix| text.starts_with(**prefix)) {
        Some(prefix) => finding.value(format!("{prefix}\u{2026}")),
        None => finding,
    }
}
