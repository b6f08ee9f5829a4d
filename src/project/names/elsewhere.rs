//! Names that other kits, frameworks and templates for Clerk read. Beside a Rust app they are no mistake.

use super::OTHER_PREFIXES;

/// A variable that is read elsewhere.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Elsewhere {
    /// The kit, framework or template that reads it.
    pub reader: &'static str,
    /// The way this app gets to know the same.
    pub here: Option<&'static str>,
    /// True if only servers may have its value.
    pub is_secret: bool,
}

const BACK_ENDS: &str = "back ends in Python, Go and other languages";
const CONVEX: &str = "Convex";
const RUBY: &str = "Clerk's kit for Ruby";
const EXPO: &str = "Clerk's kit for Expo";
const WEBHOOKS: &str = "many webhook handlers";
const OAUTH: &str = "OAuth clients";
const TESTS: &str = "tests of pages";

const INSTANCE: Option<&str> = Some("this app knows its instance by CLERK_PUBLISHABLE_KEY");
const API: Option<&str> = Some("this app reads CLERK_API_URL");
const SIGNING_SECRET: Option<&str> = Some("this app reads CLERK_WEBHOOK_SIGNING_SECRET");
const JWT_KEY: Option<&str> = Some("this app reads CLERK_JWT_KEY");
const PARTIES: Option<&str> = Some("this app reads CLERK_AUTHORIZED_PARTIES");
const AUDIENCE: Option<&str> = Some("this app's audiences are set in its code, Config::audience");

const fn read_by(
    name: &'static str,
    reader: &'static str,
    here: Option<&'static str>,
) -> (&'static str, Elsewhere) {
    let elsewhere = Elsewhere {
        reader,
        here,
        is_secret: false,
    };
    (name, elsewhere)
}

const fn secret_of(
    name: &'static str,
    reader: &'static str,
    here: Option<&'static str>,
) -> (&'static str, Elsewhere) {
    let (name, mut elsewhere) = read_by(name, reader, here);
    elsewhere.is_secret = true;
    (name, elsewhere)
}

/// By name without prefix.
const TABLE: &[(&str, Elsewhere)] = &[
    read_by("CLERK_JWKS_URL", BACK_ENDS, INSTANCE),
    read_by("CLERK_JWKS_URI", BACK_ENDS, INSTANCE),
    read_by("CLERK_JWKS_ENDPOINT", BACK_ENDS, INSTANCE),
    read_by("CLERK_JWKS", BACK_ENDS, INSTANCE),
    read_by("CLERK_ISSUER", BACK_ENDS, INSTANCE),
    read_by("CLERK_ISSUER_URL", BACK_ENDS, INSTANCE),
    read_by("CLERK_JWT_ISSUER", BACK_ENDS, INSTANCE),
    read_by("CLERK_JWT_ISSUER_URL", BACK_ENDS, INSTANCE),
    read_by("CLERK_AUTHORITY", "back ends in .NET", INSTANCE),
    read_by("CLERK_JWT_ISSUER_DOMAIN", CONVEX, INSTANCE),
    read_by("CLERK_ISSUER_DOMAIN", CONVEX, INSTANCE),
    read_by("CLERK_FRONTEND_API_URL", CONVEX, INSTANCE),
    read_by("CLERK_FRONTEND_API_HOST", BACK_ENDS, INSTANCE),
    read_by("CLERK_INSTANCE_ID", BACK_ENDS, INSTANCE),
    read_by("CLERK_APP_ID", BACK_ENDS, INSTANCE),
    read_by("CLERK_APPLICATION_ID", BACK_ENDS, INSTANCE),
    read_by("CLERK_BACKEND_API_URL", BACK_ENDS, API),
    read_by("CLERK_BACKEND_URL", BACK_ENDS, API),
    read_by("CLERK_BASE_URL", BACK_ENDS, API),
    read_by("CLERK_SERVER_URL", BACK_ENDS, API),
    read_by("CLERK_API_BASE", RUBY, API),
    read_by("CLERK_API_BASE_URL", BACK_ENDS, API),
    read_by("CLERK_ENDPOINT", "kits for PHP", API),
    read_by("CLERK_LOGGING", RUBY, None),
    read_by("CLERK_EXCLUDED_ROUTES", RUBY, None),
    read_by("CLERK_SKIP_RAILTIE", RUBY, None),
    read_by("CLERK_AUDIENCE", BACK_ENDS, AUDIENCE),
    read_by("CLERK_JWT_AUDIENCE", BACK_ENDS, AUDIENCE),
    read_by("CLERK_AUTHORIZED_PARTY", BACK_ENDS, PARTIES),
    read_by("CLERK_ALLOWED_PARTIES", BACK_ENDS, PARTIES),
    read_by("CLERK_ALLOWED_ORIGINS", BACK_ENDS, PARTIES),
    read_by("CLERK_JWT_TEMPLATE", "pages that ask for tokens", None),
    read_by("CLERK_JWT_TEMPLATE_NAME", "pages that ask for tokens", None),
    read_by("CLERK_PEM_PUBLIC_KEY", BACK_ENDS, JWT_KEY),
    read_by("CLERK_JWT_PUBLIC_KEY", BACK_ENDS, JWT_KEY),
    read_by("CLERK_JWT_VERIFICATION_KEY", BACK_ENDS, JWT_KEY),
    read_by("CLERK_TRUST_HOST", "old kits for Next.js", None),
    read_by("CLERK_ENABLE_KEYLESS", "Clerk's kit for Next.js", None),
    read_by("CLERK_GOOGLE_WEB_CLIENT_ID", EXPO, None),
    read_by("CLERK_GOOGLE_IOS_CLIENT_ID", EXPO, None),
    read_by("CLERK_GOOGLE_IOS_URL_SCHEME", EXPO, None),
    read_by("CLERK_GOOGLE_ANDROID_CLIENT_ID", EXPO, None),
    secret_of("CLERK_WEBHOOK_SECRET", WEBHOOKS, SIGNING_SECRET),
    secret_of("CLERK_WEBHOOK_SECRET_KEY", WEBHOOKS, SIGNING_SECRET),
    secret_of("CLERK_SIGNING_SECRET", WEBHOOKS, SIGNING_SECRET),
    secret_of("CLERK_WEBHOOK_KEY", WEBHOOKS, SIGNING_SECRET),
    secret_of("CLERK_WEBHOOKS_SECRET", WEBHOOKS, SIGNING_SECRET),
    read_by("CLERK_CLIENT_ID", OAUTH, None),
    secret_of("CLERK_CLIENT_SECRET", OAUTH, None),
    read_by("CLERK_OAUTH_CLIENT_ID", OAUTH, None),
    secret_of("CLERK_OAUTH_CLIENT_SECRET", OAUTH, None),
    read_by("E2E_CLERK_USER_USERNAME", TESTS, None),
    read_by("E2E_CLERK_USER_EMAIL", TESTS, None),
    secret_of("E2E_CLERK_USER_PASSWORD", TESTS, None),
];

/// Looks up who else reads a name; `base` is the name without the prefix of one of Clerk's kits.
pub fn find(name: &str, base: &str) -> Option<Elsewhere> {
    let listed = |base: &str| {
        let row = TABLE.iter().find(|(listed, _)| *listed == base);
        row.map(|(_, elsewhere)| *elsewhere)
    };
    let other = || {
        let (prefix, base) = OTHER_PREFIXES
            .iter()
            .find_map(|prefix| Some((prefix, name.strip_prefix(prefix.text)?)))?;
        let known = super::find(base);
        if known.is_none() && listed(base).is_none() {
            return None;
        }
        let of_secret = known.is_some_and(|known| known.kind == super::Kind::Secret);
        Some(Elsewhere {
            reader: prefix.reader,
            here: None,
            is_secret: of_secret || listed(base).is_some_and(|elsewhere| elsewhere.is_secret),
        })
    };
    listed(base).or_else(other)
}
