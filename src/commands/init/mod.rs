//! `clerk-rs init`: a new project, or the gate for one that is there already. Arguments -> choices -> plan -> write ->
//! report.

mod arguments;
mod joined;
mod keys;
mod questions;
mod report;
mod undone;
mod wired_report;
mod wiring;

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args as _};

use super::{Context, Entry, parsed};
use crate::ask::Ask;
use crate::error::{Error, Explain, Explanation};
use crate::output::Report;
use crate::project::folder;
use crate::run::expect_limits;
use crate::scaffold::catalog::{Catalog, CatalogError};
use crate::scaffold::git::{self, Git};
use crate::scaffold::target::Target;
use crate::scaffold::{Choices, CoreSource, Framework, Plan, write};
use arguments::Arguments;
use report::Created;

pub const ENTRY: Entry = Entry {
    name: "init",
    about: "Make a new web project with sign-in, or protect the one that is there",
    augment: Arguments::augment_args,
    schema: "clerk-rs.init/1",
    subcommands: &[],
    run,
};

/// What can be wrong here, beyond what the parts say themselves.
#[derive(Debug, thiserror::Error)]
enum InitError {
    #[error("the working folder cannot be read")]
    WorkingFolder(#[source] std::io::Error),
    #[error("the catalog of templates cannot be read")]
    Catalog(#[from] CatalogError),
    #[error("there is no --template {template} for --framework {}", .framework.name())]
    NoTemplate {
        template: String,
        framework: Framework,
    },
    #[error("{shown} has local keys: no temporary application could be made")]
    FellBack {
        shown: String,
        error: crate::error::Error,
    },
}

impl Explain for InitError {
    fn explain(&self) -> Explanation {
        match self {
            Self::WorkingFolder(error) => Explanation::failed("no-working-folder").because(error),
            Self::Catalog(error) => Explanation::failed("broken-template").because(error),
            Self::NoTemplate { .. } => Explanation::usage("template-unfit")
                .help("choose another template, or another framework"),
            Self::FellBack { shown, error } => {
                let Explanation { code, help, .. } = error.explain();
                let advice = help.map(|help| format!("{help}\n"));
                Explanation::failed(code)
                    .because(error.with_reason())
                    .help(format!(
                        "{}the project works without: `clerk-rs dev` in {shown}; to try again: \
                         `clerk-rs env set --keys keyless`",
                        advice.unwrap_or_default()
                    ))
            }
        }
    }
}

fn run(matches: ArgMatches, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let args: Arguments = parsed(matches)?;
    let cwd = context.env.cwd().map_err(InitError::WorkingFolder)?;
    if let Some(project) = project(&args, &cwd) {
        if !args.dry_run {
            write::sweep(&project);
        }
        return wiring::run(args, &project, &cwd, context);
    }
    args.must_fit_new()?;
    let catalog = Catalog::load().map_err(InitError::from)?;
    let ask = Ask::new(context.env, args.yes, context.globals.json);

    let (target, name) = questions::target(&args, &ask, &cwd)?;
    let core = args.core.as_deref().unwrap_or("copy");
    let core = CoreSource::parse(core, &cwd, &target.path)?;
    let (choices, failure) = questions::choices(&args, &ask, &catalog, context, name, core)?;
    let mut plan = Plan::new(&catalog, &choices)?;
    let joined = joined::joined(&target.path, &choices, &plan)?;
    if joined.is_some() {
        plan.leave_to_workspace();
    }
    if !args.dry_run {
        expect_limits()?;
        write::write(&plan, &target)?;
    }
    let git = repository(&args, &target);
    if let Some(error) = failure {
        let shown = target.shown;
        return Err(InitError::FellBack { shown, error }.into());
    }
    Ok(Box::new(Created::new(
        choices,
        target,
        &plan,
        git,
        joined,
        args.dry_run,
    )))
}

/// The Cargo project that is meant: the one of that name, or without a name the nearest one upward.
fn project(args: &Arguments, cwd: &Path) -> Option<PathBuf> {
    // What is written through a link would land somewhere else: whoever means that names the place.
    let is_link = |path: &Path| {
        path.symlink_metadata()
            .is_ok_and(|found| found.is_symlink())
    };
    let is_project = |path: &PathBuf| path.join("Cargo.toml").is_file() && !is_link(path);
    match &args.path {
        Some(path) => Some(cwd.join(path).components().collect()).filter(is_project),
        None if questions::is_empty(cwd) => None,
        None => folder::find(cwd),
    }
}

fn repository(args: &Arguments, target: &Target) -> Git {
    if args.no_git {
        Git::NotWanted
    } else if git::is_inside_repository(&target.path) {
        Git::InsideRepository
    } else if args.dry_run {
        git::foresee()
    } else {
        git::init(&target.path)
    }
}
