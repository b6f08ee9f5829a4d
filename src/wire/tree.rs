//! Whether git has everything that stands in the project, so that `git diff` shows afterwards what was changed, and
//! nothing else.
//!
//! All of the workspace counts, not only the files of the plan: a change of somebody's own between ours could not be told
//! apart from them any more, and what does not compile because of it would be put down to us.

use crate::error::{Explain, Explanation};
use crate::project::git::Git;

/// cargo writes it by itself, and it is put back with the rest.
const LOCK: &str = "Cargo.lock";

/// Why nothing is written into this tree.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    #[error("{} not committed, so nobody could tell them apart from what is written now", count(.0))]
    Dirty(Vec<String>),
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
            Self::NoRepository => Explanation::failed("no-repository").help(
                "`git init && git add -A && git commit -m before` makes one; or pass --allow-dirty: `init --undo` works without",
            ),
            Self::Silent(why) => Explanation::failed("git-silent")
                .because(why)
                .help("mend it first, or pass --allow-dirty"),
        }
    }
}

fn count(files: &[String]) -> String {
    match files.len() {
        1 => "1 file is".to_owned(),
        many => format!("{many} files are"),
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

/// Refuses where git does not have everything.
///
/// # Errors
/// [`TreeError`]
pub fn must_be_clean(workspace: &Git) -> Result<(), TreeError> {
    let repository = match workspace {
        Git::Repository(repository) => repository,
        Git::NoRepository => return Err(TreeError::NoRepository),
        Git::NotInstalled => return Err(TreeError::Silent("git is not installed".to_owned())),
        Git::Silent => return Err(TreeError::Silent("it did not answer in time".to_owned())),
        Git::Refused(why) => return Err(TreeError::Silent(why.clone())),
    };
    let mut unsaved = repository
        .unsaved()
        .map_err(|error| TreeError::Silent(error.to_string()))?;
    unsaved.retain(|path| path != LOCK);
    // A file that is changed and new is listed twice.
    unsaved.sort();
    unsaved.dedup();
    match unsaved.is_empty() {
        true => Ok(()),
        false => Err(TreeError::Dirty(unsaved)),
    }
}
