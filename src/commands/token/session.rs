//! The claims of a session token for tests, in both versions.

use clerk_auth::claims::SessionClaims;
use clerk_auth::testing::{NewSession, organization_claims};
use serde_json::{Map, Value};

use crate::emulator::instance::random::{SystemRandom, alphanumeric};
use crate::error::{Explain, Explanation};
use crate::escape::visible;

/// An option asks for something that no token can say.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// The `=` is missing.
    #[error("--claim {0} has no value")]
    Claim(String),
    /// It does not have two names.
    #[error("--permission {0} is no permission")]
    Permission(String),
    /// Version 1 has no place for it.
    #[error("{0} is not in tokens of version 1")]
    Version(&'static str),
    /// The masks of version 2 have a limit.
    #[error("so many permissions cannot be packed")]
    Packed,
}

impl Explain for ClaimError {
    fn explain(&self) -> Explanation {
        Explanation::usage("usage").help(match self {
            Self::Claim(_) => "write it as --claim plan=pro or --claim 'seats=5'",
            Self::Permission(_) => "write it as invoices:read or org:invoices:read",
            Self::Version(_) => "leave it out, or take --session-version 2",
            Self::Packed => "128 different names are the most",
        })
    }
}

/// The session to put into a token.
pub struct Session<'a> {
    /// `sub`
    pub user: &'a str,
    /// `sid`
    pub session: &'a str,
    /// Version 2 of the claims, otherwise version 1.
    pub is_version_2: bool,
    /// True if a task is left to do.
    pub is_pending: bool,
    /// The active organization.
    pub organization: Option<Organization<'a>>,
    /// Each with or without its scope.
    pub features: &'a [String],
    /// Each with or without its scope.
    pub plans: &'a [String],
    /// `azp`
    pub authorized_party: Option<&'a str>,
    /// `iss`
    pub issuer: Option<&'a str>,
    /// `iat`
    pub issued_at: i64,
    /// Lifetime in seconds.
    pub life: i64,
}

/// The active organization.
pub struct Organization<'a> {
    pub id: &'a str,
    pub slug: &'a str,
    /// The user's role, with or without `org:`.
    pub role: &'a str,
    /// Each with or without `org:`.
    pub permissions: &'a [String],
}

impl Session<'_> {
    /// The claims.
    ///
    /// # Errors
    /// Something that a token of this version cannot say.
    pub fn claims(&self) -> Result<Map<String, Value>, ClaimError> {
        let id = alphanumeric(&SystemRandom, 20);
        let session = NewSession {
            user: self.user,
            session: self.session,
            status: if self.is_pending { "pending" } else { "active" },
            is_version_2: self.is_version_2,
            id: self.is_version_2.then_some(&*id),
            issuer: self.issuer,
            authorized_party: self.authorized_party,
            first_factor_age: 0,
            issued_at: self.issued_at,
            life: self.life,
        };
        let mut claims = session.claims();
        self.version_1_has_no_place()?;
        if let Some(organization) = &self.organization {
            claims.extend(organization.claims(self.is_version_2)?);
        }
        add_scoped(&mut claims, "fea", self.features);
        add_scoped(&mut claims, "pla", self.plans);
        Ok(claims)
    }

    fn version_1_has_no_place(&self) -> Result<(), ClaimError> {
        let asked = [
            (self.is_pending, "--pending"),
            (!self.features.is_empty(), "--feature"),
            (!self.plans.is_empty(), "--plan"),
        ];
        match asked
            .into_iter()
            .find(|(is_asked, _)| *is_asked && !self.is_version_2)
        {
            Some((_, flag)) => Err(ClaimError::Version(flag)),
            None => Ok(()),
        }
    }
}

impl Organization<'_> {
    fn claims(&self, is_version_2: bool) -> Result<Map<String, Value>, ClaimError> {
        let mut wanted = Vec::new();
        for permission in self.permissions {
            let plain = permission.strip_prefix("org:").unwrap_or(permission);
            let is_packable =
                |name: &str| !name.is_empty() && !name.contains([',', ':']) && name.trim() == name;
            let pieces = plain.split_once(':');
            if !pieces.is_some_and(|(feature, name)| is_packable(feature) && is_packable(name)) {
                return Err(ClaimError::Permission(visible(permission).into_owned()));
            }
            wanted.push(format!("org:{plain}"));
        }
        wanted.sort();
        wanted.dedup();
        let list: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let claims = organization_claims(is_version_2, self.id, self.slug, self.role, &list);
        // Read back by the readers' own rules: the same must come out.
        let mut whole = claims.clone();
        if is_version_2 {
            whole.insert("v".to_owned(), 2.into());
        }
        let read = SessionClaims::read(&whole)
            .ok()
            .and_then(|read| read.org_permissions);
        let mut read = read.unwrap_or_default();
        read.sort();
        if read == wanted {
            Ok(claims)
        } else {
            Err(ClaimError::Packed)
        }
    }
}

/// Appends what is not in the list yet. The order of an organization's features has a meaning, so it stays.
fn add_scoped(claims: &mut Map<String, Value>, name: &str, more: &[String]) {
    let listed = claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut list: Vec<String> = listed
        .split(',')
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect();
    for item in more {
        let scoped = if item.contains(':') {
            item.clone()
        } else {
            format!("o:{item}")
        };
        if !list.contains(&scoped) {
            list.push(scoped);
        }
    }
    if !list.is_empty() {
        claims.insert(name.to_owned(), list.join(",").into());
    }
}

/// `name=value`: the value is JSON, or else a text.
///
/// # Errors
/// The `=` is missing.
pub fn claim(text: &str) -> Result<(String, Value), ClaimError> {
    let split = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, value) = split.ok_or_else(|| ClaimError::Claim(visible(text).into_owned()))?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    Ok((name.to_owned(), value))
}
