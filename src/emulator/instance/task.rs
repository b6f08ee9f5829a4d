//! Session tasks: what a user who signed in still has to do before the session counts
//! (`frontend-api-2.md` section 5). They follow from what is, so nothing is kept of them.

use super::{Instance, Session};

/// The components know these by their names; an unknown one would leave the page empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Nobody works without an organization.
    ChooseOrganization,
    /// The password is known to others.
    ResetPassword,
    /// Everybody has a second factor here.
    SetupMfa,
}

impl Task {
    /// Clerk's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChooseOrganization => "choose-organization",
            Self::ResetPassword => "reset-password",
            Self::SetupMfa => "setup-mfa",
        }
    }
}

impl Instance {
    /// The tasks of a session, in the order in which they are done.
    pub fn tasks(&self, session: &Session) -> Vec<Task> {
        let mut tasks = Vec::new();
        let rules = self.organization_settings();
        let is_alone = session.last_active_organization_id.is_none();
        if rules.enabled && rules.force_selection && is_alone {
            tasks.push(Task::ChooseOrganization);
        }
        let user = self.user(&session.user_id);
        if user.is_some_and(|user| user.password_compromised) {
            tasks.push(Task::ResetPassword);
        }
        let is_required = self.requires_second_factor();
        if is_required && user.is_some_and(|user| user.second_factors().is_empty()) {
            tasks.push(Task::SetupMfa);
        }
        tasks
    }
}
