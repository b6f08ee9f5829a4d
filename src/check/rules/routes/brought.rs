//! What a request brings beside its path: how it is read, and the id of a user in it.

use std::collections::HashMap;

use proc_macro2::{TokenStream, TokenTree};

use super::words::is_credential;
use crate::check::rules::request::text::{name, plain, root};

/// The id of a user, as the words of a request name it.
pub const USER_IDS: [&str; 7] = [
    "user_id",
    "userid",
    "userId",
    "uid",
    "clerk_user_id",
    "owner_id",
    "account_id",
];

/// How all that a request brings beside its path is read from it.
const WHOLE: [&str; 8] = [
    ".parse_json",
    ".parse_queries",
    ".parse_form",
    ".parse_body",
    ".extract",
    ".params",
    ".into_json",
    ".into_form",
];
/// Functions that are handed it.
const READS: [&str; 5] = [
    "from_query",
    "try_from_uri",
    "from_str",
    "from_slice",
    "from_bytes",
];
/// True if a value is one of these names, or something of it that whoever sends the request can write.
pub fn is_brought(value: &str, names: &[&str]) -> bool {
    let is_checked = ["extensions", "header", "data::<", "data_opt", "local_cache"]
        .iter()
        .any(|word| value.contains(word))
        || is_credential(value);
    let value = value.trim_start_matches(['&', '*']);
    let begins = names.iter().any(|name| {
        let rest = value.strip_prefix(name);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    });
    !is_checked && (begins || is_read(value, names))
}

/// The name of what is only taken out of its wrapping: `form.into_inner()`
pub fn unwrapped(value: &str) -> Option<&str> {
    let value = plain(value);
    let value = value.strip_suffix(".into_inner()").unwrap_or(value);
    name(value)
}

/// True if a text that is one of these names is read: `serde_json::from_str(&body)`
pub fn is_read(value: &str, names: &[&str]) -> bool {
    let mut reads = READS.iter().filter_map(|read| value.split_once(read));
    reads.any(|(_, rest)| {
        let handed = rest.split_once('(');
        handed.is_some_and(|(of, handed)| {
            (of.is_empty() || of.starts_with("::<")) && names.contains(&root(handed))
        })
    })
}

/// True if all that a request brings is taken out of one of these names.
pub fn is_whole(value: &str, names: &[&str]) -> bool {
    let is_read = WHOLE.iter().chain(&READS).any(|read| value.contains(read));
    is_read && is_brought(value, names)
        || unwrapped(value).is_some_and(|value| names.contains(&value))
}

/// The names in a piece of code that have the id of a user for a field, each with the first.
pub fn fields(code: &str) -> HashMap<String, &'static str> {
    let mut found = HashMap::new();
    // Most code needs no second look.
    if USER_IDS.iter().any(|id| code.contains(id)) {
        collect(code.parse().unwrap_or_default(), &mut found, 0);
    }
    found
}

fn collect(tokens: TokenStream, found: &mut HashMap<String, &'static str>, depth: usize) {
    // `query.0.user_id` and `query.into_inner().user_id` are of the query, too.
    let is_wrapping = |token: &TokenTree| match token {
        TokenTree::Literal(_) => true,
        TokenTree::Ident(word) => *word == "into_inner",
        TokenTree::Group(group) => group.stream().is_empty(),
        TokenTree::Punct(punct) => punct.as_char() == '.',
    };
    let mut last: Option<String> = None;
    for token in tokens {
        match &token {
            TokenTree::Ident(word) if *word != "into_inner" => {
                let id = USER_IDS.into_iter().find(|id| word == id);
                if let (Some(id), Some(of)) = (id, last.take()) {
                    found.entry(of).or_insert(id);
                }
                last = Some(word.to_string());
            }
            token if is_wrapping(token) => {}
            TokenTree::Group(group) => {
                last = None;
                if depth < 20 {
                    collect(group.stream(), found, depth + 1);
                }
            }
            _ => last = None,
        }
    }
}
