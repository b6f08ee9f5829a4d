//! The arguments of `init`, and which of them go together.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::error::{Explain, Explanation};
use crate::scaffold::{Extra, Framework, Template};

/// Where the keys come from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum KeySource {
    /// Made on the spot, for the local emulator; no account needed
    Local,
    /// Those of your Clerk instance; asked for, or given by the two flags
    Paste,
    /// CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY are set; nothing is written
    Env,
    /// A temporary application, made by one request to Clerk; you claim it later
    Keyless,
}

#[derive(Args, Debug)]
#[command(after_help = "\
What is not given is asked for on a terminal. Without one nothing is asked: the keys are local, \
there are no extras, and PATH must be given.

In a Cargo project it makes no new one but protects that one: it shows what it would change, asks, and changes all of \
it or nothing. docs/wiring.md says more.

Examples:
  clerk-rs init my-app
  clerk-rs init my-app --yes --with docker,github-actions
  clerk-rs init my-app --publishable-key pk_test_… --secret-key-file - < key.txt
  clerk-rs init --dry-run                      in a project that is there already
  clerk-rs init --public / --public '/docs/:path*' --yes")]
pub struct Arguments {
    /// The project's folder: a new one, an empty one such as `.`, or that of a Cargo project [default: the project around
    /// the working folder]
    pub path: Option<PathBuf>,

    /// The package's name [default: the folder's]
    #[arg(long)]
    pub name: Option<String>,

    /// The web framework [default: axum]
    #[arg(long, value_enum)]
    pub framework: Option<Framework>,

    /// The kind of project [default: web; in an existing project api]
    #[arg(long, value_enum)]
    pub template: Option<Template>,

    /// Where the keys come from [default: local]
    #[arg(long, value_enum, value_name = "SOURCE")]
    pub keys: Option<KeySource>,

    /// The publishable key of your Clerk instance
    #[arg(long, value_name = "PK")]
    pub publishable_key: Option<String>,

    /// A file that holds the secret key of your Clerk instance; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub secret_key_file: Option<PathBuf>,

    /// What comes on top
    #[arg(long, value_enum, value_name = "EXTRA", value_delimiter = ',')]
    pub with: Option<Vec<Extra>>,

    /// Where the auth core comes from: `copy`, `path:DIR`, `git:URL[#REV]` or `version:X` [default: copy]
    #[arg(long, value_name = "WHERE")]
    pub core: Option<String>,

    /// Answer every question as Enter would; never overwrites
    #[arg(short, long)]
    pub yes: bool,

    /// Show every file with its contents and write nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Make no git repository
    #[arg(long)]
    pub no_git: bool,

    #[command(flatten)]
    pub existing: Existing,
}

// What is said about a project that is there already. No doc comment, because clap would take it for the command's own.
#[derive(Args, Debug)]
#[command(next_help_heading = "Options for an existing project")]
pub struct Existing {
    /// The package to protect, in a workspace of several
    #[arg(long, value_name = "NAME")]
    pub package: Option<String>,

    /// The program to protect, in a package of several
    #[arg(long, value_name = "NAME")]
    pub bin: Option<String>,

    /// The name of the new module [default: clerk]
    #[arg(long, value_name = "NAME")]
    pub module: Option<String>,

    /// Paths that stay open to everybody, such as `/` or `/docs/:path*`, beside those that only machines ask, such as
    /// /health; everything else needs a sign-in
    #[arg(long, value_name = "PATTERN")]
    pub public: Vec<String>,

    /// Routes of another server of the app, such as `/metrics`, that are to have no gate: everybody who reaches that server
    /// reaches them
    #[arg(long, value_name = "PATH")]
    pub without_gate: Vec<String>,

    /// Write even if git does not have every file as it is
    #[arg(long)]
    pub allow_dirty: bool,

    /// Do not ask cargo whether the project compiles, neither before nor after
    #[arg(long)]
    pub no_check: bool,

    /// Put everything back as it was before; a terminal is asked, else this option itself is the yes
    #[arg(long)]
    pub undo: bool,
}

/// An option that is about the other kind of project.
#[derive(Debug, thiserror::Error)]
pub enum UnfitError {
    #[error("{0} is about a project that is there already, and there is none")]
    NoProject(&'static str),
    #[error("{0} is about a new project, and there is one already")]
    Project(&'static str),
    #[error("--with adds nothing to a project that is there already")]
    Extras,
    #[error("the project was wired in another way than --template and --module say")]
    Wired,
    #[error("the project is wired, and its open paths are not those of --public")]
    Public,
    #[error("the project is wired, and --without-gate names what its Cargo.toml does not")]
    WithoutGate,
    #[error("the project has keys of Clerk already")]
    Keys,
    #[error("--template spa makes a front end, and this project is there already")]
    Spa,
}

impl Explain for UnfitError {
    fn explain(&self) -> Explanation {
        let wrong = Explanation::usage("usage");
        match self {
            Self::NoProject(_) => {
                wrong.help("run it in a Cargo project, or name the project's folder")
            }
            Self::Project(_) => {
                wrong.help("leave it out, or name a new folder: `clerk-rs init my-app`")
            }
            Self::Extras => wrong.help("first without it; then `clerk-rs add EXTRA`"),
            Self::Wired => {
                wrong.help("leave them out, or take it back first: `clerk-rs init --undo`")
            }
            Self::Public => wrong.help(
                "they stand in `PUBLIC_PATHS` of its module, such as src/clerk.rs; change them there",
            ),
            Self::WithoutGate => wrong.help(
                "such routes stand in `without-gate = [\"/metrics\"]` of [package.metadata.clerk-rs]; change them there",
            ),
            Self::Keys => wrong.help(
                "leave the options about keys out; `clerk-rs env set --keys` replaces a pair",
            ),
            Self::Spa => wrong.help(
                "take --template api; the front end asks it with a token, as docs/wiring.md says",
            ),
        }
    }
}

impl Arguments {
    /// The kind of a new project.
    pub fn template(&self) -> Template {
        self.template.unwrap_or_default()
    }

    /// Refuses what makes sense in a project that is there already only.
    pub fn must_fit_new(&self) -> Result<(), UnfitError> {
        let Existing {
            package,
            bin,
            module,
            public,
            without_gate,
            allow_dirty,
            no_check,
            undo,
        } = &self.existing;
        let given = [
            (*undo, "--undo"),
            (package.is_some(), "--package"),
            (bin.is_some(), "--bin"),
            (module.is_some(), "--module"),
            (!public.is_empty(), "--public"),
            (!without_gate.is_empty(), "--without-gate"),
            (*allow_dirty, "--allow-dirty"),
            (*no_check, "--no-check"),
        ];
        let unfit = given.iter().find(|(is_given, _)| *is_given);
        unfit.map_or(Ok(()), |(_, flag)| Err(UnfitError::NoProject(flag)))
    }

    /// Refuses what makes sense for a new project only.
    pub fn must_fit_wiring(&self) -> Result<(), UnfitError> {
        if self.name.is_some() {
            return Err(UnfitError::Project("--name"));
        }
        if self.no_git {
            return Err(UnfitError::Project("--no-git"));
        }
        if self.with.as_ref().is_some_and(|extras| !extras.is_empty()) {
            return Err(UnfitError::Extras);
        }
        if self.template == Some(Template::Spa) {
            return Err(UnfitError::Spa);
        }
        Ok(())
    }
}
