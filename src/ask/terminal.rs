//! Questions at a terminal, with dialoguer, on standard error.
//!
//! A question runs on a thread of its own while this one waits for Ctrl-C: a signal would end
//! the process with the cursor hidden or the echo off, and a handler cannot return from a
//! blocked read.

use std::fmt;
use std::io::{self, Write};

#[cfg(not(unix))]
use dialoguer::Password;
use dialoguer::console::{Key, Term};
use dialoguer::{Input, theme::Theme};

use super::{AskError, Question};
use crate::error::Explain;
use crate::fold::fold;

/// Ctrl-D
const END: char = '\u{4}';

/// Two spaces of indent, the question, the answer; folded between words at this many columns.
struct Calm(usize);

impl Calm {
    /// Adds words; further lines begin at `indent`. The last column stays free for the cursor.
    fn fold(&self, f: &mut dyn fmt::Write, words: &str, indent: usize) -> fmt::Result {
        f.write_str(&folded(self.0 - 1, words, indent))
    }

    fn menu(
        &self,
        f: &mut dyn fmt::Write,
        words: &str,
        items: &[String],
        at: usize,
        marks: Option<&Vec<bool>>,
    ) -> fmt::Result {
        self.format_prompt(f, words)?;
        for (index, item) in items.iter().enumerate() {
            let active = if index == at { ">" } else { " " };
            f.write_char('\n')?;
            match marks.map(|marks| if marks[index] { "x" } else { " " }) {
                Some(mark) => self.fold(f, &format!("  {active} [{mark}] {item}"), 8)?,
                None => self.fold(f, &format!("  {active} {item}"), 4)?,
            }
        }
        f.write_char('\n')
    }

    /// The line that stays of a menu: of several items the first words alone.
    fn answer<'a>(
        &self,
        words: &str,
        mut names: impl Iterator<Item = &'a str>,
        several: bool,
    ) -> String {
        let names = if several {
            let firsts = names.filter_map(|name| name.split_whitespace().next());
            firsts.collect::<Vec<_>>().join(", ")
        } else {
            names.next().unwrap_or_default().to_owned()
        };
        let names = if names.is_empty() { "none" } else { &names };
        folded(self.0 - 1, &format!("  {words:28} {names}"), 4)
    }
}

/// Lines that begin with the words' own two spaces.
fn folded(columns: usize, words: &str, indent: usize) -> String {
    let mut text = String::new();
    for (index, line) in words.lines().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        fold(&mut text, line, 0, indent, columns);
    }
    text
}

pub fn text(columns: usize, question: Question, default: &str) -> Result<String, AskError> {
    let default = default.to_owned();
    run(move || typed(Calm(columns), question, Some(default)))
}

pub fn line(columns: usize, question: Question) -> Result<String, AskError> {
    run(move || typed(Calm(columns), question, None))
}

/// An answer that is typed. dialoguer passes over Ctrl-D, so the first key is read here, and the rest by it.
fn typed(theme: Calm, question: Question, default: Option<String>) -> dialoguer::Result<String> {
    let term = Term::stderr();
    let first = first_key(&theme, &term, question, default.as_deref())?;
    let Some(first) = first else {
        let answer = default.unwrap_or_default();
        term.write_line(&drawn(|f| {
            theme.format_input_prompt_selection(f, question.words, &answer)
        })?)?;
        return Ok(answer);
    };
    let input = Input::with_theme(&theme)
        .with_prompt(question.words)
        .with_initial_text(first);
    match default {
        Some(default) => input.default(default),
        None => input.allow_empty(true),
    }
    .interact_text_on(&term)
}

/// The character that an answer begins with; `None` for Enter. The question is gone from the screen by then.
fn first_key(
    theme: &Calm,
    term: &Term,
    question: Question,
    default: Option<&str>,
) -> io::Result<Option<char>> {
    let asked = drawn(|f| theme.format_input_prompt(f, question.words, default))?;
    term.write_str(&asked)?;
    let first = loop {
        match term.read_key()? {
            Key::Enter => break None,
            Key::Char(END) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Key::Char(key) if !key.is_control() => break Some(key),
            _ => {}
        }
    };
    term.clear_line()?;
    term.clear_last_lines(asked.matches('\n').count())?;
    Ok(first)
}

fn drawn(draw: impl Fn(&mut dyn fmt::Write) -> fmt::Result) -> io::Result<String> {
    let mut text = String::new();
    draw(&mut text).map_err(io::Error::other)?;
    Ok(text)
}

/// dialoguer takes Ctrl-D for an empty answer, so where the system allows it the line is read here.
#[cfg(unix)]
pub fn hidden(columns: usize, question: Question) -> Result<String, AskError> {
    run(move || {
        let (theme, term) = (Calm(columns), Term::stderr());
        let asked = drawn(|f| theme.format_password_prompt(f, question.words))?;
        term.write_str(&asked)?;
        let answer = unseen_line()?;
        term.write_line("")?;
        term.clear_last_lines(asked.matches('\n').count() + 1)?;
        term.write_line(&drawn(|f| {
            theme.format_password_prompt_selection(f, question.words)
        })?)?;
        Ok(answer)
    })
}

/// A line that is not echoed. Whoever calls it puts the terminal back if the reading is given up.
#[cfg(unix)]
fn unseen_line() -> io::Result<String> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    let modes = tcgetattr(io::stdin())?;
    let mut silent = modes.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    tcsetattr(io::stdin(), OptionalActions::Drain, &silent)?;
    let mut line = String::new();
    let read = io::stdin().read_line(&mut line);
    tcsetattr(io::stdin(), OptionalActions::Drain, &modes)?;
    if read? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(not(unix))]
pub fn hidden(columns: usize, question: Question) -> Result<String, AskError> {
    run(move || {
        Password::with_theme(&Calm(columns))
            .with_prompt(question.words)
            .allow_empty_password(true)
            .interact()
    })
}

pub fn one(columns: usize, question: Question, items: &[String]) -> Result<usize, AskError> {
    let items = items.to_vec();
    let chosen = run(move || Ok(menu(&Calm(columns), question, &items, false)?))?;
    Ok(chosen.first().copied().unwrap_or_default())
}

pub fn any(columns: usize, question: Question, items: &[String]) -> Result<Vec<usize>, AskError> {
    let items = items.to_vec();
    run(move || Ok(menu(&Calm(columns), question, &items, true)?))
}

/// A menu: arrows move, Enter ends it, and the space bar marks where several may be chosen. dialoguer's own menus pass
/// over Ctrl-D.
fn menu(
    theme: &Calm,
    question: Question,
    items: &[String],
    several: bool,
) -> io::Result<Vec<usize>> {
    let term = Term::stderr();
    let (mut at, count) = (0, items.len().max(1));
    let mut marks = vec![false; items.len()];
    term.hide_cursor()?;
    let chosen: Vec<usize> = loop {
        let shown = drawn(|f| theme.menu(f, question.words, items, at, several.then_some(&marks)))?;
        term.write_str(&shown)?;
        let key = term.read_key()?;
        if key == Key::Char(END) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        term.clear_last_lines(shown.matches('\n').count())?;
        match key {
            Key::ArrowDown | Key::Tab | Key::Char('j') => at = (at + 1) % count,
            Key::ArrowUp | Key::BackTab | Key::Char('k') => at = (at + count - 1) % count,
            Key::Char(' ') if several => marks[at] = !marks[at],
            Key::Enter if several => break (0..items.len()).filter(|item| marks[*item]).collect(),
            Key::Enter | Key::Char(' ') => break vec![at],
            _ => {}
        }
    };
    let names = chosen.iter().map(|item| items[*item].as_str());
    let answer = theme.answer(question.words, names, several);
    term.write_line(&answer)?;
    term.show_cursor()?;
    Ok(chosen)
}

pub fn remark(columns: usize, text: &str) {
    let text = folded(columns, &format!("  {text}"), 2);
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Says why an answer will not do. True, so that the caller asks again.
pub fn complain(columns: usize, why: &dyn Explain) -> bool {
    let mut said = folded(columns, &format!("  {}", why.with_reason()), 2);
    for line in why.explain().help.iter().flat_map(|help| help.lines()) {
        said.push('\n');
        said.push_str(&folded(columns, &format!("    {line}"), 4));
    }
    writeln!(io::stderr().lock(), "{said}").is_ok()
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

/// The state of the terminal before the question.
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
        // An old console of Windows shows an escape sequence and obeys none.
        let term = Term::stderr();
        let _ = term.show_cursor().and_then(|()| term.write_line(""));
    }
}

impl Theme for Calm {
    fn format_prompt(&self, f: &mut dyn fmt::Write, prompt: &str) -> fmt::Result {
        self.fold(f, &format!("  {prompt}"), 2)
    }

    fn format_input_prompt(
        &self,
        f: &mut dyn fmt::Write,
        prompt: &str,
        default: Option<&str>,
    ) -> fmt::Result {
        match default {
            Some(default) => self.fold(f, &format!("  {prompt} [{default}] "), 2),
            None => self.fold(f, &format!("  {prompt} "), 2),
        }
    }

    fn format_input_prompt_selection(
        &self,
        f: &mut dyn fmt::Write,
        prompt: &str,
        answer: &str,
    ) -> fmt::Result {
        self.fold(f, &format!("  {prompt:29}{answer}"), 4)
    }

    fn format_password_prompt(&self, f: &mut dyn fmt::Write, prompt: &str) -> fmt::Result {
        self.fold(f, &format!("  {prompt} (hidden) "), 2)
    }

    fn format_password_prompt_selection(
        &self,
        f: &mut dyn fmt::Write,
        prompt: &str,
    ) -> fmt::Result {
        write!(f, "  {prompt:29}(hidden)")
    }
}
