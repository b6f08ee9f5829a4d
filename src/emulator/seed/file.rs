//! The content of a seed.

use serde::Deserialize;
use serde_json::{Map, Value};
use toml::Spanned;

use crate::emulator::faults::Rule;
use crate::emulator::instance::access::template::TemplateFields;
use crate::emulator::instance::organization::domain::EnrollmentMode;
use crate::emulator::instance::organization::settings::OrganizationSettingsChanges;

type Entries<T> = Vec<Spanned<T>>;

#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct File {
    /// A file with an RSA key in PEM, beside this one.
    pub signing_key: Option<String>,
    /// As `PATCH /__emulator/settings` takes them.
    pub settings: Option<Spanned<Map<String, Value>>>,
    /// Roles by their keys.
    pub organization_settings: Option<Spanned<OrganizationSettingsChanges>>,
    pub permissions: Entries<Permission>,
    pub roles: Entries<Role>,
    pub role_sets: Entries<RoleSet>,
    pub allowlist: Entries<String>,
    pub blocklist: Entries<String>,
    pub jwt_templates: Entries<TemplateFields>,
    pub faults: Entries<Rule>,
    pub users: Entries<User>,
    pub organizations: Entries<Organization>,
    pub invitations: Entries<Invitation>,
    pub machines: Entries<Machine>,
    pub oauth_applications: Entries<Application>,
    pub webhooks: Entries<Webhook>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Permission {
    pub key: String,
    pub name: Option<String>,
    pub description: Option<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Role {
    pub key: String,
    pub name: Option<String>,
    pub description: Option<String>,
    #[serde(default)]
    pub permissions: Vec<String>,
}

/// Roles by their keys.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleSet {
    pub key: String,
    pub name: Option<String>,
    pub description: Option<String>,
    pub roles: Vec<String>,
    pub default_role: String,
    pub creator_role: String,
    /// New organizations get it.
    #[serde(default)]
    pub initial: bool,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct User {
    pub id: Option<String>,
    pub email_addresses: Vec<String>,
    pub phone_numbers: Vec<String>,
    pub username: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub external_id: Option<String>,
    pub locale: Option<String>,
    pub password: Option<String>,
    pub password_digest: Option<String>,
    pub password_hasher: Option<String>,
    pub totp_secret: Option<String>,
    pub backup_codes: Vec<String>,
    pub public_metadata: Map<String, Value>,
    pub private_metadata: Map<String, Value>,
    pub unsafe_metadata: Map<String, Value>,
    pub banned: bool,
    pub locked: bool,
    pub delete_self_enabled: Option<bool>,
    pub create_organization_enabled: Option<bool>,
    pub create_organizations_limit: Option<u32>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Organization {
    pub id: Option<String>,
    pub name: String,
    pub slug: Option<String>,
    /// A user, who becomes a member by it.
    pub created_by: Option<String>,
    /// The key of a role set.
    pub role_set: Option<String>,
    pub max_allowed_memberships: Option<u32>,
    pub admin_delete_enabled: Option<bool>,
    #[serde(default)]
    pub public_metadata: Map<String, Value>,
    #[serde(default)]
    pub private_metadata: Map<String, Value>,
    #[serde(default)]
    pub members: Entries<Member>,
    #[serde(default)]
    pub invitations: Entries<MemberInvitation>,
    #[serde(default)]
    pub domains: Entries<Domain>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Member {
    /// By id, address, number or user name.
    pub user: String,
    #[serde(default = "member")]
    pub role: String,
    #[serde(default)]
    pub public_metadata: Map<String, Value>,
    #[serde(default)]
    pub private_metadata: Map<String, Value>,
}

fn member() -> String {
    "org:member".to_owned()
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberInvitation {
    pub email_address: String,
    #[serde(default = "member")]
    pub role: String,
    /// A user.
    pub inviter: Option<String>,
    pub redirect_url: Option<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Domain {
    pub name: String,
    pub enrollment_mode: Option<EnrollmentMode>,
    #[serde(default)]
    pub verified: bool,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Invitation {
    pub email_address: String,
    pub redirect_url: Option<String>,
    #[serde(default)]
    pub public_metadata: Map<String, Value>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Machine {
    pub id: Option<String>,
    pub name: String,
    pub secret_key: Option<String>,
    pub default_token_ttl: Option<i64>,
    /// Machines that stand before it, by id or name.
    #[serde(default)]
    pub scoped_machines: Vec<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Application {
    pub id: Option<String>,
    pub name: String,
    pub client_id: Option<String>,
    pub client_secret: Option<String>,
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    pub scopes: Option<String>,
    pub public: Option<bool>,
    pub consent_screen_enabled: Option<bool>,
    pub pkce_required: Option<bool>,
}

/// The app's route, on this machine.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Webhook {
    pub url: String,
    /// All if none is named.
    #[serde(default)]
    pub events: Vec<String>,
    /// Absent: the project's.
    pub secret: Option<String>,
}
