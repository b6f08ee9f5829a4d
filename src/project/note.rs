//! Things that could not stay as they were when a file was replaced.

/// One such thing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Note {
    /// Other users could read it; now they cannot.
    Closed { file: String, from: u32, to: u32 },
    /// It has more than one name, and the others keep the old text.
    Unlinked {
        file: String,
        /// The number of its other names.
        others: u64,
    },
    /// Attributes that the new file could not be given.
    Stripped { file: String, names: Vec<String> },
}

impl Note {
    /// The file that it is about.
    pub fn file(&self) -> &str {
        match self {
            Self::Closed { file, .. }
            | Self::Unlinked { file, .. }
            | Self::Stripped { file, .. } => file,
        }
    }

    /// In words.
    pub fn words(&self) -> String {
        match self {
            Self::Closed { from, to, .. } => format!(
                "mode {to:03o} instead of {from:03o}: it holds a secret, which others could read"
            ),
            Self::Unlinked { others, .. } => {
                let (names, keep) = match others {
                    1 => ("name", "keeps"),
                    _ => ("names", "keep"),
                };
                format!("it has {others} other {names} (hard link), which {keep} the old text")
            }
            Self::Stripped { names, .. } => format!(
                "the new file could not be given all of the old one's attributes: {}",
                names.join(", ")
            ),
        }
    }

    /// The remedy.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Closed { .. } => Some("`chmod g+r` lets a service of its group read it"),
            Self::Unlinked { .. } => Some("link them again, or use symbolic links"),
            Self::Stripped { .. } => None,
        }
    }
}
