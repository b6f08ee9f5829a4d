//! `clerk-rs dev`: the app, and the emulator beside it if the project's keys are local.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use clap::{ArgMatches, Args};
use serde::Serialize;
use serde_json::Value;

use super::{Context, Entry, local, parsed};
use crate::emulator::Emulator;
use crate::error::{Error, Exit};
use crate::output::{Report, Talk, Verbosity, to_data};
use crate::project::settings::Instance;
use crate::run::{self, CargoRun, Dev, Notice, Outcome, RunError, Signals, Tell, ports};

pub const ENTRY: Entry = Entry {
    name: "dev",
    about: "Run the project's app, with a local Clerk beside it if its keys are local",
    augment: Arguments::augment_args,
    schema: "clerk-rs.dev/1",
    subcommands: &[],
    run,
};

const HINT: &str = "  Sign up with name+clerk_test@example.com and code 424242.\n  \
    Other codes appear here and at the emulator.   Ctrl-C ends both";

#[derive(Args, Debug)]
#[command(after_help = "\
The app listens on PORT, else on 3000 or the next free port; the emulator on 4400 or the next free one. Both \
are handed to the app in its environment. Users and sessions of the emulator live until it ends. The first \
run fetches Clerk's browser libraries (7 MB) into a cache that all projects share.

Everything is said on standard error. The exit code is that of the app.

Examples:
  clerk-rs dev --open --watch
  PORT=8080 clerk-rs dev -- --release")]
struct Arguments {
    /// Open the app in the browser once it answers
    #[arg(long)]
    open: bool,

    /// Start the app again when its sources change; the emulator keeps its users
    #[arg(long)]
    watch: bool,

    /// What `cargo run` gets besides
    #[arg(last = true, value_name = "CARGO_ARGS")]
    cargo: Vec<OsString>,
}

#[derive(Serialize)]
struct Ran {
    ok: bool,
    app: AppRan,
    emulator: Option<EmulatorRan>,
}

#[derive(Serialize)]
struct AppRan {
    url: String,
    exit_code: u8,
    restarts: u64,
}

#[derive(Serialize)]
struct EmulatorRan {
    url: String,
}

/// What is decided before anything runs.
struct Place {
    folder: PathBuf,
    port: u16,
    url: String,
    talk: Talk,
}

fn run(matches: ArgMatches, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let args: Arguments = parsed(matches)?;
    let folder = local::project(context.env)?;
    let settings = local::settings(context.env, &folder)?;
    let instance = settings.instance()?;
    let wanted = settings.port()?;
    let port = ports::for_app(wanted)?;
    let talk = context.globals.output().talk(context.env);
    if wanted.is_none() && port != ports::APP {
        talk.remark(&format!(
            "  Port {} is taken; the app gets {port}",
            ports::APP
        ));
    }
    let place = Place {
        url: format!("http://{}:{port}", shown_host(settings.host()?)),
        folder,
        port,
        talk,
    };
    let ran = run::runtime()?.block_on(place.run(args, instance, context))?;
    Ok(Box::new(ran))
}

/// The name under which a browser on this machine finds the app; cookies are kept by that name.
fn shown_host(host: Option<String>) -> String {
    match host.as_deref() {
        None | Some("127.0.0.1" | "0.0.0.0" | "::1" | "::" | "localhost") => "localhost".to_owned(),
        Some(host) if host.contains(':') => format!("[{host}]"),
        Some(host) => host.to_owned(),
    }
}

impl Place {
    async fn run(
        self,
        args: Arguments,
        instance: Instance,
        context: &Context<'_>,
    ) -> Result<Ran, RunError> {
        let mut signals = Signals::listen()?;
        let tell = self.tell(&instance);
        let emulator = self
            .emulator(instance, context, &mut signals, &tell)
            .await?;
        let dev = self.dev(args, emulator.as_ref(), context);
        let outcome = dev.run(&mut signals, &tell).await;
        let used = emulator.as_ref().map(|emulator| EmulatorRan {
            url: emulator.url(),
        });
        if let Some(emulator) = emulator {
            emulator.stop().await;
        }
        Ok(self.report(outcome?, used))
    }

    async fn emulator(
        &self,
        instance: Instance,
        context: &Context<'_>,
        signals: &mut Signals,
        tell: &Tell,
    ) -> Result<Option<Emulator>, RunError> {
        let (publishable, secret) = match instance {
            Instance::Local {
                publishable,
                secret,
            } => (publishable, secret),
            Instance::Real(key) => {
                self.talk.remark(&format!(
                    "  The keys are those of the Clerk instance {}: no emulator is needed.",
                    key.frontend_api_host()
                ));
                return Ok(None);
            }
        };
        let project = run::emulator::Project {
            folder: self.folder.clone(),
            publishable,
            secret,
            bundles: local::bundles(context, signals).await?,
        };
        let emulator = project.start_where_free(tell).await?;
        self.talk.remark(&local::emulator_line(&emulator));
        Ok(Some(emulator))
    }

    fn tell(&self, instance: &Instance) -> Tell {
        let (talk, url) = (self.talk, self.url.clone());
        // Once, after the first start.
        let hint = Mutex::new(matches!(instance, Instance::Local { .. }).then_some(HINT));
        Arc::new(move |notice| {
            local::say(talk, &url, &notice);
            if matches!(notice, Notice::Ready(_))
                && let Some(hint) = hint.lock().ok().and_then(|mut hint| hint.take())
            {
                talk.remark(hint);
            }
        })
    }

    fn dev(&self, args: Arguments, emulator: Option<&Emulator>, context: &Context<'_>) -> Dev {
        let mut variables = vec![("PORT", self.port.to_string())];
        if let Some(emulator) = emulator {
            variables.push(("CLERK_API_URL", emulator.server_url()));
            variables.push(("CLERK_FAPI_URL", emulator.server_url()));
            variables.push(("CLERK_PROXY_URL", "/__clerk".to_owned()));
        }
        if context.globals.offline {
            variables.push(("CARGO_NET_OFFLINE", "true".to_owned()));
        }
        // Cargo sees a pipe; we know that there is a terminal behind it.
        if self.talk.has_color() && context.env.var("CARGO_TERM_COLOR").is_none() {
            variables.push(("CARGO_TERM_COLOR", "always".to_owned()));
        }
        Dev {
            run: CargoRun {
                folder: self.folder.clone(),
                arguments: args.cargo,
                variables,
            },
            port: self.port,
            open: args.open.then(|| self.url.clone()),
            watch: args.watch,
        }
    }

    fn report(self, outcome: Outcome, emulator: Option<EmulatorRan>) -> Ran {
        Ran {
            ok: outcome.code == 0,
            app: AppRan {
                url: self.url,
                exit_code: outcome.code,
                restarts: outcome.restarts,
            },
            emulator,
        }
    }
}

impl Report for Ran {
    fn schema(&self) -> &'static str {
        ENTRY.schema
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    /// All has been said.
    fn text(&self, _: Verbosity, _: usize) -> String {
        String::new()
    }

    fn exit(&self) -> Exit {
        Exit::Of(self.app.exit_code)
    }
}
