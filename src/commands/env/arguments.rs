//! The arguments of `env set` and `env unset`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::commands::{SEEN, ways};
use crate::error::{Explain, Explanation};
use crate::escape::visible;
use crate::project::git::Git;
use crate::project::packages::{Role, role};
use crate::project::secret_file::{Reason, UNTRACKED, file_for_secret};
use crate::project::variables::{Place, Variables};

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
The value is checked before anything is written; every other byte of the file stays, and so do its owner and mode. The \
value of a secret, or of a variable that is not known here, is never taken from the command line. Without --file, the file \
that sets the variable is changed, else .env. Where git tracks that, a value that may be secret goes into .env.local; where \
it tracks both, nothing is written.

Examples:
  clerk-rs env set CLERK_SECRET_KEY            asks for it, hidden
  clerk-rs env set CLERK_SECRET_KEY < key
  clerk-rs env set CLERK_JWT_KEY @public.pem
  clerk-rs env set CLERK_SIGN_IN_URL /sign-in
  clerk-rs env set PORT=4000
  clerk-rs env set --keys paste")]
pub struct SetArguments {
    /// The variable, or NAME=VALUE
    #[arg(required_unless_present = "keys", conflicts_with = "keys")]
    pub name: Option<String>,

    /// The value itself, of a variable that is known and no secret; `@FILE` is a file's text, `-` or nothing what is piped in
    #[arg(conflicts_with = "keys", allow_hyphen_values = true)]
    pub value: Option<String>,

    /// Switch the project's keys, and with them the addresses that belong to them
    #[arg(long, value_enum, value_name = "SOURCE")]
    pub keys: Option<KeySource>,

    /// The publishable key, for --keys paste
    #[arg(long, value_name = "PK", requires = "keys")]
    pub publishable_key: Option<String>,

    /// A file that holds the secret key, for --keys paste; `-` is standard input
    #[arg(long, value_name = "FILE", requires = "keys")]
    pub secret_key_file: Option<PathBuf>,

    #[command(flatten)]
    pub place: PlaceArguments,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Takes the variable's line out of every file that sets it; every other byte stays.")]
pub struct UnsetArguments {
    /// The variable
    pub name: String,

    #[command(flatten)]
    pub place: PlaceArguments,
}

#[derive(Args, Debug)]
pub struct PlaceArguments {
    /// The file to change, and no other
    #[arg(long, value_name = "NAME")]
    pub file: Option<String>,

    /// Show what would change, secrets masked, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Mistakes in the way a change is asked for.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// A secret in the shell's history.
    #[error("a secret does not belong on the command line")]
    OnCommandLine(String),
    /// Nobody knows if it is a secret.
    #[error("{0} is not known here, and its value may be a secret")]
    Unknown(String),
    /// Not a file of variables.
    #[error("{0} is no file of variables")]
    File(String),
    /// Everybody reads it.
    #[error("{0} is an example, which everybody may read: no secret goes into it")]
    Example(String),
    /// The next commit would have it.
    #[error("{0}, so each clone would have a value that may be secret")]
    Tracked(Reason),
    /// A value where only a name is taken.
    #[error("a value is not taken out, a variable is")]
    WithValue(String),
    /// Flags that contradict each other.
    #[error("{0} goes with --keys paste only")]
    Unfit(&'static str),
}

impl Explain for SetError {
    fn explain(&self) -> Explanation {
        match self {
            Self::OnCommandLine(name) => Explanation::usage("secret-on-command-line")
                .because(SEEN)
                .help(ways(name)),
            Self::Unknown(name) => Explanation::usage("value-on-command-line")
                .because("the shell's history and the list of processes show what stands on the command line")
                .help(ways(name)),
            Self::File(_) => Explanation::usage("bad-file")
                .help("its name starts with .env and it lies in the project's folder"),
            Self::Example(_) => Explanation::usage("file-is-example").help(
                "leave --file out, or name another file; an example has the name without a value: `NAME=`",
            ),
            Self::Tracked(Reason::NotAsked(..)) => Explanation::failed("git-not-asked")
                .because("nothing was written")
                .help(format!(
                    "let git answer; or `--file` names a file that may have it all the same, such as {UNTRACKED} if you know that git does not track it"
                )),
            Self::Tracked(_) => Explanation::failed("files-tracked")
                .because("nothing was written")
                .help(format!(
                    "`git rm --cached {UNTRACKED}` keeps the file and takes it out of git; or `--file` names a file that may have it all the same"
                )),
            Self::WithValue(name) => {
                Explanation::usage("usage").help(format!("`clerk-rs env unset {name}`"))
            }
            Self::Unfit(_) => Explanation::usage("usage").help("leave one of the two out"),
        }
    }
}

impl SetArguments {
    /// Refuses flags that contradict each other.
    pub fn check(&self) -> Result<(), SetError> {
        self.place.check()?;
        if self.keys.is_some() {
            self.place.must_be_no_example()?;
        }
        let unfit = [
            ("--publishable-key", self.publishable_key.is_some()),
            ("--secret-key-file", self.secret_key_file.is_some()),
        ];
        match unfit.into_iter().find(|(_, is_given)| *is_given) {
            Some((flag, _)) if self.keys != Some(KeySource::Paste) => Err(SetError::Unfit(flag)),
            _ => Ok(()),
        }
    }
}

impl PlaceArguments {
    /// Refuses a file that is not one of the project's.
    pub fn check(&self) -> Result<(), SetError> {
        match &self.file {
            Some(file) if !is_file_name(file) => Err(SetError::File(visible(file).into_owned())),
            _ => Ok(()),
        }
    }

    /// Refuses an example for a secret.
    ///
    /// # Errors
    /// One is named.
    pub fn must_be_no_example(&self) -> Result<(), SetError> {
        match &self.file {
            Some(file) if role(file) == Role::Example => Err(SetError::Example(file.clone())),
            _ => Ok(()),
        }
    }

    /// The same file for a secret: git does not track it, unless it is named. With the reason why it is another.
    ///
    /// # Errors
    /// Git tracks each, or may do so.
    pub fn file_for_secret(
        &self,
        file: &str,
        folder: &Path,
        git: &Git,
    ) -> Result<(String, Option<Reason>), SetError> {
        if self.file.is_some() {
            return Ok((file.to_owned(), None));
        }
        let found = file_for_secret(folder, git, file);
        let (file, reason) = found.map_err(SetError::Tracked)?;
        Ok((file.to_owned(), reason))
    }

    /// The file that sets a variable with effect, else `.env`.
    pub fn file(&self, variables: &Variables<'_>, name: &str) -> String {
        if let Some(file) = &self.file {
            return file.clone();
        }
        let mut places = variables.all(name).into_iter();
        let found = places.find_map(|found| match found.place {
            Place::File { name, .. } => Some(name),
            Place::Process => None,
        });
        found.unwrap_or_else(|| ".env".to_owned())
    }
}

/// True for a plain name in the project's own folder, with nothing that a shell or another system would interpret.
fn is_file_name(file: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    (file == ".env" || file.starts_with(".env.")) && file.chars().all(is_plain)
}
