//! The auth object: who makes this request, and what they may do (`request-authentication.md` sections 9.4 and 10.1).

#[cfg(feature = "machines")]
mod machine;
mod session;

#[cfg(feature = "machines")]
pub use machine::Machine;
pub use session::Session;

#[cfg(feature = "machines")]
use std::borrow::Cow;

use serde_core::de::DeserializeOwned;

use crate::has::Check;
use crate::time::UnixMillis;
#[cfg(feature = "machines")]
use crate::token_type::{Accepts, TokenType};

/// The one who makes this request, perhaps nobody. A clone shares its data.
#[derive(Clone, Debug)]
pub enum Auth {
    /// A person with a session.
    SignedIn(Session),
    /// A person whose session still has a task to do, such as choosing an organization. Counts as signed out unless
    /// [`Auth::pending_as_signed_in`] is asked for.
    Pending(Session),
    /// Nobody.
    SignedOut,
    /// A machine with an accepted token.
    #[cfg(feature = "machines")]
    Machine(Machine),
    /// A machine token of this kind was wanted and none was accepted.
    #[cfg(feature = "machines")]
    MachineSignedOut(TokenType),
    /// The token is of a kind that is not accepted here.
    #[cfg(feature = "machines")]
    InvalidToken,
}

impl Auth {
    /// The identity of a request without an accepted token of this kind.
    #[cfg(feature = "machines")]
    pub const fn unauthenticated(kind: TokenType) -> Self {
        match kind {
            TokenType::Session => Self::SignedOut,
            machine => Self::MachineSignedOut(machine),
        }
    }

    /// Treats a pending session as signed in, for the pages where its task is done.
    #[must_use]
    pub fn pending_as_signed_in(self) -> Self {
        match self {
            Self::Pending(session) => Self::SignedIn(session),
            other => other,
        }
    }

    /// The session of whoever is signed in. A pending session does not count.
    pub const fn session(&self) -> Option<&Session> {
        match self {
            Self::SignedIn(session) => Some(session),
            _ => None,
        }
    }

    /// The machine, if an accepted machine token was sent.
    #[cfg(feature = "machines")]
    pub const fn machine(&self) -> Option<&Machine> {
        match self {
            Self::Machine(machine) => Some(machine),
            _ => None,
        }
    }

    /// True if a person is signed in or a machine was accepted.
    pub const fn is_authenticated(&self) -> bool {
        #[cfg(feature = "machines")]
        if matches!(self, Self::Machine(_)) {
            return true;
        }
        matches!(self, Self::SignedIn(_))
    }

    /// The kind of token this is about; `None` for one that is not accepted.
    #[cfg(feature = "machines")]
    pub fn token_type(&self) -> Option<TokenType> {
        match self {
            Self::SignedIn(_) | Self::Pending(_) | Self::SignedOut => Some(TokenType::Session),
            Self::Machine(machine) => Some(machine.token_type()),
            Self::MachineSignedOut(kind) => Some(*kind),
            Self::InvalidToken => None,
        }
    }

    /// The user of the session, or the one a machine token acts for.
    pub fn user_id(&self) -> Option<&str> {
        match self {
            Self::SignedIn(session) => session.user_id(),
            #[cfg(feature = "machines")]
            Self::Machine(machine) => machine.user_id(),
            _ => None,
        }
    }

    /// The active organization of the session, or the one an API key belongs to.
    pub fn org_id(&self) -> Option<&str> {
        match self {
            Self::SignedIn(session) => session.org_id(),
            #[cfg(feature = "machines")]
            Self::Machine(machine) => machine.org_id(),
            _ => None,
        }
    }

    /// `active` or `pending`; known for pending sessions too.
    pub fn session_status(&self) -> Option<&str> {
        match self {
            Self::SignedIn(session) | Self::Pending(session) => session.status(),
            _ => None,
        }
    }

    /// True if the session passes `check`. Always false for machines and for those who are not signed in.
    pub fn has(&self, check: Check) -> bool {
        self.session()
            .is_some_and(|session| check.holds_for(session.fields()))
    }

    /// The claims of the session's token, custom ones included, as a type of your own.
    ///
    /// # Errors
    /// When nobody is signed in, or the claims do not have the type's shape.
    pub fn claims<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        match self.session() {
            Some(session) => session.claims_as(),
            None => Err(serde_core::de::Error::custom("nobody is signed in")),
        }
    }

    /// When the token stops being valid; long work for a request, such as a stream, should end by then.
    pub fn deadline(&self) -> Option<UnixMillis> {
        match self {
            Self::SignedIn(session) => session.deadline(),
            #[cfg(feature = "machines")]
            Self::Machine(machine) => machine.deadline(),
            _ => None,
        }
    }

    /// This identity as a route sees it that accepts only some kinds of token (section 10.1).
    #[cfg(feature = "machines")]
    #[must_use]
    pub fn narrow(&self, wanted: &Accepts) -> Self {
        self.narrowed(wanted).into_owned()
    }

    #[cfg(feature = "machines")]
    pub(crate) fn narrowed(&self, wanted: &Accepts) -> Cow<'_, Self> {
        let kind = self.token_type();
        match wanted {
            Accepts::Any => Cow::Borrowed(self),
            Accepts::Listed(kinds) if kind.is_some_and(|kind| kinds.contains(&kind)) => {
                Cow::Borrowed(self)
            }
            Accepts::Listed(_) => Cow::Owned(Self::InvalidToken),
            Accepts::One(wanted) if kind == Some(*wanted) => Cow::Borrowed(self),
            Accepts::One(wanted) => Cow::Owned(Self::unauthenticated(*wanted)),
        }
    }
}
