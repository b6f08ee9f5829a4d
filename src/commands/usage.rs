//! clap's messages in our own words: help and version as results, mistakes as errors.

use std::ffi::OsString;

use clap::Command;
use clap::error::ErrorKind;
use serde_json::{Value, json};

use super::meant;
use crate::error::{Explain, Explanation};
use crate::output::{Report, Verbosity};
use crate::project::secrets::without_secrets;

/// A help page or the version.
pub struct Shown {
    schema: &'static str,
    plain: String,
    styled: String,
}

impl Shown {
    /// The page, if clap's "error" is one.
    pub fn from_clap(error: &clap::Error) -> Option<Self> {
        let schema = match error.kind() {
            ErrorKind::DisplayVersion => "clerk-rs.version/1",
            ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                "clerk-rs.help/1"
            }
            _ => return None,
        };
        let page = error.render();
        Some(Self {
            schema,
            plain: page.to_string(),
            styled: page.ansi().to_string(),
        })
    }

    /// The tree's own help page, for a run that names no command.
    pub fn help(tree: &mut Command) -> Self {
        let page = tree.render_help();
        Self {
            schema: "clerk-rs.help/1",
            plain: page.to_string(),
            styled: page.ansi().to_string(),
        }
    }
}

impl Report for Shown {
    fn schema(&self) -> &'static str {
        self.schema
    }

    fn data(&self) -> serde_json::Result<Value> {
        Ok(if self.schema == "clerk-rs.version/1" {
            json!({ "version": env!("CARGO_PKG_VERSION") })
        } else {
            json!({ "text": self.plain })
        })
    }

    fn text(&self, _: Verbosity, _: usize) -> String {
        self.styled.clone()
    }
}

/// A mistake on the command line.
#[derive(Debug, thiserror::Error)]
pub enum UsageError {
    /// A mistake by clap's rules.
    #[error("{message}")]
    Mistake {
        /// The mistake in one line.
        message: String,
        help: String,
    },
    /// A secret in a wrong place, with advice on how to give it.
    #[error("{SECRET}")]
    Secret(String),
}

/// The reason.
pub const SEEN: &str = "the shell's history and the list of processes show it";
/// Also said beside another mistake.
const SECRET: &str = "a secret does not belong on the command line";

impl UsageError {
    /// A secret among the arguments, with advice on how to give it.
    pub fn secret(help: String) -> Self {
        Self::Secret(help)
    }

    /// Splits clap's message about these arguments: the first paragraph is the mistake, "tip" lines are advice. clap's
    /// suggestions are judged again, because they go by letters alone.
    pub fn new(error: &clap::Error, args: &[OsString]) -> Self {
        let text = error.render().to_string();
        let text = text.strip_prefix("error: ").unwrap_or(&text);
        let mut message = Vec::new();
        let mut help: Vec<_> = meant::advice(error, args).into_iter().collect();
        for paragraph in text.split("\n\n") {
            let first = paragraph.trim_start();
            if first.starts_with("Usage:") || first.starts_with("For more information") {
                continue;
            }
            for line in paragraph.lines().map(str::trim) {
                match line.strip_prefix("tip: ") {
                    Some(tip) if tip.contains(" similar ") => {}
                    // Nobody means an option as a value that is one of the command above.
                    Some(tip) if tip.contains(" as a value, ") && !help.is_empty() => {}
                    Some(tip) => help.push(tip.to_owned()),
                    None => message.push(line),
                }
            }
        }
        let message = message.join(" ");
        let masked = without_secrets(&message);
        if masked != message {
            help = vec![format!("{SECRET}; `-` reads standard input, @FILE a file")];
        }
        if help.is_empty() {
            help.push("--help lists what can be given".to_owned());
        }
        Self::Mistake {
            message: masked.into_owned(),
            help: help.join("\n"),
        }
    }
}

impl Explain for UsageError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Mistake { help, .. } => Explanation::usage("usage").help(help),
            Self::Secret(help) => Explanation::usage("secret-on-command-line")
                .because(SEEN)
                .help(help),
        }
    }
}
