//! Facts that every page needs and that do not change while the server runs: the addresses of Clerk's scripts, their
//! key, and the sources the browser may load.

use std::collections::BTreeMap;

use serde_json::json;

use super::StartError;
use crate::config::Config;
use crate::keys::{PublishableKey, accounts_portal_origin};

/// Clerk's components and Clerk itself: the newest of these major versions.
const UI_SCRIPT: &str = "npm/@clerk/ui@1/dist/ui.browser.js";
const CLERK_SCRIPT: &str = "npm/@clerk/clerk-js@6/dist/clerk.browser.js";

/// The policy of every page. Clerk needs its Frontend API, its images, a worker from a `blob:`, inline styles, and for
/// bot and fraud protection Cloudflare's challenge and Clerk's protect hosts (on any port).
const POLICY: &str = "default-src 'self'; \
    script-src 'self' 'nonce-{nonce}' {clerk} https://challenges.cloudflare.com https://*.protect.clerk.com; \
    connect-src 'self' {clerk} https://*.protect.clerk.com:*; \
    img-src 'self' data: blob: https://img.clerk.com; \
    worker-src 'self' blob:; \
    style-src 'self' 'unsafe-inline'; \
    frame-src 'self' https://challenges.cloudflare.com https://*.protect.clerk.com; \
    form-action 'self'; \
    base-uri 'none'; \
    object-src 'none'; \
    frame-ancestors 'none'";

/// The fixed facts of a site.
#[derive(Clone, Debug)]
pub struct Site {
    /// Shown in headers and titles.
    pub app_name: String,
    /// Public by nature; the browser needs it.
    pub publishable_key: String,
    /// The address of Clerk's Frontend API for browsers, if it is not Clerk's own host.
    pub proxy_url: Option<String>,
    /// Address of the sign-in page.
    pub sign_in_url: String,
    /// Address of the sign-up page.
    pub sign_up_url: String,
    /// Address of Clerk's components.
    pub ui_script: String,
    /// Address of Clerk's browser library.
    pub clerk_script: String,
    /// The options of `Clerk.load()`, as JSON.
    pub load_options: String,
    /// The content security policy before and behind the nonce.
    policy: (String, String),
}

impl Site {
    /// Reads the facts out of the configuration. `allowed` are sources that the app adds, each with its directive.
    pub(super) fn new(
        config: &Config,
        app_name: &str,
        allowed: &[(String, String)],
    ) -> Result<Self, StartError> {
        // A word with a `;` would add directives of its own.
        let fits = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b';' | b',');
        let is_word = |text: &str| !text.is_empty() && text.bytes().all(fits);
        for (directive, source) in allowed {
            if !is_word(directive) || !is_word(source) {
                let problem = "no content security policy can hold";
                return Err(StartError::setup(format!(
                    "{problem} {directive:?} {source:?}"
                )));
            }
        }
        let base = match &config.proxy_url {
            Some(proxy_url) => proxy_url.trim_end_matches('/').to_owned(),
            None => format!("https://{}", config.frontend_api()),
        };
        let key = config.publishable_key.as_ref();
        let clerk_script = format!("{base}/{CLERK_SCRIPT}");
        let host = key.map(PublishableKey::frontend_api_host);
        let hosted = accounts_portal_origin(host.unwrap_or_default());
        let page = |own: &Option<String>, name: &str| {
            let hosted = || format!("{hosted}/{name}");
            own.clone().unwrap_or_else(hosted)
        };
        let sign_in_url = page(&config.sign_in_url, "sign-in");
        let sign_up_url = page(&config.sign_up_url, "sign-up");
        Ok(Self {
            load_options: load_options(config, &sign_in_url, &sign_up_url),
            app_name: app_name.to_owned(),
            publishable_key: key.map_or_else(String::new, |key| key.as_str().to_owned()),
            proxy_url: config.proxy_url.clone(),
            sign_in_url,
            sign_up_url,
            ui_script: format!("{base}/{UI_SCRIPT}"),
            policy: policy(&origin(&clerk_script), allowed),
            clerk_script,
        })
    }

    /// The content security policy of the page with this nonce.
    pub fn content_security_policy(&self, nonce: &str) -> String {
        let (before, after) = &self.policy;
        format!("{before}{nonce}{after}")
    }
}

/// The options with which Clerk starts in the browser. It decides itself on those that are not set.
fn load_options(config: &Config, sign_in_url: &str, sign_up_url: &str) -> String {
    let after = &config.destinations;
    let (sign_in, sign_up) = (&after.sign_in, &after.sign_up);
    let urls = [
        ("signInUrl", Some(sign_in_url)),
        ("signUpUrl", Some(sign_up_url)),
        ("waitlistUrl", after.waitlist.as_deref()),
        ("signInForceRedirectUrl", sign_in.force.as_deref()),
        ("signUpForceRedirectUrl", sign_up.force.as_deref()),
        ("signInFallbackRedirectUrl", sign_in.fallback.as_deref()),
        ("signUpFallbackRedirectUrl", sign_up.fallback.as_deref()),
        ("afterSignOutUrl", after.sign_out.as_deref()),
    ];
    let set = urls.into_iter().filter(|(_, url)| url.is_some());
    json!(BTreeMap::from_iter(set)).to_string()
}

/// The policy before the nonce, and after it.
fn policy(clerk: &str, allowed: &[(String, String)]) -> (String, String) {
    let own = POLICY.replace(" {clerk}", clerk);
    let mut directives: Vec<String> = own.split("; ").map(str::to_owned).collect();
    for (directive, source) in allowed {
        let is_it = |line: &&mut String| line.split(' ').next() == Some(directive);
        match directives.iter_mut().find(is_it) {
            Some(line) => *line = format!("{} {source}", line.trim_end_matches(" 'none'")),
            None => directives.push(format!("{directive} 'self' {source}")),
        }
    }
    let whole = directives.join("; ");
    let (before, after) = whole.split_once("{nonce}").unwrap_or((&whole, ""));
    (before.to_owned(), after.to_owned())
}

/// The origin of an absolute address after a space; empty for a path, which `'self'` covers.
fn origin(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return String::new();
    };
    let host = rest.split('/').next().unwrap_or_default();
    format!(" {scheme}://{host}")
}
