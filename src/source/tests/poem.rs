//! poem 3.

use super::assert_read;

#[test]
fn routes_behind_and_beside_the_gate_are_told_apart() {
    let main = r#"
        mod clerk;
        use clerk_auth::poem::{Clerk, SignedIn};
        use poem::endpoint::StaticFilesEndpoint;
        use poem::listener::TcpListener;
        use poem::{EndpointExt, Route, Server, get, handler, post};

        #[handler]
        async fn home() -> String { String::new() }
        #[handler]
        async fn user(_: SignedIn) {}

        #[tokio::main]
        async fn main() -> Result<(), std::io::Error> {
            let kit = clerk::kit().from_env().unwrap();
            let inner = Route::new().at("/:id", get(user).post(home)).at("/sign-in", home).with(Clerk::new(&kit));
            let api = Route::new().at("/me", get(user));
            let app = Route::new()
                .at("/", get(home))
                .nest("/api", api)
                .nest("/docs", StaticFilesEndpoint::new("docs"))
                .with(Clerk::new(&kit))
                .data(1);
            let all = Route::new().nest("/", app).nest("/admin", inner).at("/late/*rest", post(home));
            Server::new(TcpListener::bind("127.0.0.1:3000")).run(all).await
        }
    "#;
    assert_read(
        "poem = \"3\"",
        &[("src/main.rs", main)],
        "
        GET / [public] home
        GET /admin/:id [signed in] user
          its gate stands below /admin, and not before addresses that do not exist
        POST /admin/:id [signed in] home
          its gate stands below /admin, and not before addresses that do not exist
        any /admin/sign-in [signed in] home
          its gate stands below /admin, and not before addresses that do not exist
        GET /api/me [signed in] user
        any /docs/* [public] StaticFilesEndpoint::new(\"docs\")
        POST /late/*rest [without a gate] home",
    );
}
