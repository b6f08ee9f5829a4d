//! The actions of the page's forms. Each ends where it was sent from, or on a page that shows what came of it.

use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, LOCATION};
use serde_json::json;

use super::{drawn, guard};
use crate::emulator::app::App;
use crate::emulator::clock::Move;
use crate::emulator::faults::{NotAdded, Rule};
use crate::emulator::instance::access::ticket::{Agent, NewTicket, TicketKind};
use crate::emulator::instance::people::{NewPassword, NewUser};
use crate::emulator::instance::{Refusal, UserChanges, random};
use crate::emulator::passes::TicketFor;
use crate::emulator::routes::Shared;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::typed;
use crate::emulator::routes::who::name;
use crate::emulator::shape::View;

/// In seconds.
const LINK_LIFE: i64 = 600;
/// Where an app is that nobody has seen yet.
const USUAL_APP: &str = "http://localhost:3000";

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/__emulator/desk/users", add_user)
        .post("/__emulator/desk/sign-in", sign_in)
        .post("/__emulator/desk/token", token)
        .post("/__emulator/desk/revoke", revoke)
        .post("/__emulator/desk/clock", clock)
        .post("/__emulator/desk/replay", replay)
        .post("/__emulator/desk/fault", add_fault)
        .post("/__emulator/desk/faults-clear", clear_faults)
}

/// A page with what came of it.
#[derive(Default)]
struct Page<'a> {
    title: &'a str,
    words: String,
    link: Option<(String, &'a str)>,
    text: Option<String>,
    back: &'a str,
    refused: Option<Fault>,
}

impl Page<'_> {
    fn draw(self, app: &App) -> Response {
        let (link, link_words) = self.link.unzip();
        let status = self.refused.as_ref().map_or(StatusCode::OK, Fault::status);
        let says = json!({
            "application": app.application_name, "title": self.title, "words": self.words,
            "is_refused": self.refused.is_some(), "link": link, "link_words": link_words,
            "text": self.text, "back": self.back,
        });
        drawn(status, "told.html", &says)
    }
}

/// Does it if the page asks for it. What is refused is said on a page, with the way back.
fn done(
    app: &App,
    call: &Call,
    back: &str,
    does: impl FnOnce() -> Result<Response, Fault>,
) -> Response {
    let refused = match guard::check(call).and_then(|()| does()) {
        Ok(answer) => return answer,
        Err(fault) => fault,
    };
    Page {
        title: "Not done",
        words: refused.long_message().to_owned(),
        back,
        refused: Some(refused),
        ..Page::default()
    }
    .draw(app)
}

fn back_to(part: &str) -> Response {
    let headers = [
        (LOCATION, format!("/{part}")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

fn add_user(app: &Shared, call: Call) -> Response {
    done(app, &call, "#users", || {
        let address = call.form.required("email_address")?;
        let new = NewUser {
            email_addresses: vec![(address.to_owned(), true)],
            changes: UserChanges {
                first_name: call.form.owned("first_name"),
                last_name: call.form.owned("last_name"),
                ..UserChanges::default()
            },
            password: NewPassword {
                plain: call.form.owned("password"),
                ..NewPassword::default()
            },
            skip_password_requirement: true,
            ..NewUser::default()
        };
        let now = app.now();
        app.instance().create_user(new, now)?;
        Ok(back_to("#users"))
    })
}

fn revoke(app: &Shared, call: Call) -> Response {
    done(app, &call, "#sessions", || {
        let now = app.now();
        let session = call.form.required("session")?;
        app.instance().revoke_session(session, now)?;
        Ok(back_to("#sessions"))
    })
}

fn clock(app: &Shared, call: Call) -> Response {
    done(app, &call, "", || {
        let change = match call.form.get("reset") {
            Some(_) => Move::Reset,
            None => {
                let text = call.form.required("move")?;
                Move::parse(text).ok_or(Refusal::ParamValue("move"))?
            }
        };
        app.move_clock(change);
        Ok(back_to(""))
    })
}

fn replay(app: &Shared, call: Call) -> Response {
    done(app, &call, "#deliveries", || {
        let known = app.webhooks.replay(call.form.required("message")?);
        known
            .then(|| back_to("#deliveries"))
            .ok_or(Refusal::NotFound.into())
    })
}

/// What makes no sense for the kind is left out, because the form has one set of fields for all.
fn add_fault(app: &Shared, call: Call) -> Response {
    done(app, &call, "#faults", || {
        let kind = call.form.required("kind")?;
        let is_of_requests = ["answer", "drop", "revoked_key"].contains(&kind);
        let number = |name: &'static str| match call.form.get(name) {
            None => Ok(None),
            Some(text) => match text.parse::<i64>() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(NotAdded::Field(name)),
            },
        };
        let mut rule = json!({ "kind": kind });
        if is_of_requests {
            rule["path"] = json!(call.form.get("path"));
            rule["delay"] = json!(number("delay")?);
        }
        match kind {
            "answer" => rule["status"] = json!(number("status")?),
            "skew" => rule["seconds"] = json!(number("seconds")?),
            _ => {}
        }
        if kind != "rotated_key" {
            rule["count"] = json!(number("count")?);
        }
        app.faults.add(typed::<Rule>(rule)?)?;
        Ok(back_to("#faults"))
    })
}

fn clear_faults(app: &Shared, call: Call) -> Response {
    done(app, &call, "#faults", || {
        app.faults.clear();
        Ok(back_to("#faults"))
    })
}

/// A link rather than a redirect, so that it can be opened in another browser as well.
fn sign_in(app: &Shared, call: Call) -> Response {
    done(app, &call, "#users", || link_for(app, &call))
}

fn link_for(app: &App, call: &Call) -> Result<Response, Fault> {
    let user = call.form.required("user")?;
    let (now, to) = (
        app.now(),
        app.seen_app().unwrap_or_else(|| USUAL_APP.to_owned()),
    );
    let mut instance = app.instance();
    let called = instance.user(user).map(name).ok_or(Refusal::NotFound)?;
    let agent = Agent {
        id: random::id(&*app.random, "agent"),
        name: "desk".to_owned(),
        task_id: random::id(&*app.random, "task"),
        redirect_url: to.clone(),
    };
    let ticket = NewTicket {
        kind: TicketKind::Agent,
        user_id: user.to_owned(),
        life: LINK_LIFE,
        actor: None,
        session_life: None,
        agent: Some(agent),
    };
    let ticket = instance.create_ticket(ticket, now)?;
    let token = app
        .mint
        .ticket(TicketFor::User, &ticket.id, ticket.expire_at)?;
    let link = format!("{}/v1/agents/tasks?ticket={token}", app.address);
    Ok(Page {
        title: &format!("Sign in as {called}"),
        words: format!(
            "The browser that opens this link is signed in at {to}. It works once, within ten minutes; copy it for \
             another browser or a private window."
        ),
        link: Some((link.clone(), "Open the app")),
        text: Some(link),
        back: "#users",
        ..Page::default()
    }
    .draw(app))
}

fn token(app: &Shared, call: Call) -> Response {
    done(app, &call, "#sessions", || token_for(app, &call))
}

fn token_for(app: &App, call: &Call) -> Result<Response, Fault> {
    let now = app.now();
    let instance = app.instance();
    let session = instance.session(call.form.required("session")?);
    let session = session.ok_or(Refusal::NotFound)?;
    if !session.is_live(now) {
        return Err(Refusal::SessionOver.into());
    }
    let app_origin = app.seen_app();
    let view = View {
        instance: &instance,
        mint: &app.mint,
        random: &*app.random,
        authorized_party: app_origin.as_deref(),
        now,
    };
    let token = view.token(session)?;
    let called = instance.user(&session.user_id).map(name);
    Ok(Page {
        title: "Session token",
        words: format!(
            "Of {}, for a minute from now. Send it as: Authorization: Bearer …",
            called.unwrap_or_default()
        ),
        text: token["jwt"].as_str().map(str::to_owned),
        back: "#sessions",
        ..Page::default()
    }
    .draw(app))
}
