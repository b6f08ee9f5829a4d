//! `git init` for a new project, as `cargo new` does it.

use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde::Serialize;

/// Whether the project has a repository, and if not why.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Git {
    /// The project is a repository of its own now.
    Created,
    /// Nobody wanted one.
    NotWanted,
    /// The folder lies in a repository already.
    InsideRepository,
    /// There is no git on this machine.
    NotInstalled,
    /// git refused; the project stands without it.
    Failed(String),
}

/// Whether a folder that is there or will be, or one above it, is a repository.
pub fn is_inside_repository(folder: &Path) -> bool {
    // `here/../there` is not below `here`, though the path as written has it for an ancestor.
    let real = folder.ancestors().find_map(|part| part.canonicalize().ok());
    real.as_deref()
        .unwrap_or(folder)
        .ancestors()
        .any(|folder| folder.join(".git").symlink_metadata().is_ok())
}

/// What [`init`] would come to, as far as that can be told.
pub fn foresee() -> Git {
    let asked = Command::new("git")
        .arg("--version")
        .stdin(Stdio::null())
        .output();
    outcome(asked)
}

/// Makes the folder a repository.
pub fn init(folder: &Path) -> Git {
    let mut git = Command::new("git");
    // Set by a hook or a script around us, they would point at another repository.
    for name in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
    ] {
        git.env_remove(name);
    }
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
