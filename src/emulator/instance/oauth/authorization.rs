//! Requests for a user's consent, and the codes that come of them. They live for minutes and are not kept.

use std::collections::VecDeque;

use clerk_auth::time::UnixMillis;

use crate::emulator::instance::machines::{hash, later};
use crate::emulator::instance::{Instance, Refusal, random};

/// In seconds.
const LIFE: i64 = 600;
/// Any page can begin one.
const MAX_PENDING: usize = 1_000;

/// A client's request.
#[derive(Clone)]
pub struct Asked {
    pub client_id: String,
    pub redirect_uri: String,
    /// True if the client named it, and so has to name it again.
    pub redirect_was_named: bool,
    pub scopes: Vec<String>,
    pub state: Option<String>,
    /// Of PKCE, by S256.
    pub challenge: Option<String>,
    pub nonce: Option<String>,
    /// The answer is posted by a page.
    pub form_post: bool,
}

#[derive(Clone)]
struct Request {
    ticket: String,
    dev_browser: String,
    asked: Asked,
    first: First,
    end: UnixMillis,
}

/// The step that a request waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// The user's answer.
    Consent,
    /// A fresh proof of who the user is; then consent, if the client wants it asked for whatever was allowed before.
    Proof { asks_always: bool },
}

#[derive(Clone)]
struct Code {
    hash: String,
    asked: Asked,
    user_id: String,
    /// What it was exchanged for; a code that comes twice ends that.
    grant_id: Option<String>,
    end: UnixMillis,
}

#[derive(Clone, Default)]
pub struct Pending {
    requests: VecDeque<Request>,
    codes: VecDeque<Code>,
}

/// The proofs that a client shows with its code.
pub struct Redeemed<'a> {
    pub code: &'a str,
    pub client_id: &'a str,
    pub redirect_uri: Option<&'a str>,
    pub verifier: Option<&'a str>,
}

impl Instance {
    /// Keeps a request for the user of this browser, and answers the ticket that names it.
    pub fn begin_authorization(
        &mut self,
        dev_browser: &str,
        asked: Asked,
        first: First,
        now: UnixMillis,
    ) -> String {
        let ticket = random::alphanumeric(&*self.random, 32);
        let requests = &mut self.oauth.pending.requests;
        requests.retain(|request| request.end > now);
        if requests.len() >= MAX_PENDING {
            requests.pop_front();
        }
        requests.push_back(Request {
            ticket: ticket.clone(),
            dev_browser: dev_browser.to_owned(),
            asked,
            first,
            end: later(now, LIFE),
        });
        ticket
    }

    /// The request that waits for the user's answer.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] also for a request of another browser.
    pub fn authorization(
        &self,
        dev_browser: &str,
        ticket: &str,
        now: UnixMillis,
    ) -> Result<&Asked, Refusal> {
        match self.authorization_request(dev_browser, ticket, now)? {
            (asked, First::Consent) => Ok(asked),
            _ => Err(Refusal::NotFound),
        }
    }

    /// The request, and what it waits for.
    ///
    /// # Errors
    /// As [`Instance::authorization`].
    pub fn authorization_request(
        &self,
        dev_browser: &str,
        ticket: &str,
        now: UnixMillis,
    ) -> Result<(&Asked, First), Refusal> {
        let mut requests = self.oauth.pending.requests.iter();
        let is_it = |request: &&Request| {
            request.ticket == ticket && request.dev_browser == dev_browser && request.end > now
        };
        let request = requests.find(is_it).ok_or(Refusal::NotFound)?;
        Ok((&request.asked, request.first))
    }

    /// Ends a request: the ticket is good for one decision, or one proof.
    ///
    /// # Errors
    /// As [`Instance::authorization`].
    pub fn end_authorization(
        &mut self,
        dev_browser: &str,
        ticket: &str,
        now: UnixMillis,
    ) -> Result<(Asked, First), Refusal> {
        let (asked, first) = self.authorization_request(dev_browser, ticket, now)?;
        let ended = (asked.clone(), first);
        let requests = &mut self.oauth.pending.requests;
        requests.retain(|request| request.ticket != ticket);
        Ok(ended)
    }

    /// A code for what the user allowed.
    pub fn new_code(&mut self, asked: Asked, user_id: &str, now: UnixMillis) -> String {
        let code = random::alphanumeric(&*self.random, 43);
        let codes = &mut self.oauth.pending.codes;
        codes.retain(|code| code.end > now);
        if codes.len() >= MAX_PENDING {
            codes.pop_front();
        }
        codes.push_back(Code {
            hash: hash(&code),
            asked,
            user_id: user_id.to_owned(),
            grant_id: None,
            end: later(now, LIFE),
        });
        code
    }

    /// Exchanges a code for a grant, once. Answers its id and the nonce of the request.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when code, client, redirect URI and verifier do not belong together.
    pub fn redeem_code(
        &mut self,
        shown: &Redeemed<'_>,
        now: UnixMillis,
    ) -> Result<(String, Option<String>), Refusal> {
        let hash = hash(shown.code);
        let mut codes = self.oauth.pending.codes.iter();
        let at = codes.position(|code| {
            code.hash == hash && code.end > now && code.asked.client_id == shown.client_id
        });
        let at = at.ok_or(Refusal::NotFound)?;
        let code = &self.oauth.pending.codes[at];
        if let Some(grant) = code.grant_id.clone() {
            self.revoke_grant(&grant, now);
            return Err(Refusal::NotFound);
        }
        let (asked, user_id) = (code.asked.clone(), code.user_id.clone());
        let redirect_fits = match shown.redirect_uri {
            Some(uri) => uri == asked.redirect_uri,
            None => !asked.redirect_was_named,
        };
        // The challenge is a hash of the verifier in the same form as ours.
        let verifier_fits = match (&asked.challenge, shown.verifier) {
            (Some(challenge), Some(verifier)) => *challenge == self::hash(verifier),
            (None, None) => true,
            _ => false,
        };
        if !redirect_fits || !verifier_fits || self.user(&user_id).is_none() {
            self.oauth.pending.codes.remove(at);
            return Err(Refusal::NotFound);
        }
        // Nothing is spent where there is no room.
        self.bound_access_tokens(now)?;
        let grant = self.create_grant(&asked.client_id, &user_id, &asked.scopes, now);
        if let Some(code) = self.oauth.pending.codes.get_mut(at) {
            code.grant_id = Some(grant.clone());
        }
        Ok((grant, asked.nonce))
    }
}
