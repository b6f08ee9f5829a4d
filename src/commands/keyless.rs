//! Keys of a temporary Clerk application, made by one request. Decides if that is allowed, and keeps the claim link.

use std::fs;
use std::path::Path;

use clerk_auth::config::is_on;
use clerk_auth::keys::SecretKey;
use clerk_auth::time::{Clock as _, SystemClock};
use serde_json::{Value, json};

use super::Context;
use crate::backend::Network;
use crate::backend::accountless::{API, Application, create};
use crate::error::{Error, Exit, Explain, Explanation};
use crate::escape::visible;
use crate::project::file::{FileError, Replacement};
use crate::project::keys::{pair, publishable, secret};
use crate::project::session::Session;
use crate::project::variables::read;
use crate::run;
use crate::scaffold::keys::{Pair, RandomError};

/// The folder of the record, below the project.
const FOLDER: &str = ".clerk";
const KEPT: &str = ".clerk/keyless.json";
/// The answer has just a few keys and links.
const BODY_LIMIT: usize = 64 * 1024;

/// CI systems set these. Nobody would claim an application made there.
const CI: [&str; 16] = [
    "CI",
    "CONTINUOUS_INTEGRATION",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "CIRCLECI",
    "TRAVIS",
    "BUILDKITE",
    "BITBUCKET_BUILD_NUMBER",
    "APPVEYOR",
    "CODEBUILD_BUILD_ID",
    "TF_BUILD",
    "TEAMCITY_VERSION",
    "JENKINS_URL",
    "HUDSON_URL",
    "BAMBOO_BUILDKEY",
    "CF_PAGES",
];
const DISABLED: &str = "CLERK_KEYLESS_DISABLED";

/// The reason why Clerk is not asked for one.
#[derive(Debug, thiserror::Error)]
pub enum KeylessError {
    /// `--offline`
    #[error("--keys keyless needs the network, and --offline forbids it")]
    Offline,
    /// A CI system runs us, or somebody forbade it.
    #[error("no temporary application is made where {0} is set")]
    Forbidden(&'static str),
    /// The earlier one would be lost.
    #[error("the project has a temporary application already")]
    Unclaimed(Option<String>),
}

impl Explain for KeylessError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Offline => Explanation::usage("usage").help("take --keys local"),
            Self::Forbidden(_) => Explanation::usage("keyless-forbidden")
                .help("nobody would claim it there: take --keys local or --keys env"),
            Self::Unclaimed(url) => {
                let claim = url.as_ref().map(|url| format!("claim it: {url}\n"));
                Explanation::usage("keyless-unclaimed")
                    .because("with another one, its users and settings would be lost")
                    .help(format!(
                        "{}or give it up: remove {KEPT}",
                        claim.unwrap_or_default()
                    ))
            }
        }
    }
}

/// A temporary application whose keys have been checked.
#[derive(Debug)]
pub struct Keyless {
    pub pair: Pair,
    pub claim_url: String,
    /// The text to keep. It holds no key, but whoever reads it can claim the application.
    pub record: String,
}

/// Keys for a dry run, which makes no application.
pub fn placeholder() -> Result<Pair, RandomError> {
    Ok(Pair {
        publishable: "pk_test_...".to_owned(),
        secret: Some(SecretKey::new("sk_test_...")?),
        webhook_secret: None,
    })
}

/// Refuses if no application may be made. `lookup` knows the project's variables.
pub fn must_be_allowed(
    context: &Context<'_>,
    lookup: impl Fn(&str) -> Option<String>,
) -> Result<(), KeylessError> {
    if context.globals.offline {
        return Err(KeylessError::Offline);
    }
    let says_no =
        |value: &str| ["0", "false", "off", "no"].contains(&value.to_ascii_lowercase().as_str());
    let marker = CI
        .into_iter()
        .find(|name| context.env.var(name).is_some_and(|value| !says_no(&value)));
    let disabled = lookup(DISABLED).filter(|value| is_on(value));
    match marker.or(disabled.map(|_| DISABLED)) {
        Some(name) => Err(KeylessError::Forbidden(name)),
        None => Ok(()),
    }
}

/// Refuses if the project has one already.
pub fn must_be_first(project: &Path) -> Result<(), KeylessError> {
    let Ok(text) = read(&project.join(KEPT)) else {
        return Ok(());
    };
    let record: Value = serde_json::from_str(&text).unwrap_or_default();
    let url = record["claimUrl"].as_str();
    Err(KeylessError::Unclaimed(
        url.map(|url| visible(url).into_owned()),
    ))
}

/// Makes one. Only the environment may say where Clerk is, because a project's file could name the emulator or anybody.
pub fn make(context: &Context<'_>) -> Result<Keyless, Error> {
    let api = context.env.var("CLERK_API_URL");
    let api = api.as_deref().unwrap_or(API);
    let talk = context.globals.output().talk(context.env);
    talk.remark(&format!(
        "  Asking {} for a temporary application",
        visible(api)
    ));
    let network = Network::new(BODY_LIMIT);
    checked(run::answer(create(&network, api))??)
}

/// Checks the keys of a server just like those of a person.
fn checked(application: Application) -> Result<Keyless, Error> {
    let origin = "of the temporary application";
    let public = publishable(&application.publishable_key, origin).map_err(Unusable)?;
    let private = secret(application.secret_key.expose(), origin).map_err(Unusable)?;
    pair(&public, &private).map_err(Unusable)?;
    let token = application.claim_url.query_pairs();
    let token = token.into_iter().find(|(name, _)| name == "token");
    let record = json!({
        "claimToken": token.map(|(_, token)| token.into_owned()),
        "createdAt": SystemClock.now().0,
        "publishableKey": public.as_str(),
        "claimUrl": application.claim_url.as_str(),
    });
    Ok(Keyless {
        pair: Pair {
            publishable: public.as_str().to_owned(),
            secret: Some(private),
            webhook_secret: None,
        },
        claim_url: application.claim_url.to_string(),
        record: format!("{record:#}\n"),
    })
}

/// Clerk sent a key that we would not accept from a person either. That is not a mistake on the command line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unusable(crate::project::keys::KeyError);

impl Explain for Unusable {
    fn explain(&self) -> Explanation {
        Explanation {
            code: "keyless-answer-strange",
            exit: Exit::Failed,
            ..self.0.explain()
        }
        .help("check the address in CLERK_API_URL, if it is set")
    }
}

/// Keeps the claim link beside the project, for its owner only.
pub fn keep(project: &Path, record: &str, session: &mut Session) -> Result<(), FileError> {
    let folder = project.join(FOLDER);
    let failed = |error| FileError::Write(KEPT.to_owned(), error);
    match fs::create_dir(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(failed(error));
        }
        _ => {}
    }
    let is_folder = fs::symlink_metadata(&folder).map_err(failed)?.is_dir();
    if !is_folder {
        return Err(FileError::LeadsOut {
            shown: FOLDER.to_owned(),
            target: fs::canonicalize(&folder).map_err(failed)?,
        });
    }
    let record = Replacement {
        name: KEPT,
        before: None,
        after: Some(record),
        is_private: true,
    };
    session.write(&[record], &|| false).map(drop)
}
