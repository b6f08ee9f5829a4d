//! Members of an organization, and those who ask to become one.

use crate::emulator::instance::Instance;
use crate::emulator::instance::organization::membership::{Given, Membership};
use crate::emulator::instance::organization::role::{MANAGE_MEMBERS, READ_MEMBERS};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::Turn;
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
        .get(
            "/v1/organizations/{organization_id}/membership_requests",
            requests,
        )
        .post(
            "/v1/organizations/{organization_id}/membership_requests/{request_id}/accept",
            accept_request,
        )
        .post(
            "/v1/organizations/{organization_id}/membership_requests/{request_id}/reject",
            reject_request,
        )
}

fn list(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let window = Window::of(&call.query)?;
    let turn = Turn::new(app, &call);
    let user = turn.acting_user()?;
    turn.instance
        .member_who_may(&id, &user, Some(READ_MEMBERS))?;
    let roles: Vec<_> = call.query.all("role").collect();
    let query = call.query.get("query").map(str::to_lowercase);
    let members = turn.instance.memberships_of(&id);
    let members = members.filter(|member| {
        let role = turn.instance.role_of(member);
        let has_role = role.is_some_and(|role| roles.contains(&role.key.as_str()));
        (roles.is_empty() || has_role)
            && query
                .as_ref()
                .is_none_or(|query| is_like(&turn.instance, member, query))
    });
    let organizations = turn.view();
    let organizations = organizations.organizations();
    let list = window.list(members.collect(), |known| organizations.membership(known));
    turn.wrapped(&list)
}

/// True if the member's name or address has this in it, in small letters.
fn is_like(instance: &Instance, member: &Membership, query: &str) -> bool {
    let Some(user) = instance.user(&member.user_id) else {
        return false;
    };
    let name = user.full_name().to_lowercase();
    let mut addresses = user.email_addresses.iter();
    name.contains(query) || addresses.any(|email| email.address.contains(query))
}

fn add(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    call.form.only(&["user_id", "role"])?;
    let (added, role) = (call.form.required("user_id")?, call.form.required("role")?);
    let mut turn = Turn::new(app, &call);
    let (user, now) = (turn.acting_user()?, turn.now);
    turn.instance
        .member_who_may(&id, &user, Some(MANAGE_MEMBERS))?;
    let member = turn
        .instance
        .add_member(&id, added, role, Given::default(), now)?
        .clone();
    answer(&turn, &member)
}

fn change(app: &Shared, Path((id, changed)): Path<(String, String)>, call: Call) -> Answer {
    call.form.only(&["role"])?;
    let role = call.form.required("role")?;
    let mut turn = Turn::new(app, &call);
    let (user, now) = (turn.acting_user()?, turn.now);
    turn.instance
        .member_who_may(&id, &user, Some(MANAGE_MEMBERS))?;
    turn.instance
        .check_minimum_without(&id, &changed, Some(role))?;
    let member = turn
        .instance
        .change_member(&id, &changed, role, now)?
        .clone();
    answer(&turn, &member)
}

fn remove(app: &Shared, Path((id, removed)): Path<(String, String)>, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let user = turn.acting_user()?;
    turn.instance
        .member_who_may(&id, &user, Some(MANAGE_MEMBERS))?;
    turn.instance.check_minimum_without(&id, &removed, None)?;
    let member = turn.instance.remove_member(&id, &removed)?;
    answer(&turn, &member)
}

fn answer(turn: &Turn<'_>, member: &Membership) -> Answer {
    turn.wrapped(&turn.view().organizations().membership(member))
}

fn requests(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let window = Window::of(&call.query)?;
    let turn = Turn::new(app, &call);
    let user = turn.acting_user()?;
    turn.instance
        .member_who_may(&id, &user, Some(MANAGE_MEMBERS))?;
    let statuses: Vec<_> = call.query.all("status").collect();
    let all = turn.instance.enrollments_in(&id);
    let asked = all.filter(|known| {
        let status = known.request_status();
        status.is_some_and(|status| statuses.is_empty() || statuses.contains(&status))
    });
    let view = turn.view();
    let organizations = view.organizations();
    let list = window.list(asked.rev().collect(), |known| {
        organizations.membership_request(known)
    });
    turn.wrapped(&list)
}

fn accept_request(app: &Shared, Path((id, request)): Path<(String, String)>, call: Call) -> Answer {
    answer_request(app, (&id, &request), &call, true)
}

fn reject_request(app: &Shared, Path((id, request)): Path<(String, String)>, call: Call) -> Answer {
    answer_request(app, (&id, &request), &call, false)
}

fn answer_request(app: &Shared, (id, request): (&str, &str), call: &Call, agreed: bool) -> Answer {
    let mut turn = Turn::new(app, call);
    let (user, now) = (turn.acting_user()?, turn.now);
    turn.instance
        .member_who_may(id, &user, Some(MANAGE_MEMBERS))?;
    let answered = turn.instance.answer_request(id, request, agreed, now)?;
    let answered = answered.clone();
    turn.wrapped(&turn.view().organizations().membership_request(&answered))
}
