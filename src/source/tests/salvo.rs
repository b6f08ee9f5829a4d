//! salvo 1.

use super::assert_read;

#[test]
fn pushed_routers_and_their_hoops_are_read() {
    let main = r#"
        mod clerk;
        use clerk_auth::salvo::{Clerk, SignedIn};
        use salvo::prelude::*;

        #[handler]
        async fn home() {}
        #[endpoint]
        async fn user(who: SignedIn) {}

        #[tokio::main]
        async fn main() {
            let kit = clerk::kit().from_env().unwrap();
            let router = Router::new()
                .get(home)
                .push(
                    Router::with_path("u")
                        .push(Router::with_path("{name}").get(user).delete(user))
                        .get(home),
                )
                .push(Router::with_path("docs/{**path}").get(StaticDir::new(["docs"])))
                .push(Router::new().path("a/b").goal(home));
            let service = Service::new(router).hoop(Clerk::new(&kit));
            let acceptor = TcpListener::new("127.0.0.1:3000").bind().await;
            Server::new(acceptor).serve(service).await;
        }
    "#;
    assert_read(
        "salvo = \"1\"",
        &[("src/main.rs", main)],
        "
        GET / [public] home
        any /a/b [signed in] home
        GET /docs/{**path} [public] StaticDir::new([\"docs\"])
          what its handler asks for is not read
        GET /u [signed in] home
        DELETE /u/{name} [signed in] user
          /u/about is open, and this route may answer there
        GET /u/{name} [signed in] user
          /u/about is open, and this route may answer there",
    );
}

#[test]
fn a_hoop_stands_before_its_own_router_only() {
    let main = r#"
        mod clerk;
        use salvo::prelude::*;
        #[handler]
        fn x() {}
        fn main() {
            let kit = clerk::kit().from_env().unwrap();
            let inside = Router::with_hoop(clerk_auth::salvo::Clerk::new(&kit)).path("in").get(x);
            let router = Router::new().push(inside).push(Router::with_path("out").get(x));
            serve(router);
        }
        fn serve(router: Router) { Server::new(1).serve(router); }
    "#;
    assert_read(
        "salvo = \"1\"",
        &[("src/main.rs", main)],
        "
        GET /in [signed in] x
        GET /out [without a gate] x",
    );
}
