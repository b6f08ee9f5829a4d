//! The rules: each file looks at one subject of the [`Facts`] and touches nothing.

pub mod addresses;
pub mod asked;
pub mod conflicts;
pub mod core_copy;
pub mod cors;
pub mod exposure;
pub mod files;
pub mod images;
pub mod keys;
pub mod leftovers;
pub mod lines;
pub mod logged;
pub mod names;
pub mod online;
pub mod parties;
pub mod policy;
pub mod production;
pub mod proxies;
pub mod published;
pub mod reading;
pub mod references;
pub mod request;
pub mod routes;
pub mod served;
mod sign_in;
pub mod source;
pub mod trust;
pub mod user;
pub mod values;
pub mod versions;
pub mod webhooks;

use super::facts::Facts;
use crate::finding::{Finding, Id, Verdict};

/// A rule, and the checks that it makes: each is a question, and the findings that may answer it.
pub struct Rule {
    pub checks: &'static [&'static [Id]],
    pub check: fn(&Facts<'_>) -> Looked,
}

/// The outcome of a rule.
pub enum Looked {
    At(Vec<Finding>),
    /// It could not look, or there was nothing to look at.
    Not(String),
}

impl Looked {
    /// There was nothing to look at.
    pub fn not(why: &str) -> Self {
        Self::Not(why.to_owned())
    }
}

impl Rule {
    /// Each check as one that was not made.
    pub fn skipped(&self, why: &str) -> Vec<Finding> {
        let names = self.checks.iter().filter_map(|ids| ids.first());
        names
            .map(|id| Finding::new(*id, Verdict::Skipped, id.word(), why))
            .collect()
    }
}

/// A rule of `env check`: it needs variables, and those are always looked for.
macro_rules! of_environment {
    ($($check:path: $([$($id:ident),*]),*;)*) => {
        &[$(Rule {
            checks: &[$(&[$(Id::$id),*]),*],
            check: |facts| Looked::At($check(facts)),
        }),*]
    };
}

/// The rules of `env check`, in the order in which findings are shown.
const ENVIRONMENT: &[Rule] = of_environment! {
    lines::check: [LineMalformed], [FileUnreadable];
    keys::check:
        [PublishableKey, PublishableKeyMissing, PublishableKeyMalformed, PublishableKeyPadding, PublishableKeyTestHost,
            PublishableKeyLiveHost],
        [SecretKey, SecretKeyMissing, SecretKeyMalformed, SecretKeyShort, SecretKeyLegacyForm, SecretKeyOldName],
        [JwtKeyMalformed], [MachineSecretKeyMalformed], [KeysMixed];
    addresses::check: [EmulatorAddressLeft], [EmulatorAddressMissing], [EmulatorAddressesEqual];
    values::check: [ValueMalformed], [ValueMissing], [ReferenceUnset], [PrefixUnfit];
    parties::check:;
    names::check: [NameMisspelled], [NameUnknown], [NameOfAnotherKit], [NameDeprecated], [PrefixUnread];
    conflicts::check: [ValueConflict], [TwinsDiffer], [ModeDiffers], [PackagesDiffer], [FileNotRead];
    exposure::check: [PublicSecret], [SecretMisplaced], [SecretInExample];
    source::check: [SecretBuiltIn];
    files::check: [FileMode], [FileNotIgnored, FileTracked, GitNotAsked, FileNotTracked], [SecretTracked], [SecretNotIgnored];
    leftovers::check: [Leftover], [SwitchUnfinished];
    folders: [FoldersSkipped];
};

/// The rules that look beyond variables.
const PROJECT: &[Rule] = &[
    routes::RULE,
    sign_in::RULE,
    webhooks::RULE,
    cors::RULE,
    policy::RULE,
    trust::RULE,
    published::RULE,
    published::HISTORY,
    core_copy::RULE,
    versions::RULE,
    images::RULE,
    production::FILES,
    production::LIVE,
    proxies::RULE,
    proxies::HEALTH,
];

/// All rules.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    // What was not read is told before what was found in the rest.
    std::iter::once(&reading::RULE)
        .chain(ENVIRONMENT)
        .chain(PROJECT)
}

/// Looks at everything of the environment that needs no network.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let looked = ENVIRONMENT.iter().map(|rule| (rule.check)(facts));
    let findings = looked.flat_map(|looked| match looked {
        Looked::At(findings) => findings,
        Looked::Not(_) => Vec::new(),
    });
    // Whoever asks about variables outside a repository asks nothing of git.
    let is_aside =
        |one: &Finding| one.verdict == Verdict::Skipped && files::BY_GIT.contains(&one.id);
    findings.filter(|one| !is_aside(one)).collect()
}

fn folders(facts: &Facts<'_>) -> Vec<Finding> {
    let detail = "there are too many: some were not looked into";
    let finding = || Finding::new(Id::FoldersSkipped, Verdict::Skipped, "folders", detail);
    facts.is_cut_short.then(finding).into_iter().collect()
}
