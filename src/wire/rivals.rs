//! Other crates for auth that an app may have: what each does, and whether it gets in the way of the gate.

/// What the package is for, and what becomes of it.
const KNOWN: &[(&str, &str)] = &[
    ("actix-identity", OWN_SIGN_IN),
    ("actix-session", OWN_SESSIONS),
    ("actix-web-httpauth", OWN_TOKENS),
    ("argon2", PASSWORDS),
    ("axum-auth", OWN_TOKENS),
    ("axum-login", OWN_SIGN_IN),
    ("axum_session", OWN_SESSIONS),
    ("axum_session_auth", OWN_SIGN_IN),
    ("bcrypt", PASSWORDS),
    ("jsonwebtoken", OWN_TOKENS),
    ("jwt-simple", OWN_TOKENS),
    ("oauth2", OTHER_PROVIDERS),
    ("openidconnect", OTHER_PROVIDERS),
    ("password-auth", PASSWORDS),
    ("rocket_oauth2", OTHER_PROVIDERS),
    ("tower-sessions", OWN_SESSIONS),
];

const OWN_SIGN_IN: &str = "knows users of its own, and nobody who signed in with Clerk. Both work side by side: the gate comes first, so \
     open the paths of the old sign-in with --public until it goes";
const OWN_SESSIONS: &str = "keeps sessions in a cookie of its own and is not in the way. It can stay for what is no sign-in";
const OWN_TOKENS: &str = "may take tokens of another maker from the header Authorization. The gate looks there too, takes them for no sign-in \
     and answers 401: open the paths of such callers with --public";
const OTHER_PROVIDERS: &str = "may sign people in with another provider. If that sign-in stays, open the paths by which they come back with --public";
const PASSWORDS: &str =
    "hashes passwords. Clerk keeps its own: accounts that are here do not move by themselves";

/// What is to be said of a package, if it is one of them.
pub fn said(package: &str) -> Option<String> {
    let (_, said) = KNOWN.iter().find(|(name, _)| *name == package)?;
    Some(format!("{package} {said}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_for_auth_are_known_by_the_name_of_their_package() {
        assert!(KNOWN.is_sorted_by_key(|(name, _)| name));
        let told = said("axum-login").unwrap_or_default();
        assert!(told.starts_with("axum-login knows users of its own"));
        assert_eq!(said("axum"), None);
        assert_eq!(said("axum_login"), None);
    }
}
