//! The words of `init` in an existing project for people.

use std::fmt::Write as _;

use super::{Checked, Wired};
use crate::commands::planned;
use crate::escape::visible;
use crate::output::{BOLD, DIM, Verbosity, columns, fold};
use crate::scaffold::CORE;
use crate::source::{Protection, pattern};
use crate::wire::action::Kind;
use crate::wire::project::Remark;

/// What is worth knowing even where nothing is to be done.
const LASTING: [&str; 2] = ["core-changed", "other-programs"];

impl Wired {
    /// The words before the question.
    pub fn summary(&self, width: usize) -> String {
        let mut text = self.found();
        planned::list(&self.files, &mut text, Verbosity::Normal);
        self.sections(&mut text, width);
        text
    }

    /// All changes as one diff. The core would hide everything else in it.
    pub fn diff(&self) -> String {
        let mut text = planned::diff(&self.files, Verbosity::Normal);
        if planned::has_core(&self.files) {
            let _ = writeln!(text, "\n  {CORE}/ is not shown: clerk-rs init --dry-run -v");
        }
        text
    }

    fn found(&self) -> String {
        format!(
            "  Found {} {} in {}, program {}\n\n",
            self.framework,
            self.version,
            visible(&self.package),
            visible(&self.program)
        )
    }

    fn has_changes(&self) -> bool {
        self.files.iter().any(|file| file.action != Kind::Skip)
    }

    fn head(&self) -> String {
        match (self.has_changes(), self.dry_run, self.written) {
            (false, ..) if self.ok => {
                "  This project is wired already; nothing is to be done\n".to_owned()
            }
            (false, ..) if self.is_protected => {
                "  This project is wired already; what is left is by hand\n".to_owned()
            }
            (false, ..) if self.by_hand.is_empty() => {
                format!("  {BOLD}Not everything is seen to be protected{BOLD:#}\n")
            }
            (false, ..) => "  The rest of this project is wired already\n".to_owned(),
            (_, true, _) => format!("{}  {BOLD}Would write{BOLD:#}\n", self.found()),
            (_, _, true) => {
                let checked = match self.checked {
                    Checked::Passed => "cargo check passes, as it did before",
                    _ => "cargo was not asked",
                };
                format!(
                    "  {BOLD}Wired {}{}{BOLD:#}  ({checked})\n",
                    visible(&self.package),
                    if self.is_protected {
                        ""
                    } else {
                        ", but not everything is protected"
                    }
                )
            }
            (_, _, false) => "  Nothing was changed\n".to_owned(),
        }
    }

    fn sections(&self, text: &mut String, width: usize) {
        if !self.by_hand.is_empty() {
            let is_partly = self
                .routes
                .iter()
                .any(|route| route.protection == Protection::SignedIn);
            let what = if is_partly {
                "Not everything"
            } else {
                "Nothing"
            };
            let _ = writeln!(
                text,
                "\n  {BOLD}{what} is protected until you add these lines{BOLD:#}"
            );
        }
        planned::by_hand(text, &self.by_hand, width);
        self.without_gate(text, width);
        self.routes(text);
        self.migration(text, width);
        let crypto = format!(
            "The core is built with {}: {}",
            self.crypto, self.crypto_why
        );
        good_to_know(text, width, Some(&crypto), self.remarks.iter());
    }

    /// Routes, and what was not read, that no gate is seen before: each with its place.
    fn without_gate(&self, text: &mut String, width: usize) {
        let open = self.routes.iter();
        let open =
            open.filter(|route| route.protection == Protection::WithoutGate && !route.is_meant);
        let open = open.map(|route| {
            let method = route.method.as_deref().unwrap_or("any");
            (&*route.file, route.line, format!("{method} {}", route.path))
        });
        let unread = self.outside.iter();
        let unread =
            unread.map(|unread| (&*unread.place.file, unread.place.line, unread.why.clone()));
        for (index, (file, line, words)) in open.chain(unread).enumerate() {
            if index == 0 {
                let _ = writeln!(
                    text,
                    "\n  {BOLD}Open: no gate of clerk-auth is seen before these{BOLD:#}"
                );
            }
            planned::place(text, file, line, &words, width);
        }
    }

    fn migration(&self, text: &mut String, width: usize) {
        let steps = self.migration.iter().flat_map(|migration| &migration.steps);
        for (index, step) in steps.enumerate() {
            if index == 0 {
                let _ = writeln!(
                    text,
                    "\n  {BOLD}From the crate clerk-rs to the core, by hand{BOLD:#}"
                );
            }
            planned::place(text, &step.path, step.line, &step.why, width);
            for (sign, lines) in [("-", &step.old), ("+", &step.new)] {
                for line in lines {
                    let _ = writeln!(text, "      {sign} {}", visible(line));
                }
            }
        }
    }

    fn routes(&self, text: &mut String) {
        if self.routes.is_empty() {
            return;
        }
        text.push_str("\n  Routes\n");
        let is_routed = |open: &&String| {
            let mut routes = self.routes.iter();
            routes.any(|route| pattern(&route.path) == **open)
        };
        let unrouted: Vec<_> = self.public.iter().filter(|open| !is_routed(open)).collect();
        let paths = self.routes.iter().map(|route| &route.path);
        let paths = paths.chain(unrouted.iter().copied());
        let longest = paths.map(|path| columns(path)).max();
        let longest = longest.unwrap_or_default().min(36);
        for route in &self.routes {
            let now = match (route.protection, route.was_open) {
                (Protection::SignedIn, true) => "needs a sign-in now; was open".to_owned(),
                (Protection::Public, true) if route.is_in_part => {
                    "stays open in part; the rest needs a sign-in now".to_owned()
                }
                (Protection::Public, true) => "stays open to everybody".to_owned(),
                (Protection::Public, false) => "open to everybody".to_owned(),
                (Protection::WithoutGate, _) if route.is_meant => {
                    "without a gate, as Cargo.toml says".to_owned()
                }
                (Protection::WithoutGate, _) => "not protected".to_owned(),
                (protection, _) => protection.words().to_owned(),
            };
            let method = route.method.as_deref().unwrap_or("any");
            let path = visible(&route.path);
            let gap = longest.saturating_sub(columns(&path));
            let _ = writeln!(text, "    {method:6} {path}{:gap$}   {now}", "");
        }
        for open in &unrouted {
            // A path that is spelled wrong here opens nothing.
            let now = match open.contains([':', '*', '(']) {
                true => "open to everybody",
                false => "open; no route was found there",
            };
            let open = visible(open);
            let gap = longest.saturating_sub(columns(&open));
            let _ = writeln!(text, "    any    {open}{:gap$}   {now}", "");
        }
        let is_wide = unrouted
            .iter()
            .any(|open| open.starts_with("/:") || open.starts_with("/("));
        if self.is_protected && !is_wide && self.without_gate.is_empty() {
            let _ = writeln!(
                text,
                "    {DIM}and every other path: needs a sign-in{DIM:#}"
            );
        }
        if self.is_first && self.template == "api" {
            let _ = writeln!(
                text,
                "    {DIM}strangers are answered 401, in JSON; --template web sends them to a page{DIM:#}"
            );
        }
    }

    fn ending(&self, text: &mut String, width: usize) {
        if !self.written {
            return;
        }
        text.push_str("\n  Next\n");
        for line in &self.next {
            text.push_str("    ");
            fold(text, &visible(line), 4, 6, width);
            text.push('\n');
        }
        let keys = match self.keys {
            "local" => {
                "The keys are local, for `clerk-rs dev`; `clerk-rs env set --keys paste` takes yours."
            }
            "keyless" => {
                "The keys are those of a temporary application; whoever has the link can claim it:"
            }
            "paste" => match self.files.iter().any(|file| file.is_at(".env.local")) {
                true => "The keys are in .env.local.",
                false => "The keys are in .env.",
            },
            _ => "The keys are where they were.",
        };
        for line in [
            keys,
            self.claim_url.as_deref().unwrap_or_default(),
            "Take it back: clerk-rs init --undo",
        ] {
            if !line.is_empty() {
                text.push_str("\n  ");
                fold(text, line, 2, 4, width);
            }
        }
        text.push('\n');
    }

    pub(super) fn whole(&self, verbosity: Verbosity, width: usize) -> String {
        if verbosity == Verbosity::Quiet && !self.dry_run && self.ok {
            return String::new();
        }
        let mut text = self.head();
        if self.has_changes() && (self.dry_run || self.written) {
            planned::list(&self.files, &mut text, verbosity);
        }
        if self.has_changes() || !self.ok || verbosity == Verbosity::Verbose {
            self.sections(&mut text, width);
        } else {
            let lasting = self.remarks.iter();
            let lasting = lasting.filter(|remark| LASTING.contains(&remark.code));
            good_to_know(&mut text, width, None, lasting);
        }
        self.ending(&mut text, width);
        if self.dry_run {
            text.push('\n');
            text.push_str(&planned::diff(&self.files, verbosity));
        }
        text
    }
}

fn good_to_know<'a>(
    text: &mut String,
    width: usize,
    first: Option<&'a String>,
    remarks: impl Iterator<Item = &'a Remark>,
) {
    let first = first.map(|said| (said, None));
    let remarks = remarks.map(|remark| (&remark.text, remark.help.as_ref()));
    for (index, (said, help)) in first.into_iter().chain(remarks).enumerate() {
        if index == 0 {
            text.push_str("\n  Good to know\n");
        }
        text.push_str("    ");
        fold(text, &visible(said), 4, 6, width);
        text.push('\n');
        if let Some(help) = help {
            text.push_str("      help: ");
            fold(text, &visible(help), 12, 12, width);
            text.push('\n');
        }
    }
}
