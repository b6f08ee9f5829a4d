//! Links with a ticket, and the waitlist.

use clerk_auth::time::UnixMillis;
use http::StatusCode;
use serde_json::json;

use super::handshake::{allowed, redirect, set_parameter};
use crate::emulator::app::App;
use crate::emulator::instance::{AccessRefusal, Refusal};
use crate::emulator::passes::TicketFor;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/tickets/accept", accept)
        .get("/v1/agents/tasks", start_agent)
        .post("/v1/waitlist", wait)
}

/// What a ticket is for, and its id.
pub(super) fn read(app: &App, token: &str) -> Result<(TicketFor, String), Refusal> {
    let read = app.mint.read_ticket(token);
    read.ok_or_else(|| AccessRefusal::TicketInvalid.into())
}

/// To the page that takes the ticket: the one that the invitation names, or the emulator's own.
fn accept(app: &Shared, call: Call) -> Answer {
    let token = call.query.required("ticket")?;
    let (purpose, id) = read(app, token)?;
    let now = app.now();
    let (page, status) = match purpose {
        TicketFor::User => {
            app.instance().good_ticket(&id, now)?;
            (None, "sign_in")
        }
        TicketFor::Invited => invited(app, &id, now)?,
    };
    let form = if status == "sign_in" {
        "sign-in"
    } else {
        "sign-up"
    };
    let page = page.unwrap_or_else(|| format!("{}/__emulator/{form}", call.base));
    let mut page = allowed(app, &page)?;
    set_parameter(&mut page, "__clerk_ticket", token);
    set_parameter(&mut page, "__clerk_status", status);
    Ok(redirect(StatusCode::SEE_OTHER, &page))
}

fn invited(
    app: &App,
    id: &str,
    now: UnixMillis,
) -> Result<(Option<String>, &'static str), Refusal> {
    let instance = app.instance();
    let invitation = instance.good_invitation(id, now)?;
    let known = instance.user_with_email(&invitation.email_address);
    let status = known.map_or("sign_up", |_| "sign_in");
    Ok((invitation.redirect_url.clone(), status))
}

/// Signs a browser that nobody knows in, by the ticket alone, and sends it on with its new name.
fn start_agent(app: &Shared, call: Call) -> Answer {
    let (purpose, id) = read(app, call.query.required("ticket")?)?;
    if purpose != TicketFor::User {
        return Err(Refusal::from(AccessRefusal::TicketInvalid).into());
    }
    let now = app.now();
    let mut instance = app.instance();
    let agent = instance.good_ticket(&id, now)?.agent.clone();
    let agent = agent.ok_or(Refusal::from(AccessRefusal::TicketInvalid))?;
    let mut page = allowed(app, &agent.redirect_url)?;
    let browser = instance.new_dev_browser(now);
    instance.sign_in_by_ticket(&browser, &id, now)?;
    set_parameter(&mut page, "__clerk_db_jwt", &browser);
    Ok(redirect(StatusCode::SEE_OTHER, &page))
}

fn wait(app: &Shared, call: Call) -> Answer {
    let address = call.form.required("email_address")?;
    let entry = app.instance().wait(address, app.now())?;
    Ok(json_answer(
        &json!({ "object": "waitlist_entry", "id": entry.id }),
    ))
}
