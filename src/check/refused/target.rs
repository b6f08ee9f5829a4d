//! `[target.…]`: the name of a platform, or a condition on it.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use toml::de::DeTable;

use super::form::Fault;

/// What cargo refuses of the targets that a manifest names.
pub fn faults(manifest: &DeTable<'_>) -> Vec<Fault> {
    let targets = manifest
        .get("target")
        .and_then(|all| all.get_ref().as_table());
    let names = targets
        .into_iter()
        .flat_map(|all| all.iter())
        .map(|(name, _)| name);
    let wrong = names.filter(|name| !is_target(name.get_ref()));
    wrong
        .map(|name| {
            let why = format!(
                "`{}` is neither a condition (`cfg(unix)`) nor the name of a platform",
                name.get_ref()
            );
            Fault::new(name.span().start, why)
        })
        .collect()
}

fn is_target(name: &str) -> bool {
    let condition = name
        .strip_prefix("cfg(")
        .and_then(|rest| rest.strip_suffix(')'));
    match condition {
        Some(condition) => condition
            .parse::<TokenStream>()
            .is_ok_and(|condition| is_condition(&condition.into_iter().collect::<Vec<_>>())),
        None => name
            .chars()
            .all(|c| c.is_alphanumeric() || "-_.".contains(c)),
    }
}

fn is_condition(tokens: &[TokenTree]) -> bool {
    match tokens {
        [TokenTree::Ident(_)] => true,
        [
            TokenTree::Ident(_),
            TokenTree::Punct(is),
            TokenTree::Literal(value),
        ] => is.as_char() == '=' && value.to_string().starts_with('"'),
        [TokenTree::Ident(word), TokenTree::Group(inner)] => {
            let inner_tokens: Vec<_> = inner.stream().into_iter().collect();
            let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ',');
            let mut parts: Vec<_> = inner_tokens.split(is_comma).collect();
            if parts.last().is_some_and(|last| last.is_empty()) {
                parts.pop();
            }
            let is_fit = match word.to_string().as_str() {
                "all" | "any" => true,
                "not" => parts.len() == 1,
                _ => false,
            };
            is_fit
                && inner.delimiter() == Delimiter::Parenthesis
                && parts.into_iter().all(is_condition)
        }
        _ => false,
    }
}
