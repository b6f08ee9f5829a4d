use clerk_auth::keys::InstanceType;
use clerk_auth::public_url::{Address, Connection, PublicUrl};
use clerk_auth::redirect::{Redirects, within_origin};
use clerk_auth::routes::{PathPatterns, RouteMatcher};
use url::Url;

use super::{keys, parts, texts};

const CONNECTION: Connection<'_> = Connection {
    scheme: "https",
    host: Some("app.example"),
};

/// A pattern ␞ the target of a request ␞ its host ␞ another address.
pub fn urls(input: &[u8]) {
    let [pattern, target, _, other] = texts(input);
    let path = target.split('?').next().unwrap_or_default();
    matches_as_its_long_form(&pattern, path);
    let [_, target, host, _] = parts(input);
    let builder = http::Request::builder().uri(target).header("host", host);
    if let Ok(request) = builder.header("x-forwarded-host", host).body(()) {
        let (head, ()) = request.into_parts();
        for trusts in [false, true] {
            stays_at_its_origin(&head, trusts, &other);
        }
    }
}

/// The everyday patterns are compared as text. In braces the same text is an expression, which must say the same.
fn matches_as_its_long_form(pattern: &str, path: &str) {
    let Ok(short) = RouteMatcher::new(&[pattern]) else {
        return;
    };
    if short.matches_as_written(path) {
        assert_eq!(short.matches(path), Ok(true), "{pattern:?} {path:?}");
    }
    let end = pattern
        .find(|c| ":(){}*+?\\".contains(c))
        .unwrap_or(pattern.len());
    let end = match pattern[end..].starts_with([':', '(']) {
        // What stands before a parameter belongs to it.
        true => pattern[..end].trim_end_matches(['/', '.']).len(),
        false => end,
    };
    if end == 0 {
        return;
    }
    let long = format!("{{{}}}{}", &pattern[..end], &pattern[end..]);
    let Ok(other) = RouteMatcher::new(&[&long]) else {
        return;
    };
    assert_eq!(
        short.matches(path),
        other.matches(path),
        "{pattern:?} {path:?}"
    );
    let written = [&short, &other].map(|matcher| matcher.matches_as_written(path));
    assert_eq!(written[0], written[1], "{pattern:?} {path:?}");
    let lists = [pattern, &long].map(|pattern| PathPatterns::new(&[pattern]).unwrap());
    let found = lists.each_ref().map(|list| {
        list.find(path)
            .map(|found| found.param("path").map(str::to_owned))
    });
    assert_eq!(found[0], found[1], "{pattern:?} {path:?}");
}

fn origin(scheme: &str, host: &str) -> Option<url::Origin> {
    Some(Url::parse(&format!("{scheme}://{host}/")).ok()?.origin())
}

fn stays_at_its_origin(head: &http::request::Parts, trusts: bool, other: &str) {
    let address = Address::of(head, CONNECTION, trusts);
    assert!(
        !address
            .host
            .contains(|c: char| "/\\@?# ".contains(c) || c.is_control())
    );
    let url = PublicUrl::of(head, CONNECTION, trusts).unwrap();
    let own = url.as_url().origin();
    // Only host and scheme decide, whatever the path is.
    let expected = origin(address.scheme, address.host).or(origin("https", "app.example"));
    assert_eq!(Some(&own), expected.as_ref());
    assert_eq!(url.origin(), own.ascii_serialization());

    if let Some(inside) = within_origin(other, url.as_url()) {
        assert_eq!(inside.origin(), own, "{other:?}");
        // As a browser reads it.
        let sent = url.relative(&inside);
        assert_eq!(url.as_url().join(&sent).as_ref(), Ok(&inside), "{other:?}");
    }
    let hidden = ["__clerk_handshake", "a"];
    let kept: Vec<_> = url
        .as_url()
        .query_pairs()
        .filter(|(name, _)| !hidden.contains(&&**name))
        .collect();
    assert!(url.without(&hidden).query_pairs().eq(kept), "{url:?}");
    leads_back(&url, other);
}

fn leads_back(url: &PublicUrl, other: &str) {
    for kind in [InstanceType::Production, InstanceType::Development] {
        for sign_in_url in [Some("/sign-in"), None] {
            let redirects = Redirects {
                publishable_key: keys(kind).publishable_key(),
                sign_in_url,
                sign_up_url: None,
                is_satellite: false,
                public_url: Some(url.as_url()),
                dev_browser: Some("dvb_1"),
                is_pending: false,
            };
            for target in [
                redirects.to_sign_in(Some(other)),
                redirects.to_sign_up(Some(other)),
            ] {
                let Some(target) = target else { continue };
                let is_own = target.origin() == url.as_url().origin();
                assert!(is_own || sign_in_url.is_none(), "{target}");
                let back = target
                    .query_pairs()
                    .find(|(name, _)| name == "redirect_url");
                // A path stays one, however it is written.
                if other.starts_with(['/', '\\']) {
                    let back = Url::parse(&back.unwrap().1).unwrap();
                    assert_eq!(back.origin(), url.as_url().origin(), "{other:?}");
                }
            }
        }
    }
}
