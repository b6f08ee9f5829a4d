//! `clerk-rs token`: explains tokens, verifies them, and makes tokens for tests.

mod advice;
mod batch;
mod checks;
mod decode;
mod describe;
mod expected;
mod given_key;
mod input;
mod judge;
mod layout;
mod mint;
mod outcome;
mod session;
mod verdict;
mod verify;

use clap::{ArgMatches, Args, Command};

use super::{Context, Entry, parsed};
use crate::commands::Shown;
use crate::error::Error;
use crate::output::Report;

/// The command's place in the tree.
pub const ENTRY: Entry = Entry {
    name: "token",
    about: "Say what a token is and whether it is valid; make tokens for tests",
    augment,
    schema: "clerk-rs.token/1",
    subcommands: &[
        ("decode", decode::SCHEMA),
        ("verify", verdict::SCHEMA),
        ("mint", mint::SCHEMA),
    ],
    run,
};

const DECODE: &str = "Say what a token is and what it says, without verifying it";
const VERIFY: &str = "Say whether a token is valid, check by check, and if not why";
const MINT: &str = "Make a session token for tests, signed with a local key";

/// The subcommands, each built when it is asked for. What one is about is said again at the end of building it: the
/// comments on its groups of options would take its place.
fn augment(command: Command) -> Command {
    let decode = Command::new("decode")
        .about(DECODE)
        .defer(|command| decode::Arguments::augment_args(command).about(DECODE));
    let verify = Command::new("verify")
        .about(VERIFY)
        .defer(|command| verify::Arguments::augment_args(command).about(VERIFY));
    let mint = Command::new("mint")
        .about(MINT)
        .defer(|command| mint::Arguments::augment_args(command).about(MINT));
    command
        .disable_help_subcommand(true)
        .subcommands([decode, verify, mint])
}

fn run(mut matches: ArgMatches, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let Some((name, matches)) = matches.remove_subcommand() else {
        let mut tree = augment(Command::new("clerk-rs token").about(ENTRY.about));
        return Ok(Box::new(Shown::help(&mut tree)));
    };
    match name.as_str() {
        "decode" => decode::run(parsed(matches)?, context),
        "verify" => verify::run(parsed(matches)?, context),
        _ => mint::run(parsed(matches)?, context),
    }
}
