//! `clerk-rs emulator import --from-clerk`: users and organizations of a real instance.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use crate::backend::{Api, Network};
use crate::commands::{Context, local, pasted};
use crate::emulator::instance::adopted::{AdoptError, Shown};
use crate::error::{Error, Explain, Explanation};
use crate::keyring::Manner;
use crate::keyring::address::host;
use crate::keyring::answer::Call;
use crate::keyring::answers::api;
use crate::keyring::keys::Keys;
use crate::keyring::problem::Problem;
use crate::keyring::sources::{Candidate, Given, Sources};
use crate::project::variables::Variables;
use crate::run;
use crate::run::adopt::{Source, SourceError, TooMuch};

/// In bytes, of a page of 500 users with all the metadata that Clerk allows.
const LONGEST_PAGE: usize = 32 * 1024 * 1024;
/// For one page.
const LIMIT: Duration = Duration::from_secs(60);

#[derive(Args, Debug)]
pub struct FromClerk {
    /// Take users and organizations from a real Clerk instance, which is only read
    #[arg(long, conflicts_with = "file")]
    pub from_clerk: bool,

    /// The file with that instance's secret key (`-` is standard input) [default: CLERK_SECRET_KEY]
    #[arg(long, value_name = "FILE", requires = "from_clerk")]
    secret_key_file: Option<PathBuf>,

    /// Where that instance's Backend API is, if not at Clerk
    #[arg(long, value_name = "URL", requires = "from_clerk")]
    api_url: Option<String>,

    /// Ask for everything, and write nothing
    #[arg(long, requires = "from_clerk")]
    pub dry_run: bool,
}

/// The reason why nothing was taken over.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error("the project's keys are local")]
    Local,
    #[error("there is no secret key to ask with")]
    NoKey,
    #[error("the instance could not be read")]
    Asked(Problem),
    #[error("the instance is too large to be copied")]
    TooMuch(#[source] TooMuch),
    #[error("what the instance shows cannot be taken over")]
    Adopt(#[from] AdoptError),
}

const NAME_IT: &str = "name the file with the real instance's, as in --secret-key-file key.txt";

const SMALLER: &str =
    "copy a development instance, or say what your tests need in a seed (--seed FILE)";

impl Explain for CopyError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Local => Explanation::failed("keys-local")
                .because("they are the emulator's own, and it is not copied into itself")
                .help(NAME_IT),
            Self::NoKey => Explanation::failed("secret-key-missing")
                .because("CLERK_SECRET_KEY is not set, or is none")
                .help(NAME_IT),
            Self::Asked(problem) => Explanation {
                help: problem.help.clone(),
                ..Explanation::failed("instance-unread").because(&problem.message)
            },
            Self::TooMuch(error) => Explanation::failed("instance-too-large")
                .because(error)
                .help(SMALLER),
            Self::Adopt(error) => {
                let help = match error {
                    AdoptError::TooMany(_) => SMALLER,
                    AdoptError::Metadata(_) => "make them smaller there, and copy it again",
                    AdoptError::Id => "check --api-url: something else than Clerk may answer there",
                };
                Explanation::failed("instance-unusable")
                    .because(error)
                    .help(help)
            }
        }
    }
}

/// All that the instance shows.
pub fn shown(args: &FromClerk, context: &Context<'_>) -> Result<Shown, Error> {
    let api = source(args, context)?;
    let bar = context.globals.output().bar(context.env);
    bar.spin("Asking");
    let told = |what: &str, count: usize| bar.spin(&format!("{count} {what}"));
    let shown = run::answer(Source::new(&api, &told).shown())?;
    let shown = shown.map_err(|error| match error {
        SourceError::Call(error) => {
            CopyError::Asked(Problem::of_call(&error, Call::Backend, &host(&api.url)))
        }
        SourceError::TooMuch(error) => CopyError::TooMuch(error),
    });
    Ok(shown?)
}

/// The instance that is meant. A key that is given is never sent to an address out of the project's files, which is the
/// emulator's.
fn source(args: &FromClerk, context: &Context<'_>) -> Result<Api, Error> {
    let api_url = args.api_url.clone();
    let api_url = api_url.map(|url| Candidate::given("--api-url", url, "--api-url".to_owned()));
    let sources = match &args.secret_key_file {
        Some(path) => {
            let given = Given {
                publishable: None,
                secret: Some(pasted::secret_in(path, context.env)?),
                api_url,
            };
            Sources::find(given, &Variables::of(Vec::new(), |_| None))
        }
        None => {
            let folder = local::folder(context.env)?;
            let variables = Variables::read(&folder, |name| context.env.var_or_empty(name))?;
            let given = Given {
                publishable: None,
                secret: None,
                api_url,
            };
            Sources::find(given, &variables)
        }
    };
    let keys = Keys::of(&sources);
    if keys.are_local() {
        return Err(CopyError::Local.into());
    }
    let manner = Manner {
        limit: LIMIT,
        is_offline: context.globals.offline,
    };
    let network = Arc::new(Network::new(LONGEST_PAGE));
    let api = api(&sources, &keys, manner, &network).ok_or(CopyError::NoKey)?;
    Ok(api.map_err(CopyError::Asked)?)
}
