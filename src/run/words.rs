//! The last lines of an app, or of cargo, for the page that explains why there is no app.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use anstream::adapter::strip_str;

/// Many screens full. Compilers can say even more.
const MAX_LINES: usize = 400;
/// Words at the start of cargo's lines while all is well.
const PROGRESS: [&str; 9] = [
    "Compiling",
    "Blocking",
    "Finished",
    "Running",
    "Downloading",
    "Downloaded",
    "Updating",
    "Locking",
    "Adding",
];

/// The last lines, without colours.
#[derive(Clone, Default)]
pub struct Words(Arc<Mutex<VecDeque<String>>>);

impl Words {
    pub fn add(&self, line: &str) {
        let line = strip_str(line).to_string();
        let first = line.split_whitespace().next().unwrap_or_default();
        if line.starts_with(' ') && PROGRESS.contains(&first) {
            return;
        }
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == MAX_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    pub fn text(&self) -> String {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.make_contiguous().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_progress_are_left_out_and_the_last_lines_stay() {
        let words = Words::default();
        for _ in 0..MAX_LINES {
            words.add("old");
        }
        words.add("\u{1b}[1m\u{1b}[32m   Compiling\u{1b}[0m orchard v0.1.0");
        words.add("\u{1b}[31merror\u{1b}[0m: <expected>");
        words.add("  Compiling is said by us");
        words.add("    Running late");
        let text = words.text();
        assert_eq!(text.lines().count(), MAX_LINES);
        assert!(text.ends_with("old\nerror: <expected>"), "{text}");
    }
}
