//! Finds out why a sign-in does not complete, as far as that can be measured, for the developer's error page and the
//! log.
//!
//! An "infinite redirect loop" is what users of Clerk report most. The reason word only says which rule ended a
//! request; this module looks for the mistake behind it and says what to do.

mod scene;

use std::fmt;

use crate::authenticate::{Clerk, Why};
use crate::cookies::Cookies;
use crate::head::Head;
use crate::public_url::Connection;
use scene::Scene;

/// The mistake behind a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The clock of this machine differs from Clerk's.
    Clock,
    /// The token is from another instance than the keys.
    OtherInstance,
    /// The token was made for an origin that is not in the list, or does not name one.
    AuthorizedParty,
    /// A cookie that Clerk sets did not come back.
    CookieMissing,
    /// The session cookie is so large that browsers drop it.
    CookieTooLarge,
    /// A proxy names the address of the app, but the app does not believe it.
    ProxyNotTrusted,
    /// Clerk could not be asked for keys or answers.
    Unreachable,
    /// Clerk refuses the secret key.
    SecretKeyRefused,
    /// The emulator that answers is of another project.
    OtherEmulator,
    /// A handshake token did not verify.
    Handshake,
    /// None of these.
    Other,
}

/// The most characters that evidence may have.
const EVIDENCE_MOST: usize = 1000;

/// The cause of a failure, with evidence and the way out. It never holds a token or a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// The mistake behind a failure.
    pub cause: Cause,
    /// The evidence: what was measured.
    pub evidence: String,
    /// The way out.
    pub remedy: String,
}

impl Cause {
    /// The cause in a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Clock => "The clock of this machine differs from Clerk's.",
            Self::OtherInstance => {
                "The session token comes from another Clerk instance than this app's keys."
            }
            Self::AuthorizedParty => {
                "The session token was made for another site than those this app allows."
            }
            Self::CookieMissing => "A cookie that Clerk sets does not come back from the browser.",
            Self::CookieTooLarge => "The session cookie is so large that browsers drop it.",
            Self::ProxyNotTrusted => {
                "A proxy stands before this app, but its headers are not trusted."
            }
            Self::Unreachable => "Clerk could not be asked, so it is not known who is signed in.",
            Self::SecretKeyRefused => "Clerk refuses this app's secret key.",
            Self::OtherEmulator => "At CLERK_API_URL answers the emulator of another project.",
            Self::Handshake => "The answer of Clerk's handshake could not be verified.",
            Self::Other => {
                "Clerk's answer to the sign-in did not lead to a session that this app accepts."
            }
        }
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {}",
            self.cause.sentence(),
            self.evidence,
            self.remedy
        )
    }
}

impl Diagnosis {
    /// Evidence repeats what strangers sent, so it may neither break a line of the log nor be endless.
    fn new(cause: Cause, evidence: impl AsRef<str>, remedy: impl Into<String>) -> Self {
        let visible = |c: char| if c.is_control() { ' ' } else { c };
        let evidence = evidence.as_ref().chars().take(EVIDENCE_MOST);
        Self {
            cause,
            evidence: evidence.map(visible).collect(),
            remedy: remedy.into(),
        }
    }

    /// Looks for the cause of `why` in the request and the configuration.
    pub fn of(why: &Why, clerk: &Clerk, head: &dyn Head, connection: Connection<'_>) -> Self {
        let scene = Scene {
            why,
            clerk,
            head,
            connection,
            cookies: Cookies::of(head),
        };
        scene.diagnose()
    }

    /// The cause of a development handshake that did not verify.
    pub fn of_handshake(message: &str) -> Self {
        Self::new(
            Cause::Handshake,
            message,
            "Check that CLERK_PUBLISHABLE_KEY, CLERK_SECRET_KEY and CLERK_JWT_KEY are of one \
             instance, then clear this site's cookies.",
        )
    }
}
