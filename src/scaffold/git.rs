//! `git init` for a new project, as `cargo new` does it.

use std::io;
use std::path::Path;
use std::process::{Output, Stdio};

use serde::Serialize;

use crate::program;

/// The state of the project's repository, or the reason why there is none.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Git {
    /// A new one was made.
    Created,
    /// A dry run: a new one would be made.
    WouldCreate,
    /// Nobody wanted one.
    NotWanted,
    /// The folder is inside another repository already.
    InsideRepository,
    /// This machine has no git.
    NotInstalled,
    /// git refused with this message; the project exists without it.
    Failed(String),
}

/// True if a folder, which need not exist yet, is a repository or inside one.
pub fn is_inside_repository(folder: &Path) -> bool {
    // `here/../there` is not below `here`, although its written path suggests that.
    let real = folder.ancestors().find_map(|part| part.canonicalize().ok());
    real.as_deref()
        .unwrap_or(folder)
        .ancestors()
        .any(|folder| folder.join(".git").symlink_metadata().is_ok())
}

/// The probable result of [`init`].
pub fn foresee() -> Git {
    let asked = program::git("git")
        .arg("--version")
        .stdin(Stdio::null())
        .output();
    match outcome(asked) {
        Git::Created => Git::WouldCreate,
        other => other,
    }
}

/// Makes the folder a repository.
pub fn init(folder: &Path) -> Git {
    let mut git = program::git("git");
    let git = git
        .args(["init", "--quiet"])
        .current_dir(folder)
        .stdin(Stdio::null());
    outcome(git.output())
}

fn outcome(ended: io::Result<Output>) -> Git {
    match ended {
        Ok(output) if output.status.success() => Git::Created,
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            Git::Failed(
                said.lines()
                    .next()
                    .unwrap_or("it gave no reason")
                    .to_owned(),
            )
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Git::NotInstalled,
        Err(error) => Git::Failed(error.to_string()),
    }
}
