//! Finds out why a sign-in does not complete, as far as that can be measured, for the developer's error page and the
//! log.
//!
//! An "infinite redirect loop" is what users of Clerk report most. The reason word only says which rule ended a
//! request; this module looks for the mistake behind it and says what to do.

mod failed_request;

use std::fmt;

use crate::authenticate::{Clerk, NotSignedIn};
use crate::cookies::Cookies;
use crate::head::Head;
use crate::public_url::Connection;
use failed_request::FailedRequest;

/// The most characters that evidence may have.
const EVIDENCE_MOST: usize = 1000;

/// The mistake behind a failure, with evidence and the way out. It never holds a token or a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// The mistake in a sentence.
    pub cause: &'static str,
    /// The evidence: what was measured.
    pub evidence: String,
    /// The way out.
    pub remedy: &'static str,
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.cause, self.evidence, self.remedy)
    }
}

impl Diagnosis {
    /// Evidence repeats what strangers sent, so it may neither break a line of the log nor be endless.
    fn new(cause: &'static str, evidence: impl AsRef<str>, remedy: &'static str) -> Self {
        let visible = |c: char| if c.is_control() { ' ' } else { c };
        let evidence = evidence.as_ref().chars().take(EVIDENCE_MOST);
        Self {
            cause,
            evidence: evidence.map(visible).collect(),
            remedy,
        }
    }

    /// Looks for the cause of `why` in the request and the configuration.
    pub fn of(
        why: &NotSignedIn,
        clerk: &Clerk,
        head: &dyn Head,
        connection: Connection<'_>,
    ) -> Self {
        let request = FailedRequest {
            why,
            clerk,
            head,
            connection,
            cookies: Cookies::of(head),
        };
        request.diagnose()
    }

    /// The cause of a development handshake that did not verify.
    pub fn of_handshake(message: &str) -> Self {
        Self::new(
            "The answer of Clerk's handshake could not be verified.",
            message,
            "Check that CLERK_PUBLISHABLE_KEY, CLERK_SECRET_KEY and CLERK_JWT_KEY are of one \
             instance, then clear this site's cookies.",
        )
    }
}
