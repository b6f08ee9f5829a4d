//! What was probably meant by a word that nothing here is called: a word with the same meaning in other tools, or one
//! slip away. Likeness in letters alone would send `env get` to `env set`.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue};

use super::find;
use crate::project::names::distance;

/// The command it stands behind, words that other tools use, and what they are here. No command: in front.
const MEANINGS: &[(&str, &[&str], &[&str])] = &[
    ("", &["new", "create", "generate", "scaffold"], &["init"]),
    ("", &["run", "serve", "start", "watch", "up"], &["dev"]),
    ("", &["mint", "sign"], &["token mint"]),
    (
        "",
        &["decode", "inspect", "jwt", "explain"],
        &["token decode"],
    ),
    ("", &["verify"], &["token verify", "keys verify"]),
    (
        "",
        &["check", "lint", "validate", "doctor", "status", "test"],
        &["env check", "keys check"],
    ),
    ("", &["get", "list", "show"], &["env list"]),
    ("", &["set", "config"], &["env set"]),
    ("", &["unset", "rm", "delete", "remove"], &["env unset"]),
    (
        "",
        &["login", "auth", "link", "signin"],
        &["env set --keys paste"],
    ),
    ("", &["version"], &["--version"]),
    ("", &["fetch"], &["emulator fetch"]),
    (
        "env",
        &["get", "show", "ls", "print", "cat", "view"],
        &["env list"],
    ),
    (
        "env",
        &["rm", "delete", "remove", "del", "clear"],
        &["env unset"],
    ),
    (
        "env",
        &["add", "put", "update", "edit", "switch", "use"],
        &["env set"],
    ),
    (
        "env",
        &["lint", "validate", "verify", "doctor", "test"],
        &["env check"],
    ),
    (
        "keys",
        &["lint", "validate", "doctor", "test", "status"],
        &["keys check"],
    ),
    ("keys", &["get", "list", "show", "ls"], &["env list"]),
    (
        "keys",
        &[
            "set", "switch", "use", "add", "rotate", "new", "create", "paste",
        ],
        &["env set --keys"],
    ),
    (
        "token",
        &["inspect", "parse", "explain", "show", "read", "print"],
        &["token decode"],
    ),
    ("token", &["check", "validate"], &["token verify"]),
    (
        "token",
        &["new", "create", "sign", "generate", "make", "issue"],
        &["token mint"],
    ),
    ("emulator", &["download", "install"], &["emulator fetch"]),
    ("emulator", &["run", "start", "serve"], &["emulator"]),
];

/// One line of advice, or none.
pub fn advice(error: &clap::Error, args: &[OsString]) -> Vec<String> {
    let context = |kind| error.get(kind).map_or_else(Vec::new, strings);
    let wrong = [
        ContextKind::InvalidSubcommand,
        ContextKind::InvalidArg,
        ContextKind::InvalidValue,
    ];
    let wrong = wrong
        .into_iter()
        .rev()
        .find_map(|kind| context(kind).into_iter().next());
    let Some(wrong) = wrong else {
        return Vec::new();
    };
    if let Some(meant) = meaning(&wrong, args) {
        let commands: Vec<_> = meant
            .iter()
            .map(|command| format!("`clerk-rs {command}`"))
            .collect();
        return vec![format!("you may mean {}", commands.join(" or "))];
    }
    let kinds = [
        (ContextKind::SuggestedSubcommand, "subcommand"),
        (ContextKind::SuggestedArg, "argument"),
        (ContextKind::SuggestedValue, "value"),
    ];
    let similar = kinds.into_iter().find_map(|(kind, what)| {
        let suggested = context(kind)
            .into_iter()
            .map(|text| first_word(&text).to_owned());
        let near = suggested.filter(|suggested| is_near(first_word(&wrong), suggested));
        let nearest = near.min_by_key(|suggested| distance(&wrong, suggested))?;
        Some(format!("a similar {what} exists: '{nearest}'"))
    });
    similar.into_iter().collect()
}

/// What the word means in the place where it stands.
fn meaning(wrong: &str, args: &[OsString]) -> Option<&'static [&'static str]> {
    let before = args.iter().skip(1).take_while(|word| *word != wrong);
    let entry = before.filter_map(|word| find(word.to_str()?)).last();
    let parent = entry.map_or("", |entry| entry.name);
    let mut meanings = MEANINGS.iter();
    let found = meanings.find(|(place, words, _)| *place == parent && words.contains(&wrong));
    found.map(|(_, _, commands)| *commands)
}

/// One or two slips, fewer in a short word.
fn is_near(wrong: &str, suggested: &str) -> bool {
    let limit = match suggested.trim_start_matches('-').len() {
        0..3 => 0,
        3..5 => 1,
        _ => 2,
    };
    distance(wrong, suggested) <= limit
}

fn first_word(text: &str) -> &str {
    text.split([' ', '=']).next().unwrap_or_default()
}

fn strings(value: &ContextValue) -> Vec<String> {
    match value {
        ContextValue::String(text) => vec![text.clone()],
        ContextValue::Strings(texts) => texts.clone(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::{ENTRIES, tree};

    /// A word that is taken cannot mean another command, and what is advised must be there.
    #[test]
    fn the_table_fits_the_tree() {
        for (place, words, commands) in MEANINGS {
            let taken = |word: &str| {
                let line = ["clerk-rs", place, word, "--help"];
                let line = line.into_iter().filter(|word| !word.is_empty());
                let error = tree().try_get_matches_from(line).unwrap_err();
                error.kind() == clap::error::ErrorKind::DisplayHelp
            };
            for word in *words {
                assert!(!taken(word), "{place} {word}");
            }
            for command in *commands {
                let first = command.split(' ').next().unwrap();
                let is_there = ENTRIES.iter().any(|entry| entry.name == first);
                assert!(is_there || first.starts_with("--"), "{command}");
                let words = ["clerk-rs"]
                    .into_iter()
                    .chain(command.split(' '))
                    .chain(["--help"]);
                let words = words.filter(|word| *word != "--keys" && *word != "paste");
                let error = tree().try_get_matches_from(words).unwrap_err();
                let pages = [
                    clap::error::ErrorKind::DisplayHelp,
                    clap::error::ErrorKind::DisplayVersion,
                ];
                assert!(pages.contains(&error.kind()), "{command}: {error}");
            }
        }
    }
}
