//! Keys: what a faulty one is told, what a secret one shows, what a host says.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use clerk_auth::keys::{
    KeyFault, MachineSecretKey, PublishableKey, PublishableKeyError, SecretKey, SecretKeyError,
    accounts_portal_origin, is_known_portal,
};

const LIVE: &str = "pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA";

fn fault(text: &str) -> KeyFault {
    let error = PublishableKey::parse(text).unwrap_err();
    assert_eq!(error, PublishableKeyError::Invalid, "{text}");
    KeyFault::of(text).unwrap()
}

#[test]
fn a_faulty_publishable_key_is_told_what_is_wrong_at_which_place() {
    let character = |character, position| KeyFault::Character {
        character,
        position,
    };
    assert_eq!(fault("sk_live_a"), KeyFault::SecretKey);
    assert_eq!(fault(" pk_live_a"), KeyFault::Prefix);
    assert_eq!(fault("pk_live_"), KeyFault::OnlyPrefix);
    assert_eq!(fault("pk_live_Y2x_cmsu"), character('_', 12));
    assert_eq!(fault("pk_live_Y2xlcm\u{a0}sub3Jj"), character('\u{a0}', 15));
    assert_eq!(fault("\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}"), KeyFault::Prefix);
    assert_eq!(fault("pk_live_\u{201c}Y2xl"), character('\u{201c}', 9));
    assert_eq!(fault("pk_live_Y2xlc"), KeyFault::Length);
    assert_eq!(fault(&LIVE[..LIVE.len() - 3]), KeyFault::Unfinished);
    assert_eq!(
        fault("pk_live_Y2xlcmskLm9yY2hhcmQuZXhhbXBsZSQ="),
        KeyFault::InnerMark
    );
    assert_eq!(fault("pk_live_bG9jYWxob3N0JA=="), KeyFault::NoDot);
}

#[test]
fn a_secret_key_in_the_wrong_place_is_not_repeated() {
    let text = "sk_live_verySecretIndeed";
    let error = PublishableKey::parse(text).unwrap_err();
    let fault = KeyFault::of(text).unwrap();
    let shown = format!("{error} {error:?} {fault} {fault:?}");
    assert!(!shown.contains("verySecret"), "{shown}");
}

#[test]
fn a_key_that_works_but_hashes_to_another_suffix_is_known() {
    for (text, odd) in [
        (LIVE.to_owned(), false),
        (format!("{LIVE}=="), true),
        (format!("{LIVE} "), true),
        (format!("{LIVE}\n"), true),
    ] {
        let key = PublishableKey::parse(&text).unwrap();
        assert_eq!(key.has_padding_or_white_space(), odd, "{text:?}");
        assert_eq!(key.as_str(), text);
        assert_eq!(key.frontend_api_host(), "clerk.orchard.example");
    }
}

#[test]
fn only_the_emulators_host_makes_a_local_key() {
    for (host, local) in [
        ("emulator-0123abcd.localhost.clerk.accounts.dev", true),
        ("emulator-0123abc.localhost.clerk.accounts.dev", false),
        ("emulator-0123abcg.localhost.clerk.accounts.dev", false),
        (
            "emulator-0123abcd.localhost.clerk.accounts.dev.evil.example",
            false,
        ),
        ("x.emulator-0123abcd.localhost.clerk.accounts.dev", false),
        ("brave-otter-7.clerk.accounts.dev", false),
    ] {
        let key = PublishableKey::parse(&PublishableKey::build(host).unwrap()).unwrap();
        assert_eq!(key.is_local_emulator(), local, "{host}");
    }
}

#[test]
fn portals_are_derived_and_known_by_their_hosts() {
    for (host, origin) in [
        ("clerk.orchard.example", "https://accounts.orchard.example"),
        (
            "brave-otter-7.clerk.accounts.dev",
            "https://brave-otter-7.accounts.dev",
        ),
        (
            "brave-otter-7.clerk.accountsstage.dev",
            "https://brave-otter-7.accountsstage.dev",
        ),
        ("auth.orchard.example", "https://auth.orchard.example"),
        ("clerk.clerk.example", "https://accounts.clerk.example"),
    ] {
        assert_eq!(accounts_portal_origin(host), origin);
    }
    for (host, is_known) in [
        ("brave-otter-7.accounts.dev", true),
        ("brave-otter-7.clerk.accounts.dev", false),
        ("a.accountsstage.dev", true),
        ("a.accounts.lclclerk.com", true),
        ("accounts.foo.bar-13.lcl.dev", true),
        ("clerk.foo.bar-13.lcl.dev", false),
        ("accounts.foo.lclstage.dev", true),
        ("accounts.foo.lclclerk.com", true),
        ("accounts.dev.evil.example", false),
    ] {
        assert_eq!(is_known_portal(host), is_known, "{host}");
    }
}

#[test]
fn secret_keys_are_printed_masked_in_every_form() {
    let secret = "sk_test_abcdefghijklmnopqrstuvwxyz0123456789x9Qf";
    let key = SecretKey::new(secret).unwrap();
    assert_eq!(key.to_string(), "sk_test_...x9Qf");
    assert_eq!(format!("{key:?}"), "SecretKey(sk_test_...x9Qf)");
    assert_eq!(key.expose(), secret);
    assert!(key.is_development() && !key.is_production());
    assert_eq!(
        SecretKey::new("sk_live_short").unwrap().to_string(),
        "sk_live_..."
    );
    assert_eq!(SecretKey::new("hunter2").unwrap().to_string(), "...");
    let machine = MachineSecretKey::new("ak_abcdefghijklmnopqrstuvwx").unwrap();
    assert_eq!(
        format!("{machine} {machine:?}"),
        "ak_...uvwx MachineSecretKey(ak_...uvwx)"
    );
}

#[test]
fn a_secret_key_that_cannot_stand_in_a_header_is_refused_without_repeating_it() {
    assert_eq!(SecretKey::new(""), Err(SecretKeyError::Empty));
    assert_eq!(MachineSecretKey::new(""), Err(SecretKeyError::Empty));
    for text in [
        "sk_live_a\r\nX-Evil: 1",
        "sk_live_a b",
        "sk_live_a\u{201d}",
        "sk_live_a\0",
    ] {
        let error = SecretKey::new(text).unwrap_err();
        assert_eq!(error, SecretKeyError::Unsendable { position: 10 });
        assert!(!error.to_string().contains("sk_live"));
    }
}
