//! Domains of an organization: whose addresses are of one can be let in without being invited by hand.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::OF;
use super::refusal::OrganizationRefusal;
use crate::emulator::instance::email::{EmailCode, normalized};
use crate::emulator::instance::{Instance, Refusal, random};
use crate::emulator::store::Record;

/// Of one organization, as in a new real instance.
pub const MAX_DOMAINS: usize = 10;
/// In bytes.
const MAX_NAME: usize = 253;
/// Providers at which anybody can have an address.
const COMMON: [&str; 10] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "yahoo.com",
    "icloud.com",
    "proton.me",
    "gmx.net",
    "aol.com",
];

/// The way in for users with an address of a domain.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EnrollmentMode {
    ManualInvitation,
    AutomaticInvitation,
    AutomaticSuggestion,
}

impl EnrollmentMode {
    pub const ALL: [Self; 3] = [
        Self::ManualInvitation,
        Self::AutomaticInvitation,
        Self::AutomaticSuggestion,
    ];

    /// Clerk's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ManualInvitation => "manual_invitation",
            Self::AutomaticInvitation => "automatic_invitation",
            Self::AutomaticSuggestion => "automatic_suggestion",
        }
    }

    /// # Errors
    /// [`Refusal::ParamValue`].
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        let mut all = Self::ALL.into_iter();
        all.find(|mode| mode.as_str() == word)
            .ok_or(Refusal::ParamValue("enrollment_mode"))
    }
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct OrganizationDomain {
    /// `orgdmn_…`
    pub id: String,
    pub organization_id: String,
    /// In lower case.
    pub name: String,
    pub enrollment_mode: EnrollmentMode,
    /// Where a code was "sent" to show that somebody has an address of it.
    pub affiliation_email_address: Option<String>,
    pub code: Option<EmailCode>,
    /// When a server said that it is the organization's.
    pub owned_since: Option<UnixMillis>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

impl Record for OrganizationDomain {
    const KIND: &'static str = "organization_domain";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![(OF, &self.organization_id), (DOMAIN, &self.name)]
    }
}

const DOMAIN: &str = "name";

impl OrganizationDomain {
    pub fn is_verified(&self) -> bool {
        self.owned_since.is_some() || self.code.as_ref().is_some_and(EmailCode::is_verified)
    }
}

impl Instance {
    /// Everybody's domains, oldest first.
    pub fn organization_domains(&self) -> impl DoubleEndedIterator<Item = &OrganizationDomain> {
        self.organization_domains.values()
    }

    /// Those of an organization, oldest first.
    pub fn domains_of(
        &self,
        organization: &str,
    ) -> impl DoubleEndedIterator<Item = &OrganizationDomain> {
        self.organization_domains.with(OF, organization)
    }

    /// The organizations' verified domains of this name.
    pub(super) fn verified_domains(&self, name: &str) -> impl Iterator<Item = &OrganizationDomain> {
        let known = self.organization_domains.with(DOMAIN, name);
        known.filter(|domain| domain.is_verified())
    }

    /// # Errors
    /// [`Refusal::NotFound`] when the organization has none such.
    pub fn domain_of(&self, organization: &str, id: &str) -> Result<&OrganizationDomain, Refusal> {
        self.organization(organization)?;
        let domain = self.organization_domains.get(id);
        domain
            .filter(|domain| domain.organization_id == organization)
            .ok_or(Refusal::NotFound)
    }

    /// Makes sure that organizations may have domains.
    ///
    /// # Errors
    /// [`OrganizationRefusal::DomainsDisabled`].
    pub fn domains_are_on(&self) -> Result<(), Refusal> {
        if self.organization_settings().domains_enabled {
            Ok(())
        } else {
            Err(OrganizationRefusal::DomainsDisabled.into())
        }
    }

    /// # Errors
    /// A [`Refusal`] when the name is not acceptable or taken, or there are too many.
    pub fn add_domain(
        &mut self,
        organization: &str,
        name: &str,
        mode: Option<EnrollmentMode>,
        is_verified: bool,
        now: UnixMillis,
    ) -> Result<&OrganizationDomain, Refusal> {
        self.domains_are_on()?;
        self.organization(organization)?;
        let name = checked_name(name)?;
        let known = self.organization_domains.with(DOMAIN, &name).next();
        if known.is_some() {
            return Err(OrganizationRefusal::DomainTaken.into());
        }
        if self.domains_of(organization).count() >= MAX_DOMAINS {
            return Err(OrganizationRefusal::DomainQuota.into());
        }
        let mode = mode.unwrap_or(EnrollmentMode::ManualInvitation);
        self.check_mode(mode)?;
        let id = random::id(&*self.random, "orgdmn");
        self.organization_domains.insert(OrganizationDomain {
            id: id.clone(),
            organization_id: organization.to_owned(),
            name,
            enrollment_mode: mode,
            affiliation_email_address: None,
            code: None,
            owned_since: is_verified.then_some(now),
            created_at: now,
            updated_at: now,
        });
        self.domain_of(organization, &id)
    }

    /// # Errors
    /// A [`Refusal`] when there is none such, or the instance does not enroll in this way.
    pub fn change_domain(
        &mut self,
        (organization, id): (&str, &str),
        mode: Option<EnrollmentMode>,
        is_verified: Option<bool>,
        now: UnixMillis,
    ) -> Result<&OrganizationDomain, Refusal> {
        self.domain_of(organization, id)?;
        if let Some(mode) = mode {
            self.check_mode(mode)?;
        }
        let domain = self.organization_domains.edit(id);
        let domain = domain.ok_or(Refusal::NotFound)?;
        domain.enrollment_mode = mode.unwrap_or(domain.enrollment_mode);
        match is_verified {
            Some(true) => domain.owned_since = domain.owned_since.or(Some(now)),
            Some(false) => (domain.owned_since, domain.code) = (None, None),
            None => {}
        }
        domain.updated_at = now;
        Ok(domain)
    }

    /// Takes a domain away, with what it brought about and nobody answered.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the organization has none such.
    pub fn remove_domain(
        &mut self,
        organization: &str,
        id: &str,
        now: UnixMillis,
    ) -> Result<OrganizationDomain, Refusal> {
        self.domain_of(organization, id)?;
        self.drop_pending_of_domain(id, now);
        self.organization_domains
            .remove(id)
            .ok_or(Refusal::NotFound)
    }

    /// Takes back the invitations and suggestions of a domain that nobody answered.
    pub fn drop_pending_of_domain(&mut self, id: &str, now: UnixMillis) {
        self.revoke_invitations_of_domain(id, now);
        self.drop_suggestions_of_domain(id);
    }

    /// "Sends" a code to an address of the domain.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such domain, it is verified, or the address is of another.
    pub fn prepare_affiliation(
        &mut self,
        organization: &str,
        id: &str,
        address: &str,
        now: UnixMillis,
    ) -> Result<&OrganizationDomain, Refusal> {
        let domain = self.domain_of(organization, id)?;
        if domain.is_verified() {
            return Err(Refusal::AlreadyVerified);
        }
        let address =
            normalized(address).map_err(|_| Refusal::ParamFormat("affiliation_email_address"))?;
        if address.rsplit('@').next() != Some(domain.name.as_str()) {
            return Err(OrganizationRefusal::DomainMismatch.into());
        }
        let code = self
            .outbox
            .send_code(&address, "affiliation_email_code", &*self.random, now)?;
        let domain = self.organization_domains.edit(id);
        let domain = domain.ok_or(Refusal::NotFound)?;
        domain.affiliation_email_address = Some(address);
        domain.code = Some(code);
        domain.updated_at = now;
        Ok(domain)
    }

    /// Tries the code.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such domain, no code was sent, or it is not the one.
    pub fn attempt_affiliation(
        &mut self,
        organization: &str,
        id: &str,
        code: &str,
        now: UnixMillis,
    ) -> Result<&OrganizationDomain, Refusal> {
        self.domain_of(organization, id)?;
        let domain = self.organization_domains.edit(id);
        let domain = domain.ok_or(Refusal::NotFound)?;
        let sent = domain.code.as_mut().ok_or(Refusal::NotPrepared)?;
        let attempt = sent.attempt(code, now);
        if let (Err(Refusal::CodeIncorrect), Some(address)) =
            (attempt, &domain.affiliation_email_address)
        {
            self.outbox.note_wrong_code(address, now);
        }
        attempt?;
        domain.updated_at = now;
        Ok(domain)
    }

    fn check_mode(&self, mode: EnrollmentMode) -> Result<(), Refusal> {
        let known = &self.organization_settings().enrollment_modes;
        if mode == EnrollmentMode::ManualInvitation || known.contains(&mode) {
            Ok(())
        } else {
            Err(OrganizationRefusal::EnrollmentModeDisabled.into())
        }
    }
}

fn checked_name(name: &str) -> Result<String, Refusal> {
    let name = name.trim().to_lowercase();
    let is_label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    if name.len() > MAX_NAME || !name.contains('.') || !name.split('.').all(is_label) {
        return Err(Refusal::ParamValue("name"));
    }
    if COMMON.contains(&name.as_str()) {
        return Err(OrganizationRefusal::DomainCommon.into());
    }
    Ok(name)
}
