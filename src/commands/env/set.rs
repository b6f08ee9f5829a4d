//! `clerk-rs env set`: one variable.

use std::path::Path;

use clerk_auth::config::ProblemKind;

use super::arguments::{SetArguments, SetError};
use super::change::{SET, Work, caused, left_in};
use super::writer::Writer;
use crate::ask::{Ask, Question};
use crate::check::guard::{check, check_name};
use crate::check::rules::keys::odd;
use crate::check::rules::names::about;
use crate::check::sources::Source;
use crate::check::unread;
use crate::commands::pasted::{LONGEST, asked};
use crate::commands::{Context, given, local};
use crate::error::Error;
use crate::finding::{Finding, Id, Verdict};
use crate::output::Report;
use crate::project::change::{Change, Edits};
use crate::project::manifest::Secret;
use crate::project::names::{self, Kind, Reading};
use crate::project::secret_file::{UNTRACKED, may_be_tracked};
use crate::project::secrets::is_secret;
use crate::project::shown::is_hidden;
use crate::project::variables::Variables;

const VALUE: Question = Question {
    words: "Value?",
    what: "the value",
    flag: "it through standard input (`-`) or a file (`@FILE`)",
};

/// Sets it.
pub fn run(
    args: &SetArguments,
    name: &str,
    context: &Context<'_>,
) -> Result<Box<dyn Report>, Error> {
    args.check()?;
    let (name, text) = match (&args.value, name.split_once('=')) {
        (None, Some((name, value))) => (name, Some(value)),
        (value, _) => (name, value.as_deref()),
    };
    let folder = local::project(context.env)?;
    let process = |name: &str| context.env.var_or_empty(name);
    let variables = Variables::read(&folder, process)?;
    check_name(name)?;
    let (given, value) = value(text, context, &variables, name)?;
    let writer = Writer::enter(&folder, args.place.dry_run)?;
    writer.must_be_whole()?;
    // Read again, because another run may have changed them while the question was open.
    let variables = Variables::read(&folder, process)?;
    check(name, &value, &variables)?;
    let usual = args.place.file(&variables, name);
    let is_new = || variables.get(name).is_none_or(|found| found.value != value);
    let hides = is_hidden(name, &value);
    if hides {
        args.place.must_be_no_example()?;
    }
    let (file, reason) = match hides && is_new() {
        true => args.place.file_for_secret(&usual, &folder, &writer.git)?,
        false => (usual.clone(), None),
    };
    let place = match &reason {
        None => format!("in {file}"),
        Some(reason) => format!("in {file}, because {reason}"),
    };
    let left = reason.map(|reason| left_in(&usual, name, &variables, &reason));
    let open = match file == UNTRACKED && hides && is_new() {
        true => may_be_tracked(&folder, &writer.git),
        false => None,
    };
    let change = Change {
        file,
        name: name.to_owned(),
        value: Some(value.clone()),
    };
    let edits = Edits::plan(&folder, &[change], &process)?;
    let title = if edits.files().is_empty() {
        format!("{name} has this value already, {place}")
    } else {
        format!("Set {name} {place}")
    };
    let mut findings = told(name, &value, &folder);
    findings.extend(white_space(&given, &value));
    findings.extend(left.flatten());
    findings.extend(open.map(|why| {
        let detail = format!("git may track {UNTRACKED}, although the file was not there ({why})");
        let finding = Finding::new(Id::GitNotAsked, Verdict::Warn, name, detail);
        finding.help(format!(
            "`git ls-files {UNTRACKED}` says nothing if it does not"
        ))
    }));
    let missing = caused(&edits, &variables, Secret::Optional, &process).into_iter();
    let missing = missing.filter(|problem| problem.kind == ProblemKind::Missing);
    findings.extend(missing.map(|problem| {
        let detail = format!("{}, and the app does not start without it", problem.detail);
        Finding::new(Id::ValueMissing, Verdict::Warn, problem.name, detail).help(problem.help)
    }));
    let work = Work {
        schema: SET,
        variables: &variables,
        edits,
        hides,
        ignore: None,
        findings,
        title,
        next: "",
        claim_url: None,
    };
    Ok(Box::new(work.finish(writer)?))
}

/// Warnings about a variable that can be set all the same.
fn told(name: &str, value: &str, folder: &Path) -> Vec<Finding> {
    let not_read = match unread::is_known(folder) {
        true => unread::finding(name, &Source::all(folder)),
        false => None,
    };
    let of_name = not_read.or_else(|| about(name, value));
    of_name.into_iter().chain(odd(name, value)).collect()
}

/// The last line break of a file does not count. More white space than that is worth a word.
fn white_space(given: &str, value: &str) -> Option<Finding> {
    let detail = "the white space around the value was left out";
    let finding = || Finding::new(Id::WhiteSpaceCut, Verdict::Warn, "value", detail);
    (given.trim_end_matches(['\n', '\r']).replace("\r\n", "\n") != value).then(finding)
}

/// The value as given, and as it will be written.
fn value(
    text: Option<&str>,
    context: &Context<'_>,
    variables: &Variables<'_>,
    name: &str,
) -> Result<(String, String), Error> {
    let read = |path: &str| given::read(VALUE.what, Path::new(path), LONGEST, context.env);
    let given = match text {
        None => match given::piped(context.env)?.map(read).transpose()? {
            Some((text, _)) if !text.trim().is_empty() => text,
            _ => return ask(context, variables, name),
        },
        Some("-") => read("-")?.0,
        Some(text) => match text.strip_prefix('@') {
            Some(path) => read(path)?.0,
            None => {
                may_be_seen(name, text)?;
                text.to_owned()
            }
        },
    };
    let value = as_written(&given);
    Ok((given, value))
}

/// Asks until the value will do. A value that is not secret is visible while it is typed.
fn ask(
    context: &Context<'_>,
    variables: &Variables<'_>,
    name: &str,
) -> Result<(String, String), Error> {
    let ask = Ask::new(context.env, false, context.globals.json);
    let question = || match sort(name) {
        Sort::Open => ask.line(VALUE),
        Sort::Secret | Sort::Unknown => ask.hidden(VALUE),
    };
    ask.remark(&format!("{name} is to be set."));
    asked(&ask, question, |given| {
        let value = as_written(given);
        check(name, &value, variables)?;
        Ok((value.clone(), value))
    })
}

/// Refuses a secret on the command line.
fn may_be_seen(name: &str, text: &str) -> Result<(), SetError> {
    match sort(name) {
        Sort::Open if !is_secret(text) => Ok(()),
        Sort::Unknown if !is_secret(text) => Err(SetError::Unknown(name.to_owned())),
        _ => Err(SetError::OnCommandLine(name.to_owned())),
    }
}

/// Pasted texts and files bring white space along.
fn as_written(given: &str) -> String {
    given.trim().replace("\r\n", "\n")
}

/// The people who may see a variable's value.
enum Sort {
    /// Everybody.
    Open,
    /// Nobody.
    Secret,
    /// Nobody, to be sure.
    Unknown,
}

fn sort(name: &str) -> Sort {
    match names::read(name) {
        Reading::Known { known, .. } if known.kind == Kind::Secret => Sort::Secret,
        Reading::Known { .. } => Sort::Open,
        Reading::Elsewhere(elsewhere) if elsewhere.is_secret => Sort::Secret,
        Reading::Elsewhere(_) => Sort::Open,
        _ => Sort::Unknown,
    }
}
