//! A link in a mail: what is written into it, and what came of following it.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

/// A link that is about to be "sent".
pub struct NewLink {
    /// A secret that only the link knows.
    pub secret: String,
    pub url: String,
    pub expire_at: UnixMillis,
}

/// A link that was sent.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Sent {
    /// The client that followed it.
    pub verified_at_client: Option<String>,
}

/// The content of the token in a link.
#[derive(Debug, Deserialize, Serialize)]
pub struct LinkPass {
    /// The client of the sign-in or the sign-up, or the user whose address it is.
    #[serde(rename = "own")]
    pub owner: String,
    /// The sign-in, the sign-up, or the address.
    #[serde(rename = "sid")]
    pub attempt: String,
    #[serde(rename = "sec")]
    pub secret: String,
    /// Where the browser goes on.
    #[serde(rename = "rurl")]
    pub redirect_url: Option<String>,
    /// In seconds.
    #[serde(rename = "exp")]
    pub end: i64,
}

/// The outcome of following a link, in Clerk's words.
#[derive(Debug, PartialEq, Eq)]
pub enum Followed {
    /// With the session that it opened, if nothing else is asked.
    Verified(Option<String>),
    Expired,
    /// Another link was sent since, this one was followed before, or what it was for is gone.
    Failed,
    /// Another browser asked for it.
    ClientMismatch,
}
