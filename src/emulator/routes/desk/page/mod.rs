//! The page at `/`: what the emulator knows, and a few things to do with it, for who develops the app. What stands in it
//! was typed by strangers: it is escaped, and `bdi` keeps what turns the reading direction to itself.

mod actions;
mod guard;
mod rows;
mod times;

use std::sync::{Arc, LazyLock};

use axum::response::{Html, IntoResponse as _, Response};
use clerk_auth::verify::http_date;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use serde_json::{Value, json};
use tera::{Context, Tera};

use crate::emulator::app::App;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::html::escaped;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::worlds::Worlds;
use crate::emulator::routes::{Answer, Shared};

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Read when somebody first looks.
static TEMPLATES: LazyLock<Tera> = LazyLock::new(|| {
    let mut tera = Tera::new();
    tera.set_escape_fn(|text, to| to.write_all(escaped(text).as_bytes()));
    // They are part of the program: a test would fail.
    let _sound = tera.add_raw_templates([
        ("page.html", include_str!("page.html")),
        ("told.html", include_str!("told.html")),
    ]);
    tera
});

pub(super) fn routes() -> Routes {
    actions::routes()
        .get("/", show)
        .get("/__emulator/desk/page.css", style)
        .get("/__emulator/desk/page.js", script)
}

fn style(_: &Shared) -> Response {
    file("text/css; charset=utf-8", include_str!("page.css"))
}

fn script(_: &Shared) -> Response {
    file("text/javascript; charset=utf-8", include_str!("page.js"))
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")];
    (headers, text).into_response()
}

fn show(app: &Shared, worlds: Arc<Worlds>, call: Call) -> Answer {
    let mut says = about(app);
    let wanted = rows::Wanted::of(&call.query);
    {
        let instance = app.instance();
        let now = app.now();
        says["mails"] = rows::mails(&instance, now);
        says["users"] = rows::users(&instance, now);
        says["organizations"] = rows::organizations(&instance, now);
        says["sessions"] = rows::sessions(&instance, now);
    }
    says["requests"] = rows::requests(app, &wanted);
    says["faults"] = rows::faults(app);
    says["report"] = rows::report(app);
    says["deliveries"] = rows::deliveries(app);
    says["worlds"] = rows::worlds(app, &worlds.all());
    Ok(drawn(StatusCode::OK, "page.html", &says))
}

fn about(app: &App) -> Value {
    let part = |id: &str, title: &str| json!({ "id": id, "title": title });
    let moved = app.clock.moved_by();
    let words = times::length(moved.abs() / 1000);
    let moved = match moved {
        0 => None,
        1.. => Some(format!("{words} ahead")),
        _ => Some(format!("{words} behind")),
    };
    json!({
        "application": app.application_name,
        "frontend": app.frontend_address,
        "backend": app.backend_address,
        "publishable_key": app.publishable_key.as_str(),
        "now": http_date(app.now()),
        "moved": moved,
        "pass": guard::pass(),
        "libraries": app.bundles.are_complete(),
        "parts": [
            part("mails", "Mails"),
            part("users", "Users"),
            part("organizations", "Organizations"),
            part("sessions", "Sessions"),
            part("requests", "Requests"),
            part("deliveries", "Webhooks"),
            part("faults", "Faults"),
            part("report", "Report"),
        ],
    })
}

fn drawn(status: StatusCode, template: &str, says: &Value) -> Response {
    let context = Context::from_serialize(says).unwrap_or_default();
    let html = TEMPLATES.render(template, &context);
    let Ok(html) = html else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-store"),
        // With none at all, forms of the page would not say that they are its own.
        (REFERRER_POLICY, "same-origin"),
    ];
    (status, headers, Html(html)).into_response()
}
