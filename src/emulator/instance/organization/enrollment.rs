//! Joining by a domain: a suggestion becomes a request when the user takes it, and a membership when the organization
//! agrees. One record goes that whole way.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::OF;
use super::domain::EnrollmentMode;
use super::membership::{Given, USER};
use super::refusal::OrganizationRefusal;
use crate::emulator::instance::{Instance, Refusal, random};
use crate::emulator::store::Record;

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Enrollment {
    /// The name of the suggestion: `orgsug_…`
    pub id: String,
    /// The name of the request: `orgmemreq_…`
    pub request_id: String,
    pub organization_id: String,
    pub user_id: String,
    pub domain_id: String,
    pub stage: Stage,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

/// How far it went.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Suggested,
    Requested,
    Accepted,
    Rejected,
}

impl Record for Enrollment {
    const KIND: &'static str = "organization_enrollment";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![
            (OF, &self.organization_id),
            (USER, &self.user_id),
            (REQUEST, &self.request_id),
        ]
    }
}

const REQUEST: &str = "request";

impl Enrollment {
    /// Clerk's word, for the user.
    pub const fn suggestion_status(&self) -> &'static str {
        match self.stage {
            Stage::Suggested => "pending",
            Stage::Requested => "accepted",
            Stage::Accepted => "completed",
            Stage::Rejected => "rejected",
        }
    }

    /// Clerk's word, for the organization; none while the user did not ask.
    pub const fn request_status(&self) -> Option<&'static str> {
        match self.stage {
            Stage::Suggested => None,
            Stage::Requested => Some("pending"),
            Stage::Accepted => Some("accepted"),
            Stage::Rejected => Some("rejected"),
        }
    }
}

impl Instance {
    /// Makes the invitations and suggestions that the domain of an address brings about.
    pub fn enroll(&mut self, user: &str, now: UnixMillis) {
        if !self.organization_settings().domains_enabled {
            return;
        }
        for (address, organization, domain, mode) in self.open_doors(user) {
            if self.membership(&organization, user).is_some() {
                continue;
            }
            if mode == EnrollmentMode::AutomaticInvitation {
                let set = self
                    .organization(&organization)
                    .map(|known| &known.role_set);
                let set = set.and_then(|id| self.role_set(id));
                if let Ok(role) = set.map(|set| set.default_role.clone()) {
                    self.invite_by_domain(&organization, &address, (&domain, role), now);
                }
            } else {
                self.suggest(user, organization, domain, now);
            }
        }
    }

    /// Address, organization, domain and mode, for each domain that lets a user in.
    fn open_doors(&self, user: &str) -> Vec<(String, String, String, EnrollmentMode)> {
        let user = self.user(user);
        let addresses = user.map_or(&[][..], |user| &user.email_addresses);
        let mut doors = Vec::new();
        for email in addresses.iter().filter(|email| email.is_verified()) {
            let name = email.address.rsplit('@').next().unwrap_or_default();
            for domain in self.verified_domains(name) {
                if domain.enrollment_mode != EnrollmentMode::ManualInvitation {
                    doors.push((
                        email.address.clone(),
                        domain.organization_id.clone(),
                        domain.id.clone(),
                        domain.enrollment_mode,
                    ));
                }
            }
        }
        doors
    }

    fn suggest(&mut self, user: &str, organization: String, domain: String, now: UnixMillis) {
        let is_known = self
            .suggestions_for(user)
            .any(|known| known.organization_id == organization);
        if is_known || self.bound_enrollments().is_err() {
            return;
        }
        self.enrollments.insert(Enrollment {
            id: random::id(&*self.random, "orgsug"),
            request_id: random::id(&*self.random, "orgmemreq"),
            organization_id: organization,
            user_id: user.to_owned(),
            domain_id: domain,
            stage: Stage::Suggested,
            created_at: now,
            updated_at: now,
        });
    }

    /// The suggestions for a user, oldest first.
    pub fn suggestions_for(&self, user: &str) -> impl DoubleEndedIterator<Item = &Enrollment> {
        self.enrollments.with(USER, user)
    }

    /// The users who asked to join an organization, oldest first; those too to whom it is only suggested.
    pub fn enrollments_in(
        &self,
        organization: &str,
    ) -> impl DoubleEndedIterator<Item = &Enrollment> {
        self.enrollments.with(OF, organization)
    }

    /// The user asks to join.
    ///
    /// # Errors
    /// A [`Refusal`] when it was suggested to somebody else, or the user asked before.
    pub fn accept_suggestion(
        &mut self,
        user: &str,
        id: &str,
        now: UnixMillis,
    ) -> Result<&Enrollment, Refusal> {
        let known = self.enrollments.get(id);
        let known = known.filter(|known| known.user_id == user);
        if known.ok_or(Refusal::NotFound)?.stage != Stage::Suggested {
            return Err(OrganizationRefusal::SuggestionAccepted.into());
        }
        self.set_stage(id, Stage::Requested, now)
    }

    /// The organization agrees, or does not.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such request, it was answered before, or there is no room.
    pub fn answer_request(
        &mut self,
        organization: &str,
        request: &str,
        agreed: bool,
        now: UnixMillis,
    ) -> Result<&Enrollment, Refusal> {
        let known = self.enrollments.find(REQUEST, request);
        let known = known.filter(|known| known.organization_id == organization);
        let known = known.ok_or(Refusal::NotFound)?;
        match known.stage {
            Stage::Requested => {}
            Stage::Suggested => return Err(Refusal::NotFound),
            _ => return Err(OrganizationRefusal::RequestNotPending.into()),
        }
        let (id, user) = (known.id.clone(), known.user_id.clone());
        if !agreed {
            return self.set_stage(&id, Stage::Rejected, now);
        }
        let set = self.organization(organization)?.role_set.clone();
        let role = self.role_set(&set)?.default_role.clone();
        self.join(organization, &user, role, Given::default(), now)?;
        self.set_stage(&id, Stage::Accepted, now)
    }

    fn set_stage(
        &mut self,
        id: &str,
        stage: Stage,
        now: UnixMillis,
    ) -> Result<&Enrollment, Refusal> {
        let known = self.enrollments.edit(id).ok_or(Refusal::NotFound)?;
        known.stage = stage;
        known.updated_at = now;
        Ok(known)
    }

    pub(super) fn drop_suggestions_of_domain(&mut self, domain: &str) {
        let all = self.enrollments.values();
        let waiting = all.filter(|known| {
            known.domain_id == domain && matches!(known.stage, Stage::Suggested | Stage::Requested)
        });
        let ids: Vec<_> = waiting.map(|known| known.id.clone()).collect();
        for id in ids {
            self.enrollments.remove(&id);
        }
    }
}
