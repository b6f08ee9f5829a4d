//! Guesses the meaning of an unknown word: other tools use it in that sense, or it is a slip of the keyboard. Similar
//! letters alone would send `env get` to `env set`.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{ENTRIES, Entry, find};
use crate::project::names::distance;

/// The command before the words (if any), words of other tools, and the words to use here.
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
        &["check", "lint", "validate", "status", "test"],
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

/// One line of advice, if there is any.
pub fn advice(error: &clap::Error, args: &[OsString]) -> Option<String> {
    let context = |kind| error.get(kind).map_or_else(Vec::new, strings);
    let wrong = |kind| context(kind).into_iter().next();
    if let Some(word) = wrong(ContextKind::InvalidSubcommand) {
        let entry = entry_before(&word, args);
        return meaning(&word, entry).or_else(|| similar("subcommand", &word, names(entry)));
    }
    let suggested = |kind| {
        context(kind)
            .into_iter()
            .map(|text| first_word(&text).to_owned())
    };
    if let Some(word) = wrong(ContextKind::InvalidValue) {
        return similar("value", &word, suggested(ContextKind::SuggestedValue));
    }
    let word = wrong(ContextKind::InvalidArg)?;
    let suggested = suggested(ContextKind::SuggestedArg);
    let entry = entry_before(&word, args);
    let option = first_word(&word);
    let is_refused = error.kind() == ErrorKind::UnknownArgument;
    if let Some(entry) = entry.filter(|entry| is_refused && has_option(entry, option)) {
        return Some(format!(
            "{option} is for `clerk-rs {}` without a subcommand",
            entry.name
        ));
    }
    meaning(&word, entry).or_else(|| similar("argument", first_word(&word), suggested))
}

/// True if a command takes such an option itself: one that was refused stood behind a subcommand.
fn has_option(entry: &Entry, option: &str) -> bool {
    let command = (entry.augment)(clap::Command::new(entry.name));
    let longs = command.get_arguments().filter_map(clap::Arg::get_long);
    option
        .strip_prefix("--")
        .is_some_and(|option| longs.into_iter().any(|long| long == option))
}

/// The command before the word.
fn entry_before(word: &str, args: &[OsString]) -> Option<&'static Entry> {
    let before = args.iter().skip(1).take_while(|before| *before != word);
    before.filter_map(|before| find(before.to_str()?)).last()
}

/// All names that could stand in a subcommand's place.
fn names(entry: Option<&'static Entry>) -> Vec<String> {
    let names: Vec<_> = match entry {
        Some(entry) => entry.subcommands.iter().map(|(name, _)| *name).collect(),
        None => ENTRIES.iter().map(|entry| entry.name).collect(),
    };
    names.into_iter().map(str::to_owned).collect()
}

/// The meaning of the word in its place.
fn meaning(word: &str, entry: Option<&Entry>) -> Option<String> {
    let parent = entry.map_or("", |entry| entry.name);
    let mut meanings = MEANINGS.iter();
    let is_meant =
        |(place, words, _): &&(&str, &[&str], &[&str])| *place == parent && words.contains(&word);
    let (_, _, commands) = meanings.find(is_meant)?;
    let commands = commands
        .iter()
        .map(|command| format!("`clerk-rs {command}`"));
    let commands: Vec<_> = commands.collect();
    Some(format!("you may mean {}", commands.join(" or ")))
}

fn similar(what: &str, word: &str, suggested: impl IntoIterator<Item = String>) -> Option<String> {
    let near = suggested
        .into_iter()
        .filter(|suggested| is_near(word, suggested));
    let nearest = near.min_by_key(|suggested| distance(word, suggested))?;
    Some(format!("a similar {what} exists: '{nearest}'"))
}

/// True if the two differ by one or two slips, fewer in a short word.
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
    use crate::commands::tree;

    /// A word that is a command cannot mean another one, and advised words must exist.
    #[test]
    fn the_table_fits_the_tree() {
        for (place, words, commands) in MEANINGS {
            let taken = |word: &str| {
                let line = ["clerk-rs", place, word, "--help"];
                let line = line.into_iter().filter(|word| !word.is_empty());
                let kind = tree()
                    .try_get_matches_from(line)
                    .err()
                    .map(|error| error.kind());
                kind == Some(clap::error::ErrorKind::DisplayHelp)
            };
            for word in *words {
                assert!(!taken(word), "{place} {word}");
            }
            for command in *commands {
                let first = command.split(' ').next().unwrap_or_default();
                let is_there = ENTRIES.iter().any(|entry| entry.name == first);
                assert!(is_there || first.starts_with("--"), "{command}");
                let words = ["clerk-rs"]
                    .into_iter()
                    .chain(command.split(' '))
                    .chain(["--help"]);
                let words = words.filter(|word| *word != "--keys" && *word != "paste");
                let kind = tree()
                    .try_get_matches_from(words)
                    .err()
                    .map(|error| error.kind());
                let pages = [
                    clap::error::ErrorKind::DisplayHelp,
                    clap::error::ErrorKind::DisplayVersion,
                ];
                assert!(
                    kind.is_some_and(|kind| pages.contains(&kind)),
                    "{command}: {kind:?}"
                );
            }
        }
    }
}
