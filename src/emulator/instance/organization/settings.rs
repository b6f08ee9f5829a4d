//! The settings of all organizations of the instance.

use serde::{Deserialize, Serialize};

use super::domain::EnrollmentMode;
use super::refusal::OrganizationRefusal;
use super::role::Role;
use crate::emulator::instance::{Instance, Refusal, set};
use crate::emulator::store::Record;

/// The rules for organizations. There is one record of them.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct OrganizationSettings {
    id: String,
    pub enabled: bool,
    /// Members that a new organization may have; 0 means any number.
    pub max_allowed_memberships: u32,
    pub admin_delete_enabled: bool,
    pub domains_enabled: bool,
    pub slug_disabled: bool,
    pub enrollment_modes: Vec<EnrollmentMode>,
    /// True if nobody works without an organization.
    pub force_selection: bool,
}

impl Default for OrganizationSettings {
    fn default() -> Self {
        Self {
            id: ID.to_owned(),
            enabled: true,
            max_allowed_memberships: 5,
            admin_delete_enabled: true,
            domains_enabled: false,
            slug_disabled: false,
            enrollment_modes: Vec::new(),
            force_selection: false,
        }
    }
}

const ID: &str = "organization_settings";

impl Record for OrganizationSettings {
    const KIND: &'static str = "organization_settings";

    fn id(&self) -> &str {
        &self.id
    }
}

/// Changes of the rules; absent ones stay as they are.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrganizationSettingsChanges {
    pub enabled: Option<bool>,
    pub max_allowed_memberships: Option<u32>,
    pub admin_delete_enabled: Option<bool>,
    pub domains_enabled: Option<bool>,
    pub slug_disabled: Option<bool>,
    pub enrollment_modes: Option<Vec<EnrollmentMode>>,
    pub force_selection: Option<bool>,
    /// Ids of roles.
    pub creator_role: Option<String>,
    pub domains_default_role: Option<String>,
}

impl Instance {
    pub fn organization_settings(&self) -> OrganizationSettings {
        self.organization_settings
            .get(ID)
            .cloned()
            .unwrap_or_default()
    }

    /// Changes the rules. The roles of those who make an organization and of those who join by its domain are those of
    /// the initial role set.
    ///
    /// # Errors
    /// A [`Refusal`] when a role is not in that set, or has too few permissions.
    pub fn change_organization_settings(
        &mut self,
        changes: OrganizationSettingsChanges,
    ) -> Result<(), Refusal> {
        let mut settings = self.organization_settings();
        if let Some(id) = &changes.creator_role {
            self.initial_role(id)?;
            self.check_creator_role(id)?;
        }
        if let Some(id) = &changes.domains_default_role {
            self.initial_role(id)?;
        }
        set(&mut settings.enabled, changes.enabled);
        set(
            &mut settings.max_allowed_memberships,
            changes.max_allowed_memberships,
        );
        set(
            &mut settings.admin_delete_enabled,
            changes.admin_delete_enabled,
        );
        set(&mut settings.domains_enabled, changes.domains_enabled);
        set(&mut settings.slug_disabled, changes.slug_disabled);
        set(&mut settings.enrollment_modes, changes.enrollment_modes);
        set(&mut settings.force_selection, changes.force_selection);
        self.organization_settings.insert(settings);
        let initial = self.initial_role_set().map(|set| set.id.clone());
        if let Some(initial) = initial.and_then(|id| self.role_sets.edit(&id)) {
            set(&mut initial.creator_role, changes.creator_role);
            set(&mut initial.default_role, changes.domains_default_role);
        }
        Ok(())
    }

    /// Makes sure that there may be organizations.
    ///
    /// # Errors
    /// [`OrganizationRefusal::Disabled`].
    pub fn organizations_are_on(&self) -> Result<(), Refusal> {
        if self.organization_settings().enabled {
            Ok(())
        } else {
            Err(OrganizationRefusal::Disabled.into())
        }
    }

    fn initial_role(&self, id: &str) -> Result<&Role, Refusal> {
        let set = self.initial_role_set().ok_or(Refusal::NotFound)?;
        let role = self.role(id)?;
        if set.roles.contains(&role.id) {
            Ok(role)
        } else {
            Err(Refusal::NotFound)
        }
    }
}
