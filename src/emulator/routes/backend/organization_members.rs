//! Memberships, as a server sees them.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::body::{MetadataBody, metadata};
use super::order::{Key, sorted};
use super::organizations::{asked, known, seen_by_servers};
use crate::emulator::instance::organization::membership::{Given, Membership};
use crate::emulator::instance::{Instance, Refusal, User};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Fields;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::window::Window;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    let all = "/v1/organizations/{organization_id}/memberships";
    let one = "/v1/organizations/{organization_id}/memberships/{user_id}";
    Routes::new()
        .get(all, list)
        .post(all, add)
        .patch(one, change)
        .delete(one, remove)
        .patch(
            "/v1/organizations/{organization_id}/memberships/{user_id}/metadata",
            merge_metadata,
        )
        .get("/v1/organization_memberships", list_all)
        .get("/v1/users/{user_id}/organization_memberships", list_of_user)
}

fn list(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let window = Window::of(&call.query)?;
    let instance = app.instance();
    known(&instance, &id)?;
    let filter = Filter::of(&call.query)?;
    let members = instance.memberships_of(&id);
    let members = members.filter(|member| filter.takes(&instance, member));
    let members = in_order(&instance, members.collect(), &call.query)?;
    let seen = seen_by_servers(&instance, app);
    Ok(json_answer(
        &window.list(members, |member| seen.membership(member)),
    ))
}

fn list_all(app: &Shared, call: ServerCall) -> Answer {
    let window = Window::of(&call.query)?;
    let instance = app.instance();
    let members = in_order(&instance, instance.memberships().collect(), &call.query)?;
    let seen = seen_by_servers(&instance, app);
    Ok(json_answer(
        &window.list(members, |member| seen.membership(member)),
    ))
}

fn list_of_user(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let window = Window::of(&call.query)?;
    let instance = app.instance();
    instance.user(&id).ok_or(Refusal::NotFound)?;
    let members = instance.memberships_of_user(&id).rev().collect();
    let seen = seen_by_servers(&instance, app);
    Ok(json_answer(
        &window.list(members, |member| seen.membership(member)),
    ))
}

fn in_order<'a>(
    instance: &Instance,
    members: Vec<&'a Membership>,
    query: &Fields,
) -> Result<Vec<&'a Membership>, Fault> {
    let names = [
        "created_at",
        "email_address",
        "first_name",
        "last_name",
        "phone_number",
        "username",
    ];
    sorted(members, query, &names, |member, name| {
        let user = instance.user(&member.user_id);
        let text =
            |of: fn(&User) -> Option<String>| Key::Text(user.and_then(of).unwrap_or_default());
        match name {
            "created_at" => Key::Number(member.created_at.0),
            "email_address" => text(|user| Some(user.primary_email()?.address.clone())),
            "first_name" => text(|user| user.first_name.clone()),
            "last_name" => text(|user| user.last_name.clone()),
            "username" => text(|user| user.username.clone()),
            _ => text(|user| Some(user.phone_numbers.first()?.address.clone())),
        }
    })
}

/// Which members a list is of.
struct Filter<'a> {
    query: &'a Fields,
    created_before: Option<i64>,
    created_after: Option<i64>,
    active_before: Option<i64>,
    active_after: Option<i64>,
}

impl<'a> Filter<'a> {
    fn of(query: &'a Fields) -> Result<Self, Refusal> {
        let number = |name| match query.get(name) {
            Some(text) => text
                .parse()
                .map(Some)
                .map_err(|_| Refusal::ParamValue(name)),
            None => Ok(None),
        };
        Ok(Self {
            query,
            created_before: number("created_at_before")?,
            created_after: number("created_at_after")?,
            active_before: number("last_active_at_before")?,
            active_after: number("last_active_at_after")?,
        })
    }

    fn takes(&self, instance: &Instance, member: &Membership) -> bool {
        let Some(user) = instance.user(&member.user_id) else {
            return false;
        };
        let role = instance.role_of(member);
        let is_between = |at: i64, after: Option<i64>, before: Option<i64>| {
            after.is_none_or(|after| at > after) && before.is_none_or(|before| at < before)
        };
        let active = user.last_active_at.map_or(0, |at| at.0);
        asked(self.query, "user_id")(&|id| user.id == id)
            && asked(self.query, "role")(&|key| role.is_some_and(|role| role.key == key))
            && asked(self.query, "email_address")(&|address| has_address(user, |own| own == address))
            && asked(self.query, "username")(&|name| user.username.as_deref() == Some(name))
            && asked(self.query, "phone_number")(&|number| has_number(user, |own| own == number))
            // Nobody has one here.
            && self.query.get("web3_wallet").is_none()
            && is_between(user.created_at.0, self.created_after, self.created_before)
            && is_between(active, self.active_after, self.active_before)
            && self.is_like(user)
    }

    fn is_like(&self, user: &User) -> bool {
        let asked = |name: &str| self.query.get(name).map(str::to_lowercase);
        let in_name = |part: &str| user.full_name().to_lowercase().contains(part);
        let in_address = |part: &str| has_address(user, |own| own.contains(part));
        let in_number = |part: &str| has_number(user, |own| own.contains(part));
        let in_username = |part: &str| {
            let name = user.username.as_ref();
            name.is_some_and(|name| name.to_lowercase().contains(part))
        };
        asked("name_query").is_none_or(|part| in_name(&part))
            && asked("email_address_query").is_none_or(|part| in_address(&part))
            && asked("phone_number_query").is_none_or(|part| in_number(&part))
            && asked("username_query").is_none_or(|part| in_username(&part))
            && asked("query").is_none_or(|part| {
                in_name(&part)
                    || in_address(&part)
                    || in_number(&part)
                    || in_username(&part)
                    || user.id.to_lowercase().contains(&part)
            })
    }
}

fn has_address(user: &User, is_it: impl Fn(&str) -> bool) -> bool {
    let mut addresses = user.email_addresses.iter();
    addresses.any(|email| is_it(&email.address))
}

/// Without the plus, which in a query stands for those that are wanted.
fn has_number(user: &User, is_it: impl Fn(&str) -> bool) -> bool {
    let mut numbers = user.phone_numbers.iter();
    numbers.any(|phone| is_it(phone.address.trim_start_matches('+')))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    user_id: String,
    role: String,
    public_metadata: Option<Map<String, Value>>,
    private_metadata: Option<Map<String, Value>>,
}

fn add(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let new: New = call.body()?;
    let [public, private] = metadata(new.public_metadata, new.private_metadata)?;
    let given = Given {
        public_metadata: public.unwrap_or_default(),
        private_metadata: private.unwrap_or_default(),
    };
    let now = app.now();
    let mut instance = app.instance();
    known(&instance, &id)?;
    let member = instance.add_member(&id, &new.user_id, &new.role, given, now)?;
    let member = member.clone();
    Ok(json_answer(
        &seen_by_servers(&instance, app).membership(&member),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    role: String,
}

fn change(app: &Shared, Path((id, user)): Path<(String, String)>, call: ServerCall) -> Answer {
    let Change { role } = call.body()?;
    let now = app.now();
    let mut instance = app.instance();
    known(&instance, &id)?;
    let member = instance.change_member(&id, &user, &role, now)?.clone();
    Ok(json_answer(
        &seen_by_servers(&instance, app).membership(&member),
    ))
}

fn merge_metadata(
    app: &Shared,
    Path((id, user)): Path<(String, String)>,
    call: ServerCall,
) -> Answer {
    let body: MetadataBody = call.body()?;
    let now = app.now();
    let mut instance = app.instance();
    let member = instance.membership(&id, &user).ok_or(Refusal::NotFound)?;
    let [public, private] = body.merged(&member.public_metadata, &member.private_metadata)?;
    let id = member.id.clone();
    let member = instance.change_member_metadata(&id, public, private, now)?;
    let member = member.clone();
    Ok(json_answer(
        &seen_by_servers(&instance, app).membership(&member),
    ))
}

/// Also the last one who can manage: a server knows what it does.
fn remove(app: &Shared, Path((id, user)): Path<(String, String)>) -> Answer {
    let mut instance = app.instance();
    known(&instance, &id)?;
    let member = instance.remove_member(&id, &user)?;
    Ok(json_answer(
        &seen_by_servers(&instance, app).membership(&member),
    ))
}
