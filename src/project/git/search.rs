//! What git has of a text: in the index, in files as they lie there, in earlier commits.

use std::io;

use super::{Repository, refused};

/// What was found, and why it may not be all: git prints what it has before it stumbles.
#[derive(Debug, Default)]
pub struct Lines {
    /// Path below the folder, line number, and line.
    pub found: Vec<(String, usize, String)>,
    pub fault: Option<io::Error>,
}

impl Repository {
    /// Tracked lines that match an extended regular expression.
    pub fn grep(&self, pattern: &str) -> Lines {
        self.grep_in("--cached", pattern)
    }

    /// The same in files as they lie there, also in those that are neither tracked nor ignored.
    pub fn grep_unsaved(&self, pattern: &str) -> Lines {
        self.grep_in("--untracked", pattern)
    }

    fn grep_in(&self, files: &str, pattern: &str) -> Lines {
        let output = self.run(
            [
                "-c",
                "grep.fullName=false",
                "grep",
                files,
                "--no-color",
                "--no-column",
                "--no-recurse-submodules",
                "--no-textconv",
                "-I",
                "-n",
                "-z",
                "-E",
                "-e",
                pattern,
                "--",
                ".",
            ],
            b"",
        );
        let output = match output {
            Ok(output) => output,
            Err(error) => {
                return Lines {
                    fault: Some(error),
                    ..Lines::default()
                };
            }
        };
        // 1 is "nothing". Without a code it was ended, because it found more than is read. Of an object that it does not
        // have it only says so.
        let is_cut_short = output.status.code().is_some_and(|code| code > 1);
        let lacks = output.stderr.starts_with(b"error: ");
        let mut rest = output.stdout.as_slice();
        // Only a zero ends a path: it may hold line feeds.
        let found = std::iter::from_fn(|| {
            let path = until(&mut rest, 0)?;
            let line = until(&mut rest, 0)?.parse().ok()?;
            Some((path, line, until(&mut rest, b'\n')?))
        });
        Lines {
            found: found.collect(),
            fault: (is_cut_short || lacks).then(|| refused(&output)),
        }
    }

    /// The commits that brought or took away a text that matches an extended regular expression: a short name, and a
    /// path below the top. A commit may have several.
    pub fn history(&self, pattern: &str) -> io::Result<Vec<(String, String)>> {
        let output = self.run(
            [
                "log",
                "--all",
                "--no-textconv",
                "--no-ext-diff",
                // It would run the program that the settings name for signatures.
                "--no-show-signature",
                "--pickaxe-regex",
                "-S",
                pattern,
                "--diff-filter=AM",
                "--format=%x00%h",
                "--name-only",
                "--",
                ".",
            ],
            b"",
        )?;
        if !output.status.success() {
            return Err(refused(&output));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let commits = text
            .split('\0')
            .filter_map(|commit| commit.split_once('\n'));
        let paths = commits.flat_map(|(name, paths)| {
            let paths = paths.lines().filter(|path| !path.is_empty());
            paths.map(move |path| (name.to_owned(), path.to_owned()))
        });
        Ok(paths.collect())
    }

    /// The text that a commit has for a path below the top.
    pub fn committed(&self, commit: &str, path: &str) -> io::Result<Vec<u8>> {
        let output = self.object(&format!("{commit}:{path}"))?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(refused(&output)),
        }
    }
}

/// Takes what stands before the next such byte, and the byte as well.
fn until(rest: &mut &[u8], end: u8) -> Option<String> {
    let at = rest.iter().position(|byte| *byte == end)?;
    let (part, after) = rest.split_at(at);
    *rest = &after[1..];
    Some(String::from_utf8_lossy(part).into_owned())
}
