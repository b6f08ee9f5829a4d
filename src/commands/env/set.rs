//! `clerk-rs env set`: one variable, or with `--keys` all that belongs to an instance.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::written::Work;
use crate::ask::{Ask, Question};
use crate::check::guard::{check, check_name};
use crate::check::rules::names::about;
use crate::commands::pasted::{LONGEST, asked};
use crate::commands::{Context, given, local};
use crate::error::{Error, Explain, Explanation};
use crate::escape::visible;
use crate::finding::{Finding, Verdict};
use crate::output::Report;
use crate::project::change::{Change, Edits};
use crate::project::names::{self, Kind, Reading};
use crate::project::shown::is_secret;
use crate::project::variables::{Place, Variables};

pub const SCHEMA: &str = "clerk-rs.env-set/1";

const VALUE: Question = Question {
    words: "Value?",
    what: "the value",
    flag: "it through standard input (`-`) or a file (`@FILE`)",
};

/// Where a project's keys come from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum KeySource {
    /// Made on the spot, for the local emulator; no account needed
    Local,
    /// Those of your Clerk instance; asked for, or given by the two flags
    Paste,
    /// Those of a temporary application, made by one request to Clerk; you claim it later
    Keyless,
}

#[derive(Args, Debug)]
#[command(after_help = "\
The value is checked before anything is written; every other byte of the file stays. A secret is \
never taken from the command line.

Examples:
  clerk-rs env set CLERK_SECRET_KEY            asks for it, hidden
  clerk-rs env set CLERK_SECRET_KEY - < key
  clerk-rs env set CLERK_JWT_KEY @public.pem
  clerk-rs env set CLERK_SIGN_IN_URL /sign-in
  clerk-rs env set --keys paste")]
pub struct Arguments {
    /// The variable
    #[arg(required_unless_present = "keys", conflicts_with = "keys")]
    name: Option<String>,

    /// `-` for standard input, `@FILE` for a file's text, or the value itself where it is no secret
    #[arg(conflicts_with = "keys", allow_hyphen_values = true)]
    value: Option<String>,

    /// Switch the project's keys, and with them the addresses that belong to them
    #[arg(long, value_enum, value_name = "SOURCE")]
    pub keys: Option<KeySource>,

    /// The publishable key, for --keys paste
    #[arg(long, value_name = "PK", requires = "keys")]
    pub publishable_key: Option<String>,

    /// A file that holds the secret key, for --keys paste; `-` is standard input
    #[arg(long, value_name = "FILE", requires = "keys")]
    pub secret_key_file: Option<PathBuf>,

    /// The file to change [default: the one that sets it, else .env]
    #[arg(long, value_name = "NAME")]
    pub file: Option<String>,

    /// Show what would change, secrets masked, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// What can be wrong with the way it is asked for.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// A secret in the shell's history.
    #[error("a secret does not belong on the command line")]
    OnCommandLine(String),
    /// Not a file of variables.
    #[error("{0} is no file of variables")]
    File(String),
    /// Flags that contradict each other.
    #[error("{0} goes with --keys paste only")]
    Unfit(&'static str),
}

impl Explain for SetError {
    fn explain(&self) -> Explanation {
        match self {
            Self::OnCommandLine(name) => Explanation::usage("secret-on-command-line")
                .because("the shell's history and the list of processes show it")
                .help(format!(
                    "`clerk-rs env set {name}` asks for it; `-` takes it from standard input, @FILE from a file"
                )),
            Self::File(_) => Explanation::usage("bad-file")
                .help("its name starts with .env and it lies in the project's folder"),
            Self::Unfit(_) => Explanation::usage("usage").help("leave one of the two out"),
        }
    }
}

/// Sets it.
pub fn run(args: &Arguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    if let Some(file) = &args.file
        && !is_file_name(file)
    {
        return Err(SetError::File(visible(file).into_owned()).into());
    }
    let unfit = [
        ("--publishable-key", args.publishable_key.is_some()),
        ("--secret-key-file", args.secret_key_file.is_some()),
    ];
    if let Some((flag, _)) = unfit.into_iter().find(|(_, is_given)| *is_given)
        && args.keys != Some(KeySource::Paste)
    {
        return Err(SetError::Unfit(flag).into());
    }
    let folder = local::project(context.env)?;
    let variables = Variables::read(&folder, |name| context.env.var_or_empty(name))?;
    match (&args.name, args.keys) {
        (Some(name), _) => one(args, context, &folder, &variables, name),
        (None, _) => super::keys::run(args, context, &folder, &variables),
    }
}

/// Of the project's own folder, and nothing that a shell or another system reads as more than a name.
fn is_file_name(file: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    (file == ".env" || file.starts_with(".env.")) && file.chars().all(is_plain)
}

fn one(
    args: &Arguments,
    context: &Context<'_>,
    folder: &Path,
    variables: &Variables<'_>,
    name: &str,
) -> Result<Box<dyn Report>, Error> {
    check_name(name)?;
    let (given, value) = value(args, context, variables, name)?;
    check(name, &value, variables)?;
    let file = file(args, variables, name);
    let place = format!("in {file}");
    let change = Change {
        file,
        name: name.to_owned(),
        value: Some(value.clone()),
    };
    let process = |name: &str| context.env.var_or_empty(name);
    let edits = Edits::plan(folder, &[change], &process)?;
    let title = if edits.files().is_empty() {
        format!("{name} is so already, {place}")
    } else {
        format!("Set {name} {place}")
    };
    let mut findings: Vec<_> = about(name, &value).into_iter().collect();
    findings.extend(white_space(&given, &value));
    let work = Work {
        folder,
        variables,
        edits,
        dry_run: args.dry_run,
        ignore: None,
        findings,
        title,
        next: "",
        claim_url: None,
    };
    Ok(Box::new(work.finish()?))
}

/// A file's last line break is no part of what was meant; more than that is worth a word.
fn white_space(given: &str, value: &str) -> Option<Finding> {
    let detail = "the white space around the value was left out";
    let finding = || Finding::new("white-space-cut", Verdict::Warn, "value", detail);
    (given.trim_end_matches(['\n', '\r']).replace("\r\n", "\n") != value).then(finding)
}

/// The value as given, and as it is written.
fn value(
    args: &Arguments,
    context: &Context<'_>,
    variables: &Variables<'_>,
    name: &str,
) -> Result<(String, String), Error> {
    let given = match args.value.as_deref() {
        None => {
            let ask = Ask::new(context.env, false, context.globals.json);
            return asked(&ask, VALUE, |given| {
                let value = as_written(given);
                check(name, &value, variables)?;
                Ok((value.clone(), value))
            });
        }
        Some("-") => given::read(VALUE.what, Path::new("-"), LONGEST, context.env)?.0,
        Some(text) => match text.strip_prefix('@') {
            Some(path) => given::read(VALUE.what, Path::new(path), LONGEST, context.env)?.0,
            None if is_private(name) || is_secret(text) => {
                return Err(SetError::OnCommandLine(name.to_owned()).into());
            }
            None => text.to_owned(),
        },
    };
    let value = as_written(&given);
    Ok((given, value))
}

/// What is pasted, or stands in a file, brings white space along.
fn as_written(given: &str) -> String {
    given.trim().replace("\r\n", "\n")
}

/// Of what nobody knows, a secret is the safer guess.
fn is_private(name: &str) -> bool {
    match names::read(name) {
        Reading::Known { known, .. } => known.kind == Kind::Secret,
        Reading::Elsewhere(elsewhere) => elsewhere.is_secret,
        _ => !matches!(name, "PORT" | "HOST"),
    }
}

/// The file that sets it with effect, else `.env`.
pub fn file(args: &Arguments, variables: &Variables<'_>, name: &str) -> String {
    if let Some(file) = &args.file {
        return file.clone();
    }
    let mut places = variables.all(name).into_iter();
    let found = places.find_map(|found| match found.place {
        Place::File { name, .. } => Some(name),
        Place::Process => None,
    });
    found.unwrap_or_else(|| ".env".to_owned())
}
