//! Signing in by an account with a provider (`frontend-api-2.md` section 6). The provider is a page of the emulator's, on
//! which people say who they are; what they say comes back by a code, as from a real one.

mod connect;
pub mod provider;
pub mod referral;
pub mod returned;
mod transfer;

use std::collections::VecDeque;

use aws_lc_rs::digest;
use clerk_auth::time::UnixMillis;

use super::email::normalized;
use super::user::name;
use super::{Instance, Refusal, User, random};
use provider::Provider;
use referral::{Identity, Outcome, Referral, ReferralRequest};

const LIFE_MS: i64 = 10 * 60 * 1000;
/// Any page can begin one.
const MAX_CODES: usize = 1_000;
/// So many people are offered by name.
const MAX_KNOWN: usize = 5;
/// What every provider is asked for.
const SCOPES: [&str; 2] = ["email", "profile"];

/// What providers' codes stand for. They live for minutes and are not kept.
#[derive(Clone, Default)]
pub(super) struct Social {
    codes: VecDeque<Code>,
}

#[derive(Clone)]
struct Code {
    code: String,
    /// Of the referral that it answers.
    state: String,
    identity: Identity,
    end: UnixMillis,
}

impl Instance {
    /// A referral of this browser to a provider.
    ///
    /// # Errors
    /// [`Refusal::ParamValue`] when the instance does not have the provider.
    pub(super) fn new_referral(
        &self,
        dev_browser: &str,
        request: ReferralRequest,
        now: UnixMillis,
    ) -> Result<Referral, Refusal> {
        if !self.settings().social.contains(&request.provider) {
            return Err(Refusal::ParamValue("strategy"));
        }
        let state = random::alphanumeric(&*self.random, 32);
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("state", &state)
            .append_pair("__clerk_db_jwt", dev_browser)
            .finish();
        let mut scopes: Vec<_> = SCOPES.map(str::to_owned).into();
        scopes.extend(request.scopes);
        Ok(Referral {
            provider: request.provider,
            url: format!("{}?{query}", request.page),
            state,
            redirect_url: request.redirect_url,
            complete_url: request.complete_url,
            scopes,
            outcome: Outcome::Pending,
            expire_at: UnixMillis(now.0 + LIFE_MS),
        })
    }

    /// The referral of this browser that waits for an answer.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] also when it is another browser's, or was answered.
    pub fn referral(
        &self,
        dev_browser: &str,
        state: &str,
        now: UnixMillis,
    ) -> Result<&Referral, Refusal> {
        let client = self.client(dev_browser)?.ok_or(Refusal::NotFound)?;
        let sign_in = client.sign_in.as_ref();
        let sign_up = client.sign_up.as_ref();
        let sessions = self.live_sessions(client, now);
        let users = sessions.filter_map(|session| self.user(&session.user_id));
        let accounts = users.flat_map(|user| user.external_accounts.iter());
        let mut all = sign_in
            .and_then(|sign_in| sign_in.referral.as_ref())
            .into_iter()
            .chain(sign_up.and_then(|sign_up| sign_up.referral.as_ref()))
            .chain(accounts.filter_map(|account| account.referral.as_ref()));
        let found = all.find(|referral| referral.is_open(state, now));
        found.ok_or(Refusal::NotFound)
    }

    /// The users who signed in on this browser before, newest first.
    pub fn known_on(&self, dev_browser: &str) -> Result<Vec<&User>, Refusal> {
        let client = self.client(dev_browser)?.ok_or(Refusal::NotFound)?;
        let mut known: Vec<&User> = Vec::new();
        let sessions = self.sessions().rev();
        for session in sessions.filter(|session| session.client_id == client.id) {
            let user = self.user(&session.user_id);
            let user = user.filter(|user| known.iter().all(|other| other.id != user.id));
            known.extend(user);
            if known.len() == MAX_KNOWN {
                break;
            }
        }
        Ok(known)
    }

    /// The code by which a provider says who somebody is.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when nobody asked, and others when it is no address or a name is too long.
    pub fn provider_code(
        &mut self,
        dev_browser: &str,
        state: &str,
        person: Person<'_>,
        now: UnixMillis,
    ) -> Result<String, Refusal> {
        let provider = self.referral(dev_browser, state, now)?.provider;
        let email_address = normalized(person.email_address)?;
        let identity = Identity {
            id: id_at(provider, &email_address),
            first_name: name(person.first_name, "first_name")?,
            last_name: name(person.last_name, "last_name")?,
            email_address,
        };
        let code = random::alphanumeric(&*self.random, 43);
        let codes = &mut self.social.codes;
        codes.retain(|code| now < code.end);
        if codes.len() >= MAX_CODES {
            codes.pop_front();
        }
        codes.push_back(Code {
            code: code.clone(),
            state: state.to_owned(),
            identity,
            end: UnixMillis(now.0 + LIFE_MS),
        });
        Ok(code)
    }

    /// Whom a code stands for; it is good once.
    fn spend_code(&mut self, code: &str, state: &str, now: UnixMillis) -> Option<Identity> {
        let codes = &mut self.social.codes;
        let is_it = |one: &Code| one.code == code && one.state == state && now < one.end;
        let at = codes.iter().position(is_it)?;
        codes.remove(at).map(|code| code.identity)
    }
}

/// As typed on the provider's page.
#[derive(Clone, Copy)]
pub struct Person<'a> {
    pub email_address: &'a str,
    pub first_name: &'a str,
    pub last_name: &'a str,
}

/// The same person has the same id each time, and another one with another provider.
fn id_at(provider: Provider, address: &str) -> String {
    let text = format!("{}\n{address}", provider.strategy());
    let hash = digest::digest(&digest::SHA256, text.as_bytes());
    let (number, _) = hash.as_ref().split_at(8);
    let number = number
        .iter()
        .fold(0, |all, byte| all << 8 | u64::from(*byte));
    format!("1{number:020}")
}
