//! Decides who may be asked with a secret key, and where an instance's public keys are.
//!
//! A secret key goes to Clerk, to the address that the same user gave, or nowhere: a project that somebody cloned must
//! not be able to name the server that the key in their environment is sent to.

use clerk_auth::backend::{DEFAULT_API_URL, DEFAULT_API_VERSION};
use clerk_auth::keys::PublishableKey;
use url::Url;

use super::problem::Problem;
use super::sources::{Candidate, Sources};
use crate::backend::is_loopback;

/// Clerk's own hosts of the Backend API.
const CLERK_HOSTS: [&str; 3] = ["api.clerk.com", "api.clerk.dev", "api.clerkstage.dev"];
const STAGING: &str = "https://api.clerkstage.dev";

/// The Backend API.
#[derive(Debug)]
pub struct ApiAddress {
    pub url: Url,
    /// The version segment of its paths.
    pub version: String,
}

impl ApiAddress {
    /// The address that a secret may be sent to. With `is_theirs` the secret comes from the folder's files, otherwise
    /// it is the user's own.
    ///
    /// # Errors
    /// The reason why it may not.
    pub fn of(
        sources: &Sources,
        publishable: Option<&PublishableKey>,
        is_theirs: bool,
    ) -> Result<Self, Problem> {
        let is_local = publishable.is_some_and(PublishableKey::is_local_emulator);
        let url = match &sources.api_url {
            Some(candidate) => {
                let url = usable(candidate, "api-url")?;
                may_have(&url, candidate, is_theirs)?;
                url
            }
            None if is_local => {
                return Err(no_emulator("CLERK_API_URL", "api-url-missing"));
            }
            None => {
                let host = publishable.map_or("", PublishableKey::frontend_api_host);
                let staging = host.ends_with(".accountsstage.dev");
                let text = if staging { STAGING } else { DEFAULT_API_URL };
                Url::parse(text).map_err(|_| unusable("api-url", text, None))?
            }
        };
        if is_local && !is_loopback(url.host_str().unwrap_or_default()) {
            return Err(no_emulator("CLERK_API_URL", "api-url-not-local"));
        }
        Ok(Self {
            url,
            version: version(sources.api_version.as_ref())?,
        })
    }

    /// The host as people name it.
    pub fn host(&self) -> String {
        host(&self.url)
    }
}

/// The address of the key set of the publishable key's instance.
///
/// # Errors
/// The reason why there is no such address.
pub fn key_server(sources: &Sources, key: &PublishableKey) -> Result<Url, Problem> {
    let base = match &sources.fapi_url {
        Some(candidate) => usable(candidate, "fapi-url")?,
        None if key.is_local_emulator() => {
            return Err(no_emulator("CLERK_FAPI_URL", "fapi-url-missing"));
        }
        None => {
            let text = format!("https://{}", key.frontend_api_host());
            Url::parse(&text).map_err(|_| unusable("fapi-url", &text, None))?
        }
    };
    let text = format!(
        "{}/.well-known/jwks.json",
        base.as_str().trim_end_matches('/')
    );
    Url::parse(&text).map_err(|_| unusable("fapi-url", &text, None))
}

/// Host and port of an address.
pub fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Accepts an address that is safe to speak to: encrypted, or on this machine.
fn usable(candidate: &Candidate, id: &str) -> Result<Url, Problem> {
    if candidate.is_composed {
        return Err(composed(candidate));
    }
    let text = candidate.value.trim_end_matches('/');
    let url = Url::parse(text).ok().filter(|url| {
        let is_local = url.scheme() == "http" && url.host_str().is_some_and(is_loopback);
        (url.scheme() == "https" || is_local)
            && url.host_str().is_some_and(|host| !host.is_empty())
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    url.ok_or_else(|| unusable(id, &candidate.name, Some(candidate)))
}

/// Refuses an address with a part from the environment: asking there would tell that part to whoever answers.
fn composed(candidate: &Candidate) -> Problem {
    let problem = Problem::new(
        "address-composed",
        format!(
            "nobody was asked: a part of {} comes out of the environment, and would be sent along",
            candidate.name
        ),
    );
    problem
        .place(candidate.origin.to_string())
        .help("write it out, or set it in the environment itself")
}

fn unusable(id: &str, name: &str, candidate: Option<&Candidate>) -> Problem {
    let problem = Problem::certain(
        &format!("{id}-bad"),
        format!("{name} is no address that a key may be sent to"),
    )
    .help("write it as https://host; http is for this machine alone");
    match candidate {
        Some(candidate) => problem.place(candidate.origin.to_string()),
        None => problem,
    }
}

/// True if whoever set the address may have the secret.
fn may_have(url: &Url, address: &Candidate, is_theirs: bool) -> Result<(), Problem> {
    let host_name = url.host_str().unwrap_or_default();
    let is_clerk = url.scheme() == "https" && CLERK_HOSTS.contains(&host_name);
    let is_foreign = address.is_from_file() && !is_theirs;
    if is_clerk || is_loopback(host_name) || !is_foreign {
        return Ok(());
    }
    let problem = Problem::new(
        "api-url-not-trusted",
        format!(
            "nothing secret was sent: {} names {}, which is not Clerk's, and the secret is not from that file",
            address.name,
            host(url),
        ),
    );
    Err(problem
        .place(address.origin.to_string())
        .help("if you trust it, name it yourself with --api-url"))
}

fn no_emulator(name: &str, id: &str) -> Problem {
    Problem::certain(
        id,
        format!("the keys are for the local emulator, and {name} does not say where on this machine it is"),
    )
    .help("`clerk-rs env set --keys local` puts its addresses into .env")
}

/// `v1`. A date is not a version here.
fn version(candidate: Option<&Candidate>) -> Result<String, Problem> {
    let Some(candidate) = candidate else {
        return Ok(DEFAULT_API_VERSION.to_owned());
    };
    if candidate.is_composed {
        return Err(composed(candidate));
    }
    let number = candidate.value.strip_prefix('v').unwrap_or_default();
    if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(candidate.value.clone());
    }
    Err(
        Problem::certain("api-version-bad", "CLERK_API_VERSION is no path version")
            .place(candidate.origin.to_string())
            .help("write v1, or remove it; the dated version is fixed"),
    )
}
