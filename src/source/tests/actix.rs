//! actix-web 4.

use super::assert_read;

#[test]
fn scopes_resources_attributes_and_configurations_are_read() {
    let main = r#"
        mod api;
        mod clerk;
        use actix_web::{App, HttpResponse, HttpServer, get, route, web};
        use clerk_auth::actix_web::Clerk;

        #[get("/")]
        async fn home() -> HttpResponse { HttpResponse::Ok().finish() }

        #[route("/both", method = "GET", method = "HEAD")]
        async fn both() {}

        #[actix_web::main]
        async fn main() -> std::io::Result<()> {
            let kit = clerk::kit().from_env().unwrap();
            HttpServer::new(move || {
                App::new()
                    .wrap(Clerk::new(&kit))
                    .app_data(web::Data::new(1))
                    .service(home)
                    .service((both, web::resource("/u/{name}").route(web::get().to(api::user)).route(web::post().to(api::add))))
                    .service(web::scope("/api").configure(api::configure).service(web::scope("/v2").route("", web::to(api::user))))
                    .service(actix_files::Files::new("/docs", "docs"))
                    .default_service(web::to(HttpResponse::NotFound))
            })
            .bind(("127.0.0.1", 3000))?
            .run()
            .await
        }
    "#;
    let api = r#"
        use actix_web::web::{self, ServiceConfig};
        use clerk_auth::actix_web::{SignedIn, Webhook};

        pub fn configure(config: &mut ServiceConfig) {
            config.route("/me", web::get().to(user));
            more(config);
            config.service(web::resource("/deep").to(add));
        }
        fn more(config: &mut ServiceConfig) {
            config.route("/more", web::delete().to(add));
        }
        pub async fn user(_: SignedIn) {}
        pub async fn add() {}
    "#;
    let files = [("src/main.rs", main), ("src/api.rs", api)];
    assert_read(
        "actix-web = \"4\"\nactix-files = \"0.7\"",
        &files,
        "
        GET / [public] home
        any /* [signed in] HttpResponse::NotFound
        any /api/deep [signed in] api::add
        GET /api/me [signed in] api::user
        DELETE /api/more [signed in] api::add
        any /api/v2 [signed in] api::user
        GET /both [signed in] both
        HEAD /both [signed in] both
        any /docs/* [public] actix_files::Files
        GET /u/{name} [signed in] api::user
          /u/about is open, and this route may answer there
        POST /u/{name} [signed in] api::add
          /u/about is open, and this route may answer there",
    );
}

#[test]
fn an_app_without_the_gate_is_open() {
    let main = r#"
        use actix_web::{App, HttpServer, web};
        use clerk_auth::actix_web::SignedIn;
        fn main() {
            let _ = HttpServer::new(|| App::new().route("/x", web::get().to(x)).route("/y", web::put().to(|| async {}))).run();
        }
        async fn x(_: SignedIn) {}
    "#;
    assert_read(
        "actix-web = \"4\"",
        &[("src/main.rs", main)],
        "
        GET /x [without a gate] x
          `SignedIn` answers 500 where no gate stands
        PUT /y [without a gate] closure in line 5",
    );
}

#[test]
fn an_app_that_is_given_to_the_core_s_server_as_a_function_is_read() {
    let main = r#"
        mod clerk;
        use actix_web::dev::ServiceFactory;
        use actix_web::{App, web};
        use clerk_auth::actix_web::{ClerkMiddleware, Site, me, not_found, serve};
        use clerk_auth::Kit;

        #[actix_web::main]
        async fn main() {
            let kit = clerk::kit().from_env().unwrap();
            serve(app, &kit).await.unwrap();
        }
        fn app(kit: &Kit) -> App<impl Site> {
            App::new()
                .configure(|config| { config.service(web::resource(["/api/me", "/api/me/{more:.*}"]).route(web::get().to(me))); })
                .default_service(web::to(not_found))
                .wrap(ClerkMiddleware::new(kit))
        }
    "#;
    assert_read(
        "actix-web = \"4\"",
        &[("src/main.rs", main)],
        "
        any /* [signed in] clerk_auth::actix_web::not_found
        GET /api/me [signed in] clerk_auth::actix_web::me
        GET /api/me/{more:.*} [signed in] clerk_auth::actix_web::me",
    );
}

#[test]
fn redirects_are_routes() {
    let main = r#"
        use actix_web::{App, HttpServer, web};
        fn main() {
            let _ = HttpServer::new(|| {
                App::new()
                    .service(web::redirect("/old", "/new"))
                    .service(web::Redirect::new("/older", "/new").permanent())
            })
            .run();
        }
    "#;
    assert_read(
        "actix-web = \"4\"",
        &[("src/main.rs", main)],
        "
        any /old [without a gate] web::redirect
        any /older [without a gate] web::redirect",
    );
}
