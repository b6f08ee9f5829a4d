//! Comments cite documents, sections and rules so that readers can check the code against them. Readers of the core
//! found 65 citations of four documents that were nowhere to be had.

mod words;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::tree;
use words::{Citation, citations, comments};

const SECURITY: &str = "security.md";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Everything that is cited and not there, each with what is wrong with it.
fn wrong(file: &str, comment: &str) -> Vec<String> {
    citations(comment, default_document(file))
        .into_iter()
        .filter_map(|citation| problem(file, &citation))
        .collect()
}

/// The document whose sections a comment means if it names none.
fn default_document(file: &str) -> Option<&str> {
    let is_of = |folder: &str| file.starts_with(folder);
    if let Some(name) = file.strip_prefix("docs/reference/") {
        Some(name)
    } else if is_of("templates/clerk-auth/") {
        Some("request-authentication.md")
    } else if is_of("src/emulator/") || is_of("tests/it/emulator") {
        Some("frontend-api.md")
    } else {
        None
    }
}

fn problem(file: &str, citation: &Citation) -> Option<String> {
    match citation {
        Citation::Document(name) => match document(file, name) {
            Some(_) => None,
            None => Some(format!("there is no {name}")),
        },
        Citation::Homeless(section) => Some(format!("section {section}: of which document?")),
        Citation::Section(name, section) => match items(file, name, section) {
            Some(_) => None,
            None => Some(format!("{name} has no section {section}")),
        },
        Citation::Item(name, section, item) => match items(file, name, section) {
            Some(items) if items.contains(item) => None,
            _ => Some(format!("{name} has no {item} in section {section}")),
        },
        Citation::Rule(number) => match items(file, SECURITY, "Rules") {
            Some(rules) if rules.contains(number) => None,
            _ => Some(format!("{SECURITY} has no rule {number}")),
        },
    }
}

/// Beside the file or above it, in `docs`, or in `docs/reference`.
fn document(file: &str, name: &str) -> Option<PathBuf> {
    let above = Path::new(file).ancestors().skip(1);
    let folders = above.chain([Path::new("docs"), Path::new("docs/reference")]);
    folders
        .map(|folder| root().join(folder).join(name))
        .find(|path| path.is_file())
}

/// The numbered points of a section: a list, or the first column of a table. None when there is no such section.
fn items(file: &str, name: &str, section: &str) -> Option<Vec<String>> {
    let text = fs::read_to_string(document(file, name)?).unwrap();
    let mut lines = text
        .lines()
        .skip_while(|line| heading(line) != Some(section));
    lines.next()?;
    let below = lines.take_while(|line| heading(line).is_none());
    Some(below.filter_map(item).map(str::to_owned).collect())
}

/// `4.2` of `### 4.2 Checks`, `Rules` of `## Rules`.
fn heading(line: &str) -> Option<&str> {
    let text = line.strip_prefix('#')?.trim_start_matches('#').trim_start();
    let first = text.split(' ').next()?;
    Some(first.trim_end_matches('.'))
}

/// `7` of `7. A static file …` and of `| 7 | the signature …`.
fn item(line: &str) -> Option<&str> {
    let number = match line.strip_prefix("| ") {
        Some(row) => row.split_once(" |")?.0,
        None => line.split_once(". ")?.0,
    };
    number
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(number)
}

/// The files whose comments are read, and the documents themselves, by path from the root.
fn files() -> Vec<String> {
    let below = |folder: &'static str| {
        let names = tree(&root().join(folder)).into_iter();
        names.map(move |name| format!("{folder}/{name}"))
    };
    let all = ["src", "templates", "tests", "docs/reference"]
        .into_iter()
        .flat_map(below);
    all.filter(|name| {
        let extension = Path::new(name).extension().and_then(|ext| ext.to_str());
        matches!(extension, Some("rs" | "toml" | "yml"))
            || name == "tests/run"
            || name.starts_with("docs/reference/")
    })
    .collect()
}

#[test]
fn whatever_a_comment_cites_is_there() {
    let mut found = Vec::new();
    let mut sections = 0;
    for file in files() {
        let text = fs::read_to_string(root().join(&file)).unwrap();
        for comment in comments(&file, &text) {
            let cited = citations(&comment, default_document(&file));
            let is_section = |it: &&Citation| matches!(it, Citation::Section(..));
            sections += cited.iter().filter(is_section).count();
            let wrong = wrong(&file, &comment).into_iter();
            found.extend(wrong.map(|problem| format!("{file}: {problem}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(
        sections > 100,
        "only {sections} citations of sections were seen"
    );
}

/// The numbers that stand twice.
fn repeated(numbers: &[String]) -> Vec<&String> {
    let (mut seen, mut twice) = (BTreeSet::new(), Vec::new());
    for number in numbers {
        if !seen.insert(number) {
            twice.push(number);
        }
    }
    twice
}

/// Two rules of one number: a citation says nothing any more.
#[test]
fn no_number_stands_twice_in_a_document_that_is_cited() {
    assert_eq!(
        repeated(&["1", "2", "2", "3", "1"].map(str::to_owned)),
        ["2", "1"]
    );
    let names = tree(&root().join("docs/reference")).into_iter();
    let names = names.map(|name| format!("docs/reference/{name}"));
    for name in names.chain([format!("docs/{SECURITY}")]) {
        let text = fs::read_to_string(root().join(&name)).unwrap();
        for section in text.lines().filter_map(heading) {
            let numbers = items(
                &name,
                Path::new(&name).file_name().unwrap().to_str().unwrap(),
                section,
            )
            .unwrap();
            assert_eq!(repeated(&numbers), [""; 0], "{name}, {section}");
        }
    }
    let rules = items("", SECURITY, "Rules").unwrap();
    assert!(rules.len() > 15, "{rules:?}");
}

#[test]
fn what_was_made_up_is_told() {
    let core = "templates/clerk-auth/src/lib.rs";
    for (file, comment, told) in [
        (core, "As `stricter.md` says.", "there is no stricter.md"),
        (
            core,
            "The order of section 4.9.",
            "request-authentication.md has no section 4.9",
        ),
        (
            core,
            "(`backend-api.md` sections 3 and 12.1)",
            "backend-api.md has no section 12.1",
        ),
        (
            core,
            "Checks 2 and 4 to 15 of section 4.2.",
            "request-authentication.md has no 15 in section 4.2",
        ),
        (
            core,
            "A proxy has no say (section 3.3 rule 9).",
            "request-authentication.md has no 9 in section 3.3",
        ),
        (
            core,
            "`security.md` rules 6 and 140",
            "security.md has no rule 140",
        ),
        (
            core,
            "Never \"signed out\" (rule 77).",
            "security.md has no rule 77",
        ),
        (
            "src/emulator/mint.rs",
            "Not the address (section 1, rule 6).",
            "frontend-api.md has no 6 in section 1",
        ),
        (
            "docs/reference/backend-api.md",
            "As [request-authentication.md](request-authentication.md) section 6.99 has it.",
            "request-authentication.md has no section 6.99",
        ),
        (
            "src/check/mod.rs",
            "As section 4.2 has it.",
            "section 4.2: of which document?",
        ),
    ] {
        assert_eq!(wrong(file, comment), [told], "{comment}");
    }
}

#[test]
fn what_is_there_is_not_told() {
    for comment in [
        "The words of a refusal (`request-authentication.md` section 4.3).",
        "(`backend-api.md` sections 3, 6 and 7; `request-authentication.md` 6.8 to 10.1)",
        "RFC 7518 section 3.3 asks for at least 2048; RFC 5321 section 4.5.3.1.3 for 254",
        "Checks 2 and 4 to 14 of section 4.2 in order. Section 6.8 step 3, and the dates.",
        "What a route answers (`request-authentication.md` section 10.3, with rule 16 of `security.md`): let",
        "Four rules, and section by section. See README.md.",
    ] {
        let none: [&str; 0] = [];
        assert_eq!(
            wrong("templates/clerk-auth/src/lib.rs", comment),
            none,
            "{comment}"
        );
    }
}
