//! Secrets where others read them: in sources, in what browsers get, in earlier commits. And keys that a build is fixed to.

use clerk_auth::keys::PublishableKey;

use super::{Looked, Rule};
use crate::check::facts::Facts;
use crate::check::owner::Owner;
use crate::check::texts::Kind;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::project::secrets::{in_use, pattern};
use crate::project::shown::masked;

pub const RULE: Rule = Rule {
    checks: &[
        &[Id::SecretInSource],
        &[Id::SecretInPage],
        &[Id::KeyInSource],
    ],
    check,
};

pub const HISTORY: Rule = Rule {
    checks: &[&[Id::SecretInHistory]],
    check: history,
};

const MOST: usize = 20;
const MOST_READ: usize = 100;

fn check(facts: &Facts<'_>) -> Looked {
    let mut findings = Vec::new();
    for code in facts.code() {
        for text in &code.texts {
            let place = || code.at(text.line);
            let found = secret(&text.text).map(|secret| in_source(&text.text, secret));
            let found = found.or_else(|| key(&text.text));
            findings.extend(found.map(|finding| finding.place(place())));
        }
    }
    for page in facts.texts().of(Kind::Page) {
        for (place, line) in page.lines() {
            let found = secret(line).map(|secret| in_page(line, secret));
            let found = found.or_else(|| key(line));
            findings.extend(found.map(|finding| finding.place(place)));
        }
    }
    findings.truncate(MOST);
    findings.extend(facts.texts().left_out.iter().map(|(place, why)| {
        Finding::new(Id::SecretInPage, Verdict::Skipped, "file", visible(why)).place(place.as_str())
    }));
    Looked::At(findings)
}

/// The first secret in a text that looks like one in use.
pub fn secret(text: &str) -> Option<&str> {
    text.get(in_use(text)?)
}

fn in_source(text: &str, secret: &str) -> Finding {
    let detail = format!(
        "{} in the source: whoever has that, or the program, has it",
        owner(text, secret).secret()
    );
    // A test key may be made up.
    let verdict = match secret.starts_with("sk_test_") {
        true => Verdict::Warn,
        false => Verdict::No,
    };
    told(Id::SecretInSource, verdict, text, secret, detail)
}

fn in_page(text: &str, secret: &str) -> Finding {
    let detail = format!(
        "{} in a file that browsers get",
        owner(text, secret).secret()
    );
    told(Id::SecretInPage, Verdict::No, text, secret, detail)
}

fn told(id: Id, verdict: Verdict, text: &str, secret: &str, detail: String) -> Finding {
    Finding::new(id, verdict, "secret", detail)
        .value(masked(secret))
        .help(format!(
            "take it out, and make a new one in {}; the app reads it from a variable",
            owner(text, secret).dashboard()
        ))
}

/// The name before it tells whose it is.
fn owner(text: &str, secret: &str) -> Owner {
    let name = text.split(secret).next().unwrap_or_default();
    Owner::of(name, secret)
}

/// A publishable key is no secret, but it names an instance.
fn key(text: &str) -> Option<Finding> {
    let start = ["pk_live_", "pk_test_"]
        .iter()
        .find_map(|start| text.find(start))?;
    let rest = text.get(start..)?;
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_=".contains(c)));
    let key = PublishableKey::parse(rest.get(..end.unwrap_or(rest.len()))?).ok()?;
    let detail = format!(
        "a publishable key stands here: wherever this is deployed, pages use {}",
        visible(key.frontend_api_host())
    );
    Some(
        Finding::new(Id::KeyInSource, Verdict::Warn, "key", detail)
            .value(masked(key.as_str()))
            .help("read it from CLERK_PUBLISHABLE_KEY, so that each place has its own"),
    )
}

/// What git keeps of earlier commits.
fn history(facts: &Facts<'_>) -> Looked {
    let repository = match facts.git().repository() {
        Ok(repository) => repository,
        Err(why) => return Looked::Not(why),
    };
    let commits = match repository.history(&pattern(&[])) {
        Ok(commits) => commits,
        Err(error) => return Looked::Not(visible(&error.to_string()).into_owned()),
    };
    // git takes placeholders along, and commits that took a secret away. Each question costs a process.
    let is_in_use = |(index, (commit, path)): &(usize, (String, String))| {
        let text = (*index < MOST_READ).then(|| repository.committed(commit, path));
        match text {
            Some(Ok(text)) => in_use(&String::from_utf8_lossy(&text)).is_some(),
            _ => true,
        }
    };
    let commits = commits.into_iter().enumerate().filter(is_in_use);
    let findings = commits.take(MOST).map(|(_, (commit, path))| {
        let detail = format!(
            "commit {} has a secret in {}: each clone has it, whatever later commits say",
            visible(&commit),
            visible(&path)
        );
        Finding::new(Id::SecretInHistory, Verdict::Warn, "git", detail)
            .place(visible(&path))
            .help("make a new one where it comes from, unless it was made up for a test; then the old one is of no use")
    });
    Looked::At(findings.collect())
}
