//! What lies on this machine: the project's folder, Clerk's libraries, what `dev` and `emulator` remember.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Context;
use crate::emulator::bundles::fetch::{Progress, Source};
use crate::emulator::bundles::{Bundles, Package, cache_folder};
use crate::emulator::{Emulator, State};
use crate::env::Env;
use crate::error::{Error, Explain, Explanation};
use crate::escape::visible;
use crate::output::{BOLD, DIM, Talk};
use crate::project::folder;
use crate::project::manifest::Manifest;
use crate::project::settings::{Instance, Settings, SettingsError};
use crate::run::emulator::Memory;
use crate::run::libraries::{self, LibrariesError};
use crate::run::{self, RunError, Signals};
use crate::update;

/// The reason why nothing can run here.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error("the working folder cannot be read")]
    WorkingFolder(#[source] std::io::Error),
    #[error("this is no Rust project")]
    NoProject(PathBuf),
    /// An emulator needs no project, where it is given keys.
    #[error("there is neither a project here nor a key")]
    NoKeys(PathBuf),
    /// An app without the core and without keys.
    #[error("nothing protects this app yet")]
    Unprotected,
}

impl Explain for PlaceError {
    fn explain(&self) -> Explanation {
        let explanation = match self {
            Self::WorkingFolder(error) => Explanation::failed("no-working-folder").because(error),
            Self::NoProject(from) => Explanation::failed("no-project").because(format!(
                "there is no Cargo.toml in {} or above it",
                from.display()
            )),
            Self::NoKeys(from) => {
                return Explanation::failed("no-project")
                    .because(format!(
                        "there is no Cargo.toml in {} or above it, and CLERK_PUBLISHABLE_KEY is not set",
                        from.display()
                    ))
                    .help("run it in a project's folder, or give it the app's keys as variables, in a container by `--env-file .env`");
            }
            Self::Unprotected => {
                return Explanation::failed("not-wired")
                    .because("Cargo.toml does not depend on clerk-auth, and no keys are set")
                    .help("`clerk-rs init` here protects it, and makes keys");
            }
        };
        explanation.help("run it in a project's folder; `clerk-rs init my-app` makes one")
    }
}

/// The folder of the project in which the command was started.
pub fn project(env: &Env) -> Result<PathBuf, PlaceError> {
    let cwd = env.cwd().map_err(PlaceError::WorkingFolder)?;
    folder::find(&cwd).ok_or(PlaceError::NoProject(cwd))
}

/// The folder whose files count: the project's, or else the working folder.
pub fn folder(env: &Env) -> Result<PathBuf, PlaceError> {
    let cwd = env.cwd().map_err(PlaceError::WorkingFolder)?;
    Ok(folder::find(&cwd).unwrap_or(cwd))
}

/// The settings of the project's app.
pub fn settings<'a>(env: &'a Env, folder: &Path) -> Result<Settings<'a>, SettingsError> {
    Settings::read(folder, |name| env.var_or_empty(name))
}

/// Waits for an answer, with a spinner on a terminal. Ctrl-C ends it at once.
pub fn answer<T>(
    context: &Context<'_>,
    words: &str,
    answer: impl Future<Output = T>,
) -> Result<T, RunError> {
    let bar = context.globals.output().bar(context.env);
    bar.spin(words);
    run::answer(answer)
}

/// Says, to people, that this program has a newer core than the project.
pub fn say_older_core(context: &Context<'_>, folder: &Path) {
    if !context.globals.json
        && let Some(older) = update::origin::older(folder)
    {
        context.globals.output().talk(context.env).remark(&format!(
            "  The copy of clerk-auth is of version {older}, this clerk-rs has {}.\n  \
             `clerk-rs update --dry-run` shows the difference.\n",
            clerk_auth::source::VERSION
        ));
    }
}

/// The cache that all projects share.
pub fn cache(env: &Env) -> Option<PathBuf> {
    cache_folder(|name| env.var_os(name))
}

/// Clerk's libraries, from the cache or else fetched if that is allowed. If they are missing that is only a warning,
/// because the emulator works without them.
pub async fn bundles(context: &Context<'_>, signals: &mut Signals) -> Result<Bundles, RunError> {
    let cache = cache(context.env);
    let at_hand = match libraries::cached(cache.as_deref()) {
        Err(LibrariesError::NotCached) if !context.globals.offline => {
            let filled = fill(context, signals, cache.as_deref(), &Source::defaults()).await?;
            filled.and_then(|_| libraries::cached(cache.as_deref()))
        }
        at_hand => at_hand,
    };
    Ok(at_hand.unwrap_or_else(|problem| {
        let talk = context.globals.output().talk(context.env);
        talk.warning(&problem);
        talk.remark("  Until then a plain form takes the place of Clerk's components.\n");
        Bundles::none()
    }))
}

/// Fills the cache, with a bar on a terminal. The outer error is Ctrl-C.
pub async fn fill(
    context: &Context<'_>,
    signals: &mut Signals,
    cache: Option<&Path>,
    sources: &[Source],
) -> Result<Result<Vec<Package>, LibrariesError>, RunError> {
    let output = context.globals.output();
    if libraries::cached(cache).is_err() {
        output
            .talk(context.env)
            .remark("  Fetching Clerk's browser libraries, 4 MB, once for all projects");
    }
    let bar = output.bar(context.env);
    let show = |progress: Progress| {
        bar.show(&progress.package.specifier(), progress.done, progress.total);
    };
    signals
        .unless_asked(libraries::fill(cache, sources, &show))
        .await
}

/// The lines with the emulator's addresses.
pub fn emulator_lines(emulator: &Emulator) -> String {
    let (url, backend_url) = (emulator.url(), emulator.backend_url());
    format!(
        "  {DIM}emulator{DIM:#}  {BOLD}{url}{BOLD:#}  users, sessions, mails: open it\n            \
         {backend_url}  its Backend API, for servers"
    )
}

// No documentation comment: clap would take it for what the command is about.
#[derive(Args, Debug)]
pub struct MemoryArguments {
    /// Keep users and sessions in this file [default: .clerk/emulator-state.jsonl]
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Forget the users and sessions of before
    #[arg(long)]
    fresh: bool,

    /// Make the same ids, codes and times in each run, and remember nothing
    #[arg(long, value_name = "N", conflicts_with_all = ["state", "fresh"])]
    deterministic: Option<u64>,

    /// Make the users, organizations and all else in this file, unless that was done before
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
}

impl MemoryArguments {
    /// Their meaning in the project in `folder`.
    pub fn memory(&self, folder: &Path) -> Memory {
        match self.deterministic {
            Some(seed) => Memory::Seed(seed),
            None => Memory::File(State {
                file: self.state.clone().unwrap_or_else(|| state_file(folder)),
                fresh: self.fresh,
            }),
        }
    }

    /// The file of the seed.
    pub fn seed(&self) -> Option<PathBuf> {
        self.seed.clone()
    }

    /// To be called once the emulator runs: when it starts again in the same run, it goes on.
    pub fn forgot(&mut self) {
        self.fresh = false;
    }
}

/// Where a project's emulator keeps its users, unless it is told otherwise.
pub fn state_file(folder: &Path) -> PathBuf {
    folder.join(".clerk").join("emulator-state.jsonl")
}

/// Says whom the emulator tells what happens, if anybody.
pub fn say_webhooks(talk: Talk, url: Option<&str>) {
    if let Some(url) = url {
        let url = visible(url);
        talk.remark(&format!("            webhooks go to {url}"));
    }
}

/// Says what the emulator remembers, if that is anything.
pub fn say_restored(talk: Talk, memory: &Memory, emulator: &Emulator) {
    let (Memory::File(state), Some(restored)) = (memory, emulator.restored()) else {
        return;
    };
    let file = state.file.to_string_lossy();
    let file = visible(&file);
    if restored.users > 0 {
        let users = match restored.users {
            1 => "1 user".to_owned(),
            users => format!("{users} users"),
        };
        talk.remark(&format!("            {users} in {file}; --fresh forgets"));
    }
    if restored.torn {
        talk.remark(&format!(
            "  The last change in {file} was cut off in writing, before it was answered. It is dropped."
        ));
    }
}

/// Says what the seed made, and what was there before.
pub fn say_sown(talk: Talk, emulator: &Emulator) {
    let Some(sowing) = emulator.sowing() else {
        return;
    };
    let mut said: Vec<_> = sowing.made.iter().map(made).collect();
    if sowing.there > 0 || said.is_empty() {
        said.push(format!("{} there before", sowing.there));
    }
    talk.remark(&format!("            seed: {}", said.join(", ")));
}

fn made((table, count): &(&str, usize)) -> String {
    let name = table.replace('_', " ");
    // Tables are named for many, lists and switches are one.
    match (*table, count) {
        ("allowlist" | "blocklist", _) => format!("{count} on the {name}"),
        ("settings" | "organization_settings", _) => name,
        (_, 1) => format!("1 {}", name.strip_suffix('s').unwrap_or(&name)),
        _ => format!("{count} {name}"),
    }
}

/// For an app with pages.
const HINT: &str = "  Sign up with name+clerk_test@example.com and code 424242.\n  \
    Other codes appear here and at the emulator.   Ctrl-C ends both";

/// True if this is a package that does not know the core.
fn is_unprotected(folder: &Path) -> bool {
    Manifest::read(folder).is_ok_and(|manifest| manifest.name.is_some() && !manifest.has_core())
}

/// The instance of the project's keys.
pub fn instance(settings: &Settings<'_>, folder: &Path) -> Result<Instance, Error> {
    match settings.instance() {
        Err(SettingsError::Missing("CLERK_PUBLISHABLE_KEY")) if is_unprotected(folder) => {
            Err(PlaceError::Unprotected.into())
        }
        instance => Ok(instance?),
    }
}

/// How to be somebody.
pub fn hint(folder: &Path, url: &str) -> String {
    let manifest = Manifest::read(folder).unwrap_or_default();
    if manifest.made.is_some_and(|made| made.template == "api") {
        let ask = "curl -H \"Authorization: Bearer $(clerk-rs token mint)\"";
        format!("  Ask it as somebody: {ask} {url}   Ctrl-C ends both")
    } else {
        HINT.to_owned()
    }
}
