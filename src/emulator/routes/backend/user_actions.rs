//! The actions of servers on a user besides changing fields: who may come in, passwords and second factors, pictures,
//! metadata, accounts with providers.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::users::{answer, shape};
use crate::emulator::instance::people::MetadataChanges;
use crate::emulator::instance::{Refusal, Strategy};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::upload::Upload;
use crate::emulator::routes::window::Window;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::deleted;

const MAX_BANNED: usize = 50;

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/v1/users/ban", ban_all)
        .post("/v1/users/unban", unban_all)
        .post("/v1/users/{user_id}/ban", ban)
        .post("/v1/users/{user_id}/unban", unban)
        .post("/v1/users/{user_id}/lock", lock)
        .post("/v1/users/{user_id}/unlock", unlock)
        .patch("/v1/users/{user_id}/metadata", merge_metadata)
        .put("/v1/users/{user_id}/metadata", replace_metadata)
        .post("/v1/users/{user_id}/profile_image", set_image)
        .delete("/v1/users/{user_id}/profile_image", remove_image)
        .post("/v1/users/{user_id}/verify_password", verify_password)
        .post("/v1/users/{user_id}/remove_password", remove_password)
        .post(
            "/v1/users/{user_id}/password/set_compromised",
            set_compromised,
        )
        .post(
            "/v1/users/{user_id}/password/unset_compromised",
            unset_compromised,
        )
        .post("/v1/users/{user_id}/verify_totp", verify_totp)
        .delete("/v1/users/{user_id}/mfa", disable_mfa)
        .delete("/v1/users/{user_id}/totp", remove_totp)
        .delete("/v1/users/{user_id}/backup_code", remove_backup_codes)
        .get(
            "/v1/users/{user_id}/oauth_access_tokens/{provider}",
            access_tokens,
        )
        .delete(
            "/v1/users/{user_id}/external_accounts/{external_account_id}",
            remove_account,
        )
        .get("/v1/users/{user_id}/trusted_devices", trusted_devices)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserIds {
    user_ids: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Password {
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PasswordRemoval {
    sign_out_of_other_sessions: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Compromise {
    revoke_all_sessions: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Metadata {
    public_metadata: Option<Map<String, Value>>,
    private_metadata: Option<Map<String, Value>>,
    unsafe_metadata: Option<Map<String, Value>>,
}

fn ban_all(app: &Shared, call: ServerCall) -> Answer {
    stand(app, &call.body()?, true)
}

fn unban_all(app: &Shared, call: ServerCall) -> Answer {
    stand(app, &call.body()?, false)
}

fn stand(app: &Shared, UserIds { user_ids }: &UserIds, banned: bool) -> Answer {
    if user_ids.is_empty() || user_ids.len() > MAX_BANNED {
        return Err(Refusal::ParamValue("user_ids").into());
    }
    let ids: Vec<_> = user_ids.iter().map(String::as_str).collect();
    let now = app.now();
    let mut instance = app.instance();
    instance.ban(&ids, banned, now)?;
    let users = ids.iter().filter_map(|id| instance.user(id));
    let users: Vec<_> = users.map(|found| shape(found, now)).collect();
    Ok(json_answer(&users))
}

fn ban(app: &Shared, Path(id): Path<String>) -> Answer {
    stand_alone(app, &id, true)
}

fn unban(app: &Shared, Path(id): Path<String>) -> Answer {
    stand_alone(app, &id, false)
}

fn stand_alone(app: &Shared, id: &str, banned: bool) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    instance.ban(&[id], banned, now)?;
    answer(&instance, id, now)
}

fn lock(app: &Shared, Path(id): Path<String>) -> Answer {
    let now = app.now();
    Ok(json_answer(&shape(
        app.instance().lock(&id, true, now)?,
        now,
    )))
}

fn unlock(app: &Shared, Path(id): Path<String>) -> Answer {
    let now = app.now();
    Ok(json_answer(&shape(
        app.instance().lock(&id, false, now)?,
        now,
    )))
}

fn merge_metadata(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    metadata(app, &id, call.body()?, true)
}

fn replace_metadata(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    metadata(app, &id, call.body()?, false)
}

fn metadata(app: &Shared, id: &str, body: Metadata, merge: bool) -> Answer {
    let changes = MetadataChanges {
        public: body.public_metadata,
        private: body.private_metadata,
        unsafe_: body.unsafe_metadata,
    };
    let now = app.now();
    let mut instance = app.instance();
    let changed = instance.change_metadata(id, changes, merge, now)?;
    Ok(json_answer(&shape(changed, now)))
}

fn set_image(app: &Shared, Path(id): Path<String>, upload: Upload) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    instance.set_picture(&id, &upload.file, &app.address, now)?;
    answer(&instance, &id, now)
}

fn remove_image(app: &Shared, Path(id): Path<String>) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    instance.remove_picture(&id, now)?;
    answer(&instance, &id, now)
}

fn verify_password(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let Password { password } = call.body()?;
    if app.instance().has_password(&id, &password)? {
        Ok(json_answer(&json!({ "verified": true })))
    } else {
        Err(Refusal::IncorrectPassword.into())
    }
}

fn remove_password(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let body: PasswordRemoval = call.body()?;
    let sign_out = body.sign_out_of_other_sessions == Some(true);
    let now = app.now();
    let mut instance = app.instance();
    let user = instance.user(&id).ok_or(Refusal::NotFound)?;
    if user.password.is_none() {
        return Err(Refusal::NoPassword.into());
    }
    instance.replace_password(&id, None, sign_out, now)?;
    answer(&instance, &id, now)
}

fn set_compromised(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let body: Compromise = call.body()?;
    let sign_out = body.revoke_all_sessions == Some(true);
    mark_password(app, &id, true, sign_out)
}

fn unset_compromised(app: &Shared, Path(id): Path<String>) -> Answer {
    mark_password(app, &id, false, false)
}

fn mark_password(app: &Shared, id: &str, compromised: bool, sign_out: bool) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    let user = instance.mark_password(id, compromised, sign_out, now)?;
    Ok(json_answer(&shape(user, now)))
}

fn verify_totp(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let Code { code } = call.body()?;
    let strategies = [Strategy::Totp, Strategy::BackupCode];
    let now = app.now();
    let used = app
        .instance()
        .spend_second_factor(&id, &strategies, &code, now)?;
    Ok(json_answer(
        &json!({ "verified": true, "code_type": used.as_str() }),
    ))
}

fn disable_mfa(app: &Shared, Path(id): Path<String>) -> Answer {
    let now = app.now();
    app.instance().disable_mfa(&id, now)?;
    Ok(json_answer(&json!({ "user_id": id })))
}

fn remove_totp(app: &Shared, Path(id): Path<String>) -> Answer {
    let now = app.now();
    app.instance().remove_totp(&id, now)?;
    Ok(json_answer(&json!({ "user_id": id })))
}

fn remove_backup_codes(app: &Shared, Path(id): Path<String>) -> Answer {
    let now = app.now();
    app.instance().remove_backup_codes(&id, now)?;
    Ok(json_answer(&json!({ "user_id": id })))
}

fn access_tokens(
    app: &Shared,
    Path((id, provider)): Path<(String, String)>,
    call: ServerCall,
) -> Answer {
    let window = Window::of(&call.query)?;
    let paginated = call.query.flag("paginated")? == Some(true);
    let provider = provider.strip_prefix("oauth_").unwrap_or(&provider);
    let instance = app.instance();
    let user = instance.user(&id).ok_or(Refusal::NotFound)?;
    let accounts = user.external_accounts.iter();
    let accounts: Vec<_> = accounts
        .filter(|one| one.provider == provider && !one.access_token.is_empty())
        .collect();
    let list = window.list(accounts, |account| {
        json!({
            "object": "oauth_access_token",
            "external_account_id": account.id,
            "provider_user_id": account.provider_user_id,
            "token": account.access_token,
            "expires_at": null,
            "provider": format!("oauth_{}", account.provider),
            "public_metadata": {},
            "label": null,
            "scopes": account.scopes,
        })
    });
    Ok(json_answer(if paginated { &list } else { &list["data"] }))
}

fn remove_account(app: &Shared, Path((id, account)): Path<(String, String)>) -> Answer {
    let now = app.now();
    app.instance().remove_external_account(&id, &account, now)?;
    Ok(json_answer(&deleted("external_account", &account)))
}

/// The emulator trusts no devices.
fn trusted_devices(app: &Shared, Path(id): Path<String>) -> Answer {
    app.instance().user(&id).ok_or(Refusal::NotFound)?;
    Ok(json_answer(&json!({ "data": [], "total_count": 0 })))
}
