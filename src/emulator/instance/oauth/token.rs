//! The grants of users to applications, and the tokens for them. Of a token only the hash is kept.

use std::collections::HashSet;

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use crate::emulator::instance::machines::{Lifetime, MAX_RECORDS, Revocable, hash, room};
use crate::emulator::instance::{Instance, Refusal, random};
use crate::emulator::store::Record;

/// The life of an access token in seconds: a day.
pub const ACCESS_LIFE: i64 = 86_400;
/// So many refresh tokens of a grant are remembered, to tell that one is shown twice.
const MAX_SPENT: usize = 20;

/// That a user lets an application act, from one sign-in there. Refresh tokens belong to it.
#[derive(Clone, Deserialize, Serialize)]
pub struct Grant {
    pub id: String,
    pub client_id: String,
    pub user_id: String,
    pub scopes: Vec<String>,
    /// Of the refresh token that counts.
    pub refresh_hash: Option<String>,
    /// Of those before: who shows one has stolen it, or was stolen from.
    pub spent: Vec<String>,
    pub revoked: bool,
    pub created_at: UnixMillis,
}

impl Record for Grant {
    const KIND: &'static str = "oauth_grant";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        let refresh = self.refresh_hash.iter().chain(&self.spent);
        let refresh = refresh.map(|hash| ("refresh", hash.as_str()));
        let owners = [
            ("client", self.client_id.as_str()),
            ("user", self.user_id.as_str()),
        ];
        refresh.chain(owners).collect()
    }
}

#[derive(Clone, Deserialize, Serialize)]
pub struct AccessToken {
    /// `oat_…`
    pub id: String,
    pub grant_id: String,
    pub client_id: String,
    /// The user.
    pub subject: String,
    pub scopes: Vec<String>,
    pub hash: String,
    pub is_jwt: bool,
    pub life: Revocable,
}

impl Record for AccessToken {
    const KIND: &'static str = "oauth_access_token";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![("hash", &self.hash), ("grant", &self.grant_id)]
    }
}

impl Instance {
    /// Keeps that a user allowed this.
    pub fn create_grant(
        &mut self,
        client_id: &str,
        user_id: &str,
        scopes: &[String],
        now: UnixMillis,
    ) -> String {
        if room(&self.oauth.grants).is_err() {
            self.drop_old_grants(now);
        }
        let id = random::id(&*self.random, "oag");
        self.oauth.grants.insert(Grant {
            id: id.clone(),
            client_id: client_id.to_owned(),
            user_id: user_id.to_owned(),
            scopes: scopes.to_vec(),
            refresh_hash: None,
            spent: Vec::new(),
            revoked: false,
            created_at: now,
        });
        id
    }

    /// The oldest tenth goes, first those that give nobody anything any more.
    fn drop_old_grants(&mut self, now: UnixMillis) {
        let tokens = self.oauth.tokens.values();
        let open = tokens.filter(|token| token.life.opens(now));
        let open: HashSet<_> = open.map(|token| token.grant_id.as_str()).collect();
        let is_good = |grant: &Grant| {
            !grant.revoked && (grant.refresh_hash.is_some() || open.contains(grant.id.as_str()))
        };
        let mut all: Vec<_> = self.oauth.grants.values().collect();
        all.sort_by_key(|grant| (is_good(grant), grant.created_at));
        let oldest = all.iter().take(MAX_RECORDS / 10);
        let oldest: Vec<_> = oldest.map(|grant| grant.id.clone()).collect();
        for id in oldest {
            self.forget_grant(&id);
        }
    }

    fn forget_grant(&mut self, id: &str) {
        self.oauth.tokens.remove_with("grant", id);
        self.oauth.grants.remove(id);
    }

    /// True if the user has allowed the application all of this before.
    pub fn has_allowed(&self, user_id: &str, client_id: &str, scopes: &[String]) -> bool {
        self.oauth.grants.with("user", user_id).any(|grant| {
            let has = |scope: &String| grant.scopes.contains(scope);
            !grant.revoked && grant.client_id == client_id && scopes.iter().all(has)
        })
    }

    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn grant(&self, id: &str) -> Result<&Grant, Refusal> {
        self.oauth.grants.get(id).ok_or(Refusal::NotFound)
    }

    /// A record for a new access token; [`Instance::keep_access_token`] gives it the text.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for the grant.
    pub fn new_access_token(
        &self,
        grant: &str,
        is_jwt: bool,
        now: UnixMillis,
    ) -> Result<AccessToken, Refusal> {
        let grant = self.grant(grant)?;
        Ok(AccessToken {
            id: random::hex_id(&*self.random, "oat"),
            grant_id: grant.id.clone(),
            client_id: grant.client_id.clone(),
            subject: grant.user_id.clone(),
            scopes: grant.scopes.clone(),
            hash: String::new(),
            is_jwt,
            life: Revocable::new(Lifetime::seconds(ACCESS_LIFE), now),
        })
    }

    /// Makes room for one more access token: those that are over go. Asked before a code or a refresh token is spent.
    ///
    /// # Errors
    /// A [`Refusal`] when there are too many that open doors.
    pub fn bound_access_tokens(&mut self, now: UnixMillis) -> Result<(), Refusal> {
        let table = &mut self.oauth.tokens;
        if room(table).is_err() {
            let over = table.values().filter(|token| !token.life.opens(now));
            let over: Vec<_> = over.map(|token| token.id.clone()).collect();
            for id in over {
                table.remove(&id);
            }
        }
        room(&self.oauth.tokens)
    }

    /// Keeps a token for which there is room.
    pub fn keep_access_token(&mut self, mut token: AccessToken, text: &str) {
        token.hash = hash(text);
        self.oauth.tokens.insert(token);
    }

    /// A refresh token for the grant; the one before is spent.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for the grant.
    pub fn new_refresh_token(&mut self, grant: &str) -> Result<String, Refusal> {
        let token = random::alphanumeric(&*self.random, 43);
        let grant = self.oauth.grants.edit(grant).ok_or(Refusal::NotFound)?;
        if let Some(before) = grant.refresh_hash.replace(hash(&token)) {
            grant.spent.push(before);
            let many = grant.spent.len().saturating_sub(MAX_SPENT);
            grant.spent.drain(..many);
        }
        Ok(token)
    }

    /// The grant of a refresh token that counts and is this client's. One that was spent ends the whole grant.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn use_refresh_token(
        &mut self,
        token: &str,
        client_id: &str,
        now: UnixMillis,
    ) -> Result<String, Refusal> {
        let hash = hash(token);
        let grant = self.oauth.grants.find("refresh", &hash);
        let grant = grant.filter(|grant| grant.client_id == client_id && !grant.revoked);
        let grant = grant.ok_or(Refusal::NotFound)?;
        let (id, counts) = (grant.id.clone(), grant.refresh_hash.as_ref() == Some(&hash));
        if counts {
            // Nothing is spent where there is no room.
            self.bound_access_tokens(now)?;
            Ok(id)
        } else {
            self.revoke_grant(&id, now);
            Err(Refusal::NotFound)
        }
    }

    /// The record of an access token. It may be over: whoever asks has to look.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn access_token(&self, text: &str) -> Result<&AccessToken, Refusal> {
        let found = self.oauth.tokens.find("hash", &hash(text));
        found.ok_or(Refusal::NotFound)
    }

    /// Ends a token of this client; with a refresh token, all that was granted. Of others' nothing is told.
    pub fn revoke_oauth_token(&mut self, text: &str, client_id: &str, now: UnixMillis) {
        let hash = hash(text);
        let token = self.oauth.tokens.find("hash", &hash);
        let token = token.filter(|token| token.client_id == client_id);
        if let Some(id) = token.map(|token| token.id.clone()) {
            if let Some(token) = self.oauth.tokens.edit(&id) {
                token.life.end(now);
            }
            return;
        }
        let grant = self.oauth.grants.find("refresh", &hash);
        let grant = grant.filter(|grant| grant.client_id == client_id);
        if let Some(id) = grant.map(|grant| grant.id.clone()) {
            self.revoke_grant(&id, now);
        }
    }

    pub(super) fn revoke_grant(&mut self, id: &str, now: UnixMillis) {
        if let Some(grant) = self.oauth.grants.edit(id) {
            grant.revoked = true;
        }
        let tokens = self.oauth.tokens.with("grant", id);
        for token in tokens.map(|token| token.id.clone()).collect::<Vec<_>>() {
            if let Some(token) = self.oauth.tokens.edit(&token) {
                token.life.end(now);
            }
        }
    }

    /// The grants of a user or a client go, and their tokens with them.
    pub(in crate::emulator::instance) fn forget_grants(&mut self, name: &'static str, id: &str) {
        let grants = self.oauth.grants.with(name, id);
        for grant in grants.map(|grant| grant.id.clone()).collect::<Vec<_>>() {
            self.forget_grant(&grant);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::emulator::instance::random::SystemRandom;

    #[test]
    fn where_grants_have_no_room_those_that_are_of_no_use_go_first() {
        let mut instance = Instance::new(Arc::new(SystemRandom));
        let grant = |instance: &mut Instance, at| {
            instance.create_grant("client", "user", &[], UnixMillis(at))
        };
        let refreshed = grant(&mut instance, 0);
        assert!(instance.new_refresh_token(&refreshed).is_ok());
        let open = grant(&mut instance, 1);
        let token = instance.new_access_token(&open, false, UnixMillis(1));
        assert!(
            token
                .map(|token| instance.keep_access_token(token, "text"))
                .is_ok()
        );
        let revoked = grant(&mut instance, 2);
        assert!(instance.new_refresh_token(&revoked).is_ok());
        instance.revoke_grant(&revoked, UnixMillis(2));
        for at in 3..10_001 {
            grant(&mut instance, at);
        }
        assert_eq!(instance.oauth.grants.len(), 9_001);
        let is_kept = |id: &str| instance.grant(id).is_ok();
        assert!(is_kept(&refreshed) && is_kept(&open) && !is_kept(&revoked));
        assert!(instance.access_token("text").is_ok());
    }
}
