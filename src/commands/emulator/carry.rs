//! `clerk-rs emulator export` and `emulator import`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use clerk_auth::time::{Clock as _, SystemClock};
use serde::Serialize;
use serde_json::Value;

use super::copy::{self, CopyError, FromClerk};
use crate::commands::{Context, local};
use crate::emulator::instance::Instance;
use crate::emulator::instance::random::SystemRandom;
use crate::error::Error;
use crate::output::{Report, Verbosity, to_data};
use crate::run;
use crate::run::carry::{self, Place};

pub const EXPORT_SCHEMA: &str = "clerk-rs.emulator-export/1";
pub const IMPORT_SCHEMA: &str = "clerk-rs.emulator-import/1";

#[derive(Args, Debug)]
#[command(after_help = "\
Of the emulator that runs, or else of the file that the next one reads. The file has all users with the hashes of their \
passwords, and all sessions; it is yours alone to read.")]
pub struct ExportArguments {
    /// The file to make
    file: PathBuf,

    /// The emulator's address [default: that of the project's emulator]
    #[arg(long)]
    url: Option<String>,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Into the emulator that runs, or else into the file that the next one reads. Whoever is there now is forgotten.

With --from-clerk a real instance is asked for its users, organizations, memberships, roles and permissions. Nothing but GET is \
sent to it, and ids stay as they are. Clerk shows nobody passwords, second factors or sessions, so people sign in with a code \
or set a new password; pictures and accounts with providers are left out.

Examples:
  clerk-rs emulator import state.jsonl
  clerk-rs emulator import --from-clerk --secret-key-file key.txt --dry-run")]
pub struct ImportArguments {
    /// A file that `emulator export` made
    #[arg(required_unless_present = "from_clerk")]
    file: Option<PathBuf>,

    #[command(flatten)]
    from: FromClerk,

    /// The emulator's address [default: that of the project's emulator]
    #[arg(long)]
    url: Option<String>,
}

#[derive(Serialize)]
struct Exported {
    ok: bool,
    file: PathBuf,
}

#[derive(Serialize)]
struct Imported {
    ok: bool,
    users: usize,
    organizations: usize,
    memberships: usize,
    from_clerk: bool,
    dry_run: bool,
}

impl Imported {
    fn of(instance: &Instance, from: &FromClerk) -> Self {
        Self {
            ok: true,
            users: instance.users().len(),
            organizations: instance.organizations().len(),
            memberships: instance.memberships().count(),
            from_clerk: from.from_clerk,
            dry_run: from.dry_run,
        }
    }
}

fn place(url: Option<String>, context: &Context<'_>) -> Place {
    let project = local::project(context.env).ok();
    Place {
        state: project.as_deref().map(local::state_file),
        project,
        url,
    }
}

pub fn export(args: ExportArguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let place = place(args.url, context);
    run::answer(carry::export(&place, &args.file))??;
    Ok(Box::new(Exported {
        ok: true,
        file: args.file,
    }))
}

pub fn import(args: ImportArguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let instance = match args.file {
        Some(file) => {
            let place = place(args.url, context);
            run::answer(carry::import(&place, &file))??
        }
        None => copied(&args.from, place(args.url, context), context)?,
    };
    Ok(Box::new(Imported::of(&instance, &args.from)))
}

/// An instance as the real one shows it, which is here whole or not at all.
fn copied(from: &FromClerk, place: Place, context: &Context<'_>) -> Result<Instance, Error> {
    let shown = copy::shown(from, context)?;
    let mut instance = Instance::new(Arc::new(SystemRandom));
    instance
        .adopt(shown, SystemClock.now())
        .map_err(CopyError::from)?;
    if !from.dry_run {
        run::answer(carry::put(&place, &mut instance))??;
    }
    Ok(instance)
}

impl Report for Exported {
    fn schema(&self) -> &'static str {
        EXPORT_SCHEMA
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn text(&self, verbosity: Verbosity, _: usize) -> String {
        match verbosity {
            Verbosity::Quiet => String::new(),
            _ => format!("  written to {}\n", self.file.display()),
        }
    }
}

impl Report for Imported {
    fn schema(&self) -> &'static str {
        IMPORT_SCHEMA
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn text(&self, verbosity: Verbosity, _: usize) -> String {
        if verbosity == Verbosity::Quiet {
            return String::new();
        }
        let mut text = format!("  {}", counted(self.users, "user"));
        if self.organizations > 0 {
            let organizations = counted(self.organizations, "organization");
            let memberships = counted(self.memberships, "membership");
            text.push_str(&format!(", {organizations}, {memberships}"));
        }
        text.push('\n');
        if self.from_clerk {
            text.push_str("  Passwords stay at Clerk: sign in with a code, or set a new one\n");
        }
        if self.dry_run {
            text.push_str("  Nothing was written (--dry-run)\n");
        }
        text
    }
}

fn counted(count: usize, what: &str) -> String {
    let more = if count == 1 { "" } else { "s" };
    format!("{count} {what}{more}")
}
