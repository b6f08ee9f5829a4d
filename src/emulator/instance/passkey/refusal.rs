//! Refusals about passkeys.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyRefusal {
    /// The instance has none.
    Off,
    /// The user has as many as Clerk allows.
    Quota,
    /// The page that asks has no host with a name.
    NoName,
    /// What the browser sent cannot be read.
    Malformed,
    /// It answers something else than what it was asked.
    Kind,
    /// It answers another challenge.
    Challenge,
    /// It was made on a page of another origin.
    Origin,
    /// It is for another host.
    Party,
    /// Nobody was there when it was made.
    NotPresent,
    /// The device did not ask who was there.
    NotVerified,
    /// The key is none that was asked for.
    Key,
    Signature,
    /// The counter went back.
    Counter,
    /// The passkey is another user's.
    Owner,
    /// Nobody has this passkey.
    Unknown,
    /// Somebody has this passkey already.
    Exists,
}
