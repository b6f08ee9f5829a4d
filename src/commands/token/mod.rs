//! `clerk-rs token`: what a token is, whether it is valid, and tokens for tests.

mod batch;
mod decode;
mod describe;
mod input;
mod layout;
mod moment;

use clap::{ArgMatches, Args, Command, FromArgMatches};

use super::{Context, Entry};
use crate::commands::{Shown, UsageError};
use crate::error::Error;
use crate::output::Report;

/// The command's place in the tree.
pub const ENTRY: Entry = Entry {
    name: "token",
    about: "Say what a token is and whether it is valid; make tokens for tests",
    augment,
    schema: "clerk-rs.token/1",
    subcommands: &[("decode", decode::SCHEMA)],
    run,
};

/// The subcommands, each built when it is asked for.
fn augment(command: Command) -> Command {
    let decode = Command::new("decode")
        .about("Say what a token is and what it says, without verifying it")
        .defer(decode::Arguments::augment_args);
    command.disable_help_subcommand(true).subcommand(decode)
}

fn run(matches: &ArgMatches, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    match matches.subcommand() {
        Some(("decode", matches)) => decode::run(parsed(matches)?, context),
        _ => {
            let mut tree = augment(Command::new("clerk-rs token").about(ENTRY.about));
            Ok(Box::new(Shown::help(&mut tree)))
        }
    }
}

fn parsed<A: FromArgMatches>(matches: &ArgMatches) -> Result<A, UsageError> {
    A::from_arg_matches(matches).map_err(|error| UsageError::new(&error))
}
