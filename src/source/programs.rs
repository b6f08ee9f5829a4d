//! Programs among those who call: where their tokens get in, and what handlers say of it.

use super::paths::{Class, Judged};
use super::value::Ask;

/// Whether a handler asks for a program.
pub fn asks_for_caller(asks: &[Ask]) -> bool {
    asks.iter().any(|ask| matches!(ask, Ask::Caller(_)))
}

/// Whether the tokens of programs get in, and no further than the handler means.
pub fn beside_tokens(judged: &Judged, asks: &[Ask]) -> Option<String> {
    let names_somebody = asks
        .iter()
        .any(|ask| matches!(ask, Ask::SignedIn | Ask::Allowed(_) | Ask::Webhook));
    match (asks_for_caller(asks), judged.takes_tokens) {
        (true, _) if !judged.takes_tokens_everywhere => {
            Some("`Caller` lets nobody in where the path is not in `machines`".to_owned())
        }
        (false, true) if judged.class == Class::Protected && !names_somebody => Some(
            "any token of a program gets in, whatever its scope: name whom it takes with `Caller` or `SignedIn`".to_owned(),
        ),
        _ => None,
    }
}
