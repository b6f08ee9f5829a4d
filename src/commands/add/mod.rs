//! `clerk-rs add`: an extra or a page for a project that is there. Look -> show -> ask -> write -> report.

mod page;
mod report;

use std::path::Path;

use clap::{ArgMatches, Args, Subcommand};

use super::{Context, Entry, local, parsed, permission};
use crate::ask::Ask;
use crate::error::{Error, Explain, Explanation};
use crate::output::Report;
use crate::project::manifest::has_own_server;
use crate::project::session::{self, Session};
use crate::run::Stops;
use crate::scaffold::Extra;
use crate::wire::action::Action;
use crate::wire::apply::{self, Way};
use crate::wire::extra;
use report::Added;

/// The schema of `add page`.
const PAGE: &str = "clerk-rs.add-page/1";

pub const ENTRY: Entry = Entry {
    name: "add",
    about: "Add an extra or a page to a project",
    augment: Arguments::augment_args,
    schema: "clerk-rs.add/1",
    subcommands: &[("page", PAGE)],
    run,
};

#[derive(Args, Debug)]
#[command(
    subcommand_negates_reqs = true,
    subcommand_precedence_over_arg = true,
    disable_help_subcommand = true,
    arg_required_else_help = true,
    after_help = "\
Files that nobody edited are replaced, edits are merged with what the extra needs; marks of a conflict stay only where both \
changed the same lines. All files are written, or none.

Examples:
  clerk-rs add webhooks,docker
  clerk-rs add page reports
  clerk-rs add page about --public --dry-run"
)]
struct Arguments {
    /// The extras, separated by commas
    #[arg(value_enum, value_delimiter = ',', required = true)]
    extras: Vec<Extra>,

    #[command(flatten)]
    how: How,

    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Args, Debug)]
struct How {
    /// Show what would change and write nothing
    #[arg(long, global = true)]
    dry_run: bool,

    /// Write without asking
    #[arg(short, long, global = true)]
    yes: bool,
}

#[derive(Subcommand, Debug)]
enum What {
    /// A page of your own, for people who are signed in
    Page(page::Arguments),
}

/// The errors of this command beside those of its parts.
#[derive(Debug, thiserror::Error)]
enum AddError {
    #[error("extras and a page are added one after the other")]
    Both,
}

impl Explain for AddError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Both => Explanation::usage("usage").help("leave one of the two out"),
        }
    }
}

fn run(matches: ArgMatches, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let args: Arguments = parsed(matches)?;
    let folder = local::project(context.env)?;
    match args.what {
        Some(_) if !args.extras.is_empty() => Err(AddError::Both.into()),
        Some(What::Page(page)) => page::run(&page, &folder, context),
        None => {
            let work = Work::enter(&folder, &args.how, context)?;
            let plan = extra::plan(&folder, &args.extras, |name| context.env.var_or_empty(name))?;
            let report = Added::extras(&plan, has_own_server(&folder), args.how.dry_run);
            work.carry_out(report, &plan.actions)
        }
    }
}

/// A run that writes.
struct Work<'a> {
    folder: &'a Path,
    how: &'a How,
    context: &'a Context<'a>,
    stops: Stops,
}

impl<'a> Work<'a> {
    /// If a killed run left half of its changes, they are finished first.
    fn enter(folder: &'a Path, how: &'a How, context: &'a Context<'a>) -> Result<Self, Error> {
        let stops = Stops::listen()?;
        if how.dry_run {
            session::must_be_whole(folder)?;
        } else {
            let session = Session::enter_for(session::Work::Wiring, folder, &|| stops.came())?;
            session.must_be_whole()?;
        }
        Ok(Self {
            folder,
            how,
            context,
            stops,
        })
    }

    /// Shows what would be written, asks, writes all of it or nothing.
    fn carry_out(&self, mut report: Added, actions: &[Action]) -> Result<Box<dyn Report>, Error> {
        let changes = apply::changes(actions);
        apply::look(self.folder, &changes)?;
        if self.how.dry_run || changes.is_empty() {
            return Ok(Box::new(report));
        }
        if !self.is_wanted(&report)? {
            report.was_refused();
            return Ok(Box::new(report));
        }
        let way = Way {
            folder: self.folder,
            workspace: self.folder,
            cargo: None,
            stop: &|| self.stops.came(),
            tell: &|_| {},
        };
        // Nothing is told of files beside those that are written, and these are compared.
        apply::apply(&changes, &|| Ok(()), &way)?;
        Ok(Box::new(report))
    }

    fn is_wanted(&self, report: &Added) -> Result<bool, Error> {
        let ask = Ask::new(self.context.env, self.how.yes, self.context.globals.json);
        ask.remark(&report.summary());
        let talk = self.context.globals.output().talk(self.context.env);
        let is_wanted = permission::to_write_or_see(&ask, || talk.line(&report.diff()));
        Ok(is_wanted?)
    }
}
