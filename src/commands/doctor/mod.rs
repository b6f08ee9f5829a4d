//! `clerk-rs doctor`: looks at the whole project, and says what is wrong, why that matters and what to do.

mod explain;
mod fix;
mod formats;
mod pages;
mod report;

use std::path::Path;
use std::time::Duration;

use clap::{ArgMatches, Args, Subcommand};

use super::{Context, Entry, local, parsed};
use crate::check::examined::Examined;
use crate::check::facts::Facts;
use crate::check::remedies::{self, Remedy};
use crate::check::replaced;
use crate::check::rules::asked;
use crate::error::Error;
use crate::keyring::Manner;
use crate::keyring::answers::Answers;
use crate::keyring::keys::Keys;
use crate::output::Report;
use crate::project::git;
use formats::Format;
use report::Told;

/// The command's place in the tree.
pub const ENTRY: Entry = Entry {
    name: "doctor",
    about: "Look at the whole project, and say what is wrong",
    augment: Arguments::augment_args,
    schema: report::SCHEMA,
    subcommands: &[("explain", explain::SCHEMA)],
    run,
};

#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    after_help = "\
Looks at keys, variables, source, the copy of the core, files for deployment and git, and runs nothing of the project. Clerk is \
asked with the project's keys, as by `keys check --online`; --offline leaves that out. What was not looked at is listed with \
the reason. `clerk-rs doctor explain` lists every finding.

Exit codes: 0 nothing is wrong with what was looked at, 1 something is, 3 something could not be found out.

Examples:
  clerk-rs doctor
  clerk-rs doctor --fix --dry-run
  clerk-rs doctor --offline --format github"
)]
struct Arguments {
    /// Mend what can be mended without knowing what you mean: shows the changes, asks, writes, and looks again
    #[arg(long)]
    fix: bool,

    /// With --fix: show the changes and write nothing
    #[arg(long, requires = "fix")]
    dry_run: bool,

    /// With --fix: write without asking
    #[arg(short, long, requires = "fix")]
    yes: bool,

    /// How to write the findings
    #[arg(
        long,
        value_name = "FORMAT",
        value_enum,
        default_value_t,
        conflicts_with = "json"
    )]
    format: Format,

    /// How long all questions to Clerk together may take
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=600))]
    timeout: u16,

    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Say more of a finding: why it matters, and what to do. Without ID: list all findings
    Explain(explain::Arguments),
}

fn run(matches: ArgMatches, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let args: Arguments = parsed(matches)?;
    if let Some(Action::Explain(args)) = args.action {
        return explain::run(&args);
    }
    let folder = local::project(context.env)?;
    let (examined, remedies) = examine(&folder, &args, context)?;
    let of = |examined| Told::of(examined, args.format, git::below_top(&folder));
    let mut told = of(examined);
    if !args.fix {
        told.can_be_fixed = remedies.len();
    } else if args.dry_run {
        told.diff = Some(fix::shown(&remedies));
    } else if remedies.is_empty() {
        told.unwritten = Some(told.nothing_to_mend());
    } else if let Some(notes) = fix::apply(&folder, &remedies, args.yes, context)? {
        let (mut examined, _) = examine(&folder, &args, context)?;
        examined.findings.extend(notes.iter().map(replaced::told));
        told = of(examined);
        told.diff = Some(fix::shown(&remedies));
        told.fixed = remedies.into_iter().map(|remedy| remedy.path).collect();
    } else {
        told.unwritten = Some("Nothing was written.");
    }
    Ok(Box::new(told))
}

/// Looks at everything, and at what could be mended of it.
fn examine(
    folder: &Path,
    args: &Arguments,
    context: &Context<'_>,
) -> Result<(Examined, Vec<Remedy>), Error> {
    let lookup = |name: &str| context.env.var_or_empty(name);
    let facts = Facts::read(folder, context.env.names(), &lookup);
    let mut examined = Examined::of(&facts);
    let remedies = remedies::of(&facts, &examined.findings);
    let manner = Manner {
        limit: Duration::from_secs(args.timeout.into()),
        is_offline: context.globals.offline,
    };
    let Some((sources, variables)) = facts.own_keys() else {
        examined.not_asked("the project's variables cannot be read");
        return Ok((examined, remedies));
    };
    let keys = Keys::of(&sources);
    if Answers::can_be_had(&keys) && (!manner.is_offline || keys.are_local()) {
        let asking = Answers::ask(&sources, &keys, manner);
        let answers = local::answer(context, "Asking", asking)?;
        examined.add_answers(asked::told(&sources, variables, &keys, &answers));
    } else if manner.is_offline {
        examined.not_asked("Clerk was not asked (--offline)");
    } else {
        examined.not_asked("there is no key to ask with");
    }
    Ok((examined, remedies))
}
