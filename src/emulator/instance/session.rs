//! Clients and their sessions: who is signed in where, and for how long.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::completed::Completed;
use super::reverification::Reverification;
use super::{Instance, Refusal, SignIn, SignUp, Strategy, random};
use crate::emulator::store::Record;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const SESSION_LIFE_MS: i64 = 7 * DAY_MS;
const ABANDON_MS: i64 = 30 * DAY_MS;

/// One browser profile, as Clerk sees it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Client {
    /// `client_…`
    pub id: String,
    /// The ids of its sessions that were not ended, oldest first.
    pub sessions: Vec<String>,
    /// The sign-in under way.
    pub sign_in: Option<SignIn>,
    /// The sign-up under way.
    pub sign_up: Option<SignUp>,
    /// The attempt that a link completed last, for the page that waits for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_link: Option<Box<Completed>>,
    /// The session that the page acts for.
    pub last_active_session_id: Option<String>,
    /// The strategy that started the last session.
    pub last_authentication_strategy: Option<Strategy>,
    /// When it was made.
    pub created_at: UnixMillis,
    /// When the set of its live sessions last changed, and nothing else: a server takes a session token that is
    /// older than this for a stale one (`frontend-api.md` section 1, rule 4).
    pub updated_at: UnixMillis,
}

/// The state of a session: it counts, or the way it ended.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// It counts.
    Active,
    /// Ended from the page.
    Ended,
    /// Signed out.
    Removed,
    /// A later sign-in took its place.
    Replaced,
    /// Revoked through the Backend API.
    Revoked,
}

impl SessionStatus {
    /// Clerk's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Ended => "ended",
            Self::Removed => "removed",
            Self::Replaced => "replaced",
            Self::Revoked => "revoked",
        }
    }
}

/// A user signed in on a client.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Session {
    /// `sess_…`
    pub id: String,
    /// The client it belongs to.
    pub client_id: String,
    /// The user who is signed in.
    pub user_id: String,
    /// The organization that it works in.
    #[serde(default)]
    pub last_active_organization_id: Option<String>,
    /// The one who acts in the user's name.
    #[serde(default)]
    pub actor: Option<Map<String, Value>>,
    /// Its state; see also [`Session::is_live`].
    pub status: SessionStatus,
    /// When the page last touched it.
    pub last_active_at: UnixMillis,
    /// When the first factor was last proven.
    pub first_factor_at: UnixMillis,
    /// When the second factor was last proven.
    #[serde(default)]
    pub second_factor_at: Option<UnixMillis>,
    /// The user proves once more who they are.
    #[serde(default)]
    pub reverification: Option<Reverification>,
    /// When it ends by itself.
    pub expire_at: UnixMillis,
    /// When it ends however active it is.
    pub abandon_at: UnixMillis,
    /// When it began.
    pub created_at: UnixMillis,
    /// When it last changed.
    pub updated_at: UnixMillis,
}

impl Record for Client {
    const KIND: &'static str = "client";

    fn id(&self) -> &str {
        &self.id
    }
}

impl Record for Session {
    const KIND: &'static str = "session";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![(Self::USER, &self.user_id)]
    }
}

impl Session {
    /// Sessions are found by their users.
    const USER: &'static str = "user";

    /// True if it counts at `now`.
    pub fn is_live(&self, now: UnixMillis) -> bool {
        self.status == SessionStatus::Active && now < self.expire_at
    }

    /// Clerk's word for its state.
    pub fn state(&self, now: UnixMillis) -> &'static str {
        if self.status == SessionStatus::Active && now >= self.expire_at {
            "expired"
        } else {
            self.status.as_str()
        }
    }

    /// Whole minutes since the first factor was proven.
    pub fn first_factor_age(&self, now: UnixMillis) -> i64 {
        minutes_since(self.first_factor_at, now)
    }

    /// Whole minutes since the second factor was proven; -1 if it never was.
    pub fn second_factor_age(&self, now: UnixMillis) -> i64 {
        self.second_factor_at
            .map_or(-1, |at| minutes_since(at, now))
    }
}

fn minutes_since(at: UnixMillis, now: UnixMillis) -> i64 {
    (now.0 - at.0).max(0) / 60_000
}

impl Instance {
    /// The live sessions of a client, oldest first.
    pub fn live_sessions(
        &self,
        client: &Client,
        now: UnixMillis,
    ) -> impl Iterator<Item = &Session> {
        let sessions = client
            .sessions
            .iter()
            .filter_map(|id| self.sessions.get(id));
        sessions.filter(move |session| session.is_live(now))
    }

    /// The session that the client acts for: the last active one if it lives, else the newest that does.
    pub fn active_session(&self, client: &Client, now: UnixMillis) -> Option<&Session> {
        let last_active = client.last_active_session_id.as_deref();
        let named = last_active.and_then(|id| self.sessions.get(id));
        named
            .filter(|session| session.is_live(now))
            .or_else(|| self.live_sessions(client, now).last())
    }

    /// A session by id, whoever has it.
    pub fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.get(id)
    }

    /// All sessions of a user, live or over, oldest first.
    pub fn sessions_of<'a>(
        &'a self,
        user_id: &str,
    ) -> impl DoubleEndedIterator<Item = &'a Session> + use<'a> {
        self.sessions.with(Session::USER, user_id)
    }

    /// A live session of the dev browser's client.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the client has no such session, [`Refusal::SessionOver`] when it is over.
    pub fn own_session(
        &self,
        dev_browser: &str,
        id: &str,
        now: UnixMillis,
    ) -> Result<&Session, Refusal> {
        let client = self.client(dev_browser)?.ok_or(Refusal::NotFound)?;
        let session = self
            .sessions
            .get(id)
            .filter(|session| session.client_id == client.id);
        let session = session.ok_or(Refusal::NotFound)?;
        if session.is_live(now) {
            Ok(session)
        } else {
            Err(Refusal::SessionOver)
        }
    }

    /// Makes a session the one that the client acts for.
    ///
    /// # Errors
    /// As [`Instance::own_session`].
    pub fn touch(&mut self, dev_browser: &str, id: &str, now: UnixMillis) -> Result<(), Refusal> {
        self.own_session(dev_browser, id, now)?;
        if let Some(session) = self.sessions.edit(id) {
            session.last_active_at = now;
            session.updated_at = now;
            if let Some(user) = self.users.edit(&session.user_id) {
                user.last_active_at = Some(now);
            }
        }
        if let Some(client) = self.client_mut(dev_browser) {
            client.last_active_session_id = Some(id.to_owned());
        }
        Ok(())
    }

    /// Ends one session of the dev browser's client.
    ///
    /// # Errors
    /// As [`Instance::own_session`].
    pub fn end_session(
        &mut self,
        dev_browser: &str,
        id: &str,
        status: SessionStatus,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        self.own_session(dev_browser, id, now)?;
        self.close_session(id, status, now);
        Ok(())
    }

    /// Ends whatever session has this id.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is no such session.
    pub fn revoke_session(&mut self, id: &str, now: UnixMillis) -> Result<&Session, Refusal> {
        self.close_session(id, SessionStatus::Revoked, now);
        self.sessions.get(id).ok_or(Refusal::NotFound)
    }

    /// Signs the dev browser's client out of everything, and drops what was under way.
    pub fn sign_out(&mut self, dev_browser: &str, now: UnixMillis) {
        let Some(client) = self.client_mut(dev_browser) else {
            return;
        };
        client.sign_in = None;
        client.sign_up = None;
        let id = client.id.clone();
        self.close_sessions(&id, SessionStatus::Removed, now);
    }

    /// Starts a session. The sessions that this client may not have beside it give way: all of them where one is all that
    /// the instance allows, else those of the same user.
    pub(super) fn open_session(
        &mut self,
        dev_browser: &str,
        user_id: &str,
        strategy: Strategy,
        now: UnixMillis,
    ) -> String {
        let client_id = self.ensure_client(dev_browser, now);
        self.make_way(&client_id, user_id, now);
        let id = self.start_session(&client_id, user_id, now);
        if let Some(client) = self.clients.edit(&client_id) {
            client.last_authentication_strategy = Some(strategy);
        }
        id
    }

    /// Starts a session on a client that no browser has: servers and tests ask for it.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is no such user, [`Refusal::NotAMember`] when they are not in the organization.
    pub fn open_session_for(
        &mut self,
        user_id: &str,
        organization: Option<&str>,
        now: UnixMillis,
    ) -> Result<&Session, Refusal> {
        self.user(user_id).ok_or(Refusal::NotFound)?;
        if organization.is_some_and(|id| self.membership(id, user_id).is_none()) {
            return Err(Refusal::NotAMember);
        }
        let client_id = self.new_client(now);
        let id = self.start_session(&client_id, user_id, now);
        if organization.is_some() {
            self.activate_organization(&id, organization)?;
        }
        self.session(&id).ok_or(Refusal::NotFound)
    }

    fn start_session(&mut self, client_id: &str, user_id: &str, now: UnixMillis) -> String {
        self.bound_sessions(now);
        let id = random::id(&*self.random, "sess");
        let session = Session {
            id: id.clone(),
            client_id: client_id.to_owned(),
            user_id: user_id.to_owned(),
            last_active_organization_id: None,
            actor: None,
            status: SessionStatus::Active,
            last_active_at: now,
            first_factor_at: now,
            second_factor_at: None,
            reverification: None,
            expire_at: UnixMillis(now.0 + SESSION_LIFE_MS),
            abandon_at: UnixMillis(now.0 + ABANDON_MS),
            created_at: now,
            updated_at: now,
        };
        self.sessions.insert(session);
        if let Some(client) = self.clients.edit(client_id) {
            client.sessions.push(id.clone());
            client.last_active_session_id = Some(id.clone());
            client.updated_at = now;
        }
        if let Some(user) = self.users.edit(user_id) {
            user.last_sign_in_at = Some(now);
            user.last_active_at = Some(now);
        }
        id
    }

    fn make_way(&mut self, client_id: &str, user_id: &str, now: UnixMillis) {
        if self.settings().single_session_mode {
            self.close_sessions(client_id, SessionStatus::Replaced, now);
            // Those that ended by themselves are still named.
            if let Some(client) = self.clients.edit(client_id) {
                client.sessions.clear();
            }
            return;
        }
        let sessions = self.sessions_of(user_id);
        let same = sessions.filter(|session| session.client_id == client_id);
        let same: Vec<_> = same.map(|session| session.id.clone()).collect();
        for id in same {
            self.close_session(&id, SessionStatus::Replaced, now);
        }
    }

    fn close_sessions(&mut self, client_id: &str, status: SessionStatus, now: UnixMillis) {
        let ids = self
            .clients
            .get(client_id)
            .map(|client| client.sessions.clone());
        for id in ids.unwrap_or_default() {
            self.close_session(&id, status, now);
        }
    }

    /// Ends all sessions of a user, but for `kept`.
    pub(super) fn close_sessions_of(&mut self, user_id: &str, kept: Option<&str>, now: UnixMillis) {
        let ids = self.sessions_of(user_id).map(|session| session.id.clone());
        let ids: Vec<_> = ids.filter(|id| Some(id.as_str()) != kept).collect();
        for id in ids {
            self.close_session(&id, SessionStatus::Revoked, now);
        }
    }

    pub(super) fn close_session(&mut self, id: &str, status: SessionStatus, now: UnixMillis) {
        if !self.session(id).is_some_and(|session| session.is_live(now)) {
            return;
        }
        let Some(session) = self.sessions.edit(id) else {
            return;
        };
        session.status = status;
        session.updated_at = now;
        if let Some(client) = self.clients.edit(&session.client_id) {
            client.updated_at = now;
            client.sessions.retain(|kept| kept != id);
            client.last_active_session_id.take_if(|active| active == id);
        }
    }
}
