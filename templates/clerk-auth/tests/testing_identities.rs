//! The identities that the feature `testing` hands to apps are what the crate itself reads as a signed-in user.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::OnceLock;

use clerk_auth::claims::SessionClaims;
use clerk_auth::cookies::{Cookies, Peek, SessionCookies, client_uat};
use clerk_auth::keys::InstanceType;
use clerk_auth::public_key::{JwkSet, PublicKey};
use clerk_auth::testing::{Identity, TestKeys};
use clerk_auth::time::UnixMillis;
use clerk_auth::verify::{Policy, Verified, verify_session_token};
use support::NOW_MS;

const NOW: UnixMillis = UnixMillis(NOW_MS);

fn live() -> &'static TestKeys {
    static KEYS: OnceLock<TestKeys> = OnceLock::new();
    KEYS.get_or_init(|| TestKeys::new(InstanceType::Production).unwrap())
}

fn development() -> &'static TestKeys {
    static KEYS: OnceLock<TestKeys> = OnceLock::new();
    KEYS.get_or_init(|| TestKeys::new(InstanceType::Development).unwrap())
}

fn verified(keys: &TestKeys, identity: &Identity<'_>) -> Verified {
    let policy = Policy {
        issuers: vec![keys.issuer()],
        ..Policy::default()
    };
    let bearer = identity.bearer();
    let token = bearer.strip_prefix("Bearer ").unwrap();
    verify_session_token(token, keys.public_key(), &policy, NOW).unwrap()
}

#[test]
fn a_user_in_an_organization_reads_the_same_in_both_versions() {
    let permissions = [
        "org:invoices:read",
        "org:teams:manage",
        "org:invoices:write",
        "org:teams:read",
    ];
    let ada = live()
        .user("user_ada")
        .session("sess_1")
        .organization("org_1", "acme", "org:admin", &permissions)
        .at(NOW);
    for identity in [ada.clone(), ada.version_1()] {
        let claims = SessionClaims::read(verified(live(), &identity).claims()).unwrap();
        assert_eq!(claims.user_id.as_deref(), Some("user_ada"));
        assert_eq!(claims.session_id.as_deref(), Some("sess_1"));
        assert_eq!(claims.org_id.as_deref(), Some("org_1"));
        assert_eq!(claims.org_slug.as_deref(), Some("acme"));
        assert_eq!(claims.org_role.as_deref(), Some("org:admin"));
        let mut granted = claims.org_permissions.unwrap();
        granted.sort();
        let mut wanted = permissions.map(str::to_owned);
        wanted.sort();
        assert_eq!(granted, wanted);
    }
}

#[test]
fn without_an_organization_there_is_none() {
    let claims =
        SessionClaims::read(verified(live(), &live().user("user_bo").at(NOW)).claims()).unwrap();
    assert_eq!((claims.org_id, claims.org_permissions), (None, None));
    assert_eq!(claims.session_status.as_deref(), Some("active"));
}

#[test]
fn a_claim_of_the_tests_own_replaces_what_was_there() {
    let identity = live()
        .user("user_bo")
        .at(NOW)
        .claim("sts", "pending")
        .claim("azp", "https://a.example");
    let verified = verified(live(), &identity);
    assert_eq!(verified.claim_str("sts"), Some("pending"));
    assert_eq!(verified.claim_str("azp"), Some("https://a.example"));
}

#[test]
fn the_cookies_are_those_a_browser_would_send() {
    for keys in [live(), development()] {
        let header = keys.user("user_bo").at(NOW).cookie_header();
        let cookies = Cookies::parse([header.as_str()]);
        let key = keys.publishable_key();
        let peek = |token: &str| Peek::of_token(token, key.frontend_api_host());
        let chosen = SessionCookies::choose(&cookies, key, NOW, &peek);
        assert!(chosen.suffixed);
        assert_eq!(client_uat(&chosen.client_uat.unwrap()), NOW.seconds());
        assert_eq!(chosen.dev_browser.is_some(), key.is_development());
        verify_session_token(
            &chosen.session.unwrap(),
            keys.public_key(),
            &Policy::default(),
            NOW,
        )
        .unwrap();
    }
}

#[test]
fn the_keys_belong_together_and_to_their_kind_of_instance() {
    for (keys, development) in [(live(), false), (development(), true)] {
        assert_eq!(keys.publishable_key().is_development(), development);
        assert_eq!(keys.secret_key().is_development(), development);
        assert_eq!(
            &PublicKey::from_pem(keys.jwt_key()).unwrap(),
            keys.public_key()
        );
        let set = JwkSet::from_value(&keys.key_set());
        assert_eq!(set.keys.len(), 1);
        assert_eq!(set.keys[0].0, TestKeys::KID);
        assert_eq!(set.keys[0].1.modulus(), keys.public_key().modulus());
    }
    assert_ne!(
        live().public_key().modulus(),
        development().public_key().modulus()
    );
}
