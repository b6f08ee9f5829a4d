//! Findings about what could not stay as it was when a file was replaced.

use crate::finding::{Finding, Id, Verdict};
use crate::project::note::Note;

pub fn told(note: &Note) -> Finding {
    let (id, subject) = match note {
        Note::Closed { .. } => (Id::FileClosed, "file mode"),
        Note::Stripped { .. } => (Id::FileStripped, "attributes"),
        Note::Unlinked { .. } => (Id::FileUnlinked, "hard link"),
    };
    let finding = Finding::new(id, Verdict::Warn, subject, note.words()).place(note.file());
    match note.help() {
        Some(help) => finding.help(help),
        None => finding,
    }
}
