//! The page at `/`: what the emulator knows, for who develops the app. It shows and changes nothing, and runs no
//! script. What stands in it was typed by strangers: it is escaped, and kept from turning the direction of the rest.

use axum::extract::State;
use axum::response::{Html, IntoResponse as _, Response};
use clerk_auth::time::UnixMillis;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};

use crate::emulator::app::App;
use crate::emulator::event::Event;
use crate::emulator::instance::email::Mail;
use crate::emulator::instance::{Instance, Session, User};
use crate::emulator::routes::Shared;
use crate::emulator::routes::html::escaped;
use crate::emulator::routes::listed::Routes;

const STYLE: &str = include_str!("page.css");
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; \
                      base-uri 'none'; frame-ancestors 'none'";
/// Rows of a table. Everything is at `/__emulator/state` and its neighbours.
const SHOWN: usize = 50;

pub(super) fn routes() -> Routes {
    Routes::new().get("/", show)
}

async fn show(State(app): State<Shared>) -> Response {
    let headers = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    (headers, Html(page(&app))).into_response()
}

fn page(app: &App) -> String {
    let now = app.now();
    let application = escaped(&app.application_name);
    let backend = &app.backend_address;
    let tables = {
        let instance = app.instance();
        [
            mails(&instance, now),
            users(&instance, now),
            sessions(&instance, now),
        ]
    };
    let tables = tables.map(|table| table.html()).concat() + &requests(app, now).html();
    let forms = if app.bundles.are_complete() {
        ""
    } else {
        "<p role=\"status\">Clerk's browser libraries are not in the cache, so plain forms take the place of its \
         components. With a network, <code>clerk-rs emulator fetch</code> fills the cache.</p>\n"
    };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>Emulator · {application}</title>\n<style>{STYLE}</style>\n\
         <header>\n<h1>Clerk emulator <small>for {application}</small></h1>\n\
         <p>Clerk's stand-in on this machine. Nothing is sent anywhere. The mails are forgotten when the emulator \
         ends. <a href=\"/\">Reload</a> to see what is new.</p>\n\
         <p>Servers find its Backend API at <code>{backend}</code>.</p>\n{forms}</header>\n<main>\n{tables}</main>\n</html>\n"
    )
}

/// A table, its newest row first; the cells are HTML.
struct Table {
    id: &'static str,
    title: &'static str,
    columns: &'static [&'static str],
    rows: Vec<Vec<String>>,
    /// The number of entries, shown or not.
    total: usize,
    /// The words for an empty list.
    empty: &'static str,
}

impl Table {
    fn html(&self) -> String {
        let Self {
            id,
            title,
            total,
            empty,
            ..
        } = self;
        let shown = self.rows.len();
        let count = if shown < *total {
            format!("{shown} of {total}")
        } else {
            total.to_string()
        };
        let body = if self.rows.is_empty() {
            format!("<p>{empty}</p>\n")
        } else {
            self.grid()
        };
        format!(
            "<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n\
             <h2 id=\"{id}-title\">{title} <small>{count}</small></h2>\n{body}</section>\n"
        )
    }

    fn grid(&self) -> String {
        let head = self
            .columns
            .iter()
            .map(|name| format!("<th scope=\"col\">{name}"));
        let row = |cells: &Vec<String>| {
            let cells = cells.iter().map(|cell| format!("<td>{cell}"));
            format!("<tr>{}\n", cells.collect::<String>())
        };
        format!(
            "<div class=\"wide\"><table>\n<thead><tr>{}\n<tbody>\n{}</table></div>\n",
            head.collect::<String>(),
            self.rows.iter().map(row).collect::<String>()
        )
    }
}

fn mails(instance: &Instance, now: UnixMillis) -> Table {
    let mails = instance.outbox().mails();
    let total = mails.len();
    let row = |mail: &Mail| {
        vec![
            format!("<strong>{}</strong>", escaped(&mail.code)),
            text(&mail.to),
            escaped(match mail.purpose {
                "reset_password_email_code" => "a new password",
                _ => "sign-up or sign-in",
            }),
            ago(mail.at, now),
        ]
    };
    Table {
        id: "mails",
        title: "Mails",
        columns: &["Code", "To", "For", "When"],
        rows: mails.rev().take(SHOWN).map(row).collect(),
        total,
        empty: "No mail yet. Sign up in the app: the code that a mail would carry appears here. An address with \
                <code>+clerk_test</code> before its <code>@</code> always gets <code>424242</code>.",
    }
}

fn users(instance: &Instance, now: UnixMillis) -> Table {
    let mut users: Vec<_> = instance.users().collect();
    users.sort_by_key(|user| std::cmp::Reverse(user.created_at));
    let row = |user: &&User| {
        let names = [&user.first_name, &user.last_name].into_iter().flatten();
        let names: Vec<_> = names.map(String::as_str).collect();
        vec![
            text(address(user)),
            text(&names.join(" ")),
            code(&user.id),
            user.last_sign_in_at
                .map_or_else(String::new, |at| ago(at, now)),
            ago(user.created_at, now),
        ]
    };
    Table {
        id: "users",
        title: "Users",
        columns: &["Address", "Name", "Id", "Last sign-in", "Made"],
        total: users.len(),
        rows: users.iter().take(SHOWN).map(row).collect(),
        empty: "Nobody yet. Sign up in the app.",
    }
}

fn sessions(instance: &Instance, now: UnixMillis) -> Table {
    let mut sessions: Vec<_> = instance.sessions().collect();
    sessions.sort_by_key(|session| std::cmp::Reverse(session.created_at));
    let row = |session: &&Session| {
        let is_expired = session.status.as_str() == "active" && !session.is_live(now);
        vec![
            text(instance.user(&session.user_id).map_or("", address)),
            escaped(if is_expired {
                "expired"
            } else {
                session.status.as_str()
            }),
            code(&session.id),
            ago(session.last_active_at, now),
            ago(session.created_at, now),
        ]
    };
    Table {
        id: "sessions",
        title: "Sessions",
        columns: &["User", "Status", "Id", "Last active", "Made"],
        total: sessions.len(),
        rows: sessions.iter().take(SHOWN).map(row).collect(),
        empty: "Nobody is signed in. Who signs in or up in the app has a session here.",
    }
}

fn requests(app: &App, now: UnixMillis) -> Table {
    let events = app.events.all();
    // Scripts that were there, and this page itself, would be most of them.
    let is_told = |event: &&Event| {
        event.path != "/" && !(event.path.starts_with("/npm/") && event.status == 200)
    };
    let events: Vec<_> = events.iter().filter(is_told).collect();
    let row = |event: &&Event| {
        vec![
            code(&event.method),
            code(&event.path),
            format!("{}", event.status),
            text(event.note.as_deref().unwrap_or_default()),
            ago(UnixMillis(event.at), now),
        ]
    };
    Table {
        id: "requests",
        title: "Last requests",
        columns: &["Method", "Path", "Status", "Remark", "When"],
        total: events.len(),
        rows: events.iter().rev().take(SHOWN).map(row).collect(),
        empty: "No request yet. Start the app with <code>clerk-rs dev</code> and open one of its pages.",
    }
}

fn address(user: &User) -> &str {
    user.primary_email()
        .map_or("", |email| email.address.as_str())
}

/// `bdi` keeps characters that turn the reading direction to themselves.
fn text(text: &str) -> String {
    format!("<bdi>{}</bdi>", escaped(text))
}

fn code(text: &str) -> String {
    format!("<code><bdi>{}</bdi></code>", escaped(text))
}

/// The time since then, on one line: without script a page does not know the reader's time zone.
fn ago(at: UnixMillis, now: UnixMillis) -> String {
    match (now.0 - at.0).max(0) / 1000 {
        0 => "now".to_owned(),
        seconds @ ..60 => format!("{seconds}\u{a0}s\u{a0}ago"),
        seconds @ ..3600 => format!("{}\u{a0}min\u{a0}ago", seconds / 60),
        seconds @ ..172_800 => format!("{}\u{a0}h\u{a0}ago", seconds / 3600),
        seconds => format!("{}\u{a0}days\u{a0}ago", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_the_unit_that_fits() {
        for (seconds, words) in [
            (-5, "now"),
            (0, "now"),
            (59, "59\u{a0}s\u{a0}ago"),
            (60, "1\u{a0}min\u{a0}ago"),
            (3600, "1\u{a0}h\u{a0}ago"),
            (172_800, "2\u{a0}days\u{a0}ago"),
        ] {
            assert_eq!(ago(UnixMillis(0), UnixMillis(seconds * 1000)), words);
        }
    }
}
