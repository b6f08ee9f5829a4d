//! "User X in organization Y with role Z" as the token, header or cookies of a request.

use serde_json::{Map, Value, json};

use super::TestKeys;
use super::session::{NewSession, session_header};
use crate::time::{Clock, SystemClock, UnixMillis};

/// Somebody signed in to the instance of [`TestKeys`]. Unless you say otherwise, the session is active, made now, lives
/// a minute, has claims of version 2 and no organization.
#[derive(Clone)]
pub struct Identity<'a> {
    keys: &'a TestKeys,
    user: String,
    session: String,
    now: UnixMillis,
    version: Version,
    organization: Option<Organization>,
    /// Set last, so that they replace the claims above.
    claims: Map<String, Value>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

#[derive(Clone)]
struct Organization {
    id: String,
    slug: String,
    role: String,
    permissions: Vec<String>,
}

impl<'a> Identity<'a> {
    pub(super) fn new(keys: &'a TestKeys, user: &str) -> Self {
        Self {
            keys,
            user: user.to_owned(),
            session: "sess_test".to_owned(),
            now: SystemClock.now(),
            version: Version::Two,
            organization: None,
            claims: Map::new(),
        }
    }

    /// The moment at which the token is made.
    #[must_use]
    pub fn at(mut self, now: UnixMillis) -> Self {
        self.now = now;
        self
    }

    /// The id of the session.
    #[must_use]
    pub fn session(mut self, id: &str) -> Self {
        self.session = id.to_owned();
        self
    }

    /// The active organization with the user's role (`admin` or `org:admin`) and permissions, each
    /// `org:<feature>:<name>`.
    #[must_use]
    pub fn organization(mut self, id: &str, slug: &str, role: &str, permissions: &[&str]) -> Self {
        self.organization = Some(Organization::new(id, slug, role, permissions));
        self
    }

    /// Claims of version 1, as older instances issue them.
    #[must_use]
    pub fn version_1(mut self) -> Self {
        self.version = Version::One;
        self
    }

    /// Any claim; it replaces one of the same name. `Value::Null` is a null claim, not an absent one.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// The claims of the session token.
    pub fn session_claims(&self) -> Map<String, Value> {
        let session = NewSession {
            user: &self.user,
            session: &self.session,
            status: "active",
            is_version_2: self.version == Version::Two,
            id: None,
            issuer: Some(&self.keys.issuer()),
            authorized_party: None,
            first_factor_age: 0,
            issued_at: self.now.seconds(),
            life: 60,
        };
        let mut claims = session.claims();
        if let Some(organization) = &self.organization {
            claims.extend(match self.version {
                Version::One => organization.claims_1(),
                Version::Two => organization.claims_2(),
            });
        }
        claims.extend(self.claims.clone());
        claims
    }

    /// The session token.
    pub fn token(&self) -> String {
        let header = session_header(Some(TestKeys::KID));
        self.keys
            .sign(&header, &Value::Object(self.session_claims()))
    }

    /// The value of an `Authorization` header.
    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.token())
    }

    /// The value of a `Cookie` header, as a browser sends it when somebody just signed in.
    pub fn cookie_header(&self) -> String {
        let key = self.keys.publishable_key();
        let names = key.cookie_names();
        let mut header = format!(
            "{}={}; {}={}",
            names.session,
            self.token(),
            names.client_uat,
            self.now.seconds()
        );
        if key.is_development() {
            header.push_str(&format!("; {}=dvb_test", names.dev_browser));
        }
        header
    }
}

/// The claims of an active organization, in the spelling of version 1 or of version 2.
pub fn organization_claims(
    is_version_2: bool,
    id: &str,
    slug: &str,
    role: &str,
    permissions: &[&str],
) -> Map<String, Value> {
    let organization = Organization::new(id, slug, role, permissions);
    if is_version_2 {
        organization.claims_2()
    } else {
        organization.claims_1()
    }
}

impl Organization {
    fn new(id: &str, slug: &str, role: &str, permissions: &[&str]) -> Self {
        Self {
            id: id.to_owned(),
            slug: slug.to_owned(),
            role: role.strip_prefix("org:").unwrap_or(role).to_owned(),
            permissions: permissions.iter().map(|&p| p.to_owned()).collect(),
        }
    }

    fn claims_1(&self) -> Map<String, Value> {
        as_map(json!({
            "org_id": self.id,
            "org_permissions": self.permissions,
            "org_role": format!("org:{}", self.role),
            "org_slug": self.slug,
        }))
    }

    /// Version 2 has one list of features, one of permission names, and a bit mask of names for each feature.
    fn claims_2(&self) -> Map<String, Value> {
        let mut features: Vec<(&str, u128)> = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        for permission in &self.permissions {
            let text = permission.strip_prefix("org:").unwrap_or(permission);
            let (feature, name) = text.split_once(':').unwrap_or((text, ""));
            let bit = position(&mut names, |known| *known == name, name);
            let at = position(&mut features, |known| known.0 == feature, (feature, 0));
            features[at].1 |= u32::try_from(bit)
                .ok()
                .and_then(|bit| 1_u128.checked_shl(bit))
                .unwrap_or(0);
        }
        let joined = |list: Vec<String>| list.join(",");
        let mut organization = as_map(json!({"id": self.id, "rol": self.role, "slg": self.slug}));
        let mut claims = Map::new();
        if !features.is_empty() {
            let masks = features.iter().map(|(_, mask)| mask.to_string()).collect();
            organization.insert("per".to_owned(), names.join(",").into());
            organization.insert("fpm".to_owned(), joined(masks).into());
            let scoped = features
                .iter()
                .map(|(name, _)| format!("o:{name}"))
                .collect();
            claims.insert("fea".to_owned(), joined(scoped).into());
        }
        claims.insert("o".to_owned(), organization.into());
        claims
    }
}

/// The position of the wanted entry in the list, to which it is added if need be.
fn position<T>(list: &mut Vec<T>, is_wanted: impl Fn(&T) -> bool, new: T) -> usize {
    list.iter().position(is_wanted).unwrap_or_else(|| {
        list.push(new);
        list.len() - 1
    })
}

fn as_map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
