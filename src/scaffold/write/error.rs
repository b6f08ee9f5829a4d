//! Why a project could not be written.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::Explain;
use crate::scaffold::keys::RandomError;

/// Why a project could not be written. Nothing of it is there then.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The system refused.
    #[error("could not {action} {}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// Somebody else filled the folder meanwhile.
    #[error("{0} was filled by somebody else meanwhile")]
    Overtaken(String),
    /// No name for the staging folder.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl WriteError {
    pub(super) fn io(action: &'static str, path: &Path, error: io::Error) -> Self {
        Self::Io {
            action,
            path: path.to_owned(),
            error,
        }
    }
}

impl Explain for WriteError {
    fn code(&self) -> &'static str {
        match self {
            Self::Io { error, .. } => match error.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "disk-full",
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    "folder-read-only"
                }
                _ => "write-failed",
            },
            Self::Overtaken(_) => "folder-not-empty",
            Self::Random(error) => error.code(),
        }
    }

    fn because(&self) -> Option<String> {
        match self {
            Self::Io { error, .. } => Some(match error.kind() {
                io::ErrorKind::StorageFull => "the disk is full".to_owned(),
                io::ErrorKind::QuotaExceeded => "your disk quota is used up".to_owned(),
                io::ErrorKind::PermissionDenied => "you may not write there".to_owned(),
                io::ErrorKind::ReadOnlyFilesystem => "the disk is mounted read-only".to_owned(),
                _ => error.to_string(),
            }),
            Self::Overtaken(_) => None,
            Self::Random(error) => error.because(),
        }
    }

    fn help(&self) -> Option<String> {
        let help = match self.code() {
            "disk-full" => "make room and run it again; nothing was left behind",
            "folder-read-only" => "choose a folder that you may write to",
            "folder-not-empty" => "look at what is there; nothing was overwritten",
            _ => "nothing was left behind",
        };
        Some(help.to_owned())
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
            assert_eq!(error.code(), code);
            assert_eq!(error.because().as_deref(), Some(because));
            assert_eq!(error.to_string(), "could not write /x/a");
        }
    }
}
