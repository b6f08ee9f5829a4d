//! Invitations to the application.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::emulator::app::App;
use crate::emulator::instance::access::invitation::{Invitation, NewInvitation};
use crate::emulator::instance::{AccessRefusal, Metadata, Refusal};
use crate::emulator::passes::TicketFor;
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::window::old_list_if;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::invitation;

/// Asked for at once.
const MAX_BULK: usize = 100;
/// In bytes.
const MAX_URL: usize = 2_048;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/invitations", list)
        .post("/v1/invitations", create)
        .post("/v1/invitations/bulk", create_all)
        .post("/v1/invitations/{invitation_id}/revoke", revoke)
}

/// With the link by which it is accepted, while it can be.
pub(super) fn shape(app: &App, record: &Invitation) -> Result<Value, Fault> {
    let now = app.now();
    let mut shape = invitation(record, now);
    if record.state(now) == "pending" {
        let token = app
            .mint
            .ticket(TicketFor::Invited, &record.id, record.expires_at)?;
        shape["url"] = format!("{}/v1/tickets/accept?ticket={token}", app.address).into();
    }
    Ok(shape)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    email_address: String,
    public_metadata: Option<Map<String, Value>>,
    redirect_url: Option<String>,
    /// Nobody gets a mail from an emulator.
    #[serde(rename = "notify")]
    _notify: Option<bool>,
    ignore_existing: Option<bool>,
    expires_in_days: Option<i64>,
    template_slug: Option<String>,
}

impl New {
    fn checked(self, app: &App) -> Result<NewInvitation, Fault> {
        let slugs = ["invitation", "waitlist_invitation"];
        let slug = self.template_slug.as_deref();
        if slug.is_some_and(|slug| !slugs.contains(&slug)) {
            return Err(Refusal::ParamValue("template_slug").into());
        }
        if let Some(url) = &self.redirect_url {
            let parsed = url::Url::parse(url).ok().filter(|_| url.len() <= MAX_URL);
            if !parsed.is_some_and(|url| app.origins.allow(&url)) {
                return Err(Refusal::from(AccessRefusal::NotAnAddress("redirect_url")).into());
            }
        }
        let metadata = self.public_metadata.unwrap_or_default();
        Ok(NewInvitation {
            email_address: self.email_address,
            public_metadata: Metadata::new(&metadata, "public_metadata")?,
            redirect_url: self.redirect_url,
            expires_in_days: self.expires_in_days,
            ignore_existing: self.ignore_existing.unwrap_or(false),
        })
    }
}

fn create(app: &Shared, call: ServerCall) -> Answer {
    let new = call.body::<New>()?.checked(app)?;
    let made = app.instance().invite_to_sign_up(new, app.now())?;
    Ok(json_answer(&shape(app, &made)?))
}

fn create_all(app: &Shared, call: ServerCall) -> Answer {
    let all: Vec<New> = call.body()?;
    if all.is_empty() || all.len() > MAX_BULK {
        return Err(Refusal::ParamValue("email_address").into());
    }
    let all = all.into_iter().map(|new| new.checked(app));
    let all = all.collect::<Result<Vec<_>, _>>()?;
    let made = app.instance().invite_all(all, app.now())?;
    let shapes = made.iter().map(|made| shape(app, made));
    Ok(json_answer(&shapes.collect::<Result<Value, _>>()?))
}

/// Without those that were taken back, unless these are asked for.
fn list(app: &Shared, call: ServerCall) -> Answer {
    let status = call.query.get("status");
    let known = ["pending", "accepted", "revoked", "expired"];
    if status.is_some_and(|status| !known.contains(&status)) {
        return Err(Refusal::ParamValue("status").into());
    }
    let text = call.query.get("query").map(str::to_lowercase);
    let now = app.now();
    let instance = app.instance();
    let fits = |record: &&Invitation| {
        let state = record.state(now);
        status.map_or(state != "revoked", |status| state == status)
            && text.as_ref().is_none_or(|text| {
                record.email_address.contains(text) || record.id.to_lowercase() == *text
            })
    };
    let mut found: Vec<_> = instance.invitations().filter(fits).collect();
    let order = call.query.get("order_by").unwrap_or("-created_at");
    match order.trim_start_matches(['+', '-', ' ']) {
        // Newest first already.
        "created_at" => found.reverse(),
        "email_address" => found.sort_by(|a, b| a.email_address.cmp(&b.email_address)),
        "expires_at" => found.sort_by_key(|record| record.expires_at),
        _ => return Err(Refusal::ParamValue("order_by").into()),
    }
    if order.starts_with('-') {
        found.reverse();
    }
    // Each that is pending is signed, so the page is cut first.
    let list = old_list_if(&call.query, found, |record| shape(app, record))?;
    Ok(json_answer(&list))
}

fn revoke(app: &Shared, Path(id): Path<String>) -> Answer {
    let now = app.now();
    let revoked = app.instance().revoke_sign_up_invitation(&id, now)?;
    Ok(json_answer(&shape(app, &revoked)?))
}
