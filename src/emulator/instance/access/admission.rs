//! The addresses that may sign up and sign in.

use super::AccessRefusal;
use super::settings::SignUpMode;
use crate::emulator::instance::email::is_test_address;
use crate::emulator::instance::{Instance, Refusal};

/// Providers of addresses that are thrown away; the real service knows thousands.
const DISPOSABLE: [&str; 8] = [
    "mailinator.com",
    "guerrillamail.com",
    "10minutemail.com",
    "yopmail.com",
    "trashmail.com",
    "temp-mail.org",
    "sharklasers.com",
    "dispostable.com",
];

impl Instance {
    /// # Errors
    /// [`AccessRefusal`] when only those who were invited may sign up.
    pub(in crate::emulator::instance) fn is_open_to_all(&self) -> Result<(), Refusal> {
        match self.settings().sign_up_mode {
            SignUpMode::Public => Ok(()),
            SignUpMode::Restricted => Err(AccessRefusal::SignUpRestricted.into()),
            SignUpMode::Waitlist => Err(AccessRefusal::SignUpByWaitlist.into()),
        }
    }

    /// # Errors
    /// [`AccessRefusal`] when an address may not become a user's.
    pub(in crate::emulator::instance) fn may_sign_up(&self, address: &str) -> Result<(), Refusal> {
        let settings = self.settings();
        let rules = settings.restrictions;
        let (local, domain) = address.rsplit_once('@').unwrap_or_default();
        let is_test = settings.test_mode && is_test_address(address);
        let has_subaddress = local.contains('+') && !is_test;
        if rules.block_email_subaddresses && has_subaddress
            || rules.block_disposable_email_domains && DISPOSABLE.contains(&domain)
        {
            return Err(AccessRefusal::AddressBlocked.into());
        }
        self.is_listed_well(address)
    }

    /// # Errors
    /// [`AccessRefusal`] when a user may not come back with an address.
    pub(in crate::emulator::instance) fn may_sign_in(&self, address: &str) -> Result<(), Refusal> {
        if self
            .settings()
            .restrictions
            .allowlist_blocklist_disabled_on_sign_in
        {
            return Ok(());
        }
        self.is_listed_well(address)
    }

    fn is_listed_well(&self, address: &str) -> Result<(), Refusal> {
        let rules = self.settings().restrictions;
        let is_kept_out = rules.allowlist && !self.is_allowed(address)
            || rules.blocklist && self.is_blocked(address);
        if is_kept_out {
            Err(AccessRefusal::NotAllowed.into())
        } else {
            Ok(())
        }
    }
}
