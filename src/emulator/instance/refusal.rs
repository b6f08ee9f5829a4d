//! Refusals of the instance. The words, codes and statuses of the answers are chosen where they are written.

use super::access::AccessRefusal;
use super::organization::OrganizationRefusal;
use super::passkey::PasskeyRefusal;

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
    /// Another user has this address or name.
    Taken(&'static str),
    /// A user has as many addresses or numbers as an emulator keeps.
    ContactQuota,
    /// It would have to be verified first.
    Unverified,
    /// The user could not sign in any more.
    LastIdentification,
    /// The user name is too short or too long.
    UsernameLength,
    /// The user name has other characters than letters, digits, `_` and `-`.
    UsernameCharacter,
    /// The instance wants to know this of every user.
    DataMissing(&'static str),
    /// A server asked whether it is the password, and it is not.
    IncorrectPassword,
    /// The user has no password.
    NoPassword,
    /// A server says that others know the password.
    PasswordCompromised,
    /// A password was hashed in a way that the emulator does not know.
    Hasher,
    /// The user is kept out.
    Banned,
    /// The user is kept out for now.
    Locked,
    /// Users may not delete themselves.
    DeleteSelf,
    /// There is an authenticator app already.
    TotpExists,
    /// There is no second factor that backup codes could stand in for.
    NoSecondFactor,
    /// It is no picture of a known kind.
    NoImage,
    /// The pictures together are as large as an emulator keeps.
    ImageQuota,
    /// The first factor was proven too long ago.
    Reverification,
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
    /// A text is longer than its field allows.
    TooLong(&'static str),
    /// Metadata of more than 8 KiB.
    TooLarge(&'static str),
    /// There are as many users as an emulator keeps.
    UserQuota,
    /// Somebody is signed in, and one session is all that the instance allows.
    SessionExists,
    /// The user does not belong to the organization.
    NotAMember,
    /// Something about an organization.
    Organization(OrganizationRefusal),
    /// There is such a thing already.
    Conflict(&'static str),
    /// Something about coming in.
    Access(AccessRefusal),
    /// Something about a passkey.
    Passkey(PasskeyRefusal),
}

impl From<AccessRefusal> for Refusal {
    fn from(refusal: AccessRefusal) -> Self {
        Self::Access(refusal)
    }
}

impl From<PasskeyRefusal> for Refusal {
    fn from(refusal: PasskeyRefusal) -> Self {
        Self::Passkey(refusal)
    }
}
