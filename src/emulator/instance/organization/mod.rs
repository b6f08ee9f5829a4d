//! Organizations, and what is decided about one as a whole.

pub mod domain;
pub mod enrollment;
mod furnish;
pub mod invitation;
mod logo;
pub mod membership;
mod permission;
mod refusal;
pub mod role;
pub mod role_set;
pub mod settings;

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

pub use refusal::OrganizationRefusal;

use membership::Given;

use super::user::{Picture, name};
use super::{Instance, Metadata, Refusal, set};
use crate::emulator::store::Record;

/// In characters.
const MAX_SLUG: usize = 256;

/// A group of users.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Organization {
    /// `org_…`
    pub id: String,
    pub name: String,
    pub slug: String,
    #[serde(default)]
    pub logo: Option<Picture>,
    pub public_metadata: Metadata,
    /// Only the Backend API shows it.
    pub private_metadata: Metadata,
    /// 0 means any number.
    pub max_allowed_memberships: u32,
    pub admin_delete_enabled: bool,
    /// The id of a user.
    pub created_by: Option<String>,
    /// The id of the roles that its members can have.
    pub role_set: String,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

impl Record for Organization {
    const KIND: &'static str = "organization";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![(SLUG, &self.slug)]
    }

    fn text(&self) -> Option<String> {
        Some(format!("{}\0{}", self.slug, self.name).to_lowercase())
    }
}

const SLUG: &str = "slug";

/// An organization as it is asked for; in a change, absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct OrganizationFields {
    /// Of a new one; absent for a random one.
    pub id: Option<String>,
    pub name: Option<String>,
    /// Blank means one made of the name.
    pub slug: Option<String>,
    pub public_metadata: Option<Metadata>,
    pub private_metadata: Option<Metadata>,
    pub max_allowed_memberships: Option<u32>,
    pub admin_delete_enabled: Option<bool>,
    pub created_at: Option<UnixMillis>,
    /// The key of a role set.
    pub role_set: Option<String>,
}

impl From<OrganizationRefusal> for Refusal {
    fn from(refusal: OrganizationRefusal) -> Self {
        Self::Organization(refusal)
    }
}

impl Instance {
    /// All organizations, oldest first.
    pub fn organizations(
        &self,
    ) -> impl DoubleEndedIterator<Item = &Organization> + ExactSizeIterator {
        self.organizations.values()
    }

    /// The one whose id is this text, and those that have it in name or slug, whatever its case, oldest first.
    pub fn organizations_like<'a>(
        &'a self,
        text: &'a str,
    ) -> impl Iterator<Item = &'a Organization> {
        let named = self.organizations.search(&[&text.to_lowercase()]);
        let own = self.organizations.get(text).into_iter();
        own.chain(named.filter(move |known| known.id != text))
    }

    /// # Errors
    /// [`OrganizationRefusal::NotFound`].
    pub fn organization(&self, id: &str) -> Result<&Organization, Refusal> {
        let known = self.organizations.get(id);
        known.ok_or(Refusal::Organization(OrganizationRefusal::NotFound))
    }

    pub fn organization_with_slug(&self, slug: &str) -> Option<&Organization> {
        self.organizations.find(SLUG, slug)
    }

    /// Makes an organization; its creator becomes a member.
    ///
    /// # Errors
    /// A [`Refusal`] when organizations are off, a field is not acceptable, or there are too many.
    pub fn create_organization(
        &mut self,
        creator: Option<&str>,
        fields: OrganizationFields,
        now: UnixMillis,
    ) -> Result<&Organization, Refusal> {
        self.organizations_are_on()?;
        self.bound_organizations()?;
        if creator.is_some_and(|id| self.user(id).is_none()) {
            return Err(OrganizationRefusal::CreatorNotFound.into());
        }
        let settings = self.organization_settings();
        let set = self.initial_role_set().ok_or(Refusal::NotFound)?;
        let organization = Organization {
            id: self.id_or_new(fields.id.clone(), "org"),
            name: String::new(),
            slug: String::new(),
            logo: None,
            public_metadata: Metadata::default(),
            private_metadata: Metadata::default(),
            max_allowed_memberships: settings.max_allowed_memberships,
            admin_delete_enabled: settings.admin_delete_enabled,
            created_by: creator.map(str::to_owned),
            role_set: set.id.clone(),
            created_at: now,
            updated_at: now,
        };
        let fields = OrganizationFields {
            name: Some(fields.name.ok_or(Refusal::ParamMissing("name"))?),
            slug: Some(fields.slug.unwrap_or_default()),
            ..fields
        };
        let organization = self.with_organization_fields(organization, fields, now)?;
        let id = organization.id.clone();
        let role = self.role_set(&organization.role_set)?.creator_role.clone();
        self.organizations.insert(organization);
        if let Some(creator) = creator {
            self.put_membership(&id, creator, role, Given::default(), now);
        }
        self.organization(&id)
    }

    /// # Errors
    /// A [`Refusal`] when there is none such, or a field is not acceptable.
    pub fn change_organization(
        &mut self,
        id: &str,
        fields: OrganizationFields,
        now: UnixMillis,
    ) -> Result<&Organization, Refusal> {
        let organization = self.organization(id)?.clone();
        let organization = self.with_organization_fields(organization, fields, now)?;
        self.organizations.insert(organization);
        self.organization(id)
    }

    /// Takes an organization away with all that belongs to it. No session works in it any more.
    ///
    /// # Errors
    /// [`OrganizationRefusal::NotFound`].
    pub fn delete_organization(&mut self, id: &str) -> Result<Organization, Refusal> {
        self.organization(id)?;
        let members = self.memberships_of(id).map(|member| member.user_id.clone());
        for user in members.collect::<Vec<_>>() {
            self.take_membership(id, &user);
        }
        self.organization_invitations.remove_with(OF, id);
        self.organization_domains.remove_with(OF, id);
        self.enrollments.remove_with(OF, id);
        self.forget_api_keys_of(id);
        let removed = self.organizations.remove(id);
        if let Some(logo) = removed.as_ref().and_then(|gone| gone.logo.as_ref()) {
            self.images.remove(&logo.id);
        }
        removed.ok_or(Refusal::Organization(OrganizationRefusal::NotFound))
    }

    fn with_organization_fields(
        &self,
        mut organization: Organization,
        fields: OrganizationFields,
        now: UnixMillis,
    ) -> Result<Organization, Refusal> {
        if let Some(text) = fields.name {
            organization.name = checked_name(&text)?;
        }
        if let Some(slug) = fields.slug {
            organization.slug = self.new_slug(&organization, &slug, now)?;
        }
        if let Some(key) = fields.role_set {
            let set = self.role_set(&key)?;
            self.check_roles_fit(&organization.id, set)?;
            organization.role_set = set.id.clone();
        }
        set(&mut organization.public_metadata, fields.public_metadata);
        set(&mut organization.private_metadata, fields.private_metadata);
        set(
            &mut organization.max_allowed_memberships,
            fields.max_allowed_memberships,
        );
        set(
            &mut organization.admin_delete_enabled,
            fields.admin_delete_enabled,
        );
        set(&mut organization.created_at, fields.created_at);
        organization.updated_at = now;
        Ok(organization)
    }

    /// The slug that was asked for if nobody else has it, or one made of the name.
    fn new_slug(
        &self,
        organization: &Organization,
        asked: &str,
        now: UnixMillis,
    ) -> Result<String, Refusal> {
        let is_free = |slug: &str| {
            let other = self.organization_with_slug(slug);
            other.is_none_or(|other| other.id == organization.id)
        };
        if asked.is_empty() {
            let base = slug_of(&organization.name);
            let numbered = (now.seconds()..).map(|number| format!("{base}-{number}"));
            let mut slugs = std::iter::once(base.clone()).chain(numbered);
            return slugs.find(|slug| is_free(slug)).ok_or(Refusal::NotFound);
        }
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.organization_settings().slug_disabled || !asked.chars().all(fits) {
            return Err(Refusal::ParamValue("slug"));
        }
        if asked.len() > MAX_SLUG {
            return Err(Refusal::TooLong("slug"));
        }
        if is_free(asked) {
            Ok(asked.to_owned())
        } else {
            Err(OrganizationRefusal::SlugTaken.into())
        }
    }
}

/// What belongs to an organization is found by this name.
const OF: &str = "organization";

/// The name of an organization is shown to those who are invited: it may not bring a link along.
fn checked_name(text: &str) -> Result<String, Refusal> {
    let name = name(text, "name")?.ok_or(Refusal::ParamMissing("name"))?;
    if name.contains(['<', '>']) || name.contains("://") {
        return Err(Refusal::ParamValue("name"));
    }
    Ok(name)
}

fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for c in name.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(MAX_SLUG / 2);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "organization"
    } else {
        slug
    }
    .to_owned()
}
