//! The report of `add`: what it did, or would do.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use super::{ENTRY, PAGE};
use crate::commands::planned::{self, File};
use crate::error::Exit;
use crate::fold::WIDTH;
use crate::output::{BOLD, Report, Verbosity, fold, to_data};
use crate::scaffold::{Choices, Extra, choices};
use crate::update::Left;
use crate::wire::code::ByHand;
use crate::wire::extra::Extras;
use crate::wire::page::Planned;

/// The part that every run has.
#[derive(Serialize)]
pub struct Added {
    #[serde(skip)]
    schema: &'static str,
    /// True if the app was there before, so that there is more to take back than this.
    #[serde(skip)]
    is_wired: bool,
    ok: bool,
    dry_run: bool,
    written: bool,
    #[serde(flatten)]
    what: What,
    files: Vec<File>,
    /// Places that the owner has to look at.
    left: Vec<Left>,
    /// Lines that the owner has to add.
    by_hand: Vec<ByHand>,
    next: Vec<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum What {
    Extras {
        added: Vec<String>,
        /// Those that were there already.
        known: Vec<String>,
    },
    Page {
        page: String,
        public: bool,
    },
}

impl Added {
    pub fn extras(plan: &Extras, is_wired: bool, dry_run: bool) -> Self {
        let words = |extras: &[Extra]| extras.iter().copied().map(choices::word).collect();
        let files: Vec<_> = plan.actions.iter().map(File::of).collect();
        let written = !dry_run && !files.is_empty();
        let mut next = Vec::new();
        if written && plan.left.is_empty() {
            next.push("cargo test".to_owned());
        }
        if written {
            let all = plan.added.iter();
            next.extend(all.filter_map(|extra| after(*extra, &plan.choices, plan.is_local)));
        }
        Self {
            schema: ENTRY.schema,
            is_wired,
            ok: plan.left.is_empty(),
            dry_run,
            written,
            what: What::Extras {
                added: words(&plan.added),
                known: words(&plan.known),
            },
            files,
            left: plan.left.clone(),
            by_hand: Vec::new(),
            next,
        }
    }

    pub fn page(plan: &Planned, is_wired: bool, dry_run: bool) -> Self {
        let written = !dry_run && !plan.actions.is_empty();
        let mut next = Vec::new();
        if written {
            let opened = "clerk-rs dev    then open http://localhost:3000";
            next.push(format!("{opened}{}", plan.path));
            next.push(format!("its text is in {}", plan.template));
        }
        Self {
            schema: PAGE,
            is_wired,
            ok: plan.by_hand.is_empty(),
            dry_run,
            written,
            what: What::Page {
                page: plan.path.clone(),
                public: plan.is_public,
            },
            files: plan.actions.iter().map(File::of).collect(),
            left: Vec::new(),
            by_hand: plan.by_hand.clone(),
            next,
        }
    }

    /// The owner said no.
    pub fn was_refused(&mut self) {
        (self.ok, self.written) = (false, false);
        self.next.clear();
    }

    /// The words before the question.
    pub fn summary(&self) -> String {
        let mut text = format!("{}\n", self.name());
        planned::list(&self.files, &mut text, Verbosity::Normal);
        self.sections(&mut text, WIDTH);
        text.trim_end().to_owned()
    }

    /// All changes as one diff.
    pub fn diff(&self) -> String {
        planned::diff(&self.files, Verbosity::Normal)
    }

    fn name(&self) -> String {
        match &self.what {
            What::Extras { added, .. } => added.join(", "),
            What::Page { page, public } => match public {
                true => format!("the page {page}, which everybody sees"),
                false => format!("the page {page}, for people who are signed in"),
            },
        }
    }

    fn head(&self) -> String {
        let name = self.name();
        match (&self.what, self.dry_run, self.written) {
            (What::Extras { added, known }, ..) if added.is_empty() && self.files.is_empty() => {
                let are = if known.len() == 1 { "is" } else { "are" };
                format!("  {} {are} there already\n", known.join(", "))
            }
            (_, true, _) => format!("  {BOLD}Would add {name}{BOLD:#}\n"),
            (_, _, true) => format!("  {BOLD}Added {name}{BOLD:#}\n"),
            (_, _, false) => "  Nothing was changed\n".to_owned(),
        }
    }

    fn sections(&self, text: &mut String, width: usize) {
        if !self.left.is_empty() {
            text.push_str("\n  Left to you\n");
        }
        for left in &self.left {
            planned::place(text, &left.path, left.line, &left.what, width);
        }
        if !self.by_hand.is_empty() {
            let _ = writeln!(text, "\n  {BOLD}Add these lines yourself{BOLD:#}");
        }
        planned::by_hand(text, &self.by_hand, width);
    }
}

/// What only the owner can do for an extra.
fn after(extra: Extra, choices: &Choices, is_local: bool) -> Option<String> {
    let words = match extra {
        Extra::Webhooks if is_local => {
            "webhooks: `clerk-rs dev` sends them to /webhooks/clerk; for a real instance, Clerk Dashboard, Webhooks"
        }
        Extra::Webhooks => {
            "webhooks: Clerk Dashboard, Webhooks: add https://YOUR-HOST/webhooks/clerk, and put its signing secret \
             into CLERK_WEBHOOK_SIGNING_SECRET"
        }
        Extra::Machines => {
            "machines: Clerk Dashboard, API keys and Machines; CLERK_MACHINE_ID says which machine this app is"
        }
        Extra::Orgs => "orgs: Clerk Dashboard, Organizations: turn them on",
        Extra::Db => "db: SQLite in data/, or DATABASE_URL",
        Extra::Ws => "ws: http://localhost:3000/live",
        Extra::E2e => {
            "e2e: cd e2e && npm ci && npx playwright install chromium && npx playwright test"
        }
        Extra::Docker => {
            let name = &choices.name;
            return Some(format!("docker: docker build -t {name} ."));
        }
        Extra::GithubActions => "github-actions: runs with the next push",
    };
    Some(words.to_owned())
}

impl Report for Added {
    fn schema(&self) -> &'static str {
        self.schema
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn exit(&self) -> Exit {
        if self.ok { Exit::Yes } else { Exit::No }
    }

    fn text(&self, verbosity: Verbosity, width: usize) -> String {
        if verbosity == Verbosity::Quiet && !self.dry_run && self.ok {
            return String::new();
        }
        let mut text = self.head();
        if !self.files.is_empty() && (self.dry_run || self.written) {
            text.push('\n');
            planned::list(&self.files, &mut text, verbosity);
        }
        self.sections(&mut text, width);
        if !self.next.is_empty() {
            text.push_str("\n  Next\n");
        }
        for line in &self.next {
            text.push_str("    ");
            fold(&mut text, line, 4, 6, width);
            text.push('\n');
        }
        if self.written {
            let what = match self.is_wired {
                true => "the whole wiring, this included",
                false => "everything that was added",
            };
            let _ = writeln!(text, "\n  clerk-rs init --undo takes back {what}");
        }
        if self.dry_run {
            text.push('\n');
            text.push_str(&planned::diff(&self.files, verbosity));
        }
        text
    }
}
