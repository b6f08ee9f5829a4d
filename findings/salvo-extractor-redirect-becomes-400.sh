#!/usr/bin/env bash
# salvo, and an extractor that sends visitors to the sign-in page.
#
# Expected: a handler takes the signed-in user as a parameter; where there is none, the extractor's error writes a
#   redirect to /sign-in, as errors of extractors do in axum, actix-web and poem, and browsers follow it.
# Happens: `#[handler]` keeps the Location that the error wrote and makes its status 400, because it takes any status that is
#   no error for one that was forgotten. The same answer from the handler itself leaves as it is. Visitors see an empty page
#   or salvo's page for 400, and no sign-in.
# Meets: whoever guards pages in salvo with an extractor that redirects.
# We: templates/clerk-auth/src/salvo keeps the status beside the answer, and the hoop sets it again.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

mkdir src
cat > Cargo.toml <<'FILE'
[package]
name = "guarded"
version = "0.1.0"
edition = "2024"

[dependencies]
salvo = { version = "=1.1.0", default-features = false, features = ["test"] }
tokio = { version = "1", features = ["macros", "rt"] }

[workspace]
FILE
cat > src/main.rs <<'FILE'
use salvo::extract::{Extractible, Metadata};
use salvo::prelude::{
    Depot, Redirect, Request, Response, Router, Scribe, Service, StatusCode, Writer, handler,
};
use salvo::test::TestClient;

#[derive(Debug)]
struct ToSignIn;

impl Scribe for ToSignIn {
    fn render(self, response: &mut Response) {
        response.render(Redirect::with_status_code(StatusCode::TEMPORARY_REDIRECT, "/sign-in").unwrap());
    }
}

struct User;

impl<'ex> Extractible<'ex> for User {
    fn metadata() -> &'static Metadata {
        static NONE: Metadata = Metadata::new("");
        &NONE
    }

    #[allow(refining_impl_trait)]
    async fn extract(_: &'ex mut Request, _: &'ex mut Depot) -> Result<Self, ToSignIn> {
        Err(ToSignIn)
    }
}

#[handler]
async fn by_extractor(_user: User) -> &'static str {
    "the page"
}

#[handler]
async fn by_hand(response: &mut Response) {
    ToSignIn.render(response);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let service = Service::new(
        Router::new()
            .push(Router::with_path("extractor").get(by_extractor))
            .push(Router::with_path("hand").get(by_hand)),
    );
    for path in ["hand", "extractor"] {
        let answer = TestClient::get(format!("http://localhost/{path}")).send(&service).await;
        let location = answer.headers().get("location").map_or("none", |to| to.to_str().unwrap());
        println!("{path}: {}, Location {location}", answer.status_code.unwrap().as_u16());
    }
}
FILE

CARGO_TARGET_DIR=$work/target CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 cargo build --quiet --jobs 1
seen=$(target/debug/guarded)

echo "salvo 1.1.0"
echo "expected: 307 to /sign-in twice"
echo "$seen"
[ "$seen" = "hand: 307, Location /sign-in
extractor: 400, Location /sign-in" ] || { echo "changed: salvo"; exit 1; }
echo "as described"
