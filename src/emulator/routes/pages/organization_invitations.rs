//! Invitations to an organization, on the side that invites.

use serde_json::Value;

use crate::emulator::instance::organization::invitation::NewInvitation;
use crate::emulator::instance::organization::role::MANAGE_MEMBERS;
use crate::emulator::instance::{OrganizationRefusal, Refusal};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::Turn;
use crate::emulator::routes::window::Window;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    let all = "/v1/organizations/{organization_id}/invitations";
    Routes::new()
        .get(all, list)
        .post(all, create)
        .post(
            "/v1/organizations/{organization_id}/invitations/bulk",
            create_many,
        )
        .get(
            "/v1/organizations/{organization_id}/invitations/pending",
            pending,
        )
        .post(
            "/v1/organizations/{organization_id}/invitations/{invitation_id}/revoke",
            revoke,
        )
}

fn list(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let statuses: Vec<_> = call.query.all("status").collect();
    show(app, &id, &call, &statuses)
}

fn pending(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    show(app, &id, &call, &["pending"])
}

fn show(app: &Shared, id: &str, call: &Call, statuses: &[&str]) -> Answer {
    let window = Window::of(&call.query)?;
    let turn = Turn::new(app, call);
    let user = turn.acting_user()?;
    turn.instance
        .member_who_may(id, &user, Some(MANAGE_MEMBERS))?;
    let all = turn.instance.invitations_to(id);
    let all = all.filter(|known| {
        let is_asked = statuses.is_empty() || statuses.contains(&known.status(turn.now));
        is_asked && known.domain_id.is_none()
    });
    let view = turn.view();
    let organizations = view.organizations();
    let list = window.list(all.rev().collect(), |known| organizations.invitation(known));
    turn.wrapped(&list)
}

fn create(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    call.form.only(&["email_address", "role", "notify"])?;
    let address = call.form.required("email_address")?.to_owned();
    let (turn, mut made) = invite(app, &id, &call, vec![address])?;
    turn.wrapped(&made.pop().ok_or(Refusal::NotFound)?)
}

/// Answers a bare array.
fn create_many(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    call.form.only(&["email_address", "role", "notify"])?;
    call.form.required("email_address")?;
    let values = call.form.all("email_address");
    let addresses = values.flat_map(|value| value.split(','));
    let addresses = addresses.map(|address| address.trim().to_owned());
    let addresses = addresses.filter(|address| !address.is_empty()).collect();
    let (turn, made) = invite(app, &id, &call, addresses)?;
    turn.wrapped(&Value::Array(made))
}

fn invite<'a>(
    app: &'a Shared,
    id: &str,
    call: &'a Call,
    addresses: Vec<String>,
) -> Result<(Turn<'a>, Vec<Value>), Fault> {
    let role = call.form.required("role")?;
    let mut turn = Turn::new(app, call);
    let (user, now) = (turn.acting_user()?, turn.now);
    turn.instance
        .member_who_may(id, &user, Some(MANAGE_MEMBERS))?;
    let new = addresses.iter().map(|address| NewInvitation {
        email_address: address.clone(),
        role: role.to_owned(),
        inviter_id: Some(user.clone()),
        ..NewInvitation::default()
    });
    let ids = match turn.instance.invite(id, new.collect(), now) {
        Err(Refusal::Organization(OrganizationRefusal::AlreadyInvited)) => {
            let addresses = addresses.iter().map(String::as_str);
            let known = turn.instance.invited_among(id, addresses, now);
            return Err(Fault::Invited(known));
        }
        other => other?,
    };
    let mut made = Vec::new();
    for new in ids {
        let invitation = turn.instance.invitation_to(id, &new)?;
        made.push(turn.view().organizations().invitation(invitation));
    }
    Ok((turn, made))
}

fn revoke(app: &Shared, Path((id, invitation)): Path<(String, String)>, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let (user, now) = (turn.acting_user()?, turn.now);
    turn.instance
        .member_who_may(&id, &user, Some(MANAGE_MEMBERS))?;
    let revoked = turn.instance.revoke_invitation(&id, &invitation, now)?;
    let revoked = revoked.clone();
    turn.wrapped(&turn.view().organizations().invitation(&revoked))
}
