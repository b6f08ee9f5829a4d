//! `clerk-rs env`: the variables of a project. Each subcommand is a file.

mod arguments;
mod change;
mod check;
mod keys;
mod list;
mod set;
mod unset;
mod writer;
mod written;

use clap::{ArgMatches, Args, Subcommand};

use super::{Context, Entry, parsed};
use crate::error::Error;
use crate::output::Report;

/// The command's place in the tree.
pub const ENTRY: Entry = Entry {
    name: "env",
    about: "Check, list and change the project's variables",
    augment: Arguments::augment_args,
    schema: "clerk-rs.env/1",
    subcommands: &[
        ("check", check::SCHEMA),
        ("list", list::SCHEMA),
        ("set", change::SET),
        ("unset", change::UNSET),
    ],
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
    /// Check names, values, conflicts, and that no secret gets published
    Check(check::Arguments),
    /// List Clerk's variables: what each is set to, where, and what wins
    List(list::Arguments),
    /// Set a variable, or switch the keys, after a check; every other byte of the file stays
    Set(arguments::SetArguments),
    /// Take a variable out of the files that set it
    Unset(arguments::UnsetArguments),
}

fn run(matches: ArgMatches, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let args: Arguments = parsed(matches)?;
    match args.action {
        Action::Check(args) => check::run(&args, context),
        Action::List(args) => list::run(&args, context),
        Action::Set(args) => match &args.name {
            Some(name) => set::run(&args, name, context),
            None => keys::run(&args, context),
        },
        Action::Unset(args) => unset::run(&args, context),
    }
}
