//! `clerk-rs init`: a new project. Arguments -> choices -> plan -> write -> report.

mod keys;
mod questions;
mod report;

use std::path::PathBuf;

use clap::{ArgMatches, Args, ValueEnum};

use super::{Context, Entry, parsed};
use crate::ask::Ask;
use crate::error::{Error, Explain, Explanation};
use crate::output::Report;
use crate::scaffold::catalog::{Catalog, CatalogError};
use crate::scaffold::git::{self, Git};
use crate::scaffold::target::Target;
use crate::scaffold::{Choices, CoreSource, Extra, Framework, Plan, Template, write};
use report::Created;

pub const ENTRY: Entry = Entry {
    name: "init",
    about: "Make a new web project with sign-in, protected pages and an API",
    augment: Arguments::augment_args,
    schema: "clerk-rs.init/1",
    subcommands: &[],
    run,
};

/// Where the keys come from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum KeySource {
    /// Made on the spot, for the local emulator; no account needed
    Local,
    /// Those of your Clerk instance; asked for, or given by the two flags
    Paste,
    /// CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY are set; nothing is written
    Env,
    /// A temporary application, made by one request to Clerk; you claim it later
    Keyless,
}

#[derive(Args, Debug)]
#[command(after_help = "\
What is not given is asked for on a terminal. Without one nothing is asked: the keys are local, \
there are no extras, and PATH must be given.

Examples:
  clerk-rs init my-app
  clerk-rs init my-app --yes --with docker,github-actions
  clerk-rs init my-app --publishable-key pk_test_… --secret-key-file - < key.txt")]
struct Arguments {
    /// The project's folder: a new one, or an empty one such as `.`
    path: Option<PathBuf>,

    /// The package's name [default: the folder's]
    #[arg(long)]
    name: Option<String>,

    /// The web framework [default: axum]
    #[arg(long, value_enum)]
    framework: Option<Framework>,

    /// The kind of project
    #[arg(long, value_enum, default_value_t)]
    template: Template,

    /// Where the keys come from [default: local]
    #[arg(long, value_enum, value_name = "SOURCE")]
    keys: Option<KeySource>,

    /// The publishable key of your Clerk instance
    #[arg(long, value_name = "PK")]
    publishable_key: Option<String>,

    /// A file that holds the secret key of your Clerk instance; `-` is standard input
    #[arg(long, value_name = "FILE")]
    secret_key_file: Option<PathBuf>,

    /// What comes on top
    #[arg(long, value_enum, value_name = "EXTRA", value_delimiter = ',')]
    with: Option<Vec<Extra>>,

    /// Where the auth core comes from: `copy`, `path:DIR`, `git:URL[#REV]` or `version:X` [default: copy]
    #[arg(long, value_name = "WHERE")]
    core: Option<String>,

    /// Answer every question as Enter would; never overwrites
    #[arg(short, long)]
    yes: bool,

    /// Show every file with its contents and write nothing
    #[arg(long)]
    dry_run: bool,

    /// Make no git repository
    #[arg(long)]
    no_git: bool,
}

/// What can be wrong here, beyond what the parts say themselves.
#[derive(Debug, thiserror::Error)]
enum InitError {
    #[error("the working folder cannot be read")]
    WorkingFolder(#[source] std::io::Error),
    #[error("the catalog of templates cannot be read")]
    Catalog(#[from] CatalogError),
    #[error("--with {extra} does not fit {other}")]
    Unfit {
        extra: String,
        /// The option that it does not fit, and its value.
        other: String,
    },
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
            Self::Unfit { .. } => {
                Explanation::usage("extra-unfit").help("leave one of the two out")
            }
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
    let catalog = Catalog::load().map_err(InitError::from)?;
    let ask = Ask::new(context.env, args.yes, context.globals.json);

    let (target, name) = questions::target(&args, &ask, &cwd)?;
    let core = args.core.as_deref().unwrap_or("copy");
    let core = CoreSource::parse(core, &cwd, &target.path)?;
    let (choices, failure) = questions::choices(&args, &ask, &catalog, context, name, core)?;
    let plan = Plan::new(&catalog, &choices)?;
    if !args.dry_run {
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
        args.dry_run,
    )))
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
