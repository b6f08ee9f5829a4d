//! `clerk-rs dev`: the app, and the emulator beside it if the project's keys are local.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use clap::{ArgMatches, Args};
use clerk_auth::keys::SecretKey;
use serde_json::json;

use super::{Context, Entry, documents, local, notices, own_port, parsed};
use crate::emulator::Emulator;
use crate::emulator::webhooks::Target;
use crate::error::{Error, Exit};
use crate::output::{Report, Stream, Talk};
use crate::project::front_end;
use crate::project::manifest::Manifest;
use crate::project::settings::{Instance, SettingsError};
use crate::project::webhooks;
use crate::run::emulator::{Memory, Webhooks};
use crate::run::front::{Beside, Front};
use crate::run::ports::Inner;
use crate::run::{
    self, CargoRun, Dev, DevServer, Fit, Notice, NpmRun, Outcome, RunError, Scope, Signals, Tell,
    leftover, ports,
};

pub const ENTRY: Entry = Entry {
    name: "dev",
    about: "Run the project's app, with a local Clerk beside it if its keys are local",
    augment: Arguments::augment_args,
    schema: "clerk-rs.dev/2",
    subcommands: &[],
    run,
};

#[derive(Args, Debug)]
#[command(after_help = "\
Browsers find the app on PORT, else on 3000 or the next free port. `dev` holds that port, passes requests on to the \
app, which listens on the PORT it is given or on one of its own, and shows what the compiler says when there is no app. The emulator listens on \
4400 and 4401 or the next free ports; its users and sessions are kept in .clerk/emulator-state.jsonl. A change of .env or .env.local starts the app \
again, and the emulator too if the keys are others. The first run fetches Clerk's browser libraries (4 MB) into a \
cache that all projects share.

With --watch the app goes on until its next version answers, and open pages reload; where templates and \
assets are read from disk, as in the web project, a change of one needs no build.

Everything is said on standard error, and with --json as documents on standard output, one a line. The exit code is \
that of the app.

Examples:
  clerk-rs dev --open --watch
  PORT=8080 clerk-rs dev -- --release")]
struct Arguments {
    /// Open the app in the browser once it answers
    #[arg(long)]
    open: bool,

    /// Build the app again when its sources change, and reload open pages; the emulator keeps its users
    #[arg(long)]
    watch: bool,

    #[command(flatten)]
    memory: local::MemoryArguments,

    /// The port on which the app listens by itself, if it does not take PORT
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    app_port: Option<u16>,

    /// What `cargo run` gets besides
    #[arg(last = true, value_name = "CARGO_ARGS")]
    cargo: Vec<OsString>,
}

/// Decisions that come before anything runs.
struct Place<'a> {
    context: &'a Context<'a>,
    folder: PathBuf,
    own_port: Option<u16>,
    url: String,
    /// The interface that browsers use, if it is not loopback.
    host: Option<String>,
    wanted: (Option<u16>, Option<String>),
    talk: Talk,
    stream: Option<&'a Stream>,
}

fn run(matches: ArgMatches, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let args: Arguments = parsed(matches)?;
    documents::told(context, ENTRY.schema, |stream| start(args, context, stream))
}

fn start(args: Arguments, context: &Context<'_>, stream: Option<&Stream>) -> Result<Exit, Error> {
    let folder = local::project(context.env)?;
    let settings = local::settings(context.env, &folder)?;
    let instance = local::instance(&settings, &folder)?;
    let (wanted, host) = (settings.port()?, settings.host()?);
    let own_port = own_port::of(&folder, args.app_port, &args.cargo);
    let held = ports::hold(host.as_deref(), wanted, own_port)?;
    let talk = context.globals.output().talk(context.env);
    let place = Place {
        context,
        folder,
        own_port,
        url: format!("http://{}:{}", shown_host(host.as_deref()), held.port),
        wanted: (wanted, host.clone()),
        host: host.filter(|host| !crate::backend::is_loopback(host)),
        talk,
        stream,
    };
    run::runtime()?.block_on(place.run(args, instance, held))
}

/// The host name by which a browser on this machine finds the app. Cookies belong to that name.
fn shown_host(host: Option<&str>) -> String {
    match host {
        None | Some("127.0.0.1" | "0.0.0.0" | "::1" | "::" | "localhost") => "localhost".to_owned(),
        Some(host) if host.contains(':') => format!("[{host}]"),
        Some(host) => host.to_owned(),
    }
}

impl Place<'_> {
    async fn run(
        self,
        mut args: Arguments,
        mut instance: Instance,
        held: ports::Held,
    ) -> Result<Exit, Error> {
        let mut signals = Signals::listen()?;
        for app in leftover::end(&self.folder).await {
            self.talk.remark(&format!(
                "  A `dev` that was killed left this app: process {app}. It is ended now."
            ));
        }
        local::say_older_core(self.context, &self.folder);
        own_port::settle(self.talk, self.own_port, self.wanted.0, held.port)?;
        let tell = notices::tell(self.talk, self.url.clone(), self.stream.cloned());
        let (beside, front_end) = self.beside()?.unzip();
        let front = Front::start(held.listeners, args.watch, beside, &tell);
        let front = front.map_err(RunError::Ports)?;
        let mut front_end = self.front_end(front_end, &mut signals, &tell).await?;
        let mut restarts = 0;
        loop {
            let around = (&front, front_end.as_mut(), &tell);
            let round = self.round(&args, instance, around, &mut signals);
            let outcome = round.await?;
            restarts += outcome.restarts;
            if !outcome.again {
                if let Some(front_end) = front_end {
                    front_end.end().await;
                }
                front.stop().await;
                self.ended(outcome.code, restarts);
                return Ok(Exit::Of(outcome.code));
            }
            args.open = false;
            args.memory.forgot();
            instance = local::settings(self.context.env, &self.folder)?.instance()?;
        }
    }

    /// The project's front end: for the front its place, and how to run it there.
    fn beside(&self) -> Result<Option<(Beside, NpmRun)>, Error> {
        let Some(own) = front_end::of(&self.folder)? else {
            return Ok(None);
        };
        let port = Inner::find()?;
        let beside = Beside::new(port.port, own.server_paths);
        let run = NpmRun {
            port,
            folder: self.folder.join(own.folder),
            project: self.folder.clone(),
            is_offline: self.context.globals.offline,
            has_color: self.talk.has_color(),
        };
        Ok(Some((beside, run)))
    }

    /// Fetches what the front end needs, and starts its server.
    async fn front_end(
        &self,
        found: Option<NpmRun>,
        signals: &mut Signals,
        tell: &Tell,
    ) -> Result<Option<DevServer>, RunError> {
        let Some(run) = found else {
            return Ok(None);
        };
        signals.unless_asked(run.install(tell)).await??;
        run.serve(tell).map(Some)
    }

    /// Runs everything with one pair of keys, until it ends or the keys change.
    async fn round(
        &self,
        args: &Arguments,
        instance: Instance,
        (front, front_end, all): (&Front, Option<&mut DevServer>, &Tell),
        signals: &mut Signals,
    ) -> Result<Outcome, RunError> {
        let keys = keys(&instance);
        let tell = self.tell(&instance, all);
        let memory = args.memory.memory(&self.folder);
        let wanted = (&memory, args.memory.seed());
        let emulator = self.emulator(instance, wanted, signals, &tell).await?;
        self.started(&memory, emulator.as_ref());
        let tell = hurrying(tell, emulator.as_ref());
        let settings = || self.fit(&keys);
        let dev = Dev {
            run: self.cargo_run(&args.cargo, emulator.as_ref()),
            open: args.open.then(|| self.url.clone()),
            scope: self.scope(args),
            front_end,
            settings: &settings,
        };
        let outcome = dev.run(front, signals, &tell).await;
        if let Some(emulator) = emulator {
            emulator.stop().await;
        }
        outcome
    }

    /// The consequence of a change of `.env` while the app runs with these keys.
    fn fit(&self, with: &Keys) -> Fit {
        let read = || {
            let settings = local::settings(self.context.env, &self.folder)?;
            let listen = (settings.port()?, settings.host()?);
            Ok::<_, SettingsError>((keys(&settings.instance()?), listen))
        };
        match read() {
            Err(error) => Fit::Unusable(Box::new(error)),
            Ok((now, _)) if now != *with => Fit::All,
            Ok((_, listen)) => {
                if listen != self.wanted {
                    let words = "  PORT and HOST count from the next `clerk-rs dev` on";
                    self.talk.remark(words);
                }
                Fit::App
            }
        }
    }

    fn scope(&self, args: &Arguments) -> Scope {
        // Only debug builds read pages from disk.
        let is_optimized = |argument: &OsString| {
            let argument = argument.to_string_lossy();
            argument == "-r" || argument == "--release" || argument.starts_with("--profile")
        };
        let manifest = Manifest::read(&self.folder).unwrap_or_default();
        if !args.watch {
            Scope::Settings
        } else if manifest.has_pages_on_disk() && !args.cargo.iter().any(is_optimized) {
            Scope::SourcesAndPages
        } else {
            Scope::Sources
        }
    }

    async fn emulator(
        &self,
        instance: Instance,
        (memory, seed): (&Memory, Option<PathBuf>),
        signals: &mut Signals,
        tell: &Tell,
    ) -> Result<Option<Emulator>, RunError> {
        let (publishable, secret, webhook_secret) = match instance {
            Instance::Local {
                publishable,
                secret,
                webhook_secret,
            } => (publishable, secret, webhook_secret),
            Instance::Real(key) => {
                self.talk.remark(&format!(
                    "  The keys are those of the Clerk instance {}: no emulator is needed.",
                    key.frontend_api_host()
                ));
                return Ok(None);
            }
        };
        let webhooks = self.webhooks();
        let project = run::emulator::Project {
            folder: self.folder.clone(),
            publishable,
            secret,
            bundles: local::bundles(self.context, signals).await?,
            memory: memory.clone(),
            seed,
            tells_news: self.stream.is_some(),
            webhooks: Webhooks {
                url: webhooks.clone(),
                secret: webhook_secret.map(|secret| *secret),
            },
            on_all_interfaces: false,
        };
        let emulator = project.start_where_free(tell).await?;
        emulator.note_app(&self.url);
        self.talk.remark(&local::emulator_lines(&emulator));
        local::say_webhooks(self.talk, webhooks.as_deref());
        local::say_restored(self.talk, memory, &emulator);
        local::say_sown(self.talk, &emulator);
        Ok(Some(emulator))
    }

    /// The address at which the app wants to be told what happens, if the emulator can tell it anything there.
    fn webhooks(&self) -> Option<String> {
        let url = format!("{}{}", self.url, webhooks::route(&self.folder)?);
        Target::parse(&url, [0, 0]).is_ok().then_some(url)
    }

    fn tell(&self, instance: &Instance, all: &Tell) -> Tell {
        let (talk, tell) = (self.talk, all.clone());
        // It is shown once, after the first start.
        let hint = matches!(instance, Instance::Local { .. })
            .then(|| local::hint(&self.folder, &self.url));
        let hint = Mutex::new(hint);
        Arc::new(move |notice| {
            let is_ready = matches!(notice, Notice::Ready(_));
            tell(notice);
            if is_ready && let Some(hint) = hint.lock().ok().and_then(|mut hint| hint.take()) {
                talk.remark(&hint);
            }
        })
    }

    fn cargo_run(&self, arguments: &[OsString], emulator: Option<&Emulator>) -> CargoRun {
        let mut variables = Vec::new();
        if self.host.is_some() {
            // Others reach the front, and only the front reaches the app.
            variables.push(("HOST", "127.0.0.1".to_owned()));
        }
        if let Some(emulator) = emulator {
            variables.push(("CLERK_API_URL", emulator.backend_url()));
            variables.push(("CLERK_FAPI_URL", emulator.frontend_url()));
            variables.push(("CLERK_PROXY_URL", "/__clerk".to_owned()));
        }
        let Context { env, globals } = self.context;
        if globals.offline {
            variables.push(("CARGO_NET_OFFLINE", "true".to_owned()));
        }
        // Cargo sees only a pipe, but we know that a terminal follows.
        if self.talk.has_color() && env.var("CARGO_TERM_COLOR").is_none() {
            variables.push(("CARGO_TERM_COLOR", "always".to_owned()));
        }
        CargoRun {
            folder: self.folder.clone(),
            arguments: arguments.to_vec(),
            variables,
            own_port: self.own_port,
        }
    }

    fn started(&self, memory: &Memory, emulator: Option<&Emulator>) {
        if let Some(stream) = self.stream {
            let emulator = emulator.map(|emulator| documents::emulator(emulator, Some(memory)));
            let app = json!({ "url": self.url });
            stream.tell("started", documents::started(Some(app), emulator));
        }
    }

    fn ended(&self, exit_code: u8, restarts: u64) {
        if let Some(stream) = self.stream {
            let app = json!({ "exit_code": exit_code, "restarts": restarts });
            stream.tell("ended", json!({ "ok": exit_code == 0, "app": app }));
        }
    }
}

/// Whatever a webhook told an app that did not answer, the next version gets at once.
fn hurrying(tell: Tell, emulator: Option<&Emulator>) -> Tell {
    let Some(webhooks) = emulator.map(|emulator| Arc::downgrade(emulator.webhooks())) else {
        return tell;
    };
    Arc::new(move |notice| {
        let is_ready = matches!(notice, Notice::Ready(_));
        tell(notice);
        if is_ready && let Some(webhooks) = webhooks.upgrade() {
            webhooks.hurry();
        }
    })
}

/// The publishable key, the secret one if an emulator needs it, and a signature by which another secret for webhooks is
/// told from this one.
type Keys = (String, Option<SecretKey>, Option<String>);

fn keys(instance: &Instance) -> Keys {
    match instance {
        Instance::Local {
            publishable,
            secret,
            webhook_secret,
        } => {
            let signature = webhook_secret.as_ref().map(|known| known.sign("", 0, b""));
            let publishable = publishable.as_str().to_owned();
            (publishable, Some(secret.clone()), signature)
        }
        Instance::Real(publishable) => (publishable.as_str().to_owned(), None, None),
    }
}
