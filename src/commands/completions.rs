//! `clerk-rs completions`: the completion script of a shell, made from the command tree.

use clap::{ArgMatches, Args};
use clap_complete::{Shell, generate};
use serde::Serialize;
use serde_json::Value;

use super::{Context, Entry, parsed, tree};
use crate::error::Error;
use crate::output::{Report, Verbosity, to_data};

pub const ENTRY: Entry = Entry {
    name: "completions",
    about: "Print the completion script of a shell",
    augment: Arguments::augment_args,
    schema: "clerk-rs.completions/1",
    subcommands: &[],
    run,
};

#[derive(Args)]
#[command(after_help = "\
Examples:
  bash  clerk-rs completions bash > ~/.local/share/bash-completion/completions/clerk-rs
  zsh   clerk-rs completions zsh > \"${fpath[1]}/_clerk-rs\"
  fish  clerk-rs completions fish > ~/.config/fish/completions/clerk-rs.fish")]
struct Arguments {
    /// The shell
    shell: Shell,
}

#[derive(Serialize)]
struct Script {
    shell: String,
    script: String,
}

fn run(matches: ArgMatches, _: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let args: Arguments = parsed(matches)?;
    let mut script = Vec::new();
    generate(args.shell, &mut tree(), "clerk-rs", &mut script);
    Ok(Box::new(Script {
        shell: args.shell.to_string(),
        script: String::from_utf8_lossy(&script).into_owned(),
    }))
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
