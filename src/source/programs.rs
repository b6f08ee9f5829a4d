//! Programs among those who call: where their tokens get in, and what handlers say of it.

use super::paths::{Class, Judged};
use super::remark::Remark;
use super::value::Ask;

/// True if a handler asks for a program.
pub fn asks_for_caller(asks: &[Ask]) -> bool {
    asks.iter().any(|ask| matches!(ask, Ask::Caller(_)))
}

/// A remark on tokens of programs that get in where the handler does not mean it, or on a handler that waits for them in vain.
pub fn beside_tokens(judged: &Judged, asks: &[Ask]) -> Option<Remark> {
    let names_somebody = asks
        .iter()
        .any(|ask| matches!(ask, Ask::SignedIn | Ask::Allowed(_) | Ask::Webhook));
    match (asks_for_caller(asks), judged.takes_tokens) {
        (true, _) if !judged.takes_tokens_everywhere => Some(Remark::CallerOutsideMachines),
        (false, true) if judged.class == Class::Protected && !names_somebody => {
            Some(Remark::AnyTokenGetsIn)
        }
        _ => None,
    }
}
