//! The objects of the Frontend and Backend API as JSON, from what the instance knows. Nothing is decided here.

pub(super) mod access;
mod contact;
mod sign_in;
mod sign_up;
mod user;
mod verification;

use clerk_auth::time::UnixMillis;
use serde_json::{Value, json};

use super::instance::{Client, Instance, Random, Session, Strategy, User};
use super::mint::{KeyError, Mint};

pub(super) use contact::contact;
pub(super) use sign_up::sign_up;
pub(super) use user::{Audience, user};

/// The instance at one moment, as one caller sees it.
pub(super) struct View<'a> {
    pub instance: &'a Instance,
    pub mint: &'a Mint,
    pub random: &'a dyn Random,
    /// The origin of the page that asks: the `azp` of the tokens it gets.
    pub authorized_party: Option<&'a str>,
    pub now: UnixMillis,
}

impl View<'_> {
    /// The client with its live sessions, a fresh token in each (`frontend-api.md` section 9.1).
    pub fn client(&self, client: &Client) -> Result<Value, KeyError> {
        let live = self.instance.live_sessions(client, self.now);
        let sessions = live
            .map(|session| self.session(session))
            .collect::<Result<Vec<_>, _>>()?;
        let sign_in = client.sign_in.as_ref().map(|sign_in| self.sign_in(sign_in));
        let sign_up = client.sign_up.as_ref().map(|up| sign_up(up, self.now));
        let active = self.instance.active_session(client, self.now);
        Ok(json!({
            "object": "client",
            "id": client.id,
            "sessions": sessions,
            "sign_in": sign_in,
            "sign_up": sign_up,
            "last_active_session_id": active.map(|session| &session.id),
            "last_authentication_strategy": client.last_authentication_strategy.map(Strategy::as_str),
            "cookie_expires_at": null,
            "captcha_bypass": false,
            "created_at": client.created_at.0,
            "updated_at": client.updated_at.0,
        }))
    }

    /// A session, with a fresh token if it is live (section 9.2).
    pub fn session(&self, session: &Session) -> Result<Value, KeyError> {
        let owner = self.instance.user(&session.user_id);
        let token = if session.is_live(self.now) {
            Some(self.token(session)?)
        } else {
            None
        };
        Ok(json!({
            "object": "session",
            "id": session.id,
            "status": session.status.as_str(),
            "expire_at": session.expire_at.0,
            "abandon_at": session.abandon_at.0,
            "last_active_at": session.last_active_at.0,
            "last_active_organization_id": null,
            "actor": null,
            "factor_verification_age": [session.first_factor_age(self.now), -1],
            "tasks": null,
            "user": owner.map(|owner| self.user(owner)),
            "public_user_data": owner.map(user::public_user_data),
            "created_at": session.created_at.0,
            "updated_at": session.updated_at.0,
            "last_active_token": token,
        }))
    }

    /// A user, as their own page sees them.
    pub fn user(&self, found: &User) -> Value {
        user(found, Audience::Page, self.now)
    }

    /// A fresh token as an object.
    pub fn token(&self, session: &Session) -> Result<Value, KeyError> {
        let jwt = self
            .mint
            .session_token(session, self.authorized_party, self.random, self.now)?;
        Ok(json!({ "object": "token", "jwt": jwt }))
    }
}

/// A session as the Backend API shows it (`backend-api.md` section 7.2).
pub(super) fn backend_session(session: &Session) -> Value {
    json!({
        "object": "session",
        "id": session.id,
        "user_id": session.user_id,
        "client_id": session.client_id,
        "actor": null,
        "status": session.status.as_str(),
        "last_active_organization_id": null,
        "last_active_at": session.last_active_at.0,
        "expire_at": session.expire_at.0,
        "abandon_at": session.abandon_at.0,
        "created_at": session.created_at.0,
        "updated_at": session.updated_at.0,
        "tasks": null,
    })
}
