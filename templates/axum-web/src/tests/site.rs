//! What a page loads, and what the browser lets it load, for each way of setting Clerk up.

use askama::Template as _;
use clerk_auth::{Config, PublishableKey};

use crate::pages::{Home, Page};
use crate::site::Site;

const LOCAL: &str = "emulator-0a1b2c3d.localhost.clerk.accounts.dev";
const DEVELOPMENT: &str = "brave-otter-7.clerk.accounts.dev";
const LIVE: &str = "clerk.app.example";

fn site(host: &str, proxy_url: Option<&str>) -> Site {
    let key = PublishableKey::parse(&PublishableKey::build(host).unwrap()).unwrap();
    Site::new(&Config {
        proxy_url: proxy_url.map(str::to_owned),
        ..Config::new(key)
    })
}

/// The script tags of a page, without its own.
fn scripts(site: &Site) -> String {
    let page = Page {
        nonce: "N".to_owned(),
        ..Page::new(site, None)
    };
    let html = Home { page }.render().unwrap();
    let start = html.find("<script").unwrap();
    let end = html.find("<script type=\"module\"").unwrap();
    html[start..end]
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn expected_scripts(base: &str, key: &str, proxy: &str) -> String {
    let tag = "<script defer crossorigin=\"anonymous\" nonce=\"N\"";
    format!(
        "{tag} src=\"{base}/npm/@clerk/ui@1/dist/ui.browser.js\"></script> {tag} src=\"{base}/npm/@clerk/clerk-js@6/dist/clerk.browser.js\" data-clerk-publishable-key=\"{key}\"{proxy}></script>"
    )
}

fn expected_policy(clerk: &str) -> String {
    format!(
        "default-src 'self'; script-src 'self' 'nonce-N'{clerk} https://challenges.cloudflare.com https://*.protect.clerk.com; connect-src 'self'{clerk} https://*.protect.clerk.com:*; img-src 'self' data: blob: https://img.clerk.com; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; frame-src 'self' https://challenges.cloudflare.com https://*.protect.clerk.com; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    )
}

#[test]
fn local_keys_go_through_the_app() {
    let site = site(LOCAL, Some("/__clerk"));
    let proxy = " data-clerk-proxy-url=\"/__clerk\"";
    assert_eq!(
        scripts(&site),
        expected_scripts("/__clerk", &site.publishable_key, proxy)
    );
    assert_eq!(site.content_security_policy("N"), expected_policy(""));
    assert!(site.local_keys);
}

#[test]
fn development_and_live_keys_go_to_their_own_host() {
    for host in [DEVELOPMENT, LIVE] {
        let site = site(host, None);
        let origin = format!("https://{host}");
        assert_eq!(
            scripts(&site),
            expected_scripts(&origin, &site.publishable_key, "")
        );
        assert_eq!(
            site.content_security_policy("N"),
            expected_policy(&format!(" {origin}"))
        );
        assert!(!site.local_keys);
    }
}

#[test]
fn live_keys_with_a_proxy_stay_on_its_origin() {
    let site = site(LIVE, Some("https://app.example/__clerk"));
    let proxy = " data-clerk-proxy-url=\"https://app.example/__clerk\"";
    let base = "https://app.example/__clerk";
    assert_eq!(
        scripts(&site),
        expected_scripts(base, &site.publishable_key, proxy)
    );
    assert_eq!(
        site.content_security_policy("N"),
        expected_policy(" https://app.example")
    );
}

#[test]
fn every_page_has_a_nonce_of_its_own() {
    let site = site(LIVE, None);
    let (one, other) = (Page::new(&site, None), Page::new(&site, None));
    assert_ne!(one.nonce, other.nonce);
    assert!(one.nonce.len() >= 22);
}
