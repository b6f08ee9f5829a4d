//! Every variable that Clerk's kits or our apps read.

use clerk_auth::config::{PUBLISHABLE_KEY_NAMES, VARIABLES};

/// The readers that may see a variable's value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Only this server, ever.
    Secret,
    /// No secret, but only servers read it, so with a public prefix nothing does.
    Server,
    /// Browsers too; it exists with each public prefix.
    Public,
}

/// One variable, by its name without a prefix.
#[derive(Debug)]
pub struct Known {
    /// Such as `CLERK_SECRET_KEY`.
    pub name: &'static str,
    /// The readers that may see its value.
    pub kind: Kind,
    /// True if it says yes or no.
    pub is_switch: bool,
    /// Its replacement, if it is deprecated.
    pub instead: Option<&'static str>,
    /// Its meaning in a few words.
    pub about: &'static str,
}

const fn known(kind: Kind, name: &'static str, about: &'static str) -> Known {
    Known {
        name,
        kind,
        is_switch: false,
        instead: None,
        about,
    }
}

const fn secret(name: &'static str, about: &'static str) -> Known {
    known(Kind::Secret, name, about)
}

const fn server(name: &'static str, about: &'static str) -> Known {
    known(Kind::Server, name, about)
}

const fn public(name: &'static str, about: &'static str) -> Known {
    known(Kind::Public, name, about)
}

const fn switch(mut known: Known) -> Known {
    known.is_switch = true;
    known
}

const fn deprecated(mut known: Known, instead: &'static str) -> Known {
    known.instead = Some(instead);
    known
}

impl Known {
    /// True if an app of ours reads it; otherwise only other kits and tools for Clerk do.
    pub fn is_read_here(&self) -> bool {
        let mut names = VARIABLES.iter().chain(&PUBLISHABLE_KEY_NAMES);
        names.any(|name| *name == self.name)
    }
}

/// Variables that apps read and that are not Clerk's. They never have another tool's prefix.
pub const OF_APPS: [Known; 2] = [
    server("HOST", "the interface that the app listens on"),
    server("PORT", "the port that the app listens on"),
];

/// All of Clerk's.
pub const TABLE: &[Known] = &[
    public("CLERK_PUBLISHABLE_KEY", "names the instance; not secret"),
    secret("CLERK_SECRET_KEY", "the credential of the Backend API"),
    server(
        "CLERK_JWT_KEY",
        "the instance's public key (PEM): tokens are checked without a request",
    ),
    secret(
        "CLERK_MACHINE_SECRET_KEY",
        "checks machine-to-machine tokens",
    ),
    server(
        "CLERK_MACHINE_ID",
        "the machine that the app is: tokens between machines must be made for it",
    ),
    secret(
        "CLERK_WEBHOOK_SIGNING_SECRET",
        "checks the signature of webhooks",
    ),
    secret(
        "CLERK_ENCRYPTION_KEY",
        "128 bits, for keys that change per request (Next.js, TanStack Start)",
    ),
    secret(
        "CLERK_PLATFORM_API_KEY",
        "a workspace's key for the Platform API",
    ),
    deprecated(
        secret("CLERK_API_KEY", "the old name of the secret key"),
        "CLERK_SECRET_KEY",
    ),
    server(
        "CLERK_API_URL",
        "where the Backend API is, without its version, if not https://api.clerk.com",
    ),
    server("CLERK_API_VERSION", "path version of the Backend API: v1"),
    server(
        "CLERK_FAPI_URL",
        "where this server reaches the Frontend API, if not at the key's host",
    ),
    secret("CLERK_TESTING_TOKEN", "lets tests past the bot protection"),
    public("CLERK_FAPI", "the Frontend API's host, for test helpers"),
    public("CLERK_SIGN_IN_URL", "the sign-in page: a path or a URL"),
    public("CLERK_SIGN_UP_URL", "the sign-up page: a path or a URL"),
    public(
        "CLERK_SIGN_IN_FORCE_REDIRECT_URL",
        "where a sign-in always leads",
    ),
    public(
        "CLERK_SIGN_UP_FORCE_REDIRECT_URL",
        "where a sign-up always leads",
    ),
    public(
        "CLERK_SIGN_IN_FALLBACK_REDIRECT_URL",
        "where a sign-in leads that nobody sent elsewhere",
    ),
    public(
        "CLERK_SIGN_UP_FALLBACK_REDIRECT_URL",
        "where a sign-up leads that nobody sent elsewhere",
    ),
    deprecated(
        public("CLERK_AFTER_SIGN_IN_URL", "where a sign-in leads"),
        "CLERK_SIGN_IN_FALLBACK_REDIRECT_URL",
    ),
    deprecated(
        public("CLERK_AFTER_SIGN_UP_URL", "where a sign-up leads"),
        "CLERK_SIGN_UP_FALLBACK_REDIRECT_URL",
    ),
    public("CLERK_WAITLIST_URL", "the page to join the waitlist"),
    public("CLERK_AFTER_SIGN_OUT_URL", "where a sign-out leads"),
    public(
        "CLERK_DOMAIN",
        "this app's own domain, if it is a satellite",
    ),
    switch(public(
        "CLERK_IS_SATELLITE",
        "whether this is a satellite: an app that asks one on another domain, its primary, who is signed in",
    )),
    public(
        "CLERK_PROXY_URL",
        "where the Frontend API is proxied: a path or a URL",
    ),
    public("CLERK_JS_URL", "where browsers load Clerk's library"),
    public("CLERK_JS_VERSION", "which version of it"),
    deprecated(
        public("CLERK_JS", "where browsers load Clerk's library"),
        "CLERK_JS_URL",
    ),
    public("CLERK_UI_URL", "where browsers load Clerk's components"),
    public("CLERK_UI_VERSION", "which version of them"),
    switch(public("CLERK_PREFETCH_UI", "whether they are loaded early")),
    public("CLERK_CHECKOUT_CONTINUE_URL", "where a checkout leads"),
    switch(public(
        "CLERK_TELEMETRY_DISABLED",
        "turns the kits' telemetry off",
    )),
    switch(public(
        "CLERK_TELEMETRY_DEBUG",
        "shows it instead of sending it",
    )),
    switch(public(
        "CLERK_KEYLESS_DISABLED",
        "forbids temporary applications",
    )),
    switch(public(
        "CLERK_UNSAFE_DISABLE_DEVELOPMENT_MODE_CONSOLE_WARNING",
        "silences the browser's warning",
    )),
    switch(public(
        "CLERK_DISABLE_AUTO_PROXY",
        "turns the automatic proxy on *.vercel.app off",
    )),
    deprecated(
        public("CLERK_FRONTEND_API", "the Frontend API's host, in old kits"),
        "CLERK_PUBLISHABLE_KEY",
    ),
    server(
        "CLERK_AUTHORIZED_PARTIES",
        "origins whose tokens are accepted, separated by commas",
    ),
    switch(server(
        "CLERK_ACCEPT_ABSENT_AZP",
        "accepts tokens that name no origin",
    )),
    server(
        "CLERK_ALLOWED_REDIRECT_ORIGINS",
        "origins that a development primary may send visitors back to",
    ),
    server(
        "CLERK_ORGANIZATION_PATTERNS",
        "paths that activate an organization",
    ),
    server(
        "CLERK_PERSONAL_ACCOUNT_PATTERNS",
        "paths on which none is active",
    ),
    switch(server(
        "CLERK_SATELLITE_AUTO_SYNC",
        "asks the primary about every unknown visitor",
    )),
    switch(server(
        "CLERK_TRUST_PROXY_HEADERS",
        "believes X-Forwarded-Host and X-Forwarded-Proto",
    )),
];
