//! Secrets compiled into a program: `env!("CLERK_SECRET_KEY")` puts the key into the binary, and with Trunk, Dioxus and
//! Leptos every browser loads that.

use crate::check::facts::Facts;
use crate::check::sources::Source;
use crate::finding::{Finding, Id, Verdict};
use crate::project::names::{Kind, TABLE};

/// Looks through the Rust sources of the project.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    facts.sources().iter().flat_map(built_in).collect()
}

fn built_in(source: &Source) -> Vec<Finding> {
    if !source.text.contains("env!(\"") {
        return Vec::new();
    }
    let secrets = TABLE.iter().filter(|known| known.kind == Kind::Secret);
    let secrets: Vec<_> = secrets
        .map(|known| (known.name, format!("env!(\"{}\"", known.name)))
        .collect();
    let lines = source.text.lines().enumerate();
    let findings = lines.filter_map(|(index, line)| {
        let code = line.split("//").next().unwrap_or_default();
        let (name, _) = secrets.iter().find(|(_, call)| code.contains(call))?;
        let detail = "built into the program: whoever has the binary, or the page that loads it, has the secret";
        let finding = Finding::new(Id::SecretBuiltIn, Verdict::No, *name, detail)
            .place(format!("{}:{}", source.shown, index + 1));
        Some(finding.help("read it when the program starts, with std::env::var"))
    });
    findings.collect()
}
