//! Dockerfiles: what gets into an image stays there, for whoever has the image.

use super::published::secret;
use super::{Looked, Rule};
use crate::check::facts::Facts;
use crate::check::texts::{Kind, Text};
use crate::finding::{Finding, Id, Verdict};
use crate::project::names;
use crate::project::shown::masked;

pub const RULE: Rule = Rule {
    checks: &[&[Id::EnvFileInImage], &[Id::SecretInImage]],
    check,
};

const IGNORE: &str = ".dockerignore";

fn check(facts: &Facts<'_>) -> Looked {
    let files: Vec<_> = facts.texts().of(Kind::Dockerfile).collect();
    if files.is_empty() {
        return Looked::not("there is no Dockerfile");
    }
    let findings = files.iter().flat_map(|file| of(facts, file));
    Looked::At(findings.collect())
}

/// The file that says what a build leaves out: that of the Dockerfile, or that of the folder which is sent. Nothing says which
/// folder that is; where one has the Dockerfile and such a file, and no file for deployment builds it from elsewhere, it is that.
pub fn ignored_by(facts: &Facts<'_>, dockerfile: &str) -> String {
    let (folder, _) = dockerfile.rsplit_once('/').unwrap_or_default();
    let is_named = || {
        facts
            .texts()
            .all
            .iter()
            .any(|text| text.text.contains(dockerfile))
    };
    let own = format!("{dockerfile}{IGNORE}");
    let beside = format!("{folder}/{IGNORE}");
    let is_there = |name: &String| facts.root.join(name).exists();
    match () {
        () if is_there(&own) => own,
        () if !folder.is_empty() && is_there(&beside) && !is_named() => beside,
        () => IGNORE.to_owned(),
    }
}

fn of(facts: &Facts<'_>, file: &Text) -> Vec<Finding> {
    let mut findings = Vec::new();
    let ignored = facts.text(&ignored_by(facts, &file.shown)).transpose();
    let leaves_out = match ignored {
        Some(Ok(text)) => leaves_env_out(&text),
        Some(Err(why)) => {
            let finding = Finding::new(Id::EnvFileInImage, Verdict::Skipped, "image", why);
            findings.push(finding.place(file.shown.as_str()));
            true
        }
        None => false,
    };
    let is_stage = |line: &&str| word(line) == "FROM";
    let stages = file.text.lines().filter(is_stage).count();
    let mut stage = 0;
    for (place, line) in file.lines() {
        match word(line).as_str() {
            "FROM" => stage += 1,
            "COPY" | "ADD" if !line.contains("--from=") => {
                let names = copies_env_file(line);
                if names || !leaves_out && copies_all(line) {
                    findings.push(env_file(names, stage == stages).place(place));
                }
            }
            "ENV" | "ARG" | "RUN" => {
                let finding = written(line).or_else(|| handed_on(line, &file.text));
                findings.extend(finding.map(|finding| finding.place(place)));
            }
            _ => {}
        }
    }
    findings
}

/// The instruction of a line.
fn word(line: &str) -> String {
    let word = line.split_whitespace().next().unwrap_or_default();
    word.to_ascii_uppercase()
}

fn copied(line: &str) -> impl Iterator<Item = &str> {
    let words = line
        .split_whitespace()
        .skip(1)
        .filter(|word| !word.starts_with("--"));
    let words: Vec<_> = words.collect();
    let sources = words.len().saturating_sub(1);
    words.into_iter().take(sources)
}

fn copies_all(line: &str) -> bool {
    copied(line).any(|source| [".", "./", "*", "./*"].contains(&source))
}

fn copies_env_file(line: &str) -> bool {
    let is_public = |name: &str| name.ends_with(".example") || name.ends_with(".sample");
    copied(line).any(|source| {
        let name = source.rsplit('/').next().unwrap_or_default();
        (name == ".env" || name.starts_with(".env.")) && !is_public(name)
    })
}

fn leaves_env_out(text: &str) -> bool {
    let lines = text.lines().map(str::trim);
    let patterns = lines.map(|line| line.trim_start_matches("**/").trim_start_matches('/'));
    let mut patterns = patterns.filter(|line| !line.starts_with('#'));
    patterns.any(|line| [".env", ".env*", ".env.*", ".*", "*"].contains(&line))
}

fn env_file(is_named: bool, is_last: bool) -> Finding {
    // The layers of an earlier stage stay on the machine that builds, and in its caches.
    let (verdict, who) = match is_last {
        true => (Verdict::No, "everybody who has the image can read it"),
        false => (
            Verdict::Warn,
            "everybody who has the builder's cache can read it",
        ),
    };
    let detail = match is_named {
        true => format!("a file with secrets is copied: {who}"),
        false => format!("all is copied, and .dockerignore does not leave .env out: {who}"),
    };
    let finding = Finding::new(Id::EnvFileInImage, verdict, "image", detail);
    finding
        .help("write .env* into .dockerignore; the container gets its variables when it is started")
}

const HELP: &str = "give it to the container when it is started; what a build needs comes by `RUN --mount=type=secret`";

/// A variable for a secret that gets the value of a build argument: `ENV CLERK_SECRET_KEY=$KEY`.
fn handed_on(line: &str, text: &str) -> Option<Finding> {
    let (instruction, rest) = line.trim().split_once(char::is_whitespace)?;
    if !instruction.eq_ignore_ascii_case("ENV") {
        return None;
    }
    let arguments = text.lines().filter(|line| word(line) == "ARG");
    let arguments: Vec<_> = arguments
        .filter_map(|line| line.split_whitespace().nth(1)?.split('=').next())
        .collect();
    let is_argument = |value: &str| {
        let value = value.trim_matches('"').strip_prefix('$');
        let name = value.map(|name| name.trim_matches(['{', '}']));
        name.is_some_and(|name| arguments.contains(&name))
    };
    // `ENV NAME value` sets one, `ENV NAME=value` any number.
    let pairs: Vec<_> = match rest.split_whitespace().next()?.contains('=') {
        true => rest
            .split_whitespace()
            .filter_map(|pair| pair.split_once('='))
            .collect(),
        false => rest
            .trim()
            .split_once(char::is_whitespace)
            .into_iter()
            .collect(),
    };
    let mut pairs = pairs.into_iter();
    let (name, _) =
        pairs.find(|(name, value)| names::read(name).is_secret() && is_argument(value.trim()))?;
    let detail = format!(
        "{name} gets its value from an argument of the build: whoever has the image has it"
    );
    Some(Finding::new(Id::SecretInImage, Verdict::No, "image", detail).help(HELP))
}

/// A secret that an instruction sets.
fn written(line: &str) -> Option<Finding> {
    if let Some(secret) = secret(line) {
        let detail = "a secret is written into the image: everybody who has the image can read it";
        let finding = Finding::new(Id::SecretInImage, Verdict::No, "image", detail);
        return Some(finding.value(masked(secret)).help(HELP));
    }
    let mut words = line.split_whitespace();
    let instruction = words.next()?.to_ascii_uppercase();
    let name = words.next()?.split('=').next()?;
    (instruction == "ARG" && names::read(name).is_secret()).then(|| {
        let detail = format!("{name} is an argument of the build: the image's history shows it");
        Finding::new(Id::SecretInImage, Verdict::Warn, "image", detail).help(HELP)
    })
}
