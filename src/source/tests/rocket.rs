//! rocket 0.5.

use super::assert_read;

#[test]
fn mounted_routes_are_read_with_their_bases() {
    let main = r#"
        #[macro_use] extern crate rocket;
        mod admin;
        mod clerk;
        use clerk_auth::rocket::{Clerk, SignedIn, Webhook};
        use rocket::fs::FileServer;
        use rocket::{Build, Rocket};

        #[get("/")]
        fn home() -> &'static str { "" }
        #[get("/<name>?<page>")]
        fn user(name: &str, page: Option<u8>, _who: SignedIn) {}
        #[post("/hook", data = "<event>")]
        fn hook(event: Webhook) {}
        #[get("/<rest..>", rank = 20)]
        fn rest(rest: std::path::PathBuf) {}

        #[launch]
        fn rocket() -> Rocket<Build> {
            rocket::build()
                .mount("/", routes![home, hook])
                .mount("/u", routes![user])
                .mount("/docs", FileServer::from("docs"))
                .mount("/all", routes![rest, missing])
                .mount("/admin", admin::routes())
                .attach(rocket::fairing::AdHoc::on_ignite("more", |rocket| async {
                    rocket.mount("/more", routes![home])
                }))
                .register("/", catchers![])
                .attach(Clerk::new(&clerk::kit().from_env().unwrap()))
        }
    "#;
    let admin = r#"
        use rocket::{Route, delete, route, routes};
        use clerk_auth::{Check, Rule};
        use clerk_auth::rocket::Allowed;
        pub struct Editors;
        impl Rule for Editors {
            fn check() -> Check { Check::permission("org:posts:edit") }
        }
        #[delete("/<id>")]
        fn remove(id: u8, _may: Allowed<Editors>) {}
        #[route(PUT, uri = "/<id>")]
        fn change(id: u8) {}
        pub fn routes() -> Vec<Route> {
            [routes![remove], routes![change]].concat()
        }
    "#;
    assert_read(
        "rocket = \"0.5\"",
        &[("src/main.rs", main), ("src/admin.rs", admin)],
        "
        GET / [public] home
        DELETE /admin/<id> [permission org:posts:edit] admin::remove
        PUT /admin/<id> [signed in] admin::change
        GET /all/<rest..> [signed in] rest
        any /docs/* [public] FileServer::from(\"docs\")
        POST /hook [webhook] hook
        GET /more [signed in] home
        GET /u/<name> [signed in] user
          /u/about is open, and this route may answer there
        ? src/main.rs:24 `missing` was not found",
    );
}
