//! Marks that show a placeholder and that no key could hold.

use crate::config::placeholder::{body, is_filler};

/// Marks of something left out.
const ELLIPSES: [&str; 4] = ["...", "\u{2026}", "***", "\u{2022}\u{2022}"];

/// Brackets that templates put around a name.
const AROUND: [(&str, &str); 5] = [("<", ">"), ("{", "}"), ("[", "]"), ("${", "}"), ("#{", "}")];

/// True for a placeholder. A key of Clerk's is never taken for one.
pub fn is_placeholder(value: &str) -> bool {
    let lower = value.trim().to_ascii_lowercase();
    let is_marked =
        |body: &str| ELLIPSES.iter().any(|mark| body.contains(mark)) || is_name_of_template(body);
    body(&lower).is_some_and(is_marked) || is_filler(value)
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
