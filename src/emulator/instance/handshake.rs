//! The decisions of a handshake: whose browser it is, which session counts there, and the one-time names under which a
//! server fetches the answer (`frontend-api.md` section 13).

use std::collections::HashMap;

use clerk_auth::time::UnixMillis;

use super::{Instance, random};

const NONCE_LIFE_MS: i64 = 60 * 1000;
/// More than wait in any honest minute; past it those that wait are forgotten, and their pages ask again.
const MAX_NONCES: usize = 1000;

/// The facts to tell a browser.
#[derive(Clone, Debug)]
pub struct Handshake {
    /// The dev browser; a new one when the request named none that is known.
    pub dev_browser: String,
    /// The id of the session that counts, with the moment since which the client has this set of sessions; absent when nobody
    /// is signed in.
    pub signed_in: Option<(String, UnixMillis)>,
}

/// Cookie lists that wait to be fetched, each under a random name, once.
#[derive(Clone, Debug, Default)]
pub(super) struct Nonces {
    lists: HashMap<String, (UnixMillis, Vec<String>)>,
}

impl Instance {
    /// Looks up who is signed in on the dev browser, and makes one if it is not known. The session goes on working in
    /// the organization that is named by id or slug, if the user is a member; blank means the personal account.
    pub fn handshake(
        &mut self,
        dev_browser: Option<&str>,
        organization: Option<&str>,
        now: UnixMillis,
    ) -> Handshake {
        let known = dev_browser
            .filter(|id| self.knows_dev_browser(id))
            .map(str::to_owned);
        let dev_browser = known.unwrap_or_else(|| self.new_dev_browser(now));
        let client = self.client(&dev_browser).ok().flatten();
        let signed_in = client.and_then(|client| {
            let session = self.active_session(client, now)?;
            Some((session.id.clone(), client.updated_at))
        });
        if let (Some((session, _)), Some(asked)) = (&signed_in, organization) {
            let named = self.organization_with_slug(asked);
            let id = named.map_or_else(|| asked.to_owned(), |known| known.id.clone());
            let id = Some(id).filter(|id| !id.is_empty());
            // Who is no member goes on as before.
            let _no_member = self.activate_organization(session, id.as_deref());
        }
        Handshake {
            dev_browser,
            signed_in,
        }
    }

    /// Keeps `directives` for a minute and answers the name to fetch them by.
    pub fn keep_directives(&mut self, directives: Vec<String>, now: UnixMillis) -> String {
        let lists = &mut self.nonces.lists;
        lists.retain(|_, (kept_at, _)| is_fresh(*kept_at, now));
        if self.nonces.lists.len() >= MAX_NONCES {
            self.nonces.lists.clear();
        }
        let nonce = random::alphanumeric(&*self.random, 40);
        self.nonces.lists.insert(nonce.clone(), (now, directives));
        nonce
    }

    /// The directives of this name; they can be taken once.
    pub fn take_directives(&mut self, nonce: &str, now: UnixMillis) -> Option<Vec<String>> {
        let (kept_at, directives) = self.nonces.lists.remove(nonce)?;
        is_fresh(kept_at, now).then_some(directives)
    }
}

/// False also for what a clock kept that was put back since: it would be good for too long.
fn is_fresh(kept_at: UnixMillis, now: UnixMillis) -> bool {
    (0..NONCE_LIFE_MS).contains(&now.0.saturating_sub(kept_at.0))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::emulator::instance::random::SystemRandom;

    #[test]
    fn a_name_is_good_for_a_minute_also_where_the_clock_is_put_back() {
        let mut instance = Instance::new(Arc::new(SystemRandom));
        let kept_at = UnixMillis(10 * NONCE_LIFE_MS);
        for (passed, is_good) in [
            (0, true),
            (NONCE_LIFE_MS - 1, true),
            (NONCE_LIFE_MS, false),
            (-1, false),
        ] {
            let nonce = instance.keep_directives(Vec::new(), kept_at);
            let now = UnixMillis(kept_at.0 + passed);
            let taken = instance.take_directives(&nonce, now);
            assert_eq!(taken.is_some(), is_good, "{passed}");
        }
    }
}
