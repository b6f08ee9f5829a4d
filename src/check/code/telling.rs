//! The words by which a source is worth being taken apart.

use memchr::memmem::{Finder, find};

/// Only a source with one of these words is taken apart: no rule wants another.
const TELLING: [&str; 40] = [
    "cors",
    "Cors",
    "CORS",
    "-src ",
    "sign_in",
    "ServeDir",
    "ServeFile",
    "Files::new",
    "FileServer",
    "StaticDir",
    "StaticFilesEndpoint",
    "insecure",
    "danger",
    "unverified",
    "include_headers",
    "uthorization}i",
    "ookie}i",
    "BearerAuth",
    "ClerkLayer",
    "x-user",
    "X-User",
    "x-clerk-user",
    "X-Clerk-User",
    "x-auth",
    "X-Auth",
    "x-forwarded-user",
    "X-Forwarded-User",
    "emote-user",
    "emote-User",
    // Their names may be constants.
    "headers.get(",
    "headers().get(",
    "headers[",
    "pk_live_",
    "pk_test_",
    "sk_live_",
    "sk_test_",
    "whsec_",
    "\"ak_",
    "\"mt_",
    "\"oat_",
];

/// Words that tell something together: one of the first with one of the second.
const TOGETHER: [(&[&str], &[&str]); 3] = [
    (
        &[
            "headers",
            "cookie",
            "uthorization",
            "HeaderMap",
            "CookieJar",
            "Request",
            "Parts",
            "__session",
        ],
        WRITE,
    ),
    (
        &["jar", "ookie"],
        &[
            "\"user_id\"",
            "\"userid\"",
            "\"userId\"",
            "\"user-id\"",
            "\"uid\"",
        ],
    ),
    (&["base64", "Base64", "BASE64", "URL_SAFE"], &["split"]),
];
/// The ends of macros that write somewhere.
const WRITE: &[&str] = &[
    "dbg!",
    "print!",
    "println!",
    "trace!",
    "debug!",
    "info!",
    "warn!",
    "error!",
    "event!",
    "log!",
    "panic!",
    "span!",
    "instrument",
    ".record(",
    "stderr(",
    "stdout(",
];

/// What looks for them.
pub struct Telling(Vec<Finder<'static>>);

impl Telling {
    pub fn new() -> Self {
        Self(TELLING.iter().map(Finder::new).collect())
    }

    /// True if a rule may have something to say of a text.
    pub fn is_in(&self, text: &[u8]) -> bool {
        let has = |words: &[&str]| {
            let mut words = words.iter();
            words.any(|word| find(text, word.as_bytes()).is_some())
        };
        let mut together = TOGETHER.iter();
        self.0.iter().any(|finder| finder.find(text).is_some())
            || together.any(|(one, other)| has(one) && has(other))
    }
}
