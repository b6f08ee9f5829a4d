//! `clerk-rs emulator export` and `emulator import`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use crate::commands::{Context, local};
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

    /// Where the emulator is [default: where the project's says it is]
    #[arg(long)]
    url: Option<String>,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Into the emulator that runs, or else into the file that the next one reads. Whoever is there now is forgotten.")]
pub struct ImportArguments {
    /// A file that `emulator export` made
    file: PathBuf,

    /// Where the emulator is [default: where the project's says it is]
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
    let place = place(args.url, context);
    let users = run::answer(carry::import(&place, &args.file))??;
    Ok(Box::new(Imported { ok: true, users }))
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
        match (verbosity, self.users) {
            (Verbosity::Quiet, _) => String::new(),
            (_, 1) => "  1 user\n".to_owned(),
            (_, users) => format!("  {users} users\n"),
        }
    }
}
