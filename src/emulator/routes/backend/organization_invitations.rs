//! Invitations to organizations, as a server sees them.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::body::metadata;
use super::order::{Key, sorted};
use super::organizations::{known, seen_by_servers};
use crate::emulator::app::App;
use crate::emulator::instance::organization::invitation::{NewInvitation, OrganizationInvitation};
use crate::emulator::instance::organization::membership::Given;
use crate::emulator::instance::organization::role::MANAGE_MEMBERS;
use crate::emulator::instance::{OrganizationRefusal, Refusal};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Fields;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
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
            list_pending,
        )
        .get(
            "/v1/organizations/{organization_id}/invitations/{invitation_id}",
            show,
        )
        .post(
            "/v1/organizations/{organization_id}/invitations/{invitation_id}/revoke",
            revoke,
        )
        .get("/v1/organization_invitations", list_all)
        .get("/v1/users/{user_id}/organization_invitations", list_of_user)
}

const STATUSES: [&str; 4] = ["pending", "accepted", "revoked", "expired"];

/// The statuses that a list is of; none means all.
fn statuses(query: &Fields) -> Result<Vec<&str>, Refusal> {
    let asked: Vec<_> = query.all("status").collect();
    if asked.iter().all(|status| STATUSES.contains(status)) {
        Ok(asked)
    } else {
        Err(Refusal::ParamValue("status"))
    }
}

fn list(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let statuses = statuses(&call.query)?;
    of_organization(app, &id, &call, &statuses)
}

fn list_pending(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    of_organization(app, &id, &call, &["pending"])
}

fn of_organization(app: &App, id: &str, call: &ServerCall, statuses: &[&str]) -> Answer {
    let window = Window::of(&call.query)?;
    let now = app.now();
    let instance = app.instance();
    known(&instance, id)?;
    let address = call.query.get("email_address").map(str::to_lowercase);
    let all = instance.invitations_to(id).filter(|known| {
        known.domain_id.is_none()
            && (statuses.is_empty() || statuses.contains(&known.status(now)))
            && address
                .as_ref()
                .is_none_or(|address| known.email_address == *address)
    });
    let all = in_order(all.collect(), &call.query)?;
    let seen = seen_by_servers(&instance, app);
    Ok(json_answer(
        &window.list(all, |known| seen.invitation(known)),
    ))
}

fn list_all(app: &Shared, call: ServerCall) -> Answer {
    let window = Window::of(&call.query)?;
    let statuses = statuses(&call.query)?;
    let now = app.now();
    let instance = app.instance();
    let query = call.query.get("query").map(str::to_lowercase);
    let all = instance.organization_invitations().filter(|known| {
        (statuses.is_empty() || statuses.contains(&known.status(now)))
            && query
                .as_ref()
                .is_none_or(|query| known.email_address.contains(query.as_str()))
    });
    let all = in_order(all.collect(), &call.query)?;
    let seen = seen_by_servers(&instance, app);
    let list = window.list(all, |known| seen.invitation_with_organization(known));
    Ok(json_answer(&list))
}

fn list_of_user(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let window = Window::of(&call.query)?;
    let statuses = statuses(&call.query)?;
    let now = app.now();
    let mut instance = app.instance();
    instance.enroll(&id, now);
    let user = instance.user(&id).ok_or(Refusal::NotFound)?;
    let all = instance.invitations_for(user);
    let all = all.filter(|known| statuses.is_empty() || statuses.contains(&known.status(now)));
    let all = in_order(all.collect(), &Fields::default())?;
    let seen = seen_by_servers(&instance, app);
    let list = window.list(all, |known| seen.invitation_with_organization(known));
    Ok(json_answer(&list))
}

fn in_order<'a>(
    all: Vec<&'a OrganizationInvitation>,
    query: &Fields,
) -> Result<Vec<&'a OrganizationInvitation>, Fault> {
    let names = ["created_at", "email_address"];
    sorted(all, query, &names, |known, name| match name {
        "created_at" => Key::Number(known.created_at.0),
        _ => Key::Text(known.email_address.clone()),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    email_address: String,
    inviter_user_id: Option<String>,
    role: String,
    public_metadata: Option<Map<String, Value>>,
    private_metadata: Option<Map<String, Value>>,
    redirect_url: Option<String>,
    expires_in_days: Option<u16>,
    /// Nothing is sent in either case.
    #[serde(rename = "notify")]
    _notify: Option<bool>,
}

impl New {
    fn invitation(self) -> Result<NewInvitation, Refusal> {
        let [public, private] = metadata(self.public_metadata, self.private_metadata)?;
        Ok(NewInvitation {
            email_address: self.email_address,
            role: self.role,
            inviter_id: self.inviter_user_id,
            given: Given {
                public_metadata: public.unwrap_or_default(),
                private_metadata: private.unwrap_or_default(),
            },
            redirect_url: self.redirect_url,
            days: self.expires_in_days,
        })
    }
}

fn create(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let new: New = call.body()?;
    let mut made = invite(app, &id, vec![new])?;
    Ok(json_answer(&made.pop().ok_or(Refusal::NotFound)?))
}

fn create_many(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let made = invite(app, &id, call.body()?)?;
    let count = made.len();
    Ok(json_answer(&json!({ "data": made, "total_count": count })))
}

fn invite(app: &App, id: &str, new: Vec<New>) -> Result<Vec<Value>, Fault> {
    let new = new.into_iter().map(New::invitation);
    let new = new.collect::<Result<Vec<_>, _>>()?;
    let addresses: Vec<_> = new.iter().map(|new| new.email_address.clone()).collect();
    let now = app.now();
    let mut instance = app.instance();
    known(&instance, id)?;
    for inviter in new.iter().filter_map(|new| new.inviter_id.as_deref()) {
        instance.member_who_may(id, inviter, Some(MANAGE_MEMBERS))?;
    }
    let ids = match instance.invite(id, new, now) {
        Err(Refusal::Organization(OrganizationRefusal::AlreadyInvited)) => {
            let addresses = addresses.iter().map(String::as_str);
            return Err(Fault::Invited(instance.invited_among(id, addresses, now)));
        }
        other => other?,
    };
    let seen = seen_by_servers(&instance, app);
    let made = ids.iter().map(|new| instance.invitation_to(id, new));
    made.map(|known| Ok(seen.invitation(known?))).collect()
}

fn show(app: &Shared, Path((id, invitation)): Path<(String, String)>) -> Answer {
    let instance = app.instance();
    known(&instance, &id)?;
    let invitation = instance.invitation_to(&id, &invitation)?;
    Ok(json_answer(
        &seen_by_servers(&instance, app).invitation(invitation),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoke {
    requesting_user_id: Option<String>,
}

fn revoke(
    app: &Shared,
    Path((id, invitation)): Path<(String, String)>,
    call: ServerCall,
) -> Answer {
    let Revoke { requesting_user_id } = call.body()?;
    let now = app.now();
    let mut instance = app.instance();
    known(&instance, &id)?;
    if let Some(user) = requesting_user_id {
        instance.member_who_may(&id, &user, Some(MANAGE_MEMBERS))?;
    }
    let revoked = instance.revoke_invitation(&id, &invitation, now)?.clone();
    Ok(json_answer(
        &seen_by_servers(&instance, app).invitation(&revoked),
    ))
}
