//! The file for a secret. The next commit has what is in a file that git tracks, so the secret goes into the file that wins
//! over it; nowhere if that is tracked as well. Where git cannot say what it tracks, it may track it.

use std::fmt;
use std::path::Path;

use super::git::Git;
use super::ignore::lists;
use super::variables::read;
use crate::escape::visible;

/// The file of variables for one machine alone.
pub const UNTRACKED: &str = ".env.local";

/// Why a secret does not go into the files where it would.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reason {
    /// Git tracks these.
    Tracked(String),
    /// It may track these: it was not asked, because of this.
    NotAsked(String, String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tracked(files) => write!(f, "git tracks {files}"),
            Self::NotAsked(files, why) => {
                write!(f, "nobody knows whether git tracks {files} ({why})")
            }
        }
    }
}

/// The file for a secret that would go into this one, and why it is another.
///
/// # Errors
/// There is none that git certainly leaves alone.
pub fn file_for_secret<'a>(
    folder: &Path,
    git: &Git,
    usual: &'a str,
) -> Result<(&'a str, Option<Reason>), Reason> {
    let Some(reason) = tracked(git, usual) else {
        return Ok((usual, None));
    };
    let both = |files: String| match usual {
        UNTRACKED => files,
        _ => format!("{files} and {UNTRACKED}"),
    };
    match tracked(git, UNTRACKED) {
        Some(Reason::NotAsked(..)) if is_private(folder) => {}
        None => {}
        Some(Reason::Tracked(_)) => {
            return Err(match reason {
                Reason::Tracked(files) => Reason::Tracked(both(files)),
                Reason::NotAsked(..) => Reason::Tracked(UNTRACKED.to_owned()),
            });
        }
        Some(Reason::NotAsked(_, why)) => {
            return Err(Reason::NotAsked(both(usual.to_owned()), why));
        }
    }
    Ok((UNTRACKED, (usual != UNTRACKED).then_some(reason)))
}

/// Why nobody knows whether git tracks the file for one machine, which is not there: it may have been deleted, and git have it.
pub fn may_be_tracked(folder: &Path, git: &Git) -> Option<String> {
    if folder.join(UNTRACKED).symlink_metadata().is_ok() || is_listed(folder) {
        return None;
    }
    match tracked(git, UNTRACKED)? {
        Reason::NotAsked(_, why) => Some(why),
        Reason::Tracked(_) => None,
    }
}

/// The reason not to write into a file; `None` if git does not track it.
fn tracked(git: &Git, file: &str) -> Option<Reason> {
    let not_asked = |why| Reason::NotAsked(file.to_owned(), why);
    let repository = match git.repository() {
        Ok(repository) => repository,
        Err(_) if matches!(git, Git::NoRepository) => return None,
        Err(why) => return Some(not_asked(why)),
    };
    let real = repository.linked(file);
    let named = match &real {
        Some(real) => format!("{}, to which {file} leads", visible(real)),
        None => file.to_owned(),
    };
    match repository.tracked(&[real.as_deref().unwrap_or(file)]) {
        Ok(found) => (!found.is_empty()).then_some(Reason::Tracked(named)),
        Err(error) => Some(not_asked(visible(&error.to_string()).into_owned())),
    }
}

/// True if git hardly has the file for one machine: it is not there yet, or `.gitignore` leaves it out. What a link leads to
/// may be anything.
fn is_private(folder: &Path) -> bool {
    match folder.join(UNTRACKED).symlink_metadata() {
        Err(_) => true,
        Ok(found) => found.is_file() && is_listed(folder),
    }
}

fn is_listed(folder: &Path) -> bool {
    read(&folder.join(".gitignore")).is_ok_and(|text| lists(&text, UNTRACKED))
}
