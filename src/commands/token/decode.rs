//! `clerk-rs token decode`: shows the kind and the content of a token. Nothing is verified, and no word sounds like it.

use std::ffi::OsString;
use std::sync::Arc;

use clap::Args;
use clerk_auth::time::{SystemClock, UnixMillis};
use serde_json::{Value, json};

use super::batch::{self, BatchArguments};
use super::{describe, input, layout};
use crate::commands::{Context, moment};
use crate::error::{Error, Exit};
use crate::inspect::batch::Decoder;
use crate::inspect::explain::explain;
use crate::inspect::fault::{Cause, Fault};
use crate::inspect::kind::{Form, Token};
use crate::inspect::paste;
use crate::output::{BOLD, Report, Verbosity};

/// The document's name.
pub const SCHEMA: &str = "clerk-rs.token-decode/1";

/// The name of each document of a batch.
const BATCH_SCHEMA: &str = "clerk-rs.token-decode-batch/1";

/// Longer values are cut, unless all details are wanted.
const LONGEST_VALUE: usize = 600;

#[derive(Args, Debug)]
#[command(after_help = "\
The text may be a bare token, `Bearer …`, a cookie header, a whole `curl` line, JSON or HAR, or prose with a token in \
it; line breaks inside a token are left out. Of several tokens each is explained.
Nothing is verified, and nothing leaves this machine. Exit code 1: there is no token in the text.")]
pub struct Arguments {
    /// The text with the token; @FILE is a file, `-` or nothing what is piped in
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    token: Option<OsString>,

    /// The moment to count from: Unix seconds, a date with time, or a span such as -5m
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,

    #[command(flatten)]
    batch: BatchArguments,
}

struct Decoded {
    tokens: Vec<Token>,
    left_out: usize,
    around: Option<String>,
    now: UnixMillis,
}

/// Does it.
pub fn run(args: Arguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    if args.batch.batch {
        let clock = Arc::new(SystemClock);
        return batch::run(
            context,
            &args.batch,
            args.token,
            BATCH_SCHEMA,
            clock,
            Decoder::new,
        );
    }
    let now = moment::of(args.at.as_deref())?;
    let text = input::read(args.token, context)?;
    let paste = paste::find(&text);
    Ok(Box::new(Decoded {
        tokens: paste.tokens.into_iter().map(Token::of).collect(),
        left_out: paste.left_out,
        around: paste.around,
        now,
    }))
}

impl Report for Decoded {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn exit(&self) -> Exit {
        if self.tokens.iter().any(|token| token.kind.is_token()) {
            Exit::Yes
        } else {
            Exit::No
        }
    }

    fn data(&self) -> serde_json::Result<Value> {
        let describe = |token| describe::token(token, self.now).into();
        let tokens: Vec<Value> = self.tokens.iter().map(describe).collect();
        Ok(json!({
            "ok": self.exit() == Exit::Yes,
            "verified": false,
            "tokens": tokens,
            "left_out": self.left_out,
            "around": self.around,
        }))
    }

    fn text(&self, verbosity: Verbosity, width: usize) -> String {
        let mut text = String::with_capacity(2048);
        let count = self.tokens.len();
        if count > 1 {
            layout::sentence(&mut text, &layout::how_many(count, self.left_out), width);
        }
        for (index, token) in self.tokens.iter().enumerate() {
            if count > 1 {
                let place = describe::places(&token.found);
                text.push('\n');
                layout::sentence(&mut text, &format!("{}. {place}", index + 1), width);
            }
            write(&mut text, token, self.now, verbosity, width);
        }
        if let Some(around) = &self.around {
            text.push('\n');
            layout::sentence(&mut text, &format!("Left out: {around}."), width);
        }
        text
    }
}

fn write(text: &mut String, token: &Token, now: UnixMillis, verbosity: Verbosity, width: usize) {
    let title = token.kind.title();
    match &token.form {
        Form::Broken(fault) => return write_fault(text, fault, width),
        _ if !token.kind.is_token() => {
            layout::sentence(text, &format!("{BOLD}{title}{BOLD:#}"), width);
        }
        form => {
            let advice = match form {
                Form::Jwt(_) => " (use `clerk-rs token verify`)",
                _ => "",
            };
            let title =
                format!("{BOLD}{title}{BOLD:#} \u{2014} {BOLD}NOT VERIFIED{BOLD:#}{advice}");
            layout::sentence(text, &title, width);
        }
    }
    let explained = explain(token, now);
    if let Some(about) = token.kind.about() {
        layout::sentence(text, about, width);
    }
    if !explained.rows.is_empty() {
        text.push('\n');
    }
    for row in &explained.rows {
        let longest = match verbosity {
            Verbosity::Verbose => usize::MAX,
            _ => LONGEST_VALUE,
        };
        layout::row(
            text,
            row.label,
            &layout::shortened(&row.value, longest),
            &row.note,
            width,
        );
    }
    if !explained.notes.is_empty() {
        text.push('\n');
    }
    for note in &explained.notes {
        layout::marked(text, "!", &note.text, width);
    }
}

/// The reason why it is not a token, and the place.
pub fn write_fault(text: &mut String, fault: &Fault, width: usize) {
    let title = if fault.is_absence() {
        "No token:"
    } else {
        "Not a JWT:"
    };
    let fault_text = fault.to_string();
    let told = fault_text.trim_start_matches("there is no token: ");
    layout::sentence(text, &format!("{BOLD}{title}{BOLD:#} {told}"), width);
    if matches!(fault.cause, Cause::Parts(1) | Cause::Prose) {
        layout::sentence(
            text,
            "Nor does it start like an opaque token (ak_, mt_, oat_, dvb_).",
            width,
        );
    }
    if let Some(help) = fault.help() {
        layout::sentence(text, &format!("help: {help}"), width);
    }
}
