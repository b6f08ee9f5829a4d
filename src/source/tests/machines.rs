//! Handlers that programs call.

use super::assert_read;

const MAIN: &str = r#"
    use axum::{Router, routing::get};
    use clerk_auth::axum::{Auth, Caller, ClerkLayer, SignedIn, serve};
    use clerk_auth::token_type::TokenType;
    use clerk_auth::{CallerRule, Kit, Paths, Tokens};

    struct Reports;
    impl CallerRule for Reports {
        fn tokens() -> Tokens { Tokens::any().scope(SCOPE) }
    }
    const SCOPE: &str = "reports:read";
    struct Keys;
    impl CallerRule for Keys {
        fn tokens() -> Tokens { Tokens::of(&[TokenType::ApiKey, TokenType::OAuth]).scope("x") }
    }
    struct Machines;
    impl CallerRule for Machines {
        fn tokens() -> Tokens { Tokens::of(&[TokenType::M2m]) }
    }
    struct Odd;
    impl CallerRule for Odd {
        fn tokens() -> Tokens { Tokens::of(kinds()) }
    }

    #[tokio::main]
    async fn main() {
        let paths = Paths { machines: &["/m/:path*"], public: &["/m/open"], ..Paths::PROTECTED };
        let kit = Kit::builder().paths(paths).from_env().unwrap();
        let app = Router::new()
            .route("/m/any", get(async |_: Caller| ""))
            .route("/m/keys", get(async |_: Caller<Keys>| ""))
            .route("/m/machines", get(async |_: Caller<Machines>| ""))
            .route("/m/odd", get(async |_: Caller<Odd>| ""))
            .route("/m/open", get(async |_: Auth| ""))
            .route("/m/reports", get(async |_: Caller<Reports>| ""))
            .route("/m/user", get(async |_: SignedIn| ""))
            .route("/m/who", get(async |_: Auth| ""))
            .route("/m/{*rest}", get(async || ""))
            .route("/other", get(async |_: Caller| ""))
            .route("/{name}", get(async || ""))
            .layer(ClerkLayer::new(&kit));
        serve(app, &kit).await
    }
"#;

#[test]
fn what_programs_may_call_is_listed_with_the_tokens_it_takes() {
    assert_read(
        "axum = \"0.8\"",
        &[("src/main.rs", MAIN)],
        "
        any /.well-known/oauth-protected-resource/* [without auth] the kit: for OAuth clients
        GET /m/any [any token] closure in line 30
        GET /m/keys [API keys or OAuth tokens, scope x] closure in line 31
        GET /m/machines [M2M tokens] closure in line 32
        GET /m/odd [Odd] closure in line 33
          the conditions of `Odd` are not read
        GET /m/open [public] closure in line 34
        GET /m/reports [scope reports:read] closure in line 35
        GET /m/user [signed in] closure in line 36
        GET /m/who [signed in] closure in line 37
          any token of a program gets in, whatever its scope: name whom it takes with `Caller` or `SignedIn`
        GET /m/{*rest} [signed in] closure in line 38
          beside /m/open, which is open and has a route of its own
          any token of a program gets in, whatever its scope: name whom it takes with `Caller` or `SignedIn`
        GET /other [any token] closure in line 39
          `Caller` lets nobody in where the path is not in `machines`
        GET /{name} [signed in] closure in line 40",
    );
}
