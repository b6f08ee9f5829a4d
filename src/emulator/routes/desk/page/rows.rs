//! The rows of the page's tables, the newest first.

use clerk_auth::time::UnixMillis;
use serde_json::{Value, json};

use super::times::ago;
use crate::emulator::app::App;
use crate::emulator::event::Event;
use crate::emulator::instance::email::Content;
use crate::emulator::instance::{Instance, Mail, Organization, Session, User};
use crate::emulator::report::Found;
use crate::emulator::routes::Shared;
use crate::emulator::routes::call::Fields;
use crate::emulator::routes::desk::report::found;
use crate::emulator::routes::who::name;

/// Rows of a table. Everything is at `/__emulator/state` and its neighbours.
const SHOWN: usize = 50;
/// Members of an organization that are named.
const NAMED: usize = 8;
/// In characters.
const MAX_TEXT: usize = 100;

/// The requests that somebody wants to see.
pub(super) struct Wanted {
    text: String,
    answer: &'static str,
}

const ANSWERS: [(&str, &str); 4] = [
    ("", "in any way"),
    ("well", "well (below 400)"),
    ("refused", "refused (400 to 499)"),
    ("failed", "failed (500 and more)"),
];

impl Wanted {
    pub fn of(query: &Fields) -> Self {
        let text = query.get("text").unwrap_or_default().trim();
        let answer = query.get("answer").unwrap_or_default();
        let known = ANSWERS.iter().find(|(value, _)| *value == answer);
        Self {
            text: text.chars().take(MAX_TEXT).collect(),
            answer: known.map_or("", |(value, _)| value),
        }
    }

    fn includes(&self, event: &Event) -> bool {
        let is_so = match self.answer {
            "well" => event.status < 400,
            "refused" => (400..500).contains(&event.status),
            "failed" => event.status >= 500,
            _ => true,
        };
        let Event { method, path, .. } = event;
        let (who, note) = (event.who.as_deref(), event.note.as_deref());
        let all = format!(
            "{method} {path} {} {} {}",
            event.status,
            who.unwrap_or_default(),
            note.unwrap_or_default()
        );
        is_so && all.to_lowercase().contains(&self.text.to_lowercase())
    }
}

fn table(rows: Vec<Value>, total: usize) -> Value {
    let shown = rows.len();
    let count = if shown < total {
        format!("{shown} of {total}")
    } else {
        total.to_string()
    };
    json!({ "rows": rows, "count": count })
}

pub(super) fn mails(instance: &Instance, now: UnixMillis) -> Value {
    let mails = instance.outbox().mails();
    let total = mails.len();
    let row = |mail: &Mail| {
        let purpose = match mail.purpose {
            "reset_password_email_code" => "a new password",
            _ => "sign-up or sign-in",
        };
        let (code, link) = match &mail.content {
            Content::Code(code) => (Some(code), None),
            Content::Link(link) => (None, Some(link)),
        };
        json!({
            "code": code, "link": link, "to": mail.to, "purpose": purpose, "ago": ago(mail.at, now),
        })
    };
    table(mails.rev().take(SHOWN).map(row).collect(), total)
}

pub(super) fn users(instance: &Instance, now: UnixMillis) -> Value {
    let mut users: Vec<_> = instance.users().collect();
    users.sort_by_key(|user| std::cmp::Reverse(user.created_at));
    let row = |user: &&User| {
        let address = user.primary_email().map(|email| &email.address);
        json!({
            "address": address.map_or("", String::as_str),
            "called": name(user),
            "name": user.full_name(),
            "id": user.id,
            "last": user.last_sign_in_at.map(|at| ago(at, now)).unwrap_or_default(),
            "ago": ago(user.created_at, now),
        })
    };
    let total = users.len();
    table(users.iter().take(SHOWN).map(row).collect(), total)
}

pub(super) fn organizations(instance: &Instance, now: UnixMillis) -> Value {
    let all = instance.organizations();
    let total = all.len();
    let row = |organization: &Organization| {
        let members: Vec<_> = instance.memberships_of(&organization.id).collect();
        let member = |member: &&_| called(instance, member);
        let named: Vec<_> = members.iter().take(NAMED).map(member).collect();
        json!({
            "name": organization.name, "slug": organization.slug, "id": organization.id,
            "members": named, "more": members.len().saturating_sub(NAMED),
            "ago": ago(organization.created_at, now),
        })
    };
    table(all.rev().take(SHOWN).map(row).collect(), total)
}

fn called(
    instance: &Instance,
    member: &crate::emulator::instance::organization::membership::Membership,
) -> Value {
    let user = instance.user(&member.user_id).map(name);
    let role = instance.role_of(member).map(|role| role.key.clone());
    json!({ "called": user.unwrap_or_default(), "role": role.unwrap_or_default() })
}

pub(super) fn sessions(instance: &Instance, now: UnixMillis) -> Value {
    let mut sessions: Vec<_> = instance.sessions().collect();
    sessions.sort_by_key(|session| std::cmp::Reverse(session.created_at));
    let row = |session: &&Session| {
        let organization = session.last_active_organization_id.as_deref();
        let organization = organization.and_then(|id| instance.organization(id).ok());
        json!({
            "called": instance.user(&session.user_id).map(name).unwrap_or_default(),
            "status": session.state(now),
            "organization": organization.map_or("", |organization| organization.name.as_str()),
            "id": session.id,
            "live": session.is_live(now),
            "last": ago(session.last_active_at, now),
            "ago": ago(session.created_at, now),
        })
    };
    let total = sessions.len();
    table(sessions.iter().take(SHOWN).map(row).collect(), total)
}

pub(super) fn requests(app: &App, wanted: &Wanted) -> Value {
    let (events, now) = (app.events.all(), app.now());
    // Scripts that were there would be most of them.
    let is_told = |event: &&Event| {
        let is_script = event.path.starts_with("/npm/") && event.status == 200;
        !is_script && wanted.includes(event)
    };
    let events: Vec<_> = events.iter().filter(is_told).collect();
    let row = |event: &&Event| {
        json!({
            "method": event.method, "path": event.path, "status": event.status,
            "bad": event.status >= 400, "ms": event.took.as_millis(), "who": event.who,
            "note": event.note, "ago": ago(UnixMillis(event.at), now),
        })
    };
    let rows = events.iter().rev().take(SHOWN).map(row).collect();
    let mut table = table(rows, events.len());
    let answers = ANSWERS.map(|(value, words)| {
        json!({ "value": value, "words": words, "chosen": value == wanted.answer })
    });
    table["answers"] = json!(answers);
    table["text"] = json!(wanted.text);
    table["filtered"] = json!(!wanted.text.is_empty() || !wanted.answer.is_empty());
    table
}

/// The kinds of faults, as somebody says them.
const KINDS: [(&str, &str); 7] = [
    ("answer", "is answered with a status"),
    ("drop", "gets no answer"),
    ("revoked_key", "has its secret key refused"),
    ("rotated_key", "tokens have another signing key"),
    ("wrong_azp", "tokens are for another site"),
    ("large_token", "tokens are as long as a cookie may be"),
    ("skew", "tokens are of a wrong clock"),
];

pub(super) fn faults(app: &App) -> Value {
    let all = json!(app.faults.all());
    let all = all.as_array().cloned().unwrap_or_default();
    let row = |rule: &Value| {
        let text = |name: &str| match &rule[name] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let kind = text("kind");
        let words = KINDS.iter().find(|(name, _)| *name == kind);
        let delay = rule["delay"]
            .as_u64()
            .map(|delay| format!("{delay}\u{a0}ms late"));
        let skew = rule["seconds"].as_i64().map(|by| format!("{by}\u{a0}s"));
        let more = [Some(text("status")), delay, skew];
        let more: Vec<_> = more
            .into_iter()
            .flatten()
            .filter(|it| !it.is_empty())
            .collect();
        json!({
            "words": words.map_or("", |(_, words)| words), "more": more.join(", "),
            "path": text("path"), "left": text("left"),
        })
    };
    let mut table = table(all.iter().map(row).collect(), all.len());
    let kinds = KINDS.map(|(value, words)| json!({ "value": value, "words": words }));
    table["kinds"] = json!(kinds);
    table
}

pub(super) fn report(app: &App) -> Value {
    let (found, now) = (found(app), app.now());
    let row = |it: &Found| {
        json!({
            "what": it.what, "help": it.help, "count": it.count,
            "request": it.request.as_deref().unwrap_or_default(), "ago": ago(UnixMillis(it.at), now),
        })
    };
    table(found.iter().map(row).collect(), found.len())
}

pub(super) fn deliveries(app: &App) -> Value {
    let (all, now) = (app.webhooks.deliveries(), app.now());
    let all = all["deliveries"].as_array().cloned().unwrap_or_default();
    let row = |it: &Value| {
        let at = UnixMillis(it["at"].as_i64().unwrap_or_default());
        let problem = it["problem"].as_str().map(str::to_owned);
        let answer = it["answer"].as_u64().map(|status| status.to_string());
        json!({
            "kind": it["type"], "status": it["status"],
            "bad": it["status"] != "delivered" && it["attempts"] != 0,
            "answer": answer.or(problem).unwrap_or_default(),
            "attempts": it["attempts"], "id": it["id"], "ago": ago(at, now),
        })
    };
    table(all.iter().take(SHOWN).map(row).collect(), all.len())
}

/// Nothing where there is one world only.
pub(super) fn worlds(app: &App, all: &[Shared]) -> Value {
    if all.len() < 2 {
        return Value::Null;
    }
    let row = |world: &Shared| {
        let users = match world.instance().users().len() {
            1 => "1 user".to_owned(),
            users => format!("{users} users"),
        };
        let here = world.instance_id == app.instance_id;
        json!({ "url": world.address, "id": world.instance_id, "users": users, "here": here })
    };
    all.iter().map(row).collect()
}
