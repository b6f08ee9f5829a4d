//! Package names that cargo, the compiler and Windows accept.

use std::fmt;

use crate::error::{Explain, Explanation};

/// The longest name that the registry accepts.
const LONGEST: usize = 64;

/// Keywords of every edition so far, with the reserved ones.
const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Names of the compiler's own crates.
const OWN_CRATES: &[&str] = &["alloc", "core", "proc_macro", "std", "test"];

/// Names of folders that cargo makes beside the program.
const CARGO_FOLDERS: &[&str] = &["build", "deps", "examples", "incremental"];

/// Names that Windows reserves for devices.
const DEVICES: &[&str] = &["aux", "con", "nul", "prn"];

/// A name that cargo accepts for a package.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PackageName(String);

/// The reason why a name will not do.
#[derive(Debug, thiserror::Error)]
#[error("{name:?} cannot be a package's name")]
pub struct NameError {
    name: String,
    why: String,
}

impl PackageName {
    /// Checks a name.
    pub fn new(name: &str) -> Result<Self, NameError> {
        match objection(name) {
            None => Ok(Self(name.to_owned())),
            Some(why) => Err(NameError {
                name: name.to_owned(),
                why,
            }),
        }
    }

    /// The name of a package that is there: cargo takes it.
    pub fn of_project(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// The name, such as `my-app`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The error for a name that a dependency of the project already has.
    pub fn taken(&self) -> NameError {
        NameError {
            name: self.0.clone(),
            why: "the project depends on a crate of that name".to_owned(),
        }
    }
}

impl fmt::Display for PackageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn objection(name: &str) -> Option<String> {
    // Cargo accepts capital letters, but then each build warns about them.
    let allowed = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_');
    let crate_name = name.replace('-', "_");
    let lower = name.to_ascii_lowercase();
    if name.is_empty() {
        return Some("it is empty".to_owned());
    }
    if let Some(c) = name.chars().find(|&c| !allowed(c)) {
        return Some(format!("it contains {c:?}; only a-z, 0-9, - and _ will do"));
    }
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some("it does not start with a letter".to_owned());
    }
    if name.len() > LONGEST {
        return Some(format!("it is longer than {LONGEST} characters"));
    }
    if KEYWORDS.contains(&name) || KEYWORDS.contains(&crate_name.as_str()) {
        return Some("it is a keyword of Rust".to_owned());
    }
    if OWN_CRATES.contains(&crate_name.as_str()) {
        return Some("it is the name of a crate that comes with Rust".to_owned());
    }
    if CARGO_FOLDERS.contains(&lower.as_str()) {
        return Some("cargo makes a folder of that name beside the program".to_owned());
    }
    is_device(&lower).then(|| "Windows keeps it for a device".to_owned())
}

fn is_device(lower: &str) -> bool {
    let numbered = lower
        .strip_prefix("com")
        .or_else(|| lower.strip_prefix("lpt"));
    let is_port = numbered.is_some_and(|rest| matches!(rest.as_bytes(), [b'0'..=b'9']));
    DEVICES.contains(&lower) || is_port
}

/// The reason why Windows has no folder of that name.
pub fn no_folder_on_windows(name: &str) -> Option<String> {
    // A device stays one with an ending.
    let stem = name.split('.').next().unwrap_or_default();
    if is_device(stem.trim_end().to_ascii_lowercase().as_str()) {
        return Some(format!("Windows keeps {stem} for a device"));
    }
    let sign = name
        .chars()
        .find(|c| c.is_control() || r#"<>:"|?*"#.contains(*c))?;
    Some(format!("no name has {sign:?} in it on Windows"))
}

impl NameError {
    /// The nearest name that would do.
    pub fn suggestion(&self) -> Option<String> {
        suggestion(&self.name)
    }
}

fn suggestion(name: &str) -> Option<String> {
    let spelled = name.chars().map(|c| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    });
    let spelled: String = spelled.collect();
    let words: Vec<_> = spelled.split('-').filter(|word| !word.is_empty()).collect();
    let mut spelled = words.join("-");
    spelled.truncate(LONGEST);
    if spelled.is_empty() {
        return None;
    }
    [
        spelled.clone(),
        format!("{spelled}-app"),
        format!("app-{spelled}"),
    ]
    .into_iter()
    .find(|name| objection(name).is_none())
}

impl Explain for NameError {
    fn explain(&self) -> Explanation {
        let suggestion = if self.why.starts_with("the project depends") {
            Some(format!("{}-app", self.name))
        } else {
            suggestion(&self.name)
        };
        let help = suggestion.map_or_else(
            || "pass another with --name".to_owned(),
            |name| format!("pass another with --name, such as `--name {name}`"),
        );
        Explanation::usage("bad-name").because(&self.why).help(help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_cargo_takes() {
        for name in [
            "my-app",
            "a",
            "orchard_2",
            "async-app",
            "com",
            "com10",
            "tests",
        ] {
            assert!(PackageName::new(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn names_that_nobody_takes() {
        let long = "a".repeat(65);
        for (name, why) in [
            ("", "empty"),
            ("my app", "' '"),
            ("größe", "'ö'"),
            ("../x", "'.'"),
            ("9lives", "start with a letter"),
            ("-x", "start with a letter"),
            ("_x", "start with a letter"),
            ("async", "keyword"),
            ("self", "keyword"),
            ("MyApp", "'M'"),
            ("gen", "keyword"),
            ("test", "comes with Rust"),
            ("proc-macro", "comes with Rust"),
            ("std", "comes with Rust"),
            ("core", "comes with Rust"),
            ("deps", "cargo makes a folder"),
            ("nul", "Windows"),
            ("com1", "Windows"),
            (&long, "longer than 64"),
        ] {
            let error = PackageName::new(name)
                .map(drop)
                .err()
                .map(|error| error.why);
            assert!(
                error.as_deref().is_some_and(|said| said.contains(why)),
                "{name}: {error:?}"
            );
        }
    }

    #[test]
    fn folders_that_windows_does_not_have() {
        for (name, why) in [
            ("nul", "keeps nul for"),
            ("Aux.d", "keeps Aux for"),
            ("com1", "keeps com1 for"),
            ("b:c", "':'"),
            ("what?", "'?'"),
        ] {
            let said = no_folder_on_windows(name);
            let is_said = said.as_deref().is_some_and(|said| said.contains(why));
            assert!(is_said, "{name}: {said:?}");
        }
        for name in ["my-app", ".", "nullable", "com10", "Program Files (x86)"] {
            assert_eq!(no_folder_on_windows(name), None);
        }
    }

    #[test]
    fn a_suggestion_is_a_name_that_would_do() {
        for (name, expected) in [
            ("My App!", "my-app"),
            ("MyApp", "myapp"),
            ("async", "async-app"),
            ("9lives", "app-9lives"),
            ("größe", "gr-e"),
        ] {
            assert_eq!(suggestion(name).as_deref(), Some(expected));
        }
        assert_eq!(suggestion("..."), None);
    }
}
