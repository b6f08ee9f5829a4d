//! The proxy's own answers, for when there is nothing to pass on.

use http::StatusCode;
use serde_json::json;

use crate::fetch::FetchError;
use crate::gate::{Problem, plain};

/// The reason why a request was not passed on, or its answer did not arrive. Addresses and causes are for the log;
/// visitors may read [`problem`](Self::problem).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{trouble}")]
pub struct ProxyError {
    trouble: Trouble,
    is_local: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    #[error("this path is not below the proxy's")]
    NotHere,
    #[error("this path could mean another one")]
    Path,
    #[error("this method is not passed on")]
    Method,
    #[error("the app's public origin is not an http or https one")]
    Origin,
    #[error("the body is too large")]
    TooLarge,
    #[error("the body arrived too slowly")]
    SlowUpload,
    #[error("the body broke off")]
    BrokenOff,
    #[error("Clerk's Frontend API could not be reached: {0}")]
    Upstream(FetchError),
    /// Its name is the folder of that project.
    #[error("another project's emulator answers at CLERK_FAPI_URL, that of {0:?}")]
    OtherEmulator(String),
}

impl Trouble {
    /// One word for each kind, to ration lines of the log by.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Upstream(_) | Self::OtherEmulator(_) => "proxy upstream",
            _ => "proxy request",
        }
    }

    /// Says that the local emulator is behind the proxy; then the reader of the answer is its developer.
    pub(super) const fn with_local(self, is_local: bool) -> ProxyError {
        ProxyError {
            trouble: self,
            is_local,
        }
    }
}

impl ProxyError {
    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match &self.trouble {
            Trouble::NotHere => StatusCode::NOT_FOUND,
            Trouble::Path | Trouble::Origin | Trouble::BrokenOff => StatusCode::BAD_REQUEST,
            Trouble::Method => StatusCode::METHOD_NOT_ALLOWED,
            Trouble::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Trouble::SlowUpload => StatusCode::REQUEST_TIMEOUT,
            Trouble::Upstream(FetchError::TimedOut) => StatusCode::GATEWAY_TIMEOUT,
            Trouble::Upstream(_) | Trouble::OtherEmulator(_) => StatusCode::BAD_GATEWAY,
        }
    }

    /// The words for a page.
    pub fn problem(&self) -> Problem {
        let title = match self.trouble {
            Trouble::Upstream(_) if self.is_local => "Clerk is not here",
            Trouble::Upstream(_) => "Try again in a moment",
            Trouble::OtherEmulator(_) => "Another project's emulator answers here",
            _ => "Bad request",
        };
        plain(title, &self.sentence())
    }

    /// The same for code, in the form of the Frontend API's own errors.
    pub fn json(&self) -> String {
        let code = match self.trouble {
            Trouble::Upstream(_) => "proxy_upstream_unavailable",
            Trouble::OtherEmulator(_) => "emulator_of_another_project",
            _ => "proxy_request_refused",
        };
        let sentence = self.sentence();
        let error = json!({ "code": code, "message": sentence, "long_message": sentence });
        json!({ "errors": [error] }).to_string()
    }

    /// True if the request was good, and asking again later may help.
    pub fn is_upstream(&self) -> bool {
        matches!(self.trouble, Trouble::Upstream(_))
    }

    fn sentence(&self) -> String {
        match &self.trouble {
            Trouble::Upstream(_) if self.is_local => "Clerk could not be reached. The keys are those of a local emulator of Clerk, and nothing answers at its address: `clerk-rs dev` starts it with the app.".to_owned(),
            Trouble::Upstream(_) => {
                "Clerk could not be reached. Please try again in a moment.".to_owned()
            }
            Trouble::OtherEmulator(name) => format!("At CLERK_FAPI_URL answers the emulator of another project, {name:?}. Start this project's own with `clerk-rs dev`, which also finds free ports."),
            other => format!("{other}."),
        }
    }
}
