//! Codes by which a server finds out whether somebody has an address or a number, beside the user's own proof. They live
//! for minutes and are not kept.

use std::collections::VecDeque;

use clerk_auth::time::UnixMillis;

use super::contact::{ContactKind, Proof};
use super::email::EmailCode;
use super::{Instance, Refusal, random};

const MAX_CHECKS: usize = 1_000;

#[derive(Clone, Default)]
pub(super) struct ContactChecks(VecDeque<ContactCheck>);

#[derive(Clone)]
pub struct ContactCheck {
    /// `ver_…`
    pub id: String,
    contact_id: String,
    pub code: EmailCode,
}

impl Instance {
    /// "Sends" a code.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such contact, or a wrong code was just tried.
    pub fn prepare_check(
        &mut self,
        kind: ContactKind,
        contact_id: &str,
        now: UnixMillis,
    ) -> Result<&ContactCheck, Refusal> {
        let (_, contact) = self.contact(kind, contact_id)?;
        let address = contact.address.clone();
        let purpose = kind.strategy().as_str();
        let code = self
            .outbox
            .send_code(&address, purpose, &*self.random, now)?;
        let id = random::id(&*self.random, "ver");
        let checks = &mut self.contact_checks.0;
        checks.retain(|check| now < check.code.expire_at());
        if checks.len() >= MAX_CHECKS {
            checks.pop_front();
        }
        checks.push_back(ContactCheck {
            id,
            contact_id: contact_id.to_owned(),
            code,
        });
        checks.back().ok_or(Refusal::NotFound)
    }

    /// Tries a code; how it went is told by the check. The right one verifies the contact.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such check, it is done, or somebody else has proven the address meanwhile.
    pub fn attempt_check(
        &mut self,
        kind: ContactKind,
        contact_id: &str,
        id: &str,
        code: &str,
        now: UnixMillis,
    ) -> Result<&ContactCheck, Refusal> {
        let (user, contact) = self.contact(kind, contact_id)?;
        let (user_id, address) = (user.id.clone(), contact.address.clone());
        self.unclaimed(kind, &address, Some(&user_id))?;
        let mut checks = self.contact_checks.0.iter_mut();
        let check = checks.find(|check| check.id == id && check.contact_id == contact_id);
        match check.ok_or(Refusal::NotFound)?.code.attempt(code, now) {
            Err(Refusal::AlreadyVerified) => return Err(Refusal::AlreadyVerified),
            Err(Refusal::CodeIncorrect) => self.outbox.note_wrong_code(&address, now),
            Err(_) => {}
            Ok(()) => {
                let contact = self.edit_contact(&user_id, kind, contact_id)?;
                contact.proof.get_or_insert(Proof::Code);
            }
        }
        let mut checks = self.contact_checks.0.iter();
        checks.find(|check| check.id == id).ok_or(Refusal::NotFound)
    }
}
