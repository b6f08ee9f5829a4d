//! The user's own side of organizations: memberships, invitations, suggestions.

use crate::emulator::instance::Refusal;
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::Turn;
use crate::emulator::routes::window::Window;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::deleted;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/me/organization_memberships", memberships)
        .delete("/v1/me/organization_memberships/{organization_id}", leave)
        .get("/v1/me/organization_invitations", invitations)
        .post(
            "/v1/me/organization_invitations/{invitation_id}/accept",
            accept_invitation,
        )
        .get("/v1/me/organization_suggestions", suggestions)
        .post(
            "/v1/me/organization_suggestions/{suggestion_id}/accept",
            accept_suggestion,
        )
}

fn memberships(app: &Shared, call: Call) -> Answer {
    let window = Window::of(&call.query)?;
    let turn = Turn::new(app, &call);
    let user = turn.acting_user()?;
    let own = turn.instance.memberships_of_user(&user);
    let view = turn.view();
    let organizations = view.organizations();
    let list = window.list(own.collect(), |known| organizations.membership(known));
    turn.wrapped(&list)
}

fn leave(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let user = turn.acting_user()?;
    turn.instance.member_who_may(&id, &user, None)?;
    turn.instance.check_minimum_without(&id, &user, None)?;
    let left = turn.instance.remove_member(&id, &user)?;
    turn.wrapped(&deleted("organization_membership", &left.id))
}

fn invitations(app: &Shared, call: Call) -> Answer {
    let window = Window::of(&call.query)?;
    let statuses: Vec<_> = call.query.all("status").collect();
    let mut turn = Turn::new(app, &call);
    let (user, now) = (turn.acting_user()?, turn.now);
    turn.instance.enroll(&user, now);
    let user = turn.instance.user(&user).ok_or(Refusal::SignedOut)?;
    let own = turn.instance.invitations_for(user);
    let own = own.filter(|known| statuses.is_empty() || statuses.contains(&known.status(now)));
    let view = turn.view();
    let organizations = view.organizations();
    let list = window.list(own.collect(), |known| {
        organizations.invitation_with_organization(known)
    });
    turn.wrapped(&list)
}

fn accept_invitation(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let (user, now) = (turn.acting_user()?, turn.now);
    let accepted = turn.instance.accept_invitation(&user, &id, now)?.clone();
    let view = turn.view();
    turn.wrapped(&view.organizations().invitation_with_organization(&accepted))
}

fn suggestions(app: &Shared, call: Call) -> Answer {
    let window = Window::of(&call.query)?;
    let statuses: Vec<_> = call.query.all("status").collect();
    let mut turn = Turn::new(app, &call);
    let (user, now) = (turn.acting_user()?, turn.now);
    turn.instance.enroll(&user, now);
    let own = turn.instance.suggestions_for(&user);
    let own = own.filter(|known| {
        let status = known.suggestion_status();
        if statuses.is_empty() {
            status == "pending" || status == "accepted"
        } else {
            statuses.contains(&status)
        }
    });
    let view = turn.view();
    let organizations = view.organizations();
    let list = window.list(own.collect(), |known| organizations.suggestion(known));
    turn.wrapped(&list)
}

fn accept_suggestion(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let (user, now) = (turn.acting_user()?, turn.now);
    let accepted = turn.instance.accept_suggestion(&user, &id, now)?.clone();
    turn.wrapped(&turn.view().organizations().suggestion(&accepted))
}
