//! `clerk-rs webhooks`: checks, signs and sends deliveries. Each subcommand is a file.

mod delivery;
mod reason;
mod secrets;
mod send;
mod sign;
mod verify;

use clap::{ArgMatches, Args, Subcommand};

use super::{Context, Entry, parsed};
use crate::error::Error;
use crate::output::Report;

pub const ENTRY: Entry = Entry {
    name: "webhooks",
    about: "Check, sign and send webhooks",
    augment: Arguments::augment_args,
    schema: "clerk-rs.webhooks/1",
    subcommands: &[
        ("verify", verify::SCHEMA),
        ("sign", sign::SCHEMA),
        ("send", send::SCHEMA),
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
    /// Say whether a delivery is Clerk's and recent, and if not, why
    Verify(verify::Arguments),
    /// Print the three headers that a body is delivered with
    Sign(sign::Arguments),
    /// Send an event to an app on this machine
    Send(send::Arguments),
}

fn run(matches: ArgMatches, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let args: Arguments = parsed(matches)?;
    match args.action {
        Action::Verify(args) => verify::run(&args, context),
        Action::Sign(args) => sign::run(&args, context),
        Action::Send(args) => send::run(args, context),
    }
}
