//! The command tree: the list of all commands, and what they have in common.
//!
//! Subcommands are built lazily (`defer`): each option costs start-up time, and a run needs those of one command.

pub mod add;
pub mod completions;
pub mod dev;
pub mod doctor;
mod documents;
pub mod emulator;
pub mod env;
mod exposed;
mod given;
pub mod init;
mod keyless;
pub mod keys;
mod local;
pub mod man;
mod meant;
mod moment;
mod notices;
mod own_port;
mod pasted;
mod permission;
mod planned;
mod request_log;
pub mod routes;
pub mod schema;
pub mod token;
pub mod update;
mod usage;
pub mod webhooks;

use std::borrow::Cow;
use std::ffi::OsString;

use clap::{ArgMatches, Args, Command, FromArgMatches, ValueEnum as _};

use crate::env::Env;
use crate::error::Error;
use crate::output::{Color, Output, Report, Verbosity};

pub use exposed::ways;
pub use usage::{SEEN, Shown, UsageError};

/// Passed to every command.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The process's surroundings.
    pub env: &'a Env,
    /// The options that all commands share.
    pub globals: Globals,
}

/// The options that all commands share.
#[derive(Args, Clone, Copy, Debug, Default, Eq, PartialEq)]
#[command(next_help_heading = "Options of every command")]
pub struct Globals {
    /// Print one JSON document instead of text, also on failure; never asks
    #[arg(long, global = true)]
    pub json: bool,

    /// When to colour
    #[arg(long, global = true, value_name = "WHEN", value_enum)]
    pub color: Option<Color>,

    /// Print errors only, and data that was asked for
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Print every detail
    #[arg(short, long, global = true)]
    pub verbose: bool,

    /// Use no network but this machine's own
    #[arg(long, global = true)]
    pub offline: bool,
}

impl Globals {
    /// The way to show results.
    pub fn output(self) -> Output {
        let verbosity = match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        };
        Output {
            json: self.json,
            color: self.color.unwrap_or_default(),
            verbosity,
        }
    }

    /// Guesses them if the command line as a whole was not understood: an option counts if one of the words before `--`
    /// is spelled like it.
    fn guess(args: &[OsString]) -> Self {
        let words = args.iter().skip(1).take_while(|word| *word != "--");
        let words: Vec<&str> = words.filter_map(|word| word.to_str()).collect();
        let long = |name: &str| {
            words
                .iter()
                .any(|word| word.strip_prefix("--") == Some(name))
        };
        let short = |letter: char| {
            let mut clusters = words.iter().filter(|word| !word.starts_with("--"));
            clusters.any(|word| {
                word.strip_prefix('-')
                    .is_some_and(|all| all.contains(letter))
            })
        };
        let after = words.windows(2).filter(|pair| pair[0] == "--color");
        let after = after.map(|pair| pair[1]);
        let joined = words
            .iter()
            .filter_map(|word| word.strip_prefix("--color="));
        let color = after
            .chain(joined)
            .find_map(|when| Color::from_str(when, false).ok());
        Self {
            json: long("json"),
            color,
            quiet: long("quiet") || short('q'),
            verbose: long("verbose") || short('v'),
            offline: long("offline"),
        }
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
    pub run: Run,
}

impl Entry {
    /// Its place in the tree, built only if the run needs it.
    fn command(&self) -> Command {
        Command::new(self.name)
            .about(self.about)
            .defer(self.augment)
    }

    /// The schema of the JSON documents of a run.
    pub fn schema(&self, matches: &ArgMatches) -> &'static str {
        let named = |(name, _): &&(&str, &str)| matches.subcommand_name() == Some(name);
        let found = self.subcommands.iter().find(named);
        found.map_or(self.schema, |(_, schema)| schema)
    }
}

type Run = fn(ArgMatches, &Context<'_>) -> Result<Box<dyn Report>, Error>;

const ENTRIES: &[Entry] = &[
    init::ENTRY,
    add::ENTRY,
    update::ENTRY,
    dev::ENTRY,
    emulator::ENTRY,
    token::ENTRY,
    keys::ENTRY,
    env::ENTRY,
    routes::ENTRY,
    doctor::ENTRY,
    webhooks::ENTRY,
    schema::ENTRY,
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

/// The whole tree, with subcommands that are not built yet.
pub fn tree() -> Command {
    root().subcommands(ENTRIES.iter().map(Entry::command))
}

/// The tree without its commands. Usage texts name the program as we do, whatever its file is called.
fn root() -> Command {
    Globals::augment_args(Command::new("clerk-rs"))
        .bin_name("clerk-rs")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Wires Rust web projects to Clerk (unofficial)")
        .long_about(LONG_ABOUT)
        .after_help(AFTER_HELP)
        .disable_help_subcommand(true)
}

/// The meaning of the arguments.
pub enum Parsed {
    /// A command to run.
    Command(&'static Entry, Globals, ArgMatches),
    /// A help page or the version.
    Shown(Globals, Shown),
    /// A mistake, with the schema for its report.
    Refused(Globals, &'static str, UsageError),
}

/// Reads the arguments.
pub fn parse(args: &[OsString]) -> Parsed {
    let args = &without_help_command(args);
    // If the arguments begin with a command's name, no other command is needed.
    let mut tree = match args.get(1).and_then(|word| find(word.to_str()?)) {
        Some(entry) => root().subcommand(entry.command()),
        None => tree(),
    };
    let parsed = tree
        .try_get_matches_from_mut(args.iter())
        .and_then(|mut matches| {
            let globals = Globals::from_arg_matches_mut(&mut matches)?;
            Ok((globals, matches))
        });
    let schema = || {
        let entry = args.iter().skip(1).find_map(|word| find(word.to_str()?));
        entry.map_or("clerk-rs.usage/1", |entry| entry.schema)
    };
    if let Some(error) = exposed::refusal(args, parsed.as_ref().map(|(_, matches)| matches)) {
        return Parsed::Refused(Globals::guess(args), schema(), error);
    }
    match parsed {
        Ok((globals, mut matches)) => match matches.remove_subcommand() {
            Some((name, matches)) if let Some(entry) = find(&name) => {
                Parsed::Command(entry, globals, matches)
            }
            _ => Parsed::Shown(globals, Shown::help(&mut tree)),
        },
        Err(error) => {
            let globals = Globals::guess(args);
            match Shown::from_clap(&error) {
                Some(shown) => Parsed::Shown(globals, shown),
                None => Parsed::Refused(globals, schema(), UsageError::new(&error, args)),
            }
        }
    }
}

/// `help token verify`, which users of cargo type, is `token verify --help`; and so is `token help verify`.
fn without_help_command(args: &[OsString]) -> Cow<'_, [OsString]> {
    let mut names = (1..args.len()).filter(|at| !args[*at].to_string_lossy().starts_with('-'));
    let has_subcommands = |at: usize| {
        let entry = args[at].to_str().and_then(find);
        entry.is_some_and(|entry| !entry.subcommands.is_empty())
    };
    let help = match (names.next(), names.next()) {
        (Some(first), _) if args[first] == "help" => first,
        (Some(first), Some(second)) if has_subcommands(first) && args[second] == "help" => second,
        _ => return args.into(),
    };
    let words = args[..help].iter().chain(&args[help + 1..]).cloned();
    words.chain(["--help".into()]).collect()
}

/// A command's own arguments.
fn parsed<A: FromArgMatches>(mut matches: ArgMatches) -> Result<A, UsageError> {
    A::from_arg_matches_mut(&mut matches).map_err(|error| UsageError::new(&error, &[]))
}

fn find(name: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.name == name)
}

#[cfg(test)]
mod tests {
    use super::{Color, Globals};

    #[test]
    fn options_are_guessed_from_a_line_that_makes_no_sense() {
        let guess = |line: &str| {
            let words = line.split(' ').map(Into::into);
            Globals::guess(&words.collect::<Vec<_>>())
        };
        let none = guess("clerk-rs ini --jso -- --json -q --color=always");
        assert_eq!(none, Globals::default());
        let all = Globals {
            json: true,
            color: Some(Color::Never),
            quiet: true,
            verbose: true,
            offline: true,
        };
        assert_eq!(guess("x --json ini -qv --color never --offline"), all);
        assert_eq!(
            guess("x ini --quiet --verbose --json --offline --color=never"),
            all
        );
        assert_eq!(guess("x --color pink --color").color, None);
    }
}
