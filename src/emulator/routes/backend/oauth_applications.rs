//! Applications that sign their users in here, and the tokens that they got (`backend-api.md` section 7.1).

use axum::response::IntoResponse as _;
use http::StatusCode;
use serde::Deserialize;

use super::order::{Key, sorted};
use crate::emulator::instance::Refusal;
use crate::emulator::instance::oauth::application::ApplicationFields;
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::upload::Upload;
use crate::emulator::routes::window::Window;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::deleted;
use crate::emulator::shape::oauth::{access_token, application, new_application};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/oauth_applications", list)
        .post("/v1/oauth_applications", create)
        .post("/v1/oauth_applications/access_tokens/verify", verify)
        .get("/v1/oauth_applications/{id}", show)
        .patch("/v1/oauth_applications/{id}", change)
        .delete("/v1/oauth_applications/{id}", remove)
        .put("/v1/oauth_applications/{id}/logo", set_logo)
        .post("/v1/oauth_applications/{id}/rotate_secret", rotate)
        .post("/v1/oauth_applications/{id}/revoke_token", revoke)
}

fn list(app: &Shared, call: ServerCall) -> Answer {
    let instance = app.instance();
    let query = call.query.get("name_query").map(str::to_lowercase);
    let query = query.unwrap_or_default();
    let all = instance.applications();
    let all = all.filter(|one| one.name.to_lowercase().contains(&query));
    let all = sorted(
        all.collect(),
        &call.query,
        &["created_at", "name"],
        |one, name| match name {
            "name" => Key::Text(one.name.clone()),
            _ => Key::Number(one.created_at.0),
        },
    )?;
    let list = Window::of(&call.query)?.list(all, |one| application(one, app));
    Ok(json_answer(&list))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    name: Option<String>,
    redirect_uris: Option<Vec<String>>,
    /// The old name of a single one.
    callback_url: Option<String>,
    scopes: Option<String>,
    consent_screen_enabled: Option<bool>,
    pkce_required: Option<bool>,
    public: Option<bool>,
}

impl Body {
    fn fields(self) -> ApplicationFields {
        let old = self.callback_url.map(|url| vec![url]);
        ApplicationFields {
            name: self.name,
            redirect_uris: self.redirect_uris.or(old),
            scopes: self.scopes,
            consent_screen: self.consent_screen_enabled,
            pkce_required: self.pkce_required,
            is_public: self.public,
            ..ApplicationFields::default()
        }
    }
}

fn create(app: &Shared, call: ServerCall) -> Answer {
    let body: Body = call.body()?;
    let mut instance = app.instance();
    let (made, secret) = instance.create_application(body.fields(), app.now())?;
    Ok(json_answer(&new_application(made, secret.as_deref(), app)))
}

fn show(app: &Shared, Path(id): Path<String>) -> Answer {
    Ok(json_answer(&application(
        app.instance().application(&id)?,
        app,
    )))
}

fn change(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let body: Body = call.body()?;
    let mut instance = app.instance();
    let changed = instance.change_application(&id, body.fields(), app.now())?;
    Ok(json_answer(&application(changed, app)))
}

fn remove(app: &Shared, Path(id): Path<String>) -> Answer {
    app.instance().remove_application(&id)?;
    Ok(json_answer(&deleted("oauth_application", &id)))
}

fn set_logo(app: &Shared, Path(id): Path<String>, upload: Upload) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    let changed = instance.set_application_logo(&id, &upload.file, &upload.call.base, now)?;
    Ok(json_answer(&application(changed, app)))
}

fn rotate(app: &Shared, Path(id): Path<String>) -> Answer {
    let mut instance = app.instance();
    let (rotated, secret) = instance.rotate_client_secret(&id, app.now())?;
    Ok(json_answer(&new_application(rotated, Some(&secret), app)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revocation {
    token: String,
}

fn revoke(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let Revocation { token } = call.body()?;
    let mut instance = app.instance();
    let client = instance.application(&id)?.client_id.clone();
    instance.revoke_oauth_token(&token, &client, app.now());
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    /// `secret` is its old name.
    #[serde(alias = "secret")]
    access_token: String,
}

fn verify(app: &Shared, call: ServerCall) -> Answer {
    let shown: Shown = call.body()?;
    if shown.access_token.is_empty() {
        return Err(Refusal::ParamMissing("access_token").into());
    }
    let now = app.now();
    let instance = app.instance();
    let found = instance.access_token(&shown.access_token)?;
    Ok(json_answer(&access_token(found, now)))
}
