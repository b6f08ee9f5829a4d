//! Sign-in tokens, actor tokens and agent tasks: links by which somebody is let in.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::emulator::app::App;
use crate::emulator::instance::access::ticket::{Agent, NewTicket, Ticket, TicketKind};
use crate::emulator::instance::{AccessRefusal, Refusal, random};
use crate::emulator::passes::TicketFor;
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};

/// In seconds, as the next ones.
const SIGN_IN_LIFE: i64 = 2_592_000;
const ACTOR_LIFE: i64 = 3_600;
const SESSION_LIFE: i64 = 1_800;
const AGENT_LIFE: i64 = 600;
const LIVES: std::ops::RangeInclusive<i64> = 1..=315_360_000;
/// In bytes.
const MAX_TEXT: usize = 2_048;

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/v1/sign_in_tokens", create_sign_in)
        .post(
            "/v1/sign_in_tokens/{sign_in_token_id}/revoke",
            revoke_sign_in,
        )
        .post("/v1/actor_tokens", create_actor)
        .post("/v1/actor_tokens/{actor_token_id}/revoke", revoke_actor)
        .post("/v1/agents/tasks", create_agent)
        .post("/v1/agents/tasks/{agent_task_id}/revoke", revoke_agent)
}

fn seconds(name: &'static str, given: Option<i64>, unless: i64) -> Result<i64, Refusal> {
    match given {
        Some(life) if !LIVES.contains(&life) => Err(Refusal::ParamValue(name)),
        life => Ok(life.unwrap_or(unless)),
    }
}

/// The token that stands for a ticket, and the link that carries it.
fn signed(app: &App, ticket: &Ticket) -> Result<(String, String), Fault> {
    let token = app
        .mint
        .ticket(TicketFor::User, &ticket.id, ticket.expire_at)?;
    let path = match ticket.kind {
        TicketKind::Agent => "agents/tasks",
        TicketKind::SignIn | TicketKind::Actor => "tickets/accept",
    };
    let url = format!("{}/v1/{path}?ticket={token}", app.address);
    Ok((token, url))
}

fn shape(object: &str, ticket: &Ticket) -> Value {
    json!({
        "object": object,
        "id": ticket.id,
        "status": ticket.status.as_str(),
        "user_id": ticket.user_id,
        "created_at": ticket.created_at.0,
        "updated_at": ticket.updated_at.0,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewSignIn {
    user_id: String,
    expires_in_seconds: Option<i64>,
}

/// The token is shown this once.
fn create_sign_in(app: &Shared, call: ServerCall) -> Answer {
    let new: NewSignIn = call.body()?;
    let ticket = NewTicket {
        kind: TicketKind::SignIn,
        user_id: new.user_id,
        life: seconds("expires_in_seconds", new.expires_in_seconds, SIGN_IN_LIFE)?,
        actor: None,
        session_life: None,
        agent: None,
    };
    let ticket = app.instance().create_ticket(ticket, app.now())?;
    let (token, url) = signed(app, &ticket)?;
    let mut shape = shape("sign_in_token", &ticket);
    shape["token"] = token.into();
    shape["url"] = url.into();
    Ok(json_answer(&shape))
}

fn revoke_sign_in(app: &Shared, Path(id): Path<String>) -> Answer {
    let now = app.now();
    let ticket = app.instance().revoke_ticket(TicketKind::SignIn, &id, now)?;
    Ok(json_answer(&shape("sign_in_token", &ticket)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewActor {
    user_id: String,
    actor: Map<String, Value>,
    expires_in_seconds: Option<i64>,
    session_max_duration_in_seconds: Option<i64>,
}

fn create_actor(app: &Shared, call: ServerCall) -> Answer {
    let new: NewActor = call.body()?;
    let length = json!(new.actor).to_string().len();
    if !new.actor.get("sub").is_some_and(Value::is_string) || length > MAX_TEXT {
        return Err(Refusal::ParamValue("actor").into());
    }
    let duration = new.session_max_duration_in_seconds;
    let name = "session_max_duration_in_seconds";
    let ticket = NewTicket {
        kind: TicketKind::Actor,
        user_id: new.user_id,
        life: seconds("expires_in_seconds", new.expires_in_seconds, ACTOR_LIFE)?,
        actor: Some(new.actor),
        session_life: Some(seconds(name, duration, SESSION_LIFE)?),
        agent: None,
    };
    let ticket = app.instance().create_ticket(ticket, app.now());
    let ticket = ticket.map_err(|refusal| match refusal {
        // The description has no 404 here.
        Refusal::NotFound => Refusal::ParamValue("user_id"),
        other => other,
    })?;
    let (token, url) = signed(app, &ticket)?;
    let mut shape = actor_shape(&ticket);
    shape["token"] = token.into();
    shape["url"] = url.into();
    Ok(json_answer(&shape))
}

fn actor_shape(ticket: &Ticket) -> Value {
    let mut shape = shape("actor_token", ticket);
    shape["actor"] = json!(ticket.actor);
    shape
}

fn revoke_actor(app: &Shared, Path(id): Path<String>) -> Answer {
    let now = app.now();
    let ticket = app.instance().revoke_ticket(TicketKind::Actor, &id, now)?;
    Ok(json_answer(&actor_shape(&ticket)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewAgent {
    on_behalf_of: OnBehalfOf,
    permissions: String,
    agent_name: String,
    task_description: String,
    redirect_url: String,
    session_max_duration_in_seconds: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnBehalfOf {
    user_id: Option<String>,
    identifier: Option<String>,
}

fn create_agent(app: &Shared, call: ServerCall) -> Answer {
    let new: NewAgent = call.body()?;
    if new.permissions != "*" {
        return Err(Refusal::ParamValue("permissions").into());
    }
    for (name, text) in [
        ("agent_name", &new.agent_name),
        ("task_description", &new.task_description),
        ("redirect_url", &new.redirect_url),
    ] {
        if text.is_empty() || text.len() > MAX_TEXT {
            return Err(Refusal::ParamValue(name).into());
        }
    }
    let url = url::Url::parse(&new.redirect_url).ok();
    if !url.is_some_and(|url| app.origins.allow(&url)) {
        return Err(Refusal::from(AccessRefusal::NotAnAddress("redirect_url")).into());
    }
    let name = "session_max_duration_in_seconds";
    let session_life = seconds(name, new.session_max_duration_in_seconds, SESSION_LIFE)?;
    let now = app.now();
    let mut instance = app.instance();
    let identified = new.on_behalf_of.identifier.map(|name| name.to_lowercase());
    let user_id = match (new.on_behalf_of.user_id, identified) {
        (Some(id), None) => id,
        (None, Some(address)) => {
            let user = instance.user_with_email(&address);
            user.ok_or(Refusal::NotFound)?.id.clone()
        }
        _ => return Err(Refusal::ParamValue("on_behalf_of").into()),
    };
    let agent = Agent {
        id: instance.agent_named(&new.agent_name),
        name: new.agent_name,
        task_id: random::id(&*app.random, "task"),
        redirect_url: new.redirect_url,
    };
    let actor = json!({ "sub": agent.id, "type": "agent" });
    let ticket = NewTicket {
        kind: TicketKind::Agent,
        user_id,
        life: AGENT_LIFE,
        actor: actor.as_object().cloned(),
        session_life: Some(session_life),
        agent: Some(agent),
    };
    let ticket = instance.create_ticket(ticket, now)?;
    let (_, url) = signed(app, &ticket)?;
    let mut shape = agent_shape(&ticket);
    shape["url"] = url.into();
    Ok(json_answer(&shape))
}

fn agent_shape(ticket: &Ticket) -> Value {
    let agent = ticket.agent.as_ref();
    json!({
        "object": "agent_task",
        "agent_id": agent.map(|agent| &agent.id),
        "agent_task_id": ticket.id,
        "task_id": agent.map(|agent| &agent.task_id),
    })
}

fn revoke_agent(app: &Shared, Path(id): Path<String>) -> Answer {
    let now = app.now();
    let ticket = app.instance().revoke_ticket(TicketKind::Agent, &id, now)?;
    Ok(json_answer(&agent_shape(&ticket)))
}
