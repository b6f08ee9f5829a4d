//! Connections that outlast the request that opens them: WebSockets and event streams. A request is over before its session
//! token is, but these would go on for ever. So each ends with the token that opened it, within a minute, and whoever comes back
//! with the next token goes on. Who signed out, or whose session was revoked, gets no next one.
//!
//! Browsers open a WebSocket to any site and send that site's cookies along, and no CORS stands before it. So a page must
//! be of the app's own origin, or of one that `CLERK_AUTHORIZED_PARTIES` lists (`security.md` rule 20).

use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::StatusCode;
use http::header::AUTHORIZATION;
use tokio::sync::watch;
use tokio::time::sleep;

use super::foreign::{is_of, page};
use super::{Guest, Kit, Reply};
use crate::auth::Session;
use crate::head::{Head, SEC_FETCH_SITE};

/// How often the clock is looked at. Somebody may move it, and a machine that slept does not notice how long.
const LOOK: Duration = Duration::from_secs(1);

/// The most connections that one user may have at a time, in all their browsers.
const MOST: usize = 32;

/// Somebody signed in who keeps a connection open. Everybody else is answered as by [`SignedIn`](super::SignedIn); 403 if
/// the page that asks is of another origin, and 429 if they have too many.
pub struct Connected {
    session: Session,
    kit: Kit,
    stopping: watch::Receiver<bool>,
}

/// Why a connection ends although both sides would go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The session token has expired. Whoever gets a new one may come back with it at once.
    Expired,
    /// The server stops. Another one may be there in a moment.
    Stopping,
}

impl End {
    /// The code with which a WebSocket closes: 4401, or 1001 for "going away" (RFC 6455 section 7.4).
    pub const fn code(self) -> u16 {
        match self {
            Self::Expired => 4401,
            Self::Stopping => 1001,
        }
    }

    /// The same as a word: `token-expired` or `stopping`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Expired => "token-expired",
            Self::Stopping => "stopping",
        }
    }
}

impl Connected {
    /// Does `work` until it is done, or drops it when the connection has to end.
    ///
    /// # Errors
    /// [`End`], which the other side has to be told.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> Result<T, End> {
        let mut stopping = self.stopping.clone();
        tokio::select! {
            biased;
            _ = stopping.wait_for(|stops| *stops) => Err(End::Stopping),
            () = self.expiry() => Err(End::Expired),
            done = work => Ok(done),
        }
    }

    async fn expiry(&self) {
        let deadline = self.session.deadline().map_or(0, |deadline| deadline.0);
        loop {
            let left = deadline.saturating_sub(self.kit.clerk().now().0);
            match u64::try_from(left).unwrap_or(0) {
                0 => return,
                left => sleep(LOOK.min(Duration::from_millis(left))).await,
            }
        }
    }
}

impl Deref for Connected {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl fmt::Debug for Connected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.session.fmt(f)
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        self.kit.0.connections.close(self.session.user_id());
    }
}

impl Guest {
    /// The sender of a request that is to become a connection.
    ///
    /// # Errors
    /// The answer for everybody who may not have one.
    pub fn connected(&self, head: &dyn Head) -> Result<Connected, Reply> {
        let session = self.session(head)?;
        let clerk = self.kit().clerk();
        if !self.is_from_own_page(head, &session) {
            if let Some(left_out) = clerk.log_line("connected") {
                tracing::warn!(
                    left_out,
                    "a WebSocket or event stream was refused: no page of this app asks for it, and no origin in \
                     CLERK_AUTHORIZED_PARTIES"
                );
            }
            return Err(Reply::error(StatusCode::FORBIDDEN));
        }
        let Some(stopping) = self.kit().0.connections.open(session.user_id()) else {
            return Err(Reply::error(StatusCode::TOO_MANY_REQUESTS));
        };
        Ok(Connected {
            session,
            kit: self.kit().clone(),
            stopping,
        })
    }

    fn is_from_own_page(&self, head: &dyn Head, session: &Session) -> bool {
        let site = head.header(&SEC_FETCH_SITE);
        match page(head) {
            // The browser knows what the address was before a proxy in front changed it.
            _ if site == Some(b"same-origin") => true,
            Some(page) => {
                let parties = &self.kit().clerk().config().authorized_parties;
                self.kit().is_own(page, head, self.connection())
                    || parties.iter().any(|party| is_of(page, party))
            }
            // No browser opens a WebSocket without an `Origin`. Whatever else does is believed if it holds the token
            // itself, and not a cookie, which others can make a browser send.
            None => {
                let given = head.header(&AUTHORIZATION);
                site.is_none() && given.is_some_and(|it| it.ends_with(session.token().as_bytes()))
            }
        }
    }
}

/// The connections that are open.
#[derive(Default)]
pub(super) struct Connections {
    stopping: watch::Sender<bool>,
    /// How many each user has; who has none is not in it.
    users: Mutex<HashMap<String, usize>>,
}

impl Connections {
    /// `None` if the user has too many.
    fn open(&self, user: Option<&str>) -> Option<watch::Receiver<bool>> {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        let count = users
            .entry(user.unwrap_or_default().to_owned())
            .or_default();
        (*count < MOST).then(|| {
            *count += 1;
            self.stopping.subscribe()
        })
    }

    fn close(&self, user: Option<&str>) {
        let user = user.unwrap_or_default();
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = users.get_mut(user) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                users.remove(user);
            }
        }
    }
}

impl Kit {
    /// Lets every connection end, as the server does before it stops. Returns when all are gone.
    pub async fn disconnect(&self) {
        let stopping = &self.0.connections.stopping;
        stopping.send_replace(true);
        stopping.closed().await;
    }
}
