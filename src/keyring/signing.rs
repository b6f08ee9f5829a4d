//! The key that `token mint` signs with: the local emulator's, or one in a file. It is never one of Clerk's, because
//! those never leave Clerk.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clerk_auth::keys::PublishableKey;

use crate::emulator::instance::random::SystemRandom;
use crate::emulator::keys::{InstanceKeys, KeysError};
use crate::emulator::mint::{KeyError, Mint};
use crate::error::{Explain, Explanation};
use crate::escape::visible;
use crate::project::variables::Variables;

/// Longer than a key of 8192 bits in PEM.
const LONGEST: u64 = 16 * 1024;

/// A key that signs, with its name and issuer.
pub struct Signer {
    pub mint: Mint,
    /// The name of the key, for the header.
    pub kid: Option<String>,
    /// The issuer that goes with the key, if one is known.
    pub issuer: Option<String>,
}

/// The reason why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// There are neither local keys nor a file.
    #[error("there is no local key to sign with")]
    NotLocal {
        why: String,
        /// True if there is a project that can get one.
        is_project: bool,
    },
    /// The emulator's file cannot be used.
    #[error("the emulator's key cannot be used")]
    Emulator {
        file: PathBuf,
        #[source]
        error: KeysError,
    },
    /// The named file cannot be read.
    #[error("could not read the private key from {place}")]
    Unreadable {
        place: String,
        #[source]
        error: io::Error,
    },
    #[error("the private key in {place} cannot be used")]
    Bad { place: String, why: &'static str },
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl Explain for SigningError {
    fn explain(&self) -> Explanation {
        match self {
            Self::NotLocal { why, is_project } => {
                let help = if *is_project {
                    "`clerk-rs env set --keys local` gives the project local keys"
                } else {
                    "run it in a project with local keys; `clerk-rs init my-app` makes one"
                };
                Explanation::usage("no-local-key")
                    .because(why)
                    .help(format!("{help}. --key FILE signs with an RSA key of yours"))
            }
            Self::Emulator { file, error } => Explanation::failed("emulator-key-unusable")
                .because(format!("{}: {error}", file.display())),
            Self::Unreadable { error, .. } => {
                Explanation::failed("key-file-unreadable").because(error)
            }
            Self::Bad { why, .. } => Explanation::usage("bad-private-key")
                .because(why)
                .help("`openssl genrsa -out key.pem 2048` makes one"),
            Self::Key(_) => Explanation::failed("signing-failed"),
        }
    }
}

/// The key in the file, else the one of the project's emulator, which is made if it does not exist yet.
///
/// # Errors
/// The reason.
pub fn find(
    file: Option<&Path>,
    kid: Option<String>,
    folder: &Path,
    variables: &Variables<'_>,
) -> Result<Signer, SigningError> {
    let publishable = variables.publishable_keys().into_iter().next();
    let key = publishable
        .as_ref()
        .and_then(|found| PublishableKey::parse(&found.value).ok());
    let host = key.as_ref().map(|key| key.frontend_api_host().to_owned());
    let issuer = host.as_ref().map(|host| format!("https://{host}"));
    if let Some(file) = file {
        let der = private_key(file)?;
        let mint = Mint::new("", "", &der).map_err(|_| SigningError::Bad {
            place: visible(&file.display().to_string()).into_owned(),
            why: "it is no RSA key of 2048 bits or more",
        })?;
        return Ok(Signer { mint, kid, issuer });
    }
    let not_local = |why| SigningError::NotLocal {
        why,
        is_project: folder.join("Cargo.toml").is_file(),
    };
    let host = match (key, host) {
        (Some(key), Some(host)) if key.is_local_emulator() => host,
        (Some(_), Some(host)) => {
            let why = format!(
                "the project's keys are those of the Clerk instance {}",
                visible(&host)
            );
            return Err(not_local(why));
        }
        _ => {
            let why = "no publishable key is set in the environment, .env.local or .env".to_owned();
            return Err(not_local(why));
        }
    };
    let file = folder.join(".clerk").join("emulator.json");
    let unusable = |error| SigningError::Emulator {
        file: file.clone(),
        error,
    };
    let keys = InstanceKeys::load_or_create(&file, &SystemRandom).map_err(unusable)?;
    let mint = keys.mint(&host).map_err(SigningError::Key)?;
    Ok(Signer {
        mint,
        kid: Some(kid.unwrap_or_else(|| keys.instance_id().to_owned())),
        issuer,
    })
}

/// The DER form of a private key in PEM.
fn private_key(file: &Path) -> Result<Vec<u8>, SigningError> {
    let place = visible(&file.display().to_string()).into_owned();
    let read = || {
        let mut text = String::new();
        File::open(file)?
            .take(LONGEST + 1)
            .read_to_string(&mut text)?;
        Ok(text)
    };
    let text: String = read().map_err(|error| SigningError::Unreadable {
        place: place.clone(),
        error,
    })?;
    let bad = |why| SigningError::Bad {
        place: place.clone(),
        why,
    };
    let (_, rest) = text
        .split_once("-----BEGIN ")
        .ok_or_else(|| bad("there is no PEM block in it"))?;
    let (label, rest) = rest
        .split_once("-----")
        .ok_or_else(|| bad("it was cut off"))?;
    let (body, _) = rest
        .split_once("-----END")
        .ok_or_else(|| bad("it was cut off"))?;
    match label {
        "PRIVATE KEY" | "RSA PRIVATE KEY" if !body.contains("ENCRYPTED") => {}
        "PUBLIC KEY" | "RSA PUBLIC KEY" => {
            return Err(bad("it is a public key, which signs nothing"));
        }
        "PRIVATE KEY" | "RSA PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" => {
            return Err(bad("it is encrypted with a password"));
        }
        _ => return Err(bad("it is no RSA private key")),
    }
    let base64: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    STANDARD.decode(base64).map_err(|_| bad("it is no base64"))
}
