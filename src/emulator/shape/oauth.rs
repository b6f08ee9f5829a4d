//! Applications that sign their users in here, and their tokens (`backend-api.md` section 7.1).

use clerk_auth::time::UnixMillis;
use serde_json::{Value, json};

use super::machines::with_life;
use crate::emulator::app::App;
use crate::emulator::instance::User;
use crate::emulator::instance::oauth::application::Application;
use crate::emulator::instance::oauth::token::AccessToken;

pub(in crate::emulator) fn application(application: &Application, app: &App) -> Value {
    let at = |path: &str| format!("{}{path}", app.address);
    json!({
        "object": "oauth_application",
        "id": application.id,
        "instance_id": app.instance_id,
        "name": application.name,
        "client_id": application.client_id,
        "client_uri": application.client_uri,
        "client_image_url": application.image_url(),
        "dynamically_registered": application.registered_itself,
        "consent_screen_enabled": application.consent_screen,
        "pkce_required": application.needs_pkce(),
        "public": application.is_public(),
        "scopes": application.scopes.join(" "),
        "redirect_uris": application.redirect_uris,
        "callback_url": application.redirect_uris.first().map_or("", String::as_str),
        "authorize_url": at("/oauth/authorize"),
        "token_fetch_url": at("/oauth/token"),
        "user_info_url": at("/oauth/userinfo"),
        "discovery_url": at("/.well-known/openid-configuration"),
        "token_introspection_url": at("/oauth/token_info"),
        "created_at": application.created_at.0,
        "updated_at": application.updated_at.0,
    })
}

/// With its secret, which nobody sees again.
pub(in crate::emulator) fn new_application(
    made: &Application,
    secret: Option<&str>,
    app: &App,
) -> Value {
    let mut shape = application(made, app);
    if let Some(secret) = secret {
        shape["client_secret"] = json!(secret);
    }
    shape
}

/// A token in JWT form that is over is only said to be so.
pub(in crate::emulator) fn access_token(token: &AccessToken, now: UnixMillis) -> Value {
    if token.is_jwt && token.life.is_expired(now) {
        return json!({ "active": false });
    }
    let shape = json!({
        "object": "clerk_idp_oauth_access_token",
        "id": token.id,
        "client_id": token.client_id,
        "subject": token.subject,
        "scopes": token.scopes,
    });
    with_life(shape, &token.life, now)
}

/// What a token of these scopes tells of its user, to the application itself and in an ID token.
pub(in crate::emulator) fn user_info(user: &User, scopes: &[String], instance_id: &str) -> Value {
    let mut shape = json!({
        "object": "oauth_user_info",
        "instance_id": instance_id,
        "user_id": user.id,
        "sub": user.id,
    });
    let has = |scope: &str| scopes.iter().any(|one| one == scope);
    if has("email")
        && let Some(email) = user.primary_email()
    {
        shape["email"] = json!(email.address);
        shape["email_verified"] = json!(email.proof.is_some());
    }
    if has("profile") {
        shape["given_name"] = json!(user.first_name);
        shape["family_name"] = json!(user.last_name);
        shape["name"] = json!(Some(user.full_name()).filter(|name| !name.is_empty()));
        shape["username"] = json!(user.username);
        shape["preferred_username"] = json!(user.username);
        shape["picture"] = json!(user.image.as_ref().map(|picture| &picture.url));
    }
    if has("public_metadata") {
        shape["public_metadata"] = json!(user.public_metadata);
    }
    if has("private_metadata") {
        shape["private_metadata"] = json!(user.private_metadata);
    }
    shape
}
