//! `.gitignore`: the lines that keep a project's secrets out of the next commit.

use std::io;
use std::path::Path;

use super::file::{FileError, Replacement};
use super::git::Git;
use super::variables::read;

const NAME: &str = ".gitignore";

/// The lines that are missing, and the file with them.
#[derive(Debug)]
pub struct Missing {
    before: Option<String>,
    after: String,
    lines: Vec<String>,
}

impl Missing {
    /// Looks which of these paths below the folder git would not ignore.
    ///
    /// Outside a repository nothing is missing, unless somebody has already begun a `.gitignore`. If git cannot be
    /// asked, lines are compared as text; one too many does no harm.
    ///
    /// # Errors
    /// [`FileError`] if the file cannot be read or git cannot be asked.
    pub fn find(folder: &Path, git: &Git, paths: &[&str]) -> Result<Self, FileError> {
        let failed = |error| FileError::Write(NAME.to_owned(), error);
        let before = match read(&folder.join(NAME)) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        let ignored = match git {
            Git::Repository(repository) => match repository.ignored(paths) {
                Ok(ignored) => ignored,
                Err(error) if error.kind() == io::ErrorKind::TimedOut => Vec::new(),
                Err(error) => return Err(failed(error)),
            },
            // Nothing will be committed from here.
            Git::NoRepository if before.is_none() => {
                paths.iter().map(|path| (*path).to_owned()).collect()
            }
            _ => Vec::new(),
        };
        let text = before.as_deref().unwrap_or_default();
        let is_missing =
            |path: &&&str| !ignored.iter().any(|found| found == *path) && !lists(text, path);
        let missing = paths.iter().filter(is_missing);
        let lines: Vec<_> = missing.map(|path| format!("/{path}")).collect();
        Ok(Self {
            after: with_lines(text, &lines),
            before,
            lines,
        })
    }

    /// The lines, such as `/.env`.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The file with them at its end, if there are any.
    pub fn replacement(&self) -> Option<Replacement<'_>> {
        (!self.lines.is_empty()).then_some(Replacement {
            name: NAME,
            before: self.before.as_deref(),
            after: Some(&self.after),
            is_private: false,
        })
    }
}

/// True if the lines of a `.gitignore` leave out a path of its folder, as far as they are plain: the last one that is
/// about it counts.
pub fn lists(text: &str, path: &str) -> bool {
    let is_about = |line: &str| {
        let line = line.trim().trim_start_matches("**/");
        // A folder is no file.
        if line.ends_with('/') && !path.ends_with('/') {
            return false;
        }
        let line = line.trim_matches('/');
        let path = path.trim_matches('/');
        match line.split_once('*') {
            Some((start, end)) => {
                let rest = path.strip_prefix(start);
                !path.contains('/') && rest.is_some_and(|rest| rest.ends_with(end))
            }
            None => line == path,
        }
    };
    let mut lines = text.lines().rev().filter_map(|line| {
        let opened = line.trim_start().strip_prefix('!');
        is_about(opened.unwrap_or(line)).then_some(opened.is_none())
    });
    lines.next().unwrap_or(false)
}

fn with_lines(text: &str, lines: &[String]) -> String {
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut after = text.to_owned();
    if !after.is_empty() && !after.ends_with('\n') {
        after.push_str(line_break);
    }
    for line in lines {
        after.push_str(&format!("{line}{line_break}"));
    }
    after
}
