//! `.gitignore`: what git is not to take of what `clerk-rs` and its keys leave in a project.

use std::io;
use std::path::Path;

use super::action::Action;
use crate::project::file::FileError;
use crate::project::git::Git;
use crate::project::ignore::Missing;

/// Where the record for `--undo` is kept.
const KEPT: &str = ".clerk";
const KEPT_OUT: [&str; 3] = [".env", ".env.local", ".clerk/"];

/// The package's own `.gitignore` with the lines that are missing. `None` if git leaves all of it out already.
///
/// # Errors
/// [`FileError`] if the file cannot be read or git cannot be asked.
pub fn of(folder: &Path, git: &Git) -> Result<Option<Action>, FileError> {
    if folder.join(KEPT).is_symlink() {
        let why = "it is a symbolic link, and git looks behind none: have a folder of the project's own there";
        return Err(FileError::Write(KEPT.to_owned(), io::Error::other(why)));
    }
    let missing = Missing::find(folder, git, &KEPT_OUT)?;
    let action = missing.replacement().map(|file| {
        let before = file.before.map(str::to_owned);
        Action::new(file.name, before, file.after.unwrap_or_default().to_owned())
    });
    Ok(action)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;
    use std::process::Command;

    use super::*;

    fn after(begin: bool, text: Option<&str>) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        if begin {
            let made = Command::new("git")
                .args(["init", "-q"])
                .arg(folder)
                .status();
            assert!(made.unwrap().success());
        }
        if let Some(text) = text {
            fs::write(folder.join(".gitignore"), text).unwrap();
        }
        let action = of(folder, &Git::find(folder)).unwrap();
        assert_eq!(
            action.as_ref().and_then(|action| action.before.as_deref()),
            action.as_ref().and(text)
        );
        action.map(|action| action.after)
    }

    #[test]
    fn only_lines_that_git_needs_are_added() {
        let all = "/.env\n/.env.local\n/.clerk/\n";
        assert_eq!(after(true, None).as_deref(), Some(all));
        assert_eq!(
            after(true, Some("/target")).unwrap(),
            format!("/target\n{all}")
        );
        assert_eq!(
            after(true, Some("/target\r\n.env*\r\n")).unwrap(),
            "/target\r\n.env*\r\n/.clerk/\r\n"
        );
        assert_eq!(after(true, Some(".env*\n.clerk/\n")), None);
        assert_eq!(after(false, None), None);
    }
}
