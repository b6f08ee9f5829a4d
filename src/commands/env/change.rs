//! Makes the changes that `env set` and `env unset` planned.

use super::writer::Writer;
use super::written::{Action, Line, Written};
use crate::check::rules::files;
use crate::error::{Error, Explain as _};
use crate::finding::{Finding, Id, Verdict};
use crate::project::change::{Edit, Edits};
use crate::project::dotenv::{Dotenv, Lookup};
use crate::project::file::FileError;
use crate::project::ignore::Missing;
use crate::project::judge::{self, Problem};
use crate::project::manifest::Secret;
use crate::project::packages::{Role, role};
use crate::project::place::linked;
use crate::project::secret_file::Reason;
use crate::project::shown;
use crate::project::variables::{File, Found, Place, Variables};
use clerk_auth::env_files::FILES;

/// The reports of `env set`.
pub const SET: &str = "clerk-rs.env-set/1";
/// Those of `env unset`.
pub const UNSET: &str = "clerk-rs.env-unset/1";

/// The changes to write, and the report to give.
pub struct Work<'a> {
    /// The schema of its report.
    pub schema: &'static str,
    /// The variables before the change.
    pub variables: &'a Variables<'a>,
    pub edits: Edits,
    /// True if a value may be a secret, whatever its name says: then its file is kept as one with secrets.
    pub hides: bool,
    /// One more path that git must ignore.
    pub ignore: Option<&'static str>,
    /// Findings along the way.
    pub findings: Vec<Finding>,
    /// The line on top.
    pub title: String,
    /// The line at the end.
    pub next: &'static str,
    /// The link that claims a temporary application.
    pub claim_url: Option<String>,
}

/// The problems that these changes would cause and that are not there now.
pub fn caused(
    edits: &Edits,
    variables: &Variables<'_>,
    need: Secret,
    process: &Lookup<'_>,
) -> Vec<Problem> {
    let kept = variables
        .files()
        .iter()
        .map(|file| (file.name.clone(), file.content.clone()));
    let mut files: Vec<_> = kept
        .filter(|(name, _)| !edits.files().iter().any(|edit| edit.file == *name))
        .collect();
    let edited = edits
        .files()
        .iter()
        .filter(|edit| FILES.contains(&edit.file.as_str()));
    files.extend(edited.map(|edit| (edit.file.clone(), edit.after().clone())));
    let files = files
        .into_iter()
        .map(|(name, content)| File { name, content });
    let after = Variables::of(files.collect(), process);
    let before = judge::problems(variables, need);
    let is_new = |problem: &Problem| {
        !before.iter().any(|old| {
            (&old.name, old.kind, &old.detail) == (&problem.name, problem.kind, &problem.detail)
        })
    };
    judge::problems(&after, need)
        .into_iter()
        .filter(is_new)
        .collect()
}

/// The value that a tracked file goes on having, because the new one went elsewhere, unless everybody may see it.
pub fn left_in(
    file: &str,
    name: &str,
    variables: &Variables<'_>,
    reason: &Reason,
) -> Option<Finding> {
    let is_there =
        |found: &&Found| matches!(&found.place, Place::File { name, .. } if name == file);
    let all = variables.all(name);
    let old = all.iter().find(is_there)?;
    if old.value.is_empty() || !shown::is_hidden(name, &old.value) {
        return None;
    }
    let (id, detail) = match reason {
        Reason::Tracked(_) => (
            Id::FileTracked,
            "the old value stays in a file that git tracks: each clone has it",
        ),
        Reason::NotAsked(..) => (
            Id::GitNotAsked,
            "the old value stays in a file that git may track: then each clone has it",
        ),
    };
    let finding = Finding::new(id, Verdict::Warn, name, detail);
    Some(finding.place(old.place.to_string()).help(format!(
        "`clerk-rs env unset {name} --file {file}` takes it out; history keeps it, so make a new one if the old one counts anywhere"
    )))
}

impl Work<'_> {
    /// Writes the files, those with secrets for their owner only, and adds the missing lines to `.gitignore`.
    pub fn finish(mut self, mut writer: Writer) -> Result<Written, Error> {
        let secret = self.edits.files().iter();
        let hides = self.hides;
        let is_private = |content: &Dotenv| hides || files::holds_secret(content);
        let secret = secret.filter(|edit| is_private(edit.after()));
        let secret: Vec<&str> = secret.map(|edit| edit.file.as_str()).collect();
        let changes: Vec<_> = self.edits.files().iter().flat_map(lines).collect();
        let linked = secret
            .iter()
            .filter_map(|file| linked(&writer.folder, &writer.folder, file));
        let linked: Vec<_> = linked.collect();
        let to_ignore = secret.iter().copied().chain(self.ignore);
        let to_ignore: Vec<_> = to_ignore.chain(linked.iter().map(String::as_str)).collect();
        let missing = Missing::find(&writer.folder, &writer.git, &to_ignore)?;
        self.findings.extend(writer.finished());
        // First, so that at no moment a secret could be committed by accident.
        writer.write(missing.replacement().as_slice())?;
        let told = writer.write(&self.edits.replacements(is_private))?;
        self.findings.extend(told);
        let dry_run = writer.is_dry();
        if !dry_run {
            self.findings
                .extend(end(&mut writer, &secret, changes.is_empty()));
        }
        let hidden = changes.iter().filter_map(|line| self.hidden(line));
        self.findings.extend(hidden.collect::<Vec<_>>());
        Ok(Written {
            schema: self.schema,
            ok: true,
            dry_run,
            changes,
            ignored: missing.lines().to_vec(),
            findings: self.findings,
            claim_url: self.claim_url,
            title: self.title,
            next: self.next,
        })
    }

    /// A change that the app does not see, because a stronger place sets the variable, too.
    fn hidden(&self, line: &Line) -> Option<Finding> {
        if line.action == Action::Removed {
            return None;
        }
        if role(&line.file) == Role::Example {
            return None;
        }
        let stronger = self.variables.all(&line.name).into_iter().next()?.place;
        let is_same = matches!(&stronger, Place::File { name, .. } if *name == line.file);
        let is_weaker = line.file == ".env.local" && stronger != Place::Process;
        if is_same || is_weaker {
            return None;
        }
        let finding = Finding::new(
            Id::ChangeHidden,
            Verdict::Warn,
            line.name.as_str(),
            format!("{stronger} sets it too, and wins over {}", line.file),
        );
        Some(finding.help(match stronger {
            Place::Process => format!("`unset {}` in the shell", line.name),
            Place::File { .. } => "take it out there".to_owned(),
        }))
    }
}

/// Ends the time of writing and returns what is still wrong.
fn end(writer: &mut Writer, secret: &[&str], is_unchanged: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    match writer.must_be_whole() {
        // Reported until the keys are really written.
        Err(error) if is_unchanged => findings.push(unfinished(&error)),
        _ => writer.end(),
    }
    let published = files::git(&writer.git, secret).into_iter();
    findings.extend(published.filter(|finding| finding.verdict != Verdict::Ok));
    findings
}

fn unfinished(error: &FileError) -> Finding {
    let (what, detail) = ("stopped run", error.with_reason());
    let finding = Finding::new(Id::SwitchUnfinished, Verdict::No, what, detail);
    finding.help(error.explain().help.unwrap_or_default())
}

/// Every variable that changes.
fn lines(edit: &Edit) -> Vec<Line> {
    let before = edit.before().map(|file| file.entries()).unwrap_or_default();
    let mut lines: Vec<Line> = Vec::new();
    for entry in edit.after().entries().iter().chain(before) {
        if lines.iter().any(|line| line.name == entry.name) {
            continue;
        }
        let old = edit.before().and_then(|file| file.get(&entry.name));
        let new = edit.after().get(&entry.name);
        let (action, line) = match (old, new) {
            (Some(old), Some(new)) if old.value == new.value => continue,
            (Some(_), Some(new)) => (Action::Changed, new.line),
            (None, Some(new)) => (Action::Added, new.line),
            (Some(old), None) => (Action::Removed, old.line),
            (None, None) => continue,
        };
        lines.push(Line {
            file: edit.file.clone(),
            name: entry.name.clone(),
            action,
            line,
            before: old.map(shown::entry),
            after: new.map(shown::entry),
        });
    }
    lines
}
