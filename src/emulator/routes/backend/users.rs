//! Users, as a server sees and changes them.

use clerk_auth::time::UnixMillis;
use serde_json::json;

use super::user_body::UserBody;
use crate::emulator::instance::user_query::{Order, OrderBy, Span, UserQuery};
use crate::emulator::instance::{Instance, Refusal, User};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Fields;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::window::Window;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::{Audience, UserShape, user};

const DAY: i64 = 86_400_000;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/users", list)
        .post("/v1/users", create)
        .get("/v1/users/count", count)
        .get("/v1/users/{user_id}", show)
        .patch("/v1/users/{user_id}", update)
        .delete("/v1/users/{user_id}", delete)
}

/// The user with this id, for a server.
pub(super) fn answer(instance: &Instance, id: &str, now: UnixMillis) -> Answer {
    let found = instance.user(id).ok_or(Refusal::NotFound)?;
    Ok(json_answer(&shape(found, now)))
}

pub(super) fn shape(found: &User, now: UnixMillis) -> UserShape<'_> {
    user(found, Audience::Server, now)
}

fn list(app: &Shared, call: ServerCall) -> Answer {
    let mut window = Window::of(&call.query)?;
    let query = query(&call.query)?;
    let order = match call.query.get("order_by") {
        Some(text) => Order::parse(text)?,
        None => Order {
            by: OrderBy::CreatedAt,
            falling: true,
        },
    };
    let now = app.now();
    let instance = app.instance();
    if let Some(last) = call.query.get("starting_after") {
        if order.by != OrderBy::CreatedAt {
            return Err(Refusal::ParamValue("starting_after").into());
        }
        let before = instance.list_users(&query, order, 0, usize::MAX);
        let place = before.iter().position(|user| user.id == last);
        window.offset = place.ok_or(Refusal::ParamValue("starting_after"))? + 1;
    }
    let users = instance.list_users(&query, order, window.offset, window.limit);
    let users = users.into_iter().map(|found| shape(found, now));
    Ok(json_answer(&users.collect::<Vec<_>>()))
}

fn count(app: &Shared, call: ServerCall) -> Answer {
    let count = app.instance().count_users(&query(&call.query)?);
    Ok(json_answer(
        &json!({ "object": "total_count", "total_count": count }),
    ))
}

/// The filters that a list and a count share.
fn query(fields: &Fields) -> Result<UserQuery, Fault> {
    let all = |name| fields.all(name).map(str::to_owned).collect();
    let moment = |name: &'static str| match fields.get(name).map(str::parse) {
        Some(Ok(millis)) => Ok(Some(UnixMillis(millis))),
        Some(Err(_)) => Err(Refusal::ParamValue(name)),
        None => Ok(None),
    };
    let span = |after, before| -> Result<Span, Refusal> {
        let (after, before) = (moment(after)?, moment(before)?);
        Ok(Span { after, before })
    };
    let mut active = span("last_active_at_after", "last_active_at_before")?;
    // The old name of the same, which counts whole days.
    if let Some(since) = moment("last_active_at_since")? {
        active.after = Some(UnixMillis(since.0.div_euclid(DAY) * DAY - 1));
    }
    let mut query = UserQuery {
        email_address: all("email_address"),
        phone_number: all("phone_number"),
        username: all("username"),
        external_id: all("external_id"),
        user_id: all("user_id"),
        organization_id: all("organization_id"),
        query: fields.owned("query"),
        email_address_query: fields.owned("email_address_query"),
        phone_number_query: fields.owned("phone_number_query"),
        username_query: fields.owned("username_query"),
        name_query: fields.owned("name_query"),
        banned: fields.flag("banned")?,
        created_at: span("created_at_after", "created_at_before")?,
        last_active_at: active,
        last_sign_in_at: span("last_sign_in_at_after", "last_sign_in_at_before")?,
        provider: fields.owned("provider"),
        provider_user_id: all("provider_user_id"),
    };
    query.normalize();
    Ok(query)
}

fn show(app: &Shared, Path(id): Path<String>) -> Answer {
    answer(&app.instance(), &id, app.now())
}

fn create(app: &Shared, call: ServerCall) -> Answer {
    let new = call.body::<UserBody>()?.for_creation()?;
    let now = app.now();
    let mut instance = app.instance();
    Ok(json_answer(&shape(instance.create_user(new, now)?, now)))
}

fn update(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let mut body: UserBody = call.body()?;
    body.check_for_change(call.is_before("2026-05-12"))?;
    let changes = body.changes()?;
    let sign_out = body.sign_out_of_other_sessions == Some(true);
    let now = app.now();
    let mut instance = app.instance();
    let before = instance.user(&id).ok_or(Refusal::NotFound)?.clone();
    instance.update_user(&id, changes, now)?;
    let (secret, codes) = body.second_factors();
    let rest = instance
        .set_second_factors(&id, secret, &codes, now)
        .and_then(|()| match body.metadata() {
            Some(changes) => instance.change_metadata(&id, changes, false, now).map(drop),
            None => Ok(()),
        })
        // Last, because it ends sessions.
        .and_then(|()| instance.set_password(&id, body.password(), sign_out, now));
    if let Err(refusal) = rest {
        instance.put_back(before);
        return Err(refusal.into());
    }
    answer(&instance, &id, now)
}

fn delete(app: &Shared, Path(id): Path<String>) -> Answer {
    let now = app.now();
    let gone = app.instance().delete_user(&id, now)?;
    let mut shape = json!({ "object": "user", "id": gone.id, "deleted": true });
    if let Some(external) = gone.external_id {
        shape["external_id"] = json!(external);
    }
    Ok(json_answer(&shape))
}
