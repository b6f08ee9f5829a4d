//! Questions. [`Ask::new`] decides once if anybody can answer. A command only says what it wants to know, what Enter
//! would answer, and which flag answers it.

mod terminal;

use crate::env::Env;
use crate::error::{Explain, Explanation};
use crate::fold::{NARROWEST, WIDTH};

/// A question: the words, and the flag that answers it in advance.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The words on the screen.
    pub words: &'static str,
    /// Its subject, such as `the name`.
    pub what: &'static str,
    /// Such as `--name NAME`.
    pub flag: &'static str,
}

/// The reason why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error("{what} is missing")]
    NobodyThere {
        /// The subject of the question.
        what: &'static str,
        /// The flag that would have answered.
        flag: &'static str,
    },
    #[error("interrupted")]
    Interrupted,
    #[error("could not ask")]
    Terminal(#[source] std::io::Error),
}

impl Explain for AskError {
    fn explain(&self) -> Explanation {
        match self {
            Self::NobodyThere { flag, .. } => Explanation::usage("answer-missing")
                .because("there is no terminal to ask on")
                .help(format!("pass {flag}")),
            Self::Interrupted => Explanation::interrupted(),
            Self::Terminal(error) => Explanation::failed("terminal-failed").because(error),
        }
    }
}

/// The one who answers.
#[derive(Debug)]
pub enum Ask {
    /// The user, at a terminal of so many columns.
    Terminal(usize),
    /// Nobody: each question gets the answer of Enter.
    Defaults,
    /// Nobody, and nobody allowed us to assume anything: only harmless questions get their default.
    Nobody,
}

impl Ask {
    /// `--yes` answers everything; `--json` is read by a program, which cannot answer.
    pub fn new(env: &Env, yes: bool, json: bool) -> Self {
        if yes {
            Self::Defaults
        } else if !json && env.can_ask() {
            Self::Terminal(env.stderr_columns().unwrap_or(WIDTH).max(NARROWEST))
        } else {
            Self::Nobody
        }
    }

    /// A line of text that must be given or agreed to.
    pub fn text(&self, question: Question, default: &str) -> Result<String, AskError> {
        match self {
            Self::Terminal(columns) => terminal::text(*columns, question, default),
            Self::Defaults => Ok(default.to_owned()),
            Self::Nobody => Err(nobody(question)),
        }
    }

    /// A line of text without a default.
    pub fn line(&self, question: Question) -> Result<String, AskError> {
        match self {
            Self::Terminal(columns) => terminal::line(*columns, question),
            Self::Defaults | Self::Nobody => Err(nobody(question)),
        }
    }

    /// A line that stays invisible while it is typed. It has no default.
    pub fn hidden(&self, question: Question) -> Result<String, AskError> {
        match self {
            Self::Terminal(columns) => terminal::hidden(*columns, question),
            Self::Defaults | Self::Nobody => Err(nobody(question)),
        }
    }

    /// One of several; the first is the default, and harmless.
    pub fn one(&self, question: Question, items: &[String]) -> Result<usize, AskError> {
        match self {
            Self::Terminal(columns) => terminal::one(*columns, question, items),
            Self::Defaults | Self::Nobody => Ok(0),
        }
    }

    /// Any of several; none is the default.
    pub fn any(&self, question: Question, items: &[String]) -> Result<Vec<usize>, AskError> {
        match self {
            Self::Terminal(columns) => terminal::any(*columns, question, items),
            Self::Defaults | Self::Nobody => Ok(Vec::new()),
        }
    }

    /// Says something about an answer.
    pub fn remark(&self, text: &str) {
        if let Self::Terminal(columns) = self {
            terminal::remark(*columns, text);
        }
    }

    /// Says why an answer will not do. False if asking again is useless.
    pub fn again(&self, why: &dyn Explain) -> bool {
        matches!(self, Self::Terminal(columns) if terminal::complain(*columns, why))
    }
}

fn nobody(question: Question) -> AskError {
    AskError::NobodyThere {
        what: question.what,
        flag: question.flag,
    }
}
