//! The remarks of a plan beside its files.

use crate::project::note::Note;

/// One such thing.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct Remark {
    /// A stable word for scripts, such as `rust-version`.
    pub code: &'static str,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Remark {
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
            help: None,
        }
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl From<&Note> for Remark {
    fn from(note: &Note) -> Self {
        let code = match note {
            Note::Closed { .. } => "file-closed",
            Note::Unlinked { .. } => "file-unlinked",
            Note::Stripped { .. } => "file-stripped",
        };
        Self {
            code,
            text: format!("{}: {}", note.file(), note.words()),
            help: note.help().map(str::to_owned),
        }
    }
}
