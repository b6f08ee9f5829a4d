//! One route behind the SDK's layer, as its documentation shows it.

use axum::{Router, routing::get};
use clerk_rs::clerk::Clerk;
use clerk_rs::validators::{axum::ClerkLayer, jwks::MemoryCacheJwksProvider};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut clerk = Clerk::from_secret_key(std::env::var("CLERK_SECRET_KEY").unwrap_or_default());
    if let Ok(origin) = std::env::var("CLERK_API_URL") {
        clerk.config.base_path = format!("{origin}/v1");
    }
    let layer = ClerkLayer::new(MemoryCacheJwksProvider::new(clerk), None, true);
    let app = Router::new().route("/hello", get(|| async { "hello" })).layer(layer);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, app).await
}
