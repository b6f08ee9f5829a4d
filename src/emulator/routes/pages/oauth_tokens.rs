//! The provider's endpoints for clients: codes and refresh tokens become access tokens, and these tell about a user.
//! Their errors are OAuth's, not Clerk's.

use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clerk_auth::time::UnixMillis;
use http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use serde_json::json;
use url::form_urlencoded;

use crate::emulator::app::App;
use crate::emulator::instance::machines::hash;
use crate::emulator::instance::oauth::application::Application;
use crate::emulator::instance::oauth::authorization::Redeemed;
use crate::emulator::instance::oauth::token::ACCESS_LIFE;
use crate::emulator::instance::{Instance, Refusal, random};
use crate::emulator::routes::admission::bearer;
use crate::emulator::routes::call::{Call, Fields};
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::oauth::user_info;

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/oauth/token", token)
        .post("/oauth/token/revoke", revoke)
        .post("/oauth/token_info", token_info)
        .get("/oauth/userinfo", userinfo)
        .post("/oauth/userinfo", userinfo)
}

fn error(status: StatusCode, code: &str, words: &str) -> Response {
    let mut response = json_answer(&json!({ "error": code, "error_description": words }));
    *response.status_mut() = status;
    if status == StatusCode::UNAUTHORIZED {
        let how = HeaderValue::from_static("Basic");
        response.headers_mut().insert(WWW_AUTHENTICATE, how);
    }
    response
}

fn bad(code: &str, words: &str) -> Response {
    error(StatusCode::BAD_REQUEST, code, words)
}

fn unknown_client() -> Response {
    let words = "The client is not known, or its secret is another";
    error(StatusCode::UNAUTHORIZED, "invalid_client", words)
}

/// Client id and secret of the header.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let sent = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let text = STANDARD.decode(sent.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(text).ok()?;
    let (id, secret) = text.split_once(':')?;
    let plain = |text: &str| {
        let text = format!("x={text}");
        let pair = form_urlencoded::parse(text.as_bytes()).next();
        pair.map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    Some((plain(id), plain(secret)))
}

/// The client that asks: by its secret, or by its name alone if it has none.
fn client<'a>(
    instance: &'a Instance,
    headers: &HeaderMap,
    form: &Fields,
) -> Option<&'a Application> {
    let (id, secret) = match basic(headers) {
        Some((id, secret)) => (id, Some(secret)),
        None => (form.owned("client_id")?, form.owned("client_secret")),
    };
    let application = instance.client_application(&id).ok()?;
    let secret = secret.filter(|secret| !secret.is_empty());
    // Hashes of random secrets: how long a comparison takes tells nothing of use.
    let fits = application.secret_hash == secret.as_deref().map(hash);
    fits.then_some(application)
}

fn token(app: &Shared, call: Call) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    let form = &call.form;
    let Some(application) = client(&instance, &call.headers, form) else {
        return Ok(unknown_client());
    };
    let client_id = application.client_id.clone();
    let found = match form.get("grant_type") {
        Some("authorization_code") => {
            let shown = Redeemed {
                code: form.get("code").unwrap_or_default(),
                client_id: &client_id,
                redirect_uri: form.get("redirect_uri"),
                verifier: form.get("code_verifier"),
            };
            instance.redeem_code(&shown, now)
        }
        Some("refresh_token") => {
            let token = form.get("refresh_token").unwrap_or_default();
            let grant = instance.use_refresh_token(token, &client_id, now);
            grant.map(|grant| (grant, None))
        }
        Some(_) => {
            return Ok(bad(
                "unsupported_grant_type",
                "This grant type is not known",
            ));
        }
        None => return Ok(bad("invalid_request", "grant_type is missing")),
    };
    match found {
        Ok((grant, nonce)) => issue(app, &mut instance, &call, &grant, nonce, now),
        Err(Refusal::NotFound) => Ok(bad(
            "invalid_grant",
            "The grant is not valid for this request",
        )),
        Err(refusal) => Err(refusal.into()),
    }
}

fn issue(
    app: &App,
    instance: &mut Instance,
    call: &Call,
    grant: &str,
    nonce: Option<String>,
    now: UnixMillis,
) -> Answer {
    let is_jwt = instance
        .settings()
        .oauth_applications
        .oauth_jwt_access_tokens;
    let token = instance.new_access_token(grant, is_jwt, now)?;
    let text = if is_jwt {
        app.mint.access_token(&token)?
    } else {
        format!("oat_{}", random::alphanumeric(&*app.random, 43))
    };
    let mut answer = json!({
        "access_token": text,
        "token_type": "Bearer",
        "expires_in": ACCESS_LIFE,
        "scope": token.scopes.join(" "),
    });
    let has = |scope: &str| token.scopes.iter().any(|one| one == scope);
    if has("openid") {
        let user = instance.user(&token.subject).ok_or(Refusal::NotFound)?;
        let about = user_info(user, &token.scopes, &app.instance_id);
        let id_token = app.mint.id_token(&token, &call.base, &about, nonce)?;
        answer["id_token"] = json!(id_token);
    }
    if has("offline_access") {
        answer["refresh_token"] = json!(instance.new_refresh_token(grant)?);
    }
    instance.keep_access_token(token, &text);
    Ok(json_answer(&answer))
}

fn revoke(app: &Shared, call: Call) -> Answer {
    let mut instance = app.instance();
    let Some(application) = client(&instance, &call.headers, &call.form) else {
        return Ok(unknown_client());
    };
    let client_id = application.client_id.clone();
    let Some(token) = call.form.get("token") else {
        return Ok(bad("invalid_request", "token is missing"));
    };
    instance.revoke_oauth_token(token, &client_id, app.now());
    Ok(StatusCode::OK.into_response())
}

/// What a client may know of a token of its own.
fn token_info(app: &Shared, call: Call) -> Answer {
    let now = app.now();
    let instance = app.instance();
    let Some(application) = client(&instance, &call.headers, &call.form) else {
        // Without a body, as Clerk describes it.
        let how = [(WWW_AUTHENTICATE, "Basic")];
        return Ok((StatusCode::UNAUTHORIZED, how).into_response());
    };
    let token = instance.access_token(call.form.required("token")?).ok();
    let token = token.filter(|token| token.client_id == application.client_id);
    Ok(json_answer(
        &match token.filter(|token| token.life.opens(now)) {
            None => json!({ "active": false }),
            Some(token) => json!({
                "active": true,
                "client_id": token.client_id,
                "iat": token.life.created_at.seconds(),
                "scope": token.scopes.join(" "),
                "sub": token.subject,
            }),
        },
    ))
}

fn userinfo(app: &Shared, headers: HeaderMap) -> Answer {
    let now = app.now();
    let instance = app.instance();
    let token = bearer(&headers).and_then(|text| instance.access_token(text).ok());
    let token = token.filter(|token| token.life.opens(now));
    let token = token.ok_or(Refusal::SignedOut)?;
    let user = instance.user(&token.subject).ok_or(Refusal::SignedOut)?;
    Ok(json_answer(&user_info(
        user,
        &token.scopes,
        &app.instance_id,
    )))
}
