//! Changes that signed-in users make to their own account.

use clerk_auth::time::UnixMillis;

use super::{Instance, Refusal, User, UserChanges};

/// A new password, as a page asks for it.
#[derive(Clone, Copy)]
pub struct PasswordChange<'a> {
    /// The one so far; needed if there is one, unless the instance asks for a proof before.
    pub current: Option<&'a str>,
    /// The one from now on.
    pub new: &'a str,
    /// True if the user's other sessions end.
    pub sign_out_of_other_sessions: bool,
}

impl Instance {
    /// Changes what a page may change of a user.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such user, or a value is too long.
    pub fn update_user(
        &mut self,
        id: &str,
        changes: UserChanges,
        now: UnixMillis,
    ) -> Result<&User, Refusal> {
        self.unclaimed_names(&changes, Some(id))?;
        let user = self.users.edit(id).ok_or(Refusal::NotFound)?;
        user.change(changes, now)?;
        Ok(user)
    }

    /// Changes the password of the user of a session.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such session, the current password is another, or the new one too short.
    pub fn change_password(
        &mut self,
        session: &str,
        change: PasswordChange<'_>,
        now: UnixMillis,
    ) -> Result<&User, Refusal> {
        let session_of = self.session(session).ok_or(Refusal::NotFound)?;
        let id = session_of.user_id.clone();
        let user = self.user(&id).ok_or(Refusal::NotFound)?;
        let asked_again = self.settings().reverification;
        if let (Some(hash), false) = (&user.password, asked_again) {
            let current = change
                .current
                .ok_or(Refusal::ParamMissing("current_password"))?;
            if !hash.matches(current) {
                return Err(Refusal::CurrentPasswordIncorrect);
            }
        }
        let hash = self.checked_password(change.new, "new_password")?;
        if change.sign_out_of_other_sessions {
            self.close_sessions_of(&id, Some(session), now);
        }
        let user = self.users.edit(&id).ok_or(Refusal::NotFound)?;
        user.set_password(Some(hash), now);
        Ok(user)
    }
}
