//! Reasons why no plan can be made, beyond those that the parts name themselves.

use crate::error::{Explain, Explanation};
use crate::scaffold::CORE;

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error("{0} is there already, and is not as it would be written")]
    Taken(String),
    #[error("--module {0:?} cannot be a module's name")]
    Module(String),
    #[error("--public {pattern:?} is no pattern of paths")]
    Public { pattern: String, why: String },
    #[error("the pages would take paths that the app has routes at")]
    Paths(Vec<String>),
    #[error("{file}:{line} is not read")]
    Source {
        file: String,
        line: usize,
        why: String,
    },
    #[error("the file {0} of the module is no text")]
    NoText(String),
    #[error("Cargo.toml takes the core from {0}, where it is no more")]
    NoCore(String),
}

impl Explain for PlanError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Taken(path) if path.starts_with(CORE) => Explanation::failed("file-taken")
                .help("nothing was written; move it away, or name another core with --core"),
            Self::Taken(_) => Explanation::failed("file-taken")
                .help("nothing was written; choose another name with --module NAME"),
            Self::Module(_) => {
                Explanation::usage("module-unfit").help("such as `--module clerk_auth_gate`")
            }
            Self::Public { why, .. } => Explanation::usage("pattern-unfit")
                .because(why)
                .help("such as `/about`, or `/docs/:path*` for all below it"),
            Self::Paths(routes) => Explanation::failed("paths-taken")
                .because(routes.join(", "))
                .help("take --template api, and the accounts portal or pages of your own; or move these routes"),
            Self::Source { why, .. } => Explanation::failed("source-unreadable")
                .because(why)
                .help("nothing was written; mend it first, and if the compiler takes it as it is, please report it"),
            Self::NoCore(_) => Explanation::failed("core-gone").help(format!(
                "bring it back; or take the line of {CORE} out of Cargo.toml and run `clerk-rs init --no-check`, which plans it again"
            )),
            Self::NoText(_) => Explanation::failed("broken-template")
                .help("this is a mistake in clerk-rs itself; please report it"),
        }
    }
}
