//! Proofs by a link in a mail, at a sign-in, a sign-up, and for an address of the profile. The page that asked for the link
//! waits, and learns that it was followed by asking again (`frontend-api.md` section 8.1).

use clerk_auth::time::UnixMillis;

use super::completed::Completed;
use super::contact::ContactKind;
use super::email::EmailCode;
use super::email_link::{Followed, LinkPass};
use super::{Client, Instance, Refusal, SignIn, SignUp, Strategy};

impl Instance {
    /// The sign-in that a link completed last on this browser.
    pub fn sign_in_by_link(&self, dev_browser: &str, id: &str) -> Option<&SignIn> {
        match self.completed(dev_browser)? {
            Completed::SignIn(done) if done.id == id => Some(done),
            _ => None,
        }
    }

    /// The sign-up that a link completed last on this browser.
    pub fn sign_up_by_link(&self, dev_browser: &str, id: &str) -> Option<&SignUp> {
        match self.completed(dev_browser)? {
            Completed::SignUp(done) if done.id == id => Some(done),
            _ => None,
        }
    }

    fn completed(&self, dev_browser: &str) -> Option<&Completed> {
        self.client(dev_browser).ok()??.by_link.as_deref()
    }

    /// Follows a link on the browser with this client. What it proves holds on the client that asked for it, whoever opens
    /// it: the page that waits there goes on.
    pub fn follow_link(
        &mut self,
        pass: &LinkPass,
        opener: Option<&str>,
        now: UnixMillis,
    ) -> Followed {
        if now.seconds() >= pass.end {
            return Followed::Expired;
        }
        if self.settings().email_link_same_client && !self.asked_for_it(pass, opener, now) {
            return Followed::ClientMismatch;
        }
        let Some(code) = self.code_of_link(pass) else {
            return Followed::Failed;
        };
        if code.code() != pass.secret {
            return Followed::Failed;
        }
        if let Some(link) = code.link_mut() {
            link.verified_at_client = opener.map(str::to_owned);
        }
        match self.spend_link(pass, now) {
            Ok(session) => Followed::Verified(session),
            Err(Refusal::VerificationExpired) => Followed::Expired,
            Err(_) => Followed::Failed,
        }
    }

    /// True if the browser with this client is the one that asked.
    fn asked_for_it(&self, pass: &LinkPass, opener: Option<&str>, now: UnixMillis) -> bool {
        let Some(opener) = opener.and_then(|id| self.clients.get(id)) else {
            return false;
        };
        let mut sessions = self.live_sessions(opener, now);
        opener.id == pass.owner || sessions.any(|session| session.user_id == pass.owner)
    }

    fn code_of_link(&mut self, pass: &LinkPass) -> Option<&mut EmailCode> {
        let code = if pass.attempt.starts_with("idn_") {
            let user = self.users.edit(&pass.owner)?;
            let mut contacts = user.email_addresses.iter_mut();
            contacts.find(|one| one.id == pass.attempt)?.code.as_mut()?
        } else {
            code_of(self.clients.edit(&pass.owner)?, &pass.attempt)?
        };
        code.link().is_some().then_some(code)
    }

    /// The session that it opened.
    fn spend_link(&mut self, pass: &LinkPass, now: UnixMillis) -> Result<Option<String>, Refusal> {
        let LinkPass {
            owner,
            attempt,
            secret,
            ..
        } = pass;
        if attempt.starts_with("idn_") {
            self.attempt_contact(owner, ContactKind::Email, attempt, secret, now)?;
            return Ok(None);
        }
        let browser = self.dev_browser_of(owner).ok_or(Refusal::NotFound)?;
        let browser = browser.to_owned();
        let (session, completed) = if attempt.starts_with("sia_") {
            let done = self.attempt_code(&browser, attempt, Strategy::EmailLink, secret, now)?;
            (done.created_session_id.clone(), Completed::SignIn(done))
        } else {
            let done = self.attempt_sign_up(&browser, attempt, ContactKind::Email, secret, now)?;
            (done.created_session_id.clone(), Completed::SignUp(done))
        };
        if session.is_some()
            && let Some(client) = self.clients.edit(owner)
        {
            client.by_link = Some(Box::new(completed));
        }
        Ok(session)
    }
}

fn code_of<'a>(client: &'a mut Client, attempt: &str) -> Option<&'a mut EmailCode> {
    if attempt.starts_with("sia_") {
        let sign_in = client.sign_in.as_mut()?;
        let (_, code) = sign_in.code.as_mut().filter(|_| sign_in.id == attempt)?;
        return Some(code);
    }
    let sign_up = client.sign_up.as_mut()?;
    sign_up
        .email_code
        .as_mut()
        .filter(|_| sign_up.id == attempt)
}
