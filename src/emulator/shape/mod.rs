//! The objects of the Frontend and Backend API as JSON, from what the instance knows. Nothing is decided here.

pub(super) mod access;
mod claims;
mod contact;
pub(super) mod machines;
pub(super) mod oauth;
mod organization;
mod passkey;
mod reverification;
pub(super) mod role;
mod shortcode;
mod sign_in;
mod sign_up;
mod user;
mod verification;

use clerk_auth::testing;
use clerk_auth::time::UnixMillis;
use serde_json::{Map, Value, json};

use super::instance::organization::membership::Membership;
use super::instance::{Client, Instance, Random, Session, Strategy, User};
use super::mint::{KeyError, Mint};

pub(super) use contact::{contact, external_account};
pub(super) use organization::{OrganizationShape, Organizations};
pub(super) use passkey::{passkey, passkey_to_make};
pub(super) use sign_up::sign_up;
pub(super) use user::{Audience, UserShape, user};

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
            "status": state(self.instance, session, self.now),
            "expire_at": session.expire_at.0,
            "abandon_at": session.abandon_at.0,
            "last_active_at": session.last_active_at.0,
            "last_active_organization_id": session.last_active_organization_id,
            "actor": session.actor,
            "factor_verification_age": [session.first_factor_age(self.now), session.second_factor_age(self.now)],
            "tasks": tasks(self.instance, session),
            "user": owner.map(|owner| self.user(owner)),
            "public_user_data": owner.map(user::public_user_data),
            "created_at": session.created_at.0,
            "updated_at": session.updated_at.0,
            "last_active_token": token,
        }))
    }

    /// A user with all memberships, among which pages look the active organization up.
    pub fn user<'a>(&self, found: &'a User) -> UserShape<'a> {
        let organizations = self.organizations();
        let memberships = self.instance.memberships_of_user(&found.id);
        let memberships = memberships.map(|membership| organizations.membership(membership));
        let mut shape = user(found, Audience::Page, self.now);
        shape.organization_memberships = memberships.collect();
        shape
    }

    /// Organizations, as pages see them.
    pub fn organizations(&self) -> Organizations<'_> {
        Organizations {
            instance: self.instance,
            audience: Audience::Page,
            now: self.now,
        }
    }

    /// A fresh token as an object.
    pub fn token(&self, session: &Session) -> Result<Value, KeyError> {
        Ok(token(&self.jwt(session)?))
    }

    /// A fresh token as an object, for this membership or for the user alone.
    pub fn token_for(
        &self,
        session: &Session,
        member: Option<&Membership>,
    ) -> Result<Value, KeyError> {
        Ok(token(&self.jwt_for(session, member)?))
    }

    /// A fresh token for the organization that the session works in.
    pub fn jwt(&self, session: &Session) -> Result<String, KeyError> {
        self.jwt_for(session, self.member(session))
    }

    /// The same as an object, that lasts so many seconds or as long as others.
    pub fn token_of_life(&self, session: &Session, life: Option<i64>) -> Result<Value, KeyError> {
        Ok(token(&self.jwt_with(
            session,
            self.member(session),
            life,
        )?))
    }

    fn member(&self, session: &Session) -> Option<&Membership> {
        let organization = session.last_active_organization_id.as_deref();
        organization.and_then(|id| self.instance.membership(id, &session.user_id))
    }

    fn jwt_for(&self, session: &Session, member: Option<&Membership>) -> Result<String, KeyError> {
        self.jwt_with(session, member, None)
    }

    fn jwt_with(
        &self,
        session: &Session,
        member: Option<&Membership>,
        life: Option<i64>,
    ) -> Result<String, KeyError> {
        let claims = member.map(|member| organization_claims(self.instance, member));
        let mut claims = claims.unwrap_or_default();
        claims.extend(self.extra_claims(session));
        if let Some(life) = life {
            claims.insert("exp".to_owned(), json!(self.now.seconds() + life));
        }
        self.mint.session_token(
            session,
            claims,
            self.authorized_party,
            self.random,
            self.now,
        )
    }
}

fn token(jwt: &str) -> Value {
    json!({ "object": "token", "jwt": jwt })
}

/// What a token says of an organization. Clerk's own permissions are never in it.
fn organization_claims(instance: &Instance, member: &Membership) -> Map<String, Value> {
    let organization = instance.organization(&member.organization_id);
    let (Ok(organization), Some(role)) = (organization, instance.role_of(member)) else {
        return Map::new();
    };
    let permissions = instance.permissions_of(role);
    let permissions = permissions.filter(|permission| !permission.is_system());
    let keys: Vec<_> = permissions.map(|known| known.key.as_str()).collect();
    testing::organization_claims(true, &organization.id, &organization.slug, &role.key, &keys)
}

/// What the user of a session has to do before it counts; null when there is nothing.
fn tasks(instance: &Instance, session: &Session) -> Value {
    let tasks = instance.tasks(session).into_iter();
    let tasks: Vec<_> = tasks.map(|task| json!({ "key": task.as_str() })).collect();
    if tasks.is_empty() {
        Value::Null
    } else {
        tasks.into()
    }
}

/// True if the user of a live session has something to do before it counts.
pub(super) fn is_pending(instance: &Instance, session: &Session, now: UnixMillis) -> bool {
    session.is_live(now) && !instance.tasks(session).is_empty()
}

/// Clerk's word for the state of a session.
fn state(instance: &Instance, session: &Session, now: UnixMillis) -> &'static str {
    if is_pending(instance, session, now) {
        "pending"
    } else {
        session.state(now)
    }
}

/// A session as the Backend API shows it (`backend-api.md` section 7.2).
pub(super) fn backend_session(instance: &Instance, session: &Session, now: UnixMillis) -> Value {
    json!({
        "object": "session",
        "id": session.id,
        "user_id": session.user_id,
        "client_id": session.client_id,
        "actor": session.actor,
        "status": state(instance, session, now),
        "last_active_organization_id": session.last_active_organization_id,
        "last_active_at": session.last_active_at.0,
        "expire_at": session.expire_at.0,
        "abandon_at": session.abandon_at.0,
        "created_at": session.created_at.0,
        "updated_at": session.updated_at.0,
        "tasks": tasks(instance, session),
    })
}

/// A client as the Backend API shows it.
pub(super) fn backend_client(instance: &Instance, client: &Client, now: UnixMillis) -> Value {
    let sessions = client.sessions.iter();
    let sessions: Vec<_> = sessions.filter_map(|id| instance.session(id)).collect();
    let active = instance.active_session(client, now);
    let strategy = client.last_authentication_strategy;
    json!({
        "object": "client",
        "id": client.id,
        "session_ids": sessions.iter().map(|session| &session.id).collect::<Vec<_>>(),
        "sessions": sessions.iter().map(|session| backend_session(instance, session, now)).collect::<Vec<_>>(),
        "sign_in_id": client.sign_in.as_ref().map(|sign_in| &sign_in.id),
        "sign_up_id": client.sign_up.as_ref().map(|sign_up| &sign_up.id),
        "last_active_session_id": active.map(|session| &session.id),
        "last_authentication_strategy": strategy.map(Strategy::as_str),
        "created_at": client.created_at.0,
        "updated_at": client.updated_at.0,
    })
}
