//! `clerk-rs completions`: the completion script of a shell, made from the command tree.

mod install;

use clap::{ArgMatches, Args, Subcommand};
use clap_complete::{Shell, generate};
use serde::Serialize;
use serde_json::Value;

use super::{Context, Entry, parsed, tree};
use crate::error::Error;
use crate::output::{Report, Verbosity, to_data};

pub const ENTRY: Entry = Entry {
    name: "completions",
    about: "Print the completion script of a shell, or install it",
    augment: Arguments::augment_args,
    schema: "clerk-rs.completions/1",
    subcommands: &[("install", install::SCHEMA)],
    run,
};

#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    disable_help_subcommand = true,
    after_help = "`clerk-rs completions install` puts it where the shell looks for it."
)]
struct Arguments {
    /// The shell
    #[arg(required = true)]
    shell: Option<Shell>,

    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand)]
enum Action {
    /// Write the script where the shell looks for it; start-up files stay as they are
    Install(install::Arguments),
}

#[derive(Serialize)]
struct Script {
    shell: String,
    script: String,
}

fn run(matches: ArgMatches, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let args: Arguments = parsed(matches)?;
    match (args.shell, args.action) {
        (Some(shell), None) => Ok(Box::new(Script {
            shell: shell.to_string(),
            script: script(shell),
        })),
        (_, action) => {
            let given = action.and_then(|Action::Install(args)| args.shell);
            install::run(given, context)
        }
    }
}

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    generate(shell, &mut tree(), "clerk-rs", &mut script);
    let script = String::from_utf8_lossy(&script);
    match shell {
        // clap_complete writes the dash in a program's name in two ways there, so nothing below the first word would be
        // completed (clap-rs/clap#6421).
        Shell::Bash => script.replace("clerk__subcmd__rs", "clerk__rs"),
        _ => script.into_owned(),
    }
}

impl Report for Script {
    fn schema(&self) -> &'static str {
        ENTRY.schema
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn text(&self, _: Verbosity, _: usize) -> String {
        self.script.clone()
    }
}
