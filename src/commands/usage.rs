//! What clap has to say, in our voice: help and version as results, mistakes as errors.

use clap::Command;
use clap::error::ErrorKind;
use serde_json::{Value, json};

use crate::error::{Explain, Explanation};
use crate::output::{Report, Verbosity};

/// A help page or the version.
pub struct Shown {
    schema: &'static str,
    plain: String,
    styled: String,
}

impl Shown {
    /// The page that clap made, if its "error" is one.
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

    fn text(&self, _: Verbosity) -> String {
        self.styled.clone()
    }
}

/// A command line that makes no sense.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct UsageError {
    message: String,
    help: String,
}

impl UsageError {
    /// clap's finding, taken apart: the first paragraph is the message, "tip" lines are advice.
    pub fn new(error: &clap::Error) -> Self {
        let text = error.render().to_string();
        let text = text.strip_prefix("error: ").unwrap_or(&text);
        let mut message = Vec::new();
        let mut help = Vec::new();
        for paragraph in text.split("\n\n") {
            let first = paragraph.trim_start();
            if first.starts_with("Usage:") || first.starts_with("For more information") {
                continue;
            }
            for line in paragraph.lines().map(str::trim) {
                match line.strip_prefix("tip: ") {
                    Some(tip) => help.push(tip.to_owned()),
                    None => message.push(line),
                }
            }
        }
        if help.is_empty() {
            help.push("--help lists what can be given".to_owned());
        }
        Self {
            message: message.join(" "),
            help: help.join("\n"),
        }
    }
}

impl Explain for UsageError {
    fn explain(&self) -> Explanation {
        Explanation::usage("usage").help(&self.help)
    }
}
