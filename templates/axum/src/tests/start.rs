//! What stops the start, and what it says then.

use super::support::{LIVE, settings, variables};

#[test]
fn missing_keys_are_named_with_what_to_do() {
    let error = settings(&[].into()).err().unwrap().to_string();
    assert!(
        error.contains("CLERK_PUBLISHABLE_KEY: is not set"),
        "{error}"
    );
    assert!(error.contains(".env.example"), "{error}");
}

#[test]
fn all_problems_are_named_at_once() {
    let mut variables = variables(&LIVE);
    variables.insert("CLERK_PUBLISHABLE_KEY", "pk_live_!!!".to_owned());
    variables.insert("CLERK_JWT_KEY", "no key".to_owned());
    variables.insert("PORT", "http".to_owned());
    let error = settings(&variables).err().unwrap().to_string();
    for name in ["CLERK_PUBLISHABLE_KEY", "CLERK_JWT_KEY", "PORT"] {
        assert!(error.contains(name), "{name} in {error}");
    }
}

#[test]
fn the_app_listens_on_this_machine_unless_told_otherwise() {
    let settings = settings(&variables(&LIVE)).unwrap();
    assert_eq!((&*settings.host, settings.port), ("127.0.0.1", 3000));
}

#[test]
fn no_message_repeats_the_secret_key() {
    let mut variables = variables(&LIVE);
    variables.insert(
        "CLERK_PUBLISHABLE_KEY",
        "sk_live_inTheWrongPlace".to_owned(),
    );
    let error = settings(&variables).err().unwrap().to_string();
    assert!(!error.contains("inTheWrongPlace"), "{error}");
    assert!(!error.contains(LIVE.secret_key().expose()), "{error}");
}
