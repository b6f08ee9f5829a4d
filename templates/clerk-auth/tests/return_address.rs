//! A `redirect_url` from a link must never lead off the app (`security.md` rule 4).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::sync::Arc;

use bytes::Bytes;
use clerk_auth::authenticate::Clerk;
use clerk_auth::config::Config;
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use clerk_auth::gate::{Gate, Paths, ReturnAddress};
use clerk_auth::keys::{PublishableKey, SecretKey};
use clerk_auth::public_url::Connection;
use clerk_auth::time::SystemClock;
use http::request::Parts;
use http::{Request, Response};

struct NoNetwork;

impl Fetch for NoNetwork {
    fn fetch(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, FetchError>> {
        Box::pin(async { Err(FetchError::TimedOut) })
    }
}

fn gate() -> Gate {
    let key = PublishableKey::parse("pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA").unwrap();
    let config = Config {
        secret_key: Some(SecretKey::new("sk_live_orchard").unwrap()),
        ..Config::new(key)
    };
    let clerk = Clerk::new(config, Arc::new(NoNetwork), Arc::new(SystemClock)).unwrap();
    let paths = Paths {
        without_auth: &[],
        public: &["/sign-in"],
        data: &["/api/:path*"],
        ..Paths::PROTECTED
    };
    Gate::new(clerk, &paths).unwrap()
}

fn request(target: &str) -> Parts {
    let request = Request::get(target).header("host", "app.example:8080");
    let (parts, ()) = request.body(()).unwrap().into_parts();
    parts
}

fn address(redirect_url: &str) -> ReturnAddress {
    let encoded: String = url::form_urlencoded::byte_serialize(redirect_url.as_bytes()).collect();
    let parts = request(&format!("/sign-in?redirect_url={encoded}"));
    gate().return_address(&parts, Connection::HTTP)
}

#[test]
fn an_address_of_the_app_is_kept_as_a_path() {
    for (given, kept) in [
        ("/dashboard?a=1&b=2#c", "/dashboard?a=1&b=2#c"),
        ("http://app.example:8080/dashboard", "/dashboard"),
        ("/a/../b", "/b"),
        // As a path it would name a host, so it stays whole.
        (
            "http://app.example:8080//evil.example",
            "http://app.example:8080//evil.example",
        ),
    ] {
        assert_eq!(address(given).as_str(), kept, "{given}");
    }
}

#[test]
fn an_address_elsewhere_counts_as_absent() {
    for given in [
        "",
        "//evil.example",
        "/\\evil.example",
        "\t//evil.example",
        "https://evil.example/dashboard",
        "http://app.example:8080.evil.example/",
        "http://app.example:8080@evil.example/",
        "http://user@app.example:8080/",
        "https://app.example:8080/",
        "http://app.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "dashboard",
        "\"><script>",
    ] {
        let address = address(given);
        assert_eq!(address.as_str(), "", "{given}");
        assert_eq!(address.or_start(), "/");
        assert_eq!(address.added_to("/sign-up"), "/sign-up");
    }
}

#[test]
fn the_address_travels_from_sign_in_to_sign_up() {
    let address = address("/dashboard?a=1&b=2");
    assert_eq!(
        address.added_to("/sign-up"),
        "/sign-up?redirect_url=%2Fdashboard%3Fa%3D1%26b%3D2"
    );
    assert_eq!(
        address.added_to("https://accounts.example/sign-up?x=1"),
        "https://accounts.example/sign-up?x=1&redirect_url=%2Fdashboard%3Fa%3D1%26b%3D2"
    );
}
