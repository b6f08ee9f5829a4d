//! `clerk-rs emulator` runs the emulator alone, and `emulator fetch` fills the cache of Clerk's browser libraries. The
//! others speak to one that runs.

mod carry;
mod clock;
mod copy;
mod report;

use std::path::PathBuf;

use clap::{ArgMatches, Args, Subcommand};
use serde::Serialize;
use serde_json::{Value, json};

use super::local::PlaceError;
use super::{Context, Entry, documents, local, notices, parsed};
use crate::emulator::PORT;
use crate::emulator::bundles::fetch::Source;
use crate::emulator::bundles::{Bundles, PACKAGES};
use crate::env::Env;
use crate::error::{Error, Exit, Explain, Explanation};
use crate::output::{Report, Stream, Verbosity, to_data};
use crate::project::settings::Instance;
use crate::run::emulator::{Project, Webhooks, start_for_tests};
use crate::run::{self, RunError, Signals};
use crate::wire::undo::hide_from_git;

pub const ENTRY: Entry = Entry {
    name: "emulator",
    about: "Run the local Clerk alone, for the project's local keys",
    augment: Arguments::augment_args,
    schema: "clerk-rs.emulator/2",
    subcommands: &[
        ("clock", clock::SCHEMA),
        ("export", carry::EXPORT_SCHEMA),
        ("fetch", FETCH_SCHEMA),
        ("import", carry::IMPORT_SCHEMA),
        ("report", report::SCHEMA),
    ],
    run,
};

const FETCH_SCHEMA: &str = "clerk-rs.emulator-fetch/1";

/// Without a password: the code of Clerk's test addresses is known to all.
const OPEN: &str = "            It listens on all addresses: publish its ports on 127.0.0.1 only, because whoever reaches\n            \
    them can be any of its users.";

#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    after_help = "\
For an app that something else runs: its `.env` says where the emulator is. `clerk-rs dev` runs both. As Clerk itself, the \
emulator has two addresses: CLERK_FAPI_URL leads to the Frontend API, CLERK_API_URL to the Backend API.
Users and sessions are kept, the list of mails is not. Requests are told on standard error, and with --json as documents \
on standard output, one a line, the first with both addresses. Ctrl-C ends it."
)]
struct Arguments {
    /// The port of the Frontend API and of the page for you, on loopback only; 0 takes a free one
    #[arg(long, default_value_t = PORT)]
    port: u16,

    /// The port of the Backend API [default: the one after --port]
    #[arg(long, value_name = "PORT")]
    backend_port: Option<u16>,

    /// Listen on all addresses, for a container whose ports are published; whoever reaches it can be anybody
    #[arg(long)]
    all_interfaces: bool,

    #[command(flatten)]
    memory: local::MemoryArguments,

    /// Serve tests: keys made for this run, no project, nothing kept, and the end when standard input ends
    #[arg(long, conflicts_with_all = ["all_interfaces", "state", "fresh", "deterministic", "seed", "webhooks"])]
    for_tests: bool,

    /// Tell the app at this address of this machine what happens, as Clerk's webhooks do
    #[arg(long, value_name = "URL")]
    webhooks: Option<String>,

    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Fetch Clerk's browser libraries into the cache that all projects share
    Fetch(FetchArguments),
    /// Move the clock of the emulator that runs
    Clock(clock::ClockArguments),
    /// Write users and sessions into a file
    Export(carry::ExportArguments),
    /// Take users from a file, or from a real Clerk instance
    Import(carry::ImportArguments),
    /// List what it was asked for that production would refuse
    Report(report::ReportArguments),
}

#[derive(Args, Debug)]
#[command(after_help = "\
Without --from they come through `npm pack`, which honours your registry and proxy, or else from \
https://cdn.jsdelivr.net. Every file is checked against the list in this program.")]
struct FetchArguments {
    /// Where they are: a folder with the two archives, an archive, or the address of a mirror
    #[arg(long, value_name = "SOURCE")]
    from: Option<String>,
}

impl Arguments {
    /// The ports of the Frontend API and of the Backend API.
    fn ports(&self) -> Result<(u16, u16), SamePort> {
        let next = match self.port {
            0 | u16::MAX => 0,
            port => port + 1,
        };
        let ports = (self.port, self.backend_port.unwrap_or(next));
        if ports.0 == ports.1 && ports.0 != 0 {
            return Err(SamePort);
        }
        Ok(ports)
    }
}

/// The reason why an emulator would be of no use here.
#[derive(Debug, thiserror::Error)]
#[error("the project's keys are not local")]
struct RealKeys(String);

impl Explain for RealKeys {
    fn explain(&self) -> Explanation {
        Explanation::failed("keys-not-local")
            .because(format!("they are those of the Clerk instance {}", self.0))
            .help("`clerk-rs dev` runs the app alone with them")
    }
}

#[derive(Debug, thiserror::Error)]
#[error("--port and --backend-port are the same")]
struct SamePort;

impl Explain for SamePort {
    fn explain(&self) -> Explanation {
        Explanation::usage("same-port")
            .because("the two APIs have paths in common, so each needs an address of its own")
            .help("leave --backend-port out: it is then the port after --port")
    }
}

#[derive(Serialize)]
struct Fetched {
    ok: bool,
    cache: Option<PathBuf>,
    packages: Vec<PackageState>,
}

#[derive(Serialize)]
struct PackageState {
    name: String,
    version: &'static str,
    fetched: bool,
}

fn run(matches: ArgMatches, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let args: Arguments = parsed(matches)?;
    match args.action {
        Some(Action::Fetch(args)) => fetch(args, context),
        Some(Action::Clock(args)) => clock::tell(args, context),
        Some(Action::Export(args)) => carry::export(args, context),
        Some(Action::Import(args)) => carry::import(args, context),
        Some(Action::Report(args)) => report::tell(args, context),
        None => documents::told(context, ENTRY.schema, |stream| {
            serve(&args, context, stream)
        }),
    }
}

fn serve(args: &Arguments, context: &Context<'_>, stream: Option<&Stream>) -> Result<Exit, Error> {
    let ports = args.ports()?;
    let project = match args.for_tests {
        true => None,
        false => Some(project(args, context)?),
    };
    let memory = project.as_ref().map(|project| project.memory.clone());
    let folder = project.as_ref().map(|project| project.folder.clone());
    let lonely = folder.filter(|folder| crate::project::folder::find(folder).is_none());
    let talk = context.globals.output().talk(context.env);
    let tell = notices::tell(talk, String::new(), stream.cloned());
    run::runtime()?.block_on(async {
        let mut signals = Signals::listen()?;
        let bundles = local::bundles(context, &mut signals).await?;
        let emulator = match project {
            Some(project) => {
                let project = Project {
                    bundles,
                    tells_news: stream.is_some(),
                    ..project
                };
                project.start(ports, &tell).await?
            }
            None => start_for_tests(ports, bundles, stream.is_some(), &tell).await?,
        };
        if let Some(stream) = stream {
            // Nothing was waited for since its start, so that no request was answered before this is told.
            let emulator = documents::emulator(&emulator, memory.as_ref());
            stream.tell("started", documents::started(None, Some(emulator)));
        }
        talk.remark(&local::emulator_lines(&emulator));
        if args.all_interfaces {
            talk.remark(OPEN);
        }
        local::say_webhooks(talk, args.webhooks.as_deref());
        if let Some(memory) = &memory {
            local::say_restored(talk, memory, &emulator);
        }
        local::say_sown(talk, &emulator);
        // A project's own list does it elsewhere.
        if let Some(folder) = &lonely {
            hide_from_git(folder);
        }
        talk.remark("  Codes appear here, too.   Ctrl-C ends it");
        let parent = run::input_ended(context.env.stdin_stream(), args.for_tests);
        let _either = signals.unless_asked(parent).await;
        emulator.stop().await;
        Ok::<_, RunError>(())
    })?;
    if let Some(stream) = stream {
        stream.tell("ended", json!({ "ok": true, "app": null }));
    }
    Ok(Exit::Yes)
}

/// The project's folder; where the process was given keys, as in a container, any folder will do.
fn place(env: &Env) -> Result<PathBuf, PlaceError> {
    match local::project(env) {
        Err(PlaceError::NoProject(folder)) => match env.var("CLERK_PUBLISHABLE_KEY") {
            Some(_) => Ok(folder),
            None => Err(PlaceError::NoKeys(folder)),
        },
        place => place,
    }
}

/// What the emulator of the project here is made of, but for the libraries.
fn project(args: &Arguments, context: &Context<'_>) -> Result<Project, Error> {
    let folder = place(context.env)?;
    match local::settings(context.env, &folder)?.instance()? {
        Instance::Local {
            publishable,
            secret,
            webhook_secret,
        } => Ok(Project {
            memory: args.memory.memory(&folder),
            seed: args.memory.seed(),
            folder,
            publishable,
            secret,
            bundles: Bundles::none(),
            tells_news: false,
            webhooks: Webhooks {
                url: args.webhooks.clone(),
                secret: webhook_secret.map(|secret| *secret),
            },
            on_all_interfaces: args.all_interfaces,
        }),
        Instance::Real(key) => Err(RealKeys(key.frontend_api_host().to_owned()).into()),
    }
}

fn fetch(args: FetchArguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let mut sources = match args.from {
        Some(from) => vec![Source::named(&from)],
        None => Source::defaults(),
    };
    if context.globals.offline {
        sources.retain(|source| matches!(source, Source::Folder(_) | Source::Archive(_)));
    }
    let cache = local::cache(context.env);
    let filled = run::runtime()?.block_on(async {
        let mut signals = Signals::listen()?;
        local::fill(context, &mut signals, cache.as_deref(), &sources).await
    })?;
    let fetched = filled?;
    let packages = PACKAGES.iter().map(|package| PackageState {
        name: format!("@clerk/{}", package.name),
        version: package.version,
        fetched: fetched.contains(package),
    });
    Ok(Box::new(Fetched {
        ok: true,
        packages: packages.collect(),
        cache,
    }))
}

impl Report for Fetched {
    fn schema(&self) -> &'static str {
        FETCH_SCHEMA
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn text(&self, verbosity: Verbosity, _: usize) -> String {
        if verbosity == Verbosity::Quiet {
            return String::new();
        }
        let line = |package: &PackageState| {
            let state = if package.fetched {
                "fetched"
            } else {
                "was there"
            };
            format!("  {} {}  {state}\n", package.name, package.version)
        };
        let mut text: String = self.packages.iter().map(line).collect();
        if let Some(cache) = &self.cache {
            text.push_str(&format!("  in {}\n", cache.display()));
        }
        text
    }
}
