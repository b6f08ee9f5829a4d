//! Claims about a user besides who it is: templates, and the claims that the instance adds to session tokens.

use serde_json::{Map, Value, json};

use super::View;
use super::shortcode::expand;
use crate::emulator::instance::access::template::Template;
use crate::emulator::instance::contact::Contact;
use crate::emulator::instance::{Session, User, random};
use crate::emulator::mint::KeyError;

/// What the instance may not add to a session token, because it is there already.
const OF_SESSIONS: [&str; 18] = [
    "azp", "exp", "fva", "iat", "iss", "jti", "nbf", "sid", "sts", "sub", "v", "o", "pla", "fea",
    "act", "org_id", "org_slug", "org_role",
];

impl View<'_> {
    /// What a session token of this session carries besides: claims of the instance, and who acts in the user's name.
    pub(super) fn extra_claims(&self, session: &Session) -> Map<String, Value> {
        let wanted = self.instance.settings().session_token_claims;
        let mut claims = if wanted.is_empty() {
            Map::new()
        } else {
            expand(&wanted, &self.known(session))
        };
        claims.retain(|name, _| !OF_SESSIONS.contains(&name.as_str()));
        if !self.instance.tasks(session).is_empty() {
            claims.insert("sts".to_owned(), "pending".into());
        }
        if let Some(actor) = &session.actor {
            claims.insert("act".to_owned(), Value::Object(actor.clone()));
        }
        claims
    }

    /// A token of a template as an object. Its life may be given in seconds.
    pub fn template_token(
        &self,
        session: &Session,
        template: &Template,
        life: Option<i64>,
    ) -> Result<Value, KeyError> {
        let mut claims = expand(&template.claims, &self.known(session));
        let issued_at = self.now.seconds();
        for (name, value) in [
            (
                "azp",
                self.authorized_party.map_or(Value::Null, Value::from),
            ),
            ("exp", json!(issued_at + life.unwrap_or(template.lifetime))),
            ("iat", json!(issued_at)),
            ("iss", json!(self.mint.issuer())),
            ("jti", json!(random::alphanumeric(self.random, 20))),
            ("nbf", json!(issued_at - template.allowed_clock_skew)),
            ("sub", json!(session.user_id)),
        ] {
            if !value.is_null() {
                claims.insert(name.to_owned(), value);
            }
        }
        let claims = Value::Object(claims);
        let shared = template.shared_key.as_ref();
        let jwt = self.mint.template_token(&claims, shared)?;
        Ok(json!({ "object": "token", "jwt": jwt }))
    }

    /// What shortcodes can name. Private metadata is not among it: tokens are for pages.
    fn known(&self, session: &Session) -> Value {
        let owner = self.instance.user(&session.user_id);
        json!({
            "user": owner.map(|owner| self.known_user(owner)),
            "session": { "id": session.id, "actor": session.actor },
            "org": self.known_organization(session),
        })
    }

    fn known_organization(&self, session: &Session) -> Value {
        let Some(member) = self.member(session) else {
            return Value::Null;
        };
        let organization = self.instance.organization(&member.organization_id);
        let role = self.instance.role_of(member);
        json!({
            "id": member.organization_id,
            "name": organization.map(|known| &known.name).ok(),
            "slug": organization.map(|known| &known.slug).ok(),
            "role": role.map(|role| &role.key),
        })
    }

    fn known_user(&self, found: &User) -> Value {
        let mut known = json!(self.user(found));
        known["full_name"] = json!(Some(found.full_name()).filter(|name| !name.is_empty()));
        let email = found.primary_email();
        known["primary_email_address"] = json!(email.map(|email| &email.address));
        known["email_verified"] = json!(email.is_some_and(Contact::is_verified));
        known
    }
}
