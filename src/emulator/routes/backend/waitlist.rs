//! The waitlist.

use serde::Deserialize;
use serde_json::Value;

use super::invitations;
use crate::emulator::app::App;
use crate::emulator::instance::access::waitlist::WaitlistEntry;
use crate::emulator::instance::{Instance, Refusal};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::window::Window;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::{deleted, waitlist_entry};

/// Asked for at once.
const MAX_BULK: usize = 100;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/waitlist_entries", list)
        .post("/v1/waitlist_entries", create)
        .post("/v1/waitlist_entries/bulk", create_all)
        .delete("/v1/waitlist_entries/{waitlist_entry_id}", remove)
        .post("/v1/waitlist_entries/{waitlist_entry_id}/invite", invite)
        .post("/v1/waitlist_entries/{waitlist_entry_id}/reject", reject)
}

fn shape(app: &App, instance: &Instance, entry: &WaitlistEntry) -> Result<Value, Fault> {
    let mut shape = waitlist_entry(entry);
    let invitation = entry.invitation_id.as_deref();
    if let Some(invitation) = invitation.and_then(|id| instance.invitation(id)) {
        shape["invitation"] = invitations::shape(app, invitation)?;
    }
    Ok(shape)
}

fn list(app: &Shared, call: ServerCall) -> Answer {
    let status = call.query.get("status");
    let known = ["pending", "invited", "completed", "rejected"];
    if status.is_some_and(|status| !known.contains(&status)) {
        return Err(Refusal::ParamValue("status").into());
    }
    let text = call.query.get("query").map(str::to_lowercase);
    let instance = app.instance();
    let fits = |entry: &&WaitlistEntry| {
        status.is_none_or(|status| entry.status.as_str() == status)
            && text
                .as_ref()
                .is_none_or(|text| entry.email_address.contains(text))
    };
    let mut found: Vec<_> = instance.waitlist().filter(fits).collect();
    match call.query.get("order_by").unwrap_or("-created_at") {
        "-created_at" => {}
        "created_at" | "+created_at" | " created_at" => found.reverse(),
        "-invited_at" => found.sort_by_key(|entry| std::cmp::Reverse(entry.updated_at)),
        "invited_at" | "+invited_at" | " invited_at" => found.sort_by_key(|entry| entry.updated_at),
        _ => return Err(Refusal::ParamValue("order_by").into()),
    }
    let window = Window::of(&call.query)?;
    let page = window.page_if(found, |entry| shape(app, &instance, entry))?;
    Ok(json_answer(&page))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    email_address: String,
    /// Nobody gets a mail from an emulator.
    #[serde(rename = "notify")]
    _notify: Option<bool>,
}

fn create(app: &Shared, call: ServerCall) -> Answer {
    let new: New = call.body()?;
    let mut instance = app.instance();
    let entry = instance.wait(&new.email_address, app.now())?;
    Ok(json_answer(&shape(app, &instance, &entry)?))
}

fn create_all(app: &Shared, call: ServerCall) -> Answer {
    let all: Vec<New> = call.body()?;
    if all.is_empty() || all.len() > MAX_BULK {
        return Err(Refusal::ParamValue("email_address").into());
    }
    let all: Vec<_> = all.into_iter().map(|new| new.email_address).collect();
    let mut instance = app.instance();
    let entries = instance.wait_all(&all, app.now())?;
    let shapes = entries.iter().map(|entry| shape(app, &instance, entry));
    Ok(json_answer(&shapes.collect::<Result<Value, _>>()?))
}

fn remove(app: &Shared, Path(id): Path<String>) -> Answer {
    app.instance().remove_waiting(&id)?;
    Ok(json_answer(&deleted("waitlist_entry", &id)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Invite {
    ignore_existing: Option<bool>,
}

fn invite(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let Invite { ignore_existing } = call.body()?;
    let now = app.now();
    let mut instance = app.instance();
    let entry = instance.invite_waiting(&id, ignore_existing.unwrap_or(false), now)?;
    Ok(json_answer(&shape(app, &instance, &entry)?))
}

fn reject(app: &Shared, Path(id): Path<String>) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    let entry = instance.reject_waiting(&id, now)?;
    Ok(json_answer(&shape(app, &instance, &entry)?))
}
