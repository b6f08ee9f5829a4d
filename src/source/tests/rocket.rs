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

#[test]
fn routes_that_are_made_without_attributes_are_read() {
    let main = r#"
        #[macro_use] extern crate rocket;
        use rocket::http::Method::{self, Get};
        use rocket::{Data, Request, Route, route};

        fn show<'r>(request: &'r Request, _: Data<'r>) -> route::BoxFuture<'r> { todo!() }
        #[derive(Clone)]
        struct Keeper(u8);
        impl Keeper {
            fn routes() -> Vec<Route> {
                vec![Route::new(Method::Delete, "/<id>", Keeper(1))]
            }
        }

        #[launch]
        fn rocket() -> _ {
            let list = Route::ranked(3, Get, "/list?<page>", show);
            let every = [Get, Method::Put].into_iter().map(|method| Route::new(method, "/all", show)).collect::<Vec<_>>();
            rocket::build()
                .mount("/", vec![list.clone()])
                .mount("/more", vec![list])
                .mount("/kept", Keeper::routes())
                .mount("/", every)
        }
    "#;
    assert_read(
        "rocket = \"0.5\"",
        &[("src/main.rs", main)],
        "
        GET /all [without a gate] show
        PUT /all [without a gate] show
        DELETE /kept/<id> [without a gate] Keeper(1)
        GET /list [without a gate] show
        GET /more/list [without a gate] show",
    );
}

#[test]
fn migrations_that_run_on_a_database_serve_nothing() {
    let main = r#"
        #[macro_use] extern crate rocket;
        use rocket::{Build, Rocket, fairing};
        use rocket_db_pools::Database;

        #[derive(Database)]
        #[database("main")]
        struct Db(sqlx::SqlitePool);

        #[get("/")]
        fn home() {}

        async fn migrate(rocket: Rocket<Build>) -> fairing::Result {
            match Db::fetch(&rocket) {
                Some(db) => match sqlx::migrate!("migrations").run(&**db).await {
                    Ok(()) => Ok(rocket),
                    Err(_) => Err(rocket),
                },
                None => Err(rocket),
            }
        }

        #[launch]
        fn rocket() -> _ {
            rocket::build()
                .attach(Db::init())
                .attach(fairing::AdHoc::try_on_ignite("migrations", migrate))
                .mount("/", routes![home])
        }
    "#;
    assert_read(
        "rocket = \"0.5\"\nrocket_db_pools = \"0.2\"\nsqlx = \"0.8\"",
        &[("src/main.rs", main)],
        "
        GET / [without a gate] home",
    );
}
