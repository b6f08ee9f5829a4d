//! E-mail addresses, the codes and links "sent" to them, and the outbox where those can be read. Nothing is ever sent.

use std::collections::{HashMap, VecDeque};

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::Refusal;
use super::email_link::{NewLink, Sent};
use super::random::{Random, six_digits};

/// Of codes and links.
pub const CODE_LIFE_MS: i64 = 10 * 60 * 1000;
/// In bytes (RFC 5321 section 4.5.3.1.3, less the brackets).
const MAX_ADDRESS: usize = 254;
const MAX_ATTEMPTS: u32 = 5;
/// The time an address has to wait for another code after a wrong one. With a new code for each five guesses, people
/// could guess one.
const PAUSE_MS: i64 = 30 * 1000;
const OUTBOX_LENGTH: usize = 100;
/// A clock that stands still forgets none by itself.
const MAX_WRONG: usize = 1_000;

/// An address in lower case, in the form that a mail could be sent to.
///
/// # Errors
/// [`Refusal::ParamFormat`] when it has no such form.
pub fn normalized(address: &str) -> Result<String, Refusal> {
    let address = address.trim().to_lowercase();
    // Other characters could turn the reading direction of a terminal, or be markup somewhere.
    let is_atom = |c: char| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let plausible = address.len() <= MAX_ADDRESS
        && address.split_once('@').is_some_and(|(local, domain)| {
            let is_domain = domain.contains('.') && domain.split('.').all(is_label);
            !local.is_empty() && local.chars().all(is_atom) && is_domain
        });
    if plausible {
        Ok(address)
    } else {
        Err(Refusal::ParamFormat("email_address"))
    }
}

/// Clerk's test addresses and numbers (`+1XXX5550100` to `+1XXX5550199`): everybody knows their code.
fn is_for_tests(address: &str) -> bool {
    if let Some(number) = address.strip_prefix("+1").filter(|n| n.len() == 10) {
        return number.get(3..8) == Some("55501");
    }
    is_test_address(address)
}

/// True for a mail address whose code everybody knows.
pub fn is_test_address(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    local.ends_with("+clerk_test")
}

/// A code that was "sent", and how the attempts to repeat it went.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct EmailCode {
    code: String,
    attempts: u32,
    expire_at: UnixMillis,
    verified: bool,
    /// It travels in a link, and nobody types it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<Sent>,
}

impl EmailCode {
    /// A code for `address`: always `424242` when it has the subaddress `+clerk_test`, else random.
    pub fn new(address: &str, random: &dyn Random, now: UnixMillis) -> Self {
        let code = if is_for_tests(address) {
            "424242".to_owned()
        } else {
            six_digits(random)
        };
        Self {
            code,
            attempts: 0,
            expire_at: UnixMillis(now.0 + CODE_LIFE_MS),
            verified: false,
            link: None,
        }
    }

    /// The secret of a link.
    pub fn in_link(secret: String, expire_at: UnixMillis) -> Self {
        Self {
            code: secret,
            attempts: 0,
            expire_at,
            verified: false,
            link: Some(Sent::default()),
        }
    }

    /// Compares `code`; a match verifies, once.
    ///
    /// # Errors
    /// A [`Refusal`] when the code is wrong, too old, used, or was guessed at too often.
    pub fn attempt(&mut self, code: &str, now: UnixMillis) -> Result<(), Refusal> {
        if self.verified {
            return Err(Refusal::AlreadyVerified);
        }
        if self.attempts >= MAX_ATTEMPTS {
            return Err(Refusal::VerificationFailed);
        }
        if now >= self.expire_at {
            return Err(Refusal::VerificationExpired);
        }
        self.attempts += 1;
        if code != self.code {
            return Err(Refusal::CodeIncorrect);
        }
        self.verified = true;
        Ok(())
    }

    pub fn code(&self) -> &str {
        &self.code
    }

    /// The link that it travels in, as far as it is known.
    pub fn link(&self) -> Option<&Sent> {
        self.link.as_ref()
    }

    pub(super) fn link_mut(&mut self) -> Option<&mut Sent> {
        self.link.as_mut()
    }

    /// The number of tries.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Until when it can be used.
    pub fn expire_at(&self) -> UnixMillis {
        self.expire_at
    }

    /// True if it was repeated correctly.
    pub fn is_verified(&self) -> bool {
        self.verified
    }

    /// The word for its state.
    pub fn status(&self, now: UnixMillis) -> &'static str {
        if self.verified {
            "verified"
        } else if self.attempts >= MAX_ATTEMPTS {
            "failed"
        } else if now >= self.expire_at {
            "expired"
        } else {
            "unverified"
        }
    }
}

/// A mail that a real instance would have sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mail {
    pub at: UnixMillis,
    pub to: String,
    /// The strategy that asked for it.
    pub purpose: &'static str,
    #[serde(flatten)]
    pub content: Content,
}

/// The proof that a mail arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// To be typed.
    Code(String),
    /// To be followed.
    Link(String),
}

impl Mail {
    /// The mail in one line.
    pub fn told(&self) -> String {
        match &self.content {
            Content::Code(code) => format!("code {code} for {}", self.to),
            Content::Link(link) => format!("link {link} for {}", self.to),
        }
    }
}

/// The last mails, newest last.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    mails: VecDeque<Mail>,
    /// The number of those, the newest ones, that nobody was told of.
    untold: usize,
    /// When a wrong code was last tried for an address.
    wrong: HashMap<String, UnixMillis>,
}

impl Outbox {
    /// Makes a code for `address` and keeps the mail that carries it.
    ///
    /// # Errors
    /// [`Refusal::CodeTooSoon`] when a wrong code was just tried for this address.
    pub fn send_code(
        &mut self,
        address: &str,
        purpose: &'static str,
        random: &dyn Random,
        now: UnixMillis,
    ) -> Result<EmailCode, Refusal> {
        self.wrong
            .retain(|_, tried_at| (0..PAUSE_MS).contains(&(now.0 - tried_at.0)));
        if self.wrong.contains_key(address) {
            return Err(Refusal::CodeTooSoon);
        }
        let code = EmailCode::new(address, random, now);
        self.put(address, purpose, Content::Code(code.code.clone()), now);
        Ok(code)
    }

    /// The secret of a link that was "sent" to `address`.
    pub(super) fn send_link(&mut self, address: &str, link: NewLink, now: UnixMillis) -> EmailCode {
        self.put(address, "email_link", Content::Link(link.url), now);
        EmailCode::in_link(link.secret, link.expire_at)
    }

    fn put(&mut self, address: &str, purpose: &'static str, content: Content, now: UnixMillis) {
        if self.mails.len() == OUTBOX_LENGTH {
            self.mails.pop_front();
        }
        self.mails.push_back(Mail {
            at: now,
            to: address.to_owned(),
            purpose,
            content,
        });
        self.untold = self.mails.len().min(self.untold + 1);
    }

    /// Remembers that a wrong code was tried for `address`.
    pub fn note_wrong_code(&mut self, address: &str, now: UnixMillis) {
        if !is_for_tests(address) {
            if self.wrong.len() >= MAX_WRONG {
                let oldest = self.wrong.iter().min_by_key(|(_, tried_at)| **tried_at);
                if let Some(oldest) = oldest.map(|(address, _)| address.clone()) {
                    self.wrong.remove(&oldest);
                }
            }
            self.wrong.insert(address.to_owned(), now);
        }
    }

    /// The mails since the last call, oldest first.
    pub fn take_untold(&mut self) -> Vec<Mail> {
        let told = self.mails.len() - std::mem::take(&mut self.untold);
        self.mails.iter().skip(told).cloned().collect()
    }

    /// The mails, oldest first.
    pub fn mails(&self) -> impl DoubleEndedIterator<Item = &Mail> + ExactSizeIterator {
        self.mails.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::instance::random::SystemRandom;

    #[test]
    fn wrong_codes_are_remembered_of_so_many_addresses_only() {
        let mut outbox = Outbox::default();
        for number in 0..MAX_WRONG + 10 {
            let at = UnixMillis(i64::try_from(number).unwrap_or_default());
            outbox.note_wrong_code(&format!("a{number}@example.com"), at);
        }
        assert_eq!(outbox.wrong.len(), MAX_WRONG);
        assert!(!outbox.wrong.contains_key("a9@example.com"));
    }

    #[test]
    fn a_clock_that_is_put_back_keeps_nobody_waiting() {
        let mut outbox = Outbox::default();
        let send = |outbox: &mut Outbox, now| {
            outbox.send_code(
                "a@example.com",
                "email_code",
                &SystemRandom,
                UnixMillis(now),
            )
        };
        outbox.note_wrong_code("a@example.com", UnixMillis(PAUSE_MS));
        assert!(send(&mut outbox, PAUSE_MS + 1).is_err());
        assert!(send(&mut outbox, PAUSE_MS - 1).is_ok());
    }
}
