//! `has()`: whether a session carries a role, a permission, a feature, a plan, or a fresh verification
//! (`request-authentication.md` section 10.2).

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::claims::{SessionClaims, scoped_items};

/// Conditions on a session. All that are named must hold, and at least one must be named.
///
/// ```
/// use clerk_auth::has::{Check, Reverification};
///
/// let may_delete = Check::permission("org:teams:delete").and(Check::reverification(Reverification::Strict));
/// ```
///
/// An empty name never holds, so that a missing setting keeps everybody out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Check {
    conditions: Vec<Condition>,
}

#[derive(Clone, Debug, PartialEq)]
enum Condition {
    Role(Cow<'static, str>),
    Permission(Cow<'static, str>),
    Feature(Cow<'static, str>),
    Plan(Cow<'static, str>),
    Reverification(Reverification),
}

impl Check {
    /// The role in the active organization; `org:` in front may be left out.
    pub fn role(role: impl Into<Cow<'static, str>>) -> Self {
        Self::one(Condition::Role(role.into()))
    }

    /// A permission in the active organization; `org:` in front may be left out.
    pub fn permission(permission: impl Into<Cow<'static, str>>) -> Self {
        Self::one(Condition::Permission(permission.into()))
    }

    /// A feature of the user or of the active organization. `user:export` or `org:export` asks for one of them.
    pub fn feature(feature: impl Into<Cow<'static, str>>) -> Self {
        Self::one(Condition::Feature(feature.into()))
    }

    /// A plan of the user or of the active organization, scoped like a feature.
    pub fn plan(plan: impl Into<Cow<'static, str>>) -> Self {
        Self::one(Condition::Plan(plan.into()))
    }

    /// A verification of a factor that is recent enough.
    pub fn reverification(wanted: Reverification) -> Self {
        Self::one(Condition::Reverification(wanted))
    }

    /// This check and `other`.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.conditions.extend(other.conditions);
        self
    }

    /// The verification that a session lacks which has everything else.
    pub(crate) fn only_stale_for(&self, claims: &SessionClaims) -> Option<Reverification> {
        let mut failed = self
            .conditions
            .iter()
            .filter(|condition| !condition.holds_for(claims));
        let Some(Condition::Reverification(wanted)) = failed.next() else {
            return None;
        };
        let is_stale = |condition: &Condition| matches!(condition, Condition::Reverification(_));
        failed.all(is_stale).then_some(*wanted)
    }

    fn one(condition: Condition) -> Self {
        Self {
            conditions: vec![condition],
        }
    }

    /// True if everything asked for holds; false if nothing is asked.
    pub fn holds_for(&self, claims: &SessionClaims) -> bool {
        let user = claims.user_id.as_deref().unwrap_or_default();
        let holds = |condition: &Condition| condition.holds_for(claims);
        !user.is_empty() && !self.conditions.is_empty() && self.conditions.iter().all(holds)
    }
}

impl Condition {
    fn holds_for(&self, claims: &SessionClaims) -> bool {
        match self {
            Self::Role(role) => {
                let wanted = without_prefix(role);
                let held = claims.org_role.as_deref().map(without_prefix);
                in_organization(claims) && !wanted.is_empty() && held == Some(wanted)
            }
            Self::Permission(permission) => {
                let wanted = without_prefix(permission);
                // Only the wanted name may go without its prefix: those in the token always have it.
                let is_it = |held: &String| held.strip_prefix("org:") == Some(wanted);
                let held = claims.org_permissions.as_deref().unwrap_or_default();
                in_organization(claims) && !wanted.is_empty() && held.iter().any(is_it)
            }
            Self::Feature(feature) => lists(claims.features.as_deref(), feature),
            Self::Plan(plan) => lists(claims.plans.as_deref(), plan),
            Self::Reverification(wanted) => {
                wanted.holds_for(claims.factor_verification_age.as_ref())
            }
        }
    }
}

fn in_organization(claims: &SessionClaims) -> bool {
    claims.org_id.as_deref().is_some_and(|id| !id.is_empty())
}

/// Any run of leading `org:` counts as one.
fn without_prefix(name: &str) -> &str {
    name.trim_start_matches("org:")
}

/// True if a scoped list holds `wanted`. A list that cannot be read holds nothing.
fn lists(list: Option<&str>, wanted: &str) -> bool {
    let mut pieces = wanted.split(':');
    let (id, scopes) = match (pieces.next(), pieces.next()) {
        (Some("o" | "org" | "organization"), Some(id)) => (id, ["o", "ou", "uo"].as_slice()),
        (Some("u" | "user"), Some(id)) => (id, ["u", "ou", "uo"].as_slice()),
        (Some(id), None) => (id, ["o", "u", "ou", "uo"].as_slice()),
        _ => return false,
    };
    let mut found = false;
    for item in scoped_items(list.unwrap_or_default()) {
        let Ok((scope, value)) = item else {
            return false;
        };
        found |= value == id && scopes.contains(&scope);
    }
    found && !id.is_empty()
}

/// How recently a session must have been verified again, and by which factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reverification {
    /// Both factors within 10 minutes.
    StrictMfa,
    /// The second factor within 10 minutes; the first where there is no second.
    Strict,
    /// The same within 60 minutes.
    Moderate,
    /// The same within a day.
    Lax,
    /// A level and an age of your own. An age of 0 or less never holds.
    Custom {
        /// The factors that count.
        level: FactorLevel,
        /// The age in minutes at which a verification is too old.
        after_minutes: f64,
    },
}

/// The factors a reverification looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorLevel {
    /// The first factor.
    FirstFactor,
    /// The second factor, or the first for those who have no second.
    SecondFactor,
    /// Both, or the first for those who have no second.
    MultiFactor,
}

impl FactorLevel {
    /// As Clerk spells it.
    const fn name(self) -> &'static str {
        match self {
            Self::FirstFactor => "first_factor",
            Self::SecondFactor => "second_factor",
            Self::MultiFactor => "multi_factor",
        }
    }
}

impl Reverification {
    /// Clerk's name for it, if it has one, with level and minutes.
    const fn parts(self) -> (Option<&'static str>, FactorLevel, f64) {
        use FactorLevel::{MultiFactor, SecondFactor};
        match self {
            Self::StrictMfa => (Some("strict_mfa"), MultiFactor, 10.0),
            Self::Strict => (Some("strict"), SecondFactor, 10.0),
            Self::Moderate => (Some("moderate"), SecondFactor, 60.0),
            Self::Lax => (Some("lax"), SecondFactor, 1440.0),
            Self::Custom {
                level,
                after_minutes,
            } => (None, level, after_minutes),
        }
    }

    fn holds_for(self, ages: Option<&Value>) -> bool {
        let Some([first, second]) = ages.and_then(factor_ages) else {
            return false;
        };
        let (_, level, minutes) = self.parts();
        let fresh = |age: Option<f64>| age.is_some_and(|age| age < minutes);
        // NaN is not above 0 either.
        minutes > 0.0
            && match (level, second) {
                (FactorLevel::FirstFactor, _) | (_, None) => fresh(first),
                (FactorLevel::SecondFactor, _) => fresh(second),
                (FactorLevel::MultiFactor, _) => fresh(first) && fresh(second),
            }
    }

    /// The body of the 403 that makes Clerk's components ask for a new verification and try again.
    pub fn error_body(self) -> Value {
        let wanted = match self.parts() {
            (Some(name), ..) => json!(name),
            (None, level, minutes) => json!({ "level": level.name(), "afterMinutes": minutes }),
        };
        json!({ "clerk_error": {
            "type": "forbidden",
            "reason": "reverification-error",
            "metadata": { "reverification": wanted },
        } })
    }
}

/// The ages of both factors in minutes, `None` for a factor that was never verified. Nothing at all if neither was, or
/// if `fva` has another shape.
fn factor_ages(claim: &Value) -> Option<[Option<f64>; 2]> {
    let [first, second] = claim.as_array()?.as_slice() else {
        return None;
    };
    let age = |value: &Value| match value.as_f64()? {
        -1.0 => Some(None),
        age if age >= 0.0 => Some(Some(age)),
        _ => None,
    };
    let ages = [age(first)?, age(second)?];
    (ages != [None, None]).then_some(ages)
}
