//! The demands on a token beyond a good signature, and who makes them.

use clerk_auth::error::{Reason, TokenError};
use clerk_auth::token::Unverified;
use clerk_auth::verify::Policy;
use serde_json::Value;

use super::class::{Class, Condition};

/// Conditions on tokens of all kinds.
#[derive(Clone, Debug, Default)]
pub struct Demands {
    policy: Policy,
    /// The same without authorised parties, for tokens that name none.
    without_parties: Policy,
    /// Conditions from the command line. The project's own are for session tokens only.
    named: Vec<Condition>,
    /// Shown in place of authorised parties that nobody may see.
    hidden_parties: Option<&'static str>,
}

impl Demands {
    /// The demands of a policy. `parties_are_the_projects` if the command line named no authorised parties.
    pub fn new(policy: Policy, parties_are_the_projects: bool) -> Self {
        let named = [
            (
                Condition::AuthorizedParty,
                !policy.authorized_parties.is_empty() && !parties_are_the_projects,
            ),
            (Condition::Audience, !policy.audience.is_empty()),
            (Condition::Issuer, !policy.issuers.is_empty()),
        ];
        Self {
            without_parties: Policy {
                authorized_parties: Vec::new(),
                ..policy.clone()
            },
            policy,
            hidden_parties: None,
            named: named
                .into_iter()
                .filter_map(|(condition, is_named)| is_named.then_some(condition))
                .collect(),
        }
    }

    /// Shows these words in place of the authorised parties in every sentence.
    #[must_use]
    pub fn hiding_parties(self, hidden_parties: Option<&'static str>) -> Self {
        Self {
            hidden_parties,
            ..self
        }
    }

    /// A refusal as it may be shown.
    pub(super) fn told(&self, mut error: TokenError) -> TokenError {
        if let Some(words) = self.hidden_parties {
            for party in &self.policy.authorized_parties {
                error.message = error.message.replace(party, words);
            }
        }
        error
    }

    /// All demands, whatever the token.
    pub const fn all(&self) -> &Policy {
        &self.policy
    }

    /// The demands on tokens of this class.
    pub const fn policy(&self, class: Class) -> &Policy {
        if class.has(Condition::AuthorizedParty) {
            &self.policy
        } else {
            &self.without_parties
        }
    }

    /// The first condition whose claim a token of this class does not have. Without a class only Clerk can read it, so
    /// it has no claims here.
    pub fn unfit(&self, class: Option<Class>) -> Option<Condition> {
        let mut named = self.named.iter().copied();
        named.find(|condition| !class.is_some_and(|class| class.has(*condition)))
    }
}

/// # Errors
/// An audience is demanded and the token does not name it.
pub(super) fn audience_is_met(token: &Unverified, policy: &Policy) -> Result<(), TokenError> {
    let wanted = &policy.audience;
    if wanted.is_empty() {
        return Ok(());
    }
    let is_wanted = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| wanted.iter().any(|one| one == text))
    };
    let claim = token.claims().get("aud");
    let is_met = match claim {
        Some(Value::Array(list)) => list.iter().any(is_wanted),
        Some(one) => is_wanted(one),
        None => false,
    };
    if is_met {
        return Ok(());
    }
    let shown = claim.map_or_else(|| "undefined".to_owned(), Value::to_string);
    Err(TokenError::new(
        Reason::TokenVerificationFailed,
        format!(
            "Invalid JWT audience claim (aud) {shown}. Is not included in \"{}\".",
            Value::from(wanted.clone())
        ),
    ))
}
