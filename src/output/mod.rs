//! The only way to the screen: results go to standard output, talk to standard error.
//!
//! A command returns a [`Report`] or an [`Error`]; here it becomes text or one JSON document.

pub mod findings;
mod human;
mod json;
mod progress;
mod stream;
mod talk;

use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};
use serde::Serialize;
use serde_json::Value;

use crate::env::Env;
use crate::error::{Error, Exit, Explain};
use crate::fold::{NARROWEST, WIDTH};
pub use crate::fold::{columns, fold};

pub use human::{BOLD, CYAN, DIM, GREEN, RED, YELLOW};
pub use progress::{Bar, Meter};
pub use stream::Stream;
pub use talk::Talk;

/// When to colour.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set: the default
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How much to say.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub enum Verbosity {
    /// Errors, and data that was asked for.
    Quiet,
    /// The result and what to do next.
    #[default]
    Normal,
    /// Every detail.
    Verbose,
}

/// The result of a command, before it is text or JSON.
pub trait Report {
    /// The document's name and version, such as `clerk-rs.init/1`.
    fn schema(&self) -> &'static str;

    fn data(&self) -> serde_json::Result<Value>;

    /// The result as text for a screen of that many columns. Its ANSI codes are taken out again if nobody wants them.
    fn text(&self, verbosity: Verbosity, width: usize) -> String;

    /// True if all of it has been written already, line by line.
    fn is_told(&self) -> bool {
        false
    }

    /// Its exit code.
    fn exit(&self) -> Exit {
        Exit::Yes
    }
}

/// All of it has been written already, line by line; what is left is the exit code.
pub struct Told(pub Exit);

impl Report for Told {
    fn schema(&self) -> &'static str {
        ""
    }

    fn data(&self) -> serde_json::Result<Value> {
        Ok(Value::Null)
    }

    fn text(&self, _: Verbosity, _: usize) -> String {
        String::new()
    }

    fn is_told(&self) -> bool {
        true
    }

    fn exit(&self) -> Exit {
        self.0
    }
}

/// A result as a JSON value: the only line of most [`Report::data`].
pub fn to_data(report: &impl Serialize) -> serde_json::Result<Value> {
    serde_json::to_value(report)
}

/// The width of results.
fn width(env: &Env) -> usize {
    env.stdout_columns()
        .map_or(WIDTH, |columns| columns.max(NARROWEST))
}

/// Shows results and errors.
#[derive(Clone, Copy, Debug, Default)]
pub struct Output {
    /// One JSON document instead of text.
    pub json: bool,
    /// When to colour.
    pub color: Color,
    /// How much to say.
    pub verbosity: Verbosity,
}

impl Output {
    /// For talk on standard error while a command works.
    pub fn talk(&self, env: &Env) -> Talk {
        Talk::new(
            self.choice(env, Env::stderr_is_terminal),
            self.verbosity,
            env.stderr_columns(),
        )
    }

    /// A bar on standard error, if that is a terminal and somebody may look at it.
    pub fn bar(&self, env: &Env) -> Bar {
        let is_seen = !self.json && self.verbosity != Verbosity::Quiet && env.stderr_is_terminal();
        Bar::new(is_seen && env.var("TERM").as_deref() != Some("dumb"))
    }

    /// Shows a result; the exit code is the result's.
    pub fn report(&self, env: &Env, report: &dyn Report) -> Exit {
        if report.is_told() {
            return report.exit();
        }
        let text = if self.json {
            json::report(report)
        } else {
            let text = report.text(self.verbosity, width(env));
            let is_plain = env.stdout_is_terminal() && !env.has_unicode();
            Ok(if is_plain { human::ascii(&text) } else { text })
        };
        let written = text.and_then(|text| {
            let choice = self.choice(env, Env::stdout_is_terminal);
            let unstyled = (choice == ColorChoice::Never).then(|| human::unstyled(&text));
            if let Some(plain) = unstyled.flatten() {
                let mut stdout = io::stdout().lock();
                stdout.write_all(plain.as_bytes())?;
                return stdout.flush();
            }
            let mut stdout = AutoStream::new(io::stdout().lock(), choice);
            stdout.write_all(text.as_bytes())?;
            stdout.flush()
        });
        match written {
            Ok(()) => report.exit(),
            // The reader has enough, as in `clerk-rs man | head`.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => report.exit(),
            Err(error) => {
                let text = format!("error: could not write the result\n  because: {error}\n");
                let _ = io::stderr().write_all(text.as_bytes());
                Exit::Failed
            }
        }
    }

    /// Shows an error: as the one document on standard output, or as text on standard error.
    pub fn error(&self, env: &Env, schema: &str, error: &Error) -> Exit {
        let exit = error.explain().exit;
        if self.json && written(&json::error(schema, &**error)) {
            return exit;
        }
        if exit != Exit::Interrupted {
            let text = human::error(&**error, env.stderr_columns());
            let is_plain = env.stderr_is_terminal() && !env.has_unicode();
            let text = if is_plain { human::ascii(&text) } else { text };
            let choice = self.choice(env, Env::stderr_is_terminal);
            let _ = AutoStream::new(io::stderr().lock(), choice).write_all(text.as_bytes());
        }
        exit
    }

    /// The output for plain results, as many as the input has lines.
    pub fn lines(&self) -> impl Write + Send + 'static {
        io::stdout()
    }

    /// The output for documents that come one by one, if anybody wants documents.
    pub fn stream(&self, schema: &'static str) -> Option<Stream> {
        self.json.then(|| Stream::start(schema))
    }

    /// A bar for such results on standard error, unless they appear on the same terminal. The length of the input is in
    /// bytes.
    pub fn meter(&self, env: &Env, length: Option<u64>) -> Meter {
        let is_seen = self.verbosity != Verbosity::Quiet && env.stderr_is_terminal();
        let is_alone = !env.stdout_is_terminal() && env.var("TERM").as_deref() != Some("dumb");
        Meter::new(is_seen && is_alone, length)
    }

    /// A document in one line, after others.
    pub fn document_line(&self, document: &Value) {
        let _ = io::stdout().write_all(format!("{document}\n").as_bytes());
    }

    /// Shows an error after lines of results: as one more line, or as text on standard error.
    pub fn error_line(&self, env: &Env, schema: &str, error: impl Explain + 'static) -> Exit {
        let exit = error.explain().exit;
        let line = json::error_document(schema, &error);
        if self.json && written(&format!("{line}\n")) {
            return exit;
        }
        Self {
            json: false,
            ..*self
        }
        .error(env, schema, &error.into())
    }

    fn choice(&self, env: &Env, is_terminal: fn(&Env) -> bool) -> ColorChoice {
        let on = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                is_terminal(env)
                    && env.var("NO_COLOR").is_none()
                    && env.var("TERM").as_deref() != Some("dumb")
            }
        };
        if on {
            ColorChoice::Always
        } else {
            ColorChoice::Never
        }
    }
}

/// Writes an error's document. False if it could not be written although somebody reads, as on a full disk: then it is left
/// to standard error.
fn written(document: &str) -> bool {
    match io::stdout().write_all(document.as_bytes()) {
        Ok(()) => true,
        Err(error) => error.kind() == io::ErrorKind::BrokenPipe,
    }
}
