//! The Backend API, as far as an app needs it (`frontend-api.md` section 15, `backend-api.md` sections 4.3 and 7.2).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use clerk_auth::keys::{SecretKey, accounts_portal_origin};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde_json::json;

use super::call::Call;
use super::fault::Fault;
use super::path::Surface;
use super::turn::json_answer;
use super::{Answer, Shared};
use crate::emulator::instance::Refusal;
use crate::emulator::shape::{Audience, backend_session, user};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/v1/jwks", get(key_set))
        .route("/v1/instance", get(show_instance))
        .route("/v1/domains", get(list_domains))
        // Clerk's own kits ask these without the version, its published description names them with it.
        .route("/api_keys/verify", post(no_such_token))
        .route("/v1/api_keys/verify", post(no_such_token))
        .route("/m2m_tokens/verify", post(no_such_token))
        .route("/v1/m2m_tokens/verify", post(no_such_token))
        .route(
            "/oauth_applications/access_tokens/verify",
            post(no_such_token),
        )
        .route(
            "/v1/oauth_applications/access_tokens/verify",
            post(no_such_token),
        )
        .route("/v1/users/{id}", get(show_user))
        .route("/v1/clients/handshake_payload", get(handshake_payload))
        .route("/v1/sessions/{id}", get(show_session))
        .route("/v1/sessions/{id}/revoke", post(revoke_session))
}

/// Checks the secret key of a request, if it needs or has one.
pub(super) fn check_keys(
    secret_key: &SecretKey,
    surface: Surface,
    headers: &HeaderMap,
) -> Result<(), Fault> {
    if surface == Surface::Backend {
        return check_key(secret_key, headers);
    }
    // An app's proxy sends its key with all that it forwards. With another one its visitors would sign up here, and the
    // app would take none of them for signed in.
    let sent = headers.get("clerk-secret-key");
    if sent.is_some_and(|key| !is_the_key(secret_key, key.as_bytes())) {
        return Err(Fault::OtherProject);
    }
    Ok(())
}

fn is_the_key(secret_key: &SecretKey, key: &[u8]) -> bool {
    verify_slices_are_equal(key, secret_key.expose().as_bytes()).is_ok()
}

fn check_key(secret_key: &SecretKey, headers: &HeaderMap) -> Result<(), Fault> {
    let header = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let key = header
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or(Fault::KeyMissing)?;
    if is_the_key(secret_key, key.as_bytes()) {
        Ok(())
    } else {
        Err(Fault::KeyInvalid)
    }
}

async fn key_set(State(app): State<Shared>) -> Answer {
    Ok(json_answer(&app.mint.key_set()))
}

async fn show_instance(State(app): State<Shared>) -> Answer {
    Ok(json_answer(&json!({
        "object": "instance",
        "id": app.instance_id,
        "environment_type": "development",
        "allowed_origins": null,
        "workspace_id": null,
    })))
}

async fn list_domains(State(app): State<Shared>) -> Answer {
    let host = app.publishable_key.frontend_api_host();
    let domain = json!({
        "object": "domain",
        "id": app.instance_id.replace("ins_", "dmn_"),
        "name": host,
        "is_satellite": false,
        "frontend_api_url": format!("https://{host}"),
        "accounts_portal_url": accounts_portal_origin(host),
        "proxy_url": null,
        "development_origin": "",
        "cname_targets": null,
    });
    Ok(json_answer(&json!({ "data": [domain], "total_count": 1 })))
}

/// The emulator issues no tokens to machines, so it knows none.
async fn no_such_token() -> Answer {
    Err(Refusal::NotFound.into())
}

async fn show_user(State(app): State<Shared>, Path(id): Path<String>) -> Answer {
    let instance = app.instance();
    let found = instance.user(&id).ok_or(Refusal::NotFound)?;
    Ok(json_answer(&user(found, Audience::Server)))
}

/// The cookies of a handshake, once.
async fn handshake_payload(State(app): State<Shared>, call: Call) -> Answer {
    let nonce = call.query.required("nonce")?;
    let directives = app
        .instance()
        .take_directives(nonce, app.now())
        .ok_or(Refusal::NotFound)?;
    Ok(json_answer(&json!({ "directives": directives })))
}

async fn show_session(State(app): State<Shared>, Path(id): Path<String>) -> Answer {
    let instance = app.instance();
    Ok(json_answer(&backend_session(
        instance.session(&id).ok_or(Refusal::NotFound)?,
    )))
}

async fn revoke_session(State(app): State<Shared>, Path(id): Path<String>) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    Ok(json_answer(&backend_session(
        instance.revoke_session(&id, now)?,
    )))
}
