use clerk_rs_cli::project::dotenv::{Dotenv, Fault};

use super::texts;

/// The assignments; `None` for a line that is refused.
type Read = Vec<Option<(String, String)>>;

/// A file ␞ a name ␞ a value.
pub fn dotenv(input: &[u8]) {
    let [text, name, value] = texts(input);
    let nothing = |_: &str| None;
    let before = Dotenv::parse(&*text, &nothing);
    assert_eq!(before.text(), text);
    is_read_as_apps_do(&text);

    let mut after = before.clone();
    if after.set(&name, &value, &nothing).is_err() {
        assert_eq!(after.text(), text);
        return;
    }
    let again = Dotenv::parse(after.text(), &nothing);
    assert_eq!(ours(&again), ours(&after));
    assert!(again.bad_lines().is_empty());
    assert!(again.get(&name).is_some());
    assert!(again.all(&name).all(|entry| entry.value == value));
    let others = |file: &Dotenv| -> Vec<_> {
        let others = file.entries().iter().filter(|entry| entry.name != name);
        others
            .map(|entry| (entry.name.clone(), entry.value.clone()))
            .collect()
    };
    is_read_as_apps_do(after.text());
    // A last line that was cut off is an assignment once it has an end.
    if !before.bad_lines().is_empty() {
        return;
    }
    assert_eq!(others(&again), others(&before));
    match before.get(&name) {
        None => assert!(after.text().starts_with(&text)),
        // Without the assignments both say the same, byte for byte.
        Some(_) => {
            let (mut old, mut new) = (before.clone(), after.clone());
            if old.remove(&name, &nothing).is_ok() && new.remove(&name, &nothing).is_ok() {
                assert_eq!(old.text(), new.text());
            }
        }
    }
}

/// References are ours: dotenvy ends a name at `_`.
fn is_read_as_apps_do(text: &str) {
    if !text.contains('$') {
        assert_eq!(differs(text), None);
    }
}

/// What dotenvy makes of it.
pub fn oracle(text: &str) -> Read {
    dotenvy::from_read_iter(text.as_bytes())
        .map(Result::ok)
        .collect()
}

/// The same of ours, in the order of the lines.
pub fn ours(file: &Dotenv) -> Read {
    let entries = file.entries().iter();
    let mut all: Vec<_> = entries
        .map(|entry| (entry.line, Some((entry.name.clone(), entry.value.clone()))))
        .chain(file.bad_lines().iter().map(|bad| (bad.line, None)))
        .collect();
    all.sort_by_key(|(line, _)| *line);
    all.into_iter().map(|(_, found)| found).collect()
}

/// What the two make of a text, if it is not the same. Of JSON or a PEM over several lines dotenvy takes the first line
/// for an assignment and refuses the second; ours refuses all of it at once, to say what it is. No app starts with either.
pub fn differs(text: &str) -> Option<(Read, Read)> {
    let file = Dotenv::parse(text, &|_| None);
    // The mark of the byte order is none of its business.
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (ours, oracle) = (ours(&file), oracle(bare));
    let is_object = bare.trim_start().starts_with('{');
    let is_cut_up = |fault| match fault {
        Fault::UnquotedPem => true,
        Fault::Spelling(words) => words.starts_with("JSON"),
        Fault::Format(words) => is_object && words.contains("JSON"),
        _ => false,
    };
    let same = if file.bad_lines().iter().any(|bad| is_cut_up(bad.fault)) {
        oracle.contains(&None)
    } else {
        ours == oracle
    };
    (!same).then_some((ours, oracle))
}
