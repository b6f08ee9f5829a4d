//! The `clerk-rs` command: collect what the process was given, run, return the exit code.

use std::process::ExitCode;

use clerk_rs_cli::Env;

fn main() -> ExitCode {
    clerk_rs_cli::run(&Env::from_process()).into()
}
