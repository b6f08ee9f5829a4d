//! Redirects under attack: no path leads to another origin, and nothing but web addresses is a target.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use clerk_auth::keys::PublishableKey;
use clerk_auth::redirect::{Redirects, htmx_page, within_origin};
use http::HeaderValue;
use proptest::prelude::*;
use url::Url;

const TRICKS: [&str; 16] = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/%2F/evil.example",
    "/%5C%5Cevil.example",
    "/..//evil.example",
    "/.//evil.example",
    "/%2e//evil.example",
    "//user@evil.example",
    "//evil.example:80@x",
    "/\r\n/evil.example",
    "//[::1]/",
    "/?//evil.example#//evil.example",
];

fn live() -> PublishableKey {
    PublishableKey::parse("pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA").unwrap()
}

fn redirects<'a>(
    key: &'a PublishableKey,
    sign_in_url: &'a str,
    public_url: &'a Url,
) -> Redirects<'a> {
    Redirects {
        publishable_key: key,
        sign_in_url: Some(sign_in_url),
        sign_up_url: None,
        is_satellite: false,
        public_url: Some(public_url),
        dev_browser: None,
        is_pending: false,
    }
}

fn redirect_url(target: &Url) -> Url {
    let (_, value) = target
        .query_pairs()
        .find(|(name, _)| name == "redirect_url")
        .unwrap();
    Url::parse(&value).unwrap()
}

#[test]
fn a_path_stays_a_path() {
    let key = live();
    let here = Url::parse("https://orchard.example/private").unwrap();
    for trick in TRICKS {
        for is_pending in [false, true] {
            let redirects = Redirects {
                is_pending,
                ..redirects(&key, "/sign-in", &here)
            };
            let target = redirects.to_sign_in(Some(trick)).unwrap();
            assert_eq!(target.origin(), here.origin(), "{trick:?}");
            assert_eq!(redirect_url(&target).origin(), here.origin(), "{trick:?}");
        }
        let target = redirects(&key, trick, &here)
            .to_sign_up(Some(here.as_str()))
            .unwrap();
        assert_eq!(target.origin(), here.origin(), "{trick:?}");
    }
}

#[test]
fn the_current_address_is_carried_as_it_is() {
    let key = live();
    let mut here = Url::parse("https://orchard.example/").unwrap();
    here.set_path("//evil.example/p");
    let target = redirects(&key, "/sign-in", &here)
        .to_sign_in(Some(here.as_str()))
        .unwrap();
    assert_eq!(
        redirect_url(&target).as_str(),
        "https://orchard.example//evil.example/p"
    );
}

#[test]
fn what_is_no_web_address_is_no_target() {
    let key = live();
    let here = Url::parse("https://orchard.example/private").unwrap();
    for bad in [
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@b",
        "orchard.example:443/x",
        "https://",
    ] {
        let refused = None;
        assert_eq!(
            redirects(&key, bad, &here).to_sign_in(Some(here.as_str())),
            refused
        );
        assert_eq!(
            redirects(&key, "/sign-in", &here).to_sign_in(Some(bad)),
            refused
        );
        assert_eq!(within_origin(bad, &here).map(String::from), None);
    }
}

#[test]
fn a_return_address_from_a_request_must_stay_within_the_origin() {
    let here = Url::parse("https://orchard.example/sign-in?x=1").unwrap();
    let within = |target: &str| within_origin(target, &here).map(String::from);
    assert_eq!(
        within("/dashboard?a=1#b"),
        Some("https://orchard.example/dashboard?a=1#b".into())
    );
    assert_eq!(
        within("https://orchard.example:443/x"),
        Some("https://orchard.example/x".into())
    );
    assert_eq!(within("x"), Some("https://orchard.example/x".into()));
    for foreign in [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        " //evil.example",
        "https:\\\\evil.example",
        "https:evil.example:80@evil.example",
        "http://orchard.example/",
        "https://orchard.example:444/",
        "https://orchard.example.evil.example/",
        "https://orchard.example@evil.example/",
        "https://user@orchard.example/",
        "https://:pw@orchard.example/",
        "javascript:alert(1)",
        "blob:https://orchard.example/x",
    ] {
        let url = within_origin(foreign, &here);
        // Some of these are paths to a browser, too; what counts is that nothing foreign comes out.
        assert!(
            url.as_ref().is_none_or(|url| url.origin() == here.origin()),
            "{foreign:?} {url:?}"
        );
    }
    for foreign in [
        "//evil.example",
        "/\\evil.example",
        "https://user@orchard.example/",
        "javascript:alert(1)",
    ] {
        assert_eq!(within(foreign), None);
    }
}

#[test]
fn htmx_is_sent_to_its_page_or_to_the_start() {
    let here = Url::parse("https://orchard.example/fragment?x=1").unwrap();
    let page = |current: Option<&[u8]>| {
        let (mut parts, ()) = http::Request::new(()).into_parts();
        if let Some(current) = current {
            let headers = &mut parts.headers;
            headers.insert("hx-current-url", HeaderValue::from_bytes(current).unwrap());
        }
        htmx_page(&parts, &here).to_string()
    };
    assert_eq!(
        page(Some(b"https://orchard.example/list?page=2")),
        "https://orchard.example/list?page=2"
    );
    for foreign in [
        None,
        Some(b"https://evil.example/".as_slice()),
        Some(b"//evil.example"),
        Some(b"\xff"),
    ] {
        assert_eq!(page(foreign), "https://orchard.example/");
    }
}

proptest! {
    #[test]
    fn nothing_that_begins_like_a_path_leaves_the_origin(path in "[/\\\\][/\\\\@:.?#%a-z0-9\\t\\n ]{0,24}") {
        let key = live();
        let here = Url::parse("https://orchard.example/private").unwrap();
        let target = redirects(&key, &path, &here).to_sign_up(Some(&path)).unwrap();
        prop_assert_eq!(target.origin(), here.origin());
        prop_assert_eq!(redirect_url(&target).origin(), here.origin());
        prop_assert!(target.as_str().bytes().all(|byte| (0x21..0x7f).contains(&byte)));
    }

    #[test]
    fn whatever_is_within_the_origin_is(target in any::<String>()) {
        let here = Url::parse("https://orchard.example/private").unwrap();
        if let Some(url) = within_origin(&target, &here) {
            prop_assert_eq!(url.origin(), here.origin());
            prop_assert!(url.username().is_empty());
        }
    }
}
