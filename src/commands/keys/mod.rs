//! `clerk-rs keys`: checks the project's keys, and machine tokens. Each subcommand is a file.

mod check;
mod verify;

use std::time::Duration;

use clap::{ArgMatches, Args, Subcommand};

use super::{Context, Entry, parsed};
use crate::error::Error;
use crate::output::Report;

/// The command's place in the tree.
pub const ENTRY: Entry = Entry {
    name: "keys",
    about: "Check the project's keys, and machine tokens",
    augment: Arguments::augment_args,
    schema: "clerk-rs.keys/1",
    subcommands: &[("check", check::SCHEMA), ("verify", verify::SCHEMA)],
    run,
};

#[derive(Args, Debug)]
#[command(disable_help_subcommand = true, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Check the publishable key, the secret key and the JWT key, and whether they belong together
    Check(check::Arguments),
    /// Ask Clerk whether a machine's token is valid: ak_, mt_, oat_ or their JWT forms
    Verify(verify::Arguments),
}

/// How long all questions together may take.
#[derive(Args, Clone, Copy, Debug)]
struct TimeLimit {
    /// How long all questions together may take
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=600))]
    timeout: u16,
}

impl TimeLimit {
    fn duration(self) -> Duration {
        Duration::from_secs(self.timeout.into())
    }
}

fn run(matches: ArgMatches, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let args: Arguments = parsed(matches)?;
    match args.action {
        Action::Check(args) => check::run(args, context),
        Action::Verify(args) => verify::run(args, context),
    }
}
