//! The findings of doctor for other programs: SARIF 2.1.0, which code scanners read, and annotations of GitHub's workflows.

use std::fmt::Write as _;

use clap::ValueEnum;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};

use super::pages;
use crate::finding::{Finding, Id, Verdict};

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
}

/// What may not stand in the path of an address as it is.
const ENCODED: AsciiSet = CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    // In the first folder's name it would end a scheme: `javascript:`, or `https:/` of another machine.
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The file of a finding and the line in it, if it stands in one.
fn place(finding: &Finding) -> Option<(&str, Option<usize>)> {
    let place = finding.place.as_deref()?;
    // `.env:3 (CLERK_API_KEY)`; in front of the name of a file such as `a (b).txt` stands no line.
    let named = place.rsplit_once(" (").filter(|_| place.ends_with(')'));
    let named = named.and_then(|(place, _)| with_line(place));
    let (file, line) = match named.or_else(|| with_line(place)) {
        Some((file, line)) => (file, Some(line)),
        None => (place, None),
    };
    (file != "environment" && !file.is_empty()).then_some((file, line))
}

fn with_line(place: &str) -> Option<(&str, usize)> {
    let (file, line) = place.rsplit_once(':')?;
    Some((file, line.parse().ok()?))
}

/// Observation and advice.
fn message(finding: &Finding) -> String {
    let mut text = finding.detail.clone();
    if finding.guess {
        text.push_str(" (a guess)");
    }
    if let Some(help) = &finding.help {
        let _ = write!(text, "\nhelp: {help}");
    }
    text
}

/// The path of a file from the top of the repository; a program may have files beside its project.
fn from_top(mut below: &str, mut file: &str) -> String {
    while let Some(rest) = file.strip_prefix("../")
        && let Some(above) = below.strip_suffix('/')
    {
        below = above.rfind('/').map_or("", |at| &above[..=at]);
        file = rest;
    }
    format!("{below}{file}")
}

/// A SARIF log. What could not be found out, or was not looked at, is open: neither right nor wrong.
///
/// Scanners count from the top of the repository; `below` is the path of the project from there.
pub fn sarif<'a>(findings: impl Iterator<Item = &'a Finding>, below: &str) -> String {
    let mut rules: Vec<Id> = Vec::new();
    let mut results = Vec::new();
    for finding in findings.filter(|finding| finding.verdict != Verdict::Ok) {
        let index = match rules.iter().position(|id| *id == finding.id) {
            Some(index) => index,
            None => {
                rules.push(finding.id);
                rules.len() - 1
            }
        };
        let (kind, level) = match finding.verdict {
            Verdict::No => ("fail", "error"),
            Verdict::Warn => ("fail", "warning"),
            Verdict::Ok | Verdict::Unknown | Verdict::Skipped => ("open", "none"),
        };
        let mut result = json!({
            "ruleId": finding.id,
            "ruleIndex": index,
            "kind": kind,
            "level": level,
            "message": { "text": message(finding) },
        });
        if let Some((file, line)) = place(finding) {
            let file = from_top(below, file);
            let mut at = json!({
                "artifactLocation": { "uri": utf8_percent_encode(&file, &ENCODED).to_string() },
            });
            if let Some(line) = line {
                at["region"] = json!({ "startLine": line });
            }
            result["locations"] = json!([{ "physicalLocation": at }]);
        }
        results.push(result);
    }
    let rules: Vec<Value> = rules.into_iter().map(rule).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "clerk-rs",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                },
            },
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn rule(id: Id) -> Value {
    let mut rule = json!({
        "id": id,
        "shortDescription": { "text": id.meaning() },
        "properties": { "area": id.area() },
    });
    if let Some(page) = pages::of(id) {
        rule["help"] = json!({ "text": page, "markdown": page });
    }
    if let Some(why) = pages::why(id) {
        rule["fullDescription"] = json!({ "text": why });
    }
    rule
}

/// A line for each finding, as the runner of a workflow reads it, with paths as by [`sarif`].
pub fn github<'a>(findings: impl Iterator<Item = &'a Finding>, below: &str) -> String {
    let mut text = String::new();
    for finding in findings {
        let command = match finding.verdict {
            Verdict::No => "error",
            Verdict::Warn | Verdict::Unknown => "warning",
            // What was not looked at for want of something is no line of a file.
            Verdict::Skipped if finding.place.is_some() => "notice",
            Verdict::Ok | Verdict::Skipped => continue,
        };
        let mut properties = Vec::new();
        if let Some((file, line)) = place(finding) {
            properties.push(format!("file={}", property(&from_top(below, file))));
            properties.extend(line.map(|line| format!("line={line}")));
        }
        properties.push(format!("title={}", finding.id.word()));
        let said = data(&message(finding));
        let _ = writeln!(text, "::{command} {}::{said}", properties.join(","));
    }
    text
}

fn data(text: &str) -> String {
    let text = text.replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_finding_ends_an_annotation_or_begins_another() {
        let finding = Finding::new(Id::CoreEdited, Verdict::No, "x", "100%\n::error::y")
            .place("a,b: c.rs:7")
            .help("z");
        assert_eq!(
            github([&finding].into_iter(), "in/"),
            "::error file=in/a%2Cb%3A c.rs,line=7,title=core-edited::100%25%0A::error::y%0Ahelp: z\n"
        );
    }

    #[test]
    fn no_name_of_a_file_is_an_address_of_another_machine() {
        for (path, uri) in [
            ("javascript:alert(1)", "javascript%3Aalert(1)"),
            ("https:/evil/a.rs", "https%3A/evil/a.rs"),
            ("a/b:c.rs", "a/b%3Ac.rs"),
        ] {
            let finding = Finding::new(Id::CoreEdited, Verdict::No, "x", "y").place(path);
            let log: Value = serde_json::from_str(&sarif([&finding].into_iter(), "")).unwrap();
            let at = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
            assert_eq!(at["artifactLocation"]["uri"], uri);
        }
    }

    #[test]
    fn a_place_is_a_file_with_a_line_or_without_or_none() {
        let of = |text: &str| {
            let finding = Finding::new(Id::CoreEdited, Verdict::No, "x", "y").place(text);
            place(&finding).map(|(file, line)| (file.to_owned(), line))
        };
        for (text, file, line) in [
            ("src/main.rs:7", "src/main.rs", Some(7)),
            (".env:3 (CLERK_API_KEY)", ".env", Some(3)),
            ("a (b).txt:3", "a (b).txt", Some(3)),
            ("a (b)", "a (b)", None),
            ("a (b):3 (CLERK_API_KEY)", "a (b)", Some(3)),
            ("clerk-auth", "clerk-auth", None),
            ("c:x", "c:x", None),
        ] {
            assert_eq!(of(text), Some((file.to_owned(), line)), "{text}");
        }
        assert_eq!(of("environment"), None);
    }
}
