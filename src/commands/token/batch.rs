//! `--batch`: many tokens, a line for each. Shared by `decode` and `verify`.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use clap::Args;
use clerk_auth::time::Clock;
use serde_json::{Value, json};

use crate::commands::Context;
use crate::error::{Error, Exit, Explain, Explanation};
use crate::inspect::batch::{
    Batch, Event, Field, Form, Judge, Narrow, Outcome, Style, Tally, Verdict,
};
use crate::output::{Report, Told};
use crate::run::{self, Signals};

/// The options of `--batch`.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Many tokens")]
pub struct BatchArguments {
    /// Read many tokens, one a line, from standard input or @FILE; a line of output for each
    #[arg(long)]
    pub batch: bool,

    /// The lines are JSON; the token is in this field: a.b, or /a/b where a name has a dot
    #[arg(
        long,
        value_name = "FIELD",
        requires = "batch",
        conflicts_with = "scan"
    )]
    field: Option<Field>,

    /// Pick the JWTs out of any text, such as a log
    #[arg(long, requires = "batch")]
    scan: bool,

    /// How many threads work on it, 32 at most; one for each core by default
    #[arg(long, value_name = "N", requires = "batch")]
    jobs: Option<NonZeroUsize>,

    /// With --json: the summary as the last document, too
    #[arg(long, requires_all = ["batch", "json"])]
    summary: bool,
}

/// The reason why a batch could not be done.
#[derive(Debug, thiserror::Error)]
enum BatchError {
    #[error("--batch reads tokens, and was given one")]
    Text,
    #[error("the key and the tokens cannot both come from standard input")]
    Twice,
    #[error("could not open {0}")]
    Open(PathBuf, #[source] io::Error),
    #[error("could not read the tokens to their end")]
    Read(#[source] io::Error),
    #[error("could not write the results")]
    Write(#[source] io::Error),
}

impl Explain for BatchError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Text => Explanation::usage("usage")
                .help("name a file as @FILE, or leave it out and pipe the tokens in"),
            Self::Twice => {
                Explanation::usage("usage").help("name a file for one of them, as @FILE")
            }
            Self::Open(_, error) => Explanation::failed("file-not-opened").because(error),
            Self::Read(error) => Explanation::failed("input-not-read").because(error),
            Self::Write(error) => Explanation::failed("output-not-written").because(error),
        }
    }
}

/// Streams. `given` is the argument in the place of a token: nothing, `-` or `@FILE`. `judge` makes the judge for a
/// given style.
pub fn run<J: Judge>(
    context: &Context<'_>,
    arguments: &BatchArguments,
    given: Option<OsString>,
    schema: &'static str,
    clock: Arc<dyn Clock>,
    judge: impl FnOnce(Style) -> J,
) -> Result<Box<dyn Report>, Error> {
    let output = context.globals.output();
    let (input, length) = open(context, given)?;
    let meter = output.meter(context.env, length);
    let style = if output.json {
        Style::Json(schema)
    } else {
        Style::Text
    };
    let (sender, inbox) = channel();
    listen(sender.clone())?;
    let counter = meter.clone();
    let batch = Batch {
        input: Narrow::new(meter.watched(input)),
        output: output.lines(),
        form: arguments.form(),
        style,
        judge: judge(style),
        jobs: arguments.jobs(),
        clock,
        watch: Box::new(move |results| counter.count(results)),
    };
    let outcome = batch.run(&sender, &inbox);
    meter.clear();
    Ok(Box::new(Told(tell(context, arguments, schema, outcome))))
}

impl BatchArguments {
    /// Refuses to read standard input for both token and key in a batch.
    ///
    /// # Errors
    /// Both want it.
    pub fn check(&self, given: Option<&OsStr>, key_is_from_stdin: bool) -> Result<(), Error> {
        let is_file = given.is_some_and(|given| given != "-");
        if self.batch && key_is_from_stdin && !is_file {
            return Err(BatchError::Twice.into());
        }
        Ok(())
    }

    fn form(&self) -> Form {
        match &self.field {
            Some(field) => Form::Field(field.clone()),
            None if self.scan => Form::Scan,
            None => Form::Lines,
        }
    }

    fn jobs(&self) -> NonZeroUsize {
        let cores = || thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        self.jobs.unwrap_or_else(cores)
    }
}

type Input = Box<dyn Read + Send>;

/// The input, and its size in bytes if that is known.
fn open(
    context: &Context<'_>,
    given: Option<OsString>,
) -> Result<(Input, Option<u64>), BatchError> {
    let given = given.unwrap_or_else(|| "-".into());
    if given == "-" {
        return Ok((Box::new(context.env.stdin_stream()), None));
    }
    let path = given.to_str().and_then(|given| given.strip_prefix('@'));
    let path = PathBuf::from(path.ok_or(BatchError::Text)?);
    let opened = File::open(&path).and_then(|file| {
        let metadata = file.metadata()?;
        Ok((file, metadata.is_file().then_some(metadata.len())))
    });
    match opened {
        Ok((file, length)) => Ok((Box::new(file), length)),
        Err(error) => Err(BatchError::Open(path, error)),
    }
}

/// From here on Ctrl-C is an event. Pressed twice, it means: do not wait for the workers.
fn listen(sender: Sender<Event>) -> Result<(), Error> {
    let runtime = run::runtime()?;
    let mut signals = runtime.block_on(async { Signals::listen() })?;
    thread::spawn(move || {
        runtime.block_on(async {
            loop {
                signals.next().await;
                if sender.send(Event::Asked).is_err() {
                    return;
                }
            }
        });
    });
    Ok(())
}

/// Reports the outcome.
fn tell(context: &Context<'_>, arguments: &BatchArguments, schema: &str, outcome: Outcome) -> Exit {
    let Outcome {
        tally,
        was_asked,
        read_error,
        write_error,
    } = outcome;
    let exit = if tally.is_all_yes() {
        Exit::Yes
    } else {
        Exit::No
    };
    let output = context.globals.output();
    let fail = |error: BatchError| output.error_line(context.env, schema, error);
    match write_error {
        // The reader has enough, as in `clerk-rs token decode --batch | head`.
        Some(error) if error.kind() == ErrorKind::BrokenPipe => return exit,
        Some(error) => return fail(BatchError::Write(error)),
        None => {}
    }
    if read_error.is_none() || tally.results() > 0 {
        let talk = output.talk(context.env);
        talk.remark(summary(&tally, was_asked).trim_end());
    }
    if arguments.summary {
        output.document_line(&document(schema, &tally, was_asked));
    }
    match read_error {
        Some(error) => fail(BatchError::Read(error)),
        None if was_asked => Exit::Interrupted,
        None => exit,
    }
}

fn summary(tally: &Tally, was_asked: bool) -> String {
    let results = tally.results();
    let mut text = String::from(if was_asked { "  Interrupted: " } else { "  " });
    if results == 0 {
        text.push_str("no token found\n");
        return text;
    }
    text.push_str(&format!("{}:", counted(results, "result")));
    for verdict in [
        Verdict::Valid,
        Verdict::Unverified,
        Verdict::Invalid,
        Verdict::Unknown,
        Verdict::None,
    ] {
        let count = tally.of(verdict);
        if count > 0 {
            text.push_str(&format!(" {} {},", grouped(count), verdict.word()));
        }
    }
    text.pop();
    text.push('\n');
    for (answer, count) in tally.kinds() {
        let symbol = match answer.verdict {
            Verdict::Valid => '\u{2713}',
            Verdict::Invalid => '\u{2717}',
            Verdict::Unknown => '?',
            Verdict::Unverified | Verdict::None => '\u{2013}',
        };
        text.push_str(&format!(
            "  {symbol} {:36}{:>12}\n",
            answer.word,
            grouped(count)
        ));
    }
    text
}

fn document(schema: &str, tally: &Tally, was_asked: bool) -> Value {
    let kinds = tally.kinds().into_iter().map(|(answer, count)| {
        let name = if answer.verdict.is_ok() {
            "kind"
        } else {
            "reason"
        };
        json!({ "verdict": answer.verdict.word(), name: answer.word, "count": count })
    });
    json!({
        "schema": schema,
        "ok": tally.is_all_yes() && !was_asked,
        "summary": { "results": tally.results(), "interrupted": was_asked, "kinds": kinds.collect::<Vec<_>>() },
    })
}

fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// `1234567` as `1,234,567`.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
