//! `clerk-rs add page`

use std::path::Path;

use clap::Args;

use super::report::Added;
use super::{How, Work};
use crate::commands::Context;
use crate::error::Error;
use crate::output::Report;
use crate::project::manifest::has_own_server;
use crate::wire::page::{self, Page};

#[derive(Args, Debug)]
#[command(after_help = "\
Writes templates/NAME.html and puts its lines into the list of templates, the routes and the tests. Where a file was edited so that \
the place is not certain, it stays, and the lines are printed.

Examples:
  clerk-rs add page reports
  clerk-rs add page admin/reports
  clerk-rs add page about --public")]
pub struct Arguments {
    /// The page's path: small letters, digits and hyphens, such as `reports` or `admin/reports`
    name: String,

    /// Strangers may see it, too
    #[arg(long)]
    public: bool,

    #[command(flatten)]
    how: How,
}

pub fn run(
    args: &Arguments,
    folder: &Path,
    context: &Context<'_>,
) -> Result<Box<dyn Report>, Error> {
    let page = Page::named(&args.name, args.public)?;
    let work = Work::enter(folder, &args.how, context)?;
    let plan = page::plan(folder, &page)?;
    let report = Added::page(&plan, has_own_server(folder), args.how.dry_run);
    work.carry_out(report, &plan.actions)
}
