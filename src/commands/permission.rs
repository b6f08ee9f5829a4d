//! The permission to write, or to take something back.

use crate::ask::{Ask, AskError, Question};

const WRITE: Question = Question {
    words: "Write these changes? (yes or no)",
    what: "the permission to write",
    flag: "--yes, or look first with --dry-run",
};
const WRITE_OR_SEE: Question = Question {
    words: "Write these changes? (yes, no, or diff to see them)",
    what: WRITE.what,
    flag: WRITE.flag,
};
const BACK: Question = Question {
    words: "Take this back? (yes or no)",
    what: "the permission to take it back",
    flag: WRITE.flag,
};

pub fn to_write(ask: &Ask) -> Result<bool, AskError> {
    Ok(is_yes(&ask.text(WRITE, "yes")?))
}

/// Shows the changes as often as that is wished.
pub fn to_write_or_see(ask: &Ask, show: impl Fn()) -> Result<bool, AskError> {
    loop {
        let answer = ask.text(WRITE_OR_SEE, "yes")?;
        if !matches!(answer.trim(), "diff" | "d") {
            return Ok(is_yes(&answer));
        }
        show();
    }
}

pub fn to_take_back(ask: &Ask) -> Result<bool, AskError> {
    Ok(is_yes(&ask.text(BACK, "yes")?))
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim(), "yes" | "y")
}
