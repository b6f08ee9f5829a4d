//! How the files of a plan are shown: one line each, and as a diff.

use std::fmt::Write as _;

use serde::Serialize;

use crate::escape::visible;
use crate::output::{Verbosity, columns, fold};
use crate::project::secrets::without_secrets;
use crate::scaffold::{CORE, diff};
use crate::wire::action::{Action, Kind};
use crate::wire::code::ByHand;

/// One file.
#[derive(Serialize)]
pub struct File {
    path: String,
    pub action: Kind,
    private: bool,
    /// Lines of an edited file that are new, by their numbers in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<usize>,
    #[serde(skip)]
    count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<String>,
}

impl File {
    pub fn is_at(&self, path: &str) -> bool {
        self.path == path
    }

    pub fn of(action: &Action) -> Self {
        let (before, after) = (action.before.as_deref(), action.after.as_str());
        let diff = match (action.kind, before) {
            (Kind::Skip, _) => None,
            (_, None) => Some(diff::new_text(&action.path, after, action.is_private)),
            (_, Some(before)) if action.is_private => {
                Some(diff::private_change(&action.path, before, after))
            }
            (_, Some(_)) => Some(change(&action.path, before, Some(after))),
        };
        let edited = diff.as_deref().filter(|_| action.kind == Kind::Edit);
        Self {
            path: action.path.clone(),
            action: action.kind,
            private: action.is_private,
            lines: edited.map(diff::added_lines).unwrap_or_default(),
            count: after.lines().count(),
            diff,
        }
    }

    fn is_core(&self) -> bool {
        let below = self.path.strip_prefix(CORE);
        below.is_some_and(|below| below.starts_with('/'))
    }

    /// `+2 lines (24, 31)`
    fn told(&self) -> String {
        const SHOWN: usize = 4;
        let count = self.lines.len();
        let plural = if count == 1 { "line" } else { "lines" };
        let numbers = self.lines.iter().take(SHOWN).map(usize::to_string);
        let numbers = numbers.collect::<Vec<_>>().join(", ");
        match count {
            0 => "lines go".to_owned(),
            _ if count > SHOWN => format!("+{count} {plural} ({numbers}, ...)"),
            _ => format!("+{count} {plural} ({numbers})"),
        }
    }
}

/// The change of a file as it may be shown: what stands around a change in the owner's file may be a secret.
pub fn change(path: &str, before: Option<&str>, after: Option<&str>) -> String {
    if has_values(path) {
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        return diff::private_change(path, before, after);
    }
    without_secrets(&diff::change(path, before, after)).into_owned()
}

/// True if values stand in a file of that name: in examples, too, somebody may have left real ones.
fn has_values(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.starts_with(".env")
}

/// The list of files that change, with one line for all those of the core.
pub fn list(files: &[File], text: &mut String, verbosity: Verbosity) {
    let is_hidden = |file: &File| file.is_core() && verbosity != Verbosity::Verbose;
    let changed = || files.iter().filter(|file| file.action != Kind::Skip);
    let hidden: Vec<_> = changed().filter(|file| is_hidden(file)).collect();
    let shown = || changed().filter(|file| !is_hidden(file));
    let longest = shown().map(|file| columns(&file.path)).max();
    let width = longest.unwrap_or_default().clamp(32, 48);
    if !hidden.is_empty() {
        let is_new = hidden.iter().all(|file| file.action == Kind::Create);
        let mark = if is_new { '+' } else { '~' };
        let folder = format!("{CORE}/");
        let _ = writeln!(
            text,
            "    {mark} {folder:width$} {} files, the auth core",
            hidden.len()
        );
    }
    for file in shown() {
        let path = visible(&file.path);
        let private = if file.private { ", only for you" } else { "" };
        let _ = match file.action {
            Kind::Create => {
                let plural = if file.count == 1 { "line" } else { "lines" };
                let count = file.count;
                writeln!(text, "    + {path:width$} {count} {plural}{private}")
            }
            _ => writeln!(text, "    ~ {path:width$} {}{private}", file.told()),
        };
    }
}

/// What is to be said of a line.
pub fn place(text: &mut String, path: &str, line: usize, said: &str, width: usize) {
    let place = format!("    {}:{line}  ", visible(path));
    text.push_str(&place);
    fold(text, &visible(said), columns(&place), 6, width);
    text.push('\n');
}

/// The lines that the owner has to add.
pub fn by_hand(text: &mut String, places: &[ByHand], width: usize) {
    for one in places {
        place(text, &one.path, one.line, &one.why, width);
        for line in &one.lines {
            let _ = writeln!(text, "        {}", visible(line));
        }
    }
}

/// True if files of the core change.
pub fn has_core(files: &[File]) -> bool {
    let mut changed = files.iter().filter(|file| file.action != Kind::Skip);
    changed.any(File::is_core)
}

/// All changes as one diff, those of the core only if somebody wants every detail.
pub fn diff(files: &[File], verbosity: Verbosity) -> String {
    let shown = files
        .iter()
        .filter(|file| verbosity == Verbosity::Verbose || !file.is_core());
    shown.filter_map(|file| file.diff.as_deref()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_that_stands_around_a_change_is_shown() {
        let key = "2q7OrchardOrchardOrchardx9Qf";
        for (path, line) in [
            (
                "src/main.rs",
                format!("const KEY: &str = \"sk_live_{key}\";"),
            ),
            (
                ".env.example",
                format!("DATABASE_URL=postgres://me:{key}@host/db"),
            ),
        ] {
            // Without a line break at its end the line itself is part of the change.
            for end in ["", "\n"] {
                let before = format!("{line}{end}");
                let after = format!("{line}\nNEW\n");
                let file = File::of(&Action::new(path, Some(before), after));
                let diff = file.diff.unwrap_or_default();
                assert!(diff.contains("+NEW") && !diff.contains("Orchard"), "{diff}");
                let diff = change(path, Some(&format!("{line}{end}")), None);
                assert!(diff.contains("-") && !diff.contains("Orchard"), "{diff}");
            }
        }
    }
}
