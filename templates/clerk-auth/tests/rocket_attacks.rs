//! What strangers and other sites try on a Rocket app: odd paths, forms, large bodies.
#![cfg(all(feature = "rocket", feature = "testing", feature = "webhooks"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::Reply;
use clerk_auth::rocket::Webhook;
use rocket::data::ToByteUnit as _;
use rocket::http::uri::Segments;
use rocket::http::uri::fmt::Path as UriPath;
use rocket::{Build, Rocket, delete, get, post, routes};
use support::rocket_app::{DOCUMENT, admin, behind, build, send, send_body, settings};
use support::stage::live;
use support::{events, shop};

#[post("/notes", data = "<note>")]
fn note(note: &str) -> String {
    format!("noted {note}")
}

#[delete("/notes", data = "<note>")]
fn forget(note: &str) -> String {
    format!("deleted {note}")
}

#[get("/notes")]
fn notes() -> &'static str {
    "all notes"
}

#[post("/webhooks/clerk", data = "<event>")]
fn hear(event: Webhook) -> String {
    event.0.kind
}

fn rocket() -> Rocket<Build> {
    rocket::build()
        .mount("/", routes![note, forget, notes, hear])
        .mount("/api", routes![note])
}

#[rocket::async_test]
async fn no_spelling_of_an_open_path_reaches_the_route_beside_it() {
    #[get("/about")]
    fn about() -> &'static str {
        "open"
    }
    #[get("/open/<_page>")]
    fn open(_page: &str) -> &'static str {
        "open"
    }
    #[get("/<_shop>", rank = 2)]
    fn first(_shop: &str) -> &'static str {
        "private"
    }
    #[get("/<_path..>", rank = 3)]
    fn rest(_path: std::path::PathBuf) -> &'static str {
        "private"
    }
    let rocket = rocket::build().mount("/", routes![about, open, first, rest]);
    let app = behind(rocket, &shop::half_open()).await;
    let own = ["/.clerk-auth", "//.clerk-auth"];
    shop::no_spelling_opens_the_route_beside(&app, &own).await;
    for path in ["/open/../shop", "/open/%2e%2e/shop", "/open/..%2fshop"] {
        let reply = send(&app, &format!("GET {path}"), &[]).await;
        assert_eq!(reply.status, 400, "{path}: {reply:?}");
    }
    // The route of the fairing itself gives nothing to those who ask for it.
    let known = [("authorization", &*admin())];
    assert_eq!(send(&app, "GET /.clerk-auth", &known).await.body, "private");
}

/// A refused HEAD keeps its method, because Rocket must know that the answer has no body.
#[rocket::async_test]
async fn a_refused_head_reaches_no_route_of_the_app() {
    #[rocket::head("/<_path..>")]
    fn any(_path: Segments<'_, UriPath>) -> &'static str {
        "private"
    }
    let app = behind(
        rocket::build().mount("/", routes![any]),
        &build(settings(), live()),
    )
    .await;
    let refused = send(&app, "HEAD /private", &[]).await;
    assert_eq!(refused.status, 401, "{refused:?}");
    let known = [("authorization", &*admin())];
    assert_eq!(send(&app, "HEAD /private", &known).await.status, 200);
}

#[rocket::async_test]
async fn every_line_of_an_answer_is_sent() {
    #[get("/twice")]
    fn twice() -> Reply {
        let mut reply = Reply::text(http::StatusCode::OK, "");
        for name in ["origin", "accept-encoding"] {
            let value = http::HeaderValue::from_static(name);
            reply.headers_mut().append(http::header::VARY, value);
        }
        reply
    }
    let app = behind(
        rocket::build().mount("/", routes![twice]),
        &build(settings(), live()),
    )
    .await;
    let reply = send(&app, "GET /twice", &[("authorization", &*admin())]).await;
    let lines: Vec<_> = reply.headers.get_all("vary").iter().collect();
    assert_eq!(lines, ["origin", "accept-encoding"]);
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Rocket takes a form's first field `_method` for the method, also GET, so a form of any site could pass for a page.
#[rocket::async_test]
async fn a_form_cannot_name_another_method() {
    let app = behind(rocket(), &build(settings(), live())).await;
    let known = [FORM, ("authorization", &*admin())];
    for body in [
        "_method=delete",
        "_method=GET&a=b",
        "&&_method=put",
        "_method=HEAD",
        // Rocket takes all these for the same field.
        "._method=get",
        "[_method]=get",
        "[_method=put",
        "_method[]=get",
        "_method.a=get",
        "_method[=put",
    ] {
        let reply = send_body(&app, "POST /notes", &known, body).await;
        assert_eq!((reply.status, reply.body), (200, format!("noted {body}")));
        // Strangers get data, as a form gets it, and no redirect that repeats it.
        let stranger = send_body(&app, "POST /notes", &[FORM, DOCUMENT], body).await;
        assert_eq!(stranger.status, 401, "{body}: {stranger:?}");
    }
    // A real one is what it is.
    let deleted = send_body(&app, "DELETE /notes", &known, "a=b").await;
    assert_eq!(deleted.body, "deleted a=b");
}

/// Rocket reads JSON from a body of any type.
#[rocket::async_test]
async fn a_form_of_another_site_reaches_no_data_route() {
    let app = behind(rocket(), &build(settings(), live())).await;
    let admin = admin();
    let bearer = ("authorization", &*admin);
    let post = async |path: &str, headers: &[(&str, &str)]| {
        let headers = [&[bearer], headers].concat();
        send_body(&app, &format!("POST {path}"), &headers, "{}").await
    };
    for of in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "Multipart/Form-Data; boundary=x",
        "text/plain;charset=utf-8",
    ] {
        for from in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            let refused = post("/api/notes", &[("content-type", of), from]).await;
            assert_eq!(refused.status, 415, "{of} {from:?}");
            assert_eq!(refused.body, r#"{"error":"Unsupported Media Type"}"#);
            assert_eq!(refused.header("x-content-type-options"), "nosniff");
            // Pages take forms; whose they are is theirs to say.
            assert_eq!(
                post("/notes", &[("content-type", of), from]).await.status,
                200
            );
        }
        for from in [
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://app.example"),
        ] {
            let own = post("/api/notes", &[("content-type", of), from]).await;
            assert_eq!(own.status, 200, "{of} {from:?}");
        }
    }
    let foreign = ("sec-fetch-site", "cross-site");
    assert_eq!(post("/api/notes", &[foreign]).await.status, 415);
    // This one the browser announced before, and the app allowed it.
    let json = ("content-type", "application/json");
    assert_eq!(post("/api/notes", &[json, foreign]).await.status, 200);
    assert_eq!(post("/api/notes", &[]).await.status, 200);
}

#[rocket::async_test]
async fn a_large_webhook_arrives_and_a_giant_one_does_not() {
    let kit = events::kit();
    let app = behind(rocket(), &kit).await;
    events::large_ones_arrive_and_giant_ones_do_not(&app).await;
    let limits = rocket::data::Limits::default().limit("webhook", 100.kibibytes());
    let own = rocket::Config::figment().merge(("limits", limits));
    let app = behind(rocket().configure(own), &kit).await;
    assert_eq!(events::deliver_large(&app, 300_000).await.status, 413);
}
