//! Refusals of the instance. The words, codes and statuses of the answers are chosen where they are written.

use super::access::AccessRefusal;

/// A refusal; `frontend-api.md` section 5.3 says when each is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The request names no dev browser, or one that is not known.
    DevBrowserUnauthenticated,
    /// The acting session is missing or over.
    SignedOut,
    /// A token or a touch was asked for a session that is over.
    SessionOver,
    /// No such thing, or it is somebody else's.
    NotFound,
    /// No user has this address.
    IdentifierNotFound,
    /// The user has another password, or none.
    PasswordIncorrect,
    /// Another code was sent.
    CodeIncorrect,
    /// Too many wrong codes.
    VerificationFailed,
    /// The code is too old.
    VerificationExpired,
    /// Another code is asked for right after wrong ones were tried.
    CodeTooSoon,
    /// There is nothing left to verify.
    AlreadyVerified,
    /// A code was tried that was never sent.
    NotPrepared,
    /// A user with this address exists.
    IdentifierExists,
    /// The password has fewer than eight characters.
    PasswordTooShort(&'static str),
    /// The password is one of those that are tried first.
    PasswordKnown(&'static str),
    /// The current password in a request for a new one is wrong.
    CurrentPasswordIncorrect,
    /// A field that is needed is absent.
    ParamMissing(&'static str),
    /// A field does not have the right form.
    ParamFormat(&'static str),
    /// A field has a value that is not known here.
    ParamValue(&'static str),
    /// A name has more than 256 characters.
    TooLong(&'static str),
    /// Metadata of more than 8 KiB.
    TooLarge(&'static str),
    /// There are as many users as an emulator keeps.
    UserQuota,
    /// Somebody is signed in, and one session is all that the instance allows.
    SessionExists,
    /// The user does not belong to the organization.
    NotAMember,
    /// Something about coming in.
    Access(AccessRefusal),
}

impl From<AccessRefusal> for Refusal {
    fn from(refusal: AccessRefusal) -> Self {
        Self::Access(refusal)
    }
}
