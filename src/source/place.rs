//! Where something stands in a source, and what could not be read there.

use std::ops::Range;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// A piece of a file.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Place {
    /// Its path below the package's folder, with `/`.
    #[serde(serialize_with = "as_text")]
    pub file: Arc<str>,
    /// Counted from 1.
    pub line: usize,
    /// Of the file as it is on the disk.
    #[serde(skip)]
    pub bytes: Bytes,
}

/// A range of bytes that can be sorted.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Bytes {
    pub start: usize,
    pub end: usize,
}

impl From<Range<usize>> for Bytes {
    fn from(range: Range<usize>) -> Self {
        let (start, end) = (range.start, range.end);
        Self { start, end }
    }
}

/// Something that was not read, and why.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Unread {
    #[serde(flatten)]
    pub place: Place,
    /// `the path is computed`
    pub why: String,
    /// True if it is a whole file, or a function of one that is no Rust: nobody knows what stands in it.
    #[serde(skip)]
    pub is_whole: bool,
}

/// The reason for a file that is no Rust, which no compiler takes either.
pub const NO_RUST: &str = "it does not parse";

impl Unread {
    pub fn new(place: &Place, why: impl Into<String>) -> Self {
        Self {
            place: place.clone(),
            why: why.into(),
            is_whole: false,
        }
    }

    /// A whole file.
    pub fn file(place: &Place, why: impl Into<String>) -> Self {
        Self {
            is_whole: true,
            ..Self::new(place, why)
        }
    }
}

fn as_text<S: Serializer>(text: &Arc<str>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(text)
}
