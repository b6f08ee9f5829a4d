//! Placeholders: texts that examples and templates have in the place of a value.

const PREFIXES: [&str; 9] = [
    "pk_test_", "pk_live_", "sk_test_", "sk_live_", "test_", "live_", "whsec_", "pk_", "sk_",
];

/// Marks of something left out.
const ELLIPSES: [&str; 4] = ["...", "\u{2026}", "***", "\u{2022}\u{2022}"];

/// Brackets that templates put around a name.
const AROUND: [(&str, &str); 5] = [("<", ">"), ("{", "}"), ("[", "]"), ("${", "}"), ("#{", "}")];

/// A longer text is neither a name nor a shortened key.
const LONGEST: usize = 200;

/// Any of these words gives a placeholder away.
const TELLING: &str = "your yours replace replaceme change changeme placeholder example insert todo tbd fixme dummy \
    fake sample paste redacted";

/// These give one away only if no other words are in it.
const FILLING: &str = "foo bar baz qux test testing live key keys secret secrets clerk publishable public private api \
    me my mine the this here it in with from value string actual real some random token webhook \
    signing machine app dev prod none null undefined x";

/// True for a placeholder. A key of Clerk's is never taken for one: it is made neither of words nor of one character.
pub fn is_placeholder(value: &str) -> bool {
    let lower = value.trim().to_ascii_lowercase();
    let prefix = PREFIXES
        .iter()
        .find_map(|prefix| lower.strip_prefix(prefix));
    let body = prefix.or(lower.strip_prefix("ak_")).unwrap_or(&lower);
    if body.len() > LONGEST {
        return false;
    }
    if ELLIPSES.iter().any(|mark| body.contains(mark)) || is_name_of_template(body) {
        return true;
    }
    let mut letters = body.chars().filter(|c| c.is_alphanumeric());
    // Nothing, or one character over and over: `xxxx`, `0000`, `____`.
    let is_one = match letters.next() {
        Some(first) => letters.all(|c| c == first),
        None => body.chars().all(|c| "_-.*?# ".contains(c)),
    };
    if is_one {
        return true;
    }
    let is_separator = |c: char| matches!(c, '_' | '-' | ' ' | '.');
    let words: Vec<&str> = body
        .split(is_separator)
        .filter(|word| !word.is_empty())
        .collect();
    let has_separator = words.len() > 1;
    (has_separator && words.iter().any(|word| is_telling(word)))
        || words.iter().all(|word| is_made_of_words(word))
}

/// `<key>`, `{{ key }}`, `${KEY}`, `$KEY`. A bracket somewhere in a text says nothing.
fn is_name_of_template(text: &str) -> bool {
    let is_of_name =
        |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | ':' | '\'' | '/');
    let is_around = |(start, end): &(&str, &str)| {
        let inner = text
            .strip_prefix(start)
            .and_then(|rest| rest.strip_suffix(end));
        inner.is_some_and(|inner| {
            let inner = inner.trim_matches(['{', '}', '<', '>', '[', ']']);
            inner.chars().all(is_of_name)
        })
    };
    let is_variable = |name: &str| !name.is_empty() && name.chars().all(is_of_name);
    AROUND.iter().any(is_around) || text.strip_prefix('$').is_some_and(is_variable)
}

fn is_telling(word: &str) -> bool {
    let is_crossed_out = word.len() > 2 && word.bytes().all(|byte| byte == b'x');
    is_crossed_out || TELLING.split(' ').any(|telling| telling == word)
}

/// True if a text is words of the lists in a row: `yoursecretkeyhere`, `changeme123`.
fn is_made_of_words(text: &str) -> bool {
    const LONGEST: usize = 64;
    let text = text.trim_end_matches(|c: char| c.is_ascii_digit());
    if text.is_empty() || text.len() > LONGEST || !text.is_ascii() {
        return false;
    }
    let mut is_reached = vec![false; text.len() + 1];
    is_reached[0] = true;
    for at in 0..text.len() {
        if is_reached[at] {
            for word in TELLING.split(' ').chain(FILLING.split(' ')) {
                if text[at..].starts_with(word) {
                    is_reached[at + word.len()] = true;
                }
            }
        }
    }
    is_reached[text.len()]
}
