//! `clerk-rs update`: brings a project's copy of the core up to date. Look -> show -> ask -> write -> report.

mod report;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args};

use super::{Context, Entry, parsed, permission};
use crate::ask::Ask;
use crate::error::{Error, Explain, Explanation};
use crate::output::Report;
use crate::project::file::Replacement;
use crate::project::folder;
use crate::project::git::Git;
use crate::project::session::{self, Session, Work};
use crate::run::Stops;
use crate::update::{self, Change, Kind, Update};
use report::{Saved, Updated};

pub const ENTRY: Entry = Entry {
    name: "update",
    about: "Bring a project's copy of the auth core up to date",
    augment: Arguments::augment_args,
    schema: "clerk-rs.update/1",
    subcommands: &[],
    run,
};

#[derive(Args, Debug)]
#[command(after_help = "\
Files of the core that nobody edited are replaced, edits are merged with the new version; marks of a conflict stay only \
where both sides changed the same lines. All files are written, or none. A project of version 0.1.0 gets the files of \
its own replaced that the core does the work of now.

Examples:
  clerk-rs update --dry-run
  clerk-rs update --yes && cargo test")]
struct Arguments {
    /// The project's folder [default: the nearest one upward that has a Cargo.toml]
    path: Option<PathBuf>,

    /// Show what would change and write nothing
    #[arg(long)]
    dry_run: bool,

    /// Write without asking
    #[arg(short, long)]
    yes: bool,
}

/// The errors of this command beside those of its parts.
#[derive(Debug, thiserror::Error)]
enum UpdateError {
    #[error("the working folder cannot be read")]
    WorkingFolder(#[source] std::io::Error),
    #[error("{0} is no Rust project: it has no Cargo.toml, and none of the folders above has one")]
    NoProject(String),
}

impl Explain for UpdateError {
    fn explain(&self) -> Explanation {
        match self {
            Self::WorkingFolder(error) => Explanation::failed("no-working-folder").because(error),
            Self::NoProject(_) => Explanation::failed("no-project")
                .help("run it in a project's folder, or name it: `clerk-rs update PATH`"),
        }
    }
}

fn run(matches: ArgMatches, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let args: Arguments = parsed(matches)?;
    let folder = project(&args, context)?;
    let update = look(&folder, args.dry_run)?;
    let saved = Saved::of(&Git::find(&folder), &update);
    let mut report = Updated::new(&update, &saved, args.dry_run);
    if args.dry_run || update.changes.files.is_empty() {
        return Ok(Box::new(report));
    }
    let ask = Ask::new(context.env, args.yes, context.globals.json);
    ask.remark(&report.summary());
    if !permission::to_write(&ask)? {
        report.was_refused();
        return Ok(Box::new(report));
    }
    report.kept = write(&folder, &update, &saved)?;
    Ok(Box::new(report))
}

/// Plans while nobody else writes. If a killed run left half of its changes, they are finished first.
fn look(folder: &Path, dry_run: bool) -> Result<Update, Error> {
    if dry_run {
        session::must_be_whole(folder)?;
        return update::plan(folder);
    }
    let stops = Stops::listen()?;
    let session = Session::enter_for(Work::Update, folder, &|| stops.came())?;
    session.must_be_whole()?;
    update::plan(folder)
}

fn project(args: &Arguments, context: &Context<'_>) -> Result<PathBuf, Error> {
    let cwd = context.env.cwd().map_err(UpdateError::WorkingFolder)?;
    let found = match &args.path {
        Some(path) => Some(cwd.join(path)).filter(|path| path.join("Cargo.toml").is_file()),
        None => folder::find(&cwd),
    };
    let named = args.path.as_deref().unwrap_or(&cwd);
    Ok(found.ok_or_else(|| UpdateError::NoProject(named.display().to_string()))?)
}

/// Writes all changes or none. If git does not have an edited file, its old text stays beside it. Returns the names of
/// these copies.
fn write(folder: &Path, update: &Update, saved: &Saved) -> Result<Vec<String>, Error> {
    let edited = update
        .changes
        .files
        .iter()
        .filter(|change| is_at_risk(change, update, saved));
    let kept: Vec<(String, &str)> = edited
        .filter_map(|change| Some((free_name(folder, &change.path), change.before.as_deref()?)))
        .collect();
    let changed = update.changes.files.iter().map(|change| Replacement {
        name: &change.path,
        before: change.before.as_deref(),
        after: change.after.as_deref(),
        is_private: false,
    });
    let copies = kept.iter().map(|(name, text)| Replacement {
        name,
        before: None,
        after: Some(text),
        is_private: false,
    });
    let files: Vec<_> = copies.chain(changed).collect();
    let stops = Stops::listen()?;
    let mut session = Session::enter_for(Work::Update, folder, &|| stops.came())?;
    session.must_be_whole()?;
    session.write(&files, &|| stops.came())?;
    session.end();
    Ok(kept.into_iter().map(|(name, _)| name).collect())
}

fn is_at_risk(change: &Change, update: &Update, saved: &Saved) -> bool {
    let is_merged = matches!(change.kind, Kind::Merged | Kind::Conflict);
    // Such a manifest gets a new version and loses nothing.
    let is_renewed = change.path == "Cargo.toml" && !update.has_plumbing;
    is_merged && !is_renewed && !saved.has(&change.path)
}

fn free_name(folder: &Path, path: &str) -> String {
    let first = format!("{path}.orig");
    let is_free = |name: &String| folder.join(name).symlink_metadata().is_err();
    if is_free(&first) {
        return first;
    }
    let mut names = (2..).map(|number| format!("{first}.{number}"));
    names.find(is_free).unwrap_or(first)
}

impl Saved {
    fn of(git: &Git, update: &Update) -> Self {
        let repository = match git {
            Git::Repository(repository) => repository,
            Git::NoRepository => return Self::NoRepository,
            Git::NotInstalled | Git::Silent | Git::Refused(_) => return Self::Unknown,
        };
        let there = update.changes.files.iter();
        let there = there.filter(|change| change.before.is_some());
        let there: Vec<_> = there.map(|change| change.path.as_str()).collect();
        let lacking = || {
            let mut lacking: BTreeSet<_> = repository.unsaved()?.into_iter().collect();
            // What is ignored, or marked so that git does not look, is not listed as unsaved.
            let watched = repository.watched(&there)?;
            let unwatched = there
                .iter()
                .filter(|path| !watched.iter().any(|it| it == *path));
            lacking.extend(unwatched.map(|path| (*path).to_owned()));
            Ok::<_, std::io::Error>(lacking)
        };
        lacking().map_or(Self::Unknown, Self::But)
    }
}
