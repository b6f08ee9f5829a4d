//! Secrets among the arguments. No command takes one there, so the run says so and never repeats it, whatever else is
//! wrong. Only commands that examine a pasted text take it, name it, and do not repeat it either.

use std::borrow::Cow;
use std::ffi::OsString;

use clap::ArgMatches;

use super::usage::{Shown, UsageError};
use crate::project::secrets::holds_secret;

/// Arguments for pasted text and for public keys. If they get a secret, it is named, which helps more than a refusal.
const NAMED: [&str; 3] = ["token", "jwt_key", "publishable_key"];

/// The commands for pasted text.
const PASTED_TO: [[&str; 2]; 3] = [["token", "decode"], ["token", "verify"], ["keys", "verify"]];

/// The refusal of a secret among the arguments, if there is one in a wrong place.
pub fn refusal(args: &[OsString], parsed: Result<&ArgMatches, &clap::Error>) -> Option<UsageError> {
    let words: Vec<_> = args
        .iter()
        .skip(1)
        .map(|word| word.to_string_lossy())
        .collect();
    let count = words.iter().filter(|word| holds_secret(word)).count();
    let is_fine = count == 0
        || match parsed {
            Ok(matches) => count == named(matches),
            // A help page repeats nothing, and a pasted text is masked in clap's messages.
            Err(error) => Shown::from_clap(error).is_some() || is_for_pasted(&words),
        };
    (!is_fine).then(|| UsageError::secret(help(&words)))
}

/// The number of places in which a secret gets named without being repeated.
fn named(matches: &ArgMatches) -> usize {
    if let Some((_, matches)) = matches.subcommand() {
        return named(matches);
    }
    let values = NAMED.iter().filter_map(|id| matches.try_get_raw(id).ok()?);
    let values = values.flatten().map(|value| value.to_string_lossy());
    let secrets = values.filter(|value| holds_secret(value) && !value.starts_with('@'));
    secrets.count()
}

fn is_for_pasted(words: &[Cow<'_, str>]) -> bool {
    PASTED_TO.iter().any(|command| are_of(words, command))
}

fn are_of(words: &[Cow<'_, str>], command: &[&str; 2]) -> bool {
    let names: Vec<_> = words.iter().filter(|word| !word.starts_with('-')).collect();
    names
        .windows(2)
        .any(|pair| pair[0] == command[0] && pair[1] == command[1])
}

fn help(words: &[Cow<'_, str>]) -> String {
    if is_for_pasted(words) {
        return "`-` reads standard input, @FILE a file".to_owned();
    }
    if !are_of(words, &["env", "set"]) {
        return "a key is asked for, hidden, or read from a file or from standard input; --help says how".to_owned();
    }
    let is_of_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let mut names = words.iter().filter_map(|word| word.split('=').next());
    let name = names.find(|name| !name.is_empty() && name.chars().all(is_of_name));
    ways(name.unwrap_or("NAME"))
}

/// Advice on how to set a variable without its value on the command line.
pub fn ways(name: &str) -> String {
    format!(
        "`clerk-rs env set {name}` asks for it; `-` takes it from standard input, @FILE from a file"
    )
}
