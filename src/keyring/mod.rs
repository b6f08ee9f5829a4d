//! Finds keys, decides who may be asked with them or for them, and reads the answers.
//!
//! `sources` finds the texts, `keys` reads them, `address` says who may be asked, `answers` asks about a project's
//! keys, `machine` about a machine's token; `search` finds the keys that tokens are verified with and `ring` holds
//! them, `signing` has the one that signs tokens for tests. A token has no say in any of this: no address in it is
//! used.

pub mod address;
pub mod answer;
pub mod answers;
pub mod keys;
pub mod machine;
pub mod material;
pub mod problem;
pub mod ring;
pub mod search;
pub mod signing;
pub mod sources;

use std::time::Duration;

use url::Url;

use crate::backend::is_loopback;
use problem::Problem;

/// The most bytes of one answer. Clerk's key sets hold just one key.
pub const BODY_LIMIT: usize = 256 * 1024;

/// The way to ask.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// The most time for all of it.
    pub limit: Duration,
    /// True if only this machine may be asked.
    pub is_offline: bool,
}

impl Manner {
    /// # Errors
    /// That address may not be asked.
    fn must_reach(self, url: &Url) -> Result<(), Problem> {
        if self.is_offline && !is_loopback(url.host_str().unwrap_or_default()) {
            let host = address::host(url);
            return Err(Problem::new(
                "not-asked",
                format!("{host} was not asked (--offline)"),
            ));
        }
        Ok(())
    }
}
