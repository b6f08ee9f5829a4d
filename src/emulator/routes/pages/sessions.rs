//! One session: its tokens, its touch, its end (`frontend-api.md` section 9.3).

use crate::emulator::instance::{Refusal, SessionStatus};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::{Turn, json_answer};
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/client/sessions/{id}", show)
        .post("/v1/client/sessions/{id}/tokens", token)
        .post("/v1/client/sessions/{id}/tokens/{template}", template_token)
        .post("/v1/client/sessions/{id}/touch", touch)
        .post("/v1/client/sessions/{id}/end", end)
        .post("/v1/client/sessions/{id}/remove", remove)
}

fn show(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let turn = Turn::new(app, &call);
    let session = turn
        .instance
        .own_session(call.dev_browser(), &id, turn.now)?;
    turn.wrapped(&turn.view().session(session)?)
}

fn token(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let turn = Turn::new(app, &call);
    let session = turn
        .instance
        .own_session(call.dev_browser(), &id, turn.now)?;
    let view = turn.view();
    // Present and empty asks for a token of the user alone; the session goes on working where it does.
    let token = match call.form.given("organization_id").as_deref() {
        None => view.token(session)?,
        Some("") => view.token_for(session, None)?,
        Some(asked) => {
            let member = turn.instance.membership(asked, &session.user_id);
            view.token_for(session, Some(member.ok_or(Refusal::NotAMember)?))?
        }
    };
    Ok(json_answer(&token))
}

fn template_token(app: &Shared, Path((id, name)): Path<(String, String)>, call: Call) -> Answer {
    let turn = Turn::new(app, &call);
    let session = turn
        .instance
        .own_session(call.dev_browser(), &id, turn.now)?;
    let template = turn.instance.template_named(&name)?;
    let token = turn.view().template_token(session, template, None)?;
    Ok(json_answer(&token))
}

fn touch(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let now = turn.now;
    let browser = call.dev_browser();
    turn.instance.own_session(browser, &id, now)?;
    // Present and empty means the personal account.
    if let Some(organization) = call.form.given("active_organization_id") {
        let organization = Some(organization.as_str()).filter(|id| !id.is_empty());
        turn.instance.activate_organization(&id, organization)?;
    }
    turn.instance.touch(browser, &id, now)?;
    answer_session(&turn, &id)
}

fn end(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    close(app, &id, &call, SessionStatus::Ended)
}

fn remove(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    close(app, &id, &call, SessionStatus::Removed)
}

fn close(app: &Shared, id: &str, call: &Call, status: SessionStatus) -> Answer {
    let mut turn = Turn::new(app, call);
    let now = turn.now;
    turn.instance
        .end_session(call.dev_browser(), id, status, now)?;
    answer_session(&turn, id)
}

fn answer_session(turn: &Turn<'_>, id: &str) -> Answer {
    let session = turn.instance.session(id).ok_or(Refusal::NotFound)?;
    turn.wrapped(&turn.view().session(session)?)
}
