//! The pages of findings: docs/doctor.md, whose sections are named by them.

use crate::finding::Id;

const PAGES: &str = include_str!("../../../docs/doctor.md");

/// The section of a finding: paragraphs, without its heading. A page that it links to is named by its place in the sources
/// of this tool.
pub fn of(id: Id) -> Option<String> {
    let name = format!("`{}`", id.word());
    let mut sections = PAGES.split("\n### ").skip(1);
    sections.find_map(|section| {
        let (heading, text) = section.split_once('\n')?;
        let text = text.split("\n## ").next()?;
        let mut names = heading.split(", ");
        names
            .any(|one| one == name)
            .then(|| without_links(text.trim()))
    })
}

/// `[deploy.md](deploy.md)` leads nowhere on a screen.
fn without_links(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once("](")
        && let Some((before, _)) = before.rsplit_once('[')
        && let Some((target, behind)) = link.split_once(')')
    {
        let folder = if target.contains("://") { "" } else { "docs/" };
        plain.push_str(&format!("{before}{folder}{target} of clerk-rs"));
        rest = behind;
    }
    plain + rest
}

/// Why a finding matters: the first paragraph of its section.
pub fn why(id: Id) -> Option<String> {
    let page = of(id)?;
    Some(page.split("\n\n").next()?.replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rules;
    use crate::finding::Area;

    #[test]
    fn links_are_places() {
        assert_eq!(
            without_links("`a[0]` (b); [deploy.md](deploy.md) has it. [x](y.md)"),
            "`a[0]` (b); docs/deploy.md of clerk-rs has it. docs/y.md of clerk-rs"
        );
    }

    #[test]
    fn every_finding_that_doctor_may_bring_has_a_page_with_a_reason_and_a_remedy() {
        let checks = rules::all().flat_map(|rule| rule.checks.iter().copied());
        let of_rules = checks.flatten().copied();
        let asked = Id::ALL.iter().copied();
        let asked = asked.filter(|id| id.area() == Area::Network);
        for id in of_rules.chain(asked) {
            let page = of(id).unwrap_or_default();
            let paragraphs = page.split("\n\n").count();
            assert!(paragraphs >= 2, "{} has {paragraphs} paragraphs", id.word());
        }
    }
}
