//! The report of `init` in an existing project: what it did, or would do.

mod deliveries;
mod masked;
mod next;
mod words;

use serde::Serialize;
use serde_json::Value;

use super::{ENTRY, keys};
use crate::commands::planned::File;
use crate::error::Exit;
use crate::output::{Report, Verbosity, to_data};
use crate::project::note::Note;
use crate::scaffold::{Choices, Keys, choices};
use crate::source::{self, Protection, Unread};
use crate::wire::code::ByHand;
use crate::wire::migrate::Migration;
use crate::wire::plan::{Plan, Planned};
use crate::wire::project::{Remark, Standing};

/// Cargo's part in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checked {
    /// Nothing was written.
    No,
    /// It compiled before, and does so now.
    Passed,
    /// Nobody wanted to know.
    Skipped,
}

#[derive(Serialize)]
pub struct Wired {
    ok: bool,
    /// What `init` did here; in an empty folder it is `new`.
    kind: &'static str,
    dry_run: bool,
    written: bool,
    checked: Checked,
    path: String,
    package: String,
    program: String,
    framework: String,
    version: String,
    template: String,
    module: String,
    keys: &'static str,
    core: &'static str,
    crypto: &'static str,
    public: Vec<String>,
    /// Routes that have no gate on purpose.
    without_gate: Vec<String>,
    files: Vec<File>,
    by_hand: Vec<ByHand>,
    routes: Vec<RouteRow>,
    unread: Vec<Unread>,
    outside: Vec<Unread>,
    remarks: Vec<Remark>,
    /// The way from the community's crate.
    #[serde(skip_serializing_if = "Option::is_none")]
    migration: Option<Migration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_url: Option<String>,
    next: Vec<String>,
    #[serde(skip)]
    is_protected: bool,
    /// True if it was not wired before.
    #[serde(skip)]
    is_first: bool,
    #[serde(skip)]
    crypto_why: String,
}

#[derive(Serialize)]
struct RouteRow {
    method: Option<String>,
    path: String,
    protection: Protection,
    was_open: bool,
    /// Without a gate because its owner wants it so.
    #[serde(skip)]
    is_meant: bool,
    /// Public, and with addresses that need a sign-in: files below a path of which some are open.
    #[serde(skip)]
    is_in_part: bool,
    file: String,
    line: usize,
}

impl Wired {
    pub fn new(
        standing: &Standing,
        choices: &Choices,
        module: &str,
        plan: &Plan,
        dry_run: bool,
    ) -> Self {
        let written = !dry_run && plan.has_changes();
        let next = match written {
            true => next::steps(choices, module, plan),
            false => Vec::new(),
        };
        Self {
            ok: plan.is_protected()
                && plan
                    .migration
                    .as_ref()
                    .is_none_or(|way| way.steps.is_empty()),
            is_protected: plan.is_protected(),
            is_first: !standing.is_wired,
            kind: "wired",
            dry_run,
            written,
            checked: Checked::No,
            path: standing.folder.to_string_lossy().into_owned(),
            package: standing.package.clone(),
            program: standing.program.clone(),
            framework: choices::word(choices.framework),
            version: standing.version.clone(),
            template: choices::word(choices.template),
            module: module.to_owned(),
            keys: keys::word(&choices.keys),
            core: choices.core.mode(),
            crypto: standing.crypto,
            crypto_why: standing.crypto_why.clone(),
            public: plan.public.clone(),
            without_gate: plan.without_gate.clone(),
            files: plan.actions.iter().map(File::of).collect(),
            by_hand: plan.by_hand.iter().map(masked::by_hand).collect(),
            routes: plan.routes.iter().map(RouteRow::of).collect(),
            unread: plan.unread.iter().map(masked::unread).collect(),
            outside: plan.outside.iter().map(masked::unread).collect(),
            remarks: deliveries::remark(plan)
                .into_iter()
                .chain(plan.remarks.iter().cloned())
                .collect(),
            migration: plan.migration.as_ref().map(masked::migration),
            claim_url: match &choices.keys {
                Keys::Keyless { claim_url, .. } if written => Some(claim_url.clone()),
                _ => None,
            },
            next,
        }
    }

    /// Everything is there, but for what could not stay as it was.
    pub fn was_written(&mut self, is_checked: bool, notes: &[Note]) {
        self.checked = if is_checked {
            Checked::Passed
        } else {
            Checked::Skipped
        };
        for remark in notes.iter().map(Remark::from) {
            if !self.remarks.contains(&remark) {
                self.remarks.push(remark);
            }
        }
    }

    /// The owner said no.
    pub fn was_refused(&mut self) {
        (self.ok, self.written) = (false, false);
        self.next.clear();
    }
}

impl RouteRow {
    fn of(planned: &Planned) -> Self {
        let route = &planned.route;
        Self {
            method: route.method.clone(),
            path: route.path.clone(),
            protection: route.protection,
            was_open: planned.was_open,
            is_meant: planned.route.is_left_open(),
            is_in_part: route.remarks.contains(&source::Remark::OpenInPart),
            file: route.place.file.to_string(),
            line: route.place.line,
        }
    }
}

impl Report for Wired {
    fn schema(&self) -> &'static str {
        ENTRY.schema
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn exit(&self) -> Exit {
        if self.ok { Exit::Yes } else { Exit::No }
    }

    fn text(&self, verbosity: Verbosity, width: usize) -> String {
        self.whole(verbosity, width)
    }
}
