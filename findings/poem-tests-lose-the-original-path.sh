#!/usr/bin/env bash
# poem, and a guard that judges by the path of the request.
#
# Expected: `original_uri()` is the address that came, also inside `nest`, where `uri()` is shortened; so a guard in front of
#   nested routes has to read it. A test with poem's own TestClient shows the same as a request over a socket.
# Happens: a request that was built in Rust, by TestClient or Request::builder(), has `/` there, whatever its address is. Only
#   one that came over a socket has the address. A guard that opens `/` and protects all else lets every request of a test pass:
#   the tests of protected routes fail, or those of public ones prove nothing.
# Meets: whoever tests a guard, a router of tenants or a log line in poem.
# We: templates/clerk-auth/src/poem takes `uri()` where `original_uri()` is `/`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

mkdir src
cat > Cargo.toml <<'FILE'
[package]
name = "paths"
version = "0.1.0"
edition = "2024"

[dependencies]
poem = { version = "=3.1.12", default-features = false, features = ["server", "test"] }
tokio = { version = "1", features = ["io-util", "macros", "net", "rt"] }

[workspace]
FILE
cat > src/main.rs <<'FILE'
use poem::listener::{Acceptor, Listener, TcpListener};
use poem::test::TestClient;
use poem::{EndpointExt, Request, Route, handler};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[handler]
fn seen(request: &Request) -> String {
    format!("uri {}, original {}", request.uri().path(), request.original_uri().path())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let app = || Route::new().nest("/admin", Route::new().at("/users", seen)).boxed();
    let answer = TestClient::new(app()).get("/admin/users").send().await;
    println!("by TestClient: {}", answer.0.into_body().into_string().await.unwrap());

    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
    let address = *acceptor.local_addr()[0].as_socket_addr().unwrap();
    let ask = async {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /admin/users HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        println!("over a socket: {}", text.lines().last().unwrap());
    };
    tokio::select! {
        _ = poem::Server::new_with_acceptor(acceptor).run(app()) => {}
        () = ask => {}
    }
}
FILE

CARGO_TARGET_DIR=$work/target CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 cargo build --quiet --jobs 1
seen=$(target/debug/paths)

echo "poem 3.1.12"
echo "expected: the same twice"
echo "$seen"
[ "$seen" = "by TestClient: uri /users, original /
over a socket: uri /users, original /admin/users" ] || { echo "changed: poem"; exit 1; }
echo "as described"
