//! Second factors at work: which a user has, set up, used up and taken away.

use clerk_auth::time::UnixMillis;

use super::contact::Contact;
use super::second_factor::{BACKUP_CODES, SECRET_LENGTH, Totp, hash, to_base32};
use super::{Instance, Refusal, Strategy, User, random};

impl User {
    /// The second factors that a sign-in may ask for.
    pub fn second_factors(&self) -> Vec<Strategy> {
        let mut factors = Vec::new();
        if self.second_factors.has_totp() {
            factors.push(Strategy::Totp);
        }
        if self.second_factor_phones().next().is_some() {
            factors.push(Strategy::PhoneCode);
        }
        // They stand in for another factor, and are none alone.
        if !factors.is_empty() && !self.second_factors.backup_codes.is_empty() {
            factors.push(Strategy::BackupCode);
        }
        factors
    }

    /// The numbers among them.
    pub fn second_factor_phones(&self) -> impl Iterator<Item = &Contact> {
        let phones = self.phone_numbers.iter();
        phones.filter(|phone| phone.second_factor && phone.is_verified())
    }
}

impl Instance {
    /// A new authenticator app, which counts from its first code on.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], or [`Refusal::TotpExists`] when there is one already.
    pub fn create_totp(&mut self, user_id: &str, now: UnixMillis) -> Result<Totp, Refusal> {
        let mut secret = [0; SECRET_LENGTH];
        self.random.fill(&mut secret);
        let id = random::id(&*self.random, "totp");
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        if user.second_factors.has_totp() {
            return Err(Refusal::TotpExists);
        }
        let totp = Totp::new(to_base32(&secret), id, false, now);
        user.second_factors.totp = Some(totp.clone());
        Ok(totp)
    }

    /// The first code of an authenticator app, which puts it to use.
    ///
    /// # Errors
    /// A [`Refusal`] when there is none, or the code is another.
    pub fn attempt_totp(
        &mut self,
        user_id: &str,
        code: &str,
        now: UnixMillis,
    ) -> Result<Totp, Refusal> {
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        let factors = &mut user.second_factors;
        let totp = factors.totp.as_mut().ok_or(Refusal::NotPrepared)?;
        if totp.verified {
            return Err(Refusal::AlreadyVerified);
        }
        if !totp.takes(code, now) {
            return Err(Refusal::CodeIncorrect);
        }
        (totp.verified, totp.updated_at) = (true, now);
        let totp = totp.clone();
        factors.note_change(true, now);
        user.updated_at = now;
        Ok(totp)
    }

    /// Takes the authenticator app away, and answers its id.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none.
    pub fn remove_totp(&mut self, user_id: &str, now: UnixMillis) -> Result<String, Refusal> {
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        let gone = user.second_factors.totp.take().ok_or(Refusal::NotFound)?;
        let has_any = !user.second_factors().is_empty();
        user.second_factors.note_change(has_any, now);
        user.updated_at = now;
        Ok(gone.id)
    }

    /// Takes the backup codes away.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is no such user, or there are none.
    pub fn remove_backup_codes(&mut self, user_id: &str, now: UnixMillis) -> Result<(), Refusal> {
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        let codes = &mut user.second_factors.backup_codes;
        if codes.is_empty() {
            return Err(Refusal::NotFound);
        }
        codes.clear();
        user.updated_at = now;
        Ok(())
    }

    /// Takes every second factor away.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn disable_mfa(&mut self, user_id: &str, now: UnixMillis) -> Result<(), Refusal> {
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        user.second_factors.totp = None;
        user.second_factors.backup_codes.clear();
        for phone in &mut user.phone_numbers {
            (phone.second_factor, phone.default_second_factor) = (false, false);
        }
        user.second_factors.note_change(false, now);
        user.updated_at = now;
        Ok(())
    }

    /// New backup codes in place of the old ones; only now are they known.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], or [`Refusal::NoSecondFactor`] when there is nothing that they could stand in for.
    pub fn new_backup_codes(
        &mut self,
        user_id: &str,
        now: UnixMillis,
    ) -> Result<Vec<String>, Refusal> {
        let user = self.user(user_id).ok_or(Refusal::NotFound)?;
        if user.second_factors().is_empty() {
            return Err(Refusal::NoSecondFactor);
        }
        let code = |_| random::alphanumeric(&*self.random, 8).to_lowercase();
        let codes: Vec<_> = (0..BACKUP_CODES).map(code).collect();
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        user.second_factors.backup_codes = codes.iter().map(|code| hash(code)).collect();
        user.updated_at = now;
        Ok(codes)
    }

    /// Tries a code of the app or a backup code, and uses it up. Answers what it was.
    ///
    /// # Errors
    /// [`Refusal::CodeIncorrect`], or [`Refusal::NotFound`] when there is no such user or no such factor.
    pub fn spend_second_factor(
        &mut self,
        user_id: &str,
        strategies: &[Strategy],
        code: &str,
        now: UnixMillis,
    ) -> Result<Strategy, Refusal> {
        let user = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        let has = user.second_factors();
        let factors = &mut user.second_factors;
        let wanted = |strategy| strategies.contains(&strategy) && has.contains(&strategy);
        if !strategies.iter().any(|strategy| has.contains(strategy)) {
            return Err(Refusal::NotFound);
        }
        let takes = |totp: &mut Totp| totp.verified && totp.takes(code, now);
        if wanted(Strategy::Totp) && factors.totp.as_mut().is_some_and(takes) {
            return Ok(Strategy::Totp);
        }
        let hashed = hash(code);
        let place = factors.backup_codes.iter().position(|kept| *kept == hashed);
        match place {
            Some(place) if wanted(Strategy::BackupCode) => {
                factors.backup_codes.remove(place);
                Ok(Strategy::BackupCode)
            }
            _ => Err(Refusal::CodeIncorrect),
        }
    }
}
