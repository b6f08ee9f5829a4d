//! A find at one place of the input.

use std::borrow::Cow;

use super::result::Answer;
use crate::inspect::paste::Found;

/// A find. Its bytes may not be text.
pub enum Item<'a> {
    /// Something that should be a token or contain some.
    Text(Cow<'a, [u8]>),
    /// Something that looks like a token among other text.
    Token(&'a [u8]),
    /// The same, put together from several pieces.
    Read(Found),
    /// No token, the reason, and advice.
    Nothing(Answer, &'static str),
}
