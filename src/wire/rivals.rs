//! Other crates for auth that an app may have: what each does, and whether it gets in the way of the gate.

use crate::source::Dependency;

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

/// Features of `tower-http` with layers that ask for a token.
const LAYERS: [&str; 2] = ["auth", "validate-request"];

/// A remark on a dependency, if it is one of them.
pub fn said(dependency: &Dependency) -> Option<String> {
    let (package, features) = (dependency.package.as_str(), &dependency.features);
    if package == "tower-http"
        && LAYERS
            .iter()
            .any(|layer| features.iter().any(|of| of == layer))
    {
        return Some(format!("{package} {OWN_TOKENS}"));
    }
    let (_, said) = KNOWN.iter().find(|(name, _)| *name == package)?;
    Some(format!("{package} {said}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Origin;

    #[test]
    fn crates_for_auth_are_known_by_the_name_of_their_package() {
        assert!(KNOWN.is_sorted_by_key(|(name, _)| name));
        let told = |package: &str, features: &[&str]| {
            said(&Dependency {
                name: package.to_owned(),
                package: package.to_owned(),
                origin: Origin::Git,
                features: features.iter().map(|name| (*name).to_owned()).collect(),
                is_optional: false,
                target: None,
            })
        };
        let login = told("axum-login", &[]).unwrap_or_default();
        assert!(login.starts_with("axum-login knows users of its own"));
        assert_eq!(told("axum", &["auth"]), None);
        assert_eq!(told("axum_login", &[]), None);
        assert_eq!(told("tower-http", &["trace"]), None);
        let layers = told("tower-http", &["trace", "validate-request"]).unwrap_or_default();
        assert!(layers.starts_with("tower-http may take tokens"), "{layers}");
    }
}
