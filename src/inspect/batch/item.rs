//! What is found in a place of the input.

use std::borrow::Cow;

use super::result::Answer;
use crate::inspect::paste::Found;

/// What is found. Nobody has looked yet whether it is text.
pub enum Item<'a> {
    /// What should be a token, or hold some.
    Text(Cow<'a, [u8]>),
    /// What looks like a token among other text.
    Token(&'a [u8]),
    /// The same, put together from what stands there.
    Read(Found),
    /// Nothing, why, and what may help.
    Nothing(Answer, &'static str),
}
