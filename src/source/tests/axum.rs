//! axum 0.8.

use super::assert_read;

const AXUM: &str = "axum = \"0.8\"";

#[test]
fn nested_merged_and_chained_routes_are_read_across_modules() {
    let main = r#"
        mod admin;
        mod clerk;
        mod users;
        use axum::{Router, routing::get};
        use clerk_auth::axum::{ClerkLayer, serve};
        use clerk_auth::{Kit, StartError};

        const ABOUT: &str = "/about";

        #[tokio::main]
        async fn main() -> Result<(), StartError> {
            let kit = clerk::kit().from_env()?;
            serve(app(&kit), &kit).await
        }

        fn app(kit: &Kit) -> Router {
            let app = Router::new()
                .route("/", get(|| async { "hello" }))
                .route(ABOUT, get(about));
            app.merge(users::routes("/users"))
                .nest("/admin", admin::router())
                .nest_service("/docs", tower_http::services::ServeDir::new("docs"))
                .layer(ClerkLayer::new(kit))
                .route("/late", get(about))
        }

        async fn about() -> &'static str { "" }
    "#;
    let users = r#"
        use axum::Router;
        use axum::routing::{self, MethodRouter};
        use clerk_auth::axum::{Auth, SignedIn as Somebody};

        pub fn routes(base: &str) -> Router {
            let both: MethodRouter = routing::get(list).post(add);
            let one = format!("{base}/{{id}}");
            Router::new().route(base, both).route(&one, routing::any(one_user))
        }
        async fn list(_: Auth) {}
        async fn add(Somebody(session): Somebody) {}
        async fn one_user() {}
    "#;
    let admin = r#"
        mod rules { pub struct Admin; }
        use axum::{Router, routing::{delete, put}};
        use clerk_auth::{Check, Rule, axum::Allowed, has::Reverification};
        use rules::Admin;

        impl Rule for Admin {
            fn check() -> Check {
                Check::role("org:admin").and(Check::reverification(Reverification::Strict))
            }
        }
        pub type Admins = Allowed<Admin>;

        pub fn router() -> Router {
            Router::new().route("/", delete(clear)).route("/{id}", put(self::change))
        }
        async fn clear(_: Admins) {}
        async fn change(_: Allowed<Admin>, user: Option<clerk_auth::axum::SignedIn>) {}
    "#;
    let files = [
        ("src/main.rs", main),
        ("src/users.rs", users),
        ("src/admin/mod.rs", admin),
    ];
    assert_read(
        AXUM,
        &files,
        "
        GET / [public] closure in line 19
        GET /about [signed in] about
        DELETE /admin [role org:admin and reverification Strict] admin::clear
        PUT /admin/{id} [role org:admin and reverification Strict] admin::change
        any /docs/* [public] tower_http::services::ServeDir::new(\"doc\u{2026}
        GET /late [without a gate] about
        GET /users [signed in] users::list
        POST /users [signed in] users::add
        any /users/{id} [signed in] users::one_user",
    );
}

#[test]
fn type_parameters_name_who_may_enter() {
    let main = r#"
        mod clerk;
        use axum::{Router, extract::FromRequestParts, routing::{MethodFilter, MethodRouter, get, on}};
        use clerk_auth::axum::{Allowed, ClerkLayer, Connected, SignedIn, serve};
        use clerk_auth::{Check, Rule};

        struct Editor;
        impl Rule for Editor { fn check() -> Check { Check::permission("org:posts:edit") } }

        #[tokio::main]
        async fn main() {
            let kit = clerk::kit().from_env().unwrap();
            let app = Router::new()
                .route("/docs/mine", only::<SignedIn, _>(|| ""))
                .route("/docs/edit", both::<Allowed<Editor>>())
                .route("/docs/live", get(live))
                .layer(ClerkLayer::new(&kit));
            serve(app, &kit).await
        }
        async fn live(user: Connected, upgrade: axum::extract::ws::WebSocketUpgrade) {}
        fn only<Guard, V>(page: fn() -> V) -> MethodRouter where Guard: FromRequestParts<()> {
            get(async move |_: Guard| page())
        }
        fn both<G>() -> MethodRouter {
            on(MethodFilter::PUT.or(MethodFilter::POST), async |_: G| "")
        }
    "#;
    assert_read(
        AXUM,
        &[("src/main.rs", main)],
        "
        POST /docs/edit [permission org:posts:edit] closure in line 25
        PUT /docs/edit [permission org:posts:edit] closure in line 25
        GET /docs/live [signed in] live
        GET /docs/mine [signed in] closure in line 22",
    );
}

/// Somebody added a page to the server of a single-page app, and always saw the front end's.
#[test]
fn a_front_end_answers_in_place_of_routes_that_no_list_names() {
    let main = r#"
        use axum::{Router, routing::get};
        use clerk_auth::axum::{ClerkLayer, me, serve};
        use clerk_auth::kit::FrontEnd;
        mod clerk;

        #[tokio::main]
        async fn main() {
            let kit = clerk::kit().front_end(FrontEnd::folder("web/dist")).from_env().unwrap();
            let app = Router::new()
                .route("/api/me", get(me))
                .route("/docs/all", get(async || ""))
                .route("/reports", get(async || ""))
                .route("/reports.csv", get(async || ""))
                .layer(ClerkLayer::new(&kit));
            serve(app, &kit).await
        }
    "#;
    assert_read(
        AXUM,
        &[("src/main.rs", main)],
        "
        GET /api/me [signed in] clerk_auth::axum::me
        GET /docs/all [public] closure in line 12
        GET /reports [signed in] closure in line 13
          the front end answers here, unless the kit's paths name it
        GET /reports.csv [signed in] closure in line 14
        any all other addresses [public] the kit: front end",
    );
}

/// Each app with sqlx was told that it serves something that is not read.
#[test]
fn migrations_are_no_server() {
    let main = r#"
        use axum::{Router, routing::get};
        use clerk_auth::axum::{ClerkLayer, serve};

        #[tokio::main]
        async fn main() {
            let pool = Pool::connect("sqlite:app.db").await.unwrap();
            sqlx::migrate!().run(&pool).await.unwrap();
            let mut connection = pool.acquire().await.unwrap();
            tables().run(&mut connection).await.unwrap();
            let kit = clerk_auth::Kit::builder().from_env().unwrap();
            serve(Router::new().route("/a", get(x)).layer(ClerkLayer::new(&kit)), &kit).await
        }
        async fn x() {}
    "#;
    assert_read(
        AXUM,
        &[("src/main.rs", main)],
        "
        GET /a [signed in] x",
    );
}
