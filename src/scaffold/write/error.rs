//! Reasons why a project could not be written.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Explain, Explanation};
use crate::scaffold::keys::RandomError;
use crate::scaffold::target::Target;

/// The reason why a project could not be written. Then nothing of it is there.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The system refused.
    #[error("could not {action} {}", path.display())]
    Io {
        /// The action that failed.
        action: &'static str,
        /// Its object.
        path: PathBuf,
        /// The system's answer.
        #[source]
        error: io::Error,
    },
    /// Somebody else has filled the folder meanwhile.
    #[error("{0} was filled by somebody else meanwhile")]
    Overtaken(String),
    /// There is no name for the staging folder.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl WriteError {
    /// The folder filled up while we were at work.
    pub(super) fn overtaken(target: &Target) -> Self {
        Self::Overtaken(target.shown.clone())
    }

    pub(super) fn io(action: &'static str, path: &Path, error: io::Error) -> Self {
        Self::Io {
            action,
            path: path.to_owned(),
            error,
        }
    }
}

impl Explain for WriteError {
    fn explain(&self) -> Explanation {
        const FULL: &str = "make room and run it again; nothing was left behind";
        const FORBIDDEN: &str = "choose a folder that you may write to";
        match self {
            Self::Io { error, .. } => {
                let (code, because, help) = match error.kind() {
                    io::ErrorKind::StorageFull => ("disk-full", "the disk is full", FULL),
                    io::ErrorKind::QuotaExceeded => {
                        ("disk-full", "your disk quota is used up", FULL)
                    }
                    io::ErrorKind::PermissionDenied => {
                        ("folder-read-only", "you may not write there", FORBIDDEN)
                    }
                    io::ErrorKind::ReadOnlyFilesystem => (
                        "folder-read-only",
                        "the disk is mounted read-only",
                        FORBIDDEN,
                    ),
                    _ => {
                        return Explanation::failed("write-failed")
                            .because(error)
                            .help("nothing was left behind");
                    }
                };
                Explanation::failed(code).because(because).help(help)
            }
            Self::Overtaken(_) => Explanation::failed("folder-not-empty")
                .help("look at what is there; nothing was overwritten"),
            Self::Random(error) => error.explain().help("nothing was left behind"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_and_a_read_only_one_are_told_apart() {
        for (kind, code, because) in [
            (io::ErrorKind::StorageFull, "disk-full", "the disk is full"),
            (
                io::ErrorKind::QuotaExceeded,
                "disk-full",
                "your disk quota is used up",
            ),
            (
                io::ErrorKind::PermissionDenied,
                "folder-read-only",
                "you may not write there",
            ),
            (
                io::ErrorKind::ReadOnlyFilesystem,
                "folder-read-only",
                "the disk is mounted read-only",
            ),
        ] {
            let error = WriteError::io("write", Path::new("/x/a"), kind.into());
            let explanation = error.explain();
            assert_eq!(explanation.code, code);
            assert_eq!(explanation.because.as_deref(), Some(because));
            assert_eq!(error.to_string(), "could not write /x/a");
        }
    }
}
