//! The report of `init`: what it did, or would do.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use super::{ENTRY, keys};
use crate::escape::{visible, word};
use crate::output::{BOLD, DIM, Report, Verbosity, fold, to_data};
use crate::scaffold::choices;
use crate::scaffold::git::Git;
use crate::scaffold::plan::File;
use crate::scaffold::target::Target;
use crate::scaffold::{CORE, Choices, Keys, Plan, diff};

#[derive(Serialize)]
pub struct Created {
    ok: bool,
    /// In a project that was there already it is `wired`, or `undone`.
    kind: &'static str,
    dry_run: bool,
    path: String,
    name: String,
    framework: String,
    template: String,
    keys: &'static str,
    core: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_url: Option<String>,
    extras: Vec<String>,
    git: Git,
    files: Vec<Entry>,
    notes: Vec<String>,
    next: Vec<String>,
    #[serde(skip)]
    shown: String,
    #[serde(skip)]
    title: String,
}

#[derive(Serialize)]
struct Entry {
    path: String,
    bytes: usize,
    private: bool,
    layer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<String>,
}

impl Created {
    /// `joined` is the manifest of the workspace that the project is a member of.
    pub fn new(
        choices: Choices,
        target: Target,
        plan: &Plan,
        git: Git,
        joined: Option<String>,
        dry_run: bool,
    ) -> Self {
        let entry = |file: &File| Entry {
            path: file.path.clone(),
            bytes: file.bytes.len(),
            private: file.is_private(),
            layer: file.layer.clone(),
            diff: dry_run.then(|| diff::new_file(file)),
        };
        let mut next = Vec::new();
        if target.shown != "." {
            next.push(format!("cd {}", word(&target.shown)));
        }
        next.push("clerk-rs dev".to_owned());
        let mut notes = notes(&choices, &git, dry_run);
        notes.extend(joined.map(|manifest| {
            format!("It is a member of the workspace in {manifest}: it has no [workspace] and no [profile] of its own, and its Cargo.lock lies there.")
        }));
        Self {
            ok: true,
            kind: "new",
            dry_run,
            path: target.path.to_string_lossy().into_owned(),
            name: choices.name.to_string(),
            framework: choices::word(choices.framework),
            template: choices::word(choices.template),
            keys: keys::word(&choices.keys),
            core: choices.core.mode(),
            extras: choices
                .extras
                .iter()
                .map(|extra| choices::word(*extra))
                .collect(),
            claim_url: match &choices.keys {
                Keys::Keyless { claim_url, .. } => Some(claim_url.clone()),
                _ => None,
            },
            notes,
            git,
            files: plan.files.iter().map(entry).collect(),
            next,
            title: choices.framework.title().to_owned(),
            shown: target.shown,
        }
    }

    fn created(&self, verbosity: Verbosity, width: usize) -> String {
        let (count, title) = (self.files.len(), &self.title);
        let shown = visible(&self.shown);
        let place = if self.shown == "." {
            &self.name
        } else {
            &*shown
        };
        let mut text = format!("  {BOLD}Created {place}{BOLD:#}  ({count} files, {title})\n");
        if verbosity == Verbosity::Verbose {
            text.push_str(&self.list());
        }
        text.push_str("\n  Next\n");
        for command in &self.next {
            let about = match (command.as_str(), self.template.as_str(), self.keys) {
                ("clerk-rs dev", "web" | "spa", "local") => "    sign up at http://localhost:3000",
                ("clerk-rs dev", "web" | "spa", _) => "    then open http://localhost:3000",
                ("clerk-rs dev", _, _) => "    then ask /api/me with a token: README.md says how",
                _ => "",
            };
            let line = format!("    {command}{DIM}{about}{DIM:#}");
            fold(&mut text, &line, 0, 6, width);
            text.push('\n');
        }
        for note in &self.notes {
            text.push('\n');
            for line in note.lines() {
                text.push_str("  ");
                fold(&mut text, line, 2, 2, width);
                text.push('\n');
            }
        }
        text
    }

    fn planned(&self, verbosity: Verbosity) -> String {
        let (count, title, shown) = (self.files.len(), &self.title, visible(&self.shown));
        let mut text = format!("  {BOLD}Would create {shown}{BOLD:#}  ({count} files, {title})\n");
        text.push_str(&self.list());
        text.push('\n');
        let is_core = |entry: &&Entry| entry.layer == CORE;
        for entry in &self.files {
            if verbosity == Verbosity::Verbose || !is_core(&entry) {
                text.push_str(entry.diff.as_deref().unwrap_or_default());
            }
        }
        text
    }

    /// The list of files, with one line for all those of the core.
    fn list(&self) -> String {
        let mut text = String::new();
        let core = self
            .files
            .iter()
            .filter(|entry| entry.layer == CORE)
            .count();
        if core > 0 {
            let folder = format!("{CORE}/");
            let _ = writeln!(text, "  + {folder:36} {core} files, the auth core");
        }
        for entry in self.files.iter().filter(|entry| entry.layer != CORE) {
            let private = if entry.private { ", only for you" } else { "" };
            let _ = writeln!(text, "  + {:36} {} bytes{private}", entry.path, entry.bytes);
        }
        text
    }
}

const LOCAL_NOTE: &str = "\
The keys are local: a Clerk of your own runs beside the app, no account is needed. For a real one: clerk-rs env set --keys paste";

fn notes(choices: &Choices, git: &Git, dry_run: bool) -> Vec<String> {
    let mut notes = Vec::new();
    match &choices.keys {
        Keys::Local(_) => notes.push(LOCAL_NOTE.to_owned()),
        Keys::Given(_) => notes.push("The keys are in .env, which git ignores.".to_owned()),
        Keys::Keyless { claim_url, .. } => notes.push(format!(
            "The keys are those of a temporary application. To keep it, claim it:\n  {claim_url}\n\
             The link is kept in .clerk/keyless.json; whoever has it can claim the application."
        )),
        Keys::Environment => notes.push(
            "The keys are read from the environment; they must be set whenever the project runs."
                .to_owned(),
        ),
    }
    notes.extend(repository_note(git, dry_run));
    notes
}

fn repository_note(git: &Git, dry_run: bool) -> Option<String> {
    let none = |why: &str| {
        let was = if dry_run { "would be" } else { "was" };
        Some(format!("No git repository {was} made: {why}."))
    };
    match git {
        Git::NotInstalled => none("git is not installed"),
        Git::Failed(why) => none(&format!("git says: {}", why.trim_end_matches('.'))),
        Git::InsideRepository => none("the folder lies in one"),
        Git::Created => Some("A git repository was made; nothing is committed yet.".to_owned()),
        Git::WouldCreate => Some("A git repository would be made.".to_owned()),
        Git::NotWanted => None,
    }
}

impl Report for Created {
    fn schema(&self) -> &'static str {
        ENTRY.schema
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn text(&self, verbosity: Verbosity, width: usize) -> String {
        match (self.dry_run, verbosity) {
            (true, _) => self.planned(verbosity),
            (false, Verbosity::Quiet) => String::new(),
            (false, _) => self.created(verbosity, width),
        }
    }
}
