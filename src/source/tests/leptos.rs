//! leptos 0.8, which serves its pages by axum.

use super::assert_read;

#[test]
fn pages_and_functions_of_the_server_are_read() {
    let main = r#"
        mod app;
        mod clerk;
        use app::App;
        use axum::{Router, routing::get};
        use clerk_auth::axum::{ClerkLayer, not_found, serve};
        use leptos_axum::{LeptosRoutes, generate_route_list};

        #[tokio::main]
        async fn main() -> Result<(), clerk_auth::StartError> {
            let kit = clerk::kit().from_env()?;
            let options = leptos::prelude::get_configuration(None).unwrap().leptos_options;
            let routes = generate_route_list(App);
            let app = Router::new()
                .route("/health", get(|| async {}))
                .leptos_routes(&options, routes, || app::shell())
                .fallback(not_found)
                .layer(ClerkLayer::new(&kit))
                .with_state(options);
            serve(app, &kit).await
        }
    "#;
    let app = r#"
        use leptos::prelude::*;
        use leptos_router::components::{ParentRoute, Route, Router, Routes};
        use leptos_router::{StaticSegment, ParamSegment, path};

        pub fn shell() -> impl IntoView { view! { <html lang="en"><body>"x < y"</body></html> } }

        #[component]
        pub fn App() -> impl IntoView {
            view! {
                <Router>
                    <main class="x">
                        <Routes fallback=|| "none".into_view()>
                            <Route path=path!("/") view=Home/>
                            <Route path=path!("/u/:name") view=User ssr=SsrMode::Async/>
                            <ParentRoute path=path!("/docs") view=Docs>
                                <Route path=path!("") view=Home/>
                                <Route path=path!("/*any") view=|| view! { <p>"p"</p> }/>
                            </ParentRoute>
                            <Route path=(StaticSegment("a"), ParamSegment("b")) view=Home/>
                            <Route path=computed() view=Home/>
                        </Routes>
                    </main>
                </Router>
            }
        }
        #[component]
        fn Home() -> impl IntoView { view! { <p>"home"</p> } }
        #[component]
        fn User() -> impl IntoView {}
        #[component]
        fn Docs() -> impl IntoView {}

        #[server]
        pub async fn add_todo(text: String) -> Result<(), ServerFnError> { Ok(()) }
    "#;
    assert_read(
        "axum = \"0.8\"\nleptos = \"0.8\"\nleptos_axum = \"0.8\"\nleptos_router = \"0.8\"",
        &[("src/main.rs", main), ("src/app.rs", app)],
        "
        GET / [public] app::Home
        any /* [signed in] clerk_auth::axum::not_found
        GET /a/{b} [signed in] app::Home
        POST /api/add_todo{number} [signed in] app::add_todo
        GET /docs [public] app::Home
        GET /docs/{*any} [public] closure in line 18
        GET /health [signed in] closure in line 15
        GET /u/{name} [signed in] app::User
          /u/about is open, and this route may answer there
        ? src/app.rs:21 the path of this route is not read",
    );
}
