//! All rules together: what was found, what is right, and what nobody looked at.

use std::borrow::Cow;

use super::facts::Facts;
use super::rules::{self, Looked, Rule};
use crate::finding::{Area, Finding, Id, Verdict};
use crate::project::secrets::without_secrets;

/// The result of an examination.
#[derive(Debug, Default)]
pub struct Examined {
    /// Checks that were not made are among them, as skipped.
    pub findings: Vec<Finding>,
    /// The checks that were made and found nothing to say. Each is named by the first of the findings that it may bring.
    pub passed: Vec<Id>,
    /// Findings that are no mistakes here, as the owner says.
    pub meant: Vec<Finding>,
}

impl Examined {
    /// Looks at everything that needs no network.
    pub fn of(facts: &Facts<'_>) -> Self {
        let mut examined = Self::default();
        for rule in rules::all() {
            examined.add(rule, (rule.check)(facts));
        }
        examined.take_back();
        examined.say_once();
        if let Some(made) = &facts.manifest.made {
            examined.take_out_meant(&made.meant);
        }
        examined
    }

    /// Where something of the program was not read, no check that needs it passed: what it looks for may stand there.
    fn take_back(&mut self) {
        let unread = [Id::ManifestNotRead, Id::SourceNotRead];
        let is_unread =
            |one: &&Finding| one.verdict == Verdict::Unknown && unread.contains(&one.id);
        let mut unread = self.findings.iter().filter(is_unread);
        let Some(first) = unread.next() else {
            return;
        };
        let first = first.place.as_deref().unwrap_or("the source");
        let why = match unread.count() {
            0 => format!("not all was read: {first}"),
            more => format!("not all was read: {first} and {more} more"),
        };
        let (lost, passed) = self.passed.iter().partition(|id| needs_source(**id));
        self.passed = passed;
        let lost: Vec<Id> = lost;
        let skipped = lost.into_iter();
        self.findings
            .extend(skipped.map(|id| Finding::new(id, Verdict::Skipped, id.word(), &why)));
    }

    /// What git has of a line is a fault of its own. Where another finding says how to mend that line, once is enough.
    fn say_once(&mut self) {
        let of_git = [Id::SecretTracked, Id::SecretNotIgnored];
        let others = self.findings.iter();
        let others = others.filter(|one| one.value.is_some() && !of_git.contains(&one.id));
        let told: Vec<_> = others
            .filter_map(|one| one.place.clone().filter(|_| one.help.is_some()))
            .collect();
        let of_git = self
            .findings
            .iter_mut()
            .filter(|one| of_git.contains(&one.id));
        for one in of_git {
            one.help
                .take_if(|_| one.place.as_ref().is_some_and(|place| told.contains(place)));
        }
    }

    /// Adds what a rule saw.
    pub fn add(&mut self, rule: &Rule, looked: Looked) {
        let mut findings = match looked {
            Looked::At(findings) => findings,
            Looked::Not(why) => rule.skipped(&why),
        };
        // They show what stands in the project's files, and a secret may stand anywhere.
        for one in &mut findings {
            if let Cow::Owned(shown) = without_secrets(&one.detail) {
                one.detail = shown;
            }
        }
        for ids in rule.checks {
            let mut of_check = findings.iter().filter(|finding| ids.contains(&finding.id));
            if of_check.all(|finding| finding.verdict == Verdict::Ok) {
                self.passed.extend(ids.first());
            }
        }
        self.findings.extend(findings);
    }

    /// Adds what Clerk's answers say. What is right there is a check that passed.
    pub fn add_answers(&mut self, findings: Vec<Finding>) {
        let right = findings
            .iter()
            .filter(|finding| finding.verdict == Verdict::Ok);
        self.passed.extend(right.map(|finding| finding.id));
        self.findings.extend(findings);
    }

    /// Nobody was asked.
    pub fn not_asked(&mut self, why: &str) {
        const ASKED: [Id; 4] = [Id::SecretKeyAccepted, Id::KeyServer, Id::Pair, Id::ClockOff];
        let skipped = ASKED.map(|id| Finding::new(id, Verdict::Skipped, "online", why));
        self.findings.extend(skipped);
    }
}

/// True for checks that look through the program.
fn needs_source(id: Id) -> bool {
    let others = [Id::SecretBuiltIn, Id::HealthCheckRefused];
    // Pages are files of their own.
    id.area() == Area::Code && id != Id::SecretInPage || others.contains(&id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_detail_shows_a_secret() {
        let key = ["sk_live", "9fKq2LmX8vTz4RbN7wYc3HdJ6pGs"].join("_");
        let detail = format!("the log gets `{key}`");
        let finding = Finding::new(Id::HeadersLogged, Verdict::Warn, "log", detail);
        let rule = Rule {
            checks: &[&[Id::HeadersLogged]],
            check: |_| Looked::Not(String::new()),
        };
        let mut all = Examined::default();
        all.add(&rule, Looked::At(vec![finding]));
        let told: Vec<_> = all.findings.iter().map(|one| &*one.detail).collect();
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("the log gets `sk_live_") && !told[0].contains("2LmX8vTz"));
    }
}
