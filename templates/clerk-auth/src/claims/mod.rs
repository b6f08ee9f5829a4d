//! Claims of a session token as the fields an app asks for (`request-authentication.md` section 5). Version 1 spells
//! the organization out, version 2 packs it; the claim `v` alone says which it is.

mod permissions;

use serde_json::{Map, Value};

pub(crate) use permissions::scoped_items;
use permissions::{text_claim, unpack};

/// The statements of a session token about the person and the organization they are active in.
///
/// A claim that should be a text and is not counts as absent, so that it equals nothing an app may ask for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionClaims {
    /// `sub`: the user.
    pub user_id: Option<String>,
    /// `sid`: the session.
    pub session_id: Option<String>,
    /// `sts`: `active` or `pending` (a session with a task left to do).
    pub session_status: Option<String>,
    /// The active organization.
    pub org_id: Option<String>,
    /// The role in it, with its `org:` prefix.
    pub org_role: Option<String>,
    /// The organization's slug.
    pub org_slug: Option<String>,
    /// Permissions in the organization, such as `org:teams:read`. In version 2 an empty list is an organization that
    /// grants nothing, and `None` is no organization.
    pub org_permissions: Option<Vec<String>>,
    /// `fva` as it came: normally minutes since the first and the second factor were verified, -1 for never.
    pub factor_verification_age: Option<Value>,
    /// `act` as it came: whoever really acts if somebody is impersonated.
    pub actor: Option<Value>,
    /// `fea`: comma-separated features with their scopes; read by [`Check`](crate::has::Check).
    pub features: Option<String>,
    /// `pla`: comma-separated plans with their scopes; read by [`Check`](crate::has::Check).
    pub plans: Option<String>,
}

impl SessionClaims {
    /// Reads the claims; the token was verified before.
    ///
    /// # Errors
    /// [`ClaimsError`] when a version 2 organization is packed in a way that cannot be read.
    pub fn read(claims: &Map<String, Value>) -> Result<Self, ClaimsError> {
        let mut fields = Self {
            user_id: text(claims, "sub"),
            session_id: text(claims, "sid"),
            session_status: text(claims, "sts"),
            factor_verification_age: present(claims, "fva"),
            actor: present(claims, "act"),
            features: text(claims, "fea"),
            plans: text(claims, "pla"),
            ..Self::default()
        };
        if claims.get("v").and_then(Value::as_f64) == Some(2.0) {
            if let Some(Value::Object(organization)) = claims.get("o") {
                fields.read_packed(organization, claims.get("fea"))?;
            }
        } else {
            fields.read_spelled_out(claims);
        }
        Ok(fields)
    }

    fn read_spelled_out(&mut self, claims: &Map<String, Value>) {
        self.org_id = text(claims, "org_id");
        self.org_role = text(claims, "org_role");
        self.org_slug = text(claims, "org_slug");
        self.org_permissions =
            claims
                .get("org_permissions")
                .and_then(Value::as_array)
                .map(|list| {
                    list.iter()
                        .filter_map(Value::as_str)
                        .map(str::to_owned)
                        .collect()
                });
    }

    fn read_packed(
        &mut self,
        organization: &Map<String, Value>,
        features: Option<&Value>,
    ) -> Result<(), ClaimsError> {
        self.org_id = text(organization, "id");
        self.org_slug = text(organization, "slg");
        self.org_role = text(organization, "rol")
            .filter(|role| !role.is_empty())
            .map(|role| format!("org:{role}"));
        self.org_permissions = Some(unpack(
            text_claim("fea", features)?,
            text_claim("per", organization.get("per"))?,
            text_claim("fpm", organization.get("fpm"))?,
        )?);
        Ok(())
    }

    /// True if the session still has a task to do and so does not count as signed in.
    pub fn is_pending(&self) -> bool {
        self.session_status.as_deref() == Some("pending")
    }
}

pub(crate) fn text(claims: &Map<String, Value>, name: &str) -> Option<String> {
    claims.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn present(claims: &Map<String, Value>, name: &str) -> Option<Value> {
    claims.get(name).filter(|value| !value.is_null()).cloned()
}

/// Claims that cannot be read. A token that carries them is refused (`security.md` rule 17).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsError {
    /// An item of a feature list has no scope.
    #[error("Invalid claim element (missing colon): {0}")]
    MissingColon(String),
    /// A packed claim is not a text.
    #[error("Invalid claim ({0}). Expected a string.")]
    NotText(&'static str),
    /// The claims name more permissions than fit in a token's worth of memory.
    #[error("Invalid claims. The permissions take more than {limit} bytes.")]
    TooManyPermissions {
        /// The limit in bytes.
        limit: usize,
    },
}
