//! The library behind the `clerk-rs` command: parse, dispatch, show.

pub mod ask;
pub mod backend;
pub mod check;
pub mod commands;
pub mod emulator;
pub mod env;
pub mod error;
pub mod escape;
pub mod finding;
pub mod fold;
pub mod inspect;
pub mod keyring;
pub mod output;
pub mod program;
pub mod project;
pub mod run;
pub mod scaffold;
pub mod source;
pub mod update;
pub mod wire;

use commands::{Context, Parsed};
pub use env::Env;
pub use error::Exit;

/// Runs the command in the arguments.
pub fn run(env: &Env) -> Exit {
    match commands::parse(env.args()) {
        Parsed::Command(entry, globals, matches) => {
            let output = globals.output();
            let schema = entry.schema(&matches);
            match (entry.run)(matches, &Context { env, globals }) {
                Ok(report) => output.report(env, report.as_ref()),
                Err(error) => output.error(env, schema, &error),
            }
        }
        Parsed::Shown(globals, report) => globals.output().report(env, &report),
        Parsed::Refused(globals, schema, error) => {
            globals.output().error(env, schema, &error.into())
        }
    }
}
