//! The command tree: what is common to all commands, and the list of them.
//!
//! Subcommands are built lazily (`defer`): start-up pays for each option that is built, and a
//! run needs those of one command.

pub mod completions;
pub mod dev;
pub mod emulator;
pub mod env;
mod given;
pub mod init;
mod keyless;
pub mod keys;
mod local;
pub mod man;
mod pasted;
pub mod token;
mod usage;

use std::ffi::OsString;
use std::mem::ManuallyDrop;

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::env::Env;
use crate::error::Error;
use crate::output::{Color, Output, Report, Verbosity};

pub use usage::{Shown, UsageError};

/// What every command may use.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The process's surroundings.
    pub env: &'a Env,
    /// The options that all commands share.
    pub globals: Globals,
}

/// The options that all commands share.
#[derive(Clone, Copy, Debug, Default)]
pub struct Globals {
    /// One JSON document instead of text.
    pub json: bool,
    /// When to colour.
    pub color: Color,
    /// Errors only, and data that was asked for.
    pub quiet: bool,
    /// Every detail.
    pub verbose: bool,
    /// No network but this machine's own.
    pub offline: bool,
}

/// The same as they are given. None has a default: clap copies what each of them has, given or not, into every level of
/// the tree, which would cost a short run a tenth of its time.
#[derive(Args)]
#[command(next_help_heading = "Options of every command")]
struct GivenGlobals {
    /// Print one JSON document instead of text, also on failure; never asks
    #[arg(long, global = true, num_args = 0, default_missing_value = "true")]
    json: Option<bool>,

    /// When to colour
    #[arg(long, global = true, value_name = "WHEN", value_enum)]
    color: Option<Color>,

    /// Print errors only, and data that was asked for
    #[arg(
        short,
        long,
        global = true,
        num_args = 0,
        default_missing_value = "true",
        conflicts_with = "verbose"
    )]
    quiet: Option<bool>,

    /// Print every detail
    #[arg(
        short,
        long,
        global = true,
        num_args = 0,
        default_missing_value = "true"
    )]
    verbose: Option<bool>,

    /// Use no network but this machine's own
    #[arg(long, global = true, num_args = 0, default_missing_value = "true")]
    offline: Option<bool>,
}

impl From<GivenGlobals> for Globals {
    fn from(given: GivenGlobals) -> Self {
        Self {
            json: given.json.is_some(),
            color: given.color.unwrap_or_default(),
            quiet: given.quiet.is_some(),
            verbose: given.verbose.is_some(),
            offline: given.offline.is_some(),
        }
    }
}

impl Globals {
    /// How they want results shown.
    pub fn output(self) -> Output {
        let verbosity = match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        };
        Output {
            json: self.json,
            color: self.color,
            verbosity,
        }
    }

    /// The same from raw arguments, for errors that come before or instead of parsing.
    pub fn scan(args: &[OsString]) -> Self {
        let mut globals = Self::default();
        let words = args.iter().skip(1).map_while(|word| match word.to_str() {
            Some("--") => None,
            word => Some(word.unwrap_or_default()),
        });
        let mut previous = "";
        for word in words {
            globals.json |= word == "--json";
            let color = word
                .strip_prefix("--color=")
                .or((previous == "--color").then_some(word));
            match color {
                Some("always") => globals.color = Color::Always,
                Some("never") => globals.color = Color::Never,
                _ => {}
            }
            previous = word;
        }
        globals
    }
}

/// One command of the tree.
pub struct Entry {
    name: &'static str,
    about: &'static str,
    augment: fn(Command) -> Command,
    schema: &'static str,
    /// Its own subcommands, and the schemas of theirs.
    subcommands: &'static [(&'static str, &'static str)],
    /// Does it.
    pub run: Run,
}

impl Entry {
    /// The schema of the JSON documents of a run.
    pub fn schema(&self, matches: &ArgMatches) -> &'static str {
        let named = |(name, _): &&(&str, &str)| matches.subcommand_name() == Some(name);
        let found = self.subcommands.iter().find(named);
        found.map_or(self.schema, |(_, schema)| schema)
    }
}

type Run = fn(&ArgMatches, &Context<'_>) -> Result<Box<dyn Report>, Error>;

const ENTRIES: &[Entry] = &[
    init::ENTRY,
    dev::ENTRY,
    emulator::ENTRY,
    token::ENTRY,
    keys::ENTRY,
    env::ENTRY,
    completions::ENTRY,
    man::ENTRY,
];

const LONG_ABOUT: &str = "\
Wires Rust web projects to Clerk, the hosted sign-in service.

Unofficial: not affiliated with Clerk, Inc. There is nothing to `cargo add`: a project made by \
`clerk-rs init` carries its own copy of the code. (`cargo add clerk-rs` would fetch another \
project, a community SDK of the same name.)";

const AFTER_HELP: &str = "\
Start with `clerk-rs init my-app`, then `clerk-rs dev` in it.
Exit codes: 0 done or yes, 1 the answer is no, 2 usage, 3 could not be done, 130 interrupted; \
`dev` passes on the app's own.";

/// The whole tree, its subcommands not yet built.
pub fn tree() -> Command {
    let root = GivenGlobals::augment_args(Command::new("clerk-rs"))
        .version(env!("CARGO_PKG_VERSION"))
        .about("Wires Rust web projects to Clerk (unofficial)")
        .long_about(LONG_ABOUT)
        .after_help(AFTER_HELP)
        .disable_help_subcommand(true);
    let commands = ENTRIES.iter().map(|entry| {
        Command::new(entry.name)
            .about(entry.about)
            .defer(entry.augment)
    });
    root.subcommands(commands)
}

/// What the arguments turned out to be.
pub enum Parsed {
    /// `token decode TEXT` and nothing else: a run so short that building the tree would take most of it.
    Decode(OsString),
    /// A command to run.
    Command(&'static Entry, Globals, ArgMatches),
    /// A help page or the version.
    Shown(Shown),
    /// A mistake, and the schema under which to report it.
    Refused(&'static str, UsageError),
}

/// Reads the arguments.
pub fn parse(args: &[OsString]) -> Parsed {
    if let [_, command, action, text] = args
        && command == "token"
        && action == "decode"
        && (text == "-" || !text.as_encoded_bytes().starts_with(b"-"))
    {
        return Parsed::Decode(text.clone());
    }
    // Taking it apart again would cost a short run as much as its work.
    let mut tree = ManuallyDrop::new(tree());
    let refused = |error: &clap::Error| {
        let entry = args.iter().skip(1).find_map(|word| find(word.to_str()?));
        let schema = entry.map_or("clerk-rs.usage/1", |entry| entry.schema);
        Parsed::Refused(schema, UsageError::new(error))
    };
    let mut matches = match tree.try_get_matches_from_mut(args) {
        Ok(matches) => matches,
        Err(error) => {
            return match Shown::from_clap(&error) {
                Some(shown) => Parsed::Shown(shown),
                None => refused(&error),
            };
        }
    };
    let found = matches
        .remove_subcommand()
        .and_then(|(name, matches)| Some((find(&name)?, matches)));
    let Some((entry, mut matches)) = found else {
        return Parsed::Shown(Shown::help(&mut tree));
    };
    match GivenGlobals::from_arg_matches_mut(&mut matches) {
        Ok(given) => Parsed::Command(entry, given.into(), matches),
        Err(error) => refused(&error),
    }
}

fn find(name: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.name == name)
}
