//! Auth objects from claims, by way of a real signature: there is no other way to one.

use clerk_auth::auth::{Auth, Session};
use clerk_auth::token::decode;
use clerk_auth::verify::{Policy, Verified, verify};
use serde_json::{Value, json};

use super::NOW_MS;
use super::stage::{NOW, live};

/// The claims as a verified token; `exp` is an hour away unless it is given.
pub fn verified(claims: &Value) -> Verified {
    let mut all = json!({ "exp": NOW_MS / 1000 + 3600 });
    let given = claims.as_object().unwrap().clone();
    all.as_object_mut().unwrap().extend(given);
    let token = live().sign(&json!({ "alg": "RS256" }), &all);
    verify(
        &decode(&token).unwrap(),
        live().public_key(),
        &Policy::default(),
        NOW,
    )
    .unwrap()
}

/// Who the claims stand for.
pub fn auth_of(claims: &Value) -> Auth {
    let session = Session::new(verified(claims)).unwrap();
    match session.is_pending() {
        true => Auth::Pending(session),
        false => Auth::SignedIn(session),
    }
}
