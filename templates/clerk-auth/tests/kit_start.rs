//! What stops the start, and what it says then.
#![cfg(all(feature = "axum", feature = "testing"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::Kit;
use clerk_auth::gate::Paths;
use support::axum_app::{Silence, Variables, try_build, variables};
use support::stage::live;

fn error(variables: &Variables) -> String {
    let kit = try_build(Kit::builder().fetch(Silence), variables);
    kit.unwrap_err().to_string()
}

#[test]
fn missing_keys_are_named_with_what_to_do() {
    let error = error(&Variables::new());
    assert!(
        error.contains("CLERK_PUBLISHABLE_KEY: is not set"),
        "{error}"
    );
    assert!(error.contains("clerk-rs env set --keys local"), "{error}");
    assert!(error.contains(".env.example"), "{error}");
}

#[test]
fn a_main_that_returns_the_error_prints_the_same_words() {
    let kit = try_build(Kit::builder().fetch(Silence), &Variables::new());
    let error = kit.unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
}

#[test]
fn all_problems_are_named_at_once() {
    let mut variables = variables(live());
    variables.insert("CLERK_PUBLISHABLE_KEY", "pk_live_!!!".to_owned());
    variables.insert("CLERK_JWT_KEY", "no key".to_owned());
    variables.insert("PORT", "http".to_owned());
    let error = error(&variables);
    for name in ["CLERK_PUBLISHABLE_KEY", "CLERK_JWT_KEY", "PORT"] {
        assert!(error.contains(name), "{name} in {error}");
    }
}

#[test]
fn no_message_repeats_the_secret_key() {
    let mut variables = variables(live());
    let misplaced = "sk_live_inTheWrongPlace".to_owned();
    variables.insert("CLERK_PUBLISHABLE_KEY", misplaced);
    let error = error(&variables);
    assert!(!error.contains("inTheWrongPlace"), "{error}");
    assert!(!error.contains(live().secret_key().expose()), "{error}");
}

#[test]
fn an_app_listens_on_this_machine_unless_told_otherwise() {
    let kit = try_build(Kit::builder().fetch(Silence), &variables(live())).unwrap();
    assert_eq!(
        (&*kit.listen().host, kit.listen().port),
        ("127.0.0.1", 3000)
    );
}

#[test]
fn an_api_needs_no_secret_key_and_an_app_with_pages_does() {
    let mut variables = variables(live());
    variables.remove("CLERK_SECRET_KEY");
    assert!(try_build(Kit::builder().api().fetch(Silence), &variables).is_ok());
    assert!(error(&variables).contains("CLERK_SECRET_KEY"));
}

#[test]
fn a_pattern_that_cannot_be_used_stops_the_start() {
    let paths = Paths {
        public: &["/(unclosed"],
        ..Paths::PROTECTED
    };
    let builder = Kit::builder().paths(paths).fetch(Silence);
    let error = try_build(builder, &variables(live())).unwrap_err();
    assert!(error.to_string().contains("/(unclosed"), "{error}");
}

#[cfg(feature = "pages")]
#[test]
fn a_waitlist_that_strangers_cannot_join_or_that_is_no_address_stops_the_start() {
    for (page, words) in [
        (
            "/waitlist",
            "CLERK_WAITLIST_URL is /waitlist, which PUBLIC_PATHS does not open",
        ),
        ("waitlist", "CLERK_WAITLIST_URL"),
        ("javascript:alert(1)", "CLERK_WAITLIST_URL"),
    ] {
        let mut variables = variables(live());
        variables.insert("CLERK_WAITLIST_URL", page.to_owned());
        let said = error(&variables);
        assert!(said.contains(words), "{said}");
    }
}

#[cfg(feature = "satellites")]
#[test]
fn a_satellites_visitors_sign_in_at_its_primary() {
    let mut variables = variables(live());
    variables.insert("CLERK_IS_SATELLITE", "true".to_owned());
    variables.insert("CLERK_DOMAIN", "cider.example".to_owned());
    let builder = Kit::builder().sign_in("/sign-in").sign_up("/sign-up");
    let kit = try_build(builder.fetch(Silence), &variables).unwrap();
    let config = kit.clerk().config();
    assert_eq!((&config.sign_in_url, &config.sign_up_url), (&None, &None));
    assert!(
        kit.site().sign_in_url.starts_with("https://accounts."),
        "{}",
        kit.site().sign_in_url
    );
}
