//! Tells if git has everything that stands in the project, so that `git diff` shows afterwards what was changed, and
//! nothing else.
//!
//! All of the workspace counts, not only the files of the plan: a change of somebody's own between ours could not be told
//! apart from them any more, and what does not compile because of it would be put down to us.

use std::fs;
use std::path::Path;

use super::action::{Action, Kind};
use crate::error::{Explain, Explanation};
use crate::project::file;
use crate::project::git::{Git, Repository};

/// cargo writes it by itself, and it is put back with the rest.
const LOCK: &str = "Cargo.lock";

/// Why nothing is written into this tree.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    #[error("{} not committed, so nobody could tell them apart from what is written now", count(.0))]
    Dirty(Vec<String>),
    #[error("git does not look at {} that would change, so it could not show what did", told(.0))]
    Unwatched(Vec<String>),
    #[error("the project is in no git repository, which would keep its files as they are")]
    NoRepository,
    #[error("git does not say whether the files of the project are committed")]
    Silent(String),
}

impl Explain for TreeError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Dirty(files) => Explanation::failed("tree-dirty")
                .because(listed(files))
                .help("commit or stash them first, or pass --allow-dirty"),
            Self::Unwatched(files) => Explanation::failed("tree-unwatched")
                .because(listed(files))
                .help("`git add -f` and a commit give them to it, and `git update-index --no-skip-worktree --no-assume-unchanged` has it look again; or pass --allow-dirty: `init --undo` works all the same"),
            Self::NoRepository => Explanation::failed("no-repository").help(
                "`git init && git add -A && git commit -m before` makes one; or pass --allow-dirty: `init --undo` works without git as well",
            ),
            Self::Silent(why) => Explanation::failed("git-silent")
                .because(why)
                .help("mend it first, or pass --allow-dirty"),
        }
    }
}

fn count(files: &[String]) -> String {
    let is = if files.len() == 1 { "is" } else { "are" };
    format!("{} {is}", told(files))
}

fn told(files: &[String]) -> String {
    match files.len() {
        1 => "1 file".to_owned(),
        many => format!("{many} files"),
    }
}

/// The first few.
fn listed(files: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut text = files
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if files.len() > SHOWN {
        text.push_str(", ...");
    }
    text
}

/// Refuses where git does not have everything: `workspace` is asked for all that stands there, and `package`, whose folder
/// this is, for the files that these actions change.
///
/// # Errors
/// [`TreeError`]
pub fn must_be_clean(
    workspace: &Git,
    package: &Git,
    folder: &Path,
    actions: &[&Action],
) -> Result<(), TreeError> {
    let silent = |error: std::io::Error| TreeError::Silent(error.to_string());
    let mut unsaved = repository(workspace)?.unsaved().map_err(silent)?;
    unsaved.retain(|path| path != LOCK);
    // A file that is changed and new is listed twice.
    unsaved.sort();
    unsaved.dedup();
    if !unsaved.is_empty() {
        return Err(TreeError::Dirty(unsaved));
    }
    // What is secret git is not to have.
    let edited = actions
        .iter()
        .filter(|action| action.kind == Kind::Edit && !action.is_private);
    let edited: Vec<_> = edited.map(|action| real(folder, &action.path)).collect();
    let names: Vec<_> = edited.iter().map(String::as_str).collect();
    let watched = repository(package)?.watched(&names).map_err(silent)?;
    let unwatched: Vec<_> = edited
        .into_iter()
        .filter(|path| !watched.contains(path))
        .collect();
    match unwatched.is_empty() {
        true => Ok(()),
        false => Err(TreeError::Unwatched(unwatched)),
    }
}

fn repository(git: &Git) -> Result<&Repository, TreeError> {
    Err(match git {
        Git::Repository(repository) => return Ok(repository),
        Git::NoRepository => TreeError::NoRepository,
        Git::NotInstalled => TreeError::Silent("git is not installed".to_owned()),
        Git::Silent => TreeError::Silent("it did not answer in time".to_owned()),
        Git::Refused(why) => TreeError::Silent(why.clone()),
    })
}

/// The path of the file itself: git does not look behind a link.
fn real(folder: &Path, path: &str) -> String {
    let place = file::place(folder, path).ok();
    let below = place.and_then(|place| {
        let top = fs::canonicalize(folder).ok()?;
        Some(
            place
                .strip_prefix(top)
                .ok()?
                .to_string_lossy()
                .replace('\\', "/"),
        )
    });
    below.unwrap_or_else(|| path.to_owned())
}
