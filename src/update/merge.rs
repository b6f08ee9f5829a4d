//! Merges an edited file with its next version, line by line. Where both sides changed the same lines it leaves marks.

use diffy::{ConflictStyle, MergeOptions};

/// A merged text.
#[derive(Debug, Eq, PartialEq)]
pub struct Merged {
    pub text: String,
    /// The lines at which conflicts begin, counted from 1.
    pub conflicts: Vec<usize>,
}

/// The marks that the merging library writes.
const OURS: &str = "<<<<<<< ours";
const THEIRS: &str = ">>>>>>> theirs";

/// The most lines to compare, many times as many as any file of ours has: the work grows with the square of the edits.
const MOST_LINES: usize = 10_000;

/// True for a text that would keep a machine busy for minutes.
pub fn is_too_long(text: &str) -> bool {
    text.lines().nth(MOST_LINES).is_some()
}

/// Merges the two texts that its owner and we made of `base`. A mark names our side by `version`.
pub fn lines(base: &str, owners: &str, new: &str, version: &str) -> Merged {
    let mut options = MergeOptions::new();
    options.set_conflict_style(ConflictStyle::Merge);
    match options.merge(base, owners, new) {
        Ok(text) => Merged {
            text,
            conflicts: Vec::new(),
        },
        Err(text) => marked(&text, owners, version),
    }
}

/// Makes the marks say which side is the owner's. A line that the owner's text had before is no mark.
fn marked(text: &str, owners: &str, version: &str) -> Merged {
    let is_ours = |mark: &str| !owners.lines().any(|line| line == mark);
    let (names_ours, names_theirs) = (is_ours(OURS), is_ours(THEIRS));
    let (mut merged, mut conflicts) = (String::with_capacity(text.len()), Vec::new());
    for (index, line) in text.split_inclusive('\n').enumerate() {
        match line.trim_end_matches(['\r', '\n']) {
            OURS if names_ours => {
                conflicts.push(index + 1);
                merged.push_str("<<<<<<< yours\n");
            }
            THEIRS if names_theirs => merged.push_str(&format!(">>>>>>> clerk-rs {version}\n")),
            mark => {
                if mark == OURS {
                    conflicts.push(index + 1);
                }
                merged.push_str(line);
            }
        }
    }
    Merged {
        text: merged,
        conflicts,
    }
}

/// The first line of each edit, counted from 1.
pub fn edited_lines(base: &str, owners: &str) -> Vec<usize> {
    let patch = diffy::create_patch(base, owners);
    let hunks = patch.hunks().iter();
    hunks
        .map(|hunk| {
            let context = hunk
                .lines()
                .iter()
                .take_while(|line| matches!(line, diffy::Line::Context(_)));
            hunk.new_range().start() + context.count()
        })
        .collect()
}

/// The lines that are new, without those that are empty.
pub fn added_lines(before: &str, after: &str) -> Vec<String> {
    let patch = diffy::create_patch(before, after);
    let lines = patch.hunks().iter().flat_map(|hunk| hunk.lines());
    let added = lines.filter_map(|line| match line {
        diffy::Line::Insert(text) => Some(text.trim().to_owned()),
        _ => None,
    });
    added.filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "a\nb\nc\nd\ne\nf\n";

    #[test]
    fn edits_of_different_lines_are_both_kept() {
        let merged = lines(BASE, "a\nB\nc\nd\ne\nf\n", "a\nb\nc\nd\ne\nF\n", "1.0.0");
        assert_eq!(merged.text, "a\nB\nc\nd\ne\nF\n");
        assert_eq!(merged.conflicts, [0; 0]);
    }

    #[test]
    fn edits_of_the_same_line_are_marked_and_nothing_is_lost() {
        let merged = lines(
            BASE,
            "a\nb\nmine\nd\ne\nf\n",
            "a\nb\nnew\nd\ne\nf\n",
            "1.0.0",
        );
        assert_eq!(
            merged.text,
            "a\nb\n<<<<<<< yours\nmine\n=======\nnew\n>>>>>>> clerk-rs 1.0.0\nd\ne\nf\n"
        );
        assert_eq!(merged.conflicts, [3]);
    }

    #[test]
    fn the_same_edit_on_both_sides_is_no_conflict() {
        let both = "a\nb\nC\nd\ne\nf\n";
        assert_eq!(lines(BASE, both, both, "1.0.0").text, both);
    }

    #[test]
    fn a_line_that_looks_like_a_mark_stays_as_it_is() {
        let owners = "<<<<<<< ours\nb\nmine\nd\ne\nf\n";
        let merged = lines(BASE, owners, "a\nb\nnew\nd\ne\nf\n", "1.0.0");
        assert!(
            merged.text.starts_with("<<<<<<< ours\nb\n"),
            "{}",
            merged.text
        );
        assert!(merged.conflicts.contains(&3), "{:?}", merged.conflicts);
    }

    #[test]
    fn edited_places_are_told_by_their_first_lines() {
        let base: String = (1..=40).map(|line| format!("{line}\n")).collect();
        let owners = base
            .replace("\n5\n", "\nfive\n")
            .replace("\n30\n", "\n30\nmore\n");
        assert_eq!(edited_lines(&base, &owners), [5, 31]);
    }
}
