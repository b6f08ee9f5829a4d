//! The pages of findings: docs/doctor.md, whose sections are named by them.

use crate::finding::Id;

const PAGES: &str = include_str!("../../../docs/doctor.md");

/// The section of a finding: paragraphs, without its heading.
pub fn of(id: Id) -> Option<&'static str> {
    let name = format!("`{}`", id.word());
    let mut sections = PAGES.split("\n### ").skip(1);
    sections.find_map(|section| {
        let (heading, text) = section.split_once('\n')?;
        let text = text.split("\n## ").next()?;
        let mut names = heading.split(", ");
        names.any(|one| one == name).then_some(text.trim())
    })
}

/// Why a finding matters: the first paragraph of its section.
pub fn why(id: Id) -> Option<String> {
    let first = of(id)?.split("\n\n").next()?;
    Some(first.replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rules;
    use crate::finding::Area;

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
