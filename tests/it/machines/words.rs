//! The table of reason words in `docs/machines.md`, held against the code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::{root, sources};

/// The words of the table, with what it says of the exit code.
fn table() -> BTreeMap<String, String> {
    let text = fs::read_to_string(root().join("docs/machines.md")).unwrap();
    let (_, table) = text.split_once("## Reason words").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows = rows.map(|row| {
        let (word, rest) = row.split_once("` | ").unwrap();
        (
            word.to_owned(),
            rest.split(" | ").next().unwrap().to_owned(),
        )
    });
    rows.collect()
}

/// The words that are given to one of these calls, in code that is no comment and no test.
fn given_to(call: &str, code: &str) -> Vec<String> {
    let (code, _) = code.split_once("#[cfg(test)]").unwrap_or((code, ""));
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    let calls = code.split(call).skip(1);
    let words = calls.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
    words.map(str::to_owned).collect()
}

#[test]
fn the_table_of_reason_words_is_that_of_the_code() {
    let table = table();
    assert!(table.len() > 150, "{}", table.len());
    let sources = sources();
    let mut used = BTreeMap::<String, BTreeSet<&str>>::new();
    for (call, exit) in [
        ("Explanation::failed(", "3"),
        ("Explanation::usage(", "2"),
        ("Self::failed(", "130"),
        ("Problem::new(", ""),
        ("Problem::certain(", ""),
    ] {
        for (_, code) in &sources {
            for word in given_to(call, code) {
                used.entry(word).or_default().insert(exit);
            }
        }
    }
    let missing: Vec<_> = used
        .keys()
        .filter(|word| !table.contains_key(*word))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/machines.md lacks rows for {missing:?}"
    );
    for (word, exits) in used {
        let said = &table[&word];
        for exit in exits {
            assert!(
                said.contains(exit),
                "`{word}` ends with {exit}, the table says {said}"
            );
        }
    }
    // Some are chosen apart from the call.
    for word in table.keys() {
        let literal = format!("\"{word}\"");
        assert!(
            sources.iter().any(|(_, code)| code.contains(&literal)),
            "nothing in the code says {word}"
        );
    }
}

#[test]
fn the_exit_codes_are_those_of_the_table() {
    let text = fs::read_to_string(root().join("docs/machines.md")).unwrap();
    let (_, part) = text.split_once("## Exit codes").unwrap();
    let (part, _) = part.split_once("\n## ").unwrap();
    let rows = part.lines().filter_map(|line| line.strip_prefix("| "));
    let codes = rows.filter_map(|row| row.split(' ').next()?.parse::<u8>().ok());
    let said: Vec<_> = codes.collect();
    let error = sources()
        .into_iter()
        .find(|(file, _)| file == "error.rs")
        .unwrap()
        .1;
    let (_, arms) = error.split_once("Self::from(match exit {").unwrap();
    let (arms, _) = arms.split_once("})").unwrap();
    let numbers = arms.lines().filter_map(|line| {
        line.split_once("=> ")?
            .1
            .trim_end_matches(',')
            .parse::<u8>()
            .ok()
    });
    assert_eq!(numbers.collect::<Vec<_>>(), said);
}
