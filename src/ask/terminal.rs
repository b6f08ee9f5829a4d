//! Questions at a terminal, with dialoguer, on standard error.
//!
//! A question runs on a thread of its own while this one waits for Ctrl-C: a signal would end
//! the process with the cursor hidden or the echo off, and a handler cannot return from a
//! blocked read.

use std::io::{self, Write};

use dialoguer::{Input, MultiSelect, Password, Select, theme::Theme};

use super::{AskError, Question};
use crate::error::Explain;

/// Two spaces of indent, the question, the answer.
struct Calm;

pub fn text(question: Question, default: &str) -> Result<String, AskError> {
    let default = default.to_owned();
    run(move || {
        Input::with_theme(&Calm)
            .with_prompt(question.words)
            .default(default)
            .interact_text()
    })
}

pub fn line(question: Question) -> Result<String, AskError> {
    run(move || {
        Input::with_theme(&Calm)
            .with_prompt(question.words)
            .allow_empty(true)
            .interact_text()
    })
}

pub fn hidden(question: Question) -> Result<String, AskError> {
    run(move || {
        Password::with_theme(&Calm)
            .with_prompt(question.words)
            .allow_empty_password(true)
            .interact()
    })
}

pub fn one(question: Question, items: &[String]) -> Result<usize, AskError> {
    let items = items.to_vec();
    run(move || {
        Select::with_theme(&Calm)
            .with_prompt(question.words)
            .items(&items)
            .default(0)
            .interact()
    })
}

pub fn any(question: Question, items: &[String]) -> Result<Vec<usize>, AskError> {
    let items = items.to_vec();
    run(move || {
        MultiSelect::with_theme(&Calm)
            .with_prompt(question.words)
            .items(&items)
            .interact()
    })
}

pub fn remark(text: &str) {
    let _ = writeln!(io::stderr().lock(), "  {text}");
}

/// Says why an answer will not do; `true` so that the caller asks again.
pub fn complain(why: &dyn Explain) -> bool {
    let mut stderr = io::stderr().lock();
    let help = why.explain().help.map(|help| format!("\n    {help}"));
    let help = help.unwrap_or_default();
    writeln!(stderr, "  {}{help}", why.with_reason()).is_ok()
}

fn run<T: Send + 'static>(
    question: impl FnOnce() -> dialoguer::Result<T> + Send + 'static,
) -> Result<T, AskError> {
    let saved = Saved::now();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .map_err(AskError::Terminal)?;
    let answer = runtime.block_on(async {
        tokio::select! {
            biased;
            signal = tokio::signal::ctrl_c() => Err(signal.err().map_or(
                AskError::Interrupted,
                AskError::Terminal,
            )),
            answer = tokio::task::spawn_blocking(question) => match answer {
                Ok(answer) => answer.map_err(|dialoguer::Error::IO(error)| from_io(error)),
                Err(panicked) => Err(AskError::Terminal(io::Error::other(panicked))),
            },
        }
    });
    if answer.is_err() {
        saved.restore();
    }
    // The thread may still sit in a read; it ends with the process.
    runtime.shutdown_background();
    answer
}

fn from_io(error: io::Error) -> AskError {
    match error.kind() {
        // Ctrl-D is as final as Ctrl-C.
        io::ErrorKind::Interrupted | io::ErrorKind::UnexpectedEof => AskError::Interrupted,
        _ => AskError::Terminal(error),
    }
}

/// How the terminal was before the question.
struct Saved {
    #[cfg(unix)]
    modes: Option<rustix::termios::Termios>,
}

impl Saved {
    fn now() -> Self {
        Self {
            #[cfg(unix)]
            modes: rustix::termios::tcgetattr(io::stdin()).ok(),
        }
    }

    /// Echo on, cursor visible, and a fresh line.
    fn restore(self) {
        #[cfg(unix)]
        if let Some(modes) = self.modes {
            let _ = rustix::termios::tcsetattr(
                io::stdin(),
                rustix::termios::OptionalActions::Now,
                &modes,
            );
        }
        let _ = io::stderr().write_all(b"\x1b[?25h\n");
    }
}

impl Theme for Calm {
    fn format_prompt(&self, f: &mut dyn std::fmt::Write, prompt: &str) -> std::fmt::Result {
        write!(f, "  {prompt}")
    }

    fn format_input_prompt(
        &self,
        f: &mut dyn std::fmt::Write,
        prompt: &str,
        default: Option<&str>,
    ) -> std::fmt::Result {
        match default {
            Some(default) => write!(f, "  {prompt} [{default}] "),
            None => write!(f, "  {prompt} "),
        }
    }

    fn format_input_prompt_selection(
        &self,
        f: &mut dyn std::fmt::Write,
        prompt: &str,
        answer: &str,
    ) -> std::fmt::Result {
        write!(f, "  {prompt:29}{answer}")
    }

    fn format_password_prompt(
        &self,
        f: &mut dyn std::fmt::Write,
        prompt: &str,
    ) -> std::fmt::Result {
        write!(f, "  {prompt} (hidden) ")
    }

    fn format_password_prompt_selection(
        &self,
        f: &mut dyn std::fmt::Write,
        prompt: &str,
    ) -> std::fmt::Result {
        write!(f, "  {prompt:29}(hidden)")
    }

    fn format_select_prompt_selection(
        &self,
        f: &mut dyn std::fmt::Write,
        prompt: &str,
        answer: &str,
    ) -> std::fmt::Result {
        write!(f, "  {prompt:29}{answer}")
    }

    fn format_select_prompt_item(
        &self,
        f: &mut dyn std::fmt::Write,
        text: &str,
        active: bool,
    ) -> std::fmt::Result {
        write!(f, "  {} {text}", if active { ">" } else { " " })
    }

    fn format_multi_select_prompt_selection(
        &self,
        f: &mut dyn std::fmt::Write,
        prompt: &str,
        answers: &[&str],
    ) -> std::fmt::Result {
        let names = answers
            .iter()
            .map(|answer| answer.split_whitespace().next());
        let names: Vec<_> = names.flatten().collect();
        let names = if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        };
        write!(f, "  {prompt:29}{names}")
    }

    fn format_multi_select_prompt_item(
        &self,
        f: &mut dyn std::fmt::Write,
        text: &str,
        checked: bool,
        active: bool,
    ) -> std::fmt::Result {
        let (active, checked) = (
            if active { ">" } else { " " },
            if checked { "x" } else { " " },
        );
        write!(f, "  {active} [{checked}] {text}")
    }
}
